"""Mandatory tests of CSAF 2.0 about scores and weaknesses: CVSS that is valid, computed and consistent, CWE.

Source: CSAF 2.0, sections 6.1.8 to 6.1.11; CVSS v2.0, v3.0 and v3.1; CWE 4.20.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from stella_git.documents import cvss
from stella_git.documents.csaf_tree import items
from stella_git.documents.lint.csaf import document
from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import inner, text
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

_VERSIONS = {"cvss_v2": ("2.0",), "cvss_v3": ("3.0", "3.1")}


def scores(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.8 to 6.1.10: objects of CVSS."""
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        for pointer, score in items(vulnerability, "scores", base):
            for name, versions in _VERSIONS.items():
                if isinstance(score.get(name), dict):
                    yield from _score(inner(score, name), pointer_to(pointer, name), versions)


def _score(score: "dict[str, Json]", pointer: str, versions: tuple[str, ...]) -> Iterator[Complaint]:
    fault = _fault(score, versions)
    if fault is not None:
        remedy = "Correct it by the schema of FIRST; a vector has every base metric, and each metric once."
        yield Complaint(rule="CSAF-6.1.8", pointer=pointer, message=fault, remedy=remedy)
    vector = cvss.parse(text(score, "vectorString") or "")
    if vector is not None and vector.version in versions:
        yield from _computed(score, vector, pointer)
        yield from _consistent(score, vector, pointer)


def _fault(score: "dict[str, Json]", versions: tuple[str, ...]) -> str | None:
    from stella_git.documents.schema.engine import conforms
    from stella_git.documents.schema.registry import CVSS

    version = text(score, "version")
    if version not in versions:
        return f"this is no valid CVSS object: its version is not {' or '.join(versions)}"
    if not conforms(*CVSS[version], score):
        return f"this is no valid object of CVSS {version}"
    if cvss.parse(text(score, "vectorString") or "") is None:
        return f"the vector is none of CVSS {version}: a base metric is missing, or a metric is there twice"
    return None


def _computed(score: "dict[str, Json]", vector: cvss.Vector, base: str) -> Iterator[Complaint]:
    found = cvss.scores(vector)
    for kind, deci in (
        ("base", found.base),
        ("temporal", found.temporal),
        ("environmental", found.environmental),
    ):
        assert deci is not None  # versions 2 and 3 have all three
        wanted = f"{deci // 10}.{deci % 10}"
        given = score.get(f"{kind}Score")
        if type(given) in {int, float} and Fraction(repr(given)) * 10 != deci:
            message = f"the {kind} score is {wanted}, computed from the vector, not {show(given)}"
            pointer = pointer_to(base, f"{kind}Score")
            yield Complaint(rule="CSAF-6.1.9", pointer=pointer, message=message, remedy=f"Write {wanted}.")
        word = cvss.severity(deci, vector.version).upper()
        given = text(score, f"{kind}Severity")
        if vector.version != "2.0" and given is not None and given != word:
            message = f"the {kind} severity is {word}, computed from the vector, not {show(given)}"
            pointer = pointer_to(base, f"{kind}Severity")
            yield Complaint(rule="CSAF-6.1.9", pointer=pointer, message=message, remedy=f'Write "{word}".')


def _consistent(score: "dict[str, Json]", vector: cvss.Vector, base: str) -> Iterator[Complaint]:
    for name, wanted in cvss.members(vector).items():
        given = text(score, name)
        if given is None or given == wanted:
            continue
        message = f"{name} is {show(given)}, but the vector says {wanted}"
        remedy = f'Write "{wanted}", or correct the vector.'
        yield Complaint(rule="CSAF-6.1.10", pointer=pointer_to(base, name), message=message, remedy=remedy)


@cache
def _weaknesses() -> Any:
    from stella_git import resources
    from stella_git.canon.reader import parse_json

    return parse_json(resources.schema("csaf/cwe-4.20.json"), path="csaf/cwe-4.20.json")


def weaknesses(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """6.1.11: a CWE and its name."""
    for base, vulnerability in items(document(subject), "vulnerabilities"):
        weakness, pointer = inner(vulnerability, "cwe"), pointer_to(base, "cwe")
        number, name = text(weakness, "id"), text(weakness, "name")
        if number is None or name is None:
            continue
        listed = _weaknesses()["weaknesses"].get(number.removeprefix("CWE-"))
        if listed is None:
            message = (
                f"{show(number)} is no weakness of CWE 4.20: a category, a view, or newer than that list"
            )
            remedy = "Write the id of a weakness."
            place = pointer_to(pointer, "id")
            yield Complaint(
                rule="CSAF-6.1.11", severity="warning", pointer=place, message=message, remedy=remedy
            )
            continue
        # Names change from list to list; a document may be as old as any of them.
        names = [each for _, each in listed["history"] if each is not None]
        if name not in names:
            message = f"{show(number)} has another name"
            place = pointer_to(pointer, "name")
            yield Complaint(
                rule="CSAF-6.1.11", pointer=place, message=message, remedy=f'Write "{names[-1]}".'
            )


CHECKS = (scores, weaknesses)
