"""Parameters of policies: bounds, defaults, and whether they have a value."""

from typing import TYPE_CHECKING

from stella_git.canon.record import replace
from stella_git.policy.lint.found import Found, at
from stella_git.policy.paramvalues import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Overrides, Param, Policy
    from stella_git.policy.source import PolicyFile


def check(world: "World") -> "Iterator[Found]":
    """Yield what is wrong with the parameters of every policy."""
    for policy in world.policies:
        for param in policy.params:
            wrong = [*_bounds(policy.file, param)]
            yield from wrong
            why = refusal(param, param.default) if param.default is not None and not wrong else None
            if why is not None:
                yield at(policy.file, f"{param.pointer}/default", "P103", why)
            if param.default is None and not _given(world, policy, param):
                message = f"`{param.name}` has no default, and nothing gives it a value"
                yield at(policy.file, param.pointer, "P104", message)


def _bounds(file: "PolicyFile", param: "Param") -> "Iterator[Found]":
    if param.kind != "int":
        for member, bound in (("min", param.minimum), ("max", param.maximum)):
            if bound is not None:
                message = f"`{param.name}` is of the type {param.kind}, and has a {member}"
                yield at(file, f"{param.pointer}/{member}", "P102", message, f"delete {member}")
    elif param.minimum is not None and param.maximum is not None and param.minimum > param.maximum:
        message = f"`{param.name}` is at least {param.minimum} and at most {param.maximum}"
        yield at(file, f"{param.pointer}/min", "P102", message)
    one = replace(param, kind="string" if param.kind == "strings" else param.kind, allowed=None)
    for index, item in enumerate(param.allowed or ()):
        why = refusal(one, item)
        if why is not None:
            yield at(file, f"{param.pointer}/enum/{index}", "P102", why)


def _given(world: "World", policy: "Policy", param: "Param") -> bool:
    """Return whether a policy set gives a value somewhere: which environments there are, nobody knows."""
    found = world.policy_set
    if found is None:
        return len(world.sets) > 1
    layers: tuple[Overrides, ...] = (found.everywhere, *found.environments.values())
    off = found.everywhere.modes.get(policy.id, policy.mode) == "off"
    return off or any(param.name in layer.params.get(policy.id, {}) for layer in layers)
