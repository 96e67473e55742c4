"""Rules C018 and C019: what the analysis of a vulnerability says, and what it needs to say with it.

Source: CycloneDX 1.4 to 1.7, ``vulnerabilities[].analysis``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint, pointer_to
from stella_git.documents.read import inner, text
from stella_git.documents.walk import objects
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

# States that a justification contradicts: it says why a vulnerability does no harm.
_HARMFUL = frozenset({"exploitable"})
_STATES = frozenset(
    {"exploitable", "false_positive", "in_triage", "not_affected", "resolved", "resolved_with_pedigree"}
)


def analyses(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """C018: a justification belongs to not_affected, which needs one, or a detail. C019: about what."""
    if not isinstance(subject.value, dict):
        return
    for pointer, vulnerability in objects(subject.value, "vulnerabilities"):
        analysis = inner(vulnerability, "analysis")
        if analysis:
            yield from _justified(analysis, pointer_to(pointer, "analysis"))
            yield from _ordered(analysis, pointer_to(pointer, "analysis"))
            yield from _about_something(vulnerability, pointer)


def _justified(analysis: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    state, justification = text(analysis, "state"), text(analysis, "justification")
    if state == "not_affected":
        if justification is None and not (text(analysis, "detail") or "").strip():
            yield Complaint(
                rule="C018",
                pointer=pointer,
                message="`not_affected` is said without a `justification` or a `detail`",
                remedy="Add a `justification`, or say why in `detail`.",
                severity="warning",
            )
    elif justification is not None and (state is None or state in _STATES):
        said = "no `state`" if state is None else f"the state is {show(state)}"
        yield Complaint(
            rule="C018",
            pointer=pointer_to(pointer, "justification"),
            message=f"a `justification` says why something is not affected, but {said}",
            remedy="Remove the `justification`, or write `not_affected` as the state.",
            severity=None if state in _HARMFUL else "warning",
        )


def _ordered(analysis: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    first, last = text(analysis, "firstIssued"), text(analysis, "lastUpdated")
    if first is None or last is None:
        return
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    try:
        ordered = parse_rfc3339(first) <= parse_rfc3339(last)
    except InputError:
        return  # a matter of the schema
    if not ordered:
        yield Complaint(
            rule="C018",
            pointer=pointer_to(pointer, "lastUpdated"),
            message=f"the analysis was updated at {show(last)}, before it was first issued at {show(first)}",
            remedy="Correct one of the two.",
            severity="warning",
        )


def _about_something(vulnerability: "dict[str, Json]", pointer: str) -> Iterator[Complaint]:
    state = text(inner(vulnerability, "analysis"), "state")
    if state is not None and not vulnerability.get("affects"):
        yield Complaint(
            rule="C019",
            pointer=pointer,
            message=f"the analysis says {show(state)}, but `affects` names nothing that it is about",
            remedy="Add `affects` with the `bom-ref` of each component that it is about.",
        )


CHECKS = (analyses,)
