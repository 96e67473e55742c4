"""Rules for SPDX 3.0.1: times, versions, licence expressions and hashes.

Source: SPDX 3.0.1, Core (CreationInfo, DateTime, Hash), SimpleLicensing (LicenseExpression).
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.formats import is_date_time
from stella_git.documents.hashlengths import hash_fault
from stella_git.documents.lint.spdx_common import is_later, references
from stella_git.documents.mends import licence_mend
from stella_git.documents.problems import Complaint
from stella_git.documents.read import array, text
from stella_git.documents.spdx3graph import Graph, Node, model
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context

VERSION = "3.0.1"
_OLDER = "3.0.0"
# What has another shape is a matter of the schema.
_NUMBERS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_INSTANT = re.compile(r"[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}Z")
# SPDX 3 takes the operators in lower case too; the list of faults is that of SPDX 2.
_LOWER = re.compile(r"(?<![^\s()])(?:and|or|with)(?![^\s()])")


def versions(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S006 of specVersion: that of the context."""
    for node in graph.of("CreationInfo"):
        found = text(node.value, "specVersion")
        if found is None or found == VERSION or _NUMBERS.fullmatch(found) is None:
            continue
        yield Complaint(
            rule="S006",
            severity="warning" if found == _OLDER else None,
            pointer=node.at("specVersion"),
            message=f"specVersion is {show(found)} in a document of SPDX {VERSION}",
            remedy=f"Write {show(VERSION)}.",
        )


def times(graph: Graph, context: "Context") -> Iterator[Complaint]:
    """S006 of times: they exist in the calendar, and creation is in the past."""
    known = model().times
    for node in graph.nodes:
        for name in known.intersection(node.value) if len(known) < len(node.value) else node.value:
            found = text(node.value, name) if name in known else None
            if found is not None and _INSTANT.fullmatch(found):
                yield from _time(node, name, found, context)


def _time(node: Node, name: str, found: str, context: "Context") -> Iterator[Complaint]:
    if not is_date_time(found):
        yield Complaint(
            rule="S006",
            pointer=node.at(name),
            message=f"{show(found)} is no time of the calendar",
            remedy="Write a time in UTC such as 2026-01-31T09:30:00Z.",
        )
    elif name == "created" and is_later(found, context):
        yield Complaint(
            rule="S006",
            severity="warning",
            pointer=node.at(name),
            message=f"{show(found)} is still to come",
            remedy="Write the time of creation, in UTC.",
        )


def expressions(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S008: licence expressions, and what they refer to."""
    name = "simplelicensing_licenseExpression"
    for node in graph.of("simplelicensing_LicenseExpression"):
        found = text(node.value, name)
        if found is not None:
            yield from _expression(graph, node, node.at(name), found)


def _expression(graph: Graph, node: Node, pointer: str, found: str) -> Iterator[Complaint]:
    from stella_git.documents.licences import SPECIAL, parse, problems
    from stella_git.errors import InputError

    if found.strip() in SPECIAL:
        individual = {"NONE": "NoneLicense"}.get(found.strip(), "NoAssertionLicense")
        yield Complaint(
            rule="S008",
            pointer=pointer,
            message=f"{show(found)} is no licence expression; SPDX 3 has an individual for it",
            remedy=f"Name `expandedlicensing_{individual}` instead of this element.",
        )
        return
    upper = _LOWER.sub(lambda operator: operator[0].upper(), found)
    for fault in problems(upper):
        yield Complaint(
            rule="S008",
            severity=fault.severity,
            pointer=pointer,
            message=fault.message,
            remedy=fault.remedy,
            mend=licence_mend(found) if fault.spelling else None,
        )
    try:
        expression = parse(upper)
    except InputError:
        return
    defined = {text(entry, "key") for entry in _entries(graph, node)}
    for reference in sorted(set(references(expression))):
        if reference not in defined:
            yield Complaint(
                rule="S008",
                severity="warning",
                pointer=pointer,
                message=f"{show(reference)} is not in simplelicensing_customIdToUri, so nobody can find it",
                remedy=f"Add a DictionaryEntry with the key {show(reference)} and the IRI of its text.",
            )


def _entries(graph: Graph, node: Node) -> "Iterator[Json]":
    for entry in array(node.value, "simplelicensing_customIdToUri"):
        if isinstance(entry, str):
            found = graph.by_id.get(entry)
            entry = {} if found is None else found.value  # noqa: PLW2901 - the entry, wherever it is written
        yield entry


def hashes(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S009: hexadecimal digits, as many as the algorithm has."""
    for node in graph.of("Hash", "PackageVerificationCode"):
        name, found = text(node.value, "algorithm"), text(node.value, "hashValue")
        fault = None if name is None or found is None else hash_fault(name, found)
        if fault is not None:
            yield Complaint(
                rule="S009",
                pointer=node.at("hashValue"),
                message=f"{show(found)} is no value of {name}: {fault}",
                remedy="Write the digest in hexadecimal, or correct the algorithm.",
            )
