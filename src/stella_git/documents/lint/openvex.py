"""Rules for OpenVEX documents as a whole: context, identity, author, times, version, repetitions.

Source: OpenVEX 0.2.0.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.claims import about, instant, names
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, integer, text
from stella_git.documents.walk import objects
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.documents.context import Context, Subject
    from stella_git.documents.models import RawClaim

CONTEXT = "https://openvex.dev/ns/v0.2.0"
# Seconds by which the clocks of two machines may differ. Tools write the time of a document a moment before
# those of its statements, so that is no contradiction either.
SKEW = 300

_SHARED = "https://openvex.dev/docs/"
_PLACEHOLDERS = frozenset({"", "author", "n/a", "none", "unknown", "unknown author"})


def context_url(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """V001: the context in its one spelling."""
    found = text(subject.value, "@context")
    if found is not None and found != CONTEXT:
        message = f"{show(found)} is not how the context of OpenVEX 0.2.0 is spelt"
        yield Complaint(rule="V001", pointer="/@context", message=message, remedy=f"Write {show(CONTEXT)}.")


def identity(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """V002: ids that name two things, and namespaces in which names collide."""
    if not isinstance(subject.value, dict):
        return
    own = text(subject.value, "@id")
    for space, severity in (("example", "warning"), ("public", "info")):
        if own is not None and (own + "/").startswith(f"{_SHARED}{space}/"):
            yield Complaint(
                rule="V002",
                severity="warning" if severity == "warning" else "info",
                pointer="/@id",
                message=f"{show(own)} is in the namespace `{space}`, where names may collide",
                remedy="Write an IRI under a domain of yours.",
            )
    seen = {own: "/@id"} if own else {}
    for pointer, statement in objects(subject.value, "statements"):
        name = text(statement, "@id")
        place = pointer_to(pointer, "@id")
        if name and seen.setdefault(name, place) != place:
            yield Complaint(
                rule="V002",
                pointer=place,
                message=f"{show(name)} is already the id at {seen[name]}",
                remedy="Give the statement an @id of its own.",
            )


def author(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """V003: an author that is somebody."""
    found = text(subject.value, "author")
    if found is None or found.strip().casefold() not in _PLACEHOLDERS:
        return
    empty = not found.strip()
    yield Complaint(
        rule="V003",
        severity="error" if empty else "warning",
        pointer="/author",
        message="the author is empty" if empty else f"{show(found)} names nobody",
        remedy='Write who makes the statements, such as "Example <security@example.com>".',
    )


def times(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """V004, V005, V023 of the document: when it was issued and updated."""
    issued = instant(text(subject.value, "timestamp"))
    updated = instant(text(subject.value, "last_updated"))
    if issued is not None and context.now is not None and _after(issued, context.now):
        message = f"the document is issued at {issued}, and it is {context.now} now"
        remedy = "Write the time at which it was issued."
        yield Complaint(rule="V004", pointer="/timestamp", message=message, remedy=remedy)
    if issued is None or updated is None:
        return
    if _after(issued, updated):
        yield _backwards("/last_updated", f"the document is issued at {issued} and updated at {updated}")
    elif _after(updated, issued) and integer(subject.value, "version") == 1:
        message = f"the document was updated at {updated}, after it was issued, and is still of version 1"
        yield Complaint(rule="V005", pointer="/version", message=message, remedy="Increment `version`.")


def _after(one: "Instant", other: "Instant") -> bool:
    """Return whether a time is later than another, by more than clocks differ."""
    return one.seconds - other.seconds > SKEW


def _backwards(pointer: str, message: str) -> Complaint:
    """Return the complaint V023."""
    return Complaint(
        rule="V023", pointer=pointer, message=f"{message}, which is earlier", remedy="Correct one of the two."
    )


def agreement(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """V006, V024: statements that repeat each other, or contradict each other at one time."""
    from stella_git.documents import openvex

    said: dict[tuple[str, str, str], RawClaim] = {}
    statements: dict[str, list[tuple[RawClaim, RawClaim | None]]] = {}
    for claim in openvex.claims(subject.value):
        keys = [(name, about(claim), str(instant(claim.timestamp))) for name in names(claim)]
        earlier = [said[key] for key in keys if key in said and said[key].pointer != claim.pointer]
        other = next((one for one in earlier if one.status != claim.status), None)
        statements.setdefault(claim.pointer, []).append((claim, other or next(iter(earlier), None)))
        for key in keys:
            said.setdefault(key, claim)
    for pointer, pairs in statements.items():
        yield from _compared(pointer, pairs)


def _compared(pointer: str, pairs: "list[tuple[RawClaim, RawClaim | None]]") -> Iterator[Complaint]:
    for claim, other in pairs:
        if other is not None and other.status != claim.status:
            message = (
                f"{claim.vulnerability} in {about(claim)} is `{claim.status}` here and `{other.status}` at "
                f"{other.pointer}, at the same time"
            )
            remedy = "Keep the one that holds, or give the later one its own `timestamp`."
            yield Complaint(
                rule="V024", pointer=pointer_to(pointer, "status"), message=message, remedy=remedy
            )
            return
    first = pairs[0][1]
    if first is not None and all(_same(claim, other) for claim, other in pairs):
        message = f"this says of {pairs[0][0].vulnerability} what {first.pointer} says already"
        yield Complaint(rule="V006", pointer=pointer, message=message, remedy="Remove one of the two.")


def _same(claim: "RawClaim", other: "RawClaim | None") -> bool:
    return other is not None and other.justification == claim.justification


def statement_times(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """V013, V023: times of statements against each other, the document and the present."""
    value = subject.value
    ends = [one for one in (instant(text(value, "timestamp")), instant(text(value, "last_updated"))) if one]
    latest = max(ends, default=None)
    for index, statement in enumerate(array(value, "statements")):
        pointer = pointer_to("/statements", index)
        known, updated = instant(text(statement, "timestamp")), instant(text(statement, "last_updated"))
        if known is not None and context.now is not None and _after(known, context.now):
            yield Complaint(
                rule="V013",
                severity="error",
                pointer=pointer_to(pointer, "timestamp"),
                message=f"the statement is of {known}, and it is {context.now} now",
                remedy="Write the time at which it was known to be true.",
            )
        elif known is not None and latest is not None and _after(known, latest):
            yield Complaint(
                rule="V013",
                pointer=pointer_to(pointer, "timestamp"),
                message=f"the statement is of {known}, and the document that holds it of {latest}",
                remedy="Write this time as `last_updated` of the document, or correct it.",
            )
        if updated is not None and known is not None and _after(known, updated):
            message = f"the statement is of {known} and updated at {updated}"
            yield _backwards(pointer_to(pointer, "last_updated"), message)


CHECKS = (context_url, identity, author, times, agreement, statement_times)
