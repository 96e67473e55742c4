"""Ask the rules of one policy.

1. A policy that has expired is an error.
2. Where it does not match, its rules are not applicable.
3. Its evidence is selected; what is missing or ambiguous is said before any expression runs.
4. Every rule is asked, with fuel of its own, and so is every ``let`` that a rule reads.

Source: ``docs/reference/policies.md``.
"""

from typing import TYPE_CHECKING, Final

from stella_git.canon import jcs
from stella_git.canon.record import record, replace
from stella_git.policy.applicable import absent, elsewhere, nothing
from stella_git.policy.bindings import bindings
from stella_git.policy.cel import EvalError
from stella_git.policy.elements import Elements
from stella_git.policy.facts import is_fact, is_key
from stella_git.policy.programs import Runner
from stella_git.policy.results import Fault, RuleResult, Violation, violation_fingerprint
from stella_git.policy.select import Selection, select
from stella_git.policy.templates import length, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.policy.cel.values import Value
    from stella_git.policy.compiled import Compiled, CompiledRule
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.model import Rule
    from stella_git.policy.ruleset import Bound
    from stella_git.policy.watching import Watch

MOST_VIOLATIONS: Final = 10_000
_STATUSES: Final = {"deny": "fail", "warn": "warn", "audit": "audit"}


