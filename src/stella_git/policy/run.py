"""Ask policies: select the evidence, ask every rule, apply waivers, decide. A pure function.

Fails closed: what is missing, cannot be evaluated, has expired or is ambiguous denies.
"""

from typing import TYPE_CHECKING

from stella_git.policy.asking import ask, effective_mode
from stella_git.policy.evidence import Given
from stella_git.policy.results import DECISIONS, Run
from stella_git.policy.waivers import Terms, apply, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.results import RuleResult
    from stella_git.policy.ruleset import Bound, Rules
    from stella_git.policy.watching import Watch

WAIVERS = "https://stella.ops/attestation/waivers"
"""Predicate type under which rules see the waivers themselves."""


def run(  # noqa: PLR0913 - what is known of waivers comes as data, each by its name
    rules: "Rules",
    context: "Context",
    evidence: "Sequence[Evidence]",
    *,
    approved: "Mapping[str, tuple[str, ...]] | None" = None,
    orphans: "Mapping[str, Instant] | None" = None,
    used: "Collection[str]" = (),
    watch: "Watch | None" = None,
    places: bool = True,
) -> Run:
    """Return what the policies in force say about evidence.

    Args:
        rules: what is in force.
        context: where and when it is asked.
        evidence: everything there is, in any order.
        approved: by id of a waiver, whose approvals of it were verified: names of the keyring.
        orphans: by id of a waiver, when it was first seen to match nothing.
        used: ids of waivers that cover something elsewhere, in a budget.
        watch: is told every evaluation.
        places: find out where in the evidence each violation is; a verdict does not need it.

    Raises:
        ConfigError: an expression, a message or a parameter is wrong; nothing is asked then.
    """
    bound = rules.bound(context.environment)
    compiled = {row.policy.id: rules.compiled(row.policy.id) for row in bound if row.mode != "off"}
    everything = (*evidence, _waivers(rules, context, approved or {}))
    asked = [
        ask(row, compiled[row.policy.id], context, everything, watch=watch, places=places)
        for row in bound
        if row.mode != "off"
    ]
    applied = apply(
        tuple(result for each in asked for result in each.results),
        {element: value for each in asked for element, value in each.elements.items()},
        rules.waivers,
        context=context,
        approved=approved or {},
        max_days=rules.max_waiver_days,
        needed=rules.waiver_approvals,
        orphans=orphans or {},
        used=used,
    )
    ran = sum(result.status != "not_applicable" for result in applied.results)
    notices = list(applied.notices)
    if not ran:
        notices.append({"code": "no-rules", "text": "no rule applies here: nothing was checked"})
    worst = decision_of(applied.results)
    return Run(
        results=applied.results,
        policies=tuple(_row(row, context) for row in bound),
        waivers=applied.rows,
        notices=tuple(notices),
        decision="error" if applied.error or not ran else worst,
        ran=ran,
    )


def decision_of(results: "Iterable[RuleResult]") -> str:
    """Return the worst of what rules say: error > fail > warn > pass."""
    found = {result.status for result in results}
    return next((status for status in reversed(DECISIONS) if status in found), "pass")


def _waivers(rules: "Rules", context: "Context", approved: "Mapping[str, tuple[str, ...]]") -> Given:
    terms = Terms(
        as_of=context.as_of,
        approved=approved,
        max_days=rules.max_waiver_days,
        needed=rules.waiver_approvals,
    )
    value: list[Json] = [*rows(rules.waivers, terms)]
    return Given(predicate_type=WAIVERS, version="v1", value=value)


def _row(bound: "Bound", context: "Context") -> "dict[str, Json]":
    policy = bound.policy
    return {
        "id": policy.id,
        "revision": policy.revision,
        "digest": policy.file.digest,
        "mode": bound.mode,
        "effectiveMode": effective_mode(bound, context.as_of),
    }
