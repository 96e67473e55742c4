"""Mandatory tests of CSAF 2.0 about the document: language, publisher, category, version and history.

Source: CSAF 2.0, sections 6.1.12, 6.1.14 to 6.1.22, 6.1.26, 6.1.28 and 6.1.30.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from stella_git.documents.claims import instant
from stella_git.documents.csaf_tree import items
from stella_git.documents.csaf_versions import Version, parse
from stella_git.documents.lint.csaf import document
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import inner, text
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

    Entry = tuple[Instant, Version, str]

PROFILES = {
    "csaf_informational_advisory": "informationaladvisory",
    "csaf_security_advisory": "securityadvisory",
    "csaf_security_incident_response": "securityincidentresponse",
    "csaf_vex": "vex",
}
_RELEASED = frozenset({"final", "interim"})


def languages(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.12, 6.1.15, 6.1.28: the languages of the document and of its original."""
    described = inner(document(subject), "document")
    for name in ("lang", "source_lang"):
        tag = text(described, name)
        if tag is not None:
            yield from _language(tag, f"/document/{name}")
    own, original = text(described, "lang"), text(described, "source_lang")
    if original is None and text(inner(described, "publisher"), "category") == "translator":
        message = "the publisher is a translator, but the language of the original is not given"
        remedy = "Add `source_lang` with the language that was translated from."
        yield Complaint(rule="CSAF-6.1.15", pointer="/document", message=message, remedy=remedy)
    if own is not None and original is not None and own.lower() == original.lower():
        message = f"{show(own)} is the language of both the document and its original"
        remedy = "Correct one of them, or remove `source_lang` if this is no translation."
        yield Complaint(rule="CSAF-6.1.28", pointer="/document/source_lang", message=message, remedy=remedy)


def _language(tag: str, pointer: str) -> Iterator[Complaint]:
    from stella_git.documents.languages import unknown_subtag

    subtag = unknown_subtag(tag)
    if subtag is not None:
        message = f"{show(tag)} is no language: {show(subtag)} is not registered in that place"
        remedy = "Write a registered language tag such as `en` or `de-AT`."
        yield Complaint(rule="CSAF-6.1.12", pointer=pointer, message=message, remedy=remedy)


