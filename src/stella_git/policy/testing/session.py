"""All cases of all policies, tried: what came, and what no case asked."""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.policy.cel.nodes import Literal
from stella_git.policy.testing.runner import attempt, require_fitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.policy.compiled import CompiledRule
    from stella_git.policy.model import Policy
    from stella_git.policy.results import RuleResult
    from stella_git.policy.testing.runner import Outcome, Tested

_FIRED = frozenset({"fail", "warn", "waived"})
_ABSENT = "evidence-missing"


@record(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that no case shows of a policy.

    Args:
        rule: id of the rule; "" for a policy that has no cases at all.
        what: ``cases``, ``pass`` or ``fire``.
        pointer: JSON Pointer in the file of the policy.
    """

    policy: "Policy"
    rule: str
    what: str
    pointer: str


@record(frozen=True, slots=True, kw_only=True)
class Session:
    """What came of all cases.

    Args:
        outcomes: by policy id, then in the order of the files.
        missing: what no case shows; empty if only some of the cases were tried.
        policies: ids of the policies that were looked at, sorted.
        partial: whether only some of the cases were tried.
    """

    outcomes: "tuple[tuple[Tested, Outcome], ...]"
    missing: tuple[Missing, ...]
    policies: tuple[str, ...]
    partial: bool = False

    @property
    def failures(self) -> "tuple[tuple[Tested, Outcome], ...]":
        """Return the cases that failed."""
        return tuple(row for row in self.outcomes if not row[1].ok)

    @property
    def ok(self) -> bool:
        """Return whether every case holds and nothing is missing."""
        return not self.failures and not self.missing


def try_all(policies: "Sequence[Tested]", *, name: str | None = None) -> Session:
    """Return what comes of all cases of policies.

    Args:
        policies: with their cases.
        name: try only cases in whose ``POLICY/CASE`` this stands, in any case of letters; nothing is missing
            then, because nobody looked.

    Raises:
        ConfigError: a case names what its policy does not have, or leaves a parameter without a value.
    """
    ordered = sorted(policies, key=lambda tested: tested.policy.id)
    outcomes = []
    missing: list[Missing] = []
    for tested in ordered:
        tried = list(_outcomes(tested, name))
        outcomes += [(tested, outcome) for outcome in tried]
        if name is None:
            missing += _missing(tested, tried)
    return Session(
        outcomes=tuple(outcomes),
        missing=tuple(missing),
        policies=tuple(
            tested.policy.id
            for tested in ordered
            if name is None or any(row[0] is tested for row in outcomes)
        ),
        partial=name is not None,
    )


def _outcomes(tested: "Tested", name: str | None) -> "Iterator[Outcome]":
    for suite, case in tested.cases:
        if name is None or name.lower() in f"{tested.policy.id}/{case.name}".lower():
            require_fitting(tested, suite, case)
            yield attempt(tested, suite, case)


def _missing(tested: "Tested", outcomes: "Sequence[Outcome]") -> "Iterator[Missing]":
    """Yield what no case shows: each rule has to pass in one, and to fire in another."""
    policy = tested.policy
    if not tested.suites:
        yield Missing(policy=policy, rule="", what="cases", pointer="/metadata/id")
        return
    results = [result for outcome in outcomes for result in outcome.run.results]
    for rule in tested.compiled.rules:
        own = [result for result in results if result.rule.id == rule.rule.id]
        if not any(_passes(result) for result in own):
            yield Missing(policy=policy, rule=rule.rule.id, what="pass", pointer=rule.rule.pointer)
        if not any(_fires(rule, result) for result in own):
            yield Missing(policy=policy, rule=rule.rule.id, what="fire", pointer=rule.rule.pointer)


def _passes(result: "RuleResult") -> bool:
    return result.status == "pass" and not result.violations


def _fires(rule: "CompiledRule", result: "RuleResult") -> bool:
    """Return whether a rule found something itself; missing evidence says nothing about the rule.

    A rule that asserts ``true`` is about nothing but its evidence, and fires when that is missing.
    """
    if result.status not in _FIRED and not (result.mode == "audit" and result.violations):
        return False
    tree = rule.condition.tree
    if isinstance(tree, Literal) and tree.value is True:
        return True
    return any(violation.code != _ABSENT for violation in result.violations)
