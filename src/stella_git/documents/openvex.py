"""OpenVEX: the claims of a validated document.

A statement without products says nothing that can be applied to a component (it is meant to be carried inside
an attestation about the product), so it yields no claim.

Source: OpenVEX 0.2.0, sections "Statement" and "Inheritance".
"""

from typing import TYPE_CHECKING

from stella_git.documents.models import Product, RawClaim
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, integer, purl_or_none, text, vulnerability_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json

STATUSES = frozenset({"affected", "fixed", "not_affected", "under_investigation"})


def claims(value: "Json", *, named: bool = False) -> tuple[RawClaim, ...]:
    """Return one claim for each statement and product, in document order.

    A statement's time is its own, else the document's. The author is informational: who claims something is
    decided by who signed it.

    Args:
        value: the parsed document.
        named: whether to take vulnerabilities by their names that have no proper id: to compare documents.
    """
    return tuple(
        claim
        for index, statement in enumerate(array(value, "statements"))
        for claim in _statement(value, statement, pointer_to("/statements", index), named=named)
    )


def _statement(value: "Json", statement: "Json", pointer: str, *, named: bool) -> "Iterator[RawClaim]":
    vulnerability = inner(statement, "vulnerability")
    others = [alias for alias in array(vulnerability, "aliases") if isinstance(alias, str)]
    own, aliases = vulnerability_ids(text(vulnerability, "name"), others)
    if own is None and named:
        own = text(vulnerability, "name")
    status = text(statement, "status")
    if own is None or status not in STATUSES:
        return
    for product in array(statement, "products"):
        yield RawClaim(
            vulnerability=own,
            aliases=aliases,
            product=_product(product),
            subcomponents=tuple(_product(part) for part in array(product, "subcomponents")),
            status=status,
            justification=text(statement, "justification"),
            impact_statement=bool(text(statement, "impact_statement")),
            timestamp=text(statement, "timestamp") or text(value, "timestamp"),
            version=integer(value, "version") or 1,
            author=text(value, "author"),
            pointer=pointer,
        )


def _product(product: "Json") -> Product:
    """Return a product by its purl, which stands in ``identifiers`` or is the ``@id`` itself."""
    identifiers = inner(product, "identifiers")
    iri = text(product, "@id")
    purl = purl_or_none(text(identifiers, "purl")) or purl_or_none(iri)
    ids = {text(identifiers, "cpe22"), text(identifiers, "cpe23")}
    if iri is not None and purl_or_none(iri) is None:
        ids.add(iri)
    ids |= {f"{name}:{digest}".lower() for name, digest in inner(product, "hashes").items()}
    return Product(purl=purl, ids=tuple(sorted(each for each in ids if each)))
