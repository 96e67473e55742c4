"""Lint policy files on disk, each with the whole set that it belongs to.

1. A file belongs to the nearest folder above that has a policy set; without one, to what was named.
2. All YAML files of that folder are read, and those of packs that lie elsewhere.
3. They are linted together: whether a policy is good depends on what names it.
"""

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.record import record, replace
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows.policyfiles import DEFAULT, LIMIT, below, existing
from stella_git.flows.workspace import read_file
from stella_git.policy.ruleset import SCHEMA_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.validate import Validated

_SETS = ("policy-set.yaml", "policy-set.yml")
# Ours, or what would be ours if it were spelt right; manifests of others have an apiVersion too.
_OURS = re.compile(rb"""stella\.ops/|apiVersion["']?\s*:\s*["']?[^\s"']*(?:stell|ops/)""", re.IGNORECASE)


@record(frozen=True, slots=True, kw_only=True)
class Linted:
    """What became of policy files.

    Args:
        results: one for each file, sorted by path.
        passed_over: how many YAML files of the folders are nobody's policy.
    """

    results: "tuple[Validated, ...]"
    passed_over: int = 0


def lint_paths(paths: "Sequence[str]" = (), *, now: "Instant") -> Linted:
    """Return every problem of policy files, and of those that belong to them.

    Args:
        paths: files and folders; ``policies`` if there are none.
        now: the present.

    Raises:
        UsageError: ``file-missing``; ``policy-none``: a folder has no policy file; ``policy-too-many``.
        EnvironmentFault: a file cannot be read.
    """
    from stella_git.policy.lint import lint

    results: dict[str, Validated] = {}
    digest = _Approvals().digest
    others = 0
    for files in _groups(paths or (DEFAULT,)):
        ours = {path: data for path, data in files.items() if _is_ours(path, data)}
        others += len(files) - len(ours)
        for one in lint(
            ours.items(), now=now, other=_other, digest=digest, signers=partial(_signers, list(ours))
        ):
            results[one.path] = _both(results[one.path], one) if one.path in results else one
    if not results and not (paths and all(Path(path).is_file() for path in paths)):
        raise UsageError(
            f"there is no policy file in {', '.join(paths) or DEFAULT}",
            code="policy-none",
            where=Where((paths or [DEFAULT])[0]),
            remedy="name a policy file or a folder with policies, or write some: stella policy init",
        )
    return Linted(results=tuple(one for _, one in sorted(results.items())), passed_over=others)


def _both(one: "Validated", other: "Validated") -> "Validated":
    """Return what is wrong with a file that two policy sets share."""
    from stella_git.documents.problems import in_order

    return replace(one, problems=tuple(in_order({*one.problems, *other.problems})))


def _is_ours(path: str, data: bytes) -> bool:
    return path.endswith(SCHEMA_SUFFIX) or _OURS.search(data) is not None


def _groups(names: "Sequence[str]") -> "Iterator[Mapping[str, bytes]]":
    """Yield files that belong together, by path."""
    homes: dict[str, None] = {}
    alone: dict[str, bytes] = {}
    for name in names:
        for path in _below(existing(name).as_posix()):
            home = _home(path)
            if home is None or not path.is_file():
                alone[path.as_posix()] = read_file(path, limit=LIMIT)
            else:
                homes[home.as_posix()] = None
    for folder in homes:
        yield _read(folder)
    if alone:
        yield alone


def _below(name: str) -> "Sequence[Path]":
    """Return the files of a folder that may be ours, or the file itself."""
    root = Path(name)
    return below(root) if root.is_dir() else [root]


def _home(path: Path) -> Path | None:
    """Return the nearest folder above that has a policy set, inside of the repository; None if none has."""
    for folder in path.resolve().parents:
        if any((folder / name).is_file() for name in _SETS):
            return folder if path.is_absolute() else Path(os.path.relpath(folder))
        if (folder / ".git").exists():
            return None
    return None


def _read(home: str) -> "Mapping[str, bytes]":
    """Return the files of a folder with a policy set, and those of its packs that lie elsewhere."""
    found = {path.as_posix(): read_file(path, limit=LIMIT) for path in _below(home)}
    for path in list(found):
        if path.endswith(_SETS):
            for pack in _packs(path, found[path]):
                if Path(pack).exists():
                    found |= {each.as_posix(): read_file(each, limit=LIMIT) for each in _below(pack)}
    return found


def _packs(path: str, data: bytes) -> "tuple[str, ...]":
    from stella_git.policy import load

    try:
        return tuple(pack.path or "." for pack in load.policy_set(load.read(data, path=path)).packs)
    except ConfigError:
        return ()  # lint says what is wrong with it


class _Approvals:
    """What approvals of waivers are about in this repository; it is looked for when a waiver has any."""

    def __init__(self) -> None:
        self._asked = False
        self._repository: str | None = None

    def digest(self, waiver: "Json") -> str | None:
        """Return the digest of what is approved; None outside of a repository that has an id."""
        from stella_git.canon.digest import sha256
        from stella_git.flows.surroundings import find_work_tree, read_config
        from stella_git.trust.approvals import payload

        if not self._asked:
            top = find_work_tree()
            config = read_config(top) if top else None
            self._repository, self._asked = config.repository_id if config else None, True
        return None if self._repository is None else str(sha256(payload(waiver, self._repository)))


def _signers(paths: "Sequence[str]") -> "Mapping[str, frozenset[str]] | None":
    """Return the roles of everybody in the keyring of the work tree that files lie in; None if there is none.

    A keyring or a configuration that cannot be read is not told here: ``stella config check`` does.
    """
    from stella_git.config import Config
    from stella_git.flows.surroundings import find_work_tree, read_config, stands_inside
    from stella_git.trust.keyring import Keyring

    top = find_work_tree()
    if top is None or not all(map(stands_inside, paths)):
        return None
    try:
        path = top / (read_config(top) or Config()).keyring
        if not path.is_file():
            return None
        keyring = Keyring.from_bytes(read_file(path, limit=LIMIT), path=str(path))
    except ConfigError:
        return None
    keys = {f"key:{entry.name}": frozenset(entry.roles) for entry in keyring.keys}
    return keys | {f"identity:{entry.name}": frozenset(entry.roles) for entry in keyring.identities}


def _other(path: str) -> bytes | None:
    return read_file(Path(path), limit=LIMIT) if Path(path).is_file() else None
