"""One file of evidence: verify it, say what is in it, turn it into the other form.

What the faces need around `trust`: which trusted root, which key or identity, and one report with everything
that was asked.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest.envelope import Envelope
from stella_git.attest.evidence import envelope_of, read_evidence
from stella_git.canon.clock import Instant
from stella_git.canon.digest import sha256
from stella_git.errors import InputError, UsageError, Where
from stella_git.trust import roots
from stella_git.trust.expiry import check_signing_time
from stella_git.trust.report import PASSED, Check, Report, failed, passed

if TYPE_CHECKING:
    from stella_git.attest.bundle import Bundle
    from stella_git.attest.statement import Statement
    from stella_git.canon.digest import Digest
    from stella_git.canon.reader import Json
    from stella_git.trust.bundles import Artifact, Identity
    from stella_git.trust.keyring import Keyring
    from stella_git.trust.keys import PublicKey
    from stella_git.trust.roots import KnownRoot
    from stella_git.trust.validity import TrustedTime

KEPT = 64 << 20  # bytes of an artifact that are held in memory; of a larger one only digests
_HEX_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the evidence.

    Args:
        now: the present.
        key: the one key that has to have signed it.
        identity: or the identity that a certificate has to name.
        keyring: or the keyring that has to know the signers. Exactly one of the three.
        artifact: what it has to be about; needed for the signature of an artifact.
        root: the trusted root; for a keyring, one more that is at hand.
        roots: further ones at hand for a keyring, which says by digest which of all count.
        logged: whether an entry of a log is needed; always for an identity.
        predicate_type: what the statement has to be.
        signed_at: when the verifier says that it was signed.
        not_after: the latest time of signing that is taken.
        skew: seconds that clocks may differ.
        max_root_age: days after which a trusted root is too old to be asked; None: any age.
        dependencies_root: Merkle root that the dependencies of a SLSA provenance have to have.
        inputs: name and bytes of what the statement has to have been made from, exactly.
    """

    now: Instant
    key: "PublicKey | None" = None
    identity: "Identity | None" = None
    keyring: "Keyring | None" = None
    artifact: "Artifact | None" = None
    root: "KnownRoot | None" = None
    roots: "tuple[KnownRoot, ...]" = ()
    logged: bool = False
    predicate_type: str | None = None
    signed_at: Instant | None = None
    not_after: Instant | None = None
    skew: int = 0
    max_root_age: int | None = None
    dependencies_root: "Digest | None" = None
    inputs: tuple[tuple[str, bytes], ...] = ()


class Answer(NamedTuple):
    """What verification of a file found.

    Args:
        report: every check.
        statement: what was signed; None unless the report is ok, and for the signature of an artifact.
        signers: who signed and counted; empty unless the report is ok.
        times: trusted times; empty unless the report is ok.
        payload: the verified bytes of an envelope; None unless the report is ok, and for an artifact.
    """

    report: Report
    statement: "Statement | None" = None
    signers: tuple[str, ...] = ()
    times: "tuple[TrustedTime, ...]" = ()
    payload: bytes | None = None


def verify_file(data: bytes, asked: Asked, *, path: str | None = None) -> Answer:
    """Return what a file of evidence shows.

    Args:
        data: bytes of a DSSE envelope or a Sigstore bundle.
        asked: who, what and when.
        path: what to call the file in messages.

    Raises:
        InputError: it is neither, or not strictly written.
    """
    evidence = read_evidence(data, path=path)
    if isinstance(evidence, Envelope):
        found = _envelope(evidence, asked)
    elif asked.keyring is not None:
        found = _by_keyring(evidence, asked.keyring, asked)
    else:
        found = _bundle(evidence, asked)
    envelope = envelope_of(evidence)
    return _with(found, _checks(evidence, found, asked), None if envelope is None else envelope.payload)


def describe_evidence(data: bytes, *, path: str | None = None) -> "dict[str, Json]":
    """Return what a file of evidence says, nothing of it verified, as plain JSON.

    Raises:
        InputError: it is neither an envelope nor a bundle.
    """
    from stella_git.flows.inspection import describe

    return describe(read_evidence(data, path=path))


def convert_evidence(
    data: bytes, to: str, *, key: "PublicKey | None" = None, path: str | None = None
) -> bytes:
    """Return the same signature in the other form: canonical JSON; the signed bytes are untouched.

    Args:
        data: bytes of a DSSE envelope or a Sigstore bundle.
        to: ``bundle`` or ``envelope``.
        key: the key that signed an envelope: a bundle names it by a hint.
        path: what to call the file in messages.

    Raises:
        InputError: it is neither, or the other form cannot hold it.
        UsageError: an envelope is to become a bundle, and no key is given.
    """
    from stella_git.attest import base64text, convert

    evidence = read_evidence(data, path=path)
    if to == "envelope":
        return (evidence if isinstance(evidence, Envelope) else convert.to_envelope(evidence)).to_bytes()
    if not isinstance(evidence, Envelope):
        return evidence.to_bytes()
    if key is None:
        raise UsageError(
            "a bundle names the key that signed it, and no key is given",
            code="key-needed",
            where=Where(path),
            remedy="give the public key: --key FILE",
        )
    hint = base64text.encode(bytes.fromhex(key.keyid))
    return convert.to_bundle(evidence, hint=hint).to_bytes()


