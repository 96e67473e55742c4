"""Mandatory tests of CSAF 2.0 about profiles: what a document of some category must have.

Source: CSAF 2.0, sections 4.2 to 4.5 and 6.1.27.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.csaf_tree import Groups, items
from stella_git.documents.lint.csaf import document
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

_SECURITY, _VEX = "csaf_security_advisory", "csaf_vex"
_INFORMATIONAL, _INCIDENT = "csaf_informational_advisory", "csaf_security_incident_response"
_TELLING = frozenset({"description", "details", "general", "summary"})
_VEX_STATUSES = ("fixed", "known_affected", "known_not_affected", "under_investigation")


def _category(value: "Json") -> str | None:
    return text(inner(value, "document"), "category")


def advisories(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.27.1 to 6.1.27.3: what is no list of vulnerabilities tells and refers."""
    value = document(subject)
    own = _category(value)
    if own not in {_INFORMATIONAL, _INCIDENT}:
        return
    described = inner(value, "document")
    if not any(text(note, "category") in _TELLING for note in array(described, "notes")):
        message = f"a document of the category `{own}` has no note that describes what it is about"
        remedy = "Add a note of the category description, details, general or summary."
        yield Complaint(rule="CSAF-6.1.27.1", pointer="/document", message=message, remedy=remedy)
    references = items(described, "references")
    if not any((text(each, "category") or "external") == "external" for _, each in references):
        message = f"a document of the category `{own}` refers to nothing outside itself"
        remedy = "Add a reference of the category external."
        yield Complaint(rule="CSAF-6.1.27.2", pointer="/document", message=message, remedy=remedy)
    if own == _INFORMATIONAL and "vulnerabilities" in value:
        message = f"a document of the category `{own}` lists vulnerabilities"
        remedy = "Remove `vulnerabilities`, or write another category."
        yield Complaint(rule="CSAF-6.1.27.3", pointer="/vulnerabilities", message=message, remedy=remedy)


def members(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.27.4 to 6.1.27.8, 6.1.27.11: what advisories and VEX must have."""
    value = document(subject)
    own = _category(value)
    if own not in {_SECURITY, _VEX}:
        return
    for name, rule in (("product_tree", "CSAF-6.1.27.4"), ("vulnerabilities", "CSAF-6.1.27.11")):
        if name not in value:
            message = f"a document of the category `{own}` has no `{name}`"
            yield Complaint(rule=rule, pointer="", message=message, remedy=f"Add `{name}`.")
    for pointer, vulnerability in items(value, "vulnerabilities"):
        if "notes" not in vulnerability:
            message = "the vulnerability has no `notes`"
            remedy = "Add a note that says what the vulnerability is."
            yield Complaint(rule="CSAF-6.1.27.5", pointer=pointer, message=message, remedy=remedy)
        yield from (_security if own == _SECURITY else _vex)(pointer, vulnerability)


def _security(pointer: str, vulnerability: "dict[str, Json]") -> Iterator[Complaint]:
    if "product_status" not in vulnerability:
        message = "the vulnerability has no `product_status`"
        remedy = "Say which products are affected, and which are not."
        yield Complaint(rule="CSAF-6.1.27.6", pointer=pointer, message=message, remedy=remedy)


def _vex(pointer: str, vulnerability: "dict[str, Json]") -> Iterator[Complaint]:
    said = inner(vulnerability, "product_status")
    if not any(name in said for name in _VEX_STATUSES):
        message = "the vulnerability has no product status that VEX knows"
        remedy = "Add fixed, known_affected, known_not_affected or under_investigation."
        place = pointer_to(pointer, "product_status") if "product_status" in vulnerability else pointer
        yield Complaint(rule="CSAF-6.1.27.7", pointer=place, message=message, remedy=remedy)
    if "cve" not in vulnerability and "ids" not in vulnerability:
        message = "the vulnerability has neither `cve` nor `ids`, so nobody can tell which one it is"
        yield Complaint(
            rule="CSAF-6.1.27.8", pointer=pointer, message=message, remedy="Add its CVE, or another id."
        )


def statements(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.27.9 and 6.1.27.10: why a product is not affected, and what to do about one that is."""
    value = document(subject)
    if _category(value) != _VEX:
        return
    groups = Groups(inner(value, "product_tree"))
    for pointer, vulnerability in items(value, "vulnerabilities"):
        impacts = [item for _, item in items(vulnerability, "flags")]
        impacts += [item for _, item in items(vulnerability, "threats") if text(item, "category") == "impact"]
        actions = [item for _, item in items(vulnerability, "remediations")]
        for name, given, rule, lacking, remedy in (
            ("known_not_affected", impacts, "CSAF-6.1.27.9", "is not affected, but nothing says why", _WHY),
            ("known_affected", actions, "CSAF-6.1.27.10", "is affected, but nothing says what to do", _WHAT),
        ):
            explained = {product for item in given for product in groups.meant(item)}
            status = inner(vulnerability, "product_status")
            place = pointer_to(pointer, "product_status", name)
            for index, product in enumerate(array(status, name)):
                if isinstance(product, str) and product not in explained:
                    message = f"{show(product)} {lacking}{_uncounted(groups)}"
                    where = pointer_to(place, index)
                    yield Complaint(rule=rule, pointer=where, message=message, remedy=remedy)


_WHY = "Add a flag, or a threat of the category impact, for this product."
_WHAT = "Add a remediation for this product; `none_available` is one."


def _uncounted(groups: Groups) -> str:
    return "; product groups name too many products to be counted" if groups.exhausted else ""


CHECKS = (advisories, members, statements)
