"""Types of names from the JSON Schema of what is bound to them, so that a misspelt member is seen at once.

A type is what the schema says for certain; where it leaves a choice, the type is ``dyn``.

Source: JSON Schema draft 2020-12 (and draft-07), core and validation.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from stella_git.canon.values import Json
from stella_git.policy.cel.types import BOOL, DYN, INT, NULL, STRING, Type, an_object, list_of, map_of

_PLAIN: Final = {"string": STRING, "boolean": BOOL, "integer": INT, "null": NULL}
_DEEPEST: Final = 32
_OPENING: Final = frozenset(
    {"allOf", "anyOf", "dependentSchemas", "else", "if", "oneOf", "patternProperties", "then"}
)
"""Keywords that may bring members that are not among the properties."""


def type_of_schema(schema: Json) -> Type:
    """Return the type of what a JSON Schema describes.

    Args:
        schema: the parsed schema; references inside of it are followed, others are ``dyn``.
    """
    return _of(schema, schema, _DEEPEST)


def _of(schema: Json, root: Json, left: int) -> Type:
    while isinstance(schema, dict) and "$ref" in schema and left:
        schema, left = _referred(schema["$ref"], root), left - 1
    if not isinstance(schema, dict) or not left:
        return DYN
    kind = schema.get("type")
    if kind == "object" or (kind is None and "properties" in schema):
        return _object(schema, root)
    if kind == "array":
        return list_of(_of(schema.get("items"), root, left - 1))
    return _PLAIN.get(kind, DYN) if isinstance(kind, str) else DYN


def _referred(reference: Json, root: Json) -> Json:
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found = root
    for token in reference[1:].split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _object(schema: dict[str, Json], root: Json) -> Type:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        closed = schema.get("additionalProperties") is False and not _OPENING & schema.keys()
        return an_object(_Members(properties, root), closed=closed)
    values = schema.get("additionalProperties")
    return map_of(STRING, _of(values, root, _DEEPEST) if not _OPENING & schema.keys() else DYN)


class _Members(Mapping[str, Type]):
    """Types of the members of an object, made when they are asked for: schemas refer to themselves."""

    __slots__ = ("_properties", "_root")

    def __init__(self, properties: dict[str, Json], root: Json) -> None:
        self._properties = properties
        self._root = root

    def __getitem__(self, name: str) -> Type:
        return _of(self._properties[name], self._root, _DEEPEST)

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Members) and other._properties is self._properties

    def __hash__(self) -> int:
        return id(self._properties)
