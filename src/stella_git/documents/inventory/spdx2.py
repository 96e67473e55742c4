"""The inventory of an SPDX 2.3 document: packages, files, relationships.

``documentDescribes`` and ``DESCRIBES`` name the roots; ``hasFiles`` is ``contains``. A relationship to NONE
says that there is nothing more to list. The document itself and snippets are no parts.

Source: SPDX 2.3, sections 6 to 12 and Annex F.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stella_git.documents.inventory import relationships
from stella_git.documents.inventory.hashes import algorithm
from stella_git.documents.inventory.model import Inventory, Link, Part
from stella_git.documents.inventory.parties import actor
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, purl_or_none, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format

_DOCUMENT = "SPDXRef-DOCUMENT"
_ELSEWHERE = "DocumentRef-"
_NOTHING = frozenset({"NONE", "NOASSERTION"})
_CPES = frozenset({"cpe22Type", "cpe23Type"})
_IDENTIFIERS = {"gitoid": "gitoid", "swh": "swhid", "swid": "swid"}
_VCS = ("git+", "hg+", "svn+", "bzr+", "git:")
# An annotation that carries a property of a taxonomy: "bsi:component:filename=app.jar".
_PROPERTY = re.compile(r"([A-Za-z][\w.-]*(?::[\w.-]+)+)=([^\r\n]*)")


def read(value: "Json", found: "Format") -> Inventory:
    """Return the inventory of an SPDX 2.3 document."""
    links = _links(value)
    creation = inner(value, "creationInfo")
    creators = [actor(each) for each in array(creation, "creators") if isinstance(each, str)]
    authors = [each for each in creators if each.kind != "tool"]
    return Inventory(
        kind=found.kind,
        version=found.version,
        parts=tuple(_parts(value, links.roots)),
        links=tuple(sorted(links.found, key=_order)),
        authors=tuple(sorted({author.name for author in authors if author.name})),
        author_contacts=tuple(sorted({contact for author in authors for contact in author.contacts})),
        tools=tuple(sorted({each.name for each in creators if each.kind == "tool" and each.name})),
        timestamp=text(creation, "created"),
        identifier=text(value, "documentNamespace"),
        data_licence=text(value, "dataLicense"),
        completeness=tuple(sorted(links.completeness)),
        external=tuple(sorted({link.target for link in links.found if link.target.startswith(_ELSEWHERE)})),
        licence_names=tuple(sorted(set(_licence_names(value)))),
    )


def _order(link: Link) -> tuple[str, str, str, str]:
    return link.source, link.kind, link.target, link.scope


def _parts(value: "Json", roots: set[str]) -> Iterator[Part]:
    for index, item in enumerate(array(value, "packages")):
        if isinstance(item, dict):
            yield _package(item, pointer_to("/packages", index), roots)
    for index, item in enumerate(array(value, "files")):
        if isinstance(item, dict):
            yield _file(item, pointer_to("/files", index), roots)


def _package(item: "dict[str, Json]", pointer: str, roots: set[str]) -> Part:
    ref = text(item, "SPDXID") or f"#{pointer}"
    supplier, producer = actor(text(item, "supplier")), actor(text(item, "originator"))
    download = _said(item, "downloadLocation")
    purls = sorted({purl for kind, purl in _references(item) if kind == "purl"})
    return Part(
        ref=ref,
        pointer=pointer,
        kind=relationships.hyphenated(text(item, "primaryPackagePurpose") or ""),
        name=text(item, "name") or "",
        version=text(item, "versionInfo") or "",
        purl=purls[0] if purls else None,
        cpes=tuple(sorted({locator for kind, locator in _references(item) if kind == "cpe"})),
        identifiers=tuple(sorted({*_identifiers(item), *(("purl", purl) for purl in purls[1:])})),
        hashes=_hashes(item),
        declared=_licence(item, "licenseDeclared"),
        concluded=_licence(item, "licenseConcluded"),
        supplier=supplier.name or None,
        producers=(producer.name,) if producer.name else (),
        contacts=tuple(sorted({*supplier.contacts, *producer.contacts})),
        copyright=_said(item, "copyrightText"),
        filename=text(item, "packageFileName"),
        download=download,
        source_url=download if download and download.startswith(_VCS) else None,
        properties=_properties(item),
        root=ref in roots,
    )


def _file(item: "dict[str, Json]", pointer: str, roots: set[str]) -> Part:
    ref = text(item, "SPDXID") or f"#{pointer}"
    name = text(item, "fileName") or ""
    makers = [maker for maker in array(item, "fileContributors") if isinstance(maker, str) and maker]
    return Part(
        ref=ref,
        pointer=pointer,
        kind="file",
        name=name,
        hashes=_hashes(item),
        concluded=_licence(item, "licenseConcluded"),
        producers=tuple(sorted(set(makers))),
        copyright=_said(item, "copyrightText"),
        filename=name.rpartition("/")[2] or None,
        properties=_properties(item),
        root=ref in roots,
    )


def _said(item: "Json", name: str) -> str | None:
    found = text(item, name)
    return None if found is None or found in _NOTHING else found


def _licence(item: "Json", name: str) -> tuple[str, ...]:
    """Return the licence; that there is none is said too, but not that nobody knows."""
    found = text(item, name)
    return (found,) if found and found != "NOASSERTION" else ()


def _hashes(item: "Json") -> tuple[tuple[str, str], ...]:
    found = [(text(each, "algorithm"), text(each, "checksumValue")) for each in array(item, "checksums")]
    return tuple(sorted({(algorithm(name), digits.lower()) for name, digits in found if name and digits}))


def _references(item: "Json") -> Iterator[tuple[str, str]]:
    """Return ("purl", canonical purl) and ("cpe", as written) of external references."""
    for each in array(item, "externalRefs"):
        kind, locator = text(each, "referenceType") or "", text(each, "referenceLocator")
        kind = kind.rpartition("/")[2]  # the types may be written as IRIs of the listed ones
        if kind in _CPES and locator:
            yield "cpe", locator
        elif kind == "purl":
            purl = purl_or_none(locator)
            if purl is not None:
                yield "purl", purl


def _identifiers(item: "Json") -> Iterator[tuple[str, str]]:
    for each in array(item, "externalRefs"):
        kind = _IDENTIFIERS.get((text(each, "referenceType") or "").rpartition("/")[2])
        locator = text(each, "referenceLocator")
        if kind and locator:
            yield kind, locator


def _properties(item: "Json") -> tuple[tuple[str, str], ...]:
    said = [as_property(text(annotation, "comment") or "") for annotation in array(item, "annotations")]
    return tuple(sorted({each for each in said if each is not None}))


def as_property(comment: str) -> tuple[str, str] | None:
    """Return the (name, value) that an annotation carries, if it is one of a taxonomy and nothing else."""
    found = _PROPERTY.fullmatch(comment)
    return (found[1], found[2]) if found else None


def _licence_names(value: "Json") -> Iterator[tuple[str, str]]:
    for each in array(value, "hasExtractedLicensingInfos"):
        ref, name = text(each, "licenseId"), text(each, "name")
        if ref and name and name not in _NOTHING:
            yield ref, name


@dataclass(slots=True)
class _Links:
    found: set[Link] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    completeness: set[tuple[str, str]] = field(default_factory=set)


def _links(value: "Json") -> _Links:
    links = _Links(roots={ref for ref in array(value, "documentDescribes") if isinstance(ref, str)})
    for each in array(value, "relationships"):
        source, target = text(each, "spdxElementId"), text(each, "relatedSpdxElement")
        meaning = relationships.spdx2(text(each, "relationshipType") or "")
        if source and target and meaning.kind:
            _add(links, meaning, source, target)
    for package in array(value, "packages"):
        for ref in array(package, "hasFiles"):
            _add(links, relationships.Meaning(relationships.CONTAINS), text(package, "SPDXID") or "", ref)
    for item in array(value, "files"):
        for ref in array(item, "fileDependencies"):
            _add(links, relationships.Meaning(relationships.DEPENDS_ON), text(item, "SPDXID") or "", ref)
    # a NONE beside real dependencies contradicts them, and says nothing
    depending = {link.source for link in links.found if link.kind == relationships.DEPENDS_ON}
    links.completeness = {each for each in links.completeness if each[0] not in depending}
    return links


def _add(links: _Links, meaning: relationships.Meaning, source: str, target: "Json") -> None:
    if not isinstance(target, str) or not source or not target:
        return
    if target in _NOTHING:
        if meaning.kind == relationships.DEPENDS_ON and not meaning.reverse:
            links.completeness.add((source, "complete" if target == "NONE" else "unknown"))
        return
    if meaning.reverse:
        source, target = target, source
    if meaning.kind == relationships.DESCRIBES and source == _DOCUMENT:
        links.roots.add(target)
    elif source not in _NOTHING:
        links.found.add(Link(source=source, kind=meaning.kind, target=target, scope=meaning.scope))
