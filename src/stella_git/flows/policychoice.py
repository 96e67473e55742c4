"""Some of the rules, or rules with other parameters: for whoever tries them."""

import re
from typing import TYPE_CHECKING, Final

from stella_git.canon.record import replace
from stella_git.config.shape import nearest
from stella_git.errors import UsageError
from stella_git.policy.ruleset import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Overrides, Param, Policy, PolicySet, Waiver

_INTEGER: Final = re.compile(r"-?[0-9]{1,16}")
_BOOLEANS: Final = {"false": False, "true": True}


def narrowed(rules: Rules, only: "Iterable[str]") -> Rules:
    """Return the rules that are named, and no other.

    Args:
        rules: what is in force.
        only: ``POLICY`` or ``POLICY/RULE`` each.

    Raises:
        UsageError: ``policy-only``: there is no such policy or rule.
    """
    wanted: dict[str, set[str]] = {}
    for name in only:
        policy, _, rule = name.partition("/")
        _require(policy, rules.policies, "policy")
        known = [each.id for each in rules.policies[policy].rules]
        if rule:
            _require(rule, known, f"rule of {policy}")
        wanted.setdefault(policy, set()).update([rule] if rule else known)
    return Rules(
        policies={name: _of_rules(rules.policies[name], chosen) for name, chosen in wanted.items()},
        policy_set=rules.policy_set,
        waivers=[waiver for waiver in rules.waivers if _concerns(waiver, wanted)],
        schemas=rules.schemas,
    )


def _of_rules(policy: "Policy", chosen: "set[str]") -> "Policy":
    return replace(policy, rules=tuple(rule for rule in policy.rules if rule.id in chosen))


def _concerns(waiver: "Waiver", wanted: "Mapping[str, set[str]]") -> bool:
    return waiver.policy in wanted and (waiver.rule is None or waiver.rule in wanted[waiver.policy])


def _require(name: str, known: "Iterable[str]", what: str) -> None:
    names = sorted(known)
    if name not in names:
        near = nearest(name, names)
        raise UsageError(
            f"there is no {what} {name[:64]!a}",
            code="policy-only",
            remedy=f"did you mean {near!r}?" if near else f"name one of {', '.join(names[:10]) or 'none'}",
        )


def with_param(rules: Rules, given: str) -> Rules:
    """Return the rules with a parameter as it was given: stronger than the policy and the policy set.

    Args:
        rules: what is in force.
        given: ``POLICY.NAME=VALUE``; of a list, strings with commas between them.

    Raises:
        UsageError: ``policy-param-given``: there is no such parameter, or it does not take the value.
    """
    name, sign, text = given.partition("=")
    policy_id, _, param_name = name.rpartition(".")
    policy = rules.policies.get(policy_id)
    if not sign or policy is None:
        near = nearest(policy_id, rules.policies)
        raise _param_error(
            f"{given[:80]!a} is not POLICY.NAME=VALUE with a policy that exists",
            f"did you mean {near}.{param_name}?" if near else "write for example vuln.epss.maxEpssPpm=50000",
        )
    params = {param.name: param for param in policy.params}
    if param_name not in params:
        near = nearest(param_name, params)
        raise _param_error(
            f"{policy_id} has no parameter {param_name[:64]!a}",
            f"did you mean {near!r}?" if near else f"it has: {', '.join(params) or 'none'}",
        )
    value = _value(params[param_name], text)
    changed = tuple(
        replace(param, default=value) if param.name == param_name else param for param in policy.params
    )
    return Rules(
        policies={**rules.policies, policy_id: replace(policy, params=changed)},
        policy_set=_without(rules.policy_set, policy_id, param_name),
        waivers=rules.waivers,
        schemas=rules.schemas,
    )


def _value(param: "Param", text: str) -> "Json":
    from stella_git.policy.paramvalues import refusal

    value: Json = text
    if param.kind == "int" and _INTEGER.fullmatch(text):
        value = int(text)
    elif param.kind == "bool":
        value = _BOOLEANS.get(text, text)
    elif param.kind == "strings":
        value = [part for part in text.split(",") if part]
    refused = refusal(param, value)
    if refused is not None:
        raise _param_error(refused, "keep within what the policy allows; separate strings by commas")
    return value


def _param_error(message: str, remedy: str) -> UsageError:
    return UsageError(f"--param: {message}", code="policy-param-given", remedy=remedy)


def _without(policy_set: "PolicySet | None", policy: str, param: str) -> "PolicySet | None":
    """Return a policy set that says nothing about a parameter."""
    if policy_set is None:
        return None
    return replace(
        policy_set,
        everywhere=_cut(policy_set.everywhere, policy, param),
        environments={name: _cut(row, policy, param) for name, row in policy_set.environments.items()},
    )


def _cut(overrides: "Overrides", policy: str, param: str) -> "Overrides":
    params = {
        name: {key: value for key, value in values.items() if (name, key) != (policy, param)}
        for name, values in overrides.params.items()
    }
    return replace(overrides, params=params)
