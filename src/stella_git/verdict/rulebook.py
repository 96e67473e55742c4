"""Policy files in force, sorted out: budgets here, policies with their set and waivers there."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from stella_git.budget import Budget
from stella_git.canon.record import record
from stella_git.config.source import Source
from stella_git.policy import load
from stella_git.policy.lock import KIND, require_locked
from stella_git.policy.ruleset import KINDS, SCHEMA_SUFFIX, Rules, assemble_files

if TYPE_CHECKING:
    from stella_git.policy.source import PolicyFile

Files = Iterable[tuple[str, bytes]]


@record(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What is in force.

    Args:
        budgets: in the order of their paths.
        rules: policies, policy set and waivers; None if there is no file of these kinds.
    """

    budgets: tuple[Budget, ...]
    rules: Rules | None


def read(files: Files) -> Rulebook:
    """Return what policy files say, by their ``kind``; a file without one is read as a budget.

    A file of another kind is refused: a rule that is silently ignored would be a rule that passes.

    A command reads the rules in force, and so does each verdict that it recomputes: the latest few are kept.

    Args:
        files: (path, bytes) of YAML or JSON files.

    Raises:
        ConfigError: a file cannot be read, is not valid, is of a kind that nobody here applies, or names what
            does not exist.
    """
    return _read(tuple(sorted(dict(files).items())))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[str, bytes], ...]) -> Rulebook:
    budgets: list[Budget] = []
    others: list[PolicyFile] = []
    schemas: list[tuple[str, bytes]] = []
    every = dict(files)
    for path, data in files:
        if path.endswith(SCHEMA_SUFFIX):
            schemas.append((path, data))
            continue
        source, file = _source(path, data)
        kind = source.value.get("kind", "Budget") if isinstance(source.value, dict) else "Budget"
        if kind == "Budget" or file is None:
            budgets.append(Budget.from_source(source))
        else:
            others.append(file)
    if not others:
        assemble_files((), schemas)  # which refuses policies that are called like schemas
        return Rulebook(budgets=tuple(budgets), rules=None)
    rules = assemble_files(others, schemas, budgets={budget.id for budget in budgets})
    for lock in (file for file in others if load.kind_of(file) == KIND):
        waivers = {waiver.file.path for waiver in rules.waivers}
        locked = {path: data for path, data in every.items() if path not in {*waivers, lock.path}}
        require_locked(lock, locked, rules.policy_set, complete=True)
    return Rulebook(budgets=tuple(budgets), rules=rules)


def _source(path: str, data: bytes) -> "tuple[Source, PolicyFile | None]":
    """Return a file as budgets are read, and as policies are; parsed once, but for JSON."""
    if path.endswith(".json"):
        source = Source.read(data, path=path)
        kind = source.value.get("kind") if isinstance(source.value, dict) else None
        return source, load.plain(data, path=path) if kind in KINDS else None
    file = load.plain(data, path=path)
    return Source(value=file.value, path=path, places=file.document.positions), file
