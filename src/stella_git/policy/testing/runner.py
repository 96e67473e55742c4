"""Trying cases: as they are, with the evidence in other orders, and a day later.

What a rule says may depend on what the evidence says, not on the order in which it says it. It may depend on
the time too (``context.asOf``, ``maxAgeDays``, ``expires``, ...); a case for which that matters has to say at
what time it is judged, or it would hold by the accident of a default.
"""

from typing import TYPE_CHECKING

from stella_git.canon.clock import DAY
from stella_git.canon.record import field, record, replace
from stella_git.errors import ConfigError, InputError
from stella_git.policy.paramvalues import refusal
from stella_git.policy.ruleset import Bound, Rules
from stella_git.policy.run import run
from stella_git.policy.testing.compare import Mismatch, compare
from stella_git.policy.testing.shuffle import REVERSED, SEEDS, paths, shuffled
from stella_git.policy.testing.values import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stella_git.canon.reader import Json
    from stella_git.policy.compiled import Compiled
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.model import Policy, Waiver
    from stella_git.policy.results import Run
    from stella_git.policy.testing.cases import Case, Suite
    from stella_git.policy.watching import Watch

_APPROVERS = ("test:first", "test:second")
"""Who approves the waivers of cases."""


@record(frozen=True, slots=True, kw_only=True)
class Tested:
    """A policy and the cases for it.

    Args:
        compiled: its programs.
        suites: sorted by path.
        waivers: by path, those that cases name.
        schemas: parsed JSON Schemas by path, for policies that name one of their own.
    """

    policy: "Policy"
    compiled: "Compiled"
    suites: "tuple[Suite, ...]" = ()
    waivers: "Mapping[str, Waiver]" = field(default_factory=dict)
    schemas: "Mapping[str, Json]" = field(default_factory=dict)

    @property
    def cases(self) -> "tuple[tuple[Suite, Case], ...]":
        """Return every case with its file, in the order of the files."""
        return tuple((suite, case) for suite in self.suites for case in suite.cases)


@record(frozen=True, slots=True, kw_only=True)
class Dependence:
    """Something that should not matter, and does.

    Args:
        kind: ``order`` or ``time``.
        on: which lists, such as ``findings/*/aliases``; "" for the time.
        rules: ids of those that said something else, sorted.
    """

    kind: str
    on: str
    rules: tuple[str, ...]


