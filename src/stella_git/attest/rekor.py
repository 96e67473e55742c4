"""Bodies of log entries. Source: Rekor types."""

from base64 import b64decode
from dataclasses import dataclass

from stella_git.attest import base64text
from stella_git.attest.members import Members
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError

C = "tlog-body"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedKey:
    certificate: bytes | None = None
    spki: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSignature:
    signature: bytes
    key: LoggedKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBody:
    kind: str
    version: str
    digest_algorithm: str
    digest: bytes | None = None
    payload_digest: bytes | None = None
    payload: bytes | None = None
    payload_type: str | None = None
    signatures: tuple[LoggedSignature, ...] = ()


def _b(v: Json) -> bytes:
    return base64text.decode(v, (), code=C)


def _pem(data: bytes) -> LoggedKey:
    text = data.decode("ascii").strip()
    lines = text.splitlines()
    der = b64decode("".join(lines[1:-1]))
    if lines[0] == "-----BEGIN CERTIFICATE-----":
        return LoggedKey(certificate=der)
    if lines[0] == "-----BEGIN PUBLIC KEY-----":
        return LoggedKey(spki=der)
    raise InputError("pem", code=C, remedy="x")


def _verifier(m: Members) -> LoggedKey:
    if m.has("x509Certificate"):
        return LoggedKey(certificate=_b(m.inner("x509Certificate").raw("rawBytes")))
    return LoggedKey(spki=_b(m.inner("publicKey").raw("rawBytes")))


def parse_body(body: bytes, kind: str, version: str) -> LogBody:
    top = Members(parse_json(body), (), code=C)
    if (top.text("kind"), top.text("apiVersion")) != (kind, version):
        raise InputError("kind differs", code="tlog-body-kind", remedy="x")
    spec = top.inner("spec")
    if (kind, version) == ("hashedrekord", "0.0.1"):
        h = spec.inner("data").inner("hash")
        s = spec.inner("signature")
        return LogBody(kind=kind, version=version, digest_algorithm=h.text("algorithm"), digest=bytes.fromhex(h.text("value")), signatures=(LoggedSignature(signature=_b(s.raw("content")), key=_pem(_b(s.inner("publicKey").raw("content")))),))
    if (kind, version) == ("dsse", "0.0.1"):
        h = spec.inner("payloadHash")
        sigs = spec.array("signatures", lambda v, p: LoggedSignature(signature=_b(Members(v, p, code=C).raw("signature")), key=_pem(_b(Members(v, p, code=C).raw("verifier")))))
        return LogBody(kind=kind, version=version, digest_algorithm=h.text("algorithm"), payload_digest=bytes.fromhex(h.text("value")), signatures=sigs)
    if (kind, version) == ("intoto", "0.0.2"):
        c = spec.inner("content")
        e = c.inner("envelope")
        h = c.inner("payloadHash")
        sigs = e.array("signatures", lambda v, p: LoggedSignature(signature=_b(_b(Members(v, p, code=C).raw("sig")).decode()), key=_pem(_b(Members(v, p, code=C).raw("publicKey")))))
        payload = _b(_b(e.raw("payload")).decode()) if e.has("payload") else None
        return LogBody(kind=kind, version=version, digest_algorithm=h.text("algorithm"), payload_digest=bytes.fromhex(h.text("value")), payload=payload, payload_type=e.text("payloadType"), signatures=sigs)
    if (kind, version) == ("hashedrekord", "0.0.2"):
        r = spec.inner("hashedRekordV002")
        s = r.inner("signature")
        alg = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}[r.inner("data").text("algorithm")]
        return LogBody(kind=kind, version=version, digest_algorithm=alg, digest=_b(r.inner("data").raw("digest")), signatures=(LoggedSignature(signature=_b(s.raw("content")), key=_verifier(s.inner("verifier"))),))
    raise InputError("unknown kind", code="tlog-body-unknown", remedy="x")
