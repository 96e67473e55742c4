"""Rules for CycloneDX: references that lead nowhere, identities given twice, invalid purls.

Source: CycloneDX 1.4 to 1.7, descriptions of ``bom-ref``, ``dependencies`` and ``affects``; ECMA-427.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.lint.purls import purl_complaints
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import array
from stella_git.documents.sift import sifted
from stella_git.documents.walk import BOM_LINK, members, objects
from stella_git.documents.wording import nearest, show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject


def identities(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """C001, C003, C004, C009 of ``affects``, C010: who is who, and whether every reference finds somebody."""
    value = subject.value
    if not isinstance(value, dict) or _settled(subject, value):
        return
    refs: dict[str, str] = {}
    purls: list[tuple[str, str]] = []
    for name, text, pointer in members(value, frozenset({"bom-ref", "purl"})):
        if name == "purl":
            purls.append((text, pointer))
        elif text in refs:
            message = f"bom-ref {show(text)} is already used at {refs[text]}"
            yield Complaint(
                rule="C001",
                pointer=pointer,
                message=message,
                remedy="Give each element a bom-ref of its own.",
            )
        else:
            refs[text] = pointer
    yield from _dangling(value, refs)
    for text, pointer in purls:
        yield from purl_complaints("C010", text, pointer)


def _settled(subject: "Subject", value: dict[str, "Json"]) -> bool:
    """Return whether a quick look is enough to say that nothing is wrong."""
    from stella_git.canon.purl import is_plain

    found = sifted(subject)
    return not found.repeated and _all_known(value, found.refs) and all(map(is_plain, found.purls))


def _all_known(value: dict[str, "Json"], refs: set[str]) -> bool:
    try:
        for entry in array(value, "dependencies"):
            if isinstance(entry, dict) and not (
                ("ref" not in entry or entry["ref"] in refs)
                and ("dependsOn" not in entry or refs.issuperset(array(entry, "dependsOn")))
                and ("provides" not in entry or refs.issuperset(array(entry, "provides")))
            ):
                return False
        return all(
            affected.get("ref") in refs
            for _, vulnerability in objects(value, "vulnerabilities")
            for _, affected in objects(vulnerability, "affects")
        )
    except TypeError:  # an array or an object where a reference belongs
        return False


def _dangling(value: dict[str, "Json"], refs: dict[str, str]) -> Iterator[Complaint]:
    compared = 0 if len(refs) <= _NEAREST_AMONG else _NEAREST_TIMES
    for rule, ref, pointer in _references(value):
        if ref in refs or ref.startswith(BOM_LINK):
            continue
        message = f"{show(ref)} is no bom-ref of this document"
        meant = nearest(ref, refs) if compared < _NEAREST_TIMES else None
        compared += 1
        if meant is None:
            remedy = "Add the element with this bom-ref, or correct the ref."
        else:
            message += f"; did you mean {show(meant)}?"
            remedy = f"Write {show(meant)}, or add the element."
        yield Complaint(rule=rule, pointer=pointer, message=message, remedy=remedy)


# Comparing with every bom-ref of a large document, for every dangling ref, would take minutes. No report has
# more problems than it compares refs.
_NEAREST_AMONG = 500
_NEAREST_TIMES = 1001


def _references(value: dict[str, "Json"]) -> Iterator[tuple[str, str, str]]:
    """Return (rule, ref, pointer) of every reference to an element."""
    for pointer, entry in objects(value, "dependencies"):
        yield from _one("C003", entry, "ref", pointer)
        for name in ("dependsOn", "provides"):
            listed = entry.get(name)
            if isinstance(listed, list):
                for index, ref in enumerate(listed):
                    if isinstance(ref, str) and ref:
                        yield "C004", ref, pointer_to(pointer, name, index)
    for pointer, vulnerability in objects(value, "vulnerabilities"):
        for place, affected in objects(vulnerability, "affects", pointer):
            yield from _one("C009", affected, "ref", place)


def _one(rule: str, item: dict[str, "Json"], name: str, pointer: str) -> Iterator[tuple[str, str, str]]:
    ref = item.get(name)
    if isinstance(ref, str) and ref:  # an empty one is a matter of the schema
        yield rule, ref, pointer_to(pointer, name)


CHECKS = (identities,)
# Verdicts are recomputed with what these say: a rule here never changes its answers.
ADMISSION = (identities,)
