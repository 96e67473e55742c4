"""What the body of a log entry says: which bytes were signed, by which key, with which signature.

Only what is needed to bind an entry to a bundle; other members are ignored: the log's proof covers them all.

Source: sigstore/rekor, pkg/types (hashedrekord, dsse, intoto); sigstore/rekor-tiles, api/proto (0.0.2).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stella_git.attest import base64text, protojson
from stella_git.attest.envelope import LIMIT, MAX_SIGNATURES
from stella_git.attest.members import Members, Path, refuse
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError

_CODE = "tlog-body-member"
_AGAIN = "get the entry again from the log"
_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_NAMES = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_PEM_LIMIT = 64 << 10
_PEM = re.compile(
    rb"-----BEGIN (?P<label>CERTIFICATE|PUBLIC KEY)-----\r?\n"
    rb"(?P<body>[A-Za-z0-9+/=\r\n]+)-----END (?P=label)-----\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedKey:
    """Whose signature was logged: exactly one of the two.

    Args:
        certificate: DER.
        spki: DER SubjectPublicKeyInfo.
    """

    certificate: bytes | None = None
    spki: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSignature:
    """One signature that was logged; raw bytes, and its key."""

    signature: bytes
    key: LoggedKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBody:
    """What an entry says.

    Args:
        kind: such as ``hashedrekord``.
        version: such as ``0.0.2``.
        digest_algorithm: ``sha256``, ``sha384`` or ``sha512``.
        digest: of the artifact, or of the PAE of an envelope; None for dsse and intoto.
        payload_digest: of the payload of an envelope; None for hashedrekord.
        payload: the payload itself, where the entry has it.
        payload_type: where the entry has it.
        signatures: one or more.
    """

    kind: str
    version: str
    digest_algorithm: str
    digest: bytes | None = None
    payload_digest: bytes | None = None
    payload: bytes | None = None
    payload_type: str | None = None
    signatures: tuple[LoggedSignature, ...] = ()


def parse_body(body: bytes, kind: str, version: str) -> LogBody:
    """Return what the canonicalized body of an entry says.

    Args:
        body: UTF-8 JSON: the bytes of the leaf.
        kind: what the entry around it says that it is.
        version: likewise; the body has to say the same.

    Raises:
        InputError: ``json-*`` from the strict reader; ``tlog-body-kind``, ``tlog-body-unknown``,
            ``tlog-body-member``, ``tlog-body-base64``, ``tlog-body-digest``, ``tlog-body-key``.
    """
    members = Members(parse_json(body, limit=LIMIT), (), code=_CODE)
    if (members.text("kind"), members.text("apiVersion")) != (kind, version):
        raise _wrong(f"is not the {kind!a} {version!a} of its entry", (), code="tlog-body-kind")
    read = _READERS.get((kind, version))
    if read is None:
        raise _wrong(f"{kind!a} {version!a} is unknown", (), code="tlog-body-unknown")
    return read(members.inner("spec"))


# Version 1 of the log.


def _hashedrekord_1(spec: Members) -> LogBody:
    algorithm, digest = _hex_digest(spec.inner("data").inner("hash"))
    signature = spec.inner("signature")
    logged = LoggedSignature(
        signature=_filled(signature, "content"), key=_pem(signature.inner("publicKey"), "content")
    )
    return LogBody(
        kind="hashedrekord",
        version="0.0.1",
        digest_algorithm=algorithm,
        digest=digest,
        signatures=(logged,),
    )


def _dsse_1(spec: Members) -> LogBody:
    def read(value: Json, path: Path) -> LoggedSignature:
        one = Members(value, path, code=_CODE)
        return LoggedSignature(signature=_filled(one, "signature"), key=_pem(one, "verifier"))

    algorithm, digest = _hex_digest(spec.inner("payloadHash"))
    return LogBody(
        kind="dsse",
        version="0.0.1",
        digest_algorithm=algorithm,
        payload_digest=digest,
        signatures=_signatures(spec, read),
    )


def _intoto_2(spec: Members) -> LogBody:
    def read(value: Json, path: Path) -> LoggedSignature:
        one = Members(value, path, code=_CODE)
        return LoggedSignature(signature=_twice(one, "sig"), key=_pem(one, "publicKey"))

    content = spec.inner("content")
    envelope = content.inner("envelope")
    algorithm, digest = _hex_digest(content.inner("payloadHash"))
    return LogBody(
        kind="intoto",
        version="0.0.2",
        digest_algorithm=algorithm,
        payload_digest=digest,
        payload=_twice(envelope, "payload") if envelope.has("payload") else None,
        payload_type=envelope.text("payloadType"),
        signatures=_signatures(envelope, read),
    )


# Version 2 of the log.


def _hashedrekord_2(spec: Members) -> LogBody:
    record = spec.inner("hashedRekordV002")
    algorithm, digest = _named_digest(record.inner("data"))
    signature = _signature_2(record.raw("signature"), (*record.path, "signature"))
    return LogBody(
        kind="hashedrekord",
        version="0.0.2",
        digest_algorithm=algorithm,
        digest=digest,
        signatures=(signature,),
    )


def _dsse_2(spec: Members) -> LogBody:
    record = spec.inner("dsseV002")
    algorithm, digest = _named_digest(record.inner("payloadHash"))
    return LogBody(
        kind="dsse",
        version="0.0.2",
        digest_algorithm=algorithm,
        payload_digest=digest,
        signatures=_signatures(record, _signature_2),
    )


def _signature_2(value: Json, path: Path) -> LoggedSignature:
    members = Members(value, path, code=_CODE)
    verifier = members.inner("verifier")
    certified = verifier.has("x509Certificate")
    if certified == verifier.has("publicKey"):
        raise _wrong("needs either x509Certificate or publicKey", verifier.path, code="tlog-body-key")
    name = "x509Certificate" if certified else "publicKey"
    der = protojson.der(
        verifier.raw(name), (*verifier.path, name), member_code=_CODE, code="tlog-body-base64"
    )
    key = LoggedKey(certificate=der) if certified else LoggedKey(spki=der)
    return LoggedSignature(signature=_filled(members, "content"), key=key)


_READERS: dict[tuple[str, str], Callable[[Members], LogBody]] = {
    ("dsse", "0.0.1"): _dsse_1,
    ("dsse", "0.0.2"): _dsse_2,
    ("hashedrekord", "0.0.1"): _hashedrekord_1,
    ("hashedrekord", "0.0.2"): _hashedrekord_2,
    ("intoto", "0.0.2"): _intoto_2,
}


# The parts.


def _signatures(
    members: Members, read: Callable[[Json, Path], LoggedSignature]
) -> tuple[LoggedSignature, ...]:
    items = members.peek("signatures")
    if isinstance(items, list) and not 1 <= len(items) <= MAX_SIGNATURES:
        raise _wrong(f"must have 1 to {MAX_SIGNATURES} signatures", (*members.path, "signatures"), code=_CODE)
    return members.array("signatures", read)


def _hex_digest(members: Members) -> tuple[str, bytes]:
    algorithm, value = members.text("algorithm"), members.text("value")
    digest = bytes.fromhex(value) if _HEX.fullmatch(value) else b""
    return _checked(members, algorithm, digest)


def _named_digest(members: Members) -> tuple[str, bytes]:
    return _checked(members, _NAMES.get(members.text("algorithm"), ""), _filled(members, "digest"))


def _checked(members: Members, algorithm: str, digest: bytes) -> tuple[str, bytes]:
    if _SIZES.get(algorithm) != len(digest):
        raise _wrong("is not a SHA-256, SHA-384 or SHA-512 digest", members.path, code="tlog-body-digest")
    return algorithm, digest


def _filled(members: Members, name: str) -> bytes:
    return protojson.filled(members, name, code="tlog-body-base64")


def _twice(members: Members, name: str) -> bytes:
    """Return the bytes of a member that Rekor encodes twice."""
    inner = _filled(members, name).decode("ascii", "replace")
    return base64text.decode(inner, (*members.path, name), code="tlog-body-base64")


def _pem(members: Members, name: str) -> LoggedKey:
    data = _filled(members, name)
    found = _PEM.fullmatch(data) if len(data) <= _PEM_LIMIT else None
    if found is None:
        raise _wrong(
            "is not one PEM block with a certificate or a public key",
            (*members.path, name),
            code="tlog-body-key",
        )
    text = found["body"].replace(b"\r", b"").replace(b"\n", b"").decode("ascii")
    der = base64text.decode(text, (*members.path, name), code="tlog-body-key")
    return LoggedKey(certificate=der) if found["label"] == b"CERTIFICATE" else LoggedKey(spki=der)


def _wrong(message: str, path: Path, *, code: str) -> InputError:
    return refuse(f"the body of a log entry {message}", path, code=code, remedy=_AGAIN)
