"""What a regular expression is, once it is read."""

from typing import Final, NamedTuple

from stella_git.policy.cel.regex_classes import Ranges

TEXT_BEGINS: Final = 0
TEXT_ENDS: Final = 1
LINE_BEGINS: Final = 2
LINE_ENDS: Final = 3
AT_BOUNDARY: Final = 4
NO_BOUNDARY: Final = 5


class Chars(NamedTuple):
    """One character of a set."""

    ranges: Ranges


class Assertion(NamedTuple):
    """Nothing, where something holds: one of the constants above."""

    what: int


class Sequence(NamedTuple):
    """One part after another; none is nothing."""

    parts: "tuple[Node, ...]"


class Choice(NamedTuple):
    """One of two or more."""

    parts: "tuple[Node, ...]"


class Repeat(NamedTuple):
    """A part again and again: from ``low`` to ``high`` times, or without end if that is None."""

    part: "Node"
    low: int
    high: int | None


Node = Chars | Assertion | Sequence | Choice | Repeat
