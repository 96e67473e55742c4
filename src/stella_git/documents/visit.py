"""A walk through a whole parsed document that stops at members of certain names, whatever they hold.

One pass, no recursion: rules that look at several members share it. A place is a chain of names and indices
that is only made into a JSON Pointer where something is wrong.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.problems import pointer_to

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# Where a value is: the place of what it is in, and the name or index that it has there; None is the document.
Place = tuple["Place | None", "str | int"]


def pointer_of(place: Place | None, *tokens: "str | int") -> str:
    """Return the JSON Pointer of a place, or of what is at ``tokens`` inside it."""
    found: list[str | int] = []
    while place is not None:
        place, token = place
        found.append(token)
    return pointer_to("", *reversed(found), *tokens)


def role_of(place: Place | None) -> str:
    """Return the name of the member that a value is, or is an item of; "" for the document."""
    while place is not None:
        if isinstance(place[1], str):
            return place[1]
        place = place[0]
    return ""


class Found(NamedTuple):
    """A member of an object.

    Args:
        name: of the member.
        value: of the member.
        holder: the object.
        outer: place of the object.
    """

    name: str
    value: "Json"
    holder: "dict[str, Json]"
    outer: Place | None

    def held_in(self) -> str:
        """Return the role of the object that has the member; "" for the document itself."""
        return role_of(self.outer)

    def pointer(self, *tokens: "str | int") -> str:
        """Return the JSON Pointer of the value, or of what is at ``tokens`` inside it."""
        return pointer_of(self.outer, self.name, *tokens)


def visit(value: "Json", names: frozenset[str]) -> Iterator[Found]:
    """Return every member with one of the names, at any depth, in document order."""
    stack: list[tuple[Json, Place | None]] = [(value, None)]
    while stack:
        item, place = stack.pop()
        inner: list[tuple[Json, Place | None]] = []
        if isinstance(item, dict):
            for name in item:
                if name in names:
                    yield Found(name, item[name], item, place)
            inner = [(each, (place, name)) for name, each in item.items() if isinstance(each, _CONTAINERS)]
        elif isinstance(item, list):
            inner = [(each, (place, at)) for at, each in enumerate(item) if isinstance(each, _CONTAINERS)]
        inner.reverse()
        stack += inner


_CONTAINERS = (dict, list)
