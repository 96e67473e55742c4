"""What came of the cases of policies, as Markdown: for a step summary, or a comment on a pull request."""

from typing import TYPE_CHECKING

from stella_git.report.markdown import code
from stella_git.report.policies.cases import (
    case_place,
    details,
    missing_remedy,
    missing_text,
    missing_where,
    summary,
)
from stella_git.report.policies.outcome import shown

if TYPE_CHECKING:
    from stella_git.policy.testing.session import Session

_MOST = 100


def render(session: "Session") -> str:
    """Return a heading that says how it went, and tables of failures and of what is missing."""
    lines = [f"### {'✅' if session.ok else '❌'} Policy tests: {summary(session)}", ""]
    failures = session.failures
    if failures:
        lines += ["| case | place | what |", "| --- | --- | --- |"]
        lines += [
            f"| {code(f'{tested.policy.id}: {outcome.case.name}')} | {code(case_place(outcome))} | "
            f"{'<br>'.join(code(line.strip()) for line in details(outcome))} |"
            for tested, outcome in failures[:_MOST]
        ]
        lines += [f"\nAnd {len(failures) - _MOST} more." for _ in failures[_MOST : _MOST + 1]]
        lines.append("")
    if session.missing:
        lines += ["| missing | place | what to do |", "| --- | --- | --- |"]
        lines += [
            f"| {code(missing_text(each))} | {code(shown(missing_where(each)))} "
            f"| {code(missing_remedy(each))} |"
            for each in session.missing[:_MOST]
        ]
        lines += [f"\nAnd {len(session.missing) - _MOST} more." for _ in session.missing[_MOST : _MOST + 1]]
        lines.append("")
    return "\n".join(lines)
