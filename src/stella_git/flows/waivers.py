"""Who approved which waiver, and who wrote it: what policies are given as plain names.

Approvals are verified against the keyring in force. Who wrote a waiver is the author of the commit that first
brought what it says now: commits that only add approvals are not looked at, so that an approver may commit
their own signature. History that is cut off does not tell; then nobody's approval counts, and that is said.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.errors import ConfigError, RefusedError
from stella_git.gitstore.objects import list_paths, read_path
from stella_git.policy import load
from stella_git.trust import approvals
from stella_git.trust.approvals import Checked, Given

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.canon.clock import Instant
    from stella_git.gitstore.backend import Backend, Commit
    from stella_git.policy.model import Waiver
    from stella_git.policy.source import PolicyFile
    from stella_git.trust.keyring import Keyring

UNKNOWN_AUTHOR = "history is cut off here, so nobody can say who wrote it: git fetch --unshallow"


@record(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of the approvals of a waiver.

    Args:
        checked: every approval, sorted by identity; empty if nothing could be checked.
        names: of those that count, sorted.
        author: who wrote the waiver, ``NAME <ADDRESS>``; None where nobody asked, or it is not known.
        unchecked: why approvals or the author could not be checked; "" if they were.
    """

    waiver: "Waiver"
    checked: tuple[Checked, ...] = ()
    names: tuple[str, ...] = ()
    author: str | None = None
    unchecked: str = ""


def standings(
    waivers: "Iterable[Waiver]",
    *,
    keyring: "Keyring | None",
    repository_id: str | None,
    at: "Instant",
    authors: "Mapping[str, str | None] | None" = None,
) -> tuple[Standing, ...]:
    """Return what became of the approvals of waivers, sorted by id.

    Args:
        waivers: of the policy set.
        keyring: that is in force; without one nothing can be checked, and nobody approved anything.
        repository_id: of this repository; as with the keyring.
        at: the time of the decision.
        authors: id of a waiver to who wrote it, None for what history does not tell; without it nobody asks.
    """
    ordered = sorted(waivers, key=lambda waiver: waiver.id)
    if keyring is None or repository_id is None:
        what = "there is no keyring in force" if keyring is None else "the repository has no id"
        return tuple(
            Standing(waiver=waiver, unchecked=f"{what}: approvals were not checked") for waiver in ordered
        )
    return tuple(_standing(waiver, keyring, repository_id, at, authors) for waiver in ordered)


def approved(
    waivers: "Iterable[Waiver]",
    *,
    keyring: "Keyring | None",
    repository_id: str | None,
    at: "Instant",
    authors: "Mapping[str, str | None] | None" = None,
) -> dict[str, tuple[str, ...]]:
    """Return by id of a waiver the names of those whose approval of it counts; see `standings`."""
    found = standings(waivers, keyring=keyring, repository_id=repository_id, at=at, authors=authors)
    return {standing.waiver.id: standing.names for standing in found}


def _standing(
    waiver: "Waiver",
    keyring: "Keyring",
    repository_id: str,
    at: "Instant",
    authors: "Mapping[str, str | None] | None",
) -> Standing:
    author = None if authors is None else authors.get(waiver.id)
    not_by = (waiver.owner,) if author is None else (waiver.owner, author)
    checked = approvals.verify(
        approvals.payload(waiver.file.value, repository_id),
        [Given(one.identity, one.digest, one.signature) for one in waiver.approvals],
        keyring,
        at=at,
        not_by=not_by,
    )
    unknown = authors is not None and author is None
    return Standing(
        waiver=waiver,
        checked=checked,
        names=() if unknown else approvals.names(checked, keyring),
        author=author,
        unchecked=UNKNOWN_AUTHOR if unknown else "",
    )


def authors_of(backend: "Backend", commit: str, waivers: "Iterable[Waiver]") -> dict[str, str | None]:
    """Return by id who wrote the waivers that a commit has: ``NAME <ADDRESS>``, as the commits say it.

    Args:
        backend: the repository.
        commit: id of a commit.
        waivers: whose paths are relative to the root of its tree.

    Returns:
        None for a waiver that the commit has not, or not so, or that came where history is cut off.
    """
    return {waiver.id: author_of(backend, commit, waiver.file) for waiver in waivers}


def author_of(backend: "Backend", tip: str, file: "PolicyFile") -> str | None:
    """Return who wrote one waiver; as `authors_of`."""
    wanted = _payload(file)
    found: tuple[str, str] | None = (tip, file.path)
    author: str | None = None
    while found is not None:
        tip, path = found
        first = _first(backend, tip, path, wanted)
        if first is None:
            return None
        commit = backend.commit(first)
        if backend.is_shallow and any(backend.object_type(parent) is None for parent in commit.parents):
            return None
        author = commit.author
        found = _moved(backend, commit, path, wanted)
    return author


def _first(backend: "Backend", tip: str, path: str, wanted: bytes | None) -> str | None:
    """Return the commit since when a file says what is wanted; None if it does not."""
    first: str | None = None
    for name in backend.rev_list([tip, "--", f":(top,literal){path}"]):
        if _payload_at(backend, name, path) != wanted:
            break
        first = name
    return first


def _moved(backend: "Backend", commit: "Commit", path: str, wanted: bytes | None) -> tuple[str, str] | None:
    """Return a parent and the path where it has the waiver: whoever moves a file did not write it.

    It is looked for in the same folder, and under the same name in others.
    """
    folder, _, name = path.rpartition("/")
    for parent in commit.parents:
        tree = backend.commit(parent).tree
        for glob in (f"{folder}/*" if folder else "*", f"**/{name}"):
            try:
                paths = [other for other, _ in list_paths(backend, tree, (glob,)) if other != path]
            except RefusedError:  # there is a link among them
                continue
            for other in paths:
                if _payload_at(backend, parent, other) == wanted:
                    return parent, other
    return None


def is_in(backend: "Backend", commit: str, file: "PolicyFile") -> bool:
    """Return whether a commit has a waiver that says the same, approvals not looked at."""
    return _payload_at(backend, commit, file.path) == _payload(file)


def _payload_at(backend: "Backend", commit: str, path: str) -> bytes | None:
    try:
        data = read_path(backend, backend.commit(commit).tree, path, limit=load.LIMIT)
        return None if data is None else _payload(load.plain(data, path=path))
    except (ConfigError, RefusedError):  # it was something else then
        return None


def _payload(file: "PolicyFile") -> bytes | None:
    document = file.value
    if not isinstance(document, dict) or not isinstance(document.get("spec"), dict):
        return None
    return approvals.payload(document, "")
