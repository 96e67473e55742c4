"""Budgets and their inputs for tests: the published vector, and small ones made to measure."""

import copy
import json
from pathlib import Path

from hypothesis import strategies as st

from stella_git.budget import Budget, BudgetFinding, BudgetInputs, BudgetWaiver, Unknown
from stella_git.canon.clock import Instant, parse_rfc3339

VECTORS = Path(__file__).parent / "vectors" / "budget"
AS_OF = parse_rfc3339("2026-11-20T00:00:00Z")
DAY = 86_400

SPEC = {
    "environments": ["prod"],
    "count": {
        "vexStates": ["affected", "conflict", "unknown"],
        "includeWaived": False,
        "kevIgnoresGrace": False,
    },
    "limits": {"findings": {"total": 10}},
    "thresholds": {"yellowPermille": 700, "redPermille": 900},
    "action": "block",
}
POINTS = {
    "critical": 40,
    "high": 10,
    "kev": 40,
    "epss": [{"atLeastPpm": 100_000, "add": 10}, {"atLeastPpm": 500_000, "add": 20}],
    "reachability": {"reachable": 2000, "unknown": 1000, "unreachable": 250},
}


def document(**spec) -> dict:
    """A budget document; a member given as None is left out, ``count`` is merged into the default one."""
    merged = copy.deepcopy(SPEC)
    merged["count"].update(spec.pop("count", {}))
    merged.update(copy.deepcopy(spec))
    merged = {name: value for name, value in merged.items() if value is not None}
    metadata = {"id": "b", "owner": "team:appsec", "revision": 1}
    return {"apiVersion": "stella.ops/v1", "kind": "Budget", "metadata": metadata, "spec": merged}


def budget(**spec) -> Budget:
    return Budget.from_json(document(**spec))


def ago(days: int) -> Instant:
    return Instant(seconds=AS_OF.seconds - days * DAY)


def finding(number: int = 1, **members) -> BudgetFinding:
    row = {
        "fp": f"fp:{number:04}",
        "id": f"CVE-2026-{number:04}",
        "purl": f"pkg:pypi/p{number}@1.0",
        "severity": "high",
        "vex": "affected",
        "fixable": False,
        "first_seen": ago(400),
        "reachability": "unknown",
        "kev": False,
        "epss_ppm": 0,
    }
    return BudgetFinding(**{**row, **members})


def waiver(number: int = 1, *, start: int = 10, end: int = -10) -> BudgetWaiver:
    return BudgetWaiver(id=f"W-{number}", fp=f"fp:{number:04}", effective_from=ago(start), expires=ago(end))


def inputs(*findings, unknowns=(), waivers=()) -> BudgetInputs:
    return BudgetInputs(
        findings=findings,
        unknowns=tuple(Unknown(id=name, reason=reason) for name, reason in unknowns),
        waivers=waivers,
    )


def vector(name: str):
    return json.loads((VECTORS / name).read_bytes())


def mutate(draw, document_, values_, names_):
    """Set, drop or add something at one to three places of a document."""
    for _ in range(draw(st.integers(1, 3))):
        node = document_
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(node[key], dict | list) and node[key] and draw(st.integers(0, 3)):
                node = node[key]
                continue
            edit = draw(st.sampled_from(["set", "drop", "add"]))
            if edit == "set":
                node[key] = draw(values_)
            elif edit == "drop":
                del node[key]
            elif isinstance(node, dict):
                node[draw(st.sampled_from(names_))] = draw(values_)
            else:
                node.append(draw(values_))
            break
    return document_
