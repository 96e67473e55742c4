"""Policy sets: what runs, what differs by environment, and where packs come from."""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.policy.lint.found import Found, at, meant
from stella_git.policy.paramvalues import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Overrides, Pack, Policy, PolicySet
    from stella_git.policy.source import PolicyFile


def check(world: "World") -> "Iterator[Found]":
    """Yield what is wrong with the policy set, and with what it holds."""
    seen: dict[str, Policy] = {}
    for policy in world.policies:
        first = seen.setdefault(policy.id, policy)
        if first is not policy:
            message = f"the policy `{policy.id}` is in {first.file.path} too"
            yield at(policy.file, "/metadata/id", "P201", message)
    for other in world.sets[1:]:
        message = f"there is a policy set in {world.sets[0].file.path} too"
        yield at(other.file, "/kind", "P211", message)
    found = world.policy_set
    if found is not None:
        yield from _packs(world, found)
        yield from _overrides(world, found)


def _packs(world: "World", found: "PolicySet") -> "Iterator[Found]":
    holding = {folder for policy in world.policies for folder in _above(policy.file.path)}
    holding |= {folder for path in world.broken for folder in _above(path)}
    paths = {pack.path for pack in found.packs}
    first: set[str] = set()
    astray = False  # a pack whose path is wrong may be meant to hold any policy
    for pack in found.packs:
        pointer = f"{pack.pointer}/path"
        if pack.path not in holding:
            message = f"the pack `{pack.name}` holds no policy: {pack.path or '.'}"
            yield at(found.file, pointer, "P206", message)
            astray |= pack.origin is None
        around = next((folder for folder in _above(pack.path)[:-1] if folder in paths), None)
        if around is not None or pack.path in first:
            path = pack.path if around is None else around
            yield at(found.file, pointer, "P208", f"another pack holds the same files: {path or '.'}")
        first.add(pack.path)
        yield from _origin(found, pack)
    for policy in () if astray else world.policies:
        if paths.isdisjoint(_above(policy.file.path)):
            message = f"no pack of {found.file.path} holds `{policy.id}`"
            yield at(policy.file, "/metadata/id", "P207", message)


def _above(path: str) -> tuple[str, ...]:
    """Return the folders that a path is in, the root (which is "") first, and the path itself."""
    parts = path.split("/") if path else []
    return tuple("/".join(parts[:length]) for length in range(len(parts) + 1))


def _origin(found: "PolicySet", pack: "Pack") -> "Iterator[Found]":
    origin = pack.origin
    if origin is not None and origin.kind == "https" and not origin.url.startswith(found.allow):
        message = f"nothing under `allow` is the beginning of {origin.url}"
        yield at(found.file, f"{pack.pointer}/from/https", "P209", message)


@record(frozen=True, slots=True, kw_only=True)
class _Layer:
    """What a policy set says for an environment, or for all of them.

    Args:
        environment: "" for all.
        base: JSON Pointer of what it says.
        below: what holds without it; None for all environments, below which there are the policies alone.
    """

    environment: str = ""
    base: str = "/spec"
    given: "Overrides"
    below: "Overrides | None" = None


def _overrides(world: "World", found: "PolicySet") -> "Iterator[Found]":
    everywhere = found.everywhere
    layers = [_Layer(given=everywhere)]
    layers += [
        _Layer(environment=name, base=f"/spec/environments/{name}", given=given, below=everywhere)
        for name, given in found.environments.items()
    ]
    policies = world.by_id()
    for layer in layers:
        for name in layer.given.modes:
            pointer = f"{layer.base}/modes/{name}"
            yield from _target(world, policies.get(name), layer, found.file, pointer)
            yield from _mode(policies.get(name), layer, found.file, pointer)
        for name in layer.given.params:
            pointer = f"{layer.base}/params/{name}"
            yield from _target(world, policies.get(name), layer, found.file, pointer)
            yield from _params(policies.get(name), layer, found.file, pointer)


def _target(
    world: "World", policy: "Policy | None", layer: _Layer, file: "PolicyFile", pointer: str
) -> "Iterator[Found]":
    """Yield that there is no such policy, or that it does not apply in the environment."""
    name = pointer.rpartition("/")[2]
    if policy is None:
        if name not in world.names and not world.blind:
            yield at(file, pointer, "P202", f"there is no policy `{name}`", meant(name, world.names))
    elif layer.environment and layer.environment not in (policy.match.environments or (layer.environment,)):
        message = f"`{name}` does not match the environment `{layer.environment}`"
        yield at(file, pointer, "P205", message)


def _mode(policy: "Policy | None", layer: _Layer, file: "PolicyFile", pointer: str) -> "Iterator[Found]":
    if policy is None:
        return
    mode = layer.below.modes.get(policy.id, policy.mode) if layer.below else policy.mode
    if layer.given.modes[policy.id] == mode:
        yield at(file, pointer, "P204", f"the mode of `{policy.id}` is {mode} without it")


def _params(policy: "Policy | None", layer: _Layer, file: "PolicyFile", pointer: str) -> "Iterator[Found]":
    if policy is None:
        return
    params = {param.name: param for param in policy.params}
    below: Mapping[str, Json] = layer.below.params.get(policy.id, {}) if layer.below else {}
    for key, value in layer.given.params[policy.id].items():
        param = params.get(key)
        if param is None:
            message = f"`{policy.id}` has no parameter `{key}`"
            yield at(file, f"{pointer}/{key}", "P203", message, meant(key, params))
            continue
        why, without = refusal(param, value), below.get(key, param.default)
        if why is not None:
            yield at(file, f"{pointer}/{key}", "P203", why)
        elif value == without and type(value) is type(without):
            message = f"the parameter `{key}` of `{policy.id}` is this without it"
            yield at(file, f"{pointer}/{key}", "P204", message)
