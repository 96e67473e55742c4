"""CSAF: the claims of a validated document of the category VEX.

What CSAF leaves open is decided here once:

- ``recommended`` is no status: an issuer may recommend a version of any group, even of the affected one
  (section 6.1.6), so nothing is claimed by it.
- A product that is a relationship is the part ``product_reference`` in the product
  ``relates_to_product_reference``. Of a chain of them the two ends count, which is where identifiers stand.
- An id that is defined twice, or whose relationships end in a circle, is nobody's: what is said to be wrong
  with it is kept, what is said to be right with it is not.
- The time is that of the document: the release date of a vulnerability is the time at which the world heard
  of it, and does not move when an issuer learns better.
- Several different flags for one product contradict each other (6.1.33): then there is no justification.

Source: CSAF 2.0, sections 3.2.2, 3.2.3 and 4.5.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.csaf_tree import Groups, full_names, strings
from stella_git.documents.models import Product, RawClaim
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, purl_or_none, text, vulnerability_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json

CATEGORY = "csaf_vex"

STATUSES = {
    "first_affected": "affected",
    "first_fixed": "fixed",
    "fixed": "fixed",
    "known_affected": "affected",
    "known_not_affected": "not_affected",
    "last_affected": "affected",
    "under_investigation": "under_investigation",
}
# What may be believed of an id that two products share.
_CAUTIOUS = frozenset({"affected", "under_investigation"})

# Of version numbers: a claim's version is digested, so it is an integer that JSON can hold.
_DIGITS, _MAJORS, _PART = 15, 10_000_000, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    """A product as the product tree defines it.

    Args:
        product: its identifiers.
        related: whether it is a relationship.
        part: id of the product that is the part.
        whole: id of the product that it is a part of.
    """

    product: Product
    related: bool
    part: str | None
    whole: str | None


def claims(value: "Json") -> tuple[RawClaim, ...]:
    """Return one claim for each vulnerability, product and status, in document order.

    A document of another category than ``csaf_vex`` makes none: it was written, and tested, for another end.
    """
    if text(inner(value, "document"), "category") != CATEGORY:
        return ()
    tree = inner(value, "product_tree")
    catalogue, groups = _Catalogue(tree), Groups(tree)
    return tuple(
        claim
        for index, vulnerability in enumerate(array(value, "vulnerabilities"))
        for claim in _vulnerability(
            value, vulnerability, pointer_to("/vulnerabilities", index), catalogue, groups
        )
    )


def _product(product: "Json") -> Product:
    helper = inner(product, "product_identification_helper")
    ids = {text(helper, "cpe")}
    for file in array(helper, "hashes"):
        for each in array(file, "file_hashes"):
            algorithm, digest = text(each, "algorithm"), text(each, "value")
            if algorithm and digest:
                ids.add(f"{algorithm}:{digest}".lower())
    ids |= {text(each, "uri") for each in array(helper, "x_generic_uris")}
    return Product(purl=purl_or_none(text(helper, "purl")), ids=tuple(sorted(each for each in ids if each)))


def _vulnerability(
    value: "Json", vulnerability: "Json", pointer: str, catalogue: "_Catalogue", groups: Groups
) -> "Iterator[RawClaim]":
    names = _names(vulnerability)
    if names is None:
        return
    flags, impacts = _flags(vulnerability, groups), _impacts(vulnerability, groups)
    document = inner(value, "document")
    tracking = inner(document, "tracking")
    for name, status in _statuses(vulnerability):
        labels = flags.get(name, set()) if status == "not_affected" else set()
        for product, parts in catalogue.products(name, cautious=status in _CAUTIOUS):
            yield RawClaim(
                vulnerability=names[0],
                aliases=names[1],
                product=product,
                subcomponents=parts,
                status=status,
                justification=next(iter(labels)) if len(labels) == 1 else None,
                impact_statement=name in impacts,
                timestamp=text(tracking, "current_release_date"),
                version=version_number(text(tracking, "version") or ""),
                author=text(inner(document, "publisher"), "name"),
                pointer=pointer,
            )


def _names(vulnerability: "Json") -> tuple[str, tuple[str, ...]] | None:
    """Return the id and the aliases of a vulnerability, or None if it has no proper id."""
    ids = [text(each, "text") for each in array(vulnerability, "ids")]
    own, aliases = vulnerability_ids(text(vulnerability, "cve"), ids)
    if own is not None:
        return own, aliases
    return (aliases[0], aliases[1:]) if aliases else None


def _statuses(vulnerability: "Json") -> "Iterator[tuple[str, str]]":
    """Return each (product id, status) once, in the order of ``STATUSES``."""
    said: set[tuple[str, str]] = set()
    for group, status in STATUSES.items():
        for name in strings(inner(vulnerability, "product_status"), group):
            if (name, status) not in said:
                said.add((name, status))
                yield name, status


def _flags(vulnerability: "Json", groups: Groups) -> dict[str, set[str]]:
    """Return the labels of every product id; none at all once groups are exhausted."""
    found: dict[str, set[str]] = {}
    for flag in array(vulnerability, "flags"):
        label = text(flag, "label")
        for name in groups.meant(flag) if label is not None else ():
            found.setdefault(name, set()).add(str(label))
    return {} if groups.exhausted else found


def _impacts(vulnerability: "Json", groups: Groups) -> set[str]:
    """Return the product ids whose impact is explained."""
    found: set[str] = set()
    for threat in array(vulnerability, "threats"):
        if text(threat, "category") == "impact" and text(threat, "details"):
            found.update(groups.meant(threat))
    return found


class _Catalogue:
    """Who is meant by a product id."""

    def __init__(self, tree: "Json") -> None:
        self._known: dict[str, list[_Definition]] = {}
        self._ends: dict[tuple[str, str], Product | None] = {}
        for _, product, relation in full_names(tree):
            name = text(product, "product_id")
            if name is None:
                continue
            made = _Definition(
                product=_product(product),
                part=text(relation, "product_reference"),
                whole=text(relation, "relates_to_product_reference"),
                related=bool(relation),
            )
            self._known.setdefault(name, []).append(made)

    def products(self, name: str, *, cautious: bool) -> "Iterator[tuple[Product, tuple[Product, ...]]]":
        """Return (product, its parts) for a product id; several only if what is said is no reason to relax.

        A relationship is the part in the whole; where one of the two cannot be told, it is nobody.
        """
        defined = self._known.get(name, [])
        if len(defined) > 1 and not cautious:
            return
        for each in defined:
            if not each.related:
                yield each.product, ()
                continue
            whole, part = self._end(each.whole, "whole"), self._end(each.part, "part")
            if whole is not None and part is not None:
                yield whole, (part,)

    def _end(self, name: str | None, side: str) -> Product | None:
        """Return the product at the end of a chain of relationships, or None if there is no such one."""
        passed: list[str] = []
        found: Product | None = None
        while name is not None:
            if (name, side) in self._ends:
                found = self._ends[name, side]
                break
            self._ends[name, side] = None  # as long as the chain is not at its end: a circle has none
            passed.append(name)
            defined = self._known.get(name, [])
            if len(defined) != 1:
                break
            if not defined[0].related:
                found = defined[0].product
                break
            name = defined[0].whole if side == "whole" else defined[0].part
        self._ends.update({(each, side): found for each in passed})
        return found


def version_number(version: str) -> int:
    """Return a version of a document as an integer below 2^53 that grows with it; 0 for what is no version.

    Integer versioning gives the number itself. Semantic versioning gives four decimal places each for minor
    and patch, so that ``1.2.3`` is more than ``1.2.2``; a document never mixes the two (6.1.30).
    """
    numbers = version.partition("+")[0].partition("-")[0].split(".")
    if not all(each.isascii() and each.isdigit() for each in numbers):
        return 0
    if len(numbers) == 1:
        return int(numbers[0][:_DIGITS])
    major, minor, patch = (int(each[:_DIGITS]) for each in [*numbers, "0"][:3])
    return (min(major, _MAJORS) * _PART + min(minor, _PART - 1)) * _PART + min(patch, _PART - 1)
