"""Finding one's way in parsed JSON, with JSON Pointers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import pointer_to

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# How a reference to an element of another CycloneDX document begins (BOM-Link).
BOM_LINK = "urn:cdx:"


def members(value: "dict[str, Json] | list[Json]", names: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Return (name, text, pointer) of every member with one of the names whose value is a string.

    In document order, at any depth; the pointer is only built for what is found.
    """
    stack: list[str | int] = []

    def walk(item: "dict[str, Json] | list[Json]") -> Iterator[tuple[str, str, str]]:
        if isinstance(item, dict):
            for key, each in item.items():
                if isinstance(each, str):
                    if key in names:
                        yield key, each, pointer_to("", *stack, key)
                elif isinstance(each, (dict, list)):
                    stack.append(key)
                    yield from walk(each)
                    stack.pop()
        else:
            for index, each in enumerate(item):
                if isinstance(each, (dict, list)):
                    stack.append(index)
                    yield from walk(each)
                    stack.pop()

    return walk(value)


def objects(value: dict[str, "Json"], name: str, base: str = "") -> Iterator[tuple[str, dict[str, "Json"]]]:
    """Return (pointer, object) of every object in the array member ``name``; nothing if it is no array."""
    listed = value.get(name)
    if isinstance(listed, list):
        for index, item in enumerate(listed):
            if isinstance(item, dict):
                yield pointer_to(base, name, index), item
