"""Strict YAML: what JSON can say, in YAML's clothes, with the place of every node.

The document is composed from the events of PyYAML's parser, so nothing of PyYAML's resolving or
constructing runs. Anchors, aliases, tags, merge keys, directives and second documents are refused, and so
is every plain scalar that one YAML version takes for something else than another does.

Source: YAML 1.2.2 sections 6-8 and 10.2; YAML 1.1 types (bool, int, float, null) for what looks alike.
"""

import re
from typing import TYPE_CHECKING, Any, NoReturn

from stella_git.canon.values import MAX_INTEGER, Json, is_huge_integer, pointer
from stella_git.errors import InputError, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    Event = Any  # PyYAML's events, whose attributes its stubs do not type

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)((?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)")
LOOK_ALIKE = re.compile(
    r"~|(?:y|n|yes|no|on|off|true|false|null)"
    r"|[-+]?(?:[0-9][0-9_]*+|0o[0-7_]++|0x[0-9a-f_]++|0b[01_]++)"  # integers of YAML 1.1 and 1.2
    r"|[-+]?(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?|\.[0-9][0-9_]*+)(?:e[-+]?[0-9]++)?"  # floats
    r"|[-+]?\.inf|\.nan"
    r"|[-+]?[0-9][0-9_]*+(?::[0-5]?[0-9])++(?:\.[0-9_]*+)?",  # base 60
    re.IGNORECASE | re.ASCII,
)
# What PyYAML's two parsers treat differently, or YAML 1.1 and 1.2 do: other line ends, controls, a mark.
FORBIDDEN = re.compile(
    "[^\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)"
)
_DIRECTIVE = re.compile(r"(?:[ ]*+(?:#[^\n]*+)?\r?\n)*+%")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*+(?:[ \r\n]|\Z)")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What any of the words above, and any number, begins with; most plain scalars begin otherwise.
_SUSPICIOUS = frozenset({"", *"~+-.0123456789yYnNoOtTfF"})
WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_SAFE_DIGITS = 17
_SHOWN = 40
_BOM = "\ufeff"

_REMEDIES = {
    "yaml-alias": "write the value out at each place",
    "yaml-ambiguous-scalar": "quote it if it is a string; write true, false, null or a JSON number if not",
    "yaml-anchor": "write the value out at each place",
    "yaml-character": "escape it in double quotes, or remove it; end lines with LF or CRLF",
    "yaml-directive": "remove the lines that begin with %",
    "yaml-duplicate-key": "keep one of the two",
    "yaml-empty": "write the document, or remove the file",
    "yaml-encoding": "save the file as UTF-8 without a byte order mark",
    "yaml-integer-range": "write it as a string",
    "yaml-key-not-string": "quote the key",
    "yaml-lone-surrogate": "write the character itself",
    "yaml-merge-key": "write the members out",
    "yaml-multiple-documents": "keep one YAML document per file",
    "yaml-not-finite": "write a finite number, or a string",
    "yaml-syntax": "correct the syntax",
    "yaml-tab": 'indent with spaces; in a string write "\\t" in double quotes',
    "yaml-tag": "remove the tag; quote the value to make it a string",
    "yaml-too-deep": "flatten the document",
    "yaml-too-large": "split the document",
}


class YamlDocument:
    """The value of a YAML document and where its nodes are.

    Attributes:
        value: JSON data.
        positions: JSON Pointer to (line, column) of the node, both 1-based, columns in characters.
        path: what the document was called when it was read.
    """

    __slots__ = ("path", "positions", "value")

    def __init__(self, value: Json, positions: dict[str, tuple[int, int]], path: str | None) -> None:
        self.value = value
        self.positions = positions
        self.path = path

    def where(self, name: str) -> Where:
        """Return the place of a JSON Pointer, or of its nearest parent that exists."""
        found = name
        while found not in self.positions:
            found = found.rpartition("/")[0]
        line, column = self.positions[found]
        return Where(self.path, line=line, column=column, pointer=name)


def read_yaml(data: bytes, *, path: str | None, limit: int, depth: int, pure: bool = False) -> YamlDocument:
    """Return the document; see `stella_git.canon.reader.parse_yaml`.

    `pure` takes PyYAML's own parser even where libyaml is there: tests hold the two to the same answer.
    """
    composer = _Composer(path, depth)
    text = composer.decode(data, limit)
    for event in composer.events(text, pure=pure):
        composer.feed(event)
    if not composer.positions:
        composer.refuse("yaml-empty", "the document is empty", (1, 1))
    return YamlDocument(composer.value, composer.positions, path)


class _Composer:
    """Builds a value out of parser events, without recursion; a frame is an open mapping or sequence."""

    def __init__(self, path: str | None, depth: int) -> None:
        self.value: Json = None
        self.positions: dict[str, tuple[int, int]] = {}
        self._path = path
        self._depth = depth
        self._frames: list[tuple[dict[str, Json] | list[Json], str]] = []
        self._text = ""
        self._flow = 0  # how many of the open containers are written with brackets
        self._key: str | None = None  # of the member whose value comes next
        self._documents = 0
        self._plain: set[str] = set()  # keys that were looked at, and are the same wherever they stand

    def refuse(
        self, code: str, message: str, place: tuple[int, int], pointer: str = "", *, word: str = ""
    ) -> NoReturn:
        where = Where(self._path, line=place[0], column=place[1], pointer=pointer)
        remedy = _REMEDIES[code]
        if 0 < len(word) <= _SHOWN:
            remedy = remedy.replace(
                "quote it if it is a string", f"write '{word}' if it is a string, in quotes"
            )
            remedy = remedy.replace("quote the key", f"quote the key: '{word}'")
        raise InputError(message, code=code, where=where, remedy=remedy)

    def decode(self, data: bytes, limit: int) -> str:
        """Return the text, if it has nothing in it that parsers disagree about."""
        if len(data) > limit:
            self.refuse("yaml-too-large", f"{len(data)} bytes are more than the limit of {limit}", (1, 1))
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8", "replace")
            message = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
            self.refuse("yaml-encoding", message, _place(before, len(before)))
        if text.startswith(_BOM):
            self.refuse("yaml-encoding", "the document begins with a byte order mark", (1, 1))
        if odd := FORBIDDEN.search(text):
            place = _place(text, odd.start())
            if odd[0] == "\t":
                self.refuse("yaml-tab", "a tab", place)
            self.refuse("yaml-character", f"the character {odd[0]!a} stands in it unescaped", place)
        if directive := _DIRECTIVE.match(text):
            self.refuse("yaml-directive", "a directive", _place(text, directive.end() - 1))
        self._text = text
        return text

    def events(self, text: str, *, pure: bool) -> "Iterator[Event]":
        """Yield the events of PyYAML's parser."""
        import yaml

        loader = yaml.SafeLoader if pure or not yaml.__with_libyaml__ else yaml.CSafeLoader
        try:
            yield from yaml.parse(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.refuse("yaml-syntax", f"this is not YAML: {error.problem or error.context}", place)
        except (yaml.YAMLError, ValueError, OverflowError):  # chr() of an escape that is no character
            self.refuse("yaml-syntax", "this is not YAML: a character that does not exist", (1, 1))

    def feed(self, event: "Event") -> None:
        """Take the next event."""
        kind = type(event).__name__
        if kind in {"ScalarEvent", "MappingStartEvent", "SequenceStartEvent"}:
            self._node(event, kind)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._frames.pop()
            self._flow -= self._flow > 0
        elif kind == "AliasEvent":
            self.refuse("yaml-alias", f"the alias *{event.anchor}", _start(event), self._pointer())
        elif kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                self.refuse("yaml-multiple-documents", "a second document", _start(event))

    def _pointer(self) -> str:
        """Return the pointer of the value that comes next, or of the mapping whose key comes next."""
        if not self._frames:
            return ""
        container, name = self._frames[-1]
        if isinstance(container, list):
            return f"{name}/{len(container)}"
        key = self._key
        if key is None:
            return name
        return name + pointer([key]) if "~" in key or "/" in key else f"{name}/{key}"

    def _node(self, event: "Event", kind: str) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        container = self._frames[-1][0] if self._frames else None
        if self._key is None and isinstance(container, dict):
            self._key = self._member(event, kind, container)
            return
        name, place = self._pointer(), _start(event)
        self.positions[name] = place
        if kind == "ScalarEvent":
            self._attach(container, self._scalar(event, place, name))
            return
        if len(self._frames) >= self._depth:
            self.refuse("yaml-too-deep", f"nested deeper than {self._depth} levels", place, name)
        opened: dict[str, Json] | list[Json] = {} if kind == "MappingStartEvent" else []
        self._attach(container, opened)
        self._frames.append((opened, name))
        self._flow += bool(event.flow_style)

    def _refuse_properties(self, event: "Event") -> NoReturn:
        name, place = self._pointer(), _start(event)
        if event.anchor is not None:
            self.refuse("yaml-anchor", f"the anchor &{event.anchor}", place, name)
        self.refuse("yaml-tag", f"the tag {event.tag}", place, name)

    def _attach(self, container: dict[str, Json] | list[Json] | None, value: Json) -> None:
        if container is None:
            self.value = value
        elif isinstance(container, list):
            container.append(value)
        else:
            assert self._key is not None
            container[self._key] = value
            self._key = None

    def _member(self, event: "Event", kind: str, container: dict[str, Json]) -> str:
        if kind != "ScalarEvent":
            self.refuse("yaml-key-not-string", "a key that is not a string", _start(event), self._pointer())
        key = str(event.value)
        if event.style or key not in self._plain:
            self._check_key(event, key)
        if key in container:
            name = self._pointer() + pointer([key])
            self.refuse("yaml-duplicate-key", f"the key {_shown(key)} is there twice", _start(event), name)
        return key

    def _check_key(self, event: "Event", key: str) -> None:
        name, place = self._pointer(), _start(event)
        self._check_style(event, place, name)
        if event.style:
            return
        if key == "<<":
            self.refuse("yaml-merge-key", "the merge key <<", place, name)
        if key in WORDS or LOOK_ALIKE.fullmatch(key) or NUMBER.fullmatch(key) or not key:
            message = f"the key {_shown(key)} is not a string in every YAML"
            self.refuse("yaml-key-not-string", message, place, name, word=key)
        if "?" not in key:
            self._plain.add(key)

    def _check_style(self, event: "Event", place: tuple[int, int], name: str) -> None:
        """Refuse what one of PyYAML's parsers reads and the other does not, and what is no text."""
        style = event.style
        if not style:
            if self._flow and "?" in event.value:
                message = f"{_shown(event.value)} holds a question mark between brackets"
                self.refuse("yaml-ambiguous-scalar", message, place, name)
            return
        if style in {"|", ">"} and not _BLOCK_HEADER.match(self._text, event.start_mark.index):
            self.refuse("yaml-syntax", "a comment needs a space before its #", place, name)
        if _SURROGATE.search(event.value):
            self.refuse("yaml-lone-surrogate", "an escape that is half of a surrogate pair", place, name)

    def _scalar(self, event: "Event", place: tuple[int, int], name: str) -> Json:
        text = str(event.value)
        self._check_style(event, place, name)
        if event.style or text[:1] not in _SUSPICIOUS:
            return text
        if text in WORDS:
            return WORDS[text]
        if number := NUMBER.fullmatch(text):
            return self._number(text, number, place, name)
        if not text:
            self.refuse("yaml-ambiguous-scalar", "an empty value", place, name)
        if LOOK_ALIKE.fullmatch(text):
            message = f"{_shown(text)} means different things to different versions of YAML"
            self.refuse("yaml-ambiguous-scalar", message, place, name, word=text)
        return text

    def _number(self, text: str, number: re.Match[str], place: tuple[int, int], name: str) -> int | float:
        value: int | float
        if number[1]:
            value = float(text)
            huge = is_huge_integer(value)
            if value in {float("inf"), float("-inf")}:
                self.refuse("yaml-not-finite", f"{_shown(text)} is beyond the range of numbers", place, name)
        else:
            huge = len(text) > _SAFE_DIGITS or abs(int(text)) > MAX_INTEGER
            value = 0 if huge else int(text)
        if huge:
            message = f"{_shown(text)} is an integer beyond +-(2^53-1)"
            self.refuse("yaml-integer-range", message, place, name)
        return value


def _start(event: "Event") -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _shown(text: str) -> str:
    return ascii(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")
