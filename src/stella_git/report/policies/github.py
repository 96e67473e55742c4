"""Results of policies as annotations of GitHub Actions; `stella_git.report.github` has the escapes."""

from typing import TYPE_CHECKING

from stella_git.errors import Where
from stella_git.report.github import command
from stella_git.report.policies.outcome import because, level, place
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.results import RuleResult, Violation
    from stella_git.report.policies.outcome import Outcome

_COMMANDS = {"audit": "notice", "fail": "error", "known": "notice", "waived": "notice", "warn": "warning"}


def render(outcome: "Outcome") -> str:
    """Return one workflow command for each violation, each rule that could not be asked, and warnings.

    What denies comes first: of each kind, a runner shows no more than ten of a step.
    """
    found = [_fault(result) for result in outcome.run.results if result.fault is not None]
    order = list(dict.fromkeys(("error", "warning", *sorted(_COMMANDS.values()))))
    rows = sorted(outcome.rows(), key=lambda row: order.index(_COMMANDS[row[2]]))
    found += [_violation(result, violation, _COMMANDS[state]) for result, violation, state in rows]
    for notice in outcome.run.notices:
        if level(notice) != "note":
            text = printable(str(notice.get("text", "")))
            found.append(command(level(notice), text, title=str(notice.get("code", "")), where=_of(notice)))
    return "".join(found)


def _of(notice: "Mapping[str, Json]") -> Where:
    path = notice.get("path")
    return Where(path if isinstance(path, str) else None)


def _fault(result: "RuleResult") -> str:
    assert result.fault is not None
    fault = result.fault
    message = f"{printable(fault.message)}\n{printable(fault.remedy)}"
    return command("error", message, title=f"{result.name} could not be asked", where=fault.where)


def _violation(result: "RuleResult", violation: "Violation", name: str) -> str:
    lines = [printable(violation.message)]
    if violation.params:
        lines.append(because(violation))
    lines += [printable(text) for text in (violation.fix, *violation.notes) if text]
    lines.append(f"owner {printable(result.policy.owner)}, {violation.fp}")
    return command(name, "\n".join(lines), title=result.name, where=_place(result, violation))


def _place(result: "RuleResult", violation: "Violation") -> Where:
    """Return the place in the evidence, or that of the rule for evidence that is not of the repository."""
    from pathlib import PurePath

    where = place(result, violation)
    path = PurePath(where.path or "")
    return result.where if path.is_absolute() or ".." in path.parts else where
