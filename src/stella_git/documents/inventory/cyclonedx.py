"""The inventory of a CycloneDX document.

Components and services are parts; being nested is ``contains``. A reference that is a BOM-Link to this very
document is read as the bom-ref that it names.

Source: CycloneDX 1.4 to 1.7; BOM-Link.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stella_git.documents.inventory.hashes import algorithm
from stella_git.documents.inventory.model import Inventory, Link, Part
from stella_git.documents.inventory.parties import Party, organisation, person
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, integer, purl_or_none, text
from stella_git.documents.walk import BOM_LINK

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format

_FILENAME = "bsi:component:filename"
_INCOMPLETE = "incomplete"
_MAKING = frozenset({"author", "authors", "manufacturer", "publisher"})
_IDENTIFYING = frozenset({"omniborId", "swhid", "swid"})


def read(value: "Json", found: "Format") -> Inventory:
    """Return the inventory of a CycloneDX document."""
    gathered = _Gathered()
    metadata = inner(value, "metadata")
    described = inner(metadata, "component")
    if described:
        gathered.tree(described, "/metadata/component", root=True)
    for name, kind in (("components", ""), ("services", "service")):
        for index, item in enumerate(array(value, name)):
            gathered.tree(item, pointer_to(f"/{name}", index), kind=kind)
    links = _links(value, gathered.links)
    authors = _authors(metadata)
    return Inventory(
        kind=found.kind,
        version=found.version,
        parts=tuple(gathered.parts),
        links=links,
        authors=tuple(sorted({party.name for party in authors if party.name})),
        author_contacts=tuple(sorted({contact for party in authors for contact in party.contacts})),
        tools=tuple(sorted(set(_tools(metadata)))),
        timestamp=text(metadata, "timestamp"),
        identifier=text(value, "serialNumber"),
        lifecycles=tuple(sorted(set(_lifecycles(metadata)))),
        data_licence=" AND ".join(sorted({each for each, _ in licences(metadata)})) or None,
        completeness=tuple(sorted(set(_completeness(value)))),
        external=tuple(sorted({link.target for link in links if link.target.startswith(BOM_LINK)})),
    )


class _Gathered:
    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.links: list[Link] = []

    def tree(self, item: "Json", pointer: str, *, root: bool = False, kind: str = "") -> None:
        """Add an element and all that is nested in it, without recursion."""
        pending: list[tuple[Json, str, str, str]] = [(item, pointer, "", kind)]
        while pending:
            found, place, parent, kind = pending.pop()
            if not isinstance(found, dict):
                continue
            part = _part(found, place, kind)
            self.parts.append(replace(part, root=True) if root else part)
            root = False
            if parent and part.ref:
                self.links.append(Link(source=parent, kind="contains", target=part.ref))
            name = "services" if kind else "components"
            inside = [
                (each, pointer_to(place, name, index), part.ref, kind)
                for index, each in enumerate(array(found, name))
            ]
            pending.extend(reversed(inside))


def _part(item: "dict[str, Json]", pointer: str, kind: str) -> Part:
    # Of thousands of components most have few members: what is not there costs nothing.
    said = {name: found for name, found in item.items() if isinstance(found, str)}
    declared: set[str] = set()
    concluded: set[str] = set()
    for each, acknowledged in licences(item):
        (concluded if acknowledged == "concluded" else declared).add(each)
    supplier = organisation(inner(item, "provider" if kind else "supplier"))
    makers = _makers(item)
    properties = tuple(sorted(_properties(item))) if "properties" in item else ()
    urls = _external(item) if "externalReferences" in item else {}
    cpe = said.get("cpe")
    return Part(
        # what is nested needs a name to be linked by, and the place is one that no bom-ref begins with
        ref=said.get("bom-ref") or f"#{pointer}",
        pointer=pointer,
        kind=kind or said.get("type", ""),
        name=said.get("name", ""),
        group=said.get("group", ""),
        version=said.get("version", ""),
        purl=purl_or_none(said.get("purl")),
        cpes=(cpe,) if cpe else (),
        identifiers=() if _IDENTIFYING.isdisjoint(item) else tuple(sorted(set(_identifiers(item)))),
        hashes=tuple(sorted(set(_hashes(item)))) if "hashes" in item else (),
        declared=tuple(sorted(declared)),
        concluded=tuple(sorted(concluded)),
        supplier=supplier.name or None,
        producers=tuple(sorted({maker.name for maker in makers if maker.name})) if makers else (),
        contacts=tuple(sorted({contact for party in (supplier, *makers) for contact in party.contacts})),
        copyright=said.get("copyright"),
        filename=next((value for name, value in properties if name == _FILENAME), None),
        download=urls.get("distribution"),
        source_url=urls.get("source-distribution") or urls.get("vcs"),
        properties=properties,
        scope=said.get("scope", ""),
    )


def _makers(item: "dict[str, Json]") -> list[Party]:
    if _MAKING.isdisjoint(item):
        return []
    parties = [organisation(inner(item, "manufacturer"))]
    parties += [person(each) for each in array(item, "authors")]
    return [*parties, *(Party(name=name) for name in (text(item, "author"), text(item, "publisher")) if name)]


def licences(item: "Json") -> Iterator[tuple[str, str]]:
    """Return (licence, acknowledgement) of every licence choice of an element."""
    for choice in array(item, "licenses"):
        expression = text(choice, "expression")
        if expression:
            yield expression, text(choice, "acknowledgement") or ""
        licence = inner(choice, "license")
        named = text(licence, "id") or text(licence, "name")
        if named:
            yield named, text(licence, "acknowledgement") or ""


def _identifiers(item: "Json") -> Iterator[tuple[str, str]]:
    swid = text(inner(item, "swid"), "tagId")
    if swid:
        yield "swid", swid
    for name, kind in (("omniborId", "gitoid"), ("swhid", "swhid")):
        for each in array(item, name):
            if isinstance(each, str) and each:
                yield kind, each


def _hashes(item: "Json") -> Iterator[tuple[str, str]]:
    for each in array(item, "hashes"):
        name, content = text(each, "alg"), text(each, "content")
        if name and content:
            yield algorithm(name), content.lower()


def _properties(item: "Json") -> Iterator[tuple[str, str]]:
    for each in array(item, "properties"):
        name = text(each, "name")
        if name:
            yield name, text(each, "value") or ""


def _external(item: "Json") -> dict[str, str]:
    """Return the first URL in sorted order of each type of external reference."""
    found: dict[str, str] = {}
    for each in array(item, "externalReferences"):
        kind, url = text(each, "type"), text(each, "url")
        if kind and url:
            found[kind] = min(url, found.get(kind, url))
    return found


def _authors(metadata: "Json") -> list[Party]:
    parties = [person(each) for each in array(metadata, "authors")]
    made = (organisation(inner(metadata, name)) for name in ("manufacture", "manufacturer"))
    # who supplies the described component need not be the author of the data: metadata.supplier stays out
    return [*parties, *made]


def _tools(metadata: "Json") -> Iterator[str]:
    tools = metadata.get("tools") if isinstance(metadata, dict) else None
    listed: Iterable[Json] = tools if isinstance(tools, list) else array(tools, "components")
    for tool in (*listed, *array(tools, "services")):
        name = text(tool, "name")
        if name:
            yield " ".join(filter(None, (name, text(tool, "version"))))


def _lifecycles(metadata: "Json") -> Iterator[str]:
    for each in array(metadata, "lifecycles"):
        phase = text(each, "phase") or text(each, "name")
        if phase:
            yield phase


def _completeness(value: "Json") -> Iterator[tuple[str, str]]:
    for composition in array(value, "compositions"):
        aggregate = text(composition, "aggregate")
        for name in ("assemblies", "dependencies"):
            for ref in array(composition, name):
                if aggregate and isinstance(ref, str):
                    yield ref, aggregate


def _links(value: "Json", nested: Iterable[Link]) -> tuple[Link, ...]:
    own = _own_link(value)
    said = {name: _complete(value, name) for name in ("assemblies", "dependencies")}
    found = {replace(link, complete=said["assemblies"].get(link.source)) for link in nested}
    for entry in array(value, "dependencies"):
        source = own(text(entry, "ref") or "")
        for name, kind in (("dependsOn", "depends-on"), ("provides", "provides")):
            complete = said["dependencies"].get(source) if name == "dependsOn" else None
            for ref in array(entry, name):
                if source and isinstance(ref, str) and ref:
                    found.add(Link(source=source, kind=kind, target=own(ref), complete=complete))
    return tuple(sorted(found, key=lambda link: (link.source, link.kind, link.target)))


def _own_link(value: "Json") -> "Callable[[str], str]":
    """Return what turns a BOM-Link to this very document into the bom-ref that it names."""
    serial = (text(value, "serialNumber") or "").removeprefix("urn:uuid:")
    prefix = f"{BOM_LINK}{serial}/{integer(value, 'version') or 1}#"

    def resolve(ref: str) -> str:
        if not serial or not ref.startswith(prefix):
            return ref
        from urllib.parse import unquote

        return unquote(ref.removeprefix(prefix))

    return resolve


def _complete(value: "Json", name: str) -> dict[str, bool]:
    """Return which refs a composition calls complete or incomplete."""
    found: dict[str, bool] = {}
    for composition in array(value, "compositions"):
        aggregate = text(composition, "aggregate") or ""
        if aggregate == "complete" or aggregate.startswith(_INCOMPLETE):
            for ref in array(composition, name):
                if isinstance(ref, str):
                    found[ref] = aggregate == "complete"
    return found
