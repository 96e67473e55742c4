"""Rules for SPDX 2.3: who is who, whether every name finds an element, and what the document describes.

Source: SPDX 2.3, sections 6 to 11.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.formats import is_uri
from stella_git.documents.lint.spdx2_contents import actors, checksums, times
from stella_git.documents.lint.spdx2_licences import licences
from stella_git.documents.lint.spdx2_packages import codes
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.spdx2index import DOCUMENT, ELSEWHERE, NOTHING, Index
from stella_git.documents.walk import objects
from stella_git.documents.wording import nearest, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

# As for SPDX 3.
_NEAREST_AMONG = 500
_NEAREST_FOR = 20
_PREFIX = "SPDXRef-"
_DATA_LICENCE = "CC0-1.0"
_SPDXID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")


def check(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """2S01 to 2S10, over one index."""
    if not isinstance(subject.value, dict):
        return
    index = Index(subject.value)
    for rule in _RULES:
        yield from rule(index, context)


def identities(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S01: every element has an SPDXID of its own."""
    for item in index.items:
        name = item.identity
        if name is None:
            continue
        first = index.by_id[name]
        if first is not item:
            yield Complaint(
                rule="2S01",
                pointer=item.at("SPDXID"),
                message=f"{show(name)} is already the SPDXID of {first.pointer or 'the document'}",
                remedy="Give each element an SPDXID of its own.",
            )
        elif _SPDXID.fullmatch(name) is None:
            yield Complaint(
                rule="2S01",
                severity="warning",
                pointer=item.at("SPDXID"),
                message=f"{show(name)} is not written as an SPDXID",
                remedy="Write `SPDXRef-` and letters, digits, `.` or `-`.",
            )
    if index.items[0].identity not in {None, DOCUMENT}:
        yield Complaint(
            rule="2S01",
            severity="warning",
            pointer="/SPDXID",
            message=f"the SPDXID of a document is {DOCUMENT}, not {show(index.items[0].identity)}",
            remedy=f"Write {show(DOCUMENT)}.",
        )


def itself(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S10: a document has an identity, and data that anybody may use."""
    namespace = text(index.value, "documentNamespace")
    if "documentNamespace" not in index.value:
        yield Complaint(
            rule="2S10",
            pointer="",
            message="the document has no documentNamespace, so nothing can refer to what is in it",
            remedy="Add `documentNamespace`, a URI that no other document has.",
        )
    elif namespace is not None and ("#" in namespace or not is_uri(namespace)):
        yield Complaint(
            rule="2S10",
            pointer="/documentNamespace",
            message=f"{show(namespace)} is no absolute URI without a fragment",
            remedy="Write a URI such as https://example.com/sbom/app-1.0-2b0f.",
        )
    licence = text(index.value, "dataLicense")
    if licence not in {None, _DATA_LICENCE}:
        yield Complaint(
            rule="2S10",
            severity="warning",
            pointer="/dataLicense",
            message=f"the data of an SPDX 2.3 document is under {_DATA_LICENCE}, not {show(licence)}",
            remedy=f"Write `{_DATA_LICENCE}`.",
        )


def names(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S02: every name finds an element."""
    hints = _NEAREST_FOR if len(index.by_id) <= _NEAREST_AMONG else 0
    for name, pointer in _references(index):
        if name in index.by_id or index.is_outside(name):
            continue
        if name.startswith(ELSEWHERE):
            message = f"{show(name)} is in a document that externalDocumentRefs does not list"
            yield Complaint(
                rule="2S02",
                pointer=pointer,
                message=message,
                remedy=f"Add {show(name.partition(':')[0])} to `externalDocumentRefs`.",
            )
            continue
        message = f"{show(name)} is no SPDXID of this document"
        meant = _alike(index, name) if hints > 0 else None
        hints -= 1
        if meant is None:
            remedy = "Add the element, or correct the SPDXID."
        else:
            message += f"; did you mean {show(meant)}?"
            remedy = f"Write {show(meant)}, or add the element."
        yield Complaint(rule="2S02", pointer=pointer, message=message, remedy=remedy)


def _alike(index: Index, name: str) -> str | None:
    """Return the SPDXID that a name is probably meant to be: what all of them begin with says nothing."""
    ends = {identity.removeprefix(_PREFIX): identity for identity in index.by_id}
    meant = nearest(name.removeprefix(_PREFIX), ends)
    return None if meant is None else ends[meant]


def _references(index: Index) -> Iterator[tuple[str, str]]:
    """Return (name, JSON Pointer) of everything that names an element."""
    for link in index.links:
        if link.source is not None:
            yield link.source, pointer_to(link.pointer, "spdxElementId")
        if link.target is not None and link.target not in NOTHING:
            yield link.target, pointer_to(link.pointer, "relatedSpdxElement")
    yield from _listed(index.value, "documentDescribes", "")
    for item in index.of("packages"):
        yield from _listed(item.value, "hasFiles", item.pointer)
    for item in index.of("snippets"):
        yield from _one(item.value, "snippetFromFile", item.pointer)
        for pointer, span in objects(item.value, "ranges", item.pointer):
            for end in ("startPointer", "endPointer"):
                yield from _one(inner(span, end), "reference", pointer_to(pointer, end))


def _listed(value: "dict[str, Json]", name: str, base: str) -> Iterator[tuple[str, str]]:
    for place, one in enumerate(array(value, name)):
        if isinstance(one, str):
            yield one, pointer_to(base, name, place)


def _one(value: "dict[str, Json]", name: str, base: str) -> Iterator[tuple[str, str]]:
    found = text(value, name)
    if found is not None:
        yield found, pointer_to(base, name)


def described(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S03: something says what the document describes, unless there is nothing but one package."""
    if [item.kind for item in index.items[1:]] == ["packages"] or array(index.value, "documentDescribes"):
        return
    own = index.items[0].identity or DOCUMENT
    for link in index.links:
        if (link.kind, link.source) == ("DESCRIBES", own) or (link.kind, link.target) == (
            "DESCRIBED_BY",
            own,
        ):
            return
    yield Complaint(
        rule="2S03",
        pointer="",
        message="no relationship DESCRIBES says what this document is about",
        remedy=f"Add a relationship DESCRIBES from {own} to the root package.",
    )


_RULES: "tuple[Callable[[Index, Context], Iterator[Complaint]], ...]" = (
    identities,
    itself,
    names,
    described,
    actors,
    times,
    codes,
    licences,
    checksums,
)
CHECKS = (check,)
