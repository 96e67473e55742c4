"""Digests: whether packs of others, and the files that a lock lists, are what they are said to be."""

from typing import TYPE_CHECKING

from stella_git.policy.lint.found import Found, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.lint.world import World
    from stella_git.policy.model import PolicySet
    from stella_git.policy.source import PolicyFile


def check(world: "World") -> "Iterator[Found]":
    """Yield packs and locked files that are something else."""
    if world.policy_set is not None:
        yield from _packs(world, world.policy_set)
    for lock in world.locks:
        yield from _locked(world, lock)


def _packs(world: "World", found: "PolicySet") -> "Iterator[Found]":
    from stella_git.policy.load import kind_of
    from stella_git.policy.lock import pack_digest

    budgets = {file.path for file in world.files if kind_of(file) == "Budget"}
    files = {path: data for path, data in world.contents.items() if path not in budgets}
    for pack in found.packs:
        known = pack.digest is not None and not _broken(world, pack.path)
        there = pack_digest(files, pack.path) if known else None
        if there not in {None, pack.digest}:
            message = f"the pack `{pack.name}` is {there}"
            yield at(found.file, f"{pack.pointer}/digest", "P210", message)


def _locked(world: "World", lock: "PolicyFile") -> "Iterator[Found]":
    from stella_git.policy.lock import differences

    for one in differences(lock, world.contents, world.policy_set):
        if not _broken(world, one.path):
            yield at(lock, "/packs" if one.what == "pack" else "/files", "P212", one.text())


def _broken(world: "World", path: str) -> bool:
    """Return whether something at a path could not be read: what is wrong with it is told already."""
    prefix = f"{path}/" if path else ""
    return path in world.broken or any(each.startswith(prefix) for each in world.broken)
