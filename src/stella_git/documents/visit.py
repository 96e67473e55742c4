"""A walk through a whole parsed document that stops at members of certain names, whatever they hold.

One pass, no recursion: rules that look at several members share it. A place is a chain of names and indices
that is only made into a JSON Pointer where something is wrong.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.problems import pointer_to

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


class Place(NamedTuple):
    """Where a value is: in what, and under which name or index."""

    outer: "Place | None"
    token: "str | int"

    def inside(self, *tokens: "str | int") -> "Place":
        """Return a place in the value that is here."""
        place = self
        for token in tokens:
            place = Place(place, token)
        return place

    def pointer(self) -> str:
        """Return the JSON Pointer of the place."""
        tokens: list[str | int] = []
        place: Place | None = self
        while place is not None:
            tokens.append(place.token)
            place = place.outer
        return pointer_to("", *reversed(tokens))

    def role(self) -> str:
        """Return the name of the member that the value is, or of the array member that it is an item of."""
        place: Place | None = self
        while place is not None:
            if isinstance(place.token, str):
                return place.token
            place = place.outer
        return ""


class Found(NamedTuple):
    """A member of an object.

    Args:
        name: of the member.
        value: of the member.
        holder: the object.
        place: of the value.
    """

    name: str
    value: "Json"
    holder: "dict[str, Json]"
    place: Place

    def held_in(self) -> str:
        """Return the role of the object that has the member; "" for the document itself."""
        outer = self.place.outer
        return outer.role() if outer is not None else ""


def visit(value: "Json", names: frozenset[str]) -> Iterator[Found]:
    """Return every member with one of the names, at any depth, in document order."""
    stack: list[tuple[Json, Place | None]] = [(value, None)]
    while stack:
        item, place = stack.pop()
        inner: list[tuple[Json, Place | None]] = []
        if isinstance(item, dict):
            for name, each in item.items():
                if name in names:
                    yield Found(name, each, item, Place(place, name))
                if isinstance(each, (dict, list)):
                    inner.append((each, Place(place, name)))
        elif isinstance(item, list):
            for index, each in enumerate(item):
                if isinstance(each, (dict, list)):
                    inner.append((each, Place(place, index)))
        inner.reverse()
        stack += inner
