"""Why a rule says what it says, as JSON of the schema ``stella.policy-explanation/1``.

Source: ``schemas/stella/policy-explanation.v1.schema.json``.
"""

from typing import TYPE_CHECKING

from stella_git.policy.cel import EvalError, written
from stella_git.report.policies.asjson import context_json, said_json, why_json
from stella_git.report.policies.outcome import place_json, waive_command
from stella_git.report.problems import representable, unicode_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.canon.reader import Json
    from stella_git.policy.cel import Trace
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence, Source
    from stella_git.policy.explain import Element, Explanation, Need
    from stella_git.policy.results import RuleResult

SCHEMA = "stella.policy-explanation/1"
_VALUE = 1_000


def render(explanations: "Sequence[Explanation]", context: "Context") -> "Json":
    """Return explanations as JSON of the schema ``stella.policy-explanation/1``.

    Args:
        explanations: of one rule each.
        context: of the run.
    """
    return {
        "schema": SCHEMA,
        "context": context_json(context),
        "rules": [_rule_json(each) for each in explanations],
    }


def _rule_json(explanation: "Explanation") -> "Json":
    result = explanation.result
    policy = result.policy
    row: dict[str, Json] = {
        "policy": policy.id,
        "rule": result.rule.id,
        "revision": policy.revision,
        "digest": policy.file.digest,
        "title": result.rule.title or policy.title,
        "status": result.status,
        "mode": result.mode,
        "effectiveMode": result.effective_mode,
        "severity": policy.severity,
        "owner": policy.owner,
        "controls": list(policy.controls),
        "place": place_json(result.where),
        "evidence": [_need_json(need) for need in explanation.needs],
        "lets": [{"name": name, "tree": tree_json(trace)} for name, trace in explanation.lets],
        "elements": [_element_json(result, element) for element in explanation.elements],
        "more": explanation.more,
    }
    if explanation.source is not None:
        row["source"] = tree_json(explanation.source)
    return row | why_json(result)


def _need_json(need: "Need") -> "Json":
    asked, selection = need.requirement, need.selection
    row: dict[str, Json] = {
        "as": asked.name,
        "predicateType": asked.predicate_type,
        "min": asked.minimum,
        "max": asked.maximum,
        "selected": [],
        "refused": [],
        "others": [_evidence_json(item) for item in need.others],
    }
    if asked.versions is not None:
        row["versions"] = list(asked.versions)
    if selection is not None:
        row["selected"] = [_evidence_json(item) for item in selection.chosen]
        row["refused"] = [
            {**_evidence_json(item), "reason": unicode_text(reason)} for item, reason in selection.refused
        ]
        row["enough"] = selection.enough
    return row


def _evidence_json(item: "Evidence") -> "dict[str, Json]":
    return {"version": item.version, "sources": [_source_json(source) for source in item.sources]}


def _source_json(source: "Source") -> "Json":
    row = source.to_json()
    if source.path is not None:
        row["path"] = representable(source.path)
    return row


def _element_json(result: "RuleResult", element: "Element") -> "Json":
    row: dict[str, Json] = {"key": element.key, "fp": element.fp}
    if element.condition is not None:
        row["tree"] = tree_json(element.condition)
    violation = element.violation
    if violation is not None:
        row |= said_json(violation)
        row["params"] = [{"name": name, "tree": tree_json(trace)} for name, trace in element.params]
        row["waive"] = waive_command(result, violation)
    return row


def tree_json(trace: "Trace") -> "list[Json]":
    """Return the parts of an expression, each before its own, with values as the language writes them."""
    rows: list[Json] = []
    pending = [(trace.steps(), 0)]
    while pending:
        step, depth = pending.pop()
        row: dict[str, Json] = {
            "depth": depth,
            "text": unicode_text(step.text),
            "line": step.line,
            "column": step.column,
            "times": step.times,
        }
        if isinstance(step.last, EvalError):
            row["error"] = unicode_text(step.last.message)
        elif step.times:
            row["value"] = written(step.last, limit=_VALUE)
        rows.append(row)
        pending += [(part, depth + 1) for part in reversed(step.parts)]
    return rows
