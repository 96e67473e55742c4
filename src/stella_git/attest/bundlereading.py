"""Reading a Sigstore bundle, strictly: what its version does not allow is refused.

Source: protobuf-specs, sigstore_bundle.proto: the comments on its members say what each version needs.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from stella_git.attest import base64text, protojson
from stella_git.attest.envelope import Envelope
from stella_git.attest.members import Members, Path, refuse
from stella_git.attest.message import MessageSignature
from stella_git.attest.tlog import TlogEntry, read_entry
from stella_git.canon.reader import Json
from stella_git.errors import InputError

VERSIONS = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1": "0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2": "0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3": "0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json": "0.3",
}
MAX_CERTIFICATES = 16
MAX_ENTRIES = 32
MAX_TIMESTAMPS = 32
_SIGNERS = ("certificate", "x509CertificateChain", "publicKey")
_CONTENTS = ("dsseEnvelope", "messageSignature")
_AGAIN = "get the original bundle"


class Parts(NamedTuple):
    """What a bundle holds; see `stella_git.attest.bundle.Bundle`."""

    media_type: str
    version: str
    certificates: tuple[bytes, ...]
    public_key_hint: str | None
    tlog_entries: tuple[TlogEntry, ...]
    timestamps: tuple[bytes, ...]
    content: Envelope | MessageSignature


def read(value: Json, path: Path = ()) -> Parts:
    """Return the parts of the bundle in parsed JSON, which is not changed.

    Raises:
        InputError: ``bundle-*``, and ``envelope-*`` for the envelope inside.
    """
    members = Members(protojson.without_null(value), path, code="bundle-member")
    media_type, version = _read_version(members)
    material = members.inner("verificationMaterial")
    certificates, hint = _read_signer(material, version)
    return Parts(
        media_type,
        version,
        certificates,
        hint,
        _read_entries(material, version),
        _read_timestamps(material),
        _read_content(members),
    )


def _read_version(members: Members) -> tuple[str, str]:
    media_type = members.peek("mediaType")
    version = VERSIONS.get(media_type) if isinstance(media_type, str) else None
    if not isinstance(media_type, str) or version is None:
        raise _wrong(
            "mediaType is not that of a bundle of version 0.1, 0.2 or 0.3",
            (*members.path, "mediaType"),
            code="bundle-media-type",
        )
    return media_type, version


def _only(members: Members, names: tuple[str, ...], *, code: str) -> str:
    found = [name for name in names if members.has(name)]
    if len(found) != 1:
        raise _wrong(f"needs exactly one of {', '.join(names)}", members.path, code=code)
    return found[0]


def _read_signer(material: Members, version: str) -> tuple[tuple[bytes, ...], str | None]:
    name = _only(material, _SIGNERS, code="bundle-material")
    if name == ("x509CertificateChain" if version == "0.3" else "certificate"):
        raise _wrong(f"version {version} has no {name}", (*material.path, name), code="bundle-material")
    if name == "publicKey":
        return (), material.inner(name).any_text_or_none("hint") or ""
    if name == "certificate":
        return (_read_certificate(material.raw(name), (*material.path, name)),), None
    chain = material.inner(name)
    _check_count(chain, "certificates", MAX_CERTIFICATES, at_least=1, code="bundle-certificates")
    return chain.array("certificates", _read_certificate), None


def _read_certificate(value: Json, path: Path) -> bytes:
    return protojson.der(value, path, member_code="bundle-certificates", code="bundle-base64")


def _read_entries(material: Members, version: str) -> tuple[TlogEntry, ...]:
    _check_count(material, "tlogEntries", MAX_ENTRIES, code="bundle-tlog-entries")
    entries = material.array_or_none("tlogEntries", read_entry) or ()
    path = (*material.path, "tlogEntries")
    for index, entry in enumerate(entries):
        proof = entry.inclusion_proof
        if version == "0.1" and entry.inclusion_promise is None:
            raise _wrong(
                "version 0.1 needs an inclusion promise", (*path, index), code="bundle-promise-missing"
            )
        if version != "0.1" and (proof is None or not proof.checkpoint):
            raise _wrong(
                f"version {version} needs an inclusion proof with a checkpoint",
                (*path, index),
                code="bundle-proof-missing",
            )
    # The outer index is nobody's word: a leaf of a log counts once, whatever index is written beside it.
    _check_distinct([(entry.log_id, entry.body) for entry in entries], path, code="bundle-tlog-entries")
    return entries


def _read_timestamps(material: Members) -> tuple[bytes, ...]:
    if not material.has("timestampVerificationData"):
        return ()
    data = material.inner("timestampVerificationData")
    _check_count(data, "rfc3161Timestamps", MAX_TIMESTAMPS, code="bundle-timestamps")
    stamps = data.array_or_none("rfc3161Timestamps", _read_timestamp) or ()
    _check_distinct(stamps, (*data.path, "rfc3161Timestamps"), code="bundle-timestamps")
    return stamps


def _read_timestamp(value: Json, path: Path) -> bytes:
    members = Members(value, path, code="bundle-timestamps")
    text = members.raw("signedTimestamp")
    if isinstance(text, str):  # public bundles hold what the base64 command prints: wrapped lines
        text = text.replace("\r\n", "\n").replace("\n", "")
    stamp = base64text.decode(text, (*path, "signedTimestamp"), code="bundle-base64")
    if not stamp:
        raise _wrong("is empty", (*path, "signedTimestamp"), code="bundle-base64")
    return stamp


def _read_content(members: Members) -> Envelope | MessageSignature:
    name = _only(members, _CONTENTS, code="bundle-content")
    path = (*members.path, name)
    if name == "messageSignature":
        return MessageSignature.from_json(members.raw(name), path)
    envelope = Envelope.from_json(members.raw(name), path)
    if len(envelope.signatures) != 1:
        raise _wrong(
            f"an envelope in a bundle has one signature, this one {len(envelope.signatures)}",
            (*path, "signatures"),
            code="bundle-signatures",
        )
    return envelope


def _check_count(members: Members, name: str, most: int, *, code: str, at_least: int = 0) -> None:
    """Refuse too many items before any of them is read."""
    items = members.peek(name)
    if isinstance(items, list) and not at_least <= len(items) <= most:
        raise _wrong(
            f"must have {at_least} to {most} items, and has {len(items)}", (*members.path, name), code=code
        )


def _check_distinct(items: Sequence[Hashable], path: Path, *, code: str) -> None:
    seen: set[Hashable] = set()
    for index, item in enumerate(items):
        if item in seen:
            raise _wrong("stands here twice", (*path, index), code=code)
        seen.add(item)


def _wrong(message: str, path: Path, *, code: str) -> InputError:
    return refuse(message, path, code=code, remedy=_AGAIN)
