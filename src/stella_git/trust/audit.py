"""The audit log: a line for every signature and every change of keys, each bound to the one before it.

A line is the canonical JSON of a record; ``prev`` is the SHA-256 of the line before, without its newline, and
absent in the first. Whoever changes, removes or inserts a line in the middle has to rewrite every line after
it. Whoever can do that, and can rewrite the remembered head as well, leaves no trace: only a head that was
kept elsewhere shows it. `auditreading.verify` takes such a head.

A process that is killed while it writes leaves a torn last line. The next record names the digest of those
bytes as ``torn``, so that they are told from a line that somebody damaged.

Source: RFC 8785 (lines); Schneier and Kelsey, Secure Audit Logs to Support Computer Forensics (the chain).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from stella_git.canon import jcs
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.digest import sha256
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError

LINE_LIMIT = 16 << 10
OK, FAILED = "ok", "failed"
_TEXT_LIMIT = 512
_REQUIRED = {"seq", "time", "who", "operation", "outcome"}
_OPTIONAL = ("account", "keyId", "payloadDigest", "predicateType", "detail", "code", "torn", "prev")
KEEP = "keep the file as it is, and find out who could write to it"


class Event(NamedTuple):
    """What happened.

    Args:
        operation: the command, with a dot: ``attest.create``, ``keys.rotate``.
        outcome: ``ok``, or ``failed`` with a code.
        key_id: lower-case hex SHA-256 of the DER SPKI of the key that signed or was changed.
        payload_digest: of the bytes that were signed, ``sha256:...``.
        predicate_type: what kind of statement they are.
        detail: names, in one line.
        code: why it failed.
    """

    operation: str
    outcome: str = OK
    key_id: str | None = None
    payload_digest: str | None = None
    predicate_type: str | None = None
    detail: str | None = None
    code: str | None = None


class Head(NamedTuple):
    """The last record: its number, from 0, and the SHA-256 digest of its line, ``sha256:...``."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the log.

    Args:
        seq: number, from 0.
        time: by the clock of the machine.
        who: git's identity, as text.
        account: of the operating system, as ``uid:1000``.
        event: what happened.
        prev: digest of the line before; None for the first.
        torn: digest of the bytes of a torn line before this one.
    """

    seq: int
    time: Instant
    who: str
    event: Event
    account: str | None = None
    prev: str | None = None
    torn: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the members that are there."""
        event = self.event
        members: dict[str, Json | None] = {
            "seq": self.seq,
            "time": str(self.time),
            "who": _clean(self.who),
            "account": self.account,
            "operation": event.operation,
            "outcome": event.outcome,
            "keyId": event.key_id,
            "payloadDigest": event.payload_digest,
            "predicateType": _clean(event.predicate_type),
            "detail": _clean(event.detail),
            "code": event.code,
            "torn": self.torn,
            "prev": self.prev,
        }
        return {name: value for name, value in members.items() if value is not None}

    def to_line(self) -> bytes:
        """Return the canonical bytes, without a newline."""
        return jcs.dumps(self.to_json())

    @classmethod
    def from_line(cls, line: bytes) -> "Record":
        """Return the record in a line.

        Raises:
            InputError: ``audit-record``, or of the strict reader.
        """
        value = parse_json(line, limit=LINE_LIMIT)
        if not isinstance(value, dict) or jcs.dumps(value) != line:
            raise _not_a_record("it is not the canonical JSON of an object")
        seq = value.get("seq")
        if type(seq) is not int or seq < 0:
            raise _not_a_record("seq is no number from 0")
        texts = {name: item for name, item in value.items() if name != "seq"}
        unknown = texts.keys() - _REQUIRED - {*_OPTIONAL}
        if unknown or not texts.keys() >= _REQUIRED - {"seq"}:
            raise _not_a_record("its members are not those of a record")
        found = {name: item for name, item in texts.items() if isinstance(item, str)}
        if len(found) != len(texts):
            raise _not_a_record("a member is no text")
        time = parse_rfc3339(found["time"])
        if str(time) != found["time"]:
            raise _not_a_record("its time has another spelling than ours")
        return cls(
            seq=seq,
            time=time,
            who=found["who"],
            account=found.get("account"),
            event=Event(
                operation=found["operation"],
                outcome=found["outcome"],
                key_id=found.get("keyId"),
                payload_digest=found.get("payloadDigest"),
                predicate_type=found.get("predicateType"),
                detail=found.get("detail"),
                code=found.get("code"),
            ),
            prev=found.get("prev"),
            torn=found.get("torn"),
        )


class Sink(Protocol):
    """Where records go."""

    def append(self, event: Event) -> Record:
        """Write one record behind the last, and return it.

        Raises:
            EnvironmentFault: it could not be written; what it records must then not happen.
        """
        ...

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, each with the newline that it has or has not."""
        ...

    def head(self) -> Head | None:
        """Return the head that is remembered beside the log, or None."""
        ...


def digest_of(line: bytes) -> str:
    """Return the digest of a line without its newline, ``sha256:...``."""
    return str(sha256(line.removesuffix(b"\n")))


def following(last: Head | None, event: Event, *, time: Instant, who: str, account: str | None) -> Record:
    """Return the record that follows a head; with None the first one."""
    return Record(
        seq=0 if last is None else last.seq + 1,
        time=time,
        who=who,
        account=account,
        event=event,
        prev=None if last is None else last.digest,
    )


def _clean(text: str | None) -> str | None:
    """Return a text that fits a line: escaped where it does not print, and cut."""
    if text is None:
        return None
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return shown if len(shown) <= _TEXT_LIMIT else shown[: _TEXT_LIMIT - 1] + "…"


def _not_a_record(what: str) -> InputError:
    return InputError(what, code="audit-record", remedy=KEEP)