@record(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a policy said, before waivers.

    Args:
        results: one for each rule, in the order of the file.
        elements: (policy, rule, fingerprint) to the element that a violation is about.
    """

    results: tuple[RuleResult, ...]
    elements: "dict[tuple[str, str, str], Json]"


def effective_mode(bound: "Bound", as_of: "Instant") -> str:
    """Return the mode that counts: before a policy is effective, deny is warn."""
    starts = bound.policy.effective_on
    return "warn" if bound.mode == "deny" and starts is not None and as_of < starts else bound.mode


def ask(
    bound: "Bound",
    compiled: "Compiled",
    context: "Context",
    evidence: "Sequence[Evidence]",
    *,
    watch: "Watch | None" = None,
    places: bool = True,
) -> Asked:
    """Return what the rules of a policy say.

    Args:
        bound: the policy in its environment; not one that is off.
        compiled: its programs.
        context: where and when it is asked.
        evidence: everything there is.
        watch: is told every evaluation.
        places: find out where in the evidence each violation is.
    """
    return _Asking(bound, compiled, context, watch, places=places).all(evidence)


class _Asking:
    def __init__(
        self,
        bound: "Bound",
        compiled: "Compiled",
        context: "Context",
        watch: "Watch | None",
        *,
        places: bool,
    ) -> None:
        self.bound = bound
        self.policy = bound.policy
        self.compiled = compiled
        self.context = context
        self.watch = watch
        self.places = places
        self.mode = effective_mode(bound, context.as_of)
        self.elements: dict[tuple[str, str, str], Json] = {}
        self.digests: tuple[str, ...] = ()
        self.found = Elements(())

    def all(self, evidence: "Sequence[Evidence]") -> Asked:
        results = self._before() or self._selected(evidence)
        return Asked(results=results, elements=self.elements)

    def _before(self) -> tuple[RuleResult, ...]:
        """Return the results of a policy whose evidence need not be looked at; empty for others."""
        policy, match = self.policy, self.policy.match
        if policy.expires is not None and not self.context.as_of < policy.expires:
            message = f"the policy expired at {policy.expires}"
            return self._error("policy-expired", message, "/spec/expires", "renew it, or delete it")
        if match.refs is not None and self.context.ref is None:
            return self._error(
                "policy-ref", "it is not known which ref this is for", "/spec/match/refs", "name it: --ref"
            )
        if match.subjects is not None and self.context.subject is None:
            return self._error(
                "policy-subject",
                "it is not known what this is about",
                "/spec/match/subjects",
                "name it: --subject",
            )
        reason = elsewhere(match, self.context)
        return tuple(self._result(rule, "not_applicable", reason=reason) for rule in policy.rules if reason)

    def _selected(self, evidence: "Sequence[Evidence]") -> tuple[RuleResult, ...]:
        chosen = tuple(select(need, evidence, self.context.as_of) for need in self.policy.requires)
        if self.watch is not None:
            self.watch.selected(self.policy, chosen)
        self.digests = tuple(
            sorted({source.digest for each in chosen for item in each.chosen for source in item.sources})
        )
        for each in chosen:
            if each.enough and each.ambiguous:
                return self._ambiguous(each)
        lacking = [each for each in chosen if not each.enough]
        if lacking:
            return self._lacking(lacking)
        if self.places:
            self.found = Elements(tuple(item for each in chosen for item in each.chosen))
        names = bindings(self.bound.params, self.context, chosen)
        runner = Runner(self.policy, self.compiled, names, self.watch)
        return tuple(self._ask(rule, runner) for rule in self.compiled.rules)

    def _ambiguous(self, each: Selection) -> tuple[RuleResult, ...]:
        need = each.requirement
        return self._error(
            "evidence-ambiguous",
            f"{len(each.chosen)} pieces of evidence are {need.name}, and there may be {need.maximum}",
            need.pointer,
            "ask for less (versions, signedBy), or set max and take a list",
        )

    def _lacking(self, lacking: list[Selection]) -> tuple[RuleResult, ...]:
        """Return the results of rules whose evidence is missing; what denies most decides."""
        order = ("deny", "warn", "not_applicable")
        worst = min(lacking, key=lambda each: order.index(each.requirement.on_missing)).requirement.on_missing
        if worst == "not_applicable":
            reason = "; ".join(f"no {each.requirement.name}: {each.reason}" for each in lacking)
            return tuple(self._result(rule, "not_applicable", reason=reason) for rule in self.policy.rules)
        return tuple(
            self._judged(
                rule,
                [
                    absent(self.policy.id, rule.id, each, self.context.subject, status=_STATUSES[self.mode])
                    for each in lacking
                    if each.requirement.on_missing != "not_applicable"
                ],
            )
            for rule in self.policy.rules
        )

    def _ask(self, rule: "CompiledRule", runner: Runner) -> RuleResult:
        try:
            return self._asked(rule, runner.of(rule))
        except _AskError as failed:
            return self._result(rule.rule, "error", fault=failed.fault)
        except EvalError as error:
            fault = Fault(
                code=error.code, message=error.message, where=error.where, remedy=error.remedy or ""
            )
            return self._result(rule.rule, "error", fault=fault)

    def _asked(self, rule: "CompiledRule", runner: Runner) -> RuleResult:
        each = rule.rule.for_each
        if each is None or rule.source is None or rule.key is None:
            holds = self._holds(rule, runner, None)
            return self._judged(rule.rule, [] if holds else [self._violation(rule, runner, "", None)])
        elements = runner.run(rule.source, each.source)
        if not isinstance(elements, list | tuple):
            raise _AskError(self._fault("policy-list", "this is not a list", each.source.pointer))
        if not elements:
            return self._empty(rule)
        found = []
        for element in elements:
            runner.bind(each.item, element)
            key = self._key(rule, runner.run(rule.key, each.key))
            if not self._holds(rule, runner, key):
                found.append(self._violation(rule, runner, key, element))
                if len(found) > MOST_VIOLATIONS:
                    message = f"more than {MOST_VIOLATIONS} violations"
                    raise _AskError(self._fault("policy-violations", message, rule.rule.pointer))
        return self._judged(rule.rule, found)

    def _empty(self, rule: "CompiledRule") -> RuleResult:
        each = rule.rule.for_each
        assert each is not None
        if each.on_empty == "not_applicable":
            return self._result(rule.rule, "not_applicable", reason=f"there is no {each.item}")
        if each.on_empty == "pass":
            return self._judged(rule.rule, [])
        subject, status = self.context.subject, _STATUSES[self.mode]
        violation = nothing(self.policy.id, rule.rule.id, each.item, subject, status=status)
        return self._judged(rule.rule, [replace(violation, digests=self.digests)])

    def _key(self, rule: "CompiledRule", value: "Value") -> "str | int | bool":
        each = rule.rule.for_each
        assert each is not None
        if is_key(value):
            return value
        raise _AskError(
            self._fault("policy-key", "the key is not a string, an integer or a boolean", each.key.pointer)
        )

    def _holds(self, rule: "CompiledRule", runner: Runner, key: "str | int | bool | None") -> bool:
        value = runner.run(rule.condition, rule.rule.condition, key)
        if value is True or value is False:
            return value
        raise _AskError(
            self._fault("policy-boolean", "the rule is neither true nor false", rule.rule.condition.pointer)
        )

    def _violation(
        self, rule: "CompiledRule", runner: Runner, key: "str | int | bool", element: "Value"
    ) -> Violation:
        said = rule.rule.violation
        params: dict[str, Json] = {}
        expressions = dict(said.params)
        for name, program in rule.params:
            value = runner.run(program, expressions[name], key)
            if not is_fact(value):
                message = f"{name} is not a string, an integer, a boolean or a list of these"
                raise _AskError(self._fault("policy-fact", message, expressions[name].pointer))
            params[name] = value
        fp = violation_fingerprint(self.policy.id, rule.rule.id, self.context.subject, key)
        if element is not None:
            self.elements[self.policy.id, rule.rule.id, fp] = element
        pointer = runner.run(rule.at, said.at, key) if rule.at is not None and said.at is not None else None
        facts: dict[str, Json] = {"key": key, "fp": fp, **params}
        stated = "".join(f"{{{name}}}" for name in facts)
        made = length((said.message, said.fix, stated), facts)
        runner.write(made, f"{rule.rule.pointer}/violation")
        return Violation(
            fp=fp,
            key=key,
            code=said.code,
            params=params,
            message=render(said.message, facts),
            fix=render(said.fix, facts),
            status=_STATUSES[self.mode],
            evidence=self.found.place(element, pointer) if self.places else None,
            digests=self.digests,
        )

    def _judged(self, rule: "Rule", violations: list[Violation]) -> RuleResult:
        found = {violation.status for violation in violations}
        status = next((name for name in ("fail", "warn") if name in found), "pass")
        ordered = sorted(violations, key=_order)
        return self._result(rule, status, violations=tuple(ordered))

    def _error(self, code: str, message: str, pointer: str, remedy: str) -> tuple[RuleResult, ...]:
        fault = self._fault(code, message, pointer, remedy)
        return tuple(self._result(rule, "error", fault=fault) for rule in self.policy.rules)

    def _fault(self, code: str, message: str, pointer: str, remedy: str = "") -> Fault:
        return Fault(code=code, message=message, where=self.policy.file.where(pointer), remedy=remedy)

    def _result(
        self,
        rule: "Rule",
        status: str,
        *,
        violations: tuple[Violation, ...] = (),
        fault: Fault | None = None,
        reason: str = "",
    ) -> RuleResult:
        return RuleResult(
            policy=self.policy,
            rule=rule,
            mode=self.bound.mode,
            effective_mode=self.mode,
            status=status,
            violations=violations,
            fault=fault,
            reason=reason,
            where=self.policy.file.where(rule.pointer),
        )


class _AskError(Exception):
    """A rule cannot be asked, for a reason that is not its expressions'."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _order(violation: Violation) -> tuple[str, bytes]:
    return violation.fp, jcs.dumps(violation.params)
