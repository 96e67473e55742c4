"""Records of the audit log, as text."""

from stella_git.errors import InputError
from stella_git.report.text import printable
from stella_git.trust.audit import Record


def line_text(line: bytes) -> str:
    """Return one line of a log for people; a line that is no record says so."""
    try:
        record = Record.from_line(line.removesuffix(b"\n"))
    except InputError as error:
        return f"      ?  no record: {printable(error.message)}"
    event = record.event
    parts = [
        f"{record.seq:>7}",
        str(record.time),
        event.outcome if event.code is None else f"{event.outcome} [{event.code}]",
        event.operation,
        f"key {event.key_id[:12]}" if event.key_id else "",
        event.predicate_type or "",
        event.payload_digest or "",
        event.detail or "",
        f"by {record.who}",
    ]
    return "  ".join(printable(part) for part in parts if part)
