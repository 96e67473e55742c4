"""What lies beside a VEX document: the SBOMs that list its products, and the statements made elsewhere.

The files of a shelf are read once, however many documents are held against them. Everything is found by
dictionaries: a thousand documents beside a thousand documents are still linear work.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.listed import MANY, Package, Sbom, normal_ids, package, sbom_of
from stella_git.documents.models import Component, Product, RawClaim
from stella_git.documents.walk import BOM_LINK

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Shelf
    from stella_git.documents.detect import Format

_LIMIT = 64 * 1024 * 1024


class Said(NamedTuple):
    """A statement made in some document of the shelf."""

    at: "Instant"
    document: str
    path: str
    claim: RawClaim


@dataclass(slots=True, kw_only=True)
class Counterparts:
    """The documents of a shelf.

    Args:
        sboms: those that list something, by path.
        listing: key of a package, or another id -> the first SBOMs that list it.
        roots: the same, for those whose root it is.
        links: BOM-Link of a document, without ``#`` -> its SBOM.
        latest: (author, vulnerability, what it is about) -> the newest statement of each of two documents.
        names: @id of OpenVEX documents -> (path, version, content).
    """

    sboms: list[Sbom] = field(default_factory=list)
    listing: dict[str, list[Sbom]] = field(default_factory=dict)
    roots: dict[str, list[Sbom]] = field(default_factory=dict)
    links: dict[str, Sbom] = field(default_factory=dict)
    latest: dict[tuple[str, str, str], list[Said]] = field(default_factory=dict)
    names: dict[str, list[tuple[str, int | None, int]]] = field(default_factory=dict)

    def listing_of(self, product: Product) -> Iterator[tuple[Sbom, bool]]:
        """Yield (SBOM, whether the product is its root) for SBOMs that list a product."""
        keys = [*normal_ids(product), *([package(product.purl).key] if product.purl else [])]
        seen: set[int] = set()
        for key in keys:
            for sbom in (*self.roots.get(key, ()), *self.listing.get(key, ())):
                root = sbom.finds(product)
                if id(sbom) not in seen and root is not None:
                    seen.add(id(sbom))
                    yield sbom, root

    def versions(self, base: str) -> Iterator[tuple[Package, Sbom]]:
        """Return the listed packages with this type, namespace and name, at most so many."""
        return islice(
            (
                (listed, sbom)
                for sbom in (*self.roots.get(base, ()), *self.listing.get(base, ()))
                for listed, _ in sbom.packages.get(base, ())
            ),
            MANY,
        )

    def resolve(self, link: str) -> Component | None:
        """Return the element of another SBOM that a BOM-Link names, or None."""
        from urllib.parse import unquote

        document, _, element = link.partition("#")
        sbom = self.links.get(document)
        return sbom.refs.get(unquote(element)) or sbom.refs.get(element) if sbom else None

    def add(self, path: str, value: "Json", found: "Format") -> None:
        """Take in a parsed document."""
        if "sbom" in found.roles:
            from stella_git.documents.inventory import read

            self._list(sbom_of(path, read(value, found)), value)
        if "vex" in found.roles:
            from stella_git.documents.claims import read as read_claims

            self._hear(path, document_name(value, found) or path, read_claims(value, found))
        if found.kind == "openvex":
            self._name(path, value)

    def _list(self, sbom: Sbom, value: "Json") -> None:
        from stella_git.documents.read import integer, text

        if not (sbom.packages or sbom.ids or sbom.refs):
            return  # VEX alone, which lists nothing
        self.sboms.append(sbom)
        listed = {key: any(root for _, root in rows) for key, rows in sbom.packages.items()}
        for key, root in (*listed.items(), *sbom.ids.items()):
            place = (self.roots if root else self.listing).setdefault(key, [])
            if len(place) < MANY:
                place.append(sbom)
        serial = text(value, "serialNumber")
        if serial:
            version = integer(value, "version") or 1
            self.links.setdefault(f"{BOM_LINK}{serial.removeprefix('urn:uuid:')}/{version}", sbom)

    def _hear(self, path: str, document: str, claims: tuple[RawClaim, ...]) -> None:
        from stella_git.documents.claims import instant

        for claim in claims:
            at = instant(claim.timestamp)
            if at is None:
                continue
            said = Said(at, document, path, claim)
            for key in keys(claim):
                best = {one.document: one for one in self.latest.get(key, ())}
                if document not in best or best[document].at < at:
                    best[document] = said
                self.latest[key] = sorted(best.values(), key=lambda one: one.at, reverse=True)[:2]

    def _name(self, path: str, value: "Json") -> None:
        from stella_git.documents.read import integer, text
        from stella_git.documents.schema.equality import identity

        name = text(value, "@id")
        if name:
            row = (path, integer(value, "version"), hash(identity(value)))
            self.names.setdefault(name, []).append(row)


def keys(claim: RawClaim) -> Iterator[tuple[str, str, str]]:
    """Yield what a claim is found by; nothing if nobody says whose it is, or what it is about."""
    from stella_git.documents.claims import about, names

    author, subject = (claim.author or "").strip().casefold(), about(claim)
    if author and subject:
        for name in names(claim):
            yield author, name, subject


def document_name(value: "Json", found: "Format") -> str | None:
    """Return what a document is known by in all its versions, or None."""
    from stella_git.documents.read import array, inner, text

    if found.kind == "csaf":
        return text(inner(inner(value, "document"), "tracking"), "id")
    if found.kind == "spdx":
        graph = array(value, "@graph")
        return next((text(item, "spdxId") for item in graph if text(item, "type") == "SpdxDocument"), None)
    return text(value, {"openvex": "@id"}.get(found.kind, "serialNumber"))


def read_shelf(shelf: "Shelf") -> Counterparts:
    """Return the documents of a shelf; files that are none, or not strict JSON, are passed over."""
    from stella_git.canon.reader import parse_json
    from stella_git.documents.detect import detect, may_be_document
    from stella_git.errors import InputError

    counterparts = Counterparts()
    for path, data in shelf.documents():
        if not may_be_document(data):
            continue
        try:
            value = parse_json(data, path=path, limit=_LIMIT)
        except InputError:
            continue
        found = detect(value)
        # Components of older CycloneDX look the same: an SBOM that is refused is there nevertheless.
        if found is not None and (found.supported or found.kind == "cyclonedx"):
            counterparts.add(path, value, found)
    return counterparts


class _Memory:
    """What was read last: one run holds many documents against one shelf, or against several alike."""

    shelf: "Shelf | None" = None
    files: tuple[tuple[str, int], ...] = ()
    counterparts: Counterparts | None = None


def of(shelf: "Shelf") -> Counterparts:
    """Return the documents of a shelf, read once for each content of it."""
    if _Memory.shelf is shelf and _Memory.counterparts is not None:
        return _Memory.counterparts
    files = tuple((path, hash(data)) for path, data in shelf.documents())
    if _Memory.counterparts is None or files != _Memory.files:
        _Memory.counterparts = read_shelf(shelf)
    _Memory.shelf, _Memory.files = shelf, files
    return _Memory.counterparts
