"""Policies in a verdict: what they see, what they said, and how it counts."""

from collections.abc import Iterable, Iterator, Mapping

from stella_git.budget import BudgetCheck, Unknown
from stella_git.budget.inputs import BudgetWaiver
from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.canon.record import record
from stella_git.policy import run as runner
from stella_git.policy.context import Context
from stella_git.policy.results import RuleResult, Run, Violation
from stella_git.policy.ruleset import Rules
from stella_git.policy.waivers import budget_waivers
from stella_git.verdict import views
from stella_git.verdict.findings import Finding
from stella_git.verdict.inputs import DecisionInputs
from stella_git.verdict.messages import Message, message

_WORDS = {"fail": "DENY", "warn": "WARN", "waived": "WAIVED", "audit": "AUDIT"}


@record(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision came to before policies are asked.

    Args:
        waived: waivers of findings, as the budgets counted them.
    """

    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]
    checks: tuple[BudgetCheck, ...]
    waived: tuple[BudgetWaiver, ...]
    as_of: Instant


def waivers_of_findings(
    inputs: DecisionInputs, rules: Rules | None, findings: Iterable[Finding], as_of: Instant
) -> tuple[BudgetWaiver, ...]:
    """Return the waivers that budgets count: live, approved, and about a finding that is there."""
    if rules is None or not rules.waivers:
        return ()
    rows = budget_waivers(
        rules.waivers,
        [finding.to_json() for finding in findings],
        rules.policies,
        context=_context(inputs, as_of),
        approved=inputs.approved,
        max_days=rules.max_waiver_days,
        needed=rules.waiver_approvals,
    )
    return tuple(
        BudgetWaiver(id=name, fp=fp, effective_from=begins, expires=ends) for name, fp, begins, ends in rows
    )


def ask(inputs: DecisionInputs, rules: Rules, facts: Facts) -> Run:
    """Return what the policies in force say.

    Raises:
        ConfigError: an expression, a message or a parameter is wrong.
    """
    origins = inputs.origins
    unmatched = views.unmatched_claims(facts.findings, inputs.claims, inputs.weights, facts.as_of)
    evidence = (
        *inputs.offered,
        *views.findings_evidence(
            facts.findings, inputs.sources.get("findings", ()), origin=origins.of_finding if origins else None
        ),
        *views.vex_evidence(
            facts.findings,
            inputs.sources.get("vex", ()),
            unmatched=unmatched,
            origin=origins.of_claim if origins else None,
        ),
        views.unknowns_evidence(facts.unknowns, origin=origins.of_unknown if origins else None),
        views.budget_evidence(facts.checks),
    )
    return runner.run(
        rules,
        _context(inputs, facts.as_of),
        evidence,
        approved=inputs.approved,
        orphans=inputs.orphans,
        used=frozenset(row.id for row in facts.waived),
        places=inputs.places,
    )


def _context(inputs: DecisionInputs, as_of: Instant) -> Context:
    return Context(
        environment=inputs.environment,
        stage=inputs.stage,
        as_of=as_of,
        ref=inputs.ref,
        subject=inputs.subject[0].name,
    )


def decision(run: Run) -> str:
    """Return what policies add to a decision; where none applies, budgets decide alone."""
    return run.decision if run.ran else "pass"


def rows(run: Run | None, waived: Iterable[BudgetWaiver]) -> tuple[Mapping[str, Json], ...]:
    """Return the waivers of a verdict: what each was applied to, violations and findings in budgets."""
    if run is None:
        return ()
    findings: dict[str, set[str]] = {}
    for row in waived:
        findings.setdefault(row.id, set()).add(row.fp)
    return tuple(
        {**row, "applied": sorted({*_texts(row["applied"]), *findings.get(str(row["id"]), ())})}
        for row in run.waivers
    )


def _texts(value: Json) -> Iterator[str]:
    assert isinstance(value, list)
    for item in value:
        yield str(item)


def messages(run: Run) -> Iterator[Message]:
    """Yield what to tell readers: every violation, every error, and notices about waivers."""
    for result in run.results:
        where = str(result.where)
        if result.fault is not None:
            fault = result.fault
            text = f"ERROR {result.name}  {fault.where}  {fault.message}"
            yield message(
                "policy-error", text, policy=result.policy.id, rule=result.rule.id, error=fault.code
            )
        for violation in result.violations:
            yield _said(result, violation, where.partition(" ")[0])
    for notice in run.notices:
        if notice["code"] != "no-rules":
            yield notice


def _said(result: RuleResult, violation: Violation, where: str) -> Message:
    text = f"{_WORDS[violation.status]} {result.name}  {where}  {violation.message}"
    members: dict[str, Json] = {"policy": result.policy.id, "rule": result.rule.id, "fp": violation.fp}
    if violation.waiver is not None:
        members["waiver"] = violation.waiver
    if violation.fix:
        members["fix"] = violation.fix
    if violation.notes:
        members["notes"] = list(violation.notes)
    return message("policy-violation", text, **members, status=violation.status)
