"""Lock policies: fetch packs of others, hold them to their digests, and list every file with its digest.

1. Read the policy set and the files around it.
2. Fetch the packs that are not there, or not as the policy set says; nothing is written yet.
3. Refuse what has another digest than the policy set says, and what would not be a whole of policies.
4. Write: packs, digests into the policy set if that is asked for, the lock. Whoever is killed in between
   runs it again.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.errors import ConfigError, RefusedError
from stella_git.flows import packfiles, policyfiles
from stella_git.flows.lockfile import unwritable
from stella_git.flows.policyfetch import Fetched, fetch
from stella_git.flows.policylockstate import State, read
from stella_git.flows.treefiles import write_file
from stella_git.flows.workspace import read_file
from stella_git.policy import load, lock, packs
from stella_git.policy.consistency import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stella_git.policy.model import Pack, PolicySet


@record(frozen=True, slots=True, kw_only=True)
class Result:
    """What locking left on disk.

    Args:
        path: of the lock.
        data: its bytes.
        files: how many files it lists.
        packs: name, path, digest, and ``fetched``, ``present`` or ``own``, sorted by name.
        written: paths of what changed, sorted.
    """

    path: str
    data: bytes
    files: int
    packs: tuple[tuple[str, str, str, str], ...]
    written: tuple[str, ...]


SIGNATURES = ".sigs.json"
"""What follows the name of a lock in the name of the file with its signatures."""


def write(target: str = policyfiles.DEFAULT, *, update: bool = False, write_digests: bool = False) -> Result:
    """Fetch what is missing, and write the lock.

    Args:
        target: folder of the policies, or the policy set in it.
        update: fetch every pack of others again, and replace it whatever is there.
        write_digests: put the digests of what was fetched into the policy set, in place of refusing.

    Raises:
        ConfigError: ``policy-pack-undigested``; the files are no whole of policies; as `fetch`.
        RefusedError: ``policy-pack-digest``: a pack is not what the policy set says; as `fetch`.
        UsageError: ``policy-pack-changed``; there is nothing to lock.
        EnvironmentFault: the network or the file system refuses.
    """
    state = read(target)
    for pack in state.packs:
        if pack.origin is not None:
            packfiles.recover(Path(pack.path))
    state = read(target)
    fetched = [fetch(pack, _set_of(state)) for pack in state.packs if _is_due(pack, state, update=update)]
    digests = _digests(state, fetched, write=write_digests)
    files = _with_packs(state, fetched, digests)
    _require_whole(files)
    policy_set = state.policy_set
    if policy_set is not None and digests:
        policy_set = load.policy_set(load.plain(files[policy_set.file.path], path=policy_set.file.path))
    data = lock.make(state.path, files, policy_set)
    _require_replaceable(state, fetched, update=update)
    written = _write(state, fetched, files, data)
    states = {one.pack.name: "fetched" for one in fetched}
    return Result(
        path=state.path,
        data=data,
        files=sum(path.startswith(lock.folder_of(state.path)) for path in files),
        packs=tuple(
            (pack.name, pack.path, _digest(pack, files, policy_set), states.get(pack.name) or _own(pack))
            for pack in sorted(state.packs, key=lambda pack: pack.name)
        ),
        written=written,
    )


def _set_of(state: State) -> "PolicySet":
    assert state.policy_set is not None
    return state.policy_set


def _own(pack: "Pack") -> str:
    return "own" if pack.origin is None else "present"


def _digest(pack: "Pack", files: "Mapping[str, bytes]", policy_set: "PolicySet | None") -> str:
    return "" if policy_set is None else lock.digest_of(pack, files, policy_set) or ""


def _is_due(pack: "Pack", state: State, *, update: bool) -> bool:
    """Return whether a pack has to be fetched."""
    if pack.origin is None:
        return False
    return update or pack.digest is None or state.digest(pack) != pack.digest


def _digests(state: State, fetched: "Sequence[Fetched]", *, write: bool) -> dict[int, str]:
    """Return the digests that are to be written into the policy set; refuse what differs, if none are."""
    places = {pack.name: index for index, pack in enumerate(state.packs)}
    other = [one for one in fetched if one.digest != one.pack.digest]
    if write or not other:
        return {places[one.pack.name]: one.digest for one in other}
    file = _set_of(state).file
    first = other[0].pack
    if first.digest is None:
        shown = "; ".join(f"{one.pack.name}: digest: {one.digest}" for one in other if not one.pack.digest)
        raise ConfigError(
            f"packs of others need a digest ({shown})",
            code="policy-pack-undigested",
            where=file.where(first.pointer),
            remedy="read what they hold, then paste the digest beside 'from', or let --write-digests do it",
        )
    raise RefusedError(
        f"the pack {first.name!a} is {other[0].digest} where it comes from, and it has to be {first.digest}",
        code="policy-pack-digest",
        where=file.where(f"{first.pointer}/digest"),
        remedy="ask whoever makes it what changed; if you want it, write the new digest (--write-digests)",
    )


def _with_packs(state: State, fetched: "Sequence[Fetched]", digests: "Mapping[int, str]") -> dict[str, bytes]:
    """Return the files as they will be."""
    files = dict(state.files)
    for one in fetched:
        files = {path: data for path, data in files.items() if not within(path, one.pack.path)}
        files |= {_join(one.pack.path, path): data for path, data in one.files.items()}
    if digests:
        file = _set_of(state).file
        files[file.path] = packs.with_digests(file, digests)
    return files


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if path else folder


def _require_whole(files: "Mapping[str, bytes]") -> None:
    """Refuse to lock what no decision would take."""
    from stella_git.verdict import rulebook

    rulebook.read(files.items())


def _require_replaceable(state: State, fetched: "Sequence[Fetched]", *, update: bool) -> None:
    before = state.locked()
    rows = before.value.get("packs") if before is not None and isinstance(before.value, dict) else None
    locked = {
        row["name"]: row["digest"]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    }
    for one in fetched:
        if "" in one.files and not one.pack.path.endswith(".yaml"):
            raise ConfigError(
                f"the pack {one.pack.name!a} is one file, and its path does not end in .yaml",
                code="policy-pack-place",
                where=_set_of(state).file.where(f"{one.pack.pointer}/path"),
                remedy="name a file in its path, such as packs/theirs.yaml",
            )
        found = state.digest(one.pack)
        ours = update or found in {one.digest, locked.get(one.pack.name)}
        packfiles.require_replaceable(one.pack, state.parts.keys(), ours=ours)


def _write(
    state: State, fetched: "Sequence[Fetched]", files: "Mapping[str, bytes]", data: bytes
) -> tuple[str, ...]:
    """Write what changed; return the paths of it."""
    top, written = Path(state.folder), []
    for one in fetched:
        if state.digest(one.pack) != one.digest:
            packfiles.put(top, Path(one.pack.path), one.files)
            written.append(one.pack.path)
    paths = {} if state.policy_set is None else {state.policy_set.file.path: state.policy_set.file.data}
    paths[state.path] = read_file(Path(state.path), limit=load.LIMIT) if Path(state.path).exists() else b""
    for path, before in paths.items():
        after = data if path == state.path else files[path]
        if after != before:
            put_file(top, Path(path), after)
            written.append(path)
            if path == state.path:
                _drop_signatures(Path(f"{path}{SIGNATURES}"))
    return tuple(sorted(written))


def _drop_signatures(path: Path) -> None:
    """Remove the signatures of a lock that is gone: nobody signed the new one."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def put_file(top: Path, path: Path, data: bytes) -> None:
    """Write one file below a folder.

    Raises:
        UsageError: a link leads out of it.
        EnvironmentFault: ``file-unwritable``.
    """
    try:
        write_file(top, path, data)
    except OSError as error:
        raise unwritable(path, error) from error
