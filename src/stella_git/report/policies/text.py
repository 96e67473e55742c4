"""Results of policies for people: what is denied first by its name and place, then why, and what to do."""

from typing import TYPE_CHECKING

from stella_git.report.policies.outcome import because, counts, level, shown, waive_command, waived_by
from stella_git.report.problems import leading
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.results import RuleResult, Violation
    from stella_git.report.policies.outcome import Outcome

_WORDS = {"fail": "DENY", "warn": "WARN", "waived": "WAIVED", "audit": "AUDIT", "known": "KNOWN"}
_STYLES = {"fail": "error", "warn": "warning", "waived": "info", "audit": "dim", "known": "dim"}
DECIDED = {"pass": "good", "warn": "warning", "fail": "error", "error": "error"}
_COUNTED = (
    ("fail", "denied"),
    ("warn", "warned"),
    ("waived", "waived"),
    ("known", "known"),
    ("audit", "recorded"),
)
_ORDER = [state for state, _ in _COUNTED]
_NOTICES = {"error": "error", "note": "info", "warning": "warning"}
_ENTRIES_SHOWN = 20


def render(outcome: "Outcome", *, colour: bool = False, verbose: bool = False) -> str:
    """Return the report.

    Args:
        outcome: what came out.
        colour: whether to use colour.
        verbose: whether to list rules that pass or do not apply, one by one.
    """
    lines: list[str] = []
    for result in outcome.run.results:
        if result.fault is not None:
            lines += [*_fault_lines(result, colour=colour), ""]
        for state, violation in _sorted(outcome, result):
            lines += [*_violation_lines(outcome, result, violation, state, colour=colour), ""]
    if verbose:
        quiet = [line for result in outcome.run.results for line in _quiet_line(result, colour=colour)]
        lines += [*quiet, ""] if quiet else []
    notices = [_notice(notice, colour=colour) for notice in outcome.run.notices]
    lines += [*notices, ""] if notices else []
    lines += _baseline_lines(outcome)
    return "\n".join([*lines, _summary(outcome, colour=colour), ""])


def _notice(notice: "Mapping[str, Json]", *, colour: bool) -> str:
    found = level(notice)
    word = paint(f"{found}:", _NOTICES[found], colour=colour)
    return f"{word} {printable(str(notice.get('text', '')))}"


def _sorted(outcome: "Outcome", result: "RuleResult") -> "list[tuple[str, Violation]]":
    """Return violations with their states as they are read: by state, then by place in the evidence."""

    def order(row: "tuple[str, Violation]") -> tuple[int, str, int, str]:
        state, violation = row
        where = violation.evidence
        path, line = ("", 0) if where is None else (where.path or "", where.line or 0)
        return _ORDER.index(state), path, line, str(violation.key)

    rows = [(outcome.state(result, violation), violation) for violation in result.violations]
    return sorted(rows, key=order)


def _violation_lines(
    outcome: "Outcome", result: "RuleResult", violation: "Violation", state: str, *, colour: bool
) -> "Iterator[str]":
    word = paint(_WORDS[state], _STYLES[state], colour=colour)
    name = paint(result.name, "bold", colour=colour)
    yield f"{word} {name}  {leading(shown(result.where))}  {printable(violation.message)}"
    details: list[tuple[str, str]] = []
    if violation.params:
        details.append(("why", because(violation)))
    if violation.evidence is not None:
        details.append(("seen", shown_in(violation)))
    if violation.fix and state != "waived":
        details.append(("fix", printable(violation.fix)))
    details.append(("owner", printable(result.policy.owner)))
    if violation.waiver is not None:
        details.append(("waived" if state == "waived" else "eased", waived_by(outcome, violation)))
    details += [("note", printable(note)) for note in violation.notes]
    if result.effective_mode != result.mode and result.policy.effective_on is not None:
        details.append(("note", f"denies from {result.policy.effective_on} on; until then it warns"))
    if state in {"fail", "warn"} and violation.waiver is None:
        details.append(("waive", waive_command(result, violation)))
    yield from _indented(details, colour=colour)


def shown_in(violation: "Violation") -> str:
    """Return the place in the evidence with its JSON Pointer; "" where nobody knows it."""
    where = violation.evidence
    if where is None:
        return ""
    return shown(where) + (f" [{printable(where.pointer)}]" if where.pointer else "")


def _fault_lines(result: "RuleResult", *, colour: bool) -> "Iterator[str]":
    assert result.fault is not None
    fault = result.fault
    where = fault.where
    place = shown(where) + (f":{where.column}" if where.line is not None and where.column is not None else "")
    word = paint("ERROR", "error", colour=colour)
    name = paint(result.name, "bold", colour=colour)
    yield f"{word} {name}  {leading(place)}  {printable(fault.message)} [{printable(fault.code)}]"
    details = [("remedy", printable(fault.remedy))] if fault.remedy else []
    details.append(("owner", printable(result.policy.owner)))
    yield from _indented(details, colour=colour)


def _indented(details: list[tuple[str, str]], *, colour: bool) -> "Iterator[str]":
    for label, text in details:
        yield f"  {paint(f'{label:<6}', 'dim', colour=colour)} {text}"


def _quiet_line(result: "RuleResult", *, colour: bool) -> "Iterator[str]":
    if result.status == "pass":
        yield f"{paint('PASS', 'good', colour=colour)} {result.name}  {leading(shown(result.where))}"
    elif result.status == "not_applicable":
        word = paint("NOT APPLICABLE", "dim", colour=colour)
        yield f"{word} {result.name}  {leading(shown(result.where))}  {printable(result.reason)}"


def _baseline_lines(outcome: "Outcome") -> "Iterator[str]":
    gone = outcome.compared.gone if outcome.compared is not None else ()
    if not gone:
        return
    yield f"{count(len(gone), 'violation')} of the baseline no longer there; take these out of it:"
    for entry in gone[:_ENTRIES_SHOWN]:
        yield f"  {entry.fp} {entry.policy}/{entry.rule}"
    if len(gone) > _ENTRIES_SHOWN:
        yield f"  and {len(gone) - _ENTRIES_SHOWN} more (--format json)"
    yield ""


def _summary(outcome: "Outcome", *, colour: bool) -> str:
    found = counts(outcome)
    parts = [f"{found[state]} {word}" for state, word in _COUNTED if found[state]]
    rules = f"{count(outcome.run.ran, 'rule')} asked, {found['pass']} passed"
    if found["error"]:
        rules += f", {found['error']} could not be answered"
    decided = paint(outcome.decision.upper(), DECIDED[outcome.decision], colour=colour)
    why = "" if outcome.run.ran else " (no rule was asked, and that is an error)"
    context = f"{printable(outcome.context.environment)}, {outcome.context.stage}, {outcome.context.as_of}"
    violations = f"; violations: {', '.join(parts)}" if parts else ""
    # apart from what was asked: the numbers before it add up without it
    rest = f"; {found['not_applicable']} not applicable" if found["not_applicable"] else ""
    return f"{decided}{why}  {context}: {rules}{violations}{rest}"
