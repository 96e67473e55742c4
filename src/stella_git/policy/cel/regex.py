"""Regular expressions in linear time: the syntax of RE2, found anywhere in a text, without going back.

A text is read once. Each character leads from one set of positions to the next; sets that were met are kept,
with where each character led, and forgotten when there are many: what is kept changes nothing but the time.

Source: RE2, "Syntax".
"""

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.regex_parser import parse
from stella_git.policy.cel.regex_program import EDGE, FOUND, NEWLINE, OTHER, WORD, Program

if TYPE_CHECKING:
    from stella_git.policy.cel.regex_classes import Ranges

_MOST_STEPS: Final = 8192
_CHUNK: Final = 8
_REFUSED: Final = 10_000
"""Fuel for finding out that something is no regular expression, or too large a one."""


class _State(dict[str, "_State"]):
    """Positions that may have taken the character before, and where the next character leads."""

    __slots__ = ("before", "bits", "over", "regex")

    def __init__(self, regex: "Regex", bits: int, before: int, *, over: bool = False) -> None:
        super().__init__()
        self.regex = regex
        self.bits = bits
        self.before = before
        self.over = over  # nothing that follows changes the answer

    def __missing__(self, char: str) -> "_State":
        state = self.regex.step(self, char)
        self[char] = state
        return state


class Regex:
    """A regular expression that is ready to search texts.

    Args:
        pattern: in the syntax of RE2.

    Attributes:
        work: fuel that making it is worth.

    Raises:
        EvalError: not a regular expression, or beyond the limits.
    """

    __slots__ = (
        "_begin",
        "_contexts",
        "_cost",
        "_failed",
        "_found",
        "_kinds",
        "_masks",
        "_program",
        "_starts",
        "_states",
        "_steps",
        "work",
    )

    def __init__(self, pattern: str) -> None:
        program = Program(parse(pattern))
        self._program = program
        self.work = program.work + len(pattern) // 16
        self._cost = 1 + len(program.sets) // 64
        self._starts, self._masks, self._kinds = _classes(program)
        self._contexts: dict[tuple[int, int], _Context] = {}
        self._states: dict[tuple[int, int], _State] = {}
        self._steps = 0
        self._found = _State(self, 0, EDGE, over=True)
        self._failed = _State(self, 0, EDGE, over=True)
        self._begin = _State(self, 0, program.kinds[EDGE])

    def search(self, text: str, meter: Meter) -> bool:
        """Return whether some part of the text matches.

        Args:
            text: what is searched.
            meter: gives one unit for each character; more if the expression has more than 64 positions.

        Raises:
            FuelError: the text is longer than the fuel lasts.
        """
        meter.spend(len(text) * self._cost)
        state = self._begin
        for char in text:
            state = state[char]
            if state.over:
                return state is self._found
        return bool(self._reach(state, self._program.kinds[EDGE]) & FOUND)

    def step(self, state: _State, char: str) -> _State:
        """Return where a character leads that was not met in a state before."""
        at = bisect_right(self._starts, ord(char)) - 1
        kind = self._kinds[at]
        reached = self._reach(state, kind)
        if reached & FOUND:
            return self._found
        self._steps += 1
        if self._steps > _MOST_STEPS:
            self._forget()
        key = (reached & self._masks[at], kind)
        if not key[0] and self._program.anchored:
            return self._failed
        following = self._states.get(key)
        if following is None:
            following = self._states[key] = _State(self, *key)
        return following

    def _forget(self) -> None:
        for state in (self._begin, *self._states.values()):
            state.clear()
        for context in self._contexts.values():
            context.known.clear()
        self._states.clear()
        self._steps = 0

    def _reach(self, state: _State, after: int) -> int:
        """Return the positions that may take a character of a kind, and whether a match ends before it."""
        at = (state.before, after)
        context = self._contexts.get(at)
        if context is None:
            context = self._contexts[at] = _Context(*self._program.following(*at))
        return context.after(state.bits)


class _Context:
    """What may come next between characters of two kinds; eight positions are looked up at once."""

    __slots__ = ("first", "follow", "known")

    def __init__(self, first: int, follow: list[int]) -> None:
        self.first = first
        self.follow = follow
        self.known: dict[tuple[int, int], int] = {}

    def after(self, bits: int) -> int:
        reached = self.first
        for at, byte in enumerate(bits.to_bytes(bits.bit_length() // _CHUNK + 1, "little")):
            if byte:
                key = (at, byte)
                found = self.known.get(key)
                if found is None:
                    found = self.known[key] = self._of(at, byte)
                reached |= found
        return reached

    def _of(self, at: int, byte: int) -> int:
        reached = 0
        for bit in range(_CHUNK):
            if byte >> bit & 1:
                reached |= self.follow[at * _CHUNK + bit]
        return reached


def _classes(program: Program) -> tuple[list[int], list[int], list[int]]:
    """Return where code points begin to mean something else, the positions that take them, their kinds."""
    positions: dict[Ranges, int] = {}
    for at, ranges in enumerate(program.sets, 1):
        positions[ranges] = positions.get(ranges, 0) | 1 << at
    turns: dict[int, int] = dict.fromkeys(_WORDS, 0)
    for ranges, bits in positions.items():
        for low, high in ranges:
            turns[low] = turns.get(low, 0) ^ bits
            turns[high + 1] = turns.get(high + 1, 0) ^ bits
    starts, masks, kinds, mask = sorted(turns), [], [], 0
    for start in starts:
        mask ^= turns[start]
        masks.append(mask)
        kinds.append(program.kinds[_kind(start)])
    return starts, masks, kinds


# Where kinds begin: after the newline, digits, upper case, _, lower case, and the first that is none of them.
_WORDS: Final = (0, 10, 11, 48, 58, 65, 91, 95, 96, 97, 123)


def _kind(code: int) -> int:
    char = chr(min(code, 0x10FFFF))
    if char == "\n":
        return NEWLINE
    return WORD if char.isascii() and (char.isalnum() or char == "_") else OTHER


@lru_cache(maxsize=32)
def compiled(pattern: str) -> Regex:
    """Return a regular expression that is ready; the latest are kept.

    Args:
        pattern: in the syntax of RE2.

    Raises:
        EvalError: not a regular expression, or beyond the limits.
    """
    return Regex(pattern)


def matches(text: str, pattern: str, meter: Meter) -> bool:
    """Return whether a regular expression is found anywhere in a text.

    Args:
        text: what is searched.
        pattern: in the syntax of RE2.
        meter: gives what making the expression and reading the text are worth, whether it was made before or
            not.

    Raises:
        EvalError: not a regular expression, or beyond the limits.
        FuelError: the fuel does not last.
    """
    try:
        regex = compiled(pattern)
    except EvalError:
        meter.spend(_REFUSED)
        raise
    meter.spend(regex.work)
    return regex.search(text, meter)
