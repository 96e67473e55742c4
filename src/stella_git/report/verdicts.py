"""Verdicts and budgets for the terminal."""

from typing import TYPE_CHECKING

from stella_git.report.text import paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.budget.check import BudgetCheck
    from stella_git.canon.reader import Json
    from stella_git.flows.attest import Stored
    from stella_git.flows.decide import Answer
    from stella_git.verdict.decide import Finding
    from stella_git.verdict.lattice import Weighed

STYLES = {"pass": "good", "warn": "warning", "fail": "error", "error": "error"}
_STATES = {"green": "good", "yellow": "warning", "red": "error", "exhausted": "error"}
_BAR = 20
_FINDINGS_SHOWN = 20


def decision_text(answer: "Answer", *, colour: bool) -> str:
    """Return what a person needs to know about a verdict: the decision, why, and what it was made from."""
    lines = _head_lines(answer, colour=colour)
    for check in answer.decision.checks:
        lines += ["", *_budget_lines(check, colour=colour)]
    lines += _policy_lines(answer, colour=colour)
    if answer.decision.findings:
        lines += [
            "",
            paint("findings", "bold", colour=colour),
            *_finding_lines(answer.decision.findings, colour=colour),
        ]
    reasons = [
        str(message.get("text", ""))
        for message in answer.decision.messages
        if not str(message.get("code", "")).startswith(("policy-", "waiver-"))
    ]
    if reasons:
        lines += ["", paint("why", "bold", colour=colour), *(f"  {printable(text)}" for text in reasons)]
    lines += ["", paint("made from", "bold", colour=colour), *_input_lines(answer)]
    return "\n".join(lines) + "\n"


def _policy_lines(answer: "Answer", *, colour: bool) -> "list[str]":
    run, rules = answer.decision.run, answer.in_force.rulebook.rules
    if run is None or rules is None:
        return []
    from stella_git.policy.context import Context
    from stella_git.report.policies.outcome import Outcome
    from stella_git.report.policies.text import render

    context = Context(
        environment=answer.context.environment, stage=answer.context.stage, as_of=answer.context.as_of
    )
    outcome = Outcome(run=run, context=context, waivers={waiver.id: waiver for waiver in rules.waivers})
    said = render(outcome, colour=colour).rstrip("\n").splitlines()
    return ["", paint("policies", "bold", colour=colour), *(f"  {line}".rstrip() for line in said)]


def _input_lines(answer: "Answer") -> "Iterator[str]":
    for item in sorted(answer.located, key=lambda item: (item.role, item.name)):
        yield f"  {item.role:<10} {item.digest[:19]}  {printable(item.name)}"
    yield f"  {'rules':<10} commit {answer.in_force.commit[:12]}"


def _finding_lines(findings: "tuple[Finding, ...]", *, colour: bool) -> "Iterator[str]":
    for finding in findings[:_FINDINGS_SHOWN]:
        effective = finding.resolution.effective
        counts = effective in {"affected", "conflict", "unknown"}
        state = paint(f"{effective:<12}", "error" if counts else "good", colour=colour)
        fix = f"  fixed in {printable(finding.fixed_version)}" if finding.fixed_version else ""
        yield f"  {finding.severity:<8} {state} {printable(finding.id)}  {printable(finding.purl)}{fix}"
        for claim in finding.resolution.claims:
            yield paint(f"           vex {_claim_text(claim)}", "dim", colour=colour)
    if len(findings) > _FINDINGS_SHOWN:
        yield f"  and {len(findings) - _FINDINGS_SHOWN} more (--format json)"


def _claim_text(weighed: "Weighed") -> str:
    claim = weighed.claim
    why = f": {weighed.why}" if weighed.why else ""
    return printable(f"{claim.status} by {claim.issuer}, weight {weighed.weight}{why}")


def budget_text(check: "BudgetCheck", *, colour: bool) -> str:
    """Return one budget check as a small table."""
    return "\n".join(_budget_lines(check, colour=colour)) + "\n"


def _budget_lines(check: "BudgetCheck", *, colour: bool) -> "Iterator[str]":
    budget, rows = check.check["budget"], check.check["checks"]
    assert isinstance(budget, dict)
    assert isinstance(rows, list)
    title = paint("budget", "bold", colour=colour) + f" {printable(str(budget['id']))}"
    result = paint(check.result.upper(), STYLES[check.result], colour=colour)
    yield f"{title}  {result}  {paint(check.check_id, 'dim', colour=colour)}"
    for row in rows:
        assert isinstance(row, dict)
        yield _metric_line(row, colour=colour)
    for metric, names in _drivers(check.check).items():
        yield f"  {metric} over its limit because of {', '.join(printable(name) for name in names)}"


def _metric_line(row: "Mapping[str, Json]", *, colour: bool) -> str:
    used, limit, state = row["used"], row["limit"], str(row["state"])
    assert isinstance(used, int)
    assert isinstance(limit, int)
    filled = _BAR if used > limit else (used * _BAR // limit if limit else 0)
    bar = paint("#" * filled + "." * (_BAR - filled), _STATES[state], colour=colour)
    return f"  {row['metric']!s:<28} {used:>5} of {limit:<5} {bar} {state}"


def _drivers(check: "Mapping[str, Json]") -> "dict[str, list[str]]":
    violations = check["violations"]
    assert isinstance(violations, list)
    found: dict[str, list[str]] = {}
    for row in violations:
        assert isinstance(row, dict)
        drivers = row["drivers"]
        assert isinstance(drivers, list)
        found[str(row["metric"])] = [str(name) for name in drivers]
    return found


def _head_lines(answer: "Answer", *, colour: bool) -> "list[str]":
    verdict = answer.decision.verdict
    word = paint(verdict.decision.upper(), STYLES[verdict.decision], colour=colour)
    return [
        f"{word}  {answer.context.environment}  commit {answer.commit.id[:12]}  as of {answer.context.as_of}",
        paint(verdict.verdict_id, "dim", colour=colour),
    ]


def attested_text(answer: "Answer", stored: "Stored", *, colour: bool) -> str:
    """Return what was attested, why if it was denied, and where it went."""
    lines = _head_lines(answer, colour=colour)
    lines += [f"  {printable(str(message.get('text', '')))}" for message in answer.decision.messages]
    if stored.created:
        lines += [f"signed  {stored.envelope}", f"stored  {stored.ref}"]
    else:
        lines.append(f"already attested: {stored.envelope}")
    return "\n".join(lines) + "\n"
