"""Finding one's way in the graph of an SPDX 3 document."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stella_git.documents.inventory.parties import Party
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

_CONTACTS = frozenset({"email", "urlScheme"})
_RELATIONSHIPS = ("LifecycleScopedRelationship", "Relationship")
# Individuals of the model that stand for nothing and for nobody knows.
_NOTHING = ("/NoneElement", "/NoAssertionElement")


def identity(value: "Json") -> str:
    """Return what an element, or a reference to one, is called; "" if it has no name.

    A reference is a string; a nested object is an element itself.
    """
    if isinstance(value, str):
        return value
    return text(value, "spdxId") or text(value, "@id") or ""


def is_nothing(ref: str) -> bool:
    """Return whether a reference is to NoneElement or NoAssertionElement."""
    return ref.endswith(_NOTHING)


class Graph:
    """The elements of a document, by class and by spdxId.

    Args:
        value: the parsed document: ``@graph``, or one element alone.

    Attributes:
        elements: (JSON Pointer, element) in document order.
        by_id: spdxId (of blank nodes: ``@id``) -> element; of several with one id, the first.
        licences: what licence elements were found to say, each written out once.
    """

    def __init__(self, value: "Json") -> None:
        self.elements: list[tuple[str, dict[str, Json]]] = []
        self.by_id: dict[str, dict[str, Json]] = {}
        self.licences: dict[str, str | None] = {}
        self._by_type: dict[str, list[dict[str, Json]]] = {}
        listed: list[tuple[str, Json]] = [
            (pointer_to("/@graph", index), item) for index, item in enumerate(array(value, "@graph"))
        ]
        for pointer, item in listed or [("", value)]:
            if isinstance(item, dict):
                self.elements.append((pointer, item))
                self._by_type.setdefault(text(item, "type") or "", []).append(item)
                self.by_id.setdefault(identity(item), item)
        self.by_id.pop("", None)

    def of(self, *types: str) -> "Iterator[dict[str, Json]]":
        """Return the elements of some classes."""
        for name in types:
            yield from self._by_type.get(name, ())

    def relationships(self) -> "Iterator[dict[str, Json]]":
        """Return all relationships."""
        return self.of(*_RELATIONSHIPS)

    def creation(self, element: "dict[str, Json]") -> "dict[str, Json]":
        """Return the CreationInfo of an element: nested, or a blank node of the graph."""
        said = element.get("creationInfo")
        if isinstance(said, dict):
            return said
        found = self.by_id.get(said) if isinstance(said, str) else None
        if found is not None:
            return found
        # of several, which only a document without an SpdxDocument leaves open, the earliest
        return min(self.of("CreationInfo"), key=lambda each: text(each, "created") or "", default={})

    def parties(self, references: "Iterable[Json]") -> Iterator[Party]:
        """Return the agents and tools that are referred to, if they are here."""
        for reference in references:
            item = reference if isinstance(reference, dict) else self.by_id.get(identity(reference))
            if item is None:
                continue
            contacts = [
                text(each, "identifier")
                for each in array(item, "externalIdentifier")
                if text(each, "externalIdentifierType") in _CONTACTS
            ]
            yield Party(
                kind=(text(item, "type") or "").lower(),
                name=text(item, "name") or "",
                contacts=tuple(sorted({contact for contact in contacts if contact})),
            )
