"""Trusted roots of a Sigstore instance: its authorities and logs, and when each of them counts.

Source: protobuf-specs, sigstore_trustroot.proto (TrustedRoot, versions 0.1 and 0.2).
"""

from dataclasses import dataclass

from stella_git.attest import protojson
from stella_git.attest.members import Members, Path, refuse
from stella_git.canon.clock import Instant
from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError

LIMIT = 4 << 20
MEDIA_TYPES = frozenset(
    {
        "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "application/vnd.dev.sigstore.trustedroot.v0.1+json",
        "application/vnd.dev.sigstore.trustedroot.v0.2+json",
    }
)
_CODE = "trusted-root-member"
_AGAIN = "get the original trusted root of the instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When something counts; both ends belong to it, and None is open.

    Args:
        start: first instant.
        end: last instant.
    """

    start: Instant
    end: Instant | None = None

    def contains(self, instant: Instant) -> bool:
        """Return whether an instant lies in the window."""
        return self.start <= instant and (self.end is None or instant <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """The key of a log.

    Args:
        base_url: where the log is; "" if unsaid.
        log_id: 32 bytes.
        key: DER SPKI.
        details: algorithm, such as ``PKIX_ECDSA_P256_SHA_256``; one that nobody knows is kept, "" if unsaid.
        window: when it counts.
    """

    base_url: str
    log_id: bytes
    key: bytes
    details: str
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate or timestamp authority.

    Args:
        uri: where it is; "" if unsaid.
        certificates: DER, the anchor last; may be empty.
        window: when it counts.
    """

    uri: str
    certificates: tuple[bytes, ...]
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRoot:
    """A trusted root.

    Args:
        logs: keys of transparency logs.
        ct_logs: keys of certificate transparency logs.
        authorities: who certifies signing keys.
        timestamp_authorities: who stamps.
        digest: SHA-256 of the bytes that were read: the name of this root everywhere.
    """

    logs: tuple[LogKey, ...]
    ct_logs: tuple[LogKey, ...]
    authorities: tuple[Authority, ...]
    timestamp_authorities: tuple[Authority, ...]
    digest: Digest

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None) -> "TrustedRoot":
        """Return the trusted root in a JSON document.

        Args:
            data: UTF-8 bytes, at most 4 MiB.
            path: what to call the document in errors.

        Raises:
            InputError: ``json-*`` from the strict reader; ``trusted-root-media-type``,
                ``trusted-root-member``, ``trusted-root-base64``, ``trusted-root-window``,
                ``trusted-root-log``.
        """
        value = parse_json(data, path=path, limit=LIMIT)
        try:
            return cls._read(value, sha256(data))
        except InputError as error:
            error.where = error.where.within(path) if path else error.where
            raise

    @classmethod
    def _read(cls, value: Json, digest: Digest) -> "TrustedRoot":
        members = Members(protojson.without_null(value), (), code=_CODE)
        media_type = members.peek("mediaType")
        if not isinstance(media_type, str) or media_type not in MEDIA_TYPES:
            raise _wrong(
                "mediaType is not that of a trusted root of version 0.1 or 0.2",
                ("mediaType",),
                code="trusted-root-media-type",
            )
        return cls(
            logs=_read_logs(members, "tlogs"),
            ct_logs=_read_logs(members, "ctlogs"),
            authorities=members.array_or_none("certificateAuthorities", _read_authority) or (),
            timestamp_authorities=members.array_or_none("timestampAuthorities", _read_authority) or (),
            digest=digest,
        )


def _read_logs(members: Members, name: str) -> tuple[LogKey, ...]:
    logs = members.array_or_none(name, _read_log) or ()
    windows: set[tuple[bytes, Window]] = set()
    keys: dict[bytes, bytes] = {}
    ids: dict[bytes, bytes] = {}
    for index, log in enumerate(logs):
        again = (log.log_id, log.window) in windows
        # A log may come back with its key in another window; an id never names two keys, nor a key two logs.
        if again or keys.setdefault(log.log_id, log.key) != log.key:
            raise _wrong("another log has the same id", (name, index), code="trusted-root-log")
        if ids.setdefault(log.key, log.log_id) != log.log_id:
            raise _wrong("another log has the same key", (name, index), code="trusted-root-log")
        windows.add((log.log_id, log.window))
    return logs


def _read_log(value: Json, path: Path) -> LogKey:
    members = Members(value, path, code=_CODE)
    key = members.inner("publicKey")
    log_id = members.inner("logId")
    return LogKey(
        base_url=members.any_text_or_none("baseUrl") or "",
        log_id=protojson.digest32(log_id.raw("keyId"), (*log_id.path, "keyId"), code="trusted-root-log"),
        key=protojson.filled(key, "rawBytes", code="trusted-root-base64"),
        details=key.any_text_or_none("keyDetails") or "",
        window=_read_window(key),
    )


def _read_authority(value: Json, path: Path) -> Authority:
    members = Members(value, path, code=_CODE)
    certificates: tuple[bytes, ...] = ()
    if members.has("certChain"):
        certificates = members.inner("certChain").array_or_none("certificates", _read_certificate) or ()
    return Authority(
        uri=members.any_text_or_none("uri") or "", certificates=certificates, window=_read_window(members)
    )


def _read_certificate(value: Json, path: Path) -> bytes:
    return protojson.der(value, path, member_code=_CODE, code="trusted-root-base64")


def _read_window(members: Members) -> Window:
    path = (*members.path, "validFor")
    if not members.has("validFor"):
        raise _wrong("nothing says when it counts", path, code="trusted-root-window")
    window = Members(members.raw("validFor"), path, code="trusted-root-window")
    start = window.instant("start", window.text("start"))
    end = window.instant("end", window.text("end")) if window.has("end") else None
    if end is not None and end < start:
        raise _wrong("it ends before it starts", path, code="trusted-root-window")
    return Window(start=start, end=end)


def _wrong(message: str, path: Path, *, code: str) -> InputError:
    return refuse(message, path, code=code, remedy=_AGAIN)
