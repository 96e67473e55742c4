"""Two VEX documents, of any format, by what they claim.

Compared is what holds: of several statements about one vulnerability and product the latest, of one time the
last that is written. So a statement that is superseded in its own document makes no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.claims import about, instant, names
from stella_git.documents.models import RawClaim

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format

# What is compared; also the order in which differences are told.
FIELDS = ("status", "justification", "timestamp")

_LIMIT = 64 * 1024 * 1024

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one document says about a vulnerability in a product.

    Args:
        vulnerability: canonical id, as this document calls it.
        product: purl, or its other identifiers; parts in parentheses; "" if none is named.
        status: "not_affected", "affected", "fixed" or "under_investigation".
        justification: label of OpenVEX, or None.
        timestamp: RFC 3339, in UTC; None if there is none that can be compared.
    """

    vulnerability: str
    product: str
    status: str
    justification: str | None = None
    timestamp: str | None = None

    @property
    def key(self) -> Key:
        """Return what it is about."""
        return self.vulnerability, self.product


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What both documents speak of, differently.

    Args:
        before: in the first.
        after: in the second.
        fields: those of ``FIELDS`` that differ, in their order.
    """

    before: Said
    after: Said
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VexDiff:
    """How two VEX documents differ.

    Args:
        added: only in the second, sorted.
        removed: only in the first, sorted.
        changed: in both, sorted by the first.
        same: how many are in both, unchanged.
    """

    added: tuple[Said, ...]
    removed: tuple[Said, ...]
    changed: tuple[Change, ...]
    same: int

    @property
    def equal(self) -> bool:
        """Return whether both documents claim the same."""
        return not (self.added or self.removed or self.changed)


def read_claims(data: bytes, *, path: str) -> tuple[RawClaim, ...]:
    """Return the claims of a VEX document, those too that nobody can apply: a difference must not hide.

    A statement of OpenVEX without product is about one without name; an element of CycloneDX without purl is
    known by its ref, a product of CSAF without identifiers by its product id.

    Args:
        data: the raw bytes.
        path: for messages.

    Raises:
        InputError: not strict JSON; ``vex-expected``, no VEX of a format that we read.
    """
    from stella_git.canon.reader import parse_json
    from stella_git.documents import claims, cyclonedx, openvex
    from stella_git.documents.detect import detect

    value = parse_json(data, path=path, limit=_LIMIT)
    found = detect(value)
    if found is None or "vex" not in found.roles or not found.supported:
        raise _not_vex(found, path)
    if found.kind == "openvex":
        return openvex.claims(_with_products(value), named=True)
    if found.kind == "cyclonedx":
        return cyclonedx.claims(value, named=True)
    return claims.read(_with_ids(value) if found.kind == "csaf" else value, found)


def _not_vex(found: "Format | None", path: str) -> Exception:
    from stella_git.errors import InputError, Where

    title = f"is {found.title}" if found is not None else "is of no known format"
    return InputError(
        f"{title}, not a VEX document that can be compared",
        code="vex-expected",
        where=Where(path),
        remedy="give OpenVEX 0.2.0, CSAF, CycloneDX with vulnerabilities, or SPDX 3 with security elements",
    )


def _with_products(value: "Json") -> "Json":
    """Return an OpenVEX document whose statements without product are about one that has no name."""
    statements = value.get("statements") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(statements, list):
        return value
    filled: list[Json] = [
        {**one, "products": [{}]} if isinstance(one, dict) and not one.get("products") else one
        for one in statements
    ]
    return {**value, "statements": filled}


def _with_ids(value: "Json") -> "Json":
    """Return a CSAF document whose products have their product id where they have no other identifier."""
    if not isinstance(value, dict):
        return value
    from copy import deepcopy

    from stella_git.documents.csaf_tree import full_names
    from stella_git.documents.read import text

    tree = deepcopy(value.get("product_tree"))
    for _, product, _ in full_names(tree):
        if not product.get("product_identification_helper"):
            names: list[Json] = [{"uri": text(product, "product_id")}]
            product["product_identification_helper"] = {"x_generic_uris": names}
    return {**value, "product_tree": tree}


def diff(before: Iterable[RawClaim], after: Iterable[RawClaim]) -> VexDiff:
    """Return how the claims of two documents differ.

    A vulnerability that the documents call by different ids counts as one where an alias says so, and where
    that leaves no choice.
    """
    old, new = _in_force(before), _in_force(after)
    pairs = [(old[key], new[key]) for key in old.keys() & new.keys()]
    lost = {key: claim for key, claim in old.items() if key not in new}
    gained = {key: claim for key, claim in new.items() if key not in old}
    for one, other in _renamed(lost, gained):
        pairs.append((lost.pop(one), gained.pop(other)))
    told = [_change(_said(one), _said(other)) for one, other in pairs]
    return VexDiff(
        added=_sorted(gained),
        removed=_sorted(lost),
        changed=tuple(sorted((one for one in told if one.fields), key=lambda one: one.before.key)),
        same=sum(not one.fields for one in told),
    )


def _in_force(claims: Iterable[RawClaim]) -> dict[Key, RawClaim]:
    found: dict[Key, RawClaim] = {}
    for claim in claims:
        key = (claim.vulnerability, about(claim))
        other = found.get(key)
        if other is None or not _later(other, claim):
            found[key] = claim
    return found


def _later(one: RawClaim, other: RawClaim) -> bool:
    first, second = instant(one.timestamp), instant(other.timestamp)
    return first is not None and second is not None and first > second


def _renamed(lost: Mapping[Key, RawClaim], gained: Mapping[Key, RawClaim]) -> list[tuple[Key, Key]]:
    """Return pairs of keys of one product that share an id, each of which has no other partner."""
    theirs, ours = _by_name(gained), _by_name(lost)
    found = []
    for key, claim in lost.items():
        partner = _partner(claim, theirs)
        if partner is not None and _partner(gained[partner], ours) == key:
            found.append((key, partner))
    return found


def _by_name(claims: Mapping[Key, RawClaim]) -> dict[Key, Key | None]:
    """Return who goes by an id, for each product; None where several do."""
    found: dict[Key, Key | None] = {}
    for key, claim in claims.items():
        for name in names(claim):
            place = (name, key[1])
            found[place] = key if found.get(place, key) == key else None
    return found


def _partner(claim: RawClaim, others: Mapping[Key, Key | None]) -> Key | None:
    subject = about(claim)
    found = {others[name, subject] for name in names(claim) if (name, subject) in others}
    return found.pop() if len(found) == 1 else None


def _said(claim: RawClaim) -> Said:
    known = instant(claim.timestamp)
    return Said(
        vulnerability=claim.vulnerability,
        product=about(claim),
        status=claim.status,
        justification=claim.justification,
        timestamp=None if known is None else str(known),
    )


def _change(before: Said, after: Said) -> Change:
    fields = tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))
    return Change(before=before, after=after, fields=fields)


def _sorted(claims: Mapping[Key, RawClaim]) -> tuple[Said, ...]:
    return tuple(_said(claims[key]) for key in sorted(claims))
