"""Rules for the statements of OpenVEX documents: vulnerability, labels, products, reasons, identifiers.

Source: OpenVEX 0.2.0, "Statement", "Status Labels", "Product Data Structure" and the appendices.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.lint.purls import purl_complaints
from stella_git.documents.mends import mend_of
from stella_git.documents.openvex import STATUSES
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.walk import objects
from stella_git.documents.wording import listing, nearest, show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "inline_mitigations_already_exist",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_not_present",
    }
)
# Hexadecimal digits of each algorithm that may be named.
DIGITS = {
    "md5": 32,
    "sha1": 40,
    "sha-256": 64,
    "sha-384": 96,
    "sha-512": 128,
    "sha3-224": 56,
    "sha3-256": 64,
    "sha3-384": 96,
    "sha3-512": 128,
    "blake2s-256": 64,
    "blake2b-256": 64,
    "blake2b-512": 128,
}
# What other formats call it.
_TRANSLATED = {
    "code_not_present": "vulnerable_code_not_present",
    "code_not_reachable": "vulnerable_code_not_in_execute_path",
    "exploitable": "affected",
    "false_positive": "not_affected",
    "first_fixed": "fixed",
    "in_triage": "under_investigation",
    "known_affected": "affected",
    "known_not_affected": "not_affected",
    "protected_at_perimeter": "inline_mitigations_already_exist",
    "protected_at_runtime": "inline_mitigations_already_exist",
    "protected_by_compiler": "inline_mitigations_already_exist",
    "protected_by_mitigating_control": "inline_mitigations_already_exist",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
}
_LABELS = {"status": STATUSES, "justification": JUSTIFICATIONS}
# Status -> members that belong to another one.
_ELSEWHERE = {
    "affected": ("justification", "impact_statement"),
    "fixed": ("justification", "impact_statement", "action_statement"),
    "not_affected": ("action_statement",),
    "under_investigation": ("justification", "impact_statement", "action_statement"),
}
_HEX = re.compile(r"[0-9a-fA-F]*")

# Complaints of the schema that V011 makes in its place, with the label of other formats translated.
INSTEAD = (("K-enum", re.compile(r"/statements/[0-9]+/(?:status|justification)")),)


def statements(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """V010, V011, V014 to V017: what each statement says by itself."""
    if not isinstance(subject.value, dict):
        return
    for pointer, statement in objects(subject.value, "statements"):
        yield from _vulnerability(inner(statement, "vulnerability"), pointer_to(pointer, "vulnerability"))
        yield from _labels(statement, pointer)
        yield from _reasons(statement, pointer)
        yield from _misplaced(statement, pointer)


def _vulnerability(vulnerability: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    places = [("name", text(vulnerability, "name"))]
    aliases = enumerate(array(vulnerability, "aliases"))
    places += [(f"aliases/{index}", one if isinstance(one, str) else None) for index, one in aliases]
    for place, name in places:
        if name is not None:
            yield from _id(name, f"{pointer}/{place}", own=place == "name")


def _id(name: str, pointer: str, *, own: bool) -> Iterator[Complaint]:
    from stella_git.canon.ids import canonical_vulnerability
    from stella_git.errors import InputError

    try:
        canonical = canonical_vulnerability(name)
    except InputError as error:
        # An id of one's own need only be understood by those it is meant for; a CVE has its form.
        broken = not name.strip() or name.upper().startswith(("CVE-", "GHSA-"))
        yield Complaint(
            rule="V010",
            severity="error" if own and broken else "warning",
            pointer=pointer,
            message=error.message if name else "the name of the vulnerability is empty",
            remedy="Write an id such as CVE-2021-44228 or GHSA-jfh8-c2jp-5v3q.",
        )
        return
    if canonical != name:
        yield Complaint(
            rule="V010",
            severity="warning",
            pointer=pointer,
            message=f"{show(name)} is not how this id is spelt",
            remedy=f"Write {show(canonical)}.",
        )


def _labels(statement: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    for name, labels in _LABELS.items():
        found = statement.get(name)
        if name not in statement or (isinstance(found, str) and found in labels):
            continue
        meant = None
        if isinstance(found, str):
            meant = _TRANSLATED.get(found)
            meant = meant if meant in labels else nearest(found, sorted(labels))
        message = f"{show(found)} is not a label of OpenVEX for the {name}"
        if meant is None:
            message += f"; the labels are {listing(sorted(labels))}"
        yield Complaint(
            rule="V011",
            pointer=pointer_to(pointer, name),
            message=message,
            remedy=f"Write {show(meant)}." if meant else "Write one of the labels.",
            mend=mend_of("enum", [*sorted(labels)], found),
        )


def _reasons(statement: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    status = text(statement, "status")
    impact, action = text(statement, "impact_statement"), text(statement, "action_statement")
    if status == "not_affected" and "justification" not in statement and impact is not None:
        if not impact.strip():
            yield Complaint(
                rule="V014",
                pointer=pointer_to(pointer, "impact_statement"),
                message="the impact statement is the only reason for not being affected, and it is empty",
                remedy=f"Add a `justification`: one of {listing(sorted(JUSTIFICATIONS))}.",
            )
        else:
            yield Complaint(
                rule="V015",
                pointer=pointer,
                message="why the product is not affected is said in words alone, which no policy can read",
                remedy=f"Add the `justification` that fits: {listing(sorted(JUSTIFICATIONS))}.",
            )
    if status == "affected" and action is not None and not action.strip():
        yield Complaint(
            rule="V016",
            pointer=pointer_to(pointer, "action_statement"),
            message="the product is affected, and the action statement is empty",
            remedy="Write what to do about it, such as the version to upgrade to.",
        )


def _misplaced(statement: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    status = text(statement, "status") or ""
    for name in _ELSEWHERE.get(status, ()):
        if text(statement, name):
            yield Complaint(
                rule="V017",
                pointer=pointer_to(pointer, name),
                message=f"`{name}` does not belong to the status `{status}`",
                remedy=f"Remove `{name}`, or correct the status; `status_notes` fit every status.",
            )


def products(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """V012, V020, V021: that products are named, and named well."""
    if not isinstance(subject.value, dict):
        return
    nameless: list[str] = []
    named = 0
    for pointer, statement in objects(subject.value, "statements"):
        if not statement.get("products", ()):
            nameless.append(pointer)
        for place, product in objects(statement, "products", pointer):
            named += 1
            yield from _component(product, place)
            for part_place, part in objects(product, "subcomponents", place):
                yield from _component(part, part_place)
    if not named and nameless:
        yield Complaint(
            rule="V012",
            severity="warning",
            pointer="/statements",
            message="no statement names a product, so they apply to nothing outside an attestation about one",
            remedy="Name the products, or carry the document in an attestation whose subject is the product.",
        )
        return
    for pointer in nameless:
        yield Complaint(
            rule="V012",
            pointer=pointer,
            message="this statement names no product, so it applies to nothing",
            remedy='Add `products`, such as [{"@id": "pkg:npm/left-pad@1.3.0"}].',
        )


def _component(component: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    iri, purl = text(component, "@id"), text(inner(component, "identifiers"), "purl")
    if iri is not None and iri[:4].lower() == "pkg:":
        # What other documents call it by stays, however it is spelt.
        yield from purl_complaints("V020", iri, pointer_to(pointer, "@id"), mends=False)
    if purl is not None:
        yield from purl_complaints("V020", purl, pointer_to(pointer, "identifiers", "purl"))
    for name, digest in inner(component, "hashes").items():
        digits = DIGITS.get(name)
        if digits is None or not isinstance(digest, str):
            continue  # which the schema says
        if len(digest) != digits or not _HEX.fullmatch(digest):
            yield Complaint(
                rule="V021",
                pointer=pointer_to(pointer, "hashes", name),
                message=f"{show(digest)} is no digest of {name}, which has {digits} hexadecimal digits",
                remedy="Write the whole digest in lower-case hexadecimal digits.",
            )


CHECKS = (statements, products)