def read_artifact(text: str) -> bytes | None:
    """Return the SHA-256 digest in ``sha256:HEX``, or None if the text is no digest: then it is a path."""
    name, _, digits = text.partition(":")
    lower = digits.lower()
    if name != "sha256" or len(digits) != _HEX_DIGITS or not set(lower) <= set("0123456789abcdef"):
        return None
    return bytes.fromhex(lower)


def _envelope(envelope: Envelope, asked: Asked) -> Answer:
    from stella_git.trust.evidence import verify_by_key, verify_evidence

    if asked.keyring is not None:
        outcome = verify_evidence(
            envelope,
            keyring=asked.keyring,
            roots=(),
            now=asked.now,
            predicate_type=asked.predicate_type,
            signed_at=asked.signed_at,
        )
    elif asked.key is not None:
        outcome = verify_by_key(envelope, asked.key, predicate_type=asked.predicate_type)
    else:
        check = failed(
            "material",
            "an identity is expected, and a bare envelope has no certificate",
            code="WRONG_MATERIAL",
            remedy="give the bundle, or the key that signed the envelope: --key FILE",
        )
        return Answer(Report((check,)))
    return Answer(outcome.report, outcome.statement, outcome.report.signers)


def _by_keyring(bundle: "Bundle", keyring: "Keyring", asked: Asked) -> Answer:
    from stella_git.trust.evidence import verify_evidence

    own = (*((asked.root,) if asked.root else ()), *asked.roots)
    at_hand = (*own, roots.packaged(), roots.packaged(roots.STAGING))
    outcome = verify_evidence(
        bundle,
        keyring=keyring,
        roots=[known for known in at_hand if _is_young(known, asked)],
        now=asked.now,
        predicate_type=asked.predicate_type,
        signed_at=asked.signed_at,
    )
    return Answer(outcome.report, outcome.statement, outcome.report.signers, outcome.times)


def _bundle(bundle: "Bundle", asked: Asked) -> Answer:
    from stella_git.trust.bundles import verify_bundle
    from stella_git.trust.verify import canonical_type, check_type

    known = asked.root or roots.packaged()
    outcome = verify_bundle(
        bundle,
        root=known.root,
        now=asked.now,
        expected=asked.identity or asked.key,
        artifact=asked.artifact,
        logged=asked.logged or asked.identity is not None,
    )
    report = outcome.report.plus([_check_root(known, asked)])
    if outcome.statement is not None:
        role = canonical_type(outcome.statement.predicate_type)
        report = report.plus([check_type(role, asked.predicate_type)])
    signers = (outcome.signer,) if outcome.signer else ()
    return Answer(report, outcome.statement, signers, outcome.times)


def _check_root(known: "KnownRoot", asked: Asked) -> Check:
    if not _is_young(known, asked):
        return failed(
            "root",
            f"{known.describe(asked.now)}: older than {asked.max_root_age} days, or of an unknown age",
            code="ROOT_TOO_OLD",
            remedy="bring it up to date: stella trust update",
        )
    return passed("root", known.describe(asked.now))


def _is_young(known: "KnownRoot", asked: Asked) -> bool:
    age, most = known.age(asked.now), asked.max_root_age
    return most is None or (age is not None and age <= most)


def _checks(evidence: "Envelope | Bundle", found: Answer, asked: Asked) -> Iterator[Check]:
    from stella_git.trust.bundles import is_subject

    yield check_signing_time(
        found.times, signed_at=asked.signed_at, not_after=asked.not_after, skew=asked.skew
    )
    if asked.logged and found.report.ok and not _is_logged(found.report):
        yield failed(
            "log",
            "no entry of a transparency log is shown, and one is asked for",
            code="LOG_MISSING",
            remedy="give a bundle with its log entry; a bare envelope has none",
        )
    if found.statement is not None:
        yield from _contents(found.statement, asked)
    covered = isinstance(evidence, Envelope) or asked.keyring is not None
    if asked.artifact is None or not covered or found.statement is None:
        return
    if is_subject(found.statement, asked.artifact):
        yield passed("artifact", f"sha256:{asked.artifact.digests['sha256'].hex()}")
    else:
        yield failed(
            "artifact",
            "no subject of the statement is this artifact",
            code="SUBJECT_MISMATCH",
            remedy="get the evidence of this artifact, or the artifact of this evidence",
        )


def _contents(statement: "Statement", asked: Asked) -> Iterator[Check]:
    from stella_git.trust import contents

    if asked.predicate_type is not None:
        yield contents.check_predicate(statement)
    if asked.dependencies_root is not None:
        yield contents.check_dependencies(statement, asked.dependencies_root)
    if asked.inputs:
        yield contents.check_custody(statement, [(name, _digests(data)) for name, data in asked.inputs])


def _digests(data: bytes) -> frozenset[str]:
    """Return the digests under which a statement may name an input: of its bytes, and of its envelope."""
    found = {sha256(data).hex}
    with suppress(InputError):  # it need not be evidence itself: an SBOM, say
        envelope = envelope_of(read_evidence(data))
        found |= {envelope.digest().hex} if envelope is not None else set()
    return frozenset(found)


def _is_logged(report: Report) -> bool:
    return any(check.name == "log" and check.status == PASSED for check in report.checks)


def _with(found: Answer, checks: Iterable[Check], payload: bytes | None) -> Answer:
    report = found.report.plus(checks)
    if not report.ok:
        return Answer(report._replace(signers=()))
    return Answer(report, found.statement, found.signers, found.times, payload)
