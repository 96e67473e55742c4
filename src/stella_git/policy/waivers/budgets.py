"""Waivers as budgets count them: allowed, and never free."""

from typing import TYPE_CHECKING

from stella_git.policy.results import violation_fingerprint
from stella_git.policy.waivers.matching import Index
from stella_git.policy.waivers.state import LIVE, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.policy.context import Context
    from stella_git.policy.model import Policy, Waiver

Row = tuple[str, str, "Instant", "Instant"]


def budget_waivers(
    waivers: "Iterable[Waiver]",
    findings: "Sequence[Mapping[str, Json]]",
    policies: "Mapping[str, Policy]",
    *,
    context: "Context",
    approved: "Mapping[str, tuple[str, ...]]",
    max_days: int = 90,
    needed: int = 1,
) -> "tuple[Row, ...]":
    """Return which live waivers cover which findings, sorted: (id, fp, effective from, expires).

    A waiver covers a finding by its fingerprint, by vulnerability and package, or by the fingerprint of the
    violation that the finding is of a rule that the waiver names. One that only downgrades covers none.

    Args:
        waivers: of the policy set.
        findings: maps with ``fp``, ``id``, ``purl`` and maybe ``aliases``.
        policies: by id.
        context: environment, subject and time of the decision.
        approved: id of a waiver to the verified names of those who approved it.
        max_days: how long a waiver may last.
        needed: how many distinct approvers it takes.
    """
    terms = Terms(as_of=context.as_of, approved=approved, max_days=max_days, needed=needed)
    held = [waiver for waiver in waivers if waiver.effect == "waive" and terms.state(waiver) == LIVE]
    index = Index(held)
    pairs = {
        (waiver.policy, rule)
        for waiver in held
        if waiver.fingerprint is not None and waiver.fingerprint.startswith("vfp:")
        for rule in _rules(waiver, policies)
    }
    found: set[Row] = set()
    for finding in findings:
        fp = finding.get("fp")
        if not isinstance(fp, str):
            continue
        covering = [
            *index.by_fingerprint(fp),
            *index.by_finding(finding, context.environment, context.subject),
        ]
        for policy, rule in pairs:
            violation = violation_fingerprint(policy, rule, context.subject, fp)
            covering += [
                waiver
                for waiver in index.by_fingerprint(violation)
                if waiver.policy == policy and waiver.rule in {None, rule}
            ]
        found.update((waiver.id, fp, waiver.effective_from, waiver.expires) for waiver in covering)
    return tuple(sorted(found))


def _rules(waiver: "Waiver", policies: "Mapping[str, Policy]") -> "tuple[str, ...]":
    if waiver.rule is not None:
        return (waiver.rule,)
    policy = policies.get(waiver.policy)
    return () if policy is None else tuple(rule.id for rule in policy.rules)
