"""What an SBOM says there is, the same for every format.

`read` turns a document into an `Inventory` with everything that was found, under the refs of the document.
`normal_form` and `digest` keep what all formats can say, under identities that no tool can rename: two
documents with the same content have the same digest, whatever their format.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from stella_git.documents.inventory.model import Inventory, Link, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.digest import Digest
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format

__all__ = ["Inventory", "Link", "Part", "digest", "normal_form", "read"]

# Family of a format -> module of this package.
_READERS = {"cyclonedx": "cyclonedx", "spdx2": "spdx2", "spdx3": "spdx3"}


def read(value: "Json", found: "Format") -> Inventory:
    """Return what a document says there is.

    Args:
        value: the parsed document. It need not be valid: what has not its shape is passed over.
        found: CycloneDX 1.4 to 1.7, SPDX 2.3 or SPDX 3.0.1; the inventory of another format is empty.
    """
    name = _READERS.get(found.family)
    if name is None:
        return Inventory(kind=found.kind, version=found.version)
    module = import_module(f"stella_git.documents.inventory.{name}")
    reader: Callable[[Json, Format], Inventory] = module.read
    return reader(value, found)


def normal_form(inventory: Inventory) -> "dict[str, Json]":
    """Return the normal form of an inventory, as JSON of the schema ``stella.inventory/1``.

    Its member ``inventory`` is the same for every format, order and naming of refs.

    Raises:
        InputError: a text in it has no canonical form (lone surrogates).
    """
    from stella_git.documents.inventory import normal

    return normal.normal_form(inventory)


def digest(inventory: Inventory) -> "Digest":
    """Return the digest of an inventory: SHA-256 of the canonical bytes of what every format can say.

    Raises:
        InputError: a text in it has no canonical form (lone surrogates).
    """
    from stella_git.documents.inventory import normal

    return normal.digest(inventory)
