"""The normal form of an inventory, and its digest.

The member ``inventory`` is what every format can say, and nothing else is digested: identities, versions,
hashes, licences, who depends on whom and contains whom, and what the document is about. It does not depend on
the order of anything, on refs, or on the format. The rest is beside it, in ``details``.
"""

from typing import TYPE_CHECKING

from stella_git.documents.inventory.hashes import COMMON
from stella_git.documents.inventory.merge import COMMON_LINKS, merge
from stella_git.documents.inventory.model import Inventory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.canon.digest import Digest
    from stella_git.canon.reader import Json
    from stella_git.documents.inventory.merge import Merged, Node

SCHEMA = "stella.inventory/1"


def normal_form(inventory: Inventory) -> "dict[str, Json]":
    """Return the normal form of an inventory, as JSON of the schema ``stella.inventory/1``.

    Raises:
        InputError: a text in it has no canonical form (lone surrogates).
    """
    merged = merge(inventory)
    digested = core(merged)
    return {
        "schema": SCHEMA,
        "digest": str(_digest(digested)),
        "inventory": digested,
        "details": details(inventory, merged),
    }


def digest(inventory: Inventory) -> "Digest":
    """Return the digest of an inventory: SHA-256 of the canonical bytes of its digested part.

    Raises:
        InputError: a text in it has no canonical form (lone surrogates).
    """
    return _digest(core(merge(inventory)))


def _digest(digested: "dict[str, Json]") -> "Digest":
    from stella_git.canon.digest import of_json

    return of_json(digested)


def core(merged: "Merged") -> "dict[str, Json]":
    """Return the digested part."""
    return {
        "parts": [_part(node) for node in merged.nodes.values()],
        "links": [
            {"source": source, "kind": kind, "target": target} for source, kind, target in merged.common_links
        ],
        "roots": list(merged.roots),
    }


def _part(node: "Node") -> "dict[str, Json]":
    part: dict[str, Json] = {"id": node.id}
    if node.version:
        part["version"] = node.version
    if node.hashes:
        part["hashes"] = [f"{name}:{digits}" for name, digits in node.hashes]
    if node.licences:
        part["licences"] = list(node.licences)
    return part


def details(inventory: Inventory, merged: "Merged") -> "dict[str, Json]":
    """Return what is not digested, because some format cannot say it."""
    document: dict[str, Json] = {"format": inventory.kind, "formatVersion": inventory.version}
    document |= _filled(
        {
            "identifier": inventory.identifier,
            "timestamp": inventory.timestamp,
            "dataLicence": inventory.data_licence,
            "authors": list(inventory.authors),
            "authorContacts": list(inventory.author_contacts),
            "tools": list(inventory.tools),
            "lifecycles": list(inventory.lifecycles),
        }
    )
    described = ((node.id, part_details(node)) for node in merged.nodes.values())
    return {
        "document": document,
        "parts": [{"id": name, **said} for name, said in described if said],
        "links": [
            {"source": source, "kind": kind, "target": target}
            for source, kind, target in merged.links
            if kind not in COMMON_LINKS
        ],
    }


def part_details(node: "Node") -> "dict[str, Json]":
    """Return what the elements of a part say beyond the inventory; each member a sorted list."""
    parts = node.parts
    return _filled(
        {
            "names": _listed(part.full_name for part in parts),
            "kinds": _listed(part.kind for part in parts),
            "cpes": _listed(cpe for part in parts for cpe in part.cpes),
            "identifiers": _listed(f"{kind}:{text}" for part in parts for kind, text in part.identifiers),
            "hashes": _listed(
                f"{name}:{digits}" for part in parts for name, digits in part.hashes if name not in COMMON
            ),
            "declared": _listed(text for part in parts for text in part.declared),
            "concluded": _listed(text for part in parts for text in part.concluded),
            "suppliers": _listed(part.supplier for part in parts),
            "producers": _listed(name for part in parts for name in part.producers),
            "contacts": _listed(text for part in parts for text in part.contacts),
            "copyright": _listed(part.copyright for part in parts),
            "filenames": _listed(part.filename for part in parts),
            "downloads": _listed(part.download for part in parts),
            "sources": _listed(part.source_url for part in parts),
            "scopes": _listed(part.scope for part in parts),
            "properties": _listed(f"{name}={text}" for part in parts for name, text in part.properties),
        }
    )


def _listed(texts: "Iterable[str | None]") -> "list[Json]":
    found = {text for text in texts if text}
    return [*sorted(found)] if found else []


def _filled(members: "dict[str, Json]") -> "dict[str, Json]":
    return {name: value for name, value in members.items() if value}
