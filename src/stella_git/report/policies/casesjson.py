"""What came of the cases of policies, as JSON.

Source: ``schemas/stella/policy-tests-report.v1.schema.json``.
"""

from typing import TYPE_CHECKING

from stella_git.report.policies.cases import missing_where
from stella_git.report.policies.outcome import place_json
from stella_git.report.problems import unicode_text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.policy.testing.compare import Mismatch
    from stella_git.policy.testing.runner import Outcome, Tested
    from stella_git.policy.testing.session import Missing, Session


def as_json(session: "Session") -> "dict[str, Json]":
    """Return every case and what came of it, what is missing, and a summary."""
    return {
        "schema": "stella.policy-tests-report/1",
        "cases": [_case(tested, outcome) for tested, outcome in session.outcomes],
        "missing": [_missing(each) for each in session.missing],
        "summary": {
            "cases": len(session.outcomes),
            "failed": len(session.failures),
            "missing": len(session.missing),
            "ok": session.ok,
            "partial": session.partial,
            "policies": len(session.policies),
        },
    }


def _case(tested: "Tested", outcome: "Outcome") -> "dict[str, Json]":
    return {
        "policy": tested.policy.id,
        "name": unicode_text(outcome.case.name),
        "place": place_json(outcome.suite.file.where(outcome.case.pointer)),
        "ok": outcome.ok,
        "decision": outcome.run.decision,
        "rules": {result.rule.id: result.status for result in outcome.run.results},
        "mismatches": [_mismatch(outcome, each) for each in outcome.mismatches],
        "dependences": [
            {"kind": each.kind, "on": unicode_text(each.on), "rules": list(each.rules)}
            for each in outcome.dependences
        ],
        "timed": list(outcome.timed),
    }


def _mismatch(outcome: "Outcome", each: "Mismatch") -> "dict[str, Json]":
    row: dict[str, Json] = {
        "expected": unicode_text(each.expected),
        "came": unicode_text(each.came),
        "place": place_json(outcome.suite.file.where(each.pointer)),
    }
    if each.rule:
        row["rule"] = each.rule
    if lines := outcome.values.get(each.rule):
        row["values"] = [unicode_text(line) for line in lines]
    return row


def _missing(each: "Missing") -> "dict[str, Json]":
    row: dict[str, Json] = {
        "policy": each.policy.id,
        "what": each.what,
        "place": place_json(missing_where(each)),
    }
    if each.rule:
        row["rule"] = each.rule
    return row
