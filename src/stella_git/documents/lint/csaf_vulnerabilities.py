"""Mandatory tests of CSAF 2.0 about vulnerabilities: no contradictions, nothing twice, nothing about nobody.

Source: CSAF 2.0, sections 6.1.6, 6.1.7, 6.1.23, 6.1.24, 6.1.29, 6.1.32 and 6.1.33.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.claims import instant
from stella_git.documents.csaf import STATUSES
from stella_git.documents.csaf_tree import Groups, items, strings
from stella_git.documents.lint.csaf import document
from stella_git.documents.lint.openvex_statements import JUSTIFICATIONS
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

    Vulnerability = dict[str, Json]


def statuses(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.6: one product, one status."""
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        said = inner(vulnerability, "product_status")
        known: dict[str, tuple[str, str]] = {}
        for group, status in STATUSES.items():
            for index, product in enumerate(array(said, group)):
                if not isinstance(product, str):
                    continue
                earlier, place = known.setdefault(product, (status, group))
                if earlier != status:
                    message = f"{show(product)} is in `{group}`, but in `{place}` too, which contradicts it"
                    remedy = "Keep the product in one of the two."
                    pointer = pointer_to(base, "product_status", group, index)
                    yield Complaint(rule="CSAF-6.1.6", pointer=pointer, message=message, remedy=remedy)


def scores(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.7: one product, one score of each version."""
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        known: dict[tuple[str, str], str] = {}
        for pointer, score in items(vulnerability, "scores", base):
            versions = {"2.0"} if "cvss_v2" in score else set()
            if "cvss_v3" in score:
                versions.add(text(score["cvss_v3"], "version") or "3")
            for index, product in enumerate(array(score, "products")):
                for version in sorted(versions) if isinstance(product, str) else ():
                    earlier = known.setdefault((version, str(product)), pointer)
                    if earlier != pointer:
                        message = f"{show(product)} has a score of CVSS {version} already, at {earlier}"
                        place = pointer_to(pointer, "products", index)
                        remedy = "Keep one score of each version for a product."
                        yield Complaint(rule="CSAF-6.1.7", pointer=place, message=message, remedy=remedy)


def identities(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.23: one CVE, one vulnerability."""
    known: dict[str, str] = {}
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        cve, pointer = text(vulnerability, "cve"), pointer_to(base, "cve")
        earlier = known.setdefault(cve, pointer) if cve is not None else pointer
        if earlier != pointer:
            message = f"{show(cve)} is already the vulnerability at {earlier}"
            remedy = "Join the two vulnerabilities, or correct the CVE."
            yield Complaint(rule="CSAF-6.1.23", pointer=pointer, message=message, remedy=remedy)


def involvements(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.24: one party, one involvement at a time."""
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        known: dict[tuple[str, object], str] = {}
        for pointer, item in items(vulnerability, "involvements", base):
            party, date = text(item, "party"), text(item, "date")
            if party is None or date is None:
                continue
            earlier = known.setdefault((party, instant(date) or date), pointer)
            if earlier != pointer:
                message = f"{show(party)} was already involved at {show(date)}, at {earlier}"
                remedy = "Keep one involvement of a party at a date."
                yield Complaint(rule="CSAF-6.1.24", pointer=pointer, message=message, remedy=remedy)


def addressees(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.29, 6.1.32: a remediation or flag is for somebody."""
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        for member, rule, what in (
            ("remediations", "CSAF-6.1.29", "remediation"),
            ("flags", "CSAF-6.1.32", "flag"),
        ):
            for pointer, item in items(vulnerability, member, base):
                if "product_ids" not in item and "group_ids" not in item:
                    message = f"the {what} does not say which products it is for"
                    remedy = "Add `product_ids` or `group_ids`."
                    yield Complaint(rule=rule, pointer=pointer, message=message, remedy=remedy)


def justifications(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.33: one product, one reason for not being affected."""
    value = document(subject)
    groups = Groups(inner(value, "product_tree"))
    for base, vulnerability in items(value, "vulnerabilities"):
        flags = [
            (pointer, flag)
            for pointer, flag in items(vulnerability, "flags", base)
            if text(flag, "label") in JUSTIFICATIONS
        ]
        if len(flags) > 1:
            yield from _several(flags, groups)


def _several(flags: "list[tuple[str, Vulnerability]]", groups: Groups) -> Iterator[Complaint]:
    """Return one complaint for each flag that is not the first one for its products."""
    known: dict[str, str] = {}
    remedy = "Keep the flag that says it best."
    for pointer, flag in flags:
        for product in groups.meant(flag):
            earlier = known.setdefault(product, pointer)
            if earlier != pointer:
                message = f"{show(product)} has a flag that is a justification already, at {earlier}"
                yield Complaint(rule="CSAF-6.1.33", pointer=pointer, message=message, remedy=remedy)
                break
        if groups.exhausted and strings(flag, "group_ids"):
            message = "product groups name too many products to be counted, so this flag cannot be compared"
            yield Complaint(rule="CSAF-6.1.33", pointer=pointer, message=message, remedy=remedy)


CHECKS = (statuses, scores, identities, involvements, addressees, justifications)
