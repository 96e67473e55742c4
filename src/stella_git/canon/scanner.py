"""The reference reader of JSON: an iterative tokenizer that knows where everything is.

Slow and exact, it runs when a document was refused, to say why, and when a place must be found. It holds
one frame per level of nesting, never recurses, and looks at each character a bounded number of times.

Source: RFC 8259, RFC 7493, RFC 6901.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from stella_git.canon.values import MAX_INTEGER, is_huge_integer, pointer

MAX_DEFECTS = 100

_SPACE = re.compile(r"[ \t\n\r]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)((?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)")
_WORD = re.compile(r"-?[A-Za-z_][A-Za-z0-9_]*+|.", re.DOTALL)
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_SURROGATES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = ("true", "false", "null")
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_MAX_DIGITS = 17
_SHOWN = 40
_BOM = "\ufeff"

_REMEDIES = {
    "json-too-large": "split the document, or raise the limit of the command that reads it",
    "json-encoding": "save the file as UTF-8 without a byte order mark",
    "json-syntax": "correct the syntax; JSON has no comments, trailing commas or single quotes",
    "json-trailing-data": "keep one JSON document per file",
    "json-too-deep": "flatten the document",
    "json-duplicate-member": "keep one of the two members",
    "json-not-finite": "write a finite number, or a string",
    "json-integer-range": "write it as a string",
    "json-lone-surrogate": "write the whole surrogate pair, or the character itself",
}


class Defect(NamedTuple):
    """One thing that is wrong with a JSON document, and where.

    Attributes:
        code: stable slug.
        message: one sentence.
        pointer: JSON Pointer of the value it is in.
        line: 1-based; lines end at U+000A.
        column: 1-based, in characters.
    """

    code: str
    message: str
    pointer: str
    line: int
    column: int

    @property
    def remedy(self) -> str:
        """Return what to do about it, in the imperative."""
        return _REMEDIES[self.code]


def find_defects(data: bytes, *, limit: int, depth: int) -> tuple[Defect, ...]:
    """Return the defects of a document in order, at most 100; see `stella_git.canon.reader.defects`."""
    if len(data) > limit:
        return (Defect("json-too-large", f"{len(data)} bytes are more than the limit of {limit}", "", 1, 1),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = Places(data[: error.start].decode("utf-8", "replace"))
        return (Defect("json-encoding", _not_utf8(data, error), "", *place.at(place.end)),)
    scanner = Scanner(text, depth)
    places = Places(text)
    try:
        for _ in scanner.values():
            pass
    except Stop:
        pass
    flaws = sorted(scanner.flaws, key=lambda flaw: flaw.offset)
    return tuple(Defect(flaw.code, flaw.message, flaw.pointer, *places.at(flaw.offset)) for flaw in flaws)


class Stop(Exception):  # noqa: N818 - it says that reading ended, after the flaw was noted
    """Nothing after this place can be understood."""


class _Flaw(NamedTuple):
    code: str
    message: str
    pointer: str
    offset: int


class Places:
    """Turns growing offsets into lines and columns, looking at each character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = 0
        self._line = 1
        self._start = 1 if text.startswith(_BOM) else 0
        self.end = len(text)

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset that is not before the last one asked for."""
        self._line += self._text.count("\n", self._seen, offset)
        newline = self._text.rfind("\n", self._seen, offset)
        if newline >= 0:
            self._start = newline + 1
        self._seen = offset
        return self._line, max(offset - self._start, 0) + 1


class Scanner:
    """A document as a stream of values, in document order.

    `path` holds the member names and indices that lead to the current value; `flaws` collects what is
    wrong. A frame per open container holds the names seen in an object, or None for an array.
    """

    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.path: list[str | int] = []
        self.flaws: list[_Flaw] = []
        self._depth = depth
        self._frames: list[set[str] | None] = []

    def values(self) -> Iterator[int]:
        """Yield the offset at which each value begins; raise Stop where reading cannot go on."""
        start = 0
        if self.text.startswith(_BOM):
            self._note("json-encoding", "the document begins with a byte order mark", 0)
            start = 1
        at = self._skip(start)
        while True:
            yield at
            at, entered = self._value(at)
            at = self._advance(self._skip(at), entered=entered)
            if not self._frames:
                break
        if at < len(self.text):
            self._stop("json-trailing-data", "there is more after the end of the document", at)

    def _note(self, code: str, message: str, offset: int) -> None:
        self.flaws.append(_Flaw(code, message, pointer(self.path), offset))
        if len(self.flaws) == MAX_DEFECTS:
            raise Stop

    def _stop(self, code: str, message: str, offset: int) -> NoReturn:
        self._note(code, message, offset)
        raise Stop

    def _unexpected(self, expected: str, offset: int) -> NoReturn:
        match = _WORD.match(self.text, offset)
        found = repr(match[0][:_SHOWN]) if match else "the end of the document"
        self._stop("json-syntax", f"expected {expected}, found {found}", offset)

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        assert match is not None
        return match.end()

    def _value(self, at: int) -> tuple[int, bool]:
        """Read a scalar or enter a container; return the offset behind it and whether one was entered."""
        character = self.text[at : at + 1]
        if character == '"':
            return self._string(at)[0], False
        if character in {"{", "["}:
            if len(self._frames) >= self._depth:
                self._stop("json-too-deep", f"nested deeper than {self._depth} levels", at)
            self._frames.append(set() if character == "{" else None)
            return at + 1, True
        if match := _NUMBER.match(self.text, at):
            self._number(match)
            return match.end(), False
        return self._word(at), False

    def _advance(self, at: int, *, entered: bool) -> int:
        """Go to the next value, or behind the document when no container is open any more."""
        while self._frames:
            names = self._frames[-1]
            close = "]" if names is None else "}"
            if self.text[at : at + 1] == close:
                self._frames.pop()
                if not entered:
                    self.path.pop()
                entered = False
                at = self._skip(at + 1)
                continue
            if not entered:
                at = self._comma(at, close)
            return (
                self._element(at, first=entered) if names is None else self._member(at, names, first=entered)
            )
        return at

    def _comma(self, at: int, close: str) -> int:
        if self.text[at : at + 1] != ",":
            self._unexpected(f"',' or '{close}'", at)
        behind = self._skip(at + 1)
        if self.text[behind : behind + 1] == close:
            self._stop("json-syntax", f"a comma before '{close}'", at)
        return behind

    def _element(self, at: int, *, first: bool) -> int:
        if first:
            self.path.append(0)
            return at
        last = self.path[-1]
        assert isinstance(last, int)
        self.path[-1] = last + 1
        return at

    def _member(self, at: int, names: set[str], *, first: bool) -> int:
        if self.text[at : at + 1] != '"':
            self._unexpected("a member name in double quotes", at)
        behind, name = self._string(at)
        if first:
            self.path.append(name)
        else:
            self.path[-1] = name
        if name in names:
            self._note("json-duplicate-member", f"the member {_shown(name)} is there twice", at)
        names.add(name)
        behind = self._skip(behind)
        if self.text[behind : behind + 1] != ":":
            self._unexpected("':'", behind)
        return self._skip(behind + 1)

    def _string(self, at: int) -> tuple[int, str]:
        """Return the offset behind a string, and what it says."""
        match = _STRING.match(self.text, at)
        assert match is not None
        end = match.end()
        final = self.text[end : end + 1]
        if final == "\\":
            self._stop("json-syntax", f"{self.text[end : end + 2]!r} is not an escape of JSON", end)
        if final == "":
            self._stop("json-syntax", "a string that does not end", at)
        if final != '"':
            self._stop("json-syntax", f"the control character {final!r} stands in a string unescaped", end)
        raw = self.text[at + 1 : end]
        if "\\" not in raw:
            return end + 1, raw
        for pair in _SURROGATES.finditer(raw):
            if pair[1]:
                message = f"{pair[1]} is half of a surrogate pair"
                self._note("json-lone-surrogate", message, at + 1 + pair.start())
        return end + 1, _unescape(raw)

    def _number(self, match: re.Match[str]) -> None:
        text, start = match[0], match.start()
        if not match[1]:
            huge = len(text) > _MAX_DIGITS or abs(int(text)) > MAX_INTEGER
        elif (value := float(text)) in {float("inf"), float("-inf")}:
            huge = False
            self._note("json-not-finite", f"{_shown(text)} is beyond the range of numbers", start)
        else:
            huge = is_huge_integer(value)
        if huge:
            self._note("json-integer-range", f"{_shown(text)} is an integer beyond +-(2^53-1)", start)

    def _word(self, at: int) -> int:
        match = _WORD.match(self.text, at)
        word = match[0] if match else ""
        if word in _NOT_FINITE:
            self._note("json-not-finite", f"{word} is not a number of JSON", at)
        elif word not in _LITERALS:
            self._unexpected("a value", at)
        return at + len(word)


def _unescape(raw: str) -> str:
    """Return the string that a valid JSON string body stands for; a lone surrogate stays one."""
    text = _ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else _UNESCAPED.get(found[2], found[2]), raw
    )
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _shown(text: str) -> str:
    """Return text for a message: quoted, on one line, and short."""
    return ascii(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    if b"\0" in data[:4] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "this looks like UTF-16 or UTF-32, not UTF-8"
    return f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
