"""Rules for OpenVEX documents against the revision before: versions that grow, times that stay.

Source: OpenVEX 0.2.0, "Document Struct Fields" and "Updating Statements with Inherited Data".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.claims import instant
from stella_git.documents.problems import Complaint, Mend, pointer_to
from stella_git.documents.read import array, integer, text
from stella_git.documents.schema.equality import identity

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

_TIMES = frozenset({"last_updated", "timestamp"})


def history(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """V030, V031: what changed against the revision before, and what must not have."""
    earlier = context.earlier(subject)
    if not isinstance(earlier, dict) or not isinstance(subject.value, dict):
        return
    from stella_git.documents.detect import detect

    found = detect(earlier)
    if found is None or found.kind != "openvex":
        return
    if text(earlier, "@id") == text(subject.value, "@id"):
        yield from _version(subject.value, earlier)
    yield from _moved(subject.value, earlier)


def _version(value: "dict[str, Json]", earlier: "dict[str, Json]") -> Iterator[Complaint]:
    now, before = integer(value, "version"), integer(earlier, "version")
    if now is None or before is None or now > before:
        return
    if now < before:
        message = f"version {now} is older than version {before} of the revision before"
    elif identity(_without(value, {"version"})) != identity(_without(earlier, {"version"})):
        message = f"the document changed, and its version is still {now}"
    else:
        return
    remedy = f"Write {before + 1}, or give a new document an @id of its own."
    mend = Mend(before + 1)
    yield Complaint(rule="V030", pointer="/version", message=message, remedy=remedy, mend=mend)


def _without(value: "dict[str, Json]", names: "frozenset[str] | set[str]") -> "dict[str, Json]":
    return {name: member for name, member in value.items() if name not in names}


def _moved(value: "dict[str, Json]", earlier: "dict[str, Json]") -> Iterator[Complaint]:
    """Return V031: a statement is the same if all but its times is; it may stand there several times."""
    before: dict[object, list[str]] = {}
    for statement in array(earlier, "statements"):
        if isinstance(statement, dict):
            before.setdefault(_content(statement), []).append(_time(statement, earlier))
    for index, statement in enumerate(array(value, "statements")):
        if not isinstance(statement, dict):
            continue
        times = before.get(_content(statement), [])
        time = _time(statement, value)
        if not times or time in times:
            continue
        own = "timestamp" in statement
        message = f"this statement did not change, but its time moved from {times[0]} to {time}"
        yield Complaint(
            rule="V031",
            pointer=pointer_to("/statements", index, *(("timestamp",) if own else ())),
            message=message if own else f"{message}, which it inherits from the document",
            remedy=f'Write "timestamp": "{times[0]}" in the statement.',
        )


def _content(statement: "dict[str, Json]") -> object:
    return identity(_without(statement, _TIMES))


def _time(statement: "dict[str, Json]", value: "dict[str, Json]") -> str:
    """Return the time of a statement in its one spelling, its own or that of the document."""
    written = text(statement, "timestamp") or text(value, "timestamp")
    known = instant(written)
    return str(known) if known is not None else str(written)


CHECKS = (history,)
