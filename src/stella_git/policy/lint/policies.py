"""What policies say of themselves: times, controls, where they apply, and whether they are tried."""

from typing import TYPE_CHECKING, Final

from stella_git.policy.lint.found import Found, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.clock import Instant
    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Policy

SOON: Final = 14
"""Days before an end at which it is told."""


def check(world: "World") -> "Iterator[Found]":
    """Yield what is wrong with each policy, beside its expressions."""
    spellings: dict[str, str] = {}
    tested = frozenset(_tested(world))
    for policy in world.policies:
        yield from _times(policy, world.now)
        yield from _controls(policy, spellings)
        yield from _refs(policy)
        if policy.file.path not in tested and not _of_others(world, policy):
            message = f"no test is for `{policy.id}`"
            yield at(policy.file, "/metadata/id", "P112", message)


def days_until(end: "Instant", now: "Instant") -> int:
    """Return whole days from now to an end, rounded down; negative if it is over."""
    from stella_git.canon.clock import DAY

    return (end.seconds - now.seconds) // DAY


def _times(policy: "Policy", now: "Instant | None") -> "Iterator[Found]":
    begins, ends = policy.effective_on, policy.expires
    if begins is not None and ends is not None and not begins < ends:
        message = f"it expires at {ends}, and is effective from {begins} only"
        yield at(policy.file, "/spec/expires", "P105", message)
    if ends is None or now is None:
        return
    if not now < ends:
        yield at(policy.file, "/spec/expires", "P106", f"`{policy.id}` expired at {ends}")
    elif days_until(ends, now) < SOON:
        message = f"`{policy.id}` expires at {ends}: days left: {days_until(ends, now)}"
        yield at(policy.file, "/spec/expires", "P107", message)


def _controls(policy: "Policy", spellings: "dict[str, str]") -> "Iterator[Found]":
    import re

    document = policy.file.value
    metadata = document.get("metadata") if isinstance(document, dict) else None
    listed = metadata.get("controls") if isinstance(metadata, dict) else None
    for index, control in enumerate(listed if isinstance(listed, list) else ()):
        first = spellings.setdefault(str(control).casefold(), str(control))
        pointer = f"/metadata/controls/{index}"
        if first != control:
            message = f"`{control}` is written `{first}` elsewhere"
            yield at(policy.file, pointer, "P113", message, f"write {first}")
        elif not re.fullmatch(r"[^\s/]+(?:/[^\s/]+)+", str(control)):
            yield at(policy.file, pointer, "P113", f"`{control}` names no framework and control in it")


def _refs(policy: "Policy") -> "Iterator[Found]":
    from stella_git.canon.globs import glob_matches

    for index, pattern in enumerate(policy.match.refs or ()):
        first, *rest = pattern.split("/")
        leads = first == "**" or (glob_matches("refs", [first]) and bool(rest))
        if not leads or "" in rest:
            remedy = "" if leads or "" in rest else f"write refs/heads/{pattern}"
            message = f"no ref has a full name like `{pattern}`"
            yield at(policy.file, f"/spec/match/refs/{index}", "P114", message, remedy)


def _tested(world: "World") -> "Iterator[str]":
    from stella_git.policy.lint.cases import target

    for test in world.tests:
        found = target(test)
        if isinstance(found, str):
            yield found


def _of_others(world: "World", policy: "Policy") -> bool:
    """Return whether a policy is of a pack that others keep: their tests are theirs."""
    from stella_git.policy.consistency import within

    packs = world.policy_set.packs if world.policy_set else ()
    return any(pack.origin is not None and within(policy.file.path, pack.path) for pack in packs)
