"""Rules for SPDX 3.0.1: which relationship joins what.

The classes of relationships are a constraint of the Security profile; the classes of the ends are what the
vocabulary says in words, so that a breach of them is a warning.

Source: SPDX 3.0.1, Core (Relationship, RelationshipType), Security (constraints of each class).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint
from stella_git.documents.read import array, text
from stella_git.documents.spdx3graph import Graph, Node, model
from stella_git.documents.wording import listing, show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context

_VEX = {
    "affects": "security_VexAffectedVulnAssessmentRelationship",
    "doesNotAffect": "security_VexNotAffectedVulnAssessmentRelationship",
    "fixedIn": "security_VexFixedVulnAssessmentRelationship",
    "underInvestigationFor": "security_VexUnderInvestigationVulnAssessmentRelationship",
}
_TYPE_OF = {kind: name for name, kind in _VEX.items()}
_ASSESSMENT = "hasAssessmentFor"
_ASSESSMENTS = "security_VulnAssessmentRelationship"
_NOT_AFFECTED = _VEX["doesNotAffect"]

_ANY = ("Element",)
_AGENT = ("Agent",)
_BUILD = ("build_Build",)
_FILE = ("software_File",)
_ARTIFACT = ("Artifact",)
_LICENCE = ("simplelicensing_AnyLicenseInfo",)
_VULNERABILITY = ("security_Vulnerability",)
# An assessment is published as a vulnerability is.
_FINDING = (*_VULNERABILITY, _ASSESSMENTS)

_PEOPLE = (
    "coordinatedBy", "exploitCreatedBy", "fixedBy", "foundBy", "publishedBy", "reportedBy", "republishedBy",
)  # fmt: skip

# Type -> classes of which `from` is one, classes of which each of `to` is one.
_ENDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys((*_VEX, _ASSESSMENT), (_VULNERABILITY, _ANY)),
    **dict.fromkeys(_PEOPLE, (_FINDING, _AGENT)),
    "delegatedTo": (_AGENT, ("Relationship",)),
    "expandsTo": (_ARTIFACT, _ARTIFACT),
    "hasAddedFile": (_ANY, _FILE),
    "hasAssociatedVulnerability": (_ARTIFACT, _VULNERABILITY),
    "hasConcludedLicense": (("software_SoftwareArtifact",), _LICENCE),
    "hasDeclaredLicense": (("software_SoftwareArtifact",), _LICENCE),
    "hasDeletedFile": (_ANY, _FILE),
    "hasHost": (_BUILD, _ANY),
    "hasInput": (_BUILD, _ANY),
    "hasOutput": (_BUILD, _ANY),
    "invokedBy": (_ANY, _AGENT),
    "serializedInArtifact": (("SpdxDocument",), _ARTIFACT),
}
_NONE = ("NoneElement", "spdx:Core/NoneElement", "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement")


def relationships(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S007: the class of a relationship, and those of what it joins."""
    for node in graph.every("Relationship"):
        name = text(node.value, "relationshipType")
        if name is not None:
            yield from _class(node, name)
            yield from _ends(graph, node, name)
        yield from _nobody_else(node)
        if node.kind == _NOT_AFFECTED:
            yield from _reason(node)


def _class(node: Node, name: str) -> Iterator[Complaint]:
    """Say whether the type goes with the class."""
    own = _TYPE_OF.get(node.kind)
    if own is None and model().is_a(node.kind, _ASSESSMENTS):
        own = _ASSESSMENT
    if own is not None and name != own:
        yield Complaint(
            rule="S007",
            pointer=node.at("relationshipType"),
            message=f"a {node.kind} is of the type `{own}`, not {show(name)}",
            remedy=f"Write `{own}`, or the class that {show(name)} has.",
        )
    elif own is None and (name in _VEX or name == _ASSESSMENT):
        wanted = _VEX.get(name, "an assessment such as security_CvssV3VulnAssessmentRelationship")
        yield Complaint(
            rule="S007",
            pointer=node.at("relationshipType"),
            message=f"`{name}` is only for relationships of the class {wanted}, and this is a {node.kind}",
            remedy=f"Make it {wanted}." if name == _ASSESSMENT else f"Make it a {wanted}.",
        )


def _ends(graph: Graph, node: Node, name: str) -> Iterator[Complaint]:
    sources, targets = _ENDS.get(name, (_ANY, _ANY))
    if sources is not _ANY:
        yield from _end(graph, node.value.get("from"), sources, node.at("from"), f"`from` of `{name}`")
    if targets is not _ANY:
        for index, one in enumerate(array(node.value, "to")):
            yield from _end(graph, one, targets, node.at("to", index), f"`to` of `{name}`")


def _end(
    graph: Graph, named: "Json", wanted: tuple[str, ...], pointer: str, what: str
) -> Iterator[Complaint]:
    kind = graph.kind_of(named)
    known = model()
    if kind is None or kind not in known.ancestors or kind == "IndividualElement":
        return  # of no class that is known here, or a word for nothing
    if not any(known.is_a(kind, each) for each in wanted):
        yield Complaint(
            rule="S007",
            severity="warning",
            pointer=pointer,
            message=f"{what} is of the class {listing(wanted)}, not {kind}",
            remedy=f"Name an element of the class {wanted[0]}, or write another relationshipType.",
        )


def _nobody_else(node: Node) -> Iterator[Complaint]:
    """Say whether NoneElement stands beside others."""
    targets = array(node.value, "to")
    if len(targets) > 1:
        for index, one in enumerate(targets):
            if isinstance(one, str) and one in _NONE:
                yield Complaint(
                    rule="S007",
                    pointer=node.at("to", index),
                    message="NoneElement says that there is nothing, but other elements stand beside it",
                    remedy="Remove it, or the others.",
                )


def _reason(node: Node) -> Iterator[Complaint]:
    names = ("security_justificationType", "security_impactStatement")
    if not any(name in node.value for name in names):
        yield Complaint(
            rule="S007",
            pointer=node.pointer,
            message=f"a statement of not affected says why, by one of {listing(names)}",
            remedy=f"Add `{names[0]}`.",
        )
