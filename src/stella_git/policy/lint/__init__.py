"""Problems of policy files, all at once, before anybody is asked (floor 5).

1. Strict bytes and the schema of the kind, file by file.
2. Expressions: what compiles, what can never be false, what is never read.
3. Policies, policy sets, waivers and tests, each with all the others at hand.

It reads no file and no clock; `stella_git.flows.policylint` brings both.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from stella_git.policy.lint.world import Read, World, read
from stella_git.policy.ruleset import SCHEMA_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated
    from stella_git.policy.lint.found import Found

CHECKS: Final = (
    "expressions",
    "policies",
    "requirements",
    "signers",
    "parameters",
    "sets",
    "contents",
    "waivers",
    "cases",
)
"""Modules with a function ``check`` from a `World` to what it finds."""


def lint(
    files: "Iterable[tuple[str, bytes]]",
    *,
    now: "Instant | None" = None,
    other: "Callable[[str], bytes | None] | None" = None,
    digest: "Callable[[Json], str | None] | None" = None,
    signers: "Callable[[], Mapping[str, frozenset[str]] | None] | None" = None,
) -> "tuple[Validated, ...]":
    """Return every problem of policy files that belong together, file by file, sorted by path.

    Args:
        files: (path, bytes) of files of our kinds and of JSON Schemas (``.schema.json``), with paths relative
            to one root.
        now: the present; None leaves out what depends on it.
        other: gives the bytes of a file that a policy file names, by its path; None if there is none.
        digest: of what an approval of a waiver is about, from the waiver; None if nobody can say.
        signers: gives the roles of everybody in the keyring, by ``key:NAME`` or ``identity:NAME``; None if
            there is no keyring. It is asked only if a policy says who has to sign.
    """
    world = World(
        now=now, other=other or _nothing, digest=digest or _nothing, signers=signers or (lambda: None)
    )
    given = []
    for path, data in sorted(dict(files).items()):
        if path.endswith(SCHEMA_SUFFIX):
            world.contents[path] = data
        else:
            given.append((path, data))
    problems: dict[str, set[Problem]] = {path: set() for path, _ in given}
    readings = [read(path, data) for path, data in given]
    found: list[Found] = []
    for reading, (path, data) in zip(readings, given, strict=True):
        world.paths.add(path)
        problems[path].update(reading.problems)
        if reading.file is not None:
            found += world.take(reading.file)
        else:
            world.miss(path, data)
    world.names |= {policy.id for policy in world.policies}
    for module in CHECKS:
        found += import_module(f"stella_git.policy.lint.{module}").check(world)
    for each in found:
        problems[each.file.path].add(each.problem())
    return tuple(_validated(reading, problems[reading.path]) for reading in readings)


def _nothing(of: object) -> None:
    del of


def _validated(reading: Read, problems: "set[Problem]") -> "Validated":
    from stella_git.documents.detect import detect
    from stella_git.documents.problems import bounded, in_order, rest
    from stella_git.documents.validate import PROBLEM_LIMIT, Validated

    shown, left_out = bounded(in_order(problems), PROBLEM_LIMIT, 2 * PROBLEM_LIMIT)
    return Validated(
        path=reading.path,
        format=detect(reading.file.value) if reading.file is not None else None,
        value=None,
        problems=(*shown, *rest(reading.path, left_out)),
    )
