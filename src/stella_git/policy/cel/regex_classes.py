"""Sets of characters: ranges of code points, the classes that have names, and case that does not count.

Source: RE2, "Syntax": Perl classes, ASCII classes, Unicode character classes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from stella_git.policy.cel.regex_unicode import CATEGORIES, FOLDS

Ranges = tuple[tuple[int, int], ...]
"""First and last code points, sorted, apart from each other."""

LAST: Final = 0x10FFFF
ANY: Final[Ranges] = ((0, LAST),)
_BASE: Final = 36


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the ranges in order, those that touch made one."""
    whole: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if whole and low <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(high, whole[-1][1]))
        else:
            whole.append((low, high))
    return tuple(whole)


def negated(ranges: Ranges) -> Ranges:
    """Return every other code point."""
    gaps, at = [], 0
    for low, high in ranges:
        if low > at:
            gaps.append((at, low - 1))
        at = high + 1
    if at <= LAST:
        gaps.append((at, LAST))
    return tuple(gaps)


@lru_cache(maxsize=64)
def folded(ranges: Ranges) -> Ranges:
    """Return the ranges with all that differs from a character of theirs in case alone."""
    codes, orbits = _orbits()
    more = [
        (other, other)
        for low, high in ranges
        for code in codes[bisect_left(codes, low) : bisect_right(codes, high)]
        for other in orbits[code]
    ]
    return union((*ranges, *more)) if more else ranges


@cache
def _orbits() -> tuple[list[int], dict[int, tuple[int, ...]]]:
    """Return the characters that have case, and the others of the set of each."""
    following: dict[int, int] = {}
    numbers = FOLDS.split()
    for at in range(0, len(numbers), 4):
        first, more, step, delta = (int(number, _BASE) for number in numbers[at : at + 4])
        for code in range(first, first + more * step + 1, step):
            following[code] = code + delta
    orbits: dict[int, tuple[int, ...]] = {}
    for code, after in following.items():
        others, other = [], after
        while other != code:
            others.append(other)
            other = following[other]
        orbits[code] = tuple(others)
    return sorted(orbits), orbits


@cache
def category(name: str) -> Ranges | None:
    """Return the characters of a general category such as ``Lu``, of all in ``L``, or ``Any``; else None."""
    if name == "Any":
        return ANY
    found = [kind for kind in CATEGORIES if kind == name or (len(name) == 1 and kind[0] == name)]
    return union(each for kind in found for each in _ranges(kind)) if found else None


def _ranges(kind: str) -> list[tuple[int, int]]:
    at, ranges = 0, []
    numbers = CATEGORIES[kind].split()
    for gap, more in zip(numbers[::2], numbers[1::2], strict=True):
        low = at + int(gap, _BASE)
        at = low + int(more, _BASE) + 1
        ranges.append((low, at - 1))
    return ranges


def _spans(*texts: str) -> Ranges:
    return union((ord(text[0]), ord(text[-1])) for text in texts)


_DIGIT: Final = _spans("09")
_WORD: Final = _spans("09", "AZ", "az", "_")

PERL: Final[dict[str, Ranges]] = {
    "d": _DIGIT,
    "s": _spans("\t\n", "\f\r", " "),
    "w": _WORD,
    "D": negated(_DIGIT),
    "S": negated(_spans("\t\n", "\f\r", " ")),
    "W": negated(_WORD),
}
"""Classes that a backslash and a letter stand for."""

POSIX: Final[dict[str, Ranges]] = {
    "alnum": _spans("09", "AZ", "az"),
    "alpha": _spans("AZ", "az"),
    "ascii": _spans("\x00\x7f"),
    "blank": _spans("\t", " "),
    "cntrl": _spans("\x00\x1f", "\x7f"),
    "digit": _DIGIT,
    "graph": _spans("!~"),
    "lower": _spans("az"),
    "print": _spans(" ~"),
    "punct": _spans("!/", ":@", "[`", "{~"),
    "space": _spans("\t\r", " "),
    "upper": _spans("AZ"),
    "word": _WORD,
    "xdigit": _spans("09", "AF", "af"),
}
"""Classes as ``[[:alpha:]]`` names them."""