def category(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.26: a category that only looks like that of a profile."""
    own = text(inner(document(subject), "document"), "category")
    if own is None or own in PROFILES or own == "csaf_base":
        return
    plain = re.sub(r"[\s_\-\u2010-\u2015]+", "", own).lower()
    profile = {**{name.replace("_", ""): name for name in PROFILES}, **_names()}.get(plain)
    if profile is not None:
        message, remedy = f"{show(own)} looks like the profile `{profile}`", f"Write `{profile}`."
    elif own.lower().startswith("csaf_"):
        message = f"{show(own)} begins with `csaf_`, but is the category of no profile"
        remedy = "Write the category of a profile, such as `csaf_vex`, or a name of your own without `csaf_`."
    else:
        return
    yield Complaint(rule="CSAF-6.1.26", pointer="/document/category", message=message, remedy=remedy)


def _names() -> dict[str, str]:
    return {plain: name for name, plain in PROFILES.items()}


def status(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.17 to 6.1.20: what the status of a document says about its versions."""
    tracking = inner(inner(document(subject), "document"), "tracking")
    stage, own = text(tracking, "status"), parse(text(tracking, "version"))
    place = "/document/tracking/version"
    if own is not None and stage in _RELEASED:
        if own.major == 0 or own.before:
            message = f"version {show(own.text)} is one of a draft, but the status is {show(stage)}"
            remedy = "Write the status `draft`, or the version that is released."
            pointer = "/document/tracking/status"
            yield Complaint(rule="CSAF-6.1.17", pointer=pointer, message=message, remedy=remedy)
        if own.before:
            message = f"version {show(own.text)} has a pre-release part, but the status is {show(stage)}"
            remedy = "Remove the pre-release part, or write the status `draft`."
            yield Complaint(rule="CSAF-6.1.20", pointer=place, message=message, remedy=remedy)
    for base, item in items(tracking, "revision_history", "/document/tracking"):
        number = parse(text(item, "number"))
        pointer = pointer_to(base, "number")
        if number is not None and stage in _RELEASED and number.major == 0:
            message = (
                f"the history has the draft version {show(number.text)}, but the status is {show(stage)}"
            )
            remedy = "Remove what was before the first release from the history."
            yield Complaint(rule="CSAF-6.1.18", pointer=pointer, message=message, remedy=remedy)
        if number is not None and number.before:
            message = f"the history has the pre-release version {show(number.text)}"
            remedy = "List releases only: remove the item."
            yield Complaint(rule="CSAF-6.1.19", pointer=pointer, message=message, remedy=remedy)


def history(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.14, 6.1.16, 6.1.21, 6.1.22, 6.1.30: the revision history, by date."""
    tracking = inner(inner(document(subject), "document"), "tracking")
    entries = sorted(_entries(tracking), key=lambda entry: (entry[0], entry[1].order))
    yield from _sorted(entries)
    yield from _gaps(entries)
    yield from _latest(tracking, entries)
    yield from _repeated(tracking)
    yield from _mixed(tracking)


def _entries(tracking: "Json") -> "Iterator[Entry]":
    """Return (date, version, JSON Pointer of the version) of what has both."""
    for pointer, item in items(tracking, "revision_history", "/document/tracking"):
        date, number = instant(text(item, "date")), parse(text(item, "number"))
        if date is not None and number is not None:
            yield date, number, pointer_to(pointer, "number")


def _sorted(entries: "list[Entry]") -> Iterator[Complaint]:
    for earlier, later in pairwise(entries):
        if later[1].order < earlier[1].order:
            message = f"version {show(later[1].text)} is dated after version {show(earlier[1].text)}"
            remedy = "Correct the dates or the numbers: later items have higher versions."
            yield Complaint(rule="CSAF-6.1.14", pointer=later[2], message=message, remedy=remedy)


def _gaps(entries: "list[Entry]") -> Iterator[Complaint]:
    for _, number, pointer in entries[:1]:
        if number.major > 1:
            message = f"the history begins with version {show(number.text)}"
            remedy = "Begin with version 0 or 1, and list every version since."
            yield Complaint(rule="CSAF-6.1.21", pointer=pointer, message=message, remedy=remedy)
    for (_, earlier, _), (_, later, pointer) in pairwise(entries):
        if later.major > earlier.major + 1:
            message = f"the history goes from {show(earlier.text)} to {show(later.text)}"
            remedy = f"Add version {earlier.major + 1} and what else is left out."
            yield Complaint(rule="CSAF-6.1.21", pointer=pointer, message=message, remedy=remedy)


def _latest(tracking: "Json", entries: "list[Entry]") -> Iterator[Complaint]:
    own = parse(text(tracking, "version"))
    if own is None or not entries:
        return
    last = entries[-1][1]
    draft = text(tracking, "status") == "draft"
    if own.numbers != last.numbers or (not draft and own.before != last.before):
        message = f"the version is {show(own.text)}, but the latest in the history is {show(last.text)}"
        remedy = "Write the latest version, or add this one to the history."
        pointer = "/document/tracking/version"
        yield Complaint(rule="CSAF-6.1.16", pointer=pointer, message=message, remedy=remedy)


def _repeated(tracking: "Json") -> Iterator[Complaint]:
    known: dict[str, str] = {}
    for base, item in items(tracking, "revision_history", "/document/tracking"):
        number, pointer = text(item, "number"), pointer_to(base, "number")
        earlier = known.setdefault(number, pointer) if number is not None else pointer
        if earlier != pointer:
            message = f"version {show(number)} is already listed at {earlier}"
            remedy = "Give each item of the history a version of its own."
            yield Complaint(rule="CSAF-6.1.22", pointer=pointer, message=message, remedy=remedy)


def _mixed(tracking: "Json") -> Iterator[Complaint]:
    found = [(parse(text(tracking, "version")), "/document/tracking/version")]
    for pointer, item in items(tracking, "revision_history", "/document/tracking"):
        found.append((parse(text(item, "number")), pointer_to(pointer, "number")))
    versions = [(version, pointer) for version, pointer in found if version is not None]
    for version, pointer in versions[1:]:
        first = versions[0][0]
        if version.semantic != first.semantic:
            kinds = {True: "semantic versioning", False: "integer versioning"}
            message = (
                f"version {show(version.text)} is of {kinds[version.semantic]}, "
                f"but {show(first.text)} of {kinds[first.semantic]}"
            )
            remedy = "Use one kind of versions throughout."
            yield Complaint(rule="CSAF-6.1.30", pointer=pointer, message=message, remedy=remedy)
            return


CHECKS = (languages, category, status, history)
