"""From a bare envelope to a Sigstore bundle and back; the bytes that are signed are never touched.

Source: Sigstore bundle v0.3; DSSE v1.0, envelope.md.
"""

from dataclasses import replace

from stella_git.attest import base64text
from stella_git.attest.bundle import Bundle
from stella_git.attest.envelope import Envelope
from stella_git.attest.members import refuse
from stella_git.attest.protojson import DIGEST_SIZE
from stella_git.attest.tlog import TlogEntry
from stella_git.errors import InputError


def to_bundle(
    envelope: Envelope,
    *,
    hint: str,
    tlog_entries: tuple[TlogEntry, ...] = (),
    timestamps: tuple[bytes, ...] = (),
) -> Bundle:
    """Return the bundle around an envelope that a key signed; its keyid is left out.

    Some verifiers skip a signature whose keyid they cannot match: in a bundle the hint names the key.

    Args:
        envelope: must have exactly one signature.
        hint: base64 of the SHA-256 of the DER SPKI.
        tlog_entries: what a log gave for the signature.
        timestamps: DER TimeStampResp over the signature.

    Raises:
        InputError: ``convert-signatures``.
    """
    if len(envelope.signatures) != 1:
        raise refuse(
            f"a bundle holds one signature, and this envelope has {len(envelope.signatures)}",
            ("signatures",),
            code="convert-signatures",
            remedy="keep it an envelope, or make one envelope of each signature",
        )
    signature = envelope.signatures[0]
    extra = {name: value for name, value in signature.extra.items() if name != "keyid"}
    return Bundle(
        public_key_hint=hint,
        tlog_entries=tlog_entries,
        timestamps=timestamps,
        content=replace(envelope, signatures=(replace(signature, keyid="", extra=extra),)),
    )


def to_envelope(bundle: Bundle, keyid: str = "") -> Envelope:
    """Return the bare envelope in a bundle; certificate, log entries and timestamps stay behind.

    Args:
        bundle: must hold an envelope.
        keyid: name of the key. "" for the one that the envelope has, or else that the hint says, if it is the
            base64 of a SHA-256.

    Raises:
        InputError: ``convert-content``: the bundle holds the signature of an artifact.
    """
    content = bundle.content
    if not isinstance(content, Envelope):
        raise refuse(
            "the bundle holds the signature of an artifact, and no envelope",
            ("messageSignature",),
            code="convert-content",
            remedy="keep it a bundle",
        )
    signature = content.signatures[0]
    name = keyid or signature.keyid or _keyid_of(bundle.public_key_hint or "")
    if name == signature.keyid:
        return content
    extra = {member: value for member, value in signature.extra.items() if member != "keyid"}
    return replace(content, signatures=(replace(signature, keyid=name, extra=extra),))


def _keyid_of(hint: str) -> str:
    try:
        digest = base64text.decode(hint, (), code="convert-content")
    except InputError:
        return ""
    return digest.hex() if len(digest) == DIGEST_SIZE else ""
