"""Does any case notice when a policy is changed a little? What none notices, nobody asked about.

A change that does not compile counts for nothing: the checker notices it. A case that does not hold for the
policy as it is notices nothing.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import record, replace
from stella_git.errors import ConfigError
from stella_git.policy.compiled import compile_policy
from stella_git.policy.testing.compare import agrees
from stella_git.policy.testing.mutants import Mutant, mutants
from stella_git.policy.testing.runner import ask, require_fitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.policy.compiled import Compiled
    from stella_git.policy.testing.cases import Case, Suite
    from stella_git.policy.testing.runner import Tested

KILLED, SURVIVED, INVALID = "killed", "survived", "invalid"
# Changes after which the very same programs run.
_SAME_PROGRAMS = frozenset(
    {"match", "requires-maxAgeDays", "requires-min", "requires-onMissing", "requires-signedBy"}
)


@record(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a mutant.

    Args:
        state: ``killed``, ``survived``, or ``invalid`` for one that does not compile.
        case: name of the first case that noticed; "" if none did.
    """

    mutant: Mutant
    state: str
    case: str = ""


@record(frozen=True, slots=True, kw_only=True)
class Mutated:
    """What became of the mutants of one policy.

    Args:
        judged: in the order of the policy.
        failing: names of cases that do not hold for the policy as it is.
        left_out: how many mutants were not tried.
    """

    tested: "Tested"
    judged: tuple[Judged, ...]
    failing: tuple[str, ...] = ()
    left_out: int = 0

    def of(self, state: str) -> tuple[Judged, ...]:
        """Return the mutants of a state."""
        return tuple(each for each in self.judged if each.state == state)


def mutate(policies: "Sequence[Tested]", *, limit: int | None = None) -> "Iterator[Mutated]":
    """Yield what becomes of the mutants of each policy, by its id.

    Args:
        policies: with their cases; without cases, every mutant survives.
        limit: most mutants of a policy, spread over it; None for all.

    Raises:
        ConfigError: a case names what its policy does not have.
    """
    for tested in sorted(policies, key=lambda each: each.policy.id):
        yield _mutated(tested, limit)


def _mutated(tested: "Tested", limit: int | None) -> Mutated:
    holding, failing = [], []
    for suite, case in tested.cases:
        require_fitting(tested, suite, case)
        found = ask(tested, suite, case)
        if agrees(case, found.results, found.decision):
            holding.append((suite, case))
        else:
            failing.append(case.name)
    found_all = mutants(tested.policy, tested.compiled)
    chosen = _spread(found_all, limit)
    return Mutated(
        tested=tested,
        judged=tuple(_judged(tested, mutant, holding) for mutant in chosen),
        failing=tuple(failing),
        left_out=len(found_all) - len(chosen),
    )


def _spread(found: tuple[Mutant, ...], limit: int | None) -> tuple[Mutant, ...]:
    if limit is None or len(found) <= limit:
        return found
    return tuple(found[number * len(found) // limit] for number in range(limit))


def _judged(tested: "Tested", mutant: Mutant, cases: "list[tuple[Suite, Case]]") -> Judged:
    try:
        compiled = _compiled(tested, mutant)
    except ConfigError:
        return Judged(mutant=mutant, state=INVALID)
    changed = replace(tested, policy=mutant.policy, compiled=compiled)
    for suite, case in cases:
        found = ask(changed, suite, case)
        if not agrees(case, found.results, found.decision):
            return Judged(mutant=mutant, state=KILLED, case=case.name)
    return Judged(mutant=mutant, state=SURVIVED)


def _compiled(tested: "Tested", mutant: Mutant) -> "Compiled":
    """Return the programs of a mutant; only what changed is compiled again."""
    before, after = tested.compiled, mutant.policy
    if mutant.kind in _SAME_PROGRAMS:
        return replace(before, policy=after)
    if mutant.kind == "delete-rule":
        kept = tuple(each for each in before.rules if each.rule.id != mutant.rule)
        return replace(before, policy=after, rules=kept)
    if not mutant.rule:
        return compile_policy(after, schemas=tested.schemas)
    (rule,) = (each for each in after.rules if each.id == mutant.rule)
    (made,) = compile_policy(replace(after, rules=(rule,)), schemas=tested.schemas).rules
    rules = tuple(made if each.rule.id == mutant.rule else each for each in before.rules)
    return replace(before, policy=after, rules=rules)
