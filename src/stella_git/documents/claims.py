"""Claims of every format of VEX, and what two of them have in common.

A claim is known by the vulnerability and the product that it is about; of two, the later one holds.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format
    from stella_git.documents.models import Product, RawClaim

# Format -> module with a function ``claims``.
_READERS = {
    "csaf": "csaf",
    "cyclonedx": "cyclonedx",
    "openvex": "openvex",
    "spdx": "spdx3vex",
}


def read(value: "Json", found: "Format") -> "tuple[RawClaim, ...]":
    """Return the claims of a parsed document, in document order; none for a format that makes none.

    Args:
        value: the document; what violates its schema is passed over.
        found: its format.
    """
    from importlib import import_module

    name = _READERS.get(found.kind)
    if name is None or (found.kind == "spdx" and not found.version.startswith("3")):
        return ()
    claims: tuple[RawClaim, ...] = import_module(f"stella_git.documents.{name}").claims(value)
    return claims


def instant(text: str | None) -> "Instant | None":
    """Return the instant of an RFC 3339 time; None if there is none, or if it cannot be compared."""
    if text is None:
        return None
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    try:
        return parse_rfc3339(text)
    except InputError:
        return None


def product_name(product: "Product") -> str:
    """Return the one name of a product: its purl, else its other identifiers."""
    return product.purl or " ".join(product.ids)


def about(claim: "RawClaim") -> str:
    """Return the one name of what a claim is about: the product, and the parts of it that are meant."""
    parts = sorted(product_name(part) for part in claim.subcomponents)
    name = product_name(claim.product)
    return f"{name} ({', '.join(parts)})" if parts else name


# A vulnerability has a handful; a million of them for each of a million products would never be done.
_ALIASES = 32


def names(claim: "RawClaim") -> Iterator[str]:
    """Return the ids of the vulnerability of a claim, the one it is called by first, at most 33."""
    yield claim.vulnerability
    yield from claim.aliases[:_ALIASES]
