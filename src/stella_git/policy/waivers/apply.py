"""Lift violations that live waivers cover, and say why others do not.

Neither the order of waivers nor that of results makes a difference. Nothing turns an error into anything
else, and a waiver that does not hold changes nothing but notes.
"""

from typing import TYPE_CHECKING

from stella_git.canon.clock import DAY
from stella_git.canon.record import record, replace
from stella_git.policy.waivers.matching import Index, applies_here
from stella_git.policy.waivers.state import LIVE, Terms, days_left

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.policy.context import Context
    from stella_git.policy.model import Waiver
    from stella_git.policy.results import RuleResult, Violation

ORPHAN_DAYS = 14
SOON_DAYS = 14
_ASKED = frozenset({"pass", "fail", "warn", "waived"})


@record(frozen=True, slots=True, kw_only=True)
class Applied:
    """What waivers made of results.

    Args:
        results: in the order in which they were given.
        rows: of a verdict: ``{id, digest, applied[fp]}`` of every live waiver, sorted by id.
        notices: ``{code, level, waiver, path, text}`` for readers, sorted by waiver and code; ``level`` is
            ``note``, ``warning`` or ``error``.
        error: whether a waiver is an orphan for too long: the decision is an error then.
    """

    results: "tuple[RuleResult, ...]"
    rows: "tuple[dict[str, Json], ...]" = ()
    notices: "tuple[dict[str, Json], ...]" = ()
    error: bool = False


def apply(  # noqa: PLR0913 - everything that a decision about waivers stands on, each by name
    results: "Sequence[RuleResult]",
    facts: "Mapping[tuple[str, str, str], Json]",
    waivers: "Sequence[Waiver]",
    *,
    context: "Context",
    approved: "Mapping[str, tuple[str, ...]]",
    max_days: int = 90,
    needed: int = 1,
    orphans: "Mapping[str, Instant] | None" = None,
    used: "Collection[str]" = (),
) -> Applied:
    """Return what is left of violations when waivers were taken into account.

    Args:
        results: of every rule that was asked.
        facts: (policy, rule, fingerprint of a violation) to the element that it is about, where there is one.
        waivers: of the policy set.
        context: environment, subject and time of the decision.
        approved: id of a waiver to the verified names of those who approved it.
        max_days: how long a waiver may last.
        needed: how many distinct approvers it takes.
        orphans: id of a waiver to when it was first noticed that it covers nothing.
        used: ids of waivers that cover something elsewhere, such as in a budget.
    """
    terms = Terms(as_of=context.as_of, approved=approved, max_days=max_days, needed=needed)
    work = _Work(waivers, facts, context, terms)
    done = tuple(work.lifted(result) for result in results)
    ordered = sorted(waivers, key=lambda waiver: waiver.id)
    live = [waiver for waiver in ordered if terms.state(waiver) == LIVE]
    covering = work.matched | {*used}
    notices = [notice for waiver in ordered if (notice := _expiry(waiver, terms))]
    alone = [
        _orphan(waiver, terms, (orphans or {}).get(waiver.id, terms.as_of))
        for waiver in live
        if waiver.id not in covering and _was_asked(waiver, results, context)
    ]
    return Applied(
        results=done,
        rows=tuple(
            {
                "id": waiver.id,
                "digest": waiver.file.digest,
                "applied": [*sorted(work.applied.get(waiver.id, ()))],
            }
            for waiver in live
        ),
        notices=tuple(sorted((*notices, *alone), key=lambda row: (str(row["waiver"]), str(row["code"])))),
        error=any(row["level"] == "error" for row in alone),
    )


