"""The policy files that a lock is about, as they are on disk."""

from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows import packfiles, policyfiles
from stella_git.flows.workspace import read_file
from stella_git.policy import load, lock, packs
from stella_git.policy.consistency import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stella_git.policy.model import Pack, PolicySet
    from stella_git.policy.source import PolicyFile

_SET = "PolicySet"


@record(frozen=True, slots=True, kw_only=True)
class State:
    """Policy files on disk, and their policy set.

    Args:
        folder: that the lock covers.
        path: of the lock.
        files: path to bytes of what a lock lists, and of packs that lie elsewhere.
        policy_set: None if there is none; digests that it does not say yet are `packs.NO_DIGEST`.
        unsaid: places in its list of packs whose digest it does not say.
        budgets: paths of the budgets among the files.
    """

    folder: str
    path: str
    files: "Mapping[str, bytes]"
    policy_set: "PolicySet | None"
    unsaid: tuple[int, ...] = ()
    budgets: frozenset[str] = frozenset()

    def digest(self, pack: "Pack") -> str:
        """Return the digest of what is where a pack goes; "" if nothing is."""
        found = None if self.policy_set is None else lock.digest_of(pack, self.parts, self.policy_set)
        return found or ""

    @property
    def parts(self) -> "Mapping[str, bytes]":
        """Return the files that can be part of a pack: budgets cannot."""
        return {path: data for path, data in self.files.items() if path not in self.budgets}

    @property
    def packs(self) -> "tuple[Pack, ...]":
        """Return the packs of the policy set, if there is one."""
        return () if self.policy_set is None else self.policy_set.packs

    def locked(self) -> "PolicyFile | None":
        """Return the lock that is there.

        Raises:
            ConfigError: it is no lock.
        """
        if not Path(self.path).is_file():
            return None
        file = load.read(read_file(Path(self.path), limit=load.LIMIT), path=self.path)
        if load.kind_of(file) != lock.KIND:
            raise ConfigError(
                "this is no lock of policies",
                code="policy-kind",
                where=file.where("/kind"),
                remedy="move it away, and lock again",
            )
        return file


def read(target: str = policyfiles.DEFAULT) -> State:
    """Return the policy files that a lock is about.

    Args:
        target: folder of the policies, or the policy set in it.

    Raises:
        ConfigError: a file cannot be read, there are two policy sets, or it is not as its schema says.
        UsageError: there is nothing to lock.
        EnvironmentFault: the file system refuses.
    """
    place = Path(target)
    if not place.exists():
        raise UsageError(
            "does not exist",
            code="file-missing",
            where=Where(target),
            remedy="name the folder of the policies, or write some first: stella policy init",
        )
    folder = place if place.is_dir() else place.parent
    found = dict(policyfiles.gather((str(folder),), budgets=True))
    kinds = {path: _kind(path, data) for path, data in found.items()}
    sets = [path for path, kind in kinds.items() if kind == _SET]
    if place != folder and place.as_posix() not in sets:
        raise UsageError(
            "this is no policy set",
            code="policy-kind",
            where=Where(target),
            remedy="name the folder of the policies, or the policy set in it",
        )
    if len(sets) > 1:
        raise ConfigError(
            "there are two policy sets",
            code="policy-set-twice",
            where=Where(sets[1]),
            remedy=f"keep one: the other is {sets[0]}",
        )
    policy_set, unsaid = _policy_set(sets[0], found[sets[0]]) if sets else (None, ())
    files = {path: data for path, data in found.items() if kinds[path] in {*lock.LOCKED, ""}}
    for pack in () if policy_set is None else policy_set.packs:
        files |= _elsewhere(pack, files)
    head = "" if folder == Path() else f"{folder.as_posix()}/"
    return State(
        folder=folder.as_posix(),
        path=head + lock.NAME,
        files=files,
        policy_set=policy_set,
        unsaid=unsaid,
        budgets=frozenset(path for path, kind in kinds.items() if kind == "Budget"),
    )


def _kind(path: str, data: bytes) -> str:
    return "" if path.endswith(".schema.json") else policyfiles.declared(data)


def _elsewhere(pack: "Pack", files: "Mapping[str, bytes]") -> "Mapping[str, bytes]":
    """Return the files of a pack that lies in another folder than its policy set."""
    if any(within(path, pack.path) for path in files) or not Path(pack.path).exists():
        return {}
    try:
        found = policyfiles.gather((pack.path,))
    except UsageError:
        return {}
    return {path: data for path, data in found if _kind(path, data) in {"Policy", ""}}


def _policy_set(path: str, data: bytes) -> "tuple[PolicySet, tuple[int, ...]]":
    """Return a policy set, and the places of packs whose digest it does not say."""
    file = load.plain(data, path=path)
    unsaid = packs.without_digests(file)
    if unsaid:
        filled = packs.with_digests(file, dict.fromkeys(unsaid, packs.NO_DIGEST))
        load.require_valid(load.plain(filled, path=path))
    else:
        load.require_valid(file)
    found = load.policy_set(file)
    packfiles.require_places(found)
    return found, unsaid
