"""Missing elements as complaints, beside those of other rules."""

from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stella_git.documents.context import Subject
    from stella_git.documents.elements.model import Judgement, Outcome

_NOBODY = {
    "component": "the document lists no component, so it",
    "document": "the document",
    "root": "the document does not say which component it is about, so it",
}


def complaints(subject: "Subject", profile_ids: "Iterable[str]") -> "Iterator[Complaint]":
    """Return a complaint for every element that something in an SBOM lacks; none for other documents.

    The rule is ``E-PROFILE-ELEMENT``, the pointer that of the component, "" for the document.

    Args:
        subject: the document.
        profile_ids: profiles that come with the program.

    Raises:
        UsageError: ``elements-profile-unknown``.
    """
    from stella_git.documents.elements.beside import read_beside
    from stella_git.documents.elements.judge import judge
    from stella_git.documents.elements.load import find
    from stella_git.documents.inventory import read

    profiles = [find(name) for name in profile_ids]
    if "sbom" not in subject.format.roles:
        return
    inventory = read(subject.value, subject.format)
    beside = read_beside(subject.value, subject.format, inventory)
    for profile in profiles:
        judgement = judge(inventory, profile, beside)
        for outcome in judgement.outcomes:
            yield from _missing(judgement, outcome)


def _missing(judgement: "Judgement", outcome: "Outcome") -> "Iterator[Complaint]":
    element = outcome.element
    name = judgement.profile.rule(element)
    asked = f"`{element.title}`, which {judgement.profile.id} calls {element.level.title.lower()}"
    for pointer in outcome.missing:
        yield Complaint(
            rule=name,
            pointer=pointer,
            message=f"{who(judgement, outcome, pointer)} lacks {asked}",
            remedy=element.remedy,
            severity=element.level.severity,
        )


def who(judgement: "Judgement", outcome: "Outcome", pointer: str) -> str:
    """Return who lacks an element, for a message."""
    from stella_git.documents.wording import show

    if not pointer:
        return _NOBODY[outcome.element.scope]
    name = judgement.names.get(pointer, "")
    return f"the component {show(name)}" if name else "a component without a name"
