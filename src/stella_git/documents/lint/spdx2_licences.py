"""Rules for SPDX 2.3: licence expressions, and the licences that a document defines itself.

Source: SPDX 2.3, section 10 and Annex D.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.lint.spdx_common import references
from stella_git.documents.mends import licence_mend
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, text
from stella_git.documents.spdx2index import ELSEWHERE, NOTHING, Index
from stella_git.documents.walk import objects
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.documents.context import Context

_FIELDS = {
    "packages": ("licenseConcluded", "licenseDeclared"),
    "files": ("licenseConcluded",),
    "snippets": ("licenseConcluded",),
}
_LISTS = {
    "packages": "licenseInfoFromFiles",
    "files": "licenseInfoInFiles",
    "snippets": "licenseInfoInSnippets",
}


def licences(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S07 and 2S09: every expression can be read, and what it refers to is defined once."""
    defined: dict[str, str] = {}
    for pointer, each in objects(index.value, "hasExtractedLicensingInfos"):
        name = text(each, "licenseId")
        if name in defined:
            yield Complaint(
                rule="2S07",
                pointer=pointer_to(pointer, "licenseId"),
                message=f"{show(name)} is already defined at {defined[name]}",
                remedy="Give each licence an id of its own.",
            )
        elif name is not None:
            defined[name] = pointer
    known: dict[str, list[Complaint]] = {}
    for found, pointer in _expressions(index):
        if found not in known:
            known[found] = list(_faults(found, defined, index))
        for fault in known[found]:
            yield Complaint(
                rule=fault.rule,
                severity=fault.severity,
                pointer=pointer,
                message=fault.message,
                remedy=fault.remedy,
                mend=fault.mend,
            )


def _expressions(index: Index) -> Iterator[tuple[str, str]]:
    """Return (expression, JSON Pointer) of every licence."""
    for item in index.items[1:]:
        for name in _FIELDS[item.kind]:
            found = text(item.value, name)
            if found is not None:
                yield found, item.at(name)
        name = _LISTS[item.kind]
        for place, one in enumerate(array(item.value, name)):
            if isinstance(one, str):
                yield one, item.at(name, place)


def _faults(found: str, defined: dict[str, str], index: Index) -> Iterator[Complaint]:
    """Return what is wrong with an expression; where it stands is filled in later."""
    from stella_git.documents.licences import parse, problems
    from stella_git.errors import InputError

    if found in NOTHING:
        return
    for fault in problems(found):
        yield Complaint(
            rule="2S09",
            severity=fault.severity,
            pointer="",
            message=fault.message,
            remedy=fault.remedy,
            mend=licence_mend(found) if fault.spelling else None,
        )
    try:
        used = sorted(set(references(parse(found))))
    except InputError:
        return
    for name in used:
        if name in defined or index.is_outside(name):
            continue
        if name.startswith(ELSEWHERE):
            message = f"{show(name)} is in a document that externalDocumentRefs does not list"
            remedy = f"Add {show(name.partition(':')[0])} to `externalDocumentRefs`."
        else:
            message = f"{show(name)} is not defined in this document"
            remedy = "Add it to `hasExtractedLicensingInfos`, with its text."
        yield Complaint(rule="2S07", pointer="", message=message, remedy=remedy)
