"""Values of the numbers and strings that are written in an expression.

Source: Common Expression Language, language definition, section Values, Numeric values and String and bytes
values.
"""

import re
from typing import Final

from stella_git.policy.cel.faults import syntax
from stella_git.policy.cel.values import UINT_MAX, UInt, Value

_SIMPLE: Final = {
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11,
    "\\": 92, "?": 63, '"': 34, "'": 39, "`": 96,
}  # fmt: skip
_DIGITS: Final = {"x": 2, "X": 2, "u": 4, "U": 8}
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_OCTAL: Final = re.compile(r"[0-3][0-7]{2}")
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)
_LARGEST_INT: Final = 2**63
"""One more than an int can be: right only behind a minus, which the parser sees to."""


def number(source: str, start: int, written: str) -> Value:
    """Return the value of a number; an int may be 2**63, which is right only behind a minus.

    Raises:
        ConfigError: it does not fit into 64 bits.
    """
    unsigned = written[-1] in "uU"
    digits = written[:-1] if unsigned else written
    if digits[:2] in {"0x", "0X"}:
        value = int(digits, 16)
    elif digits.isdecimal():
        value = int(digits)
    else:
        return float(digits)
    if value > (UINT_MAX if unsigned else _LARGEST_INT):
        syntax(source, start, f"{written} does not fit into 64 bits")
    return UInt(value) if unsigned else value


def text(source: str, start: int, opening: str) -> tuple[Value, int]:
    """Return the string or the bytes that begin at ``start``, and the offset behind them.

    Args:
        source: the whole expression.
        start: of the prefix or the quote.
        opening: prefix and quotes, as in ``br'''``.

    Raises:
        ConfigError: it does not end, a line ends inside of single quotes, or an escape means nothing.
    """
    quotes = opening.lstrip("rRbB")
    prefix = opening[: len(opening) - len(quotes)].lower()
    reader = _Reader(source, start + len(opening), quotes, raw="r" in prefix, binary="b" in prefix)
    return reader.read(start)


class _Reader:
    def __init__(self, source: str, at: int, quotes: str, *, raw: bool, binary: bool) -> None:
        self.source = source
        self.at = at
        self.quotes = quotes
        self.raw = raw
        self.binary = binary
        self.found: list[str] = []
        self.octets = bytearray()

    def read(self, start: int) -> tuple[Value, int]:
        source, quotes = self.source, self.quotes
        while not source.startswith(quotes, self.at):
            if self.at >= len(source):
                syntax(source, start, "the string does not end", f"close it with {quotes}")
            character = source[self.at]
            if character == "\\":
                self._escape()
            elif character in "\r\n" and len(quotes) == 1:
                syntax(
                    source,
                    self.at,
                    "the line ends inside of a string",
                    f"close it with {quotes}, or write \\n",
                )
            else:
                self._add(character)
                self.at += 1
        value: Value = bytes(self.octets) if self.binary else "".join(self.found)
        return value, self.at + len(quotes)

    def _add(self, characters: str) -> None:
        if not self.binary:
            self.found.append(characters)
        else:
            self.octets += characters.encode()

    def _escape(self) -> None:
        if self.raw:
            self._add("\\")
            self.at += 1
            return
        letter = self.source[self.at + 1 : self.at + 2]
        if letter in _SIMPLE:
            self._point(_SIMPLE[letter], 2)
        elif letter in _DIGITS and not (self.binary and letter in "uU"):
            self._coded(self.source[self.at + 2 : self.at + 2 + _DIGITS[letter]], 2 + _DIGITS[letter])
        elif _OCTAL.match(self.source, self.at + 1):
            self._point(int(self.source[self.at + 1 : self.at + 4], 8), 4)
        else:
            syntax(
                self.source,
                self.at,
                f"\\{letter} means nothing here",
                "write \\\\ for a backslash, or r'...'",
            )

    def _coded(self, digits: str, length: int) -> None:
        if len(digits) != length - 2 or not _HEX.fullmatch(digits):
            syntax(self.source, self.at, f"the escape needs {length - 2} hexadecimal digits")
        self._point(int(digits, 16), length)

    def _point(self, value: int, length: int) -> None:
        if self.binary:
            self.octets.append(value)
        elif value > _LAST or value in _SURROGATES:
            syntax(self.source, self.at, f"U+{value:04X} is no character")
        else:
            self.found.append(chr(value))
        self.at += length
