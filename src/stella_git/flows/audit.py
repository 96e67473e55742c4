"""The audit log of a clone: ``stella/audit.jsonl`` in the git directory, which no push carries.

What goes in: every signature before it is used, every change of keys, and what failed of either. A record
that cannot be written stops what it is about: nothing is signed without a trace.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stella_git.attest.envelope import Signature
from stella_git.canon import jcs
from stella_git.canon.clock import Clock
from stella_git.canon.digest import sha256
from stella_git.canon.reader import parse_json
from stella_git.errors import EnvironmentFault, InputError, StellaError, UsageError, Where
from stella_git.flows.lockfile import exclusive, unwritable
from stella_git.flows.workspace import Workspace
from stella_git.trust import audit, auditreading
from stella_git.trust.audit import Event, Head, Record, Sink
from stella_git.trust.keys import is_keyid
from stella_git.trust.report import Report
from stella_git.trust.signers import Signer

if TYPE_CHECKING:
    from stella_git.trust.keys import PublicKey

LOG, HEAD, LOCK = "audit.jsonl", "audit.head", "audit.lock"
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT
_APPEND |= sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"))
_HEAD_LIMIT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSink:
    """Appends to a file that only its owner can read; several processes may.

    Args:
        directory: where the log, its remembered head and its lock lie.
        clock: for the times of records.
        who: git's identity, as text.
        account: of the operating system, as ``uid:1000``; None where it has no number.
    """

    directory: Path
    clock: Clock
    who: str
    account: str | None = None

    @property
    def path(self) -> Path:
        """Return the path of the log."""
        return self.directory / LOG

    def append(self, event: Event) -> Record:
        """Write one record behind the last, and remember it as the head.

        Raises:
            EnvironmentFault: it could not be written.
        """
        with exclusive(self.directory / LOCK):
            try:
                return self._append(event)
            except OSError as error:
                raise unwritable(self.path, error) from error

    def _append(self, event: Event) -> Record:
        last, rest, ended = self._end()
        remembered = self.head()
        # what is remembered and gone was cut off: the chain goes on from it, so that the gap stays visible
        lost = remembered is not None and (last is None or last.seq < remembered.seq)
        record = audit.following(
            remembered if lost else last,
            event,
            time=self.clock.now(),
            who=self.who,
            account=self.account,
        )
        if rest and not lost:
            record = replace(record, torn=audit.digest_of(rest))
        line = record.to_line()
        descriptor = os.open(self.path, _APPEND, 0o600)
        try:
            _write(descriptor, (b"" if ended else b"\n") + line + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._remember(Head(record.seq, audit.digest_of(line)))
        return record

    def _end(self) -> tuple[Head | None, bytes, bool]:
        """Return the last record, the bytes after it that are none, and whether the file ends a line."""
        if not self.path.exists():
            return None, b"", True
        span = audit.LINE_LIMIT
        with self.path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            while True:
                span = min(span * 2, size)
                stream.seek(size - span)
                found = _last(stream.read(span), whole=span == size)
                if found is not None or span == size:
                    break
            stream.seek(max(size - 1, 0))
            ended = size == 0 or stream.read(1) == b"\n"
            if found is None:
                stream.seek(0)
                return None, stream.read(size), ended
        return (*found, ended)

    def _remember(self, head: Head) -> None:
        beside = self.directory / f".{HEAD}.new"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write(descriptor, jcs.dumps({"seq": head.seq, "digest": head.digest}) + b"\n")
        finally:
            os.close(descriptor)
        beside.replace(self.directory / HEAD)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, each with the newline that it has or has not; a longer one than any record is cut.

        Raises:
            EnvironmentFault: the file system refuses.
        """
        try:
            if self.path.exists():
                with self.path.open("rb") as stream:
                    while line := stream.readline(audit.LINE_LIMIT + 1):
                        yield line
        except OSError as error:
            raise EnvironmentFault(
                f"cannot be read: {error.strerror}",
                code="file-unreadable",
                where=Where(str(self.path)),
                remedy="check who owns it",
            ) from error

    def head(self) -> Head | None:
        """Return the head that is remembered beside the log; None where there is none, or it says nothing."""
        path = self.directory / HEAD
        try:
            with path.open("rb") as stream:
                value = parse_json(stream.read(_HEAD_LIMIT), limit=_HEAD_LIMIT)
        except (FileNotFoundError, InputError):
            return None
        seq, digest = (value.get("seq"), value.get("digest")) if isinstance(value, dict) else (None, None)
        return Head(seq, digest) if type(seq) is int and isinstance(digest, str) else None


