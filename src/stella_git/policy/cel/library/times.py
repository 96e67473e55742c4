"""Timestamps and durations: read, written, and taken apart.

Zones are offsets (``+05:30``) or ``UTC``. Names such as ``Europe/Vienna`` are refused: what they mean is in a
data base that differs between machines and changes every year, and a verdict may not change with it.

Source: CEL language definition, "Timestamps and durations"; RFC 3339; proposal 175 of cel-spec.
"""

import re
from collections.abc import Callable
from typing import Final

from stella_git.canon.clock import DAY, NANOS, Instant, parse_rfc3339
from stella_git.errors import InputError
from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import DURATION, INT, STRING, TIMESTAMP
from stella_git.policy.cel.values import INT_MAX, INT_MIN, Duration, Timestamp, Value

_LONGEST: Final = 64
_WORK: Final = 6
"""Fuel for reading, writing or taking apart one of them."""
_ZONE: Final = re.compile(r"([+-]?)([0-9]{2}):([0-9]{2})")
_DURATION: Final = re.compile(r"([+-]?)((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:h|ms|m|s|us|µs|μs|ns))+")
_PART: Final = re.compile(r"([0-9]*)\.?([0-9]*)(h|ms|m|s|us|µs|μs|ns)")
_UNITS: Final = {
    "h": 3600 * NANOS,
    "m": 60 * NANOS,
    "s": NANOS,
    "ms": 1_000_000,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ns": 1,
}
_MILLI: Final = 1_000_000
_ERA: Final = 146_097 * DAY  # the calendar repeats itself after 400 years
_EPOCH_WEEKDAY: Final = 4  # 1970-01-01 was a Thursday, and Sunday is 0


def timestamp_of(text: str) -> Timestamp:
    """Return the timestamp of an RFC 3339 text.

    Raises:
        EvalError: it is none, or not between the years 0001 and 9999.
    """
    if len(text) > _LONGEST:
        raise EvalError(f"{text[:40]!a} is not an RFC 3339 time")
    try:
        instant = parse_rfc3339(text)
    except InputError as error:
        raise EvalError(error.message) from None
    return Timestamp(instant.seconds, instant.nanos)


def timestamp_text(value: Timestamp) -> str:
    """Return a timestamp as RFC 3339, UTC, with as many digits of a fraction as it needs."""
    return str(Instant(value.seconds, value.nanos))


def duration_of(text: str) -> Duration:
    """Return the duration of a text such as ``1h30m``, ``-1.5s``, ``250ms``.

    Raises:
        EvalError: it is none, or longer than 2^63-1 nanoseconds (292 years).
    """
    found = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None and text not in {"0", "+0", "-0"}:
        raise EvalError(f"{text[:40]!a} is not a duration: write it like 1h30m or 2.5s")
    total = sum(
        int(whole or "0") * _UNITS[unit] + int(part or "0") * _UNITS[unit] // 10 ** len(part)
        for whole, part, unit in _PART.findall(text)
    )
    return _duration(-total if text.startswith("-") else total)


def duration_text(value: Duration) -> str:
    """Return a duration in seconds, such as ``-1.5s``."""
    whole, rest = divmod(abs(value.nanos), NANOS)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{'-' * (value.nanos < 0)}{whole}{fraction}s"


def _duration(nanos: int) -> Duration:
    if not INT_MIN <= nanos <= INT_MAX:
        raise EvalError("the duration is out of range: it may have 2^63-1 nanoseconds, which are 292 years")
    return Duration(nanos)


def _timestamp(seconds: int) -> Timestamp:
    try:
        Instant(seconds)
    except InputError as error:
        raise EvalError(error.message) from None
    return Timestamp(seconds)


def _offset(zone: str) -> int:
    """Return the seconds that a zone is ahead of UTC."""
    if zone in {"UTC", "Z"}:
        return 0
    found = _ZONE.fullmatch(zone)
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:  # noqa: PLR2004 - the clock
        raise EvalError(
            f"{zone[:40]!a} is no zone: write an offset like +05:30, or UTC; "
            "names of zones mean different things on different machines"
        )
    ahead = int(found[2]) * 3600 + int(found[3]) * 60
    return -ahead if found[1] == "-" else ahead


# Parts of a timestamp: functions of the seconds since 1970 as the clocks of the zone show them.


def _date(seconds: int) -> tuple[int, int, int]:
    """Return year, month and day, also where a zone shows a year that a timestamp cannot have."""
    era, rest = divmod(seconds, _ERA)
    year, month, day = str(Instant(rest))[:10].split("-")
    return int(year) + 400 * era, int(month), int(day)


