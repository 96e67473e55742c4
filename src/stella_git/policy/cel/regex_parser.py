r"""The syntax of regular expressions: that of RE2, and no more than can be matched in linear time.

Not here: back-references and looking around, which RE2 refuses too; ``\C``; and scripts, ``\p{Greek}``, whose
table grows every year.

Source: RE2, "Syntax".
"""

from typing import Final, NamedTuple, NoReturn

from stella_git.policy.cel import regex_nodes as nodes
from stella_git.policy.cel.meter import EvalError
from stella_git.policy.cel.regex_classes import ANY, PERL, Ranges, folded, negated, union
from stella_git.policy.cel.regex_escapes import Escapes, Refused
from stella_git.policy.cel.regex_nodes import Assertion, Chars, Choice, Node, Repeat, Sequence

LONGEST: Final = 4096
DEEPEST: Final = 64
MOST_TIMES: Final = 1000
MOST_RANGES: Final = 40_000

_IGNORE_CASE: Final = 1
_DOT_ALL: Final = 2
_LINES: Final = 4
_FLAGS: Final = {
    "i": _IGNORE_CASE,
    "s": _DOT_ALL,
    "m": _LINES,
    "U": 0,
}  # U: which match, not whether there is one
_NO_NEWLINE: Final = negated(((10, 10),))
_ASSERTIONS: Final = {
    "A": nodes.TEXT_BEGINS,
    "z": nodes.TEXT_ENDS,
    "b": nodes.AT_BOUNDARY,
    "B": nodes.NO_BOUNDARY,
}


def parse(pattern: str) -> Node:
    """Return what a regular expression says.

    Raises:
        EvalError: it is not one, or one that is not supported, or it is too long or nested too deep.
    """
    if len(pattern) > LONGEST:
        raise EvalError(
            f"a regular expression may have {LONGEST} characters, and this one has {len(pattern)}"
        )
    try:
        return _Parser(pattern).whole()
    except Refused as refused:
        at = f" at character {refused.at + 1}"
        raise EvalError(f"the regular expression {pattern[:60]!a} has {refused.message}{at}") from None


