"""From a regular expression to positions: which characters take part, and which may follow which.

Each `Chars` of the expression is a position, a bit of an integer; bit 0 says that a match ends. What may come
next is worked out for a *context*: the kinds of the characters before and after, on which assertions depend.
"""

from typing import Final

from stella_git.policy.cel import regex_nodes as nodes
from stella_git.policy.cel.meter import EvalError
from stella_git.policy.cel.regex_classes import Ranges
from stella_git.policy.cel.regex_nodes import Assertion, Chars, Choice, Node, Repeat, Sequence

POSITIONS: Final = 1000
RANGES: Final = 10_000
NODES: Final = 8_000

# Kinds of what stands at one side of a place.
EDGE: Final = 0
NEWLINE: Final = 1
WORD: Final = 2
OTHER: Final = 3

FOUND: Final = 1

_ON_LINES: Final = frozenset({nodes.LINE_BEGINS, nodes.LINE_ENDS})
_ON_WORDS: Final = frozenset({nodes.AT_BOUNDARY, nodes.NO_BOUNDARY})


class Program:
    """States of an automaton, those that come later in the text first.

    Attributes:
        first: the state where it begins.
        sets: the characters of each position, from position 1.
        kinds: what each kind of character counts as: those that no assertion tells apart are one.
        anchored: whether a match begins where the text does, or nowhere.
        work: fuel that making it is worth: nodes, ranges, and states in each context.
    """

    __slots__ = (
        "_assertions",
        "_chars",
        "_distinct",
        "_outs",
        "_ranges",
        "anchored",
        "first",
        "kinds",
        "sets",
        "work",
    )

    def __init__(self, node: Node) -> None:
        self.sets: list[Ranges] = []
        self.work = 0
        self._distinct: set[Ranges] = set()
        self._ranges = 0
        # A state: positions and assertions lead to one other state, choices to several, the end to none.
        self._outs: list[tuple[int, ...]] = [()]
        self._chars: list[int] = [FOUND]
        self._assertions: list[int | None] = [None]
        self.first = self._emit(node, 0)
        self.anchored = _anchored(node)
        used = {each for each in self._assertions if each is not None}
        self.kinds = (
            EDGE if used else OTHER,
            NEWLINE if used & _ON_LINES else OTHER,
            WORD if used & _ON_WORDS else OTHER,
            OTHER,
        )
        self.work += len(self._outs) * len(set(self.kinds)) ** 2 // 4  # what `following` may have to do

    def following(self, before: int, after: int) -> tuple[int, list[int]]:
        """Return what may come first in a context, and what may follow each position, as bits.

        Args:
            before: kind of the character before.
            after: kind of the character after.
        """
        reach = list(self._chars)
        inner = [
            (state, outs)
            for state, outs in enumerate(self._outs)
            if not reach[state] and _passes(self._assertions[state], before, after)
        ]
        changed = True
        while changed:  # once, and once more for each repetition in a repetition
            changed = False
            for state, outs in inner:
                whole = 0
                for out in outs:
                    whole |= reach[out]
                if whole != reach[state]:
                    reach[state] = whole
                    changed = True
        follow = [0] * (len(self.sets) + 1)
        for bit, outs in zip(self._chars, self._outs, strict=True):
            if bit > FOUND:
                follow[bit.bit_length() - 1] = reach[outs[0]]
        return reach[self.first], follow

    def _state(self, *outs: int, char: int = 0, assertion: int | None = None) -> int:
        self._outs.append(outs)
        self._chars.append(char)
        self._assertions.append(assertion)
        return len(self._outs) - 1

    def _emit(self, node: Node, then: int) -> int:
        """Return the state that a node begins with, if ``then`` comes after it."""
        self.work += 1
        if self.work > NODES:
            raise _too_large()
        if isinstance(node, Chars):
            return self._position(node.ranges, then)
        if isinstance(node, Assertion):
            return self._state(then, assertion=node.what)
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                then = self._emit(part, then)
            return then
        if isinstance(node, Choice):
            return self._state(*(self._emit(part, then) for part in node.parts))
        return self._repeat(node, then)

    def _position(self, ranges: Ranges, then: int) -> int:
        self.sets.append(ranges)
        self.work += len(ranges) // 16
        if ranges not in self._distinct:
            self._distinct.add(ranges)
            self._ranges += len(ranges)
        if len(self.sets) > POSITIONS or self._ranges > RANGES:
            raise _too_large()
        return self._state(then, char=1 << len(self.sets))

    def _repeat(self, node: Repeat, then: int) -> int:
        if node.high is None:
            loop = self._state()
            body = self._emit(node.part, loop)
            self._outs[loop] = (body, then)
            then, copies = (loop, 0) if node.low == 0 else (body, node.low - 1)
        else:
            end, copies = then, node.low
            for _ in range(node.high - node.low):
                then = self._state(self._emit(node.part, then), end)
        for _ in range(copies):
            then = self._emit(node.part, then)
        return then


def _anchored(node: Node) -> bool:
    if isinstance(node, Assertion):
        return node.what == nodes.TEXT_BEGINS
    if isinstance(node, Sequence):
        return bool(node.parts) and _anchored(node.parts[0])
    if isinstance(node, Choice):
        return all(map(_anchored, node.parts))
    return isinstance(node, Repeat) and node.low > 0 and _anchored(node.part)


def _passes(assertion: int | None, before: int, after: int) -> bool:
    """Return whether an assertion, if there is one, holds between two kinds of characters."""
    if assertion is None:
        return True
    if assertion in {nodes.TEXT_BEGINS, nodes.LINE_BEGINS}:
        return before == EDGE or (before == NEWLINE and assertion == nodes.LINE_BEGINS)
    if assertion in {nodes.TEXT_ENDS, nodes.LINE_ENDS}:
        return after == EDGE or (after == NEWLINE and assertion == nodes.LINE_ENDS)
    return ((before == WORD) != (after == WORD)) == (assertion == nodes.AT_BOUNDARY)


def _too_large() -> EvalError:
    return EvalError(
        f"the regular expression is too large: repetitions written out, it may have {POSITIONS} characters "
        f"and classes, and its different classes {RANGES} ranges"
    )
