"""Escapes of regular expressions, and the members of their classes.

Source: RE2, "Syntax": escape sequences, character class elements.
"""

import re
from typing import Final

from stella_git.policy.cel.regex_classes import LAST, PERL, POSIX, Ranges, category, folded, negated

_PLAIN: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_OCTAL: Final = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")
_HEX: Final = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})")
_NAMED: Final = re.compile(r"\\([pP])(?:\{(\^?)([^{}]*)\}|([^{}]))", re.DOTALL)


class Refused(Exception):  # noqa: N818 - never leaves this package: `regex_parser.parse` makes an error of it
    """The text is no regular expression of ours.

    Args:
        message: what it has that it may not.
        at: where, in characters from 0.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class Escapes:
    """Reads one regular expression wherever it is asked to; each answer says where to go on.

    Args:
        text: the regular expression.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def char(self, at: int) -> tuple[int, int]:
        """Return the code point that a backslash at ``at`` and what follows stand for, and where it ends.

        Raises:
            Refused: no single character.
        """
        char = self._text[at + 1 : at + 2]
        if char in _PLAIN:
            return _PLAIN[char], at + 2
        if found := _OCTAL.match(self._text, at):
            return int(found[1], 8), found.end()
        if found := _HEX.match(self._text, at):
            code = int(found[1] or found[2], 16)
            if code <= LAST:
                return code, found.end()
        elif char.isascii() and char and not char.isalnum():
            return ord(char), at + 2
        raise Refused("an escape that means nothing here", at)

    def named(self, at: int, *, fold: bool) -> tuple[Ranges, int]:
        """Return the class that a backslash at ``at`` and what follows name, and where the name ends.

        Raises:
            Refused: no such class.
        """
        if found := _NAMED.match(self._text, at):
            ranges = category(found[3] if found[4] is None else found[4])
            if ranges is None:
                raise Refused("a Unicode class that is not known: general categories are", at)
            outside = (found[1] == "P") != bool(found[2])
            return _class(ranges, fold=fold, outside=outside), found.end()
        letter = self._text[at + 1]
        if letter not in PERL:
            raise Refused("a Unicode class without a name", at)
        return _class(PERL[letter.lower()], fold=fold, outside=letter.isupper()), at + 2

    def member(self, at: int, *, fold: bool) -> tuple[Ranges, int]:
        """Return the characters that the next member of a class stands for, and where it ends.

        Raises:
            Refused: no member of a class.
        """
        close = self._text.find(":]", at + 2) if self._text.startswith("[:", at) else -1
        if close >= 0:
            name = self._text[at + 2 : close]
            ranges = POSIX.get(name.removeprefix("^"))
            if ranges is None:
                raise Refused("a class between [: and :] that is not known", at)
            return _class(ranges, fold=fold, outside=name.startswith("^")), close + 2
        if self._text[at] == "\\" and self._text[at + 1 : at + 2] in {*PERL, "p", "P"}:
            return self.named(at, fold=fold)
        low, end = self._one(at)
        high = low
        if self._text.startswith("-", end) and self._text[end + 1 : end + 2] not in {"", "]"}:
            high, end = self._one(end + 1)
        if high < low:
            raise Refused("a range that is the wrong way round", at)
        return _class(((low, high),), fold=fold, outside=False), end

    def _one(self, at: int) -> tuple[int, int]:
        return self.char(at) if self._text[at] == "\\" else (ord(self._text[at]), at + 1)


def _class(ranges: Ranges, *, fold: bool, outside: bool) -> Ranges:
    whole = folded(ranges) if fold else ranges
    return negated(whole) if outside else whole
