"""The inventory of an SPDX 3.0.1 document: a graph of elements that name each other by spdxId.

Packages (of software, AI and datasets) and files are parts. The roots are the root elements of the document;
where such a root is a collection itself, as an SBOM, they are the root elements of that.

Source: SPDX 3.0.1, Core, Software, SimpleLicensing and ExpandedLicensing profiles; JSON-LD serialization.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.inventory import relationships
from stella_git.documents.inventory.graph3 import Graph, identity, is_nothing
from stella_git.documents.inventory.hashes import algorithm
from stella_git.documents.inventory.licensing3 import licence, licence_names
from stella_git.documents.inventory.model import Inventory, Link, Part
from stella_git.documents.read import array, purl_or_none, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format
    from stella_git.documents.inventory.parties import Party

# Class -> the kind of part if its purpose says nothing more.
_PARTS = {
    "ai_AIPackage": "machine-learning-model",
    "dataset_DatasetPackage": "data",
    "software_File": "file",
    "software_Package": "",
}
_KINDS = {"model": "machine-learning-model"}
_CPES = frozenset({"cpe22", "cpe23"})
_ELSEWHERE = _CPES | {"email", "packageUrl"}
_SOURCES = frozenset({"sourceArtifact", "vcs"})
_LICENCES = {"hasConcludedLicense": "concluded", "hasDeclaredLicense": "declared"}
_COMPLETENESS = {"complete": True, "incomplete": False}


def read(value: "Json", found: "Format") -> Inventory:
    """Return the inventory of an SPDX 3.0.1 document."""
    graph = Graph(value)
    document = min(graph.of("SpdxDocument"), key=identity, default={})
    creation = graph.creation(document)
    authors = list(graph.parties(array(creation, "createdBy")))
    links = _links(graph)
    sboms = list(graph.of("software_Sbom"))
    return Inventory(
        kind=found.kind,
        version=found.version,
        parts=tuple(_parts(graph)),
        links=links,
        authors=tuple(sorted({author.name for author in authors if author.name})),
        author_contacts=tuple(sorted({contact for author in authors for contact in author.contacts})),
        tools=tuple(sorted({tool.name for tool in graph.parties(array(creation, "createdUsing"))} - {""})),
        timestamp=text(creation, "created"),
        identifier=identity(document) or None,
        lifecycles=tuple(
            sorted(
                {kind for one in sboms for kind in array(one, "software_sbomType") if isinstance(kind, str)}
            )
        ),
        data_licence=licence(graph, identity(document.get("dataLicense"))),
        completeness=tuple(sorted(set(_completeness(graph)))),
        external=tuple(sorted({link.target for link in links if link.target not in graph.by_id})),
        licence_names=licence_names(graph),
    )


def _parts(graph: Graph) -> Iterator[Part]:
    roots = _roots(graph)
    licences = _licences(graph)
    files = _distributed(graph)
    notes = _annotations(graph)
    for pointer, item in graph.elements:
        kind = _PARTS.get(text(item, "type") or "")
        if kind is None:
            continue
        ref = identity(item) or f"#{pointer}"
        supplier = next(graph.parties([item.get("suppliedBy")]), None)
        makers = list(graph.parties(array(item, "originatedBy")))
        parties = [*makers, supplier] if supplier else makers
        said = licences.get(ref, {})
        purls = _purls(item)
        yield Part(
            ref=ref,
            pointer=pointer,
            kind=_kind(item, kind),
            name=text(item, "name") or "",
            version=text(item, "software_packageVersion") or "",
            purl=purls[0] if purls else None,
            cpes=tuple(sorted({each for kind, each in _external(item) if kind in _CPES})),
            identifiers=tuple(sorted({*_identifiers(item), *(("purl", each) for each in purls[1:])})),
            hashes=tuple(sorted(set(_hashes(item)))),
            declared=tuple(sorted(said.get("declared", ()))),
            concluded=tuple(sorted(said.get("concluded", ()))),
            supplier=(supplier.name or None) if supplier else None,
            producers=tuple(sorted({maker.name for maker in makers if maker.name})),
            contacts=_contacts(parties),
            copyright=_copyright(item),
            filename=_filename(item, kind) or files.get(ref),
            download=text(item, "software_downloadLocation"),
            source_url=_source(item),
            properties=tuple(sorted({*_properties(item), *notes.get(ref, ())})),
            root=ref in roots,
        )


def _contacts(parties: "Iterable[Party]") -> tuple[str, ...]:
    return tuple(sorted({contact for party in parties for contact in party.contacts}))


def _kind(item: "Json", kind: str) -> str:
    purpose = relationships.hyphenated(text(item, "software_primaryPurpose") or "")
    return kind or _KINDS.get(purpose, purpose)


def _filename(item: "Json", kind: str) -> str | None:
    return (text(item, "name") or "").rpartition("/")[2] or None if kind == "file" else None


def _copyright(item: "Json") -> str | None:
    found = text(item, "software_copyrightText")
    return None if found in {"NONE", "NOASSERTION"} else found


def _external(item: "Json") -> Iterator[tuple[str, str]]:
    for each in array(item, "externalIdentifier"):
        kind, value = text(each, "externalIdentifierType"), text(each, "identifier")
        if kind and value:
            yield kind, value


def _purls(item: "Json") -> list[str]:
    written = [text(item, "software_packageUrl")]
    written += [value for kind, value in _external(item) if kind == "packageUrl"]
    return sorted({purl for purl in map(purl_or_none, written) if purl is not None})


def _identifiers(item: "Json") -> Iterator[tuple[str, str]]:
    for kind, value in _external(item):
        if kind not in _ELSEWHERE:
            yield kind, value
    for each in array(item, "software_contentIdentifier"):
        content = text(each, "software_contentIdentifierType")
        value = text(each, "software_contentIdentifierValue") or ""
        if content and value:
            yield content, value


def _hashes(item: "Json") -> Iterator[tuple[str, str]]:
    for each in array(item, "verifiedUsing"):
        name, digits = text(each, "algorithm"), text(each, "hashValue")
        # a verification code is a digest of digests, not of the package
        if name and digits and text(each, "type") == "Hash":
            yield algorithm(name), digits.lower()


def _source(item: "Json") -> str | None:
    urls = [
        url
        for each in array(item, "externalRef")
        if text(each, "externalRefType") in _SOURCES
        for url in array(each, "locator")
        if isinstance(url, str)
    ]
    return min(urls, default=None)


def _properties(item: "Json") -> Iterator[tuple[str, str]]:
    for extension in array(item, "extension"):
        for each in array(extension, "extension_cdxProperty"):
            name = text(each, "extension_cdxPropName")
            if name:
                yield name, text(each, "extension_cdxPropValue") or ""


def _annotations(graph: Graph) -> dict[str, set[tuple[str, str]]]:
    from stella_git.documents.inventory.spdx2 import as_property

    found: dict[str, set[tuple[str, str]]] = {}
    for each in graph.of("Annotation"):
        said = as_property(text(each, "statement") or "")
        if said is not None:
            found.setdefault(identity(each.get("subject")), set()).add(said)
    return found


def _roots(graph: Graph) -> set[str]:
    collections = list(graph.of("SpdxDocument")) or list(graph.of("software_Sbom", "Bom", "Bundle"))
    pending = [ref for each in collections for ref in map(identity, array(each, "rootElement"))]
    pending += [
        target
        for each in graph.relationships()
        if text(each, "relationshipType") == "describes"
        and text(graph.by_id.get(identity(each.get("from"))), "type") == "SpdxDocument"
        for target in map(identity, array(each, "to"))
    ]
    found: set[str] = set()
    while pending:
        ref = pending.pop()
        if ref not in found:
            found.add(ref)
            pending += map(identity, array(graph.by_id.get(ref), "rootElement"))
    return found


def _licences(graph: Graph) -> dict[str, dict[str, set[str]]]:
    """Return ref -> ``declared`` or ``concluded`` -> licences."""
    found: dict[str, dict[str, set[str]]] = {}
    for each in graph.relationships():
        role = _LICENCES.get(text(each, "relationshipType") or "")
        if role is None:
            continue
        for target in array(each, "to"):
            said = licence(graph, identity(target))
            if said is not None:
                found.setdefault(identity(each.get("from")), {}).setdefault(role, set()).add(said)
    return found


def _distributed(graph: Graph) -> dict[str, str]:
    """Return ref -> name of the file that a package is distributed as."""
    found: dict[str, str] = {}
    for each in graph.relationships():
        if text(each, "relationshipType") == "hasDistributionArtifact":
            names = [text(graph.by_id.get(identity(target)), "name") for target in array(each, "to")]
            source = identity(each.get("from"))
            found[source] = min([*filter(None, names), *filter(None, [found.get(source)])], default="")
    return {ref: name for ref, name in found.items() if name}


def _completeness(graph: Graph) -> Iterator[tuple[str, str]]:
    for each in graph.relationships():
        if text(each, "relationshipType") != "dependsOn":
            continue
        said = text(each, "completeness")
        targets = [identity(target) for target in array(each, "to")]
        if said in _COMPLETENESS:
            yield identity(each.get("from")), str(said)
        elif said is None and targets and all(target.endswith("/NoneElement") for target in targets):
            yield identity(each.get("from")), "complete"


def _links(graph: Graph) -> tuple[Link, ...]:
    found: set[Link] = set()
    for each in graph.relationships():
        name = text(each, "relationshipType") or ""
        source = identity(each.get("from"))
        if not source or name in _LICENCES or name == "describes":
            continue
        meaning = relationships.spdx3(name, text(each, "scope") or "")
        complete = _COMPLETENESS.get(text(each, "completeness") or "")
        for target in map(identity, array(each, "to")):
            if not target or is_nothing(target):
                continue
            ends = (target, source) if meaning.reverse else (source, target)
            found.add(
                Link(
                    source=ends[0], kind=meaning.kind, target=ends[1], complete=complete, scope=meaning.scope
                )
            )
    return tuple(
        sorted(found, key=lambda link: (link.source, link.kind, link.target, link.scope, str(link.complete)))
    )
