"""Trusted roots. Source: protobuf-specs, sigstore_trustroot.proto."""

from dataclasses import dataclass

from stella_git.attest import base64text
from stella_git.attest.members import Members, Path, refuse
from stella_git.canon.clock import Instant
from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json, parse_json

_R = "get the original trusted root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    start: Instant
    end: Instant | None = None

    def contains(self, instant: Instant) -> bool:
        return self.start <= instant and (self.end is None or instant <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    base_url: str
    log_id: bytes
    key: bytes
    details: str
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    uri: str
    certificates: tuple[bytes, ...]
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRoot:
    logs: tuple[LogKey, ...]
    ct_logs: tuple[LogKey, ...]
    authorities: tuple[Authority, ...]
    timestamp_authorities: tuple[Authority, ...]
    digest: Digest

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None) -> "TrustedRoot":
        from stella_git.attest.bundle import _no_null

        m = Members(_no_null(parse_json(data, path=path)), (), code="trusted-root")
        return cls(
            logs=m.array_or_none("tlogs", _log) or (),
            ct_logs=m.array_or_none("ctlogs", _log) or (),
            authorities=m.array_or_none("certificateAuthorities", _auth) or (),
            timestamp_authorities=m.array_or_none("timestampAuthorities", _auth) or (),
            digest=sha256(data),
        )


def _window(m: Members) -> Window:
    if not m.has("validFor") or not m.inner("validFor").has("start"):
        raise refuse("no start", m.path, code="trusted-root-window", remedy=_R)
    w = m.inner("validFor")
    end = w.text_or_none("end")
    return Window(start=w.instant("start", w.text("start")), end=None if end is None else w.instant("end", end))


def _log(value: Json, path: Path) -> LogKey:
    m = Members(value, path, code="trusted-root")
    k = m.inner("publicKey")
    return LogKey(base_url=m.any_text_or_none("baseUrl") or "", log_id=base64text.decode(m.inner("logId").raw("keyId"), path, code="trusted-root"), key=base64text.decode(k.raw("rawBytes"), path, code="trusted-root"), details=k.text("keyDetails"), window=_window(k))


def _auth(value: Json, path: Path) -> Authority:
    m = Members(value, path, code="trusted-root")
    certs = m.inner("certChain").array_or_none("certificates", lambda v, p: base64text.decode(Members(v, p, code="trusted-root").raw("rawBytes"), p, code="trusted-root")) or ()
    return Authority(uri=m.any_text_or_none("uri") or "", certificates=certs, window=_window(m))
