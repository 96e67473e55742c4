"""What a merged report comes to, in a few lines for people."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stella_git.canon.clock import DAY, Instant, parse_rfc3339
from stella_git.documents.models import SEVERITIES
from stella_git.report.text import printable

if TYPE_CHECKING:
    from stella_git.documents.ingest import Report, Source


def summary(report: "Report", *, now: Instant) -> str:
    """Return a line for each scanner with the age of its database, then the numbers.

    Args:
        report: what ``merge`` returned.
        now: what ages are counted from.
    """
    lines = [_source(source, now) for source in report.sources]
    severities = Counter(finding.severity for finding in report.findings)
    reasons = Counter(unknown.reason for unknown in report.unknowns)
    lines.append(
        f"{_many(len(report.findings), 'finding')}{_parts(severities, reversed(SEVERITIES))}; "
        f"{_many(len(report.unknowns), 'unknown')}{_parts(reasons, sorted(reasons))}"
    )
    return "".join(f"{line}\n" for line in lines)


def _source(source: "Source", now: Instant) -> str:
    name = printable(" ".join(filter(None, (source.name, source.version))))
    if not source.database_date:
        return f"{name}: does not say of which day its database is"
    days = (now.seconds - parse_rfc3339(source.database_date).seconds) // DAY
    age = f"{_many(days, 'day')} old" if days >= 0 else "in the future"
    return f"{name}: database of {source.database_date}, {age}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _parts(counted: "Counter[str]", order: Iterable[str]) -> str:
    parts = [f"{counted[name]} {name}" for name in order if counted[name]]
    return f" ({', '.join(parts)})" if parts else ""
