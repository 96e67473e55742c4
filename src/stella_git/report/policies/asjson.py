"""Results of policies as JSON of the schema ``stella.policy-report/1``.

Source: ``schemas/stella/policy-report.v1.schema.json``.
"""

from typing import TYPE_CHECKING

from stella_git.report.policies.outcome import place_json
from stella_git.report.problems import unicode_text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.policy.context import Context
    from stella_git.policy.results import Fault, RuleResult, Violation
    from stella_git.report.policies.outcome import Outcome

SCHEMA = "stella.policy-report/1"


def render(outcome: "Outcome") -> "dict[str, Json]":
    """Return the report."""
    run = outcome.run
    report: dict[str, Json] = {
        "schema": SCHEMA,
        "decision": outcome.decision,
        "context": context_json(outcome.context),
        "ran": run.ran,
        "policies": list(run.policies),
        "results": [_result(outcome, result) for result in run.results],
        "waivers": list(run.waivers),
        "notices": list(run.notices),
    }
    if outcome.compared is not None:
        report["baseline"] = {
            "newOnly": outcome.new_only,
            "decision": outcome.compared.decision,
            "known": len(outcome.compared.known),
            "gone": [entry.to_json() for entry in outcome.compared.gone],
            "unasked": [entry.to_json() for entry in outcome.compared.unasked],
        }
    return report


def context_json(context: "Context") -> "dict[str, Json]":
    """Return the context of a run; what is not known is absent."""
    row: dict[str, Json] = {
        "asOf": str(context.as_of),
        "environment": unicode_text(context.environment),
        "stage": context.stage,
    }
    if context.ref is not None:
        row["ref"] = unicode_text(context.ref)
    if context.subject is not None:
        row["subject"] = unicode_text(context.subject)
    return row


def _result(outcome: "Outcome", result: "RuleResult") -> "dict[str, Json]":
    row: dict[str, Json] = {
        "policy": result.policy.id,
        "rule": result.rule.id,
        "title": result.rule.title or result.policy.title,
        "status": result.status,
        "mode": result.mode,
        "effectiveMode": result.effective_mode,
        "severity": result.policy.severity,
        "owner": result.policy.owner,
        "controls": list(result.policy.controls),
        "place": place_json(result.where),
        "violations": [_violation(outcome, result, violation) for violation in result.violations],
    }
    return row | why_json(result)


def why_json(result: "RuleResult") -> "dict[str, Json]":
    """Return why a rule does not apply, or could not be asked; empty for others."""
    row: dict[str, Json] = {}
    if result.reason:
        row["reason"] = unicode_text(result.reason)
    if result.fault is not None:
        row["fault"] = _fault(result.fault)
    return row


def _fault(fault: "Fault") -> "dict[str, Json]":
    row: dict[str, Json] = {
        "code": fault.code,
        "message": unicode_text(fault.message),
        "place": place_json(fault.where),
    }
    if fault.remedy:
        row["remedy"] = unicode_text(fault.remedy)
    return row


def _violation(outcome: "Outcome", result: "RuleResult", violation: "Violation") -> "dict[str, Json]":
    row: dict[str, Json] = {
        "fp": violation.fp,
        "key": violation.key,
        "code": violation.code,
        "params": violation.params,
        **said_json(violation),
    }
    if outcome.compared is not None:
        row["baseline"] = "known" if outcome.known(result, violation) else "new"
    return row


def said_json(violation: "Violation") -> "dict[str, Json]":
    """Return what is said of a violation: its status, what to do, who lifts it, and what it was seen in."""
    row: dict[str, Json] = {
        "status": violation.status,
        "message": unicode_text(violation.message),
        "notes": [unicode_text(note) for note in violation.notes],
        "digests": list(violation.digests),
    }
    if violation.fix:
        row["fix"] = unicode_text(violation.fix)
    if violation.waiver is not None:
        row["waiver"] = violation.waiver
    if violation.evidence is not None:
        row["evidence"] = place_json(violation.evidence)
    return row
