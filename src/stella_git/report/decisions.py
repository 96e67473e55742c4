"""A decision for services that show results: what policies said, and budgets as if they were rules."""

from typing import TYPE_CHECKING

from stella_git.canon.record import replace
from stella_git.policy import load
from stella_git.policy.context import Context
from stella_git.policy.model import Expression, Policy, Rule, Template
from stella_git.policy.results import RuleResult, Run, Violation, violation_fingerprint
from stella_git.report.policies.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.budget import Budget, BudgetCheck
    from stella_git.canon.reader import Json
    from stella_git.flows.decide import Answer
    from stella_git.policy.source import PolicyFile

FORMATS = ("sarif", "junit", "github", "gitlab", "markdown")
_MODES = {"audit": "audit", "block": "deny", "warn": "warn"}
_STATUSES = {"audit": ("pass", "audit"), "deny": ("fail", "fail"), "warn": ("warn", "warn")}
# Said by the rows of policies, waivers and budgets themselves.
_TOLD = ("policy-", "waiver-", "budget-exceeded")


def outcome(answer: "Answer") -> Outcome:
    """Return a decision as the renderers of policies take it."""
    book, decision, context = answer.in_force.rulebook, answer.decision, answer.context
    run = decision.run or Run(results=(), decision="pass", ran=0)
    files = {item.path: item.data for item in answer.located if item.role == "policy" and item.path}
    budgets = {budget.id: budget for budget in book.budgets}
    rows: list[RuleResult] = []
    for check in decision.checks:
        budget = budgets[_text(check.check["budget"], "id")]
        path = budget.path or budget.id
        rows += _rules(budget, check, load.plain(files.get(path, b"{}"), path=path), context.subject_name)
    notices: list[dict[str, Json]] = [
        {**message, "level": "error"}
        for message in decision.messages
        if not str(message["code"]).startswith(_TOLD)
    ]
    told = [notice for notice in run.notices if notice["code"] != "no-rules"]
    return Outcome(
        run=replace(
            run,
            results=(*rows, *run.results),
            notices=(*told, *notices),
            decision=decision.verdict.decision,
            ran=run.ran + len(rows),
        ),
        context=Context(
            environment=context.environment,
            stage=context.stage,
            as_of=context.as_of,
            ref=answer.ref,
            subject=context.subject_name,
        ),
        waivers={} if book.rules is None else {waiver.id: waiver for waiver in book.rules.waivers},
    )


def _rules(
    budget: "Budget", check: "BudgetCheck", file: "PolicyFile", subject: str
) -> "Iterator[RuleResult]":
    rows = check.check["checks"]
    assert isinstance(rows, list)
    mode = _MODES[budget.action]
    rules = {metric: _rule(metric) for metric in budget.limits}
    policy = Policy(
        id=budget.id,
        revision=budget.revision,
        title=budget.title or f"Risk budget {budget.id}",
        owner=budget.owner,
        severity="high",
        mode=mode,
        rules=tuple(rules.values()),
        file=file,
    )
    for row in rows:
        assert isinstance(row, dict)
        rule = rules[str(row["metric"])]
        over = row["state"] == "exhausted"
        yield RuleResult(
            policy=policy,
            rule=rule,
            mode=mode,
            effective_mode=mode,
            status=_STATUSES[mode][0] if over else "pass",
            violations=(_violation(policy, rule, row, check, subject),) if over else (),
            where=file.where(rule.pointer),
        )


def _rule(metric: str) -> Rule:
    pointer = f"/spec/limits/{metric.replace('.', '/')}"
    return Rule(
        id=metric,
        title=f"{metric} within its limit",
        condition=Expression(text="true", pointer=pointer),
        violation=Template(code="budget-exceeded", message=""),
        pointer=pointer,
    )


def _violation(
    policy: Policy, rule: Rule, row: "dict[str, Json]", check: "BudgetCheck", subject: str
) -> Violation:
    params: dict[str, Json] = {
        "used": row["used"],
        "limit": row["limit"],
        "drivers": [*check.drivers.get(rule.id, ())],
    }
    return Violation(
        fp=violation_fingerprint(policy.id, rule.id, subject, rule.id),
        key=rule.id,
        code="budget-exceeded",
        params=params,
        message=f"{rule.id} is {row['used']}, the limit is {row['limit']}",
        fix="Mend what counts in it, waive it, or ask its owner for another limit.",
        status=_STATUSES[policy.mode][1],
    )


def _text(value: "Json", name: str) -> str:
    assert isinstance(value, dict)
    return str(value[name])
