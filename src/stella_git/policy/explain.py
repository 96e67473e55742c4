"""Why a rule says what it says: the value of every part of its expressions, and what evidence it had.

Nothing is asked twice in another way: the same run is watched.
"""

from typing import TYPE_CHECKING, Final

from stella_git.canon.record import record
from stella_git.policy.results import violation_fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from stella_git.policy.cel import Trace
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.model import Expression, Policy, Requirement
    from stella_git.policy.results import RuleResult, Run, Violation
    from stella_git.policy.ruleset import Rules
    from stella_git.policy.select import Selection

    Key = str | int | bool

MOST: Final = 10
"""How many elements of a rule are explained if nobody says which."""


@record(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which elements to explain; the violations, or else one that passes, if nothing is said.

    Args:
        fp: fingerprint, of a violation or of an element that passes.
        key: what identifies the element, as text.
    """

    fp: str | None = None
    key: str | None = None


@record(frozen=True, slots=True, kw_only=True)
class Element:
    """One element that the rule was asked of, or all of a rule without ``forEach``.

    Args:
        key: what identifies it; "" for a rule that is asked once.
        fp: fingerprint of its violation, if it is one or were one.
        violation: None if the rule holds, or could not be asked.
        condition: what the parts of the condition were; None if it was never asked.
        params: (name, what its parts were) of the violation, sorted by name.
    """

    key: "Key"
    fp: str
    violation: "Violation | None"
    condition: "Trace | None"
    params: "tuple[tuple[str, Trace], ...]" = ()


@record(frozen=True, slots=True, kw_only=True)
class Need:
    """A requirement and all that could have met it.

    Args:
        selection: what it chose and refused; None if nobody looked at evidence.
        others: evidence of the same predicate type in a version that it does not take.
    """

    requirement: "Requirement"
    selection: "Selection | None"
    others: "tuple[Evidence, ...]" = ()


@record(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a rule says what it says.

    Args:
        result: what it says.
        needs: its evidence, in the order of the policy.
        lets: (name, what its parts were) of the names that were read, sorted by name.
        source: what the parts of the list were; None without ``forEach``, or if it was never asked.
        elements: those that are explained.
        more: how many violations are not among them.
    """

    result: "RuleResult"
    needs: tuple[Need, ...]
    lets: "tuple[tuple[str, Trace], ...]"
    source: "Trace | None"
    elements: tuple[Element, ...]
    more: int = 0


class Witness:
    """Keeps what it is told about the elements that are wanted, and the first one of each rule.

    Args:
        wanted: whether to keep an element, from the policy, the pointer of the rule, and the key.
    """

    def __init__(self, wanted: "Callable[[Policy, str, Key], bool]") -> None:
        self._wanted = wanted
        self.selections: dict[str, tuple[Selection, ...]] = {}
        self.once: dict[tuple[str, str], Trace] = {}
        self.keyed: dict[tuple[str, str], list[tuple[Key, Trace]]] = {}

    def selected(self, policy: "Policy", selections: "tuple[Selection, ...]") -> None:
        """Take what the requirements of a policy selected."""
        self.selections[policy.id] = selections

    def saw(self, policy: "Policy", expression: "Expression", trace: "Trace", key: "Key | None") -> None:
        """Take one evaluation."""
        place = policy.id, expression.pointer
        if key is None:
            self.once[place] = trace
            return
        kept = self.keyed.setdefault(place, [])
        if not kept or trace.error is not None or self._wanted(policy, _rule_of(expression.pointer), key):
            kept.append((key, trace))


def _rule_of(pointer: str) -> str:
    return "/".join(pointer.split("/")[:4])


def explain(
    rules: "Rules",
    context: "Context",
    evidence: "Sequence[Evidence]",
    *,
    wanted: Wanted,
    approved: "Mapping[str, tuple[str, ...]] | None" = None,
) -> tuple[Explanation, ...]:
    """Return why rules say what they say, sorted by policy, in the order of the rules.

    Args:
        rules: what is in force: only what is to be explained, or it takes long.
        context: where and when it is asked.
        evidence: everything there is.
        wanted: which elements.
        approved: by id of a waiver, whose approvals of it were verified.

    Raises:
        ConfigError: an expression, a message or a parameter is wrong.
    """
    from stella_git.policy.run import run

    if wanted.fp is None and wanted.key is None:
        marks = _first(run(rules, context, evidence, approved=approved))
    else:
        marks = None

    def keep(policy: "Policy", pointer: str, key: "Key") -> bool:
        rule = next(rule for rule in policy.rules if rule.pointer == pointer)
        fp = violation_fingerprint(policy.id, rule.id, context.subject, key)
        return fp in marks if marks is not None else is_wanted(wanted, fp, key)

    witness = Witness(keep)
    found = run(rules, context, evidence, approved=approved, watch=witness)
    making = _Making(rules, context, evidence, witness, keep)
    return tuple(making.explanation(result) for result in found.results)


def _first(run: "Run") -> frozenset[str]:
    return frozenset(violation.fp for result in run.results for violation in result.violations[:MOST])


def is_wanted(wanted: Wanted, fp: str, key: "Key") -> bool:
    """Return whether an element is one of those to explain; every one is if nothing is said."""
    if wanted.fp is not None and wanted.fp != fp:
        return False
    return wanted.key is None or wanted.key == key_text(key)


def key_text(key: "Key") -> str:
    """Return a key as it is written on a command line."""
    return str(key).lower() if isinstance(key, bool) else str(key)


class _Making:
    """Puts explanations together from what was kept."""

    def __init__(
        self,
        rules: "Rules",
        context: "Context",
        evidence: "Sequence[Evidence]",
        witness: Witness,
        keep: "Callable[[Policy, str, Key], bool]",
    ) -> None:
        self.rules = rules
        self.context = context
        self.evidence = evidence
        self.witness = witness
        self.keep = keep

    def explanation(self, result: "RuleResult") -> Explanation:
        policy, each = result.policy, result.rule.for_each
        elements = self._elements(result)
        shown = sum(element.violation is not None for element in elements)
        return Explanation(
            result=result,
            needs=self._needs(policy),
            lets=self._lets(result),
            source=self.witness.once.get((policy.id, each.source.pointer)) if each is not None else None,
            elements=elements,
            more=max(0, len(result.violations) - shown),
        )

    def _elements(self, result: "RuleResult") -> tuple[Element, ...]:
        """Return what failed and what is wanted; or else the first element, so that there is one to see."""
        policy, rule = result.policy, result.rule
        place = policy.id, rule.condition.pointer
        asked = self.witness.keyed.get(place, [])
        if place in self.witness.once:
            asked = [("", self.witness.once[place])]
        rows: list[tuple[Key, Trace | None]] = [
            (key, trace)
            for key, trace in asked
            if trace.error is not None or rule.for_each is None or self.keep(policy, rule.pointer, key)
        ]
        rows += [
            (violation.key, None)
            for violation in result.violations
            if self.keep(policy, rule.pointer, violation.key) and not _is_among(violation.key, asked)
        ]
        rows.sort(key=lambda row: row[1] is not None and row[1].value is True)
        return tuple(self._element(result, key, trace) for key, trace in rows or asked[:1])

    def _element(self, result: "RuleResult", key: "Key", trace: "Trace | None") -> Element:
        policy, rule = result.policy, result.rule
        holds = trace is not None and trace.value is True
        violation = next((row for row in result.violations if not holds and _same(row.key, key)), None)
        params: list[tuple[str, Trace]] = []
        for name, expression in rule.violation.params if violation is not None else ():
            seen = self.witness.keyed.get((policy.id, expression.pointer), [])
            params += [(name, each) for other, each in seen if _same(other, key)][:1]
        return Element(
            key=key,
            fp=violation_fingerprint(policy.id, rule.id, self.context.subject, key),
            violation=violation,
            condition=trace,
            params=tuple(params),
        )

    def _needs(self, policy: "Policy") -> tuple[Need, ...]:
        selections = self.witness.selections.get(policy.id)
        if selections is None:
            return tuple(Need(requirement=row, selection=None) for row in policy.requires)
        return tuple(
            Need(requirement=row.requirement, selection=row, others=_others(row, self.evidence))
            for row in selections
        )

    def _lets(self, result: "RuleResult") -> "tuple[tuple[str, Trace], ...]":
        policy = result.policy
        compiled = self.rules.compiled(policy.id)
        needed = next((rule.needs for rule in compiled.rules if rule.rule.id == result.rule.id), ())
        pointers = {name: expression.pointer for name, expression in policy.lets}
        found = {name: self.witness.once.get((policy.id, pointers[name])) for name in needed}
        return tuple(sorted((name, trace) for name, trace in found.items() if trace is not None))


def _is_among(wanted: "Key", asked: "Iterable[tuple[Key, Trace]]") -> bool:
    return any(_same(wanted, key) for key, _ in asked)


def _same(one: "Key", other: "Key") -> bool:
    return type(one) is type(other) and one == other


def _others(selection: "Selection", evidence: "Sequence[Evidence]") -> "tuple[Evidence, ...]":
    from stella_git.policy.predicates import split

    base, _ = split(selection.requirement.predicate_type)
    known = {id(item) for item in (*selection.chosen, *(item for item, _ in selection.refused))}
    found = [item for item in evidence if item.predicate_type == base and id(item) not in known]
    return tuple(sorted(found, key=lambda item: (item.version, [source.digest for source in item.sources])))