class _Work:
    """One pass over results: which waivers cover a violation, and which of them did."""

    def __init__(
        self,
        waivers: "Iterable[Waiver]",
        facts: "Mapping[tuple[str, str, str], Json]",
        context: "Context",
        terms: Terms,
    ) -> None:
        self.index = Index(waivers)
        self.facts = facts
        self.context = context
        self.terms = terms
        self.matched: set[str] = set()
        self.applied: dict[str, set[str]] = {}

    def lifted(self, result: "RuleResult") -> "RuleResult":
        """Return a result with its violations lifted; one that is an error stays one."""
        if not result.violations or result.status == "error":
            return result
        twice = _twice(violation.fp for violation in result.violations)
        violations = tuple(
            self._violation(result, violation, alone=violation.fp not in twice)
            for violation in result.violations
        )
        status = result.status if result.mode == "audit" else _status(violations)
        return replace(result, violations=violations, status=status)

    def _violation(self, result: "RuleResult", violation: "Violation", *, alone: bool) -> "Violation":
        found = self._covering(result, violation, alone=alone)
        held = [waiver for waiver in found if self.terms.state(waiver) == LIVE]
        notes = tuple(f"waiver {waiver.id} {why}" for waiver in found if (why := self.terms.why_not(waiver)))
        self.matched.update(waiver.id for waiver in held)
        if not held:
            return replace(violation, notes=(*violation.notes, *notes)) if notes else violation
        best = min(held, key=lambda waiver: (waiver.effect != "waive", waiver.id))
        self.applied.setdefault(best.id, set()).add(violation.fp)
        return replace(
            violation,
            status=_lift(violation.status, best.effect),
            waiver=best.id,
            notes=(*violation.notes, *notes),
        )

    def _covering(self, result: "RuleResult", violation: "Violation", *, alone: bool) -> "list[Waiver]":
        """Return the waivers that cover a violation, whatever their state, sorted by id.

        Args:
            result: that it belongs to.
            violation: what may be covered.
            alone: its fingerprint is that of no other violation of the rule, so that the element is its own.
        """
        policy, rule = result.policy.id, result.rule.id
        named = self.facts.get((policy, rule, violation.fp))
        element = named if alone else None
        finding = element if isinstance(element, dict) and "id" in element else _from_params(violation)
        names: list[Json] = [violation.fp]
        # a key may be a name that somebody chose: no fingerprint of a violation, nor one of another row
        own = named.get("fp") if isinstance(named, dict) else violation.key
        if isinstance(own, str) and own.startswith("fp:") and (alone or own == violation.key):
            names.append(own)
        found = [waiver for name in names for waiver in self.index.by_fingerprint(name)]
        found += self.index.by_finding(finding, self.context.environment, self.context.subject)
        rows = {waiver.id: waiver for waiver in found if waiver.policy == policy}
        return [rows[name] for name in sorted(rows) if rows[name].rule in {None, rule}]


def _twice(fingerprints: "Iterable[str]") -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for fingerprint in fingerprints:
        (twice if fingerprint in seen else seen).add(fingerprint)
    return twice


def _from_params(violation: "Violation") -> "dict[str, Json]":
    """Return the finding that the parameters of a violation name."""
    params = violation.params
    name = params.get("id", params.get("vuln"))
    return {"id": name, "purl": params.get("purl"), "aliases": params.get("aliases")}


def _lift(status: str, effect: str) -> str:
    if effect == "waive":
        return "waived"
    return "warn" if status == "fail" else status


def _status(violations: "Iterable[Violation]") -> str:
    found = {violation.status for violation in violations}
    return next((status for status in ("fail", "warn") if status in found), "waived")


def _was_asked(waiver: "Waiver", results: "Sequence[RuleResult]", context: "Context") -> bool:
    """Return whether a waiver could have covered something: its rules were asked here, without an error."""
    rows = [
        result.status
        for result in results
        if result.policy.id == waiver.policy and waiver.rule in {None, result.rule.id}
    ]
    return (
        "error" not in rows
        and not _ASKED.isdisjoint(rows)
        and applies_here(waiver, context.environment, context.subject)
    )


def _orphan(waiver: "Waiver", terms: Terms, first: "Instant") -> "dict[str, Json]":
    over = terms.as_of.seconds - first.seconds >= ORPHAN_DAYS * DAY
    so = "too long ago" if over else f"an error {ORPHAN_DAYS} days after that"
    return _notice(
        waiver,
        "waiver-orphan",
        "error" if over else "warning",
        f"waiver {waiver.id} covers nothing (first noticed at {first}, {so}): delete it",
    ) | {"since": str(first)}


def _expiry(waiver: "Waiver", terms: Terms) -> "dict[str, Json] | None":
    """Return what to know about a waiver that does not hold, or not for long."""
    state = terms.state(waiver)
    if state != LIVE:
        return _notice(waiver, f"waiver-{state}", "note", f"waiver {waiver.id} {terms.why_not(waiver)}")
    left = days_left(waiver, terms.as_of)
    if left >= SOON_DAYS:
        return None
    text = f"waiver {waiver.id} expires in {left} day{'' if left == 1 else 's'}, at {waiver.expires}"
    return _notice(waiver, "waiver-expires", "note", text)


def _notice(waiver: "Waiver", code: str, level: str, text: str) -> "dict[str, Json]":
    return {"code": code, "level": level, "waiver": waiver.id, "path": waiver.file.path, "text": text}
