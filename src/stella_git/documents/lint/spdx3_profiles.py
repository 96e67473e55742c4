"""Rules for SPDX 3.0.1: the profiles that a document declares, and those that it uses.

Source: SPDX 3.0.1, Core (ElementCollection, profileConformance), Lite (profile conformance).
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint
from stella_git.documents.read import array, text
from stella_git.documents.spdx3graph import Graph, Node, model
from stella_git.documents.wording import listing

if TYPE_CHECKING:
    from stella_git.documents.context import Context

# Prefix of class names -> the profile that they are from; what has no prefix is from Core.
_PROFILES = {
    "ai": "ai",
    "build": "build",
    "dataset": "dataset",
    "expandedlicensing": "expandedLicensing",
    "extension": "extension",
    "security": "security",
    "simplelicensing": "simpleLicensing",
    "software": "software",
}
_LICENSED = ("hasConcludedLicense", "hasDeclaredLicense")


def profiles(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S010: what is used is declared, and what is declared holds."""
    document = next(graph.of("SpdxDocument"), None)
    if document is None:
        return
    declared = {name for name in array(document.value, "profileConformance") if isinstance(name, str)}
    yield from _undeclared(graph, document, declared)
    if "lite" in declared:
        yield from _lite(graph)


def _undeclared(graph: Graph, document: Node, declared: set[str]) -> Iterator[Complaint]:
    used: dict[str, Node] = {}
    for node in graph.nodes:
        prefix, mark, _ = node.kind.partition("_")
        if mark and prefix in _PROFILES:
            used.setdefault(_PROFILES[prefix], node)
    missing = sorted(used.keys() - declared)
    if missing:
        places = ", ".join(f"{used[name].kind} at {used[name].pointer}" for name in missing[:2])
        yield Complaint(
            rule="S010",
            severity="warning" if declared else "info",  # whoever declares nothing says nothing wrong
            pointer=document.at("profileConformance"),
            message=f"elements are of profiles that are not declared: {listing(missing)} ({places})",
            remedy=f"Add {listing(missing)} to `profileConformance`.",
        )


def _lite(graph: Graph) -> Iterator[Complaint]:
    """Say what the Lite profile requires and is not there."""
    licensed = {name: _sources(graph, name) for name in _LICENSED}
    for node in graph.of("software_Package"):
        missing = [
            name
            for name in ("software_copyrightText", "software_packageVersion", "suppliedBy")
            if name not in node.value
        ]
        if not {"software_downloadLocation", "software_packageUrl"} & node.value.keys():
            missing.append("software_downloadLocation or software_packageUrl")
        for name in _LICENSED:
            count = licensed[name][node.identity]
            if count != 1:
                missing.append(f"one relationship {name}" + (f", not {count}" if count else ""))
        yield from _unmet(node, missing)
    for node in (*graph.of("SpdxDocument"), *graph.of("software_Sbom")):
        yield from _unmet(node, [name for name in ("element", "rootElement") if not array(node.value, name)])
    for node in graph.every("Agent"):
        yield from _unmet(node, [] if "name" in node.value else ["name"])


def _sources(graph: Graph, name: str) -> Counter[str | None]:
    """Return how many relationships of a type to a licence each element has."""
    known = model()
    return Counter(
        text(node.value, "from")
        for node in graph.every("Relationship")
        if text(node.value, "relationshipType") == name
        and any(
            known.is_a(graph.kind_of(one) or "", _LICENCE) or _elsewhere(graph, one)
            for one in array(node.value, "to")
        )
    )


_LICENCE = "simplelicensing_AnyLicenseInfo"


def _elsewhere(graph: Graph, named: object) -> bool:
    """Return whether a name is of something that is not in this document, so that it may be a licence."""
    return isinstance(named, str) and graph.kind_of(named) is None


def _unmet(node: Node, missing: list[str]) -> Iterator[Complaint]:
    if missing:
        yield Complaint(
            rule="S010",
            pointer=node.pointer,
            message=f"the document declares the profile lite, which asks here for {listing(missing)}",
            remedy="Add what is missing, or take `lite` out of `profileConformance`.",
        )
