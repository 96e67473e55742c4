"""The algorithm ``budget/1``: what counts, how much it is, and whether that is too much.

Source: ``docs/explanation/budgets.md``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from stella_git.budget.inputs import BudgetFinding, BudgetInputs, Unknown
from stella_git.budget.model import SEVERITIES, Budget
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json
from stella_git.config.shape import MAX_INTEGER
from stella_git.errors import ConfigError, InputError, Where

SEMANTICS = "budget/1"
STATES = ("green", "yellow", "red", "exhausted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one finding.

    Attributes:
        finding: the finding.
        counted: it is in the counts.
        why: ``counted``, ``vex-state`` (the budget does not count its state), ``waived`` or ``grace``.
        points: risk points it adds; 0 when it is not counted.
        waivers: ids of the live waivers that match it, sorted.
        grace_left: days until its grace ends; 0 when it has none left.
        feed_gap: the budget needed KEV or EPSS data that nobody had.
    """

    finding: BudgetFinding
    counted: bool
    why: str
    points: int
    waivers: tuple[str, ...]
    grace_left: int
    feed_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCheck:
    """The outcome of one budget.

    Attributes:
        check: the digested part of the predicate.
        check_id: ``budget:sha256:`` of its canonical bytes.
        result: ``pass``, ``warn`` or ``fail``.
        state: the worst state of any metric.
        drivers: what makes up each metric: fingerprints, or ids of unknowns; sorted, for every metric.
        lines: what became of each finding, sorted by fingerprint; not digested.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    check: Mapping[str, Json]
    check_id: str
    result: str
    state: str
    drivers: Mapping[str, tuple[str, ...]]
    lines: tuple[Line, ...]

    def to_predicate(self) -> dict[str, Json]:
        """Return ``{checkId, check}``."""
        return {"checkId": self.check_id, "check": dict(self.check)}


def check(budget: Budget, inputs: BudgetInputs, *, environment: str, as_of: Instant) -> BudgetCheck:
    """Return the outcome of a budget.

    Args:
        budget: one that names the environment.
        inputs: in any order; identical duplicates count once.
        environment: name of the environment.
        as_of: the instant the check is about; a fraction of a second is dropped before anything else.

    Raises:
        ConfigError: the budget is not one of this environment, or its points leave the range of integers.
        InputError: two different findings have the same fingerprint.
    """
    if environment not in budget.environments:
        raise ConfigError(
            f"budget {budget.id!r} is not one of the environment {environment!r}",
            code="budget-environment",
            where=Where(budget.path, pointer="/spec/environments"),
            remedy=f"check it for one of: {', '.join(budget.environments)}",
        )
    as_of = Instant(seconds=as_of.seconds)
    lines = _lines(budget, inputs, as_of)
    unknowns = _unknowns(inputs.unknowns, lines)
    drivers = _drivers(budget, lines, unknowns)
    used = {metric: len(names) for metric, names in drivers.items()}
    if budget.points is not None:
        used["riskPoints"] = _total_points(budget, lines)
    checks = [_measure(budget, metric, limit, used[metric]) for metric, limit in budget.limits.items()]
    state = max((cast("str", row["state"]) for row in checks), key=STATES.index)
    body: dict[str, Json] = {
        "budget": {"id": budget.id, "revision": budget.revision, "configDigest": budget.config_digest},
        "environment": environment,
        "asOf": str(as_of),
        "inputs": [{"role": role, "digest": digest} for role, digest in sorted(inputs.digests().items())],
        "counts": _nested(used),
        "checks": cast("list[Json]", checks),
        "violations": [_violation(row, drivers) for row in checks if row["state"] == "exhausted"],
        "state": state,
        "action": budget.action,
        "result": _result(budget, state),
        "semantics": SEMANTICS,
    }
    return BudgetCheck(
        check=body,
        check_id=f"budget:{of_json(body)}",
        result=_result(budget, state),
        state=state,
        drivers={metric: _ordered(names) for metric, names in drivers.items()},
        lines=lines,
    )


def _lines(budget: Budget, inputs: BudgetInputs, as_of: Instant) -> tuple[Line, ...]:
    # (1) one finding per fingerprint
    findings: dict[str, BudgetFinding] = {}
    for finding in inputs.findings:
        if findings.setdefault(finding.fp, finding) != finding:
            raise InputError(
                f"two different findings have the fingerprint {finding.fp}",
                code="finding-conflict",
                where=Where(pointer="/findings"),
                remedy="merge them before the check: a count must not depend on which one is read first",
            )
    # (2) live waivers
    waivers: dict[str, set[str]] = {}
    for waiver in inputs.waivers:
        if waiver.live(as_of):
            waivers.setdefault(waiver.fp, set()).add(waiver.id)
    return tuple(
        _line(budget, findings[fp], _ordered(waivers.get(fp, ())), as_of) for fp in _ordered(findings)
    )


def _line(budget: Budget, finding: BudgetFinding, waivers: tuple[str, ...], as_of: Instant) -> Line:
    """(3) A finding counts if its state does, no waiver lets it through, and its grace is over."""
    age = as_of.days() - finding.first_seen.days()
    grace = budget.grace_days.get(finding.severity, 0)
    exempt = budget.kev_ignores_grace and finding.kev is True
    left = max((0 if exempt else grace) - age, 0)
    if finding.vex not in budget.vex_states or finding.vex == "fixed":
        why = "vex-state"
    elif waivers and not budget.include_waived:
        why = "waived"
    else:
        why = "grace" if left else "counted"
    counted = why == "counted"
    return Line(
        finding=finding,
        counted=counted,
        why=why,
        points=_points(budget, finding) if counted else 0,
        waivers=waivers,
        grace_left=left if why == "grace" else 0,
        feed_gap=_feed_gap(budget, finding)
        if counted
        else why == "grace" and _kev_could_count(budget, finding, age),
    )


def _points(budget: Budget, finding: BudgetFinding) -> int:
    """(4) Severity, KEV and every EPSS step that is reached, scaled by reachability, floored."""
    points = budget.points
    if points is None:
        return 0
    earned = points.severity.get(finding.severity, 0)
    earned += points.kev if finding.kev else 0
    earned += sum(add for at_least, add in points.epss if (finding.epss_ppm or 0) >= at_least)
    return earned * points.reachability[finding.reachability] // 1000


def _feed_gap(budget: Budget, finding: BudgetFinding) -> bool:
    """Whether a counted finding lacks data that a metric is made of."""
    points = budget.points
    if finding.kev is None and ("kev" in budget.limits or (points is not None and points.kev > 0)):
        return True
    return finding.epss_ppm is None and points is not None and bool(points.epss)


def _kev_could_count(budget: Budget, finding: BudgetFinding, age: int) -> bool:
    """Whether only the missing KEV data keeps a finding in its grace."""
    return finding.kev is None and budget.kev_ignores_grace and age >= 0


def _unknowns(given: Iterable[Unknown], lines: Iterable[Line]) -> frozenset[Unknown]:
    gaps = (Unknown(id=f"feedgap:{line.finding.fp}", reason="FeedGap") for line in lines if line.feed_gap)
    return frozenset(given).union(gaps)


def _drivers(budget: Budget, lines: Iterable[Line], unknowns: Iterable[Unknown]) -> dict[str, list[str]]:
    """(5) What makes up every metric, by dotted path."""
    found: dict[str, list[str]] = {f"findings.{name}": [] for name in (*SEVERITIES, "total")}
    found |= {f"fixable.{name}": [] for name in SEVERITIES}
    found |= {"kev": [], "riskPoints": [], "unknowns.total": [], "waivers.total": []}
    found |= {metric: [] for metric in budget.limits if metric.startswith("unknowns.byReason.")}
    for line in lines:
        for metric in _metrics(line):
            found[metric].append(line.finding.fp)
    for unknown in unknowns:
        found["unknowns.total"].append(unknown.id)
        found.setdefault(f"unknowns.byReason.{unknown.reason}", []).append(unknown.id)
    if budget.points is None:
        del found["riskPoints"]
    return found


def _metrics(line: Line) -> list[str]:
    found = ["waivers.total"] if line.waivers else []
    if line.counted:
        severity = line.finding.severity
        found += [f"findings.{severity}", "findings.total"]
        found += [f"fixable.{severity}"] if line.finding.fixable else []
        found += ["kev"] if line.finding.kev else []
        found += ["riskPoints"] if line.points else []
    return found


def _total_points(budget: Budget, lines: Iterable[Line]) -> int:
    total = sum(line.points for line in lines)
    if total > MAX_INTEGER:
        raise ConfigError(
            f"the risk points of budget {budget.id!r} add up to more than {MAX_INTEGER}",
            code="budget-points-range",
            where=Where(budget.path, pointer="/spec/points"),
            remedy="scale spec.points down",
        )
    return total


def _measure(budget: Budget, metric: str, limit: int, used: int) -> dict[str, Json]:
    """(6) The state of one metric."""
    return {"metric": metric, "limit": limit, "used": used, "state": _state(budget, limit, used)}


def _state(budget: Budget, limit: int, used: int) -> str:
    if used > limit:
        return "exhausted"
    if limit == 0:
        return "green"
    permille = used * 1000 // limit
    if permille >= budget.red_permille:
        return "red"
    return "yellow" if permille >= budget.yellow_permille else "green"


def _violation(row: Mapping[str, Json], drivers: Mapping[str, Iterable[str]]) -> dict[str, Json]:
    metric, limit, used = cast("str", row["metric"]), cast("int", row["limit"]), cast("int", row["used"])
    return {
        "metric": metric,
        "limit": limit,
        "used": used,
        "over": used - limit,
        "drivers": list(_ordered(drivers[metric])),
    }


def _result(budget: Budget, state: str) -> str:
    """(7) What the state means under the budget's action."""
    return (
        {"block": "fail", "warn": "warn", "audit": "pass"}[budget.action] if state == "exhausted" else "pass"
    )


def _nested(used: Mapping[str, int]) -> dict[str, Json]:
    tree: dict[str, Json] = {"unknowns": {"byReason": {}}}
    for metric, value in used.items():
        *parents, leaf = metric.split(".")
        node = tree
        for parent in parents:
            node = cast("dict[str, Json]", node.setdefault(parent, {}))
        node[leaf] = value
    return tree


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=jcs.sort_key))
