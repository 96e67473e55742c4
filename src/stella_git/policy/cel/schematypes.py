"""Types of names from the JSON Schema of what is bound to them, so that a misspelt member is seen at once.

A type is what the schema says for certain; where it leaves a choice, the type is ``dyn``. Of alternatives
(``anyOf``, ``oneOf``) it has what they share, of objects the members of each; of conditions that hold
together (``allOf``, ``$ref`` beside others) it has what each of them says.

Source: JSON Schema draft 2020-12 (and draft-07), core and validation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from stella_git.canon.values import Json
from stella_git.policy.cel.types import BOOL, DYN, INT, NULL, STRING, Type, an_object, list_of, map_of
from stella_git.policy.cel.words import joined

Elsewhere = Callable[[str, str], "tuple[str, Json] | None"]
"""From the name of a schema file and a reference in it to the name and value of the file it leads to."""

_PLAIN: Final = {"boolean": BOOL, "integer": INT, "null": NULL}
_VALUES: Final[dict[type, Type]] = {bool: BOOL, int: INT, type(None): NULL}
_DEEPEST: Final = 32
_STEPS: Final = 2000
"""How many schemas are looked at for one type: alternatives of alternatives would have no end otherwise."""


def type_of_schema(schema: Json, *, base: str = "", elsewhere: Elsewhere | None = None) -> Type:
    """Return the type of what a JSON Schema describes.

    Args:
        schema: the parsed schema; references inside of it are followed.
        base: name of the file, for ``elsewhere``.
        elsewhere: finds other files that references lead to; without it they are ``dyn``.
    """
    return _Reader(_File(base, schema, elsewhere)).read(schema, _DEEPEST)


def any_of(types: Sequence[Type]) -> Type:
    """Return the type of what is of one of some types.

    An object has the members of each, and others too unless all are closed.
    """
    first = types[0] if types else DYN
    if all(each == first for each in types):
        return first
    names = {each.name for each in types}
    if names == {"list"}:
        return list_of(any_of([each.parameters[0] for each in types]))
    if names == {"string"}:
        return joined(types)
    return _mixed(types, every=False) if names == {"map"} else DYN


def all_of(types: Iterable[Type]) -> Type:
    """Return the type of what is of all of some types; ``dyn`` says nothing, nor do types that never meet."""
    said = [each for each in types if each != DYN]
    first = said[0] if said else DYN
    if all(each == first for each in said):
        return first
    names = {each.name for each in said}
    if names == {"list"}:
        return list_of(all_of(each.parameters[0] for each in said))
    if names == {"string"}:
        return next(each for each in said if each.words is not None)  # two of them differ
    return _mixed(said, every=True) if names == {"map"} else DYN


def _mixed(types: Sequence[Type], *, every: bool) -> Type:
    """Return the type of maps that are of every one, or of one, of several types."""
    objects = [each for each in types if each.members is not None]
    if not objects:
        values = [each.parameters[1] for each in types]
        return map_of(STRING, all_of(values) if every else any_of(values))
    closed = [each.closed for each in types]
    members = _Together(objects) if every else _Apart(types)
    return an_object(members, closed=any(closed) if every else all(closed))


class _File:
    """A schema file: what references without a name in front are looked up in."""

    __slots__ = ("base", "elsewhere", "root")

    def __init__(self, base: str, root: Json, elsewhere: Elsewhere | None) -> None:
        self.base = base
        self.root = root
        self.elsewhere = elsewhere

    def follow(self, reference: Json) -> "tuple[Json, _File]":
        """Return the schema that a reference leads to, None if it leads nowhere, and its file."""
        if not isinstance(reference, str):
            return None, self
        name, _, fragment = reference.partition("#")
        file = self if not name else self._other(name)
        found = file.root if file is not None else None
        for token in fragment.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
        return found, file or self

    def _other(self, name: str) -> "_File | None":
        found = self.elsewhere(self.base, name) if self.elsewhere is not None else None
        return None if found is None else _File(*found, self.elsewhere)


class _Reader:
    """Reads one type out of a schema, in so many steps at most."""

    __slots__ = ("file", "steps")

    def __init__(self, file: _File) -> None:
        self.file = file
        self.steps = _STEPS

    def read(self, schema: Json, left: int) -> Type:
        if not isinstance(schema, dict) or not left or not self.steps:
            return DYN
        self.steps -= 1
        said = [self._own(schema, left)]
        if "$ref" in schema:
            said.append(self._referred(schema["$ref"], left))
        said += [self.read(part, left - 1) for part in _parts(schema, "allOf")]
        for choice in ("anyOf", "oneOf"):
            said.append(any_of([self.read(part, left - 1) for part in _parts(schema, choice)]))
        return all_of(said)

    def _referred(self, reference: Json, left: int) -> Type:
        here = self.file
        found, self.file = here.follow(reference)
        try:
            return self.read(found, left - 1)
        finally:
            self.file = here

    def _own(self, schema: dict[str, Json], left: int) -> Type:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = kind[0] if len(kind) == 1 else False
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema, left)
        if kind == "array" or (kind is None and "items" in schema):
            return list_of(self._items(schema, left))
        if kind is None:
            return _of_values(schema)
        if kind == "string":
            listed = _of_values(schema)
            return listed if listed.name == "string" else STRING
        return _PLAIN.get(kind, DYN) if isinstance(kind, str) else DYN

    def _items(self, schema: dict[str, Json], left: int) -> Type:
        items = schema.get("items")
        rows = [*_parts(schema, "prefixItems"), *(items if isinstance(items, list) else (items,))]
        return any_of([self.read(row, left - 1) for row in rows])

    def _object(self, schema: dict[str, Json], left: int) -> Type:
        properties, others = schema.get("properties"), schema.get("additionalProperties")
        patterns = "patternProperties" in schema
        if isinstance(properties, dict):
            return an_object(_Members(properties, self.file), closed=others is False and not patterns)
        return map_of(STRING, DYN if patterns else self.read(others, left - 1))


def _parts(schema: dict[str, Json], name: str) -> list[Json]:
    found = schema.get(name)
    return found if isinstance(found, list) else []


def _of_values(schema: dict[str, Json]) -> Type:
    """Return the type that all values have which are listed; the type of a number is not certain."""
    listed = [schema["const"]] if "const" in schema else _parts(schema, "enum")
    return any_of([_of_value(value) for value in listed])


def _of_value(value: Json) -> Type:
    if isinstance(value, str):
        return Type(name="string", words=(value,))
    return _VALUES.get(type(value), DYN)


class _Lazy(Mapping[str, Type]):
    """Types of the members of an object, made when they are asked for: schemas refer to themselves."""

    __slots__ = ("key", "names")

    def __init__(self, key: object, names: Iterable[str]) -> None:
        self.key = key
        self.names = tuple(names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lazy) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


class _Members(_Lazy):
    __slots__ = ("_file", "_properties")

    def __init__(self, properties: dict[str, Json], file: _File) -> None:
        super().__init__(id(properties), properties)
        self._properties = properties
        self._file = file

    def __getitem__(self, name: str) -> Type:
        return _Reader(self._file).read(self._properties[name], _DEEPEST)


class _Together(_Lazy):
    """Members of an object that several schemas describe: those that every closed one has."""

    __slots__ = ("_parts",)

    def __init__(self, types: Sequence[Type]) -> None:
        closed = [_members(each) for each in types if each.closed]
        names = dict.fromkeys(name for each in types for name in _members(each))
        super().__init__(
            ("all", *map(_key, types)), (name for name in names if all(name in each for each in closed))
        )
        self._parts = tuple(map(_members, types))

    def __getitem__(self, name: str) -> Type:
        if name not in self.names:
            raise KeyError(name)
        return all_of(part[name] for part in self._parts if name in part)


class _Apart(_Lazy):
    """Members of an object that one of several schemas describes; what an open one lacks may be anything."""

    __slots__ = ("_types",)

    def __init__(self, types: Sequence[Type]) -> None:
        names = dict.fromkeys(name for each in types for name in _members(each))
        super().__init__(("any", *map(_key, types)), names)
        self._types = tuple(types)

    def __getitem__(self, name: str) -> Type:
        if name not in self.names:
            raise KeyError(name)
        found = []
        for each in self._types:
            members = _members(each)
            if name in members:
                found.append(members[name])
            elif not each.closed:
                found.append(DYN)
        return any_of(found)


def _members(of: Type) -> Mapping[str, Type]:
    return of.members if of.members is not None else {}


def _key(of: Type) -> tuple[object, bool]:
    members = of.members
    return members.key if isinstance(members, _Lazy) else (str(of), *_words(of)), of.closed


def _words(of: Type) -> Iterator[tuple[str, ...] | None]:
    while of.parameters:
        of = of.parameters[-1]
        yield of.words
