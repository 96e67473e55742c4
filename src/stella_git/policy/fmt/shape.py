"""What the schema of a kind says about the order of members, and which texts are expressions."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stella_git.policy.fmt.tree import Entry, Node

    Schema = Mapping[str, Any]

_COMBINED = ("allOf", "anyOf", "oneOf")


class Shape:
    """What schemas that hold at one place say of a value there.

    Attributes:
        ranks: member to its place in the order.
        exact: whether the value is an expression.
    """

    def __init__(self, schemas: "Sequence[Schema]") -> None:
        self._schemas = tuple({id(each): each for schema in schemas for each in _all(schema)}.values())
        self.ranks: dict[str, int] = {}
        for schema in self._schemas:
            for name in schema.get("properties", ()):
                self.ranks.setdefault(name, len(self.ranks))
        self.exact = any(str(schema.get("$ref", "")).endswith("/expression") for schema in self._schemas)
        self._inner: dict[str | None, Shape] = {}

    def inside(self, name: str | None) -> "Shape":
        """Return the shape of a member, or of the items (None)."""
        known = name if name is None or name in self.ranks else ""
        if known not in self._inner:
            self._inner[known] = Shape(list(self._schemas_of(known)))
        return self._inner[known]

    def _schemas_of(self, name: str | None) -> "Iterator[Schema]":
        for schema in self._schemas:
            if name is None:
                inner = schema.get("items")
            elif name in schema.get("properties", ()):
                inner = schema["properties"][name]
            else:
                inner = schema.get("additionalProperties")
            if isinstance(inner, dict):
                yield inner


def _all(schema: "Schema") -> "list[Schema]":
    """Return a schema and all that it refers to or combines, in its order."""
    from stella_git.documents.schema.registry import resolve

    found: dict[int, Schema] = {}
    pending: list[Schema] = [schema]
    while pending:
        each = pending.pop(0)
        if id(each) in found:
            continue
        found[id(each)] = each
        if isinstance(each.get("$ref"), str):
            pending.append(resolve(each["$ref"]))
        for keyword in _COMBINED:
            pending += [branch for branch in each.get(keyword, ()) if isinstance(branch, dict)]
    return list(found.values())


@cache
def shape_of(version: str, kind: str) -> Shape:
    """Return the shape of a kind; of one without a schema, a shape that says nothing.

    Args:
        version: ``apiVersion`` of the file.
        kind: its ``kind``.
    """
    from stella_git.documents.schema.registry import ROOTS, load

    root = ROOTS.get(("stella", f"{version} {kind}"))
    return Shape([load(root[0])] if root else [])


def arrange(node: "Node", shape: Shape) -> None:
    """Put the members of mappings in order, those that the schema does not know behind the others.

    Args:
        node: a value, changed in place.
        shape: what is known about it.
    """
    entries = node.entries
    if entries is None:
        return
    if node.source.mapping:
        last = len(shape.ranks)
        entries.sort(key=lambda entry: shape.ranks.get(_name(entry), last))
    for entry in entries:
        inner = shape.inside(None if entry.key is None else entry.key.text)
        entry.exact = inner.exact
        arrange(entry.node, inner)


def _name(entry: "Entry") -> str:
    return entry.key.text if entry.key else ""
