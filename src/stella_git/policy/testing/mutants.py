"""Policies that are a little different: each has one change, and a good case notices it."""

from typing import TYPE_CHECKING, Any

from stella_git.canon.record import record, replace
from stella_git.policy.testing.edits import edits
from stella_git.policy.testing.requirementmutants import of_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.policy.compiled import Compiled
    from stella_git.policy.model import Expression, ForEach, Policy, Rule

    _Words = Mapping[str, Mapping[int, tuple[str, ...]]]

_EMPTY = ("pass", "violate", "not_applicable")
_CONSTANT_KEY = "'key'"


@record(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A policy with one change.

    Args:
        kind: what was changed.
        rule: id of the rule that it is part of; "" for what is not part of one.
        pointer: JSON Pointer of what was changed, in the file of the policy.
        expression: what stands at the pointer, as it was; None if that is no expression.
        offset: of what was changed in the expression, in characters.
        old: what stood there.
        new: what stands there now; "" if it was removed.
        hint: what a case has to be like to notice.
        policy: the changed policy.
    """

    kind: str
    rule: str
    pointer: str
    expression: "Expression | None" = None
    offset: int = 0
    old: str
    new: str
    hint: str
    policy: "Policy"


def mutants(policy: "Policy", compiled: "Compiled") -> tuple[Mutant, ...]:
    """Return the mutants of a policy in a fixed order: requirements, match, lets, rules.

    Some may not compile; they count for nothing. Messages, places of violations, and defaults of
    parameters are left alone.

    Args:
        policy: as it was loaded.
        compiled: the same as programs, which know what texts a schema lists.

    Raises:
        ConfigError: an expression of the policy is none.
    """
    listed = dict(_listed(compiled))
    return (
        *(Mutant(rule="", **row) for row in of_requirements(policy)),
        *_lets(policy, listed),
        *(mutant for rule in policy.rules for mutant in _rule(policy, rule, listed)),
    )


def _listed(compiled: "Compiled") -> "Iterator[tuple[str, Mapping[int, tuple[str, ...]]]]":
    """Yield the JSON Pointer of each expression, and the listed texts in it."""
    for let in compiled.lets.values():
        yield let.expression.pointer, let.program.listed
    for made in compiled.rules:
        rule = made.rule
        yield rule.condition.pointer, made.condition.listed
        if rule.for_each is not None and made.source is not None and made.key is not None:
            yield rule.for_each.source.pointer, made.source.listed
            yield rule.for_each.key.pointer, made.key.listed
        programs = dict(made.params)
        for name, expression in rule.violation.params:
            yield expression.pointer, programs[name].listed


def _lets(policy: "Policy", listed: "_Words") -> "Iterator[Mutant]":
    for name, expression in policy.lets:
        for changed, row in _changes(expression, listed):
            lets = tuple((each, changed if each == name else old) for each, old in policy.lets)
            yield Mutant(rule="", policy=replace(policy, lets=lets), **row)


def _rule(policy: "Policy", rule: "Rule", listed: "_Words") -> "Iterator[Mutant]":
    yield Mutant(
        kind="delete-rule",
        rule=rule.id,
        pointer=rule.pointer,
        old=f"rule {rule.id}",
        new="",
        hint=f"a case that expects {rule.id} to fail",
        policy=replace(policy, rules=tuple(each for each in policy.rules if each is not rule)),
    )
    if rule.for_each is not None:
        yield from _for_each(policy, rule, rule.for_each, listed)
    for changed, row in _changes(rule.condition, listed, condition=True):
        yield _with(policy, rule, replace(rule, condition=changed), row)
    for name, expression in rule.violation.params:
        for changed, row in _changes(expression, listed):
            params = tuple((each, changed if each == name else old) for each, old in rule.violation.params)
            yield _with(policy, rule, replace(rule, violation=replace(rule.violation, params=params)), row)


def _for_each(policy: "Policy", rule: "Rule", each: "ForEach", listed: "_Words") -> "Iterator[Mutant]":
    for changed, row in _changes(each.source, listed):
        yield _with(policy, rule, replace(rule, for_each=replace(each, source=changed)), row)
    for changed, row in _changes(each.key, listed):
        yield _with(policy, rule, replace(rule, for_each=replace(each, key=changed)), row)
    key = replace(each.key, text=_CONSTANT_KEY)
    row = {
        "kind": "key",
        "pointer": each.key.pointer,
        "old": each.key.text,
        "new": _CONSTANT_KEY,
        "hint": "a case that expects a violation with its key",
    }
    yield _with(policy, rule, replace(rule, for_each=replace(each, key=key)), row)
    if _never_empty(policy, each.source.text):
        return
    for other in _EMPTY:
        if other != each.on_empty:
            row = {
                "kind": "on-empty",
                "pointer": f"{rule.pointer}/forEach/onEmpty",
                "old": each.on_empty,
                "new": other,
                "hint": f"a case in which `{each.source.text}` is empty, with the status of {rule.id}",
            }
            yield _with(policy, rule, replace(rule, for_each=replace(each, on_empty=other)), row)


def _never_empty(policy: "Policy", text: str) -> bool:
    """Return whether a list is the evidence itself, or its sources: no rule is asked without them."""
    names = {need.name for need in policy.requires}
    return text.strip().removeprefix("evidence.") in names


def _with(policy: "Policy", rule: "Rule", changed: "Rule", row: "dict[str, Any]") -> Mutant:
    rules = tuple(changed if each is rule else each for each in policy.rules)
    return Mutant(rule=rule.id, policy=replace(policy, rules=rules), **row)


def _changes(
    expression: "Expression", listed: "_Words", *, condition: bool = False
) -> "Iterator[tuple[Expression, dict[str, Any]]]":
    for edit in edits(expression.text, condition=condition, listed=listed.get(expression.pointer)):
        yield (
            replace(expression, text=edit.text),
            {
                "kind": edit.kind,
                "pointer": expression.pointer,
                "expression": expression,
                "offset": edit.start,
                "old": edit.old,
                "new": edit.new,
                "hint": edit.hint,
            },
        )
