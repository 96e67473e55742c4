"""A normal form read back: what was digested is an inventory like any other."""

from typing import TYPE_CHECKING

from stella_git.documents.inventory.model import Inventory, Link, Part
from stella_git.documents.read import array, inner, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

KIND = "inventory"


def restore(value: "Json") -> Inventory:
    """Return the inventory that a normal form holds, without the details; its normal form is the same.

    Args:
        value: JSON of the schema ``stella.inventory/1``; what has not its shape is passed over.
    """
    digested = inner(value, "inventory")
    roots = {root for root in array(digested, "roots") if isinstance(root, str)}
    parts = tuple(_part(item, roots) for item in array(digested, "parts"))
    links = [
        Link(source=text(item, "source") or "", kind=text(item, "kind") or "", target=_target(item))
        for item in array(digested, "links")
    ]
    return Inventory(
        kind=KIND,
        version=(text(value, "schema") or "").rpartition("/")[2],
        parts=parts,
        links=tuple(links),
        external=tuple(sorted({_target(item) for item in array(digested, "links") if _is_external(item)})),
    )


def _is_external(item: "Json") -> bool:
    return (text(item, "target") or "").startswith("ref:")


def _target(item: "Json") -> str:
    return (text(item, "target") or "").removeprefix("ref:")


def _part(item: "Json", roots: set[str]) -> Part:
    from urllib.parse import unquote

    identity, version = text(item, "id") or "", text(item, "version") or ""
    told = identity.partition(" ")[0]
    name = ""
    if identity.startswith("name:"):
        name = unquote(identity.removeprefix("name:").partition("@")[0])
    pairs = [each.partition(":") for each in array(item, "hashes") if isinstance(each, str)]
    return Part(
        ref=identity,
        name=name,
        version=version,
        purl=told if told.startswith("pkg:") else None,
        cpes=(told,) if told.startswith("cpe:") else (),
        hashes=tuple((algorithm, digits) for algorithm, _, digits in pairs),
        declared=tuple(each for each in array(item, "licences") if isinstance(each, str)),
        root=identity in roots,
    )
