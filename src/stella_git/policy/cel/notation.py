"""Values as the language writes them, for people: one line, bounded, nothing that moves a terminal."""

from collections.abc import Iterator
from typing import Final

from stella_git.policy.cel.access import keys
from stella_git.policy.cel.conversions import text_of_double
from stella_git.policy.cel.values import (
    ABSENT,
    DEEPEST,
    Duration,
    Optional,
    Timestamp,
    TypeValue,
    UInt,
    Value,
    key_of,
)

LONGEST: Final = 10_000
_ESCAPED: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BMP: Final = 0xFFFF


def written(value: Value, *, limit: int = LONGEST) -> str:
    """Return a value in the notation of the language, cut with ``...`` when it is longer than ``limit``.

    Keys of maps are in order, strings in double quotes with everything but ASCII escaped.
    """
    found: list[str] = []
    left = limit
    for piece in _pieces(value, DEEPEST):
        found.append(piece[:left])
        left -= len(piece)
        if left < 0:
            return "".join(found) + "..."
    return "".join(found)


def _pieces(value: Value, left: int) -> Iterator[str]:
    if not left:
        yield "..."
    elif isinstance(value, list | tuple):
        yield from _enclosed("[]", (_pieces(item, left - 1) for item in value))
    elif isinstance(value, dict):
        yield from _enclosed("{}", (_entry(key, value[key_of(key)], left - 1) for key in keys(value)))
    elif isinstance(value, Optional):
        yield "optional.none()" if value.value is ABSENT else "optional.of("
        if value.value is not ABSENT:
            yield from _pieces(value.value, left - 1)
            yield ")"
    else:
        yield _plain(value)


def _enclosed(brackets: str, items: Iterator[Iterator[str]]) -> Iterator[str]:
    before = brackets[0]
    for item in items:
        yield before
        yield from item
        before = ", "
    yield brackets if before == brackets[0] else brackets[1]


def _entry(key: Value, value: Value, left: int) -> Iterator[str]:
    yield f"{_plain(key)}: "
    yield from _pieces(value, left)


def _plain(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        text = text_of_double(value)
        return text if not text.lstrip("-").isdecimal() else f"{text}.0"
    if isinstance(value, str):
        return f'"{"".join(map(_character, value[: LONGEST + 1]))}"'
    if isinstance(value, bytes):
        return "b" + ascii(bytes(value[: LONGEST + 1]))[1:]
    if isinstance(value, Timestamp):
        return (
            f"timestamp({value.seconds}) + duration('{value.nanos}ns')"
            if value.nanos
            else f"timestamp({value.seconds})"
        )
    if isinstance(value, Duration):
        return f"duration('{value.nanos}ns')"
    return (
        value.name if isinstance(value, TypeValue) else repr(value) if isinstance(value, UInt) else str(value)
    )


def _character(one: str) -> str:
    if one in _ESCAPED:
        return _ESCAPED[one]
    if one.isascii() and one.isprintable():
        return one
    return f"\\u{ord(one):04x}" if ord(one) <= _BMP else f"\\U{ord(one):08x}"
