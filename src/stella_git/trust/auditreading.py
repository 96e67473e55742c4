"""Reading an audit log: is every line bound to the one before it, and is the end the end that is remembered?

What cannot be seen: a log and its remembered head that were rewritten together, and records that were never
written. A head that was kept elsewhere (`stella audit show --head`) closes the first gap.

Source: `audit`, which says what a line holds.
"""

from collections.abc import Iterable
from typing import NamedTuple

from stella_git.errors import InputError
from stella_git.trust.audit import KEEP, Head, Record, digest_of
from stella_git.trust.report import Check, Report, failed, passed, skipped

_PROBLEMS = 100


class Reading(NamedTuple):
    """What the lines show.

    Args:
        records: how many there are.
        head: the last one.
        problems: (line number from 1, what is wrong), at most 100.
        torn: numbers of torn lines, which nobody had to answer for.
        found: digests by number, of the records whose number is asked for.
    """

    records: int
    head: Head | None
    problems: tuple[tuple[int, str], ...]
    torn: tuple[int, ...]
    found: dict[int, str]


def read(lines: Iterable[bytes], *, ask: Iterable[int] = ()) -> Reading:
    """Return what the lines of a log show, in one pass and with bounded memory.

    Args:
        lines: each with the newline that it has or has not.
        ask: numbers of records whose digest is wanted.
    """
    return _Walk(frozenset(ask)).run(lines)


def verify(lines: Iterable[bytes], *, remembered: Head | None = None, kept: Head | None = None) -> Report:
    """Return a report on a log: ``audit-chain``, ``audit-head`` and, with ``kept``, ``audit-kept``.

    Args:
        lines: each with the newline that it has or has not.
        remembered: the head beside the log; None if there is none.
        kept: a head that somebody kept elsewhere.
    """
    heads = [head for head in (remembered, kept) if head is not None]
    reading = read(lines, ask=[head.seq for head in heads])
    checks = [_check_chain(reading), _check_head("audit-head", reading, remembered)]
    if kept is not None:
        checks.append(_check_head("audit-kept", reading, kept))
    return Report(tuple(checks))


def _check_chain(reading: Reading) -> Check:
    if reading.problems:
        number, what = reading.problems[0]
        more = f" ({len(reading.problems)} problems)" if len(reading.problems) > 1 else ""
        return failed("audit-chain", f"line {number}: {what}{more}", code="AUDIT_TAMPERED", remedy=KEEP)
    torn = f"; torn by an interrupted write: line {', '.join(map(str, reading.torn))}" if reading.torn else ""
    return passed("audit-chain", f"{reading.records} records, each bound to the one before{torn}")


def _check_head(name: str, reading: Reading, wanted: Head | None) -> Check:
    if wanted is None:
        what = "no head is remembered: records missing at the end would not show"
        return skipped(name, what) if reading.records else passed(name, "nothing was recorded yet")
    if reading.found.get(wanted.seq) == wanted.digest:
        later = (reading.head.seq if reading.head else 0) - wanted.seq
        return passed(name, f"record {wanted.seq} is there, {later} after it")
    return failed(
        name,
        f"record {wanted.seq} ({wanted.digest}) is not there: the end was cut off, or it was changed",
        code="AUDIT_TRUNCATED",
        remedy=KEEP,
    )


class _Walk:
    """The state of one pass over the lines."""

    def __init__(self, ask: frozenset[int]) -> None:
        self.ask = ask
        self.problems: list[tuple[int, str]] = []
        self.torn: list[int] = []
        self.found: dict[int, str] = {}
        self.records = 0
        self.head: Head | None = None
        self.rubbish: list[tuple[int, bytes]] = []
        self.reason = ""

    def run(self, lines: Iterable[bytes]) -> Reading:
        ended = True
        for number, line in enumerate(lines, 1):
            ended = line.endswith(b"\n")
            try:
                record = Record.from_line(line.removesuffix(b"\n"))
            except InputError as error:
                self.rubbish.append((number, line.removesuffix(b"\n")))
                self.reason = error.message
            else:
                self.take(number, record, digest_of(line))
        if self.rubbish and not ended:
            self.torn.append(self.rubbish.pop()[0])
        self.refuse_rubbish()
        return Reading(self.records, self.head, tuple(self.problems), tuple(self.torn), self.found)

    def take(self, number: int, record: Record, digest: str) -> None:
        self.settle(number, record)
        expected = 0 if self.head is None else self.head.seq + 1
        if record.seq != expected:
            self.problem(number, f"record {record.seq} stands where {expected} belongs")
        elif record.prev != (self.head.digest if self.head else None):
            self.problem(number, f"record {record.seq} is not bound to the line before it")
        self.head = Head(record.seq, digest)
        self.records += 1
        if record.seq in self.ask:
            self.found[record.seq] = digest

    def settle(self, number: int, record: Record) -> None:
        """Excuse what could not be read before a record that names it as torn."""
        torn = None if not self.rubbish else digest_of(b"\n".join(line for _, line in self.rubbish))
        if record.torn == torn:
            self.torn += [place for place, _ in self.rubbish]
            self.rubbish = []
        elif record.torn is not None and not self.rubbish:
            self.problem(number, "it names a torn line before it, and there is none")
        self.refuse_rubbish()

    def refuse_rubbish(self) -> None:
        for place, _ in self.rubbish:
            self.problem(place, f"is no record: {self.reason}")
        self.rubbish = []

    def problem(self, number: int, what: str) -> None:
        if len(self.problems) < _PROBLEMS:
            self.problems.append((number, what))
