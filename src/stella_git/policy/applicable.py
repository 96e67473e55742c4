"""Before any expression runs: does the policy apply here, and is the evidence there?"""

from typing import TYPE_CHECKING, Final

from stella_git.canon.globs import glob_matches
from stella_git.policy.results import Violation, violation_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.policy.context import Context
    from stella_git.policy.model import Match
    from stella_git.policy.select import Selection

MISSING: Final = "evidence-missing"
"""Code of the violation of a rule whose evidence is not there."""


def elsewhere(match: "Match", context: "Context") -> str:
    """Return why a policy is not for a context; "" if it is.

    Args:
        match: where the policy applies.
        context: where it is asked; with ref and subject, if the policy asks for them.
    """
    if match.stages is not None and context.stage not in match.stages:
        return f"it is for {_listing(match.stages)}, not the stage {context.stage}"
    if match.environments is not None and context.environment not in match.environments:
        return f"it is for {_listing(match.environments)}, not the environment {context.environment}"
    if match.refs is not None and not glob_matches(context.ref or "", match.refs):
        return f"it is for {_listing(match.refs)}, not {context.ref}"
    if match.subjects is not None and not glob_matches(context.subject or "", match.subjects):
        return f"it is for {_listing(match.subjects)}, not {context.subject}"
    return ""


def _listing(words: "Iterable[str]") -> str:
    return ", ".join(words)


def absent(policy: str, rule: str, selection: "Selection", subject: str | None, *, status: str) -> Violation:
    """Return the violation of a rule whose evidence is not there.

    Args:
        policy: id.
        rule: id.
        selection: of a requirement that found too little.
        subject: name of the subject, or None.
        status: of violations in the mode that counts: ``fail``, ``warn`` or ``audit``.
    """
    need = selection.requirement
    key = f"requires/{need.name}"
    wanted = need.predicate_type
    if need.versions is not None:
        wanted += f" ({_listing(need.versions)})"
    return Violation(
        fp=violation_fingerprint(policy, rule, subject, key),
        key=key,
        code=MISSING,
        params={"as": need.name, "predicateType": need.predicate_type, "reason": selection.reason},
        message=f"there is not enough evidence {need.name}: {wanted}: {selection.reason}",
        fix="Add it, have it signed, or renew it.",
        status="warn" if need.on_missing == "warn" and status == "fail" else status,
    )


def nothing(policy: str, rule: str, item: str, subject: str | None, *, status: str) -> Violation:
    """Return the violation of a rule whose list is empty, and that says that this violates it.

    Args:
        policy: id.
        rule: id.
        item: name of an element.
        subject: name of the subject, or None.
        status: of violations in the mode that counts.
    """
    return Violation(
        fp=violation_fingerprint(policy, rule, subject, "empty"),
        key="empty",
        code="list-empty",
        params={"item": item},
        message=f"there is no {item} at all",
        status=status,
    )
