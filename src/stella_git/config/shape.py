"""Rules for strict JSON documents: every defect of a value, with its pointer, in document order.

A rule is a function of (value, pointer, found) that appends to ``found``. Rules compose like the schema they
stand for; unlike a schema validator they name the nearest known member, refuse nulls and floats, and load in
no time. Agreement with the published JSON Schemas is a test.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from stella_git.canon import jcs
from stella_git.canon.reader import Json
from stella_git.canon.record import record as frozen_record  # `record` is a rule here

MAX_INTEGER = 2**53 - 1
MOST_DEFECTS = 1000


@frozen_record(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing that is wrong with a value.

    Attributes:
        code: stable slug.
        message: one sentence without the place.
        pointer: JSON Pointer of the value; for a missing member, of the object that lacks it.
        remedy: what to do, in the imperative, or None.
    """

    code: str
    message: str
    pointer: str
    remedy: str | None = None


Rule = Callable[[Json, str, list[Defect]], None]


class _EnoughError(Exception):
    """The list of defects is full."""


class _Found(list[Defect]):
    """A list that ends the inspection when it is full: a hostile document must not fill the memory."""

    def append(self, defect: Defect) -> None:
        super().append(defect)
        if len(self) == MOST_DEFECTS:
            raise _EnoughError


def inspect(rule: Rule, value: Json) -> tuple[Defect, ...]:
    """Return the defects of a value in document order, at most a thousand; empty means it conforms."""
    found = _Found()
    with suppress(_EnoughError):
        rule(value, "", found)
    return tuple(found)