@record(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case.

    Args:
        suite: the file of the case.
        run: what the rules said.
        mismatches: what came otherwise than was expected.
        dependences: what should not matter, and does.
        timed: ids of rules that say something else a day later, in a case that says at what time it is.
        values: by id of a rule that came out otherwise, what its parts were, as indented lines.
    """

    suite: "Suite"
    case: "Case"
    run: "Run"
    mismatches: tuple[Mismatch, ...] = ()
    dependences: tuple[Dependence, ...] = ()
    timed: tuple[str, ...] = ()
    values: "Mapping[str, tuple[str, ...]]" = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Return whether everything was as it should be."""
        return not self.mismatches and not self.dependences


def attempt(tested: Tested, suite: "Suite", case: "Case") -> Outcome:
    """Return what comes of a case, of its evidence in other orders, and of a day more.

    Raises:
        ConfigError: what `ask` raises.
    """
    found = ask(tested, suite, case)
    later = tuple(_later(tested, suite, case, found))
    dependences = tuple(_orders(tested, suite, case, found))
    if later and not case.dated:
        dependences = (*dependences, Dependence(kind="time", on="", rules=later))
    mismatches = compare(case, found.results, found.decision)
    return Outcome(
        suite=suite,
        case=case,
        run=found,
        mismatches=mismatches,
        dependences=dependences,
        timed=later if case.dated else (),
        values=_values(tested, suite, case, mismatches),
    )


def _values(
    tested: Tested, suite: "Suite", case: "Case", mismatches: tuple[Mismatch, ...]
) -> "Mapping[str, tuple[str, ...]]":
    wrong = {each.rule: each.result for each in mismatches if each.result is not None}
    if not wrong:
        return {}
    kept = Kept()
    ask(tested, suite, case, watch=kept)
    needs = {each.rule.id: each.needs for each in tested.compiled.rules}
    return {name: kept.lines(result, needs.get(name, ())) for name, result in wrong.items()}


def ask(
    tested: Tested,
    suite: "Suite",
    case: "Case",
    *,
    evidence: "Sequence[Evidence] | None" = None,
    context: "Context | None" = None,
    watch: "Watch | None" = None,
) -> "Run":
    """Return what the policy of a case says.

    Args:
        tested: the policy.
        suite: the file of the case.
        case: the case.
        evidence: other evidence than that of the case.
        context: another context than that of the case.
        watch: is told every evaluation.

    Raises:
        ConfigError: ``policy-test-param``: a parameter has neither a default nor a value in the case.
    """
    rules = _CaseRules(tested, suite, case)
    return run(
        rules,
        context or case.context,
        case.evidence if evidence is None else evidence,
        approved={waiver.id: _APPROVERS for waiver in rules.waivers},
        watch=watch,
        places=False,
    )


def require_fitting(tested: Tested, suite: "Suite", case: "Case") -> None:
    """Refuse a case that names what its policy does not have.

    Raises:
        ConfigError: ``policy-test-rule``: a rule; ``policy-test-param``: a parameter, or a value of one.
    """
    from stella_git.config.shape import nearest

    known = [rule.id for rule in tested.policy.rules]
    for name, expected in case.rules.items():
        if name not in known:
            near = nearest(name, known)
            raise ConfigError(
                f"the policy {tested.policy.id} has no rule {name!a}",
                code="policy-test-rule",
                where=suite.file.where(expected.pointer),
                remedy=f"did you mean {near!a}?" if near else f"name one of {', '.join(known)}",
            )
    params = {param.name: param for param in tested.policy.params}
    for name, value in sorted(case.params.items()):
        why = refusal(params[name], value) if name in params else f"there is no parameter {name!a}"
        if why is not None:
            raise ConfigError(
                why,
                code="policy-test-param",
                where=suite.file.where(f"{case.pointer}/params/{name}"),
                remedy=f"the policy has {', '.join(params) or 'none'}; keep within what it allows",
            )


class _CaseRules(Rules):
    """A policy set of one policy, in the mode and with the parameters of a case."""

    __slots__ = ("_case", "_suite", "_tested")

    def __init__(self, tested: Tested, suite: "Suite", case: "Case") -> None:
        self._tested = tested
        self._suite = suite
        self._case = case
        super().__init__(
            policies={tested.policy.id: tested.policy},
            waivers=[tested.waivers[path] for path in case.waivers],
        )

    def compiled(self, _name: str) -> "Compiled":
        return self._tested.compiled

    def bound(self, _environment: str) -> tuple[Bound, ...]:
        policy, case = self._tested.policy, self._case
        params = {param.name: case.params.get(param.name, param.default) for param in policy.params}
        mode = case.mode or policy.mode
        for name, value in params.items():
            if value is None and mode != "off":
                raise ConfigError(
                    f"the parameter {name!a} of {policy.id} has no value in this case",
                    code="policy-test-param",
                    where=self._suite.file.where(case.pointer),
                    remedy=f"set it in the case: params: {{{name}: ...}}",
                )
        return (Bound(policy=policy, mode=mode, params=params),)


def _said(found: "Run") -> "Mapping[str, object]":
    """Return what a verdict would hold of each rule, and why others are errors."""
    return {
        result.rule.id: (
            result.status,
            result.fault.code if result.fault else "",
            [(each.fp, each.code, each.status, each.params) for each in result.violations],
        )
        for result in found.results
    }


def _differing(one: "Run", other: "Run") -> tuple[str, ...]:
    first, second = _said(one), _said(other)
    return tuple(sorted(name for name in first if first[name] != second.get(name)))


def _later(tested: Tested, suite: "Suite", case: "Case", found: "Run") -> tuple[str, ...]:
    """Return the rules that say something else a day later."""
    try:
        tomorrow = case.context.as_of.plus(DAY)
    except InputError:  # the last day that there is
        return ()
    return _differing(found, ask(tested, suite, case, context=replace(case.context, as_of=tomorrow)))


def _orders(tested: Tested, suite: "Suite", case: "Case", found: "Run") -> "Iterator[Dependence]":
    """Yield on the order of what the rules depend: the first list that explains it, or all together."""
    if not case.evidence:
        return
    for seed in SEEDS:
        changed = _differing(found, ask(tested, suite, case, evidence=shuffled(case.evidence, seed)))
        if changed:
            yield Dependence(kind="order", on=_culprit(tested, suite, case, found), rules=changed)
            return


def _culprit(tested: Tested, suite: "Suite", case: "Case", found: "Run") -> str:
    """Return the lists whose order matters, each tried alone; all of them if none does alone."""
    lists = ("", *paths(case.evidence))
    guilty = [
        name
        for name in lists
        if _differing(found, ask(tested, suite, case, evidence=shuffled(case.evidence, REVERSED, only=name)))
    ]
    return ", ".join(name or "the pieces of evidence" for name in guilty or lists)
