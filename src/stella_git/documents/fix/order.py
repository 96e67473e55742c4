"""Members of objects in the order in which the official schema of the format lists them.

Only where it is asked for: the order means nothing in JSON, and putting it right touches lines that say
nothing new. Members move with their own text; the spaces and line ends between them stay where they are, and
so do members that the schema does not know: behind those that it knows.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.documents.detect import Format
    from stella_git.documents.schema.registry import Schema

# Formats whose schema lists members as people read them. That of SPDX 3 is made by a program.
_KINDS = frozenset({("cyclonedx", "1"), ("openvex", "0"), ("spdx", "2")})
_SPACE = re.compile(r"[ \t\n\r]*+")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s,\[\]{}":]++')


def ordered(text: str, found: "Format") -> str:
    """Return a document with the members of every object in the order of the schema.

    Args:
        text: a JSON document without defects.
        found: its format; of one whose schema has no order to follow, the text is given back.
    """
    from stella_git.documents.schema.registry import ROOTS, load

    if (found.kind, found.version[:1]) not in _KINDS:
        return text
    root = load(ROOTS[found.kind, found.version][0])
    start = _space(text, 0)
    value, end = _Text(text).value(start, _Shape.of([root]))
    return text[:start] + value + text[end:]


class _Shape:
    """What schemas that hold at one place say of the members of an object there."""

    def __init__(self, schemas: "Sequence[Schema]") -> None:
        self.ranks: dict[str, int] = {}
        self._schemas = schemas
        for schema in schemas:
            properties = schema.get("properties")
            for name in properties if isinstance(properties, dict) else ():
                self.ranks.setdefault(name, len(self.ranks))
        self._known: dict[str | None, _Shape] = {}

    @classmethod
    def of(cls, schemas: "Sequence[Schema]") -> "_Shape":
        return cls(tuple({id(each): each for schema in schemas for each in _alternatives(schema)}.values()))

    def inside(self, name: str | None) -> "_Shape":
        """Return the shape of a member, or of the items (None)."""
        if name not in self._known:
            self._known[name] = _Shape.of(list(self._inner(name)))
        return self._known[name]

    def _inner(self, name: str | None) -> "Iterator[Schema]":
        for schema in self._schemas:
            if name is None:
                inner = schema.get("items")
            else:
                properties = schema.get("properties")
                inner = properties.get(name) if isinstance(properties, dict) else None
            if isinstance(inner, dict):
                yield inner


def _alternatives(schema: "Schema") -> "list[Schema]":
    """Return a schema and all that it refers to or combines, in its order."""
    from stella_git.documents.schema.registry import resolve

    found: dict[int, Schema] = {}
    pending = [schema]
    while pending:
        each = pending.pop(0)
        if id(each) in found:
            continue
        found[id(each)] = each
        ref = each.get("$ref")
        if isinstance(ref, str):
            pending.append(resolve(ref))
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = each.get(keyword)
            if isinstance(branches, list):
                pending += [branch for branch in branches if isinstance(branch, dict)]
    return list(found.values())


class _Member(NamedTuple):
    rank: int
    text: str


class _Text:
    """Writes a text again, value by value; as deep as the reader allows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, at: int, shape: _Shape) -> tuple[str, int]:
        """Return the value that begins at an offset, put in order, and the offset behind it."""
        opening = self._text[at]
        if opening == "{":
            return self._object(at, shape)
        if opening == "[":
            return self._array(at, shape.inside(None))
        end = self._scalar(at)
        return self._text[at:end], end

    def _scalar(self, at: int) -> int:
        match = _SCALAR.match(self._text, at)
        assert match is not None  # the text is JSON
        return match.end()

    def _array(self, at: int, shape: _Shape) -> tuple[str, int]:
        parts = ["["]
        at += 1
        while True:
            begin = _space(self._text, at)
            parts.append(self._text[at:begin])
            if self._text[begin] == "]":
                return "".join([*parts, "]"]), begin + 1
            if self._text[begin] == ",":
                parts.append(",")
                at = begin + 1
                continue
            value, at = self.value(begin, shape)
            parts.append(value)

    def _object(self, at: int, shape: _Shape) -> tuple[str, int]:
        members: list[_Member] = []
        between: list[str] = []
        gap = at
        at += 1
        while True:
            begin = _space(self._text, at)
            if self._text[begin] == ",":
                at = begin + 1
                continue
            between.append(self._text[gap:begin])
            if self._text[begin] == "}":
                break
            member, at = self._member(begin, shape)
            members.append(member)
            gap = at
        members.sort(key=lambda member: member.rank)
        parts = [
            part for pair in zip(between, [member.text for member in members], strict=False) for part in pair
        ]
        return "".join([*parts, between[-1], "}"]), begin + 1

    def _member(self, at: int, shape: _Shape) -> tuple[_Member, int]:
        end = self._scalar(at)
        name = _name(self._text[at:end])
        begin = _space(self._text, _space(self._text, end) + 1)
        value, behind = self.value(begin, shape.inside(name))
        return _Member(shape.ranks.get(name, len(shape.ranks)), self._text[at:begin] + value), behind


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None  # it may be empty
    return match.end()


@lru_cache(maxsize=1024)
def _name(literal: str) -> str:
    from stella_git.canon.reader import parse_json

    name = parse_json(literal.encode())
    assert isinstance(name, str)
    return name
