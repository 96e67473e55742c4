"""Read the facts of ``facts`` from an inventory; links are looked up once."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from stella_git.documents.elements.facts import PROPERTY

if TYPE_CHECKING:
    from stella_git.documents.elements.beside import Beside
    from stella_git.documents.inventory.model import Inventory, Part

# Links that say nothing of how software is put together.
_OTHER_LINKS = frozenset({"amended-by", "describes", "other"})
_DEPENDENCIES = frozenset({"contains", "depends-on"})
_DISTRIBUTED_AS = "has-distribution-artifact"


class Index:
    """A document, and what its links say, looked up once.

    Attributes:
        inventory: what the document says there is.
        artifacts: refs of files that a package is distributed as; they are no components of their own.
        containers: refs of components that contain others.
    """

    __slots__ = ("_alone", "_beside", "_complete", "_files", "_kinds", "artifacts", "containers", "inventory")

    def __init__(self, inventory: "Inventory", beside: "Beside") -> None:
        self.inventory = inventory
        self._beside = beside
        self.artifacts: set[str] = set()
        self.containers: set[str] = set()
        self._alone = len(inventory.parts) == 1
        self._complete: dict[str, set[str]] = {}
        self._files: dict[str, list[Part]] = {}
        self._kinds: dict[str, set[str]] = {}
        for ref, aggregate in inventory.completeness:
            self._complete.setdefault(ref, set()).add(aggregate)
        self._read_links(inventory)

    def _read_links(self, inventory: "Inventory") -> None:
        parts = inventory.by_ref()
        for link in inventory.links:
            if link.kind not in _OTHER_LINKS:
                for ref in (link.source, link.target):
                    self._kinds.setdefault(ref, set()).add(link.kind)
            if link.complete is not None and link.kind in _DEPENDENCIES:
                word = "complete" if link.complete else "incomplete"
                self._complete.setdefault(link.source, set()).add(word)
            if link.kind == "contains":
                self.containers.add(link.source)
            elif link.kind == _DISTRIBUTED_AS and link.target in parts:
                if parts[link.target].kind == "file":
                    self.artifacts.add(link.target)
                self._files.setdefault(link.source, []).append(parts[link.target])

    def relationships(self, part: "Part") -> Iterable[str]:
        """Return the kinds of links that a component is at either end of; a lone component needs none."""
        return self._kinds.get(part.ref, ()) if not self._alone else ("alone",)

    def beside(self, part: "Part", fact: str) -> Iterable[str]:
        """Return values of a fact that the inventory does not carry."""
        found = self._beside.get(part.pointer)
        return found.get(fact, ()) if found else ()

    def completeness(self, part: "Part") -> Iterable[str]:
        """Return what is said about whether the links of a component are all there are."""
        return self._complete.get(part.ref, ())

    def files(self, part: "Part") -> "Sequence[Part]":
        """Return the files that a component is distributed as."""
        return self._files.get(part.ref, ())


Read = Callable[["Part", Index], "Iterable[str | None]"]

_DOCUMENT_READERS: dict[str, Callable[["Inventory"], "Iterable[str | None]"]] = {
    "author-contacts": lambda found: found.author_contacts,
    "authors": lambda found: found.authors,
    "data-licence": lambda found: (found.data_licence,),
    "identifier": lambda found: (found.identifier,),
    "lifecycles": lambda found: found.lifecycles,
    "root": lambda found: (found.root.name,) if found.root else (),
    "timestamp": lambda found: (found.timestamp,),
    "tools": lambda found: found.tools,
}

_READERS: dict[str, Read] = {
    "completeness": lambda part, index: index.completeness(part),
    "concluded": lambda part, _: part.concluded,
    "contacts": lambda part, _: part.contacts,
    "copyright": lambda part, _: (part.copyright,),
    "cpes": lambda part, _: part.cpes,
    "declared": lambda part, _: part.declared,
    "download": lambda part, index: (each.download for each in (part, *index.files(part))),
    "filename": lambda part, index: (part.filename, *(each.name for each in index.files(part))),
    "hashes": lambda part, index: (name for each in (part, *index.files(part)) for name, _ in each.hashes),
    "identifiers": lambda part, _: (value for _, value in part.identifiers),
    "name": lambda part, _: (part.name,),
    "producers": lambda part, _: part.producers,
    "purl": lambda part, _: (part.purl,),
    "relationships": lambda part, index: index.relationships(part),
    "security-txt": lambda _, __: (),  # beside the inventory
    "source": lambda part, _: (part.source_url,),
    "source-hashes": lambda _, __: (),  # beside the inventory
    "supplier": lambda part, _: (part.supplier,),
    "version": lambda part, _: (part.version,),
}  # fmt: skip


def of_document(name: str) -> "Callable[[Inventory], Iterable[str | None]]":
    """Return what reads a fact of a document."""
    return _DOCUMENT_READERS[name]


def of_component(name: str) -> Read:
    """Return what reads a fact of a component; ``property:NAME`` is one too."""
    if name.startswith(PROPERTY):
        wanted = name.removeprefix(PROPERTY)
        return lambda part, index: (
            value for each in (part, *index.files(part)) for key, value in each.properties if key == wanted
        )
    return _READERS[name]
