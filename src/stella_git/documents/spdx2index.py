"""The elements of an SPDX 2.3 document, as rules see them.

Source: SPDX 2.3, sections 6 to 9.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, text
from stella_git.documents.walk import objects

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

DOCUMENT = "SPDXRef-DOCUMENT"
KINDS = ("packages", "files", "snippets")
ELSEWHERE = "DocumentRef-"
NOTHING = frozenset({"NONE", "NOASSERTION"})


class Item(NamedTuple):
    """A package, file or snippet, or the document: its JSON Pointer, where it is listed, its members."""

    pointer: str
    kind: str
    value: "dict[str, Json]"

    @property
    def identity(self) -> str | None:
        """Return its SPDXID."""
        return text(self.value, "SPDXID")

    def at(self, *tokens: str | int) -> str:
        """Return the JSON Pointer of something in it."""
        return pointer_to(self.pointer, *tokens)


class Link(NamedTuple):
    """A relationship: its JSON Pointer, SPDXID of the first element, type, SPDXID of the second."""

    pointer: str
    source: str | None
    kind: str
    target: str | None


class Index:
    """The elements of a document, and what it says is elsewhere.

    Args:
        value: the parsed document; of any shape.

    Attributes:
        items: the document first, then packages, files and snippets.
        by_id: SPDXID -> the first element that has it.
        links: the relationships.
        outside: ids of other documents, ``DocumentRef-`` and a name.
    """

    def __init__(self, value: "dict[str, Json]") -> None:
        self.value = value
        self.items = [Item("", "", value)]
        for kind in KINDS:
            self.items += [Item(pointer, kind, each) for pointer, each in objects(value, kind)]
        self.by_id: dict[str, Item] = {}
        for item in self.items:
            if item.identity is not None:
                self.by_id.setdefault(item.identity, item)
        self.links = [
            Link(
                pointer,
                text(each, "spdxElementId"),
                text(each, "relationshipType") or "",
                text(each, "relatedSpdxElement"),
            )
            for pointer, each in objects(value, "relationships")
        ]
        self.outside = {
            name
            for _, each in objects(value, "externalDocumentRefs")
            if (name := text(each, "externalDocumentId")) is not None
        }

    def of(self, kind: str) -> Iterator[Item]:
        """Return the packages, the files or the snippets."""
        return (item for item in self.items if item.kind == kind)

    def is_outside(self, name: str) -> bool:
        """Return whether a name is of an element, or a licence, of another document that is declared."""
        return name.partition(":")[0] in self.outside

    def files(self) -> dict[str, set[str]]:
        """Return SPDXID of a package -> SPDXIDs of the files that it says it has."""
        found: dict[str, set[str]] = {}
        for item in self.of("packages"):
            for one in array(item.value, "hasFiles"):
                if item.identity is not None and isinstance(one, str):
                    found.setdefault(item.identity, set()).add(one)
        for link in self.links:
            ends = {"CONTAINS": (link.source, link.target), "CONTAINED_BY": (link.target, link.source)}
            whole, part = ends.get(link.kind, (None, None))
            inside = self.by_id.get(part) if part is not None else None
            if whole is not None and part is not None and inside is not None and inside.kind == "files":
                found.setdefault(whole, set()).add(part)
        return found
