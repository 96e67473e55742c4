"""Signed evidence as it lies in a note or a file: a bare DSSE envelope, or a Sigstore bundle.

Source: DSSE v1.0, envelope.md; Sigstore bundle v0.3.
"""

from typing import TYPE_CHECKING

from stella_git.attest.envelope import LIMIT, Envelope
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError, Where

if TYPE_CHECKING:
    from stella_git.attest.bundle import Bundle


def read_evidence(
    data: bytes, *, path: str | None = None, limit: int = LIMIT, canonical: bool = False
) -> "Envelope | Bundle":
    """Return the envelope or the bundle in a JSON document; the document is parsed once.

    Args:
        data: UTF-8 bytes.
        path: what to call the document in errors.
        limit: greatest size in bytes.
        canonical: refuse bytes that are not exactly the canonical form, as in a line of a git note.

    Raises:
        InputError: ``json-*``, ``envelope-*`` and ``bundle-*`` codes; ``envelope-not-canonical``
            where the canonical form was asked for.
    """
    value = parse_json(data, path=path, limit=limit)
    try:
        evidence = _read(value)
    except InputError as error:
        error.where = error.where.within(path) if path else error.where
        raise
    if canonical and evidence.to_bytes() != data:
        raise InputError(
            "the evidence is not written in its canonical form",
            code="envelope-not-canonical",
            where=Where(path),
            remedy="write it again: stella canon",
        )
    return evidence


def envelope_of(evidence: "Envelope | Bundle") -> Envelope | None:
    """Return the envelope in evidence, None for a bundle around the signature of an artifact.

    Its digest names the evidence: what a bundle says beside it proves who and when, and is not what was said.
    """
    if isinstance(evidence, Envelope):
        return evidence
    return evidence.content if isinstance(evidence.content, Envelope) else None


def _read(value: Json) -> "Envelope | Bundle":
    if isinstance(value, dict) and "mediaType" in value and "payloadType" not in value:
        from stella_git.attest.bundle import Bundle

        return Bundle.from_json(value)
    return Envelope.from_json(value)
