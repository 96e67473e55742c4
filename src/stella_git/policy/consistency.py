"""Policies, their set and waivers beside each other: nothing names what does not exist."""

from typing import TYPE_CHECKING

from stella_git.errors import ConfigError
from stella_git.policy.paramvalues import refusal
from stella_git.policy.targets import require_sound, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from stella_git.policy.model import Overrides, Param, Policy, PolicySet, Waiver
    from stella_git.policy.source import PolicyFile


def require_consistent(
    policies: "Mapping[str, Policy]",
    policy_set: "PolicySet | None",
    waivers: "Sequence[Waiver]",
    budgets: "Collection[str]",
) -> None:
    """Refuse policies, a policy set and waivers that contradict each other.

    Args:
        policies: by id.
        policy_set: None if there is none.
        waivers: of the set.
        budgets: ids of budgets, which waivers may name too.

    Raises:
        ConfigError: something names what does not exist; a parameter is out of bounds; a pack holds nothing;
            a policy is in no pack.
    """
    if policy_set is not None:
        _require_listed(policies, policy_set)
        _require_overrides(policies, policy_set)
    for policy in policies.values():
        for param in policy.params:
            _require_bounds(policy, param)
    for waiver in waivers:
        require_sound(waiver, policies, budgets)


def _require_listed(policies: "Mapping[str, Policy]", policy_set: "PolicySet") -> None:
    listed: set[str] = set()
    for pack in policy_set.packs:
        inside = {policy.id for policy in policies.values() if within(policy.file.path, pack.path)}
        if not inside:
            raise ConfigError(
                f"the pack {pack.name!a} holds no policy",
                code="policy-pack-empty",
                where=policy_set.file.where(f"{pack.pointer}/path"),
                remedy="correct its path, fetch it (stella policy lock), or remove the pack",
            )
        listed |= inside
    for policy in policies.values():
        if policy.id not in listed:
            raise ConfigError(
                f"the policy {policy.id!a} is in no pack of the policy set, so it would never run",
                code="policy-unlisted",
                where=policy.file.where("/metadata/id"),
                remedy=f"list its folder in {policy_set.file.path}, or delete it",
            )


def within(path: str, folder: str) -> bool:
    """Return whether a path is a folder's, or below it; "" is the root."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def _require_overrides(policies: "Mapping[str, Policy]", policy_set: "PolicySet") -> None:
    layers = [("/spec", policy_set.everywhere)]
    layers += [(f"/spec/environments/{name}", row) for name, row in policy_set.environments.items()]
    for base, layer in layers:
        for name, pointer in _named(base, layer):
            if name not in policies:
                raise unknown("policy", name, policies, policy_set.file, pointer)
        for name, values in layer.params.items():
            params = {param.name: param for param in policies[name].params}
            for key, value in values.items():
                pointer = f"{base}/params/{name}/{key}"
                if key not in params:
                    raise unknown("parameter", key, params, policy_set.file, pointer)
                _require_value(refusal(params[key], value), policy_set.file, pointer)


def _named(base: str, layer: "Overrides") -> "Iterator[tuple[str, str]]":
    for member, names in (("modes", layer.modes), ("params", layer.params)):
        for name in names:
            yield name, f"{base}/{member}/{name}"


def _require_bounds(policy: "Policy", param: "Param") -> None:
    if param.minimum is not None and param.maximum is not None and param.minimum > param.maximum:
        _require_value("min is more than max", policy.file, f"{param.pointer}/min")
    if param.default is not None:
        _require_value(refusal(param, param.default), policy.file, f"{param.pointer}/default")


def _require_value(refused: str | None, file: "PolicyFile", pointer: str) -> None:
    if refused is not None:
        raise ConfigError(
            refused,
            code="policy-param",
            where=file.where(pointer),
            remedy="keep within what the policy allows",
        )
