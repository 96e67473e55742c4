"""One SBOM as policies see it, whatever its format.

Source: ``schemas/stella/evidence-inventory.v1.schema.json``.
"""

from typing import TYPE_CHECKING

from stella_git.documents.inventory.model import Inventory, Link, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stella_git.canon.reader import Json
    from stella_git.errors import Where


class InventoryView:
    """The value of one inventory, and the way back to the document.

    Args:
        read: reads the inventory; asked once, when somebody looks.
        place: from a JSON Pointer in the document to a place.
    """

    __slots__ = ("_known", "_place", "_read", "_rest", "_roots")

    def __init__(self, read: "Callable[[], Inventory]", place: "Callable[[str], Where]") -> None:
        self._read = read
        self._place = place
        self._known = False
        self._roots: tuple[Part, ...] = ()
        self._rest: tuple[Part, ...] = ()

    def value(self) -> "Json":
        """Return what expressions see."""
        found = self._read()
        self._known = True
        self._roots = tuple(part for part in found.parts if part.root)
        self._rest = tuple(part for part in found.parts if not part.root)
        roots: list[Json] = [_component(part) for part in self._roots]
        members: dict[str, Json] = {
            "format": {"kind": found.kind, "version": found.version},
            "roots": roots,
            "components": [_component(part) for part in self._rest],
            "links": [_link(link) for link in found.links],
            "authors": list(found.authors),
            "authorContacts": list(found.author_contacts),
            "tools": list(found.tools),
            "lifecycles": list(found.lifecycles),
            "completeness": _pairs(found.completeness, "ref", "aggregate"),
            "external": list(found.external),
        }
        optional: dict[str, Json] = {
            "root": roots[0] if roots else None,
            "identifier": found.identifier,
            "timestamp": found.timestamp,
            "dataLicence": found.data_licence,
        }
        return members | {name: value for name, value in optional.items() if value}

    def place(self, pointer: str) -> "Where":
        """Return where a part of the value stands: that of its component, else the document.

        Args:
            pointer: JSON Pointer in the value.
        """
        if not self._known:
            self.value()
        _, member, index, *_ = (*pointer.split("/"), "", "", "")
        parts = {"components": self._rest, "roots": self._roots, "root": self._roots[:1]}.get(member, ())
        number = "0" if member == "root" else index
        if number.isdecimal() and int(number) < len(parts):
            return self._place(parts[int(number)].pointer)
        return self._place("")


def _component(part: Part) -> "Json":
    members: dict[str, Json] = {
        "name": part.name,
        "cpes": list(part.cpes),
        "identifiers": _pairs(part.identifiers, "type", "value"),
        "hashes": _pairs(part.hashes, "algorithm", "value"),
        "licences": list(part.concluded or part.declared),
        "declared": list(part.declared),
        "concluded": list(part.concluded),
        "producers": list(part.producers),
        "contacts": list(part.contacts),
        "properties": _pairs(part.properties, "name", "value"),
    }
    optional = (
        ("ref", part.ref),
        ("kind", part.kind),
        ("group", part.group),
        ("version", part.version),
        ("purl", part.purl),
        ("supplier", part.supplier),
        ("copyright", part.copyright),
        ("filename", part.filename),
        ("download", part.download),
        ("sourceUrl", part.source_url),
        ("scope", part.scope),
    )
    members.update((name, text) for name, text in optional if text)
    return members


def _link(link: Link) -> "Json":
    members: dict[str, Json] = {"source": link.source, "kind": link.kind, "target": link.target}
    if link.complete is not None:
        members["complete"] = link.complete
    if link.scope:
        members["scope"] = link.scope
    return members


def _pairs(rows: "Iterable[tuple[str, str]]", first: str, second: str) -> "list[Json]":
    return [{first: one, second: other} for one, other in rows]
