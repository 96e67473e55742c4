"""Time: instants, their RFC 3339 text, and the clock that is passed in.

An instant is whole seconds since 1970-01-01T00:00:00Z, without leap seconds, and nanoseconds. Its text is
always UTC and has one spelling, because it is signed and compared.

Source: RFC 3339; the civil calendar is the proleptic Gregorian one.
"""

import re
import time
from functools import total_ordering
from typing import Protocol

from stella_git.errors import InputError

DAY = 86_400
NANOS = 1_000_000_000
_FIRST = -62_135_596_800  # 0001-01-01T00:00:00Z
_LAST = 253_402_300_799  # 9999-12-31T23:59:59Z
_REMEDY = "write it like 2026-01-31T12:00:00Z"

_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@total_ordering
class Instant:
    """A point in time, between the years 0001 and 9999.

    Args:
        seconds: since the epoch, UTC; negative before 1970.
        nanos: 0 to 999,999,999, counted forwards from ``seconds``.

    Raises:
        InputError: ``time-out-of-range``.
    """

    __slots__ = ("nanos", "seconds")
    seconds: int
    nanos: int

    def __init__(self, seconds: int, nanos: int = 0) -> None:
        if not (_FIRST <= seconds <= _LAST and 0 <= nanos < NANOS):
            raise InputError(
                "the time is not between the years 0001 and 9999", code="time-out-of-range", remedy=_REMEDY
            )
        object.__setattr__(self, "seconds", seconds)
        object.__setattr__(self, "nanos", nanos)

    def days(self) -> int:
        """Return whole days since 1970-01-01, rounded down."""
        return self.seconds // DAY

    def plus(self, seconds: int) -> "Instant":
        """Return the instant so many seconds later, or earlier if negative.

        Raises:
            InputError: ``time-out-of-range``.
        """
        return Instant(self.seconds + seconds, self.nanos)

    def __str__(self) -> str:
        days, rest = divmod(self.seconds, DAY)
        year, month, day = _civil(days)
        fraction = f".{self.nanos:09d}".rstrip("0") if self.nanos else ""
        hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
        return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{fraction}Z"

    def __repr__(self) -> str:
        return f"Instant({self.seconds}, {self.nanos})" if self.nanos else f"Instant({self.seconds})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instant):
            return NotImplemented
        return self.seconds == other.seconds and self.nanos == other.nanos

    def __lt__(self, other: "Instant") -> bool:
        return (self.seconds, self.nanos) < (other.seconds, other.nanos)

    def __hash__(self) -> int:
        return hash((self.seconds, self.nanos))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Instant cannot change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an Instant cannot change: {name}")

    def __reduce__(self) -> tuple[type["Instant"], tuple[int, int]]:
        return Instant, (self.seconds, self.nanos)


class Clock(Protocol):
    """Whoever needs to know the time is given one of these."""

    def now(self) -> Instant:
        """Return the present instant."""
        ...


class SystemClock:
    """The clock of this machine, in whole seconds."""

    def now(self) -> Instant:
        """Return the present instant."""
        return Instant(int(time.time()))


class FixedClock:
    """A clock that stands still: for tests, ``--as-of`` and replays."""

    def __init__(self, instant: Instant) -> None:
        self._instant = instant

    def now(self) -> Instant:
        """Return always the same instant."""
        return self._instant


def parse_rfc3339(text: str) -> Instant:
    """Return the instant that an RFC 3339 time stamp names.

    Any offset and up to nine digits of a fraction are understood; a leap second is refused, as it has no
    number of seconds since the epoch.

    Raises:
        InputError: ``time-malformed``, or ``time-out-of-range`` outside the years 0001 to 9999.

    Source: RFC 3339 section 5.6.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise _malformed(text, "is not an RFC 3339 time")
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    if not (1 <= month <= 12 and 1 <= day <= _month_length(year, month)):  # noqa: PLR2004 - the calendar
        raise _malformed(text, "is not a day of the calendar")
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - the clock
        raise _malformed(text, "is not a time of the day")
    offset = 0
    if match[8]:
        offset_hours, offset_minutes = int(match[9]), int(match[10])
        if offset_hours > 23 or offset_minutes > 59:  # noqa: PLR2004 - RFC 3339, time-numoffset
            raise _malformed(text, "has an impossible offset")
        offset = (offset_hours * 60 + offset_minutes) * (-60 if match[8] == "-" else 60)
    seconds = _days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset
    return Instant(seconds, int((match[7] or "0").ljust(9, "0")))


def _malformed(text: str, reason: str) -> InputError:
    return InputError(f"{ascii(text)[:60]} {reason}", code="time-malformed", remedy=_REMEDY)


def _month_length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else _MONTHS[month - 1]  # noqa: PLR2004 - February


def _days(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01; years are counted from March, so that leap days come last."""
    year -= month <= 2  # noqa: PLR2004 - January and February belong to the year before
    shifted = (month + 9) % 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * shifted + 2) // 5 + day - 719_469


def _civil(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted % 12 + 3 if shifted < 10 else shifted - 9  # noqa: PLR2004 - months counted from March
    year = era * 400 + year_of_era + (month <= 2)  # noqa: PLR2004 - January and February
    return year, month, day_of_year - (153 * shifted + 2) // 5 + 1
