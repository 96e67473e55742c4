"""What evidence is about: an artifact whose bytes or digest are at hand, or the subjects of a statement.

Source: in-toto Attestation Framework v1.1, statement.md (subjects are matched by digest, never by name);
Sigstore bundle v0.3 (the digest beside a message signature is a hint that nobody signed).
"""

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest.bundle import MessageSignature
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.statement import Statement
from stella_git.trust import verify
from stella_git.trust.report import Check, failed, passed, skipped

if TYPE_CHECKING:
    from typing import BinaryIO

_DIGESTS = ("sha256", "sha384", "sha512")
_NAMES = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}
_AGAIN = "get the original bundle and the original artifact"


class Artifact(NamedTuple):
    """What was signed, or is the subject of the statement that was signed.

    Args:
        digests: hashlib name to digest; ``sha256`` at least.
        data: the bytes, if they are at hand: some keys sign whole messages.
    """

    digests: dict[str, bytes]
    data: bytes | None = None

    @classmethod
    def of(cls, data: bytes) -> "Artifact":
        """Return the artifact with these bytes."""
        return cls({name: hashlib.new(name, data).digest() for name in _DIGESTS}, data)

    @classmethod
    def of_stream(cls, stream: "BinaryIO", *, keep: int) -> "Artifact":
        """Return the artifact in an open file, of any size; its bytes only up to ``keep`` of them."""
        found = {name: hashlib.new(name) for name in _DIGESTS}
        kept = bytearray()
        while piece := stream.read(1 << 20):
            for one in found.values():
                one.update(piece)
            if len(kept) <= keep:
                kept += piece
        data = bytes(kept) if len(kept) <= keep else None
        return cls({name: one.digest() for name, one in found.items()}, data)

    @classmethod
    def of_digest(cls, sha256: bytes) -> "Artifact":
        """Return the artifact with this SHA-256 digest, 32 raw bytes."""
        return cls({"sha256": sha256})


def check_artifact(content: Envelope | MessageSignature, artifact: Artifact | None) -> Check:
    """Return the check ``artifact``: the bytes at hand are the ones that were signed."""
    if isinstance(content, Envelope):
        return skipped("artifact", "the bundle holds a statement: see its subjects")
    if artifact is None:
        return failed(
            "artifact",
            "the bundle is a signature over an artifact, and no artifact is given",
            code="ARTIFACT_MISSING",
            remedy="name the file that was signed, or its digest (sha256:HEX)",
        )
    if content.digest is not None:  # a hint that nobody signed: it may only agree
        found = artifact.digests.get(_NAMES.get(content.digest_algorithm or "", ""))
        if found != content.digest:
            return failed(
                "artifact",
                "the bundle is about another artifact: another digest",
                code="DIGEST_MISMATCH",
                remedy=_AGAIN,
            )
    return passed("artifact", f"sha256:{artifact.digests['sha256'].hex()}")


def read_statement(
    content: Envelope | MessageSignature, artifact: Artifact | None, *, verified: bool
) -> tuple[Check, Statement | None]:
    """Return the check ``statement`` and the statement in a payload, about the artifact if one is given."""
    if isinstance(content, MessageSignature):
        return skipped("statement", "the bundle is a signature over an artifact"), None
    if not verified:  # what nobody signed is not parsed
        return skipped("statement", "the signature over it is not good"), None
    if content.payload_type != PAYLOAD_TYPE:
        return (
            failed(
                "statement",
                f"the payload type is {ascii(content.payload_type)[:80]}, not {PAYLOAD_TYPE}",
                code="WRONG_TYPE",
                remedy="give a bundle that holds an in-toto statement",
            ),
            None,
        )
    check, statement = verify.read_statement(content.payload)
    if statement is None:
        return check, None
    if artifact is not None and not is_subject(statement, artifact):
        return (
            failed(
                "statement",
                "no subject of the statement is this artifact",
                code="SUBJECT_MISMATCH",
                remedy=_AGAIN,
            ),
            None,
        )
    return passed("statement", ascii(statement.predicate_type)[1:-1][:120]), statement


def is_subject(statement: Statement, artifact: Artifact) -> bool:
    """Return whether a subject of a statement is the artifact.

    It has to name the SHA-256, and no other digest of that subject that is known may differ.
    """
    for subject in statement.subject:
        digests = {name: value for name, value in (subject.digest or {}).items() if name in artifact.digests}
        if "sha256" in digests and all(
            artifact.digests[name].hex() == value for name, value in digests.items()
        ):
            return True
    return False