def _day_of_year(seconds: int) -> int:
    rest = seconds % _ERA
    first = parse_rfc3339(f"{str(Instant(rest))[:4]}-01-01T00:00:00Z")
    return (rest - first.seconds) // DAY


_PARTS: Final[dict[str, Callable[[int], int]]] = {
    "getFullYear": lambda seconds: _date(seconds)[0],
    "getMonth": lambda seconds: _date(seconds)[1] - 1,
    "getDate": lambda seconds: _date(seconds)[2],
    "getDayOfMonth": lambda seconds: _date(seconds)[2] - 1,
    "getDayOfWeek": lambda seconds: (seconds // DAY + _EPOCH_WEEKDAY) % 7,
    "getDayOfYear": _day_of_year,
    "getHours": lambda seconds: seconds // 3600 % 24,
    "getMinutes": lambda seconds: seconds // 60 % 60,
    "getSeconds": lambda seconds: seconds % 60,
}
_WHOLE: Final = {"getHours": 3600 * NANOS, "getMinutes": 60 * NANOS, "getSeconds": NANOS}


def _toward_zero(nanos: int, unit: int) -> int:
    return nanos // unit if nanos >= 0 else -(-nanos // unit)


def _getters(name: str) -> tuple[Overload, ...]:
    part = _PARTS[name]

    def in_utc(value: Timestamp, meter: Meter) -> int:
        meter.spend(_WORK)
        return part(value.seconds)

    def in_zone(value: Timestamp, zone: str, meter: Meter) -> int:
        meter.spend(_WORK)
        return part(value.seconds + _offset(zone))

    overloads = [
        Overload(arguments=(TIMESTAMP,), result=INT, function=in_utc),
        Overload(arguments=(TIMESTAMP, STRING), result=INT, function=in_zone),
    ]
    if name in _WHOLE:
        unit = _WHOLE[name]

        def whole(value: Duration, _meter: Meter) -> int:
            return _toward_zero(value.nanos, unit)

        overloads.append(Overload(arguments=(DURATION,), result=INT, function=whole))
    return tuple(overloads)


def _read(function: Callable[[str], Value]) -> Callable[[str, Meter], Value]:
    def read(text: str, meter: Meter) -> Value:
        meter.spend(_WORK)
        return function(text)

    return read


def _write(function: Callable[[Value], str]) -> Callable[[Value, Meter], str]:
    def write(value: Value, meter: Meter) -> str:
        meter.spend(_WORK)
        return function(value)

    return write


def _milliseconds(value: Timestamp, _meter: Meter) -> int:
    return value.nanos // _MILLI


def _milliseconds_in(value: Timestamp, zone: str, _meter: Meter) -> int:
    _offset(zone)
    return value.nanos // _MILLI


def _milliseconds_of(value: Duration, _meter: Meter) -> int:
    """Return the part below a second: 0 to 999, with the sign of the duration."""
    part = abs(value.nanos) % NANOS // _MILLI
    return -part if value.nanos < 0 else part


FUNCTIONS: Final[Table] = {
    "timestamp": (
        Overload(arguments=(STRING,), result=TIMESTAMP, function=_read(timestamp_of)),
        Overload(arguments=(INT,), result=TIMESTAMP, function=lambda seconds, _meter: _timestamp(seconds)),
        Overload(arguments=(TIMESTAMP,), result=TIMESTAMP, function=lambda value, _meter: value),
    ),
    "duration": (
        Overload(arguments=(STRING,), result=DURATION, function=_read(duration_of)),
        Overload(arguments=(DURATION,), result=DURATION, function=lambda value, _meter: value),
    ),
    "int": (Overload(arguments=(TIMESTAMP,), result=INT, function=lambda value, _meter: value.seconds),),
    "string": (
        Overload(arguments=(TIMESTAMP,), result=STRING, function=_write(timestamp_text)),
        Overload(arguments=(DURATION,), result=STRING, function=_write(duration_text)),
    ),
    **{f".{name}": _getters(name) for name in _PARTS},
    ".getMilliseconds": (
        Overload(arguments=(TIMESTAMP,), result=INT, function=_milliseconds),
        Overload(arguments=(TIMESTAMP, STRING), result=INT, function=_milliseconds_in),
        Overload(arguments=(DURATION,), result=INT, function=_milliseconds_of),
    ),
}
