"""SPDX 3: claims of a validated document with elements of the security profile.

Source: SPDX 3.0.1, Security profile, ``VexVulnAssessmentRelationship`` and its subclasses.
"""

from typing import TYPE_CHECKING

from stella_git.documents.models import Product, RawClaim
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, purl_or_none, text, vulnerability_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json

# Class -> status.
STATUSES = {
    "security_VexAffectedVulnAssessmentRelationship": "affected",
    "security_VexFixedVulnAssessmentRelationship": "fixed",
    "security_VexNotAffectedVulnAssessmentRelationship": "not_affected",
    "security_VexUnderInvestigationVulnAssessmentRelationship": "under_investigation",
}
# security_VexJustificationType -> label of OpenVEX.
JUSTIFICATIONS = {
    "componentNotPresent": "component_not_present",
    "inlineMitigationsAlreadyExist": "inline_mitigations_already_exist",
    "vulnerableCodeCannotBeControlledByAdversary": "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerableCodeNotInExecutePath": "vulnerable_code_not_in_execute_path",
    "vulnerableCodeNotPresent": "vulnerable_code_not_present",
}


def claims(value: "Json") -> tuple[RawClaim, ...]:
    """Return one claim for each VEX relationship and product, in document order.

    The vulnerability is the ``from`` of the relationship, the products are its ``to``; what it is assessed in
    (``security_assessedElement``) is the part of the product that is meant. The time is that of publication,
    else of the creation of the relationship. A vulnerability is known by its external identifiers, else by
    its name. Elements that are not in the document have their id and nothing else.
    """
    graph = array(value, "@graph")
    elements: dict[str, dict[str, Json]] = {}
    for item in graph:
        if isinstance(item, dict):
            elements.setdefault(text(item, "spdxId") or text(item, "@id") or "", item)
    return tuple(
        claim
        for index, item in enumerate(graph)
        if text(item, "type") in STATUSES
        for claim in _assessment(item, elements, pointer_to("/@graph", index))
    )


def _assessment(item: "Json", elements: "dict[str, dict[str, Json]]", pointer: str) -> "Iterator[RawClaim]":
    own, aliases = _vulnerability(text(item, "from") or "", elements)
    if own is None:
        return
    created = _creation(item, elements)
    part = text(item, "security_assessedElement")
    for target in array(item, "to"):
        if not isinstance(target, str):
            continue
        yield RawClaim(
            vulnerability=own,
            aliases=aliases,
            product=_product(target, elements),
            subcomponents=(_product(part, elements),) if part and part != target else (),
            status=STATUSES[text(item, "type") or ""],
            justification=JUSTIFICATIONS.get(text(item, "security_justificationType") or ""),
            impact_statement=bool(text(item, "security_impactStatement")),
            timestamp=text(item, "security_modifiedTime")
            or text(item, "security_publishedTime")
            or text(created, "created"),
            author=_author(item, created, elements),
            pointer=pointer,
        )


def _creation(item: "Json", elements: "dict[str, dict[str, Json]]") -> "dict[str, Json]":
    return inner(item, "creationInfo") or elements.get(text(item, "creationInfo") or "", {})


def _author(item: "Json", created: "dict[str, Json]", elements: "dict[str, dict[str, Json]]") -> str | None:
    """Return who makes the assessment: its supplier, else who created it."""
    refs = [text(item, "suppliedBy")] if text(item, "suppliedBy") else array(created, "createdBy")
    found = [text(elements.get(ref), "name") or ref for ref in refs if isinstance(ref, str)]
    return ", ".join(sorted(found)) or None


def _vulnerability(ref: str, elements: "dict[str, dict[str, Json]]") -> tuple[str | None, tuple[str, ...]]:
    element = elements.get(ref, {})
    names = [
        text(one, "identifier")
        for one in array(element, "externalIdentifier")
        if text(one, "externalIdentifierType") in {"cve", "securityOther"}
    ]
    names.append(text(element, "name"))
    # Without an element of its own it is often named by the end of its id, such as .../CVE-2021-44228.
    names.append(ref.rstrip("/").rpartition("/")[2] if not element else None)
    known = [own for own in (vulnerability_ids(name, ())[0] for name in names if name) if own]
    if not known:
        return None, ()
    return known[0], tuple(sorted(set(known[1:]) - {known[0]}))


def _product(ref: str, elements: "dict[str, dict[str, Json]]") -> Product:
    """Return a product by its purl, with its CPEs and digests, and the id of its element."""
    element = elements.get(ref, {})
    purl = purl_or_none(text(element, "software_packageUrl"))
    ids = {ref} if ref else set()
    for one in array(element, "externalIdentifier"):
        kind, identifier = text(one, "externalIdentifierType"), text(one, "identifier")
        if kind in {"packageUrl", "purl"}:
            purl = purl or purl_or_none(identifier)
        elif kind in {"cpe22", "cpe23"} and identifier:
            ids.add(identifier)
    for one in array(element, "verifiedUsing"):
        algorithm, digest = text(one, "algorithm"), text(one, "hashValue")
        if algorithm and digest:
            ids.add(f"{algorithm}:{digest}".lower())
    return Product(purl=purl or purl_or_none(ref), ids=tuple(sorted(ids)))