class _Frame(NamedTuple):
    """What waits while a group is read."""

    choices: list[Node]
    items: list[Node]
    flags: int


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._escapes = Escapes(pattern)
        self._at = 0
        self._flags = 0
        self._ranges = 0
        self._names: set[str] = set()
        self._stack: list[_Frame] = []
        self._choices: list[Node] = []
        self._items: list[Node] = []
        self._repeated = False
        self._readers = {
            "(": self._open,
            ")": self._close,
            "|": self._bar,
            "*": self._star,
            "+": self._star,
            "?": self._star,
            "{": self._braces,
            "[": self._class,
            "\\": self._backslash,
            ".": self._dot,
            "^": self._begins,
            "$": self._ends,
        }

    def whole(self) -> Node:
        while self._at < len(self._text):
            reader = self._readers.get(self._text[self._at], self._literal)
            repeated = self._repeated
            self._repeated = False
            if reader in {self._star, self._braces}:
                self._repeated = repeated
            reader()
        if self._stack:
            self._refuse("a group that is not closed")
        return self._group()

    def _refuse(self, message: str) -> NoReturn:
        raise Refused(message, self._at)

    def _chars(self, ranges: Ranges) -> None:
        self._items.append(Chars(folded(ranges) if self._flags & _IGNORE_CASE else ranges))

    def _literal(self) -> None:
        code = ord(self._text[self._at])
        self._chars(((code, code),))
        self._at += 1

    def _dot(self) -> None:
        self._items.append(Chars(ANY if self._flags & _DOT_ALL else _NO_NEWLINE))
        self._at += 1

    def _begins(self) -> None:
        self._items.append(Assertion(nodes.LINE_BEGINS if self._flags & _LINES else nodes.TEXT_BEGINS))
        self._at += 1

    def _ends(self) -> None:
        self._items.append(Assertion(nodes.LINE_ENDS if self._flags & _LINES else nodes.TEXT_ENDS))
        self._at += 1

    # Groups

    def _group(self) -> Node:
        """Return what was read since the group began."""
        self._choices.append(_sequence(self._items))
        return self._choices[0] if len(self._choices) == 1 else Choice(tuple(self._choices))

    def _bar(self) -> None:
        self._choices.append(_sequence(self._items))
        self._items = []
        self._at += 1

    def _open(self) -> None:
        flags = self._flags
        self._at += 1
        if self._text.startswith("?", self._at) and not self._head():
            return
        if len(self._stack) >= DEEPEST:
            self._refuse(f"groups nested deeper than {DEEPEST}")
        self._stack.append(_Frame(self._choices, self._items, flags))
        self._choices, self._items = [], []

    def _close(self) -> None:
        if not self._stack:
            self._refuse("a closing parenthesis without an opening one")
        inner = self._group()
        self._choices, self._items, self._flags = self._stack.pop()
        self._items.append(inner)
        self._at += 1

    def _head(self) -> bool:
        """Read what follows ``(?``; return whether a group begins, and not only flags are set."""
        self._at += 1
        for opening in ("P<", "<"):
            if self._text.startswith(opening, self._at):
                self._name(opening)
                return True
        return self._set_flags()

    def _name(self, opening: str) -> None:
        end = self._text.find(">", self._at)
        name = self._text[self._at + len(opening) : end] if end >= 0 else ""
        if not (name.isascii() and name.replace("_", "a").isalnum()):
            self._refuse("a group with no proper name; looking around is not supported")
        if name in self._names:
            self._refuse("a second group of the same name")
        self._names.add(name)
        self._at = end + 1

    def _set_flags(self) -> bool:
        flags, off, seen = self._flags, False, True
        while self._at < len(self._text):
            char = self._text[self._at]
            if char in _FLAGS:
                flags, seen = (flags & ~_FLAGS[char]) if off else (flags | _FLAGS[char]), True
            elif char == "-" and not off:
                off, seen = True, False
            elif char in ":)" and seen:
                self._at += 1
                self._flags = flags
                return char == ":"
            else:
                break
            self._at += 1
        message = "something after (? that is no flag; back-references and looking around are not supported"
        raise Refused(message, self._at)

    # Repetition

    def _star(self) -> None:
        char = self._text[self._at]
        self._at += 1
        self._repeat(1 if char == "+" else 0, 1 if char == "?" else None)

    def _braces(self) -> None:
        close = self._text.find("}", self._at, self._at + 16)
        low, comma, high = self._text[self._at + 1 : max(close, 0)].partition(",")
        if close < 0 or not _is_number(low) or not (_is_number(high) or not high):
            self._repeated = False
            self._literal()
            return
        least = int(low)
        most = least if not comma else int(high) if high else None
        if least > MOST_TIMES or (most is not None and not least <= most <= MOST_TIMES):
            self._refuse(f"a repetition that is the wrong way round, or of more than {MOST_TIMES} times")
        self._at = close + 1
        self._repeat(least, most)

    def _repeat(self, low: int, high: int | None) -> None:
        if not self._items:
            self._refuse("a repetition of nothing")
        if self._repeated:
            self._refuse("a repetition of a repetition")
        if self._text.startswith("?", self._at):
            self._at += 1
        self._items[-1] = Repeat(self._items[-1], low, high)
        self._repeated = True

    # Escapes and classes

    def _backslash(self) -> None:
        char = self._text[self._at + 1 : self._at + 2]
        if char in _ASSERTIONS:
            self._items.append(Assertion(_ASSERTIONS[char]))
            self._at += 2
        elif char == "Q":
            self._quoted()
        elif char in PERL or char in {"p", "P"}:
            self._named_class()
        else:
            code, self._at = self._escapes.char(self._at)
            self._chars(((code, code),))

    def _quoted(self) -> None:
        end = self._text.find("\\E", self._at + 2)
        for char in self._text[self._at + 2 : end if end >= 0 else None]:
            self._chars(((ord(char), ord(char)),))
        self._at = end + 2 if end >= 0 else len(self._text)

    def _named_class(self) -> None:
        ranges, self._at = self._escapes.named(self._at, fold=bool(self._flags & _IGNORE_CASE))
        self._count(ranges)
        self._items.append(Chars(ranges))

    def _count(self, ranges: Ranges) -> None:
        self._ranges += len(ranges)
        if self._ranges > MOST_RANGES:
            self._refuse(f"classes of more than {MOST_RANGES} ranges")

    def _class(self) -> None:
        fold = bool(self._flags & _IGNORE_CASE)
        start, self._at = self._at, self._at + 1
        outside = self._text.startswith("^", self._at)
        self._at += outside
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self._text.startswith("]", self._at):
            if self._at >= len(self._text):
                self._at = start
                self._refuse("a class that is not closed")
            found, self._at = self._escapes.member(self._at, fold=fold)
            self._count(found)
            ranges += found
            first = False
        self._at += 1
        whole = union(ranges)
        self._items.append(Chars(negated(whole) if outside else whole))


def _sequence(items: list[Node]) -> Node:
    return items[0] if len(items) == 1 else Sequence(tuple(items))


def _is_number(text: str) -> bool:
    """Return whether it is a number as RE2 reads one: without a zero in front."""
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
