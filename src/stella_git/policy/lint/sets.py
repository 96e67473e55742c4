"""Policy sets: what runs, what differs by environment, and where packs come from."""

from typing import TYPE_CHECKING

from stella_git.policy.lint.found import Found, at, meant
from stella_git.policy.paramvalues import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Overrides, Pack, Policy, PolicySet


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
    for pack in found.packs:
        pointer = f"{pack.pointer}/path"
        if pack.path not in holding:
            message = f"the pack `{pack.name}` holds no policy: {pack.path or '.'}"
            yield at(found.file, pointer, "P206", message)
        around = next((folder for folder in _above(pack.path)[:-1] if folder in paths), None)
        if around is not None or pack.path in first:
            path = pack.path if around is None else around
            yield at(found.file, pointer, "P208", f"another pack holds the same files: {path or '.'}")
        first.add(pack.path)
        yield from _origin(found, pack)
    for policy in world.policies:
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


def _overrides(world: "World", found: "PolicySet") -> "Iterator[Found]":
    policies = world.by_id()
    yield from _layer(world, policies, found, "")
    for name in found.environments:
        yield from _layer(world, policies, found, name)


def _layer(
    world: "World", policies: "Mapping[str, Policy]", found: "PolicySet", environment: str
) -> "Iterator[Found]":
    """Yield what is wrong with what is said for an environment; "" for all of them."""
    layer = found.environments[environment] if environment else found.everywhere
    base = f"/spec/environments/{environment}" if environment else "/spec"
    for member, given in (("modes", layer.modes), ("params", layer.params)):
        for name in given:
            pointer = f"{base}/{member}/{name}"
            policy = policies.get(name)
            if policy is None:
                if name not in world.names and not world.blind:
                    message = f"there is no policy `{name}`"
                    yield at(found.file, pointer, "P202", message, meant(name, world.names))
            elif environment and not _applies(policy, environment):
                message = f"`{name}` does not match the environment `{environment}`"
                yield at(found.file, pointer, "P205", message)
            else:
                below = found.everywhere if environment else None
                yield from _mode(found, policy, layer, below, pointer, member)
                yield from _params(found, policy, layer, below, pointer, member)


def _applies(policy: "Policy", environment: str) -> bool:
    return policy.match.environments is None or environment in policy.match.environments


def _mode(
    found: "PolicySet",
    policy: "Policy",
    layer: "Overrides",
    below: "Overrides | None",
    pointer: str,
    member: str,
) -> "Iterator[Found]":
    if member != "modes":
        return
    mode = below.modes.get(policy.id, policy.mode) if below else policy.mode
    if layer.modes[policy.id] == mode:
        yield at(found.file, pointer, "P204", f"the mode of `{policy.id}` is {mode} without it")


def _params(
    found: "PolicySet",
    policy: "Policy",
    layer: "Overrides",
    below: "Overrides | None",
    pointer: str,
    member: str,
) -> "Iterator[Found]":
    if member != "params":
        return
    params = {param.name: param for param in policy.params}
    lower: Mapping[str, Json] = below.params.get(policy.id, {}) if below else {}
    for key, value in layer.params[policy.id].items():
        param = params.get(key)
        if param is None:
            message = f"`{policy.id}` has no parameter `{key}`"
            yield at(found.file, f"{pointer}/{key}", "P203", message, meant(key, params))
            continue
        why = refusal(param, value)
        if why is not None:
            yield at(found.file, f"{pointer}/{key}", "P203", why)
        elif value == lower.get(key, param.default) and type(value) is type(lower.get(key, param.default)):
            message = f"the parameter `{key}` of `{policy.id}` is this without it"
            yield at(found.file, f"{pointer}/{key}", "P204", message)
