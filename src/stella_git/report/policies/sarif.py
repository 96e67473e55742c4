"""Results of policies as SARIF 2.1.0, for code scanning services and editors.

A rule that could not be asked is a notification of the run, as the standard has it, and a result as well:
services show results only, and what denies must not look clean there.

Source: SARIF 2.1.0 sections 3.20, 3.27, 3.35, 3.49 and 3.58.
"""

from typing import TYPE_CHECKING, Final

from stella_git.canon.digest import of_json
from stella_git.report.policies.outcome import level, place, waived_by
from stella_git.report.problems import unicode_text
from stella_git.report.sarif import SCHEMA, plain, uri
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.results import Fault, RuleResult, Violation
    from stella_git.report.policies.outcome import Outcome

# Named after what they are of, with a version, as section 3.27.17 asks.
VIOLATION: Final = "stellaViolation/v1"
FAULT: Final = "stellaPolicyFault/v1"
_LEVELS: Final = {"audit": "note", "fail": "error", "warn": "warning"}
_MODES: Final = {"audit": "note", "deny": "error", "warn": "warning"}
# What services that read ``security-severity`` call critical, high, medium and low.
_SEVERITIES: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}


def render(outcome: "Outcome", *, version: str) -> "dict[str, Json]":
    """Return a SARIF log of one run.

    Args:
        outcome: what came out.
        version: version of this tool.
    """
    results = outcome.run.results
    index = {result.name: position for position, result in enumerate(results)}
    driver: Json = {"name": "stella", "version": version, "rules": [_rule(result) for result in results]}
    run: Json = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"stella-policy/{_segment(outcome.context.environment)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(outcome, index)],
        "results": [row for result in results for row in _results(outcome, result, index[result.name])],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _segment(text: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in text)


def _rule(result: "RuleResult") -> "Json":
    policy, rule = result.policy, result.rule
    title = rule.title or policy.title
    properties: dict[str, Json] = {
        "owner": policy.owner,
        "precision": "very-high",
        "severity": policy.severity,
        "tags": ["security", *policy.controls],
    }
    if policy.severity in _SEVERITIES:
        properties["security-severity"] = _SEVERITIES[policy.severity]
    return {
        "id": result.name,
        "shortDescription": {"text": _text(title)},
        "fullDescription": {"text": _text(policy.description or policy.title)},
        "help": {"text": _text(rule.violation.fix or f"Ask {policy.owner}, who answers for {policy.id}.")},
        "defaultConfiguration": {"level": _MODES[result.effective_mode]},
        "properties": properties,
    }


def _invocation(outcome: "Outcome", index: "dict[str, int]") -> "Json":
    notices = [
        _notification(result, result.fault, index[result.name])
        for result in outcome.run.results
        if result.fault is not None
    ]
    notices += [
        {
            "descriptor": {"id": str(notice.get("code", "notice"))},
            "level": level(notice),
            "message": {"text": _text(str(notice.get("text", "")))},
        }
        for notice in outcome.run.notices
    ]
    row: dict[str, Json] = {
        "executionSuccessful": outcome.decision != "error",
        "exitCode": int(outcome.decision in {"error", "fail"}),
    }
    if notices:
        row["toolExecutionNotifications"] = notices
    return row


def _notification(result: "RuleResult", fault: "Fault", index: int) -> "Json":
    return {
        "associatedRule": {"id": result.name, "index": index},
        "descriptor": {"id": fault.code},
        "level": "error",
        "locations": [_location(fault.where)],
        "message": {"text": _fault_text(fault)},
    }


def _results(outcome: "Outcome", result: "RuleResult", index: int) -> "Iterator[Json]":
    if result.fault is not None:
        yield _fault_result(outcome, result, result.fault, index)
    for violation in result.violations:
        yield _violation_result(outcome, result, violation, index)


def _fault_result(outcome: "Outcome", result: "RuleResult", fault: "Fault", index: int) -> "Json":
    row: dict[str, Json] = {
        "ruleId": result.name,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": f"It could not be asked, and that denies: {_fault_text(fault)}"},
        "locations": [_location(fault.where)],
        "partialFingerprints": {FAULT: of_json([result.policy.id, result.rule.id, fault.code]).hex},
    }
    if outcome.compared is not None:
        row["baselineState"] = "new"
    return row


def _violation_result(outcome: "Outcome", result: "RuleResult", violation: "Violation", index: int) -> "Json":
    state = violation.status if violation.status in _LEVELS else ""
    row: dict[str, Json] = {
        "ruleId": result.name,
        "ruleIndex": index,
        "level": _LEVELS.get(state, _MODES[result.effective_mode]),
        "message": {"text": _message(violation)},
        "locations": [_location(place(result, violation))],
        "relatedLocations": [{**_location(result.where), "message": {"text": f"the rule {result.name}"}}],
        "partialFingerprints": {VIOLATION: violation.fp},
        "properties": {"code": violation.code, "key": violation.key, "params": violation.params},
    }
    if violation.status == "waived":
        row["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": _text(f"waived {waived_by(outcome, violation)}"),
            }
        ]
    if outcome.compared is not None:
        known = outcome.known(result, violation)
        row["baselineState"] = "unchanged" if known else "new"
        if known and outcome.new_only and violation.status != "waived":
            row["suppressions"] = [
                {"kind": "external", "status": "accepted", "justification": "It is in the baseline."}
            ]
    return row


def _message(violation: "Violation") -> str:
    parts = [violation.message, violation.fix, *violation.notes]
    return _text(". ".join(part.rstrip(".") for part in parts if part) + ".")


def _fault_text(fault: "Fault") -> str:
    return _text(". ".join(part.rstrip(".") for part in (fault.message, fault.remedy) if part) + ".")


def _text(text: str) -> str:
    return plain(printable(unicode_text(text)))


def _location(where: "Where") -> "dict[str, Json]":
    physical: dict[str, Json] = {"artifactLocation": {"uri": uri(where.path or "policies")}}
    if where.line is not None:
        region: dict[str, Json] = {"startLine": where.line}
        if where.column is not None:
            region["startColumn"] = where.column
        physical["region"] = region
    row: dict[str, Json] = {"physicalLocation": physical}
    if where.pointer:
        row["logicalLocations"] = [{"fullyQualifiedName": unicode_text(where.pointer)}]
    return row
