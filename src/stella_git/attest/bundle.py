"""Sigstore bundles. Source: Sigstore bundle v0.3."""

from dataclasses import dataclass, field
from collections.abc import Mapping

from stella_git.attest import base64text
from stella_git.attest.envelope import LIMIT, Envelope
from stella_git.attest.members import Members, Object, Path, refuse
from stella_git.attest.tlog import TlogEntry, read_entry
from stella_git.canon import jcs
from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError

VERSIONS = {
    "application/vnd.dev.sigstore.bundle+json;version=0.1": "0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2": "0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3": "0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json": "0.3",
}
_R = "get the original bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSignature:
    signature: bytes
    digest_algorithm: str | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    media_type: str
    version: str
    certificates: tuple[bytes, ...]
    public_key_hint: str | None
    tlog_entries: tuple[TlogEntry, ...]
    timestamps: tuple[bytes, ...]
    content: Envelope | MessageSignature
    document: Mapping[str, Json] = field(default_factory=dict)

    @property
    def signature(self) -> bytes:
        if isinstance(self.content, Envelope):
            return self.content.signatures[0].sig
        return self.content.signature

    @classmethod
    def from_bytes(cls, data: bytes, limit: int = LIMIT, *, path: str | None = None) -> "Bundle":
        return cls.from_json(parse_json(data, path=path, limit=limit))

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "Bundle":
        value = _no_null(value)
        members = Members(value, path, code="bundle-member")
        media = members.text("mediaType")
        if media not in VERSIONS:
            raise refuse("unknown media type", (*path, "mediaType"), code="bundle-media-type", remedy=_R)
        version = VERSIONS[media]
        m = members.inner("verificationMaterial")
        kinds = [n for n in ("certificate", "x509CertificateChain", "publicKey") if m.has(n)]
        if len(kinds) != 1:
            raise refuse("needs one kind of material", path, code="bundle-material", remedy=_R)
        certs: tuple[bytes, ...] = ()
        hint = None
        if kinds[0] == "publicKey":
            hint = m.inner("publicKey").any_text_or_none("hint") or ""
        elif kinds[0] == "certificate":
            certs = (base64text.decode(m.inner("certificate").raw("rawBytes"), path, code="bundle-base64"),)
        else:
            certs = m.inner("x509CertificateChain").array("certificates", lambda v, p: base64text.decode(Members(v, p, code="bundle-member").raw("rawBytes"), p, code="bundle-base64"))
            if not certs:
                raise refuse("empty chain", path, code="bundle-certificates", remedy=_R)
        entries = m.array_or_none("tlogEntries", read_entry) or ()
        for e in entries:
            if version == "0.1" and e.inclusion_promise is None:
                raise refuse("no promise", path, code="bundle-promise-missing", remedy=_R)
            if version != "0.1" and (e.inclusion_proof is None or not e.inclusion_proof.checkpoint):
                raise refuse("no proof", path, code="bundle-proof-missing", remedy=_R)
        stamps: tuple[bytes, ...] = ()
        if m.has("timestampVerificationData"):
            stamps = m.inner("timestampVerificationData").array_or_none("rfc3161Timestamps", lambda v, p: base64text.decode(str(Members(v, p, code="bundle-member").raw("signedTimestamp")).replace("\n", "").replace("\r", ""), p, code="bundle-base64")) or ()
        if len(stamps) > 32 or len(set(stamps)) != len(stamps):
            raise refuse("too many", path, code="bundle-timestamps", remedy=_R)
        if members.has("dsseEnvelope") == members.has("messageSignature"):
            raise refuse("one content", path, code="bundle-content", remedy=_R)
        content: Envelope | MessageSignature
        if members.has("dsseEnvelope"):
            content = Envelope.from_json(members.raw("dsseEnvelope"), (*path, "dsseEnvelope"))
            if len(content.signatures) != 1:
                raise refuse("one signature", path, code="bundle-signatures", remedy=_R)
        else:
            s = members.inner("messageSignature")
            alg = dig = None
            if s.has("messageDigest"):
                d = s.inner("messageDigest")
                alg, dig = d.text("algorithm"), base64text.decode(d.raw("digest"), path, code="bundle-base64")
            content = MessageSignature(signature=base64text.decode(s.raw("signature"), path, code="bundle-base64"), digest_algorithm=alg, digest=dig)
        return cls(media_type=media, version=version, certificates=certs, public_key_hint=hint, tlog_entries=entries, timestamps=stamps, content=content, document=value)

    def to_json(self) -> Object:
        return dict(self.document)

    def to_bytes(self) -> bytes:
        return jcs.dumps(self.to_json())

    def digest(self) -> Digest:
        return sha256(self.to_bytes())


def _no_null(value: Json) -> Json:
    if isinstance(value, dict):
        return {k: _no_null(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_no_null(v) for v in value]
    return value