def _last(data: bytes, *, whole: bool) -> tuple[Head, bytes] | None:
    """Return the last record in the end of a file, and the bytes after it; None if it shows none."""
    lines = data.split(b"\n")
    first = 0 if whole else 1
    for index in range(len(lines) - 1, first - 1, -1):
        try:
            record = Record.from_line(lines[index])
        except InputError:
            continue
        return Head(record.seq, audit.digest_of(lines[index])), b"\n".join(lines[index + 1 :])
    return None


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def sink(workspace: Workspace) -> FileSink:
    """Return the audit log of a clone; its work trees share it."""
    get = workspace.backend.config_get
    name, email = get("user.name"), get("user.email")
    uid = getattr(os, "getuid", None)
    return FileSink(
        directory=Path(workspace.backend.common_dir) / "stella",
        clock=workspace.clock,
        who=f"{name or 'unknown'} <{email or ''}>",
        account=None if uid is None else f"uid:{uid()}",
    )


def parse_head(text: str) -> Head:
    """Return a head from its text, ``N:sha256:HEX``, as ``stella audit show --head`` prints it.

    Raises:
        UsageError: it is none.
    """
    number, _, digest = text.partition(":")
    digits = digest.removeprefix("sha256:")
    if not (number.isascii() and number.isdecimal() and digest != digits and is_keyid(digits)):
        raise UsageError(
            f"{text[:100]!r} is no head of an audit log",
            code="audit-head",
            remedy="give what stella audit show --head printed: N:sha256:HEX",
        )
    return Head(int(number), digest)


def verify(log: Sink, *, kept: Head | None = None) -> Report:
    """Return a report on an audit log; see `auditreading.verify`."""
    return auditreading.verify(log.lines(), remembered=log.head(), kept=kept)


@dataclass(slots=True, kw_only=True)
class Recording:
    """One command that signs or changes keys; what becomes known of it on the way."""

    log: Sink
    event: Event
    recorded: list[Record] = field(default_factory=list)

    def know(self, **facts: Any) -> None:
        """Remember more about what is being done."""
        self.event = self.event._replace(**facts)

    def done(self) -> None:
        """Record that it was done, now rather than at the end.

        Raises:
            EnvironmentFault: it could not be recorded.
        """
        self.recorded.append(self.log.append(self.event))

    def signer(self, signer: Signer) -> Signer:
        """Return a signer that records each signature before it gives it away."""
        return _RecordingSigner(signer, self)


class _RecordingSigner:
    """Signs with another signer, and records it."""

    __slots__ = ("_inner", "_recording")

    def __init__(self, inner: Signer, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    @property
    def uri(self) -> str:
        return self._inner.uri

    @property
    def public_key(self) -> "PublicKey":
        return self._inner.public_key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def sign(self, pae: bytes) -> Signature:
        self._recording.know(key_id=self.public_key.keyid, payload_digest=str(sha256(_payload(pae))))
        signature = self._inner.sign(pae)
        self._recording.done()
        return signature


def _payload(pae: bytes) -> bytes:
    """Return the payload in a pre-authentication encoding: what follows the fourth length or text.

    Source: DSSE v1.0, protocol.md: "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body.
    """
    _, length, rest = pae.split(b" ", 2)
    return rest[int(length) + 1 :].split(b" ", 1)[1]


@contextmanager
def recording(workspace: Workspace, operation: str, *, always: bool = True) -> Iterator[Recording]:
    """Record a command: what it signs as it signs it, and at the end what became of it.

    Args:
        workspace: the clone whose log it is.
        operation: such as ``keys.rotate``.
        always: record a success that signed nothing, too.

    Raises:
        EnvironmentFault: it could not be recorded. A failure that cannot be recorded stays that failure.
    """
    found = Recording(log=sink(workspace), event=Event(operation=operation))
    try:
        yield found
    except StellaError as error:
        try:
            found.log.append(found.event._replace(outcome=audit.FAILED, code=error.code))
        except EnvironmentFault as fault:
            error.add_note(f"not recorded in the audit log: {fault}")
        raise
    if always and not found.recorded:
        found.done()