def child(pointer: str, token: str | int) -> str:
    """Return the JSON Pointer of a member or item.

    Source: RFC 6901 section 3.
    """
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like ``word``, or None when none is near."""
    import difflib

    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else None


def _named(value: Json) -> str:
    kinds = {str: "a string", bool: "a boolean", int: "an integer", float: "a number with a fraction"}
    return (
        "null"
        if value is None
        else kinds.get(type(value), "an array" if isinstance(value, list) else "an object")
    )


def _wrong_type(found: list[Defect], pointer: str, expected: str, value: Json) -> None:
    remedy = "leave the member out: absent is absent, never null" if value is None else None
    found.append(
        Defect(
            code="value-type",
            message=f"expected {expected}, got {_named(value)}",
            pointer=pointer,
            remedy=remedy,
        )
    )


def text(pattern: str | None = None, what: str = "text") -> Rule:
    """Return a rule for a string that matches ``pattern`` from its first to its last character."""
    compiled = re.compile(pattern) if pattern is not None else None

    def rule(value: Json, pointer: str, found: list[Defect]) -> None:
        if not isinstance(value, str):
            _wrong_type(found, pointer, "a string", value)
        elif compiled is not None and compiled.fullmatch(value) is None:
            message = f"{value[:80]!r} is not {what}"
            found.append(
                Defect(
                    code="value-pattern", message=message, pointer=pointer, remedy=f"write it as {pattern}"
                )
            )

    return rule


def integer(minimum: int = 0, maximum: int = MAX_INTEGER) -> Rule:
    """Return a rule for an integer within bounds, both included."""

    def rule(value: Json, pointer: str, found: list[Defect]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            _wrong_type(found, pointer, "an integer", value)
        elif not minimum <= value <= maximum:
            message = f"{value} is outside {minimum}..{maximum}"
            found.append(Defect(code="value-range", message=message, pointer=pointer))

    return rule


def boolean(value: Json, pointer: str, found: list[Defect]) -> None:
    """Rule for true or false."""
    if not isinstance(value, bool):
        _wrong_type(found, pointer, "true or false", value)


def enum(*words: str) -> Rule:
    """Return a rule for one of a few strings."""

    def rule(value: Json, pointer: str, found: list[Defect]) -> None:
        if not isinstance(value, str):
            _wrong_type(found, pointer, "a string", value)
        elif value not in words:
            near = nearest(value, words)
            remedy = f"did you mean {near!r}?" if near else f"write one of: {', '.join(words)}"
            message = f"{value[:80]!r} is not one of {', '.join(words)}"
            found.append(Defect(code="value-enum", message=message, pointer=pointer, remedy=remedy))

    return rule


def array(item: Rule, *, minimum: int = 0, unique: bool = False, ordered: bool = False) -> Rule:
    """Return a rule for an array.

    Args:
        item: rule of every item.
        minimum: smallest number of items.
        unique: items differ from each other.
        ordered: items ascend strictly: strings by UTF-16 code units, others by those of their JCS text.
    """

    def rule(value: Json, pointer: str, found: list[Defect]) -> None:
        if not isinstance(value, list):
            _wrong_type(found, pointer, "an array", value)
            return
        before = len(found)
        for index, entry in enumerate(value):
            item(entry, child(pointer, index), found)
        if len(value) < minimum:
            message = f"at least {minimum} item is needed"
            found.append(Defect(code="array-too-short", message=message, pointer=pointer))
        if (unique or ordered) and len(found) == before:
            _arrangement(value, pointer, found, ordered=ordered)

    return rule


def order_key(value: Json) -> bytes:
    """Return what sorts a digested array: UTF-16 code units of a string, or of the JCS text of an item."""
    return jcs.sort_key(value if isinstance(value, str) else jcs.dumps(value).decode())


def _arrangement(items: list[Json], pointer: str, found: list[Defect], *, ordered: bool) -> None:
    seen: set[bytes] = set()
    last = b""
    for index, entry in enumerate(items):
        key = order_key(entry)
        place = child(pointer, index)
        if key in seen:
            message = "the same item stands here a second time"
            found.append(Defect(code="array-duplicate", message=message, pointer=place, remedy="remove it"))
        elif ordered and key < last:
            message = "items are not in code-unit order of their canonical JSON"
            found.append(Defect(code="array-unsorted", message=message, pointer=place))
        seen.add(key)
        last = key


def record(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *, minimum: int = 0
) -> Rule:
    """Return a rule for an object with known members only.

    Args:
        required: members that must be there.
        optional: members that may be there.
        minimum: smallest number of members.
    """
    members = {**required, **(optional or {})}

    def rule(value: Json, pointer: str, found: list[Defect]) -> None:
        if not isinstance(value, dict):
            _wrong_type(found, pointer, "an object", value)
            return
        for name, entry in value.items():
            if name in members:
                members[name](entry, child(pointer, name), found)
            else:
                found.append(_unknown(name, members, child(pointer, name)))
        for name in required:
            if name not in value:
                found.append(_missing(name, pointer))  # noqa: PERF401 - extend would pass by the bound
        if len(value) < minimum:
            message = f"at least {minimum} member is needed: {', '.join(members)}"
            found.append(Defect(code="object-empty", message=message, pointer=pointer))

    return rule


def table(key: str, what: str, entry: Rule, *, minimum: int = 0) -> Rule:
    """Return a rule for an object whose member names match the pattern ``key``."""
    compiled = re.compile(key)

    def rule(value: Json, pointer: str, found: list[Defect]) -> None:
        if not isinstance(value, dict):
            _wrong_type(found, pointer, "an object", value)
            return
        for name, member in value.items():
            place = child(pointer, name)
            if compiled.fullmatch(name) is None:
                message = f"the name {name[:80]!r} is not {what}"
                found.append(Defect(code="member-name", message=message, pointer=place))
            entry(member, place, found)
        if len(value) < minimum:
            message = f"at least {minimum} member is needed"
            found.append(Defect(code="object-empty", message=message, pointer=pointer))

    return rule


def digestible(value: Json, pointer: str, found: list[Defect]) -> None:
    """Rule for any JSON that may be digested: strings, integers, booleans, arrays and objects of these."""
    if isinstance(value, dict):
        for name, member in value.items():
            digestible(member, child(pointer, name), found)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            digestible(entry, child(pointer, index), found)
    elif value is None or isinstance(value, float):
        _wrong_type(found, pointer, "a string, an integer or a boolean", value)
    elif isinstance(value, int) and not isinstance(value, bool):
        integer(-MAX_INTEGER)(value, pointer, found)


def mapping(*, minimum: int = 0) -> Rule:
    """Return a rule for an object of digestible members, whatever their names."""
    return table(r"[\s\S]*", "a name", digestible, minimum=minimum)


def _unknown(name: str, members: Mapping[str, Rule], pointer: str) -> Defect:
    near = nearest(name, members)
    remedy = f"did you mean {near!r}?" if near else f"known members: {', '.join(members)}"
    return Defect(
        code="member-unknown",
        message=f"unknown member {name[:80]!r}",
        pointer=pointer,
        remedy=remedy,
    )


def _missing(name: str, pointer: str) -> Defect:
    return Defect(
        code="member-missing",
        message=f"the member {name!r} is missing",
        pointer=pointer,
        remedy=f"add {name!r}",
    )
