"""Rules for SPDX 2.3: names of persons, times and checksums.

Source: SPDX 2.3, sections 6.8, 6.9, 7.5, 7.6, 7.10, 8.4, 12.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.formats import is_date_time
from stella_git.documents.hashlengths import hash_fault
from stella_git.documents.lint.spdx_common import is_later
from stella_git.documents.mends import utc_second
from stella_git.documents.problems import Complaint, Mend, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.spdx2index import NOTHING, Index
from stella_git.documents.walk import objects
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context

_ACTOR = re.compile(r"(Person|Organization|Tool): *\S", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_PACKAGE_TIMES = ("builtDate", "releaseDate", "validUntilDate")
_SIGNED = {"annotations": ("annotator", "annotationDate"), "revieweds": ("reviewer", "reviewDate")}


def actors(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S04: whoever is named is a person, an organisation or, where that can be, a tool."""
    for place, one in enumerate(array(inner(index.value, "creationInfo"), "creators")):
        if isinstance(one, str):
            yield from _actor(one, f"/creationInfo/creators/{place}", "creator", tools=True)
    for item in index.of("packages"):
        for name in ("supplier", "originator"):
            found = text(item.value, name)
            if found is not None and found not in NOTHING:
                yield from _actor(found, item.at(name), name, tools=False)
    for member, (name, _) in _SIGNED.items():
        for pointer, each in _signed(index, member):
            found = text(each, name)
            if found is not None:
                yield from _actor(found, pointer_to(pointer, name), name, tools=True)


def _signed(index: Index, member: str) -> "Iterator[tuple[str, dict[str, Json]]]":
    for item in index.items:
        yield from objects(item.value, member, item.pointer)


def _actor(found: str, pointer: str, what: str, *, tools: bool) -> Iterator[Complaint]:
    match = _ACTOR.match(found)
    if match is not None and (tools or match[1] != "Tool"):
        return
    kinds = "`Person: NAME`, `Organization: NAME`" + (" or `Tool: NAME-VERSION`" if tools else "")
    yield Complaint(
        rule="2S04",
        pointer=pointer,
        message=f"{show(found)} does not say what the {what} is",
        remedy=f"Write {kinds}" + (", or NOASSERTION." if not tools else "."),
    )


def times(index: Index, context: "Context") -> Iterator[Complaint]:
    """2S05: times in UTC, to the second, that exist."""
    created = text(inner(index.value, "creationInfo"), "created")
    if created is not None:
        yield from _time(created, "/creationInfo/created")
        if is_date_time(created) and is_later(created, context):
            yield Complaint(
                rule="2S05",
                severity="warning",
                pointer="/creationInfo/created",
                message=f"{show(created)} is still to come",
                remedy="Write the time of creation, in UTC.",
            )
    for item in index.of("packages"):
        for name in _PACKAGE_TIMES:
            yield from _time(text(item.value, name), item.at(name))
    for member, (_, name) in _SIGNED.items():
        for pointer, each in _signed(index, member):
            yield from _time(text(each, name), pointer_to(pointer, name))


def _time(found: str | None, pointer: str) -> Iterator[Complaint]:
    if found is None or (_INSTANT.fullmatch(found) and is_date_time(found)):
        return
    meant = utc_second(found) if found.isascii() else None
    said = "is no time written as YYYY-MM-DDThh:mm:ssZ"
    if _INSTANT.fullmatch(found):
        said = "is no time of the calendar"
    yield Complaint(
        rule="2S05",
        # another spelling of a time that exists leaves no doubt about which one is meant
        severity="warning" if is_date_time(found) else None,
        pointer=pointer,
        message=f"{show(found)} {said}",
        remedy=f"Write {show(meant)}." if meant else "Write a time in UTC such as 2026-01-31T09:30:00Z.",
        mend=None if meant is None else Mend(meant),
    )


def checksums(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S08: hexadecimal digits, as many as the algorithm has."""
    for item in index.items:
        for pointer, each in objects(item.value, "checksums", item.pointer):
            yield from _checksum(each, pointer)
    for pointer, each in objects(index.value, "externalDocumentRefs"):
        yield from _checksum(inner(each, "checksum"), pointer_to(pointer, "checksum"))


def _checksum(value: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    name, found = text(value, "algorithm"), text(value, "checksumValue")
    fault = None if name is None or found is None else hash_fault(name, found)
    if fault is not None:
        yield Complaint(
            rule="2S08",
            pointer=pointer_to(pointer, "checksumValue"),
            message=f"{show(found)} is no value of {name}: {fault}",
            remedy="Write the digest in hexadecimal, or correct the algorithm.",
        )
