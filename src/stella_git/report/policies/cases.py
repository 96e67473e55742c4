"""What came of the cases of policies: for people, and as the problems that services show."""

from typing import TYPE_CHECKING

from stella_git.documents.problems import MESSAGE_LIMIT, Problem, clip
from stella_git.documents.validate import Validated
from stella_git.report.policies.outcome import shown
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.errors import Where
    from stella_git.policy.results import Violation
    from stella_git.policy.testing.compare import Mismatch
    from stella_git.policy.testing.runner import Dependence, Outcome, Tested
    from stella_git.policy.testing.session import Missing, Session

FORMATS = ("text", "json", "junit", "sarif", "github", "gitlab", "markdown")
FAILED, ORDER, TIME, MISSING = (
    "policy-test-failed",
    "policy-test-order",
    "policy-test-time",
    "policy-test-missing",
)
_MOST_VIOLATIONS = 5


def text(session: "Session", *, colour: bool = False) -> str:
    """Return the failures with what was expected and what came, then what is missing, then a summary."""
    lines: list[str] = []
    for tested, outcome in session.failures:
        head = f"{case_place(outcome)}  {tested.policy.id}: {outcome.case.name}"
        lines.append(f"{paint('FAIL', 'error', colour=colour)} {printable(head)}")
        lines += [f"  {printable(line)}" for line in details(outcome)]
        lines.append("")
    for each in session.missing:
        head = paint("MISSING", "error", colour=colour)
        lines.append(f"{head} {printable(f'{shown(missing_where(each))}  {missing_text(each)}')}")
        lines.append(f"  {printable(missing_remedy(each))}")
    if session.missing:
        lines.append("")
    style = "good" if session.ok else "error"
    lines.append(paint(summary(session), style, colour=colour))
    return "\n".join([*lines, ""])


def summary(session: "Session") -> str:
    """Return one line: how many cases of how many policies, and what is wrong."""
    done = f"{count(len(session.outcomes), 'case')} of {len(session.policies)} "
    done += "policy" if len(session.policies) == 1 else "policies"
    wrong = []
    if session.failures:
        wrong.append(f"{len(session.failures)} failed")
    if session.missing:
        wrong.append(f"{len(session.missing)} missing")
    tail = ", ".join(wrong) or "all as expected"
    return f"{done}: {tail}" + (" (only some were tried)" if session.partial else "")


def case_place(outcome: "Outcome") -> str:
    """Return ``path:line`` of a case."""
    return shown(outcome.suite.file.where(outcome.case.pointer))


def details(outcome: "Outcome") -> "Iterator[str]":
    """Yield what was wrong with a case: what was expected, what came, where, and what the parts were."""
    told: set[str] = set()
    for each in outcome.mismatches:
        yield from _mismatch(outcome, each)
        if each.result is not None and each.rule not in told:
            told.add(each.rule)
            yield from (f"    {line}" for line in outcome.values.get(each.rule, ()))
            yield from _violations(each.result.violations)
    yield from map(dependence_text, outcome.dependences)


def _mismatch(outcome: "Outcome", each: "Mismatch") -> "Iterator[str]":
    at = f"  {shown(each.result.where)}" if each.result is not None else ""
    yield f"{each.rule or 'decision'}{at}"
    yield f"  expected {each.expected}  ({shown(outcome.suite.file.where(each.pointer))})"
    yield f"  came     {each.came}"


def _violations(violations: "tuple[Violation, ...]") -> "Iterator[str]":
    from stella_git.policy.testing.compare import said

    for violation in violations[:_MOST_VIOLATIONS]:
        yield f"    {violation.status}: {violation.message}"
        yield f"      {said(violation)}"
        yield from (f"      {note}" for note in violation.notes)
    if len(violations) > _MOST_VIOLATIONS:
        yield f"    and {count(len(violations) - _MOST_VIOLATIONS, 'more violation')}"


def dependence_text(each: "Dependence") -> str:
    """Return in one sentence what should not matter, and does."""
    names = ", ".join(each.rules)
    verb = "depends" if len(each.rules) == 1 else "depend"
    if each.kind == "time":
        says = "it says" if len(each.rules) == 1 else "they say"
        otherwise = f"{says} something else a day later"
        return f"{names} {verb} on the time: {otherwise}; set asOf in the context of the case"
    return f"{names} {verb} on the order of {each.on}: sort it, or do not ask for places in it"


def missing_text(each: "Missing") -> str:
    """Return in one sentence what no case shows."""
    if each.what == "cases":
        return f"{each.policy.id}: there are no cases"
    return f"{each.policy.id}/{each.rule}: {'passes' if each.what == 'pass' else 'fires'} in no case"


def missing_remedy(each: "Missing") -> str:
    """Return what to do about something that no case shows."""
    if each.what == "cases":
        return "Write a file of the kind Test that names the policy."
    if each.what == "pass":
        return f"Add a case in which {each.rule} passes."
    return f"Add a case in which {each.rule} finds something: fail or warn."


def missing_where(each: "Missing") -> "Where":
    """Return the place in the policy of something that no case shows."""
    return each.policy.file.where(each.pointer)


def problems(session: "Session") -> tuple[Validated, ...]:
    """Return failures and what is missing as problems of the files that they are in, sorted by path."""
    rows = [row for tested, outcome in session.failures for row in _failures(tested, outcome)]
    rows += [
        _problem(MISSING, missing_where(each), missing_text(each), missing_remedy(each))
        for each in session.missing
    ]
    paths = sorted({row.path for row in rows})
    return tuple(
        Validated(
            path=path,
            format=None,
            value=None,
            problems=tuple(sorted((row for row in rows if row.path == path), key=_order)),
        )
        for path in paths
    )


def _order(problem: Problem) -> tuple[int, int, str, str]:
    return problem.line, problem.column, problem.rule, problem.message


def _failures(tested: "Tested", outcome: "Outcome") -> "Iterator[Problem]":
    name = f"{tested.policy.id}, {outcome.case.name}"
    for each in outcome.mismatches:
        what = each.rule or "decision"
        message = f"{name}: {what}: expected {each.expected}, came {each.came}"
        yield _problem(
            FAILED, outcome.suite.file.where(each.pointer), message, "Correct the policy or the case."
        )
    for dependence in outcome.dependences:
        rule = TIME if dependence.kind == "time" else ORDER
        where = outcome.suite.file.where(outcome.case.pointer)
        remedy = "Set asOf in the context of the case." if rule == TIME else "Sort it, or ask for no places."
        yield _problem(rule, where, f"{name}: {dependence_text(dependence)}", remedy)


def _problem(rule: str, where: "Where", message: str, remedy: str) -> Problem:
    return Problem(
        rule=rule,
        severity="error",
        path=where.path or "",
        line=where.line or 1,
        column=where.column or 1,
        pointer=where.pointer or "",
        message=clip(message, MESSAGE_LIMIT),
        remedy=remedy,
    )
