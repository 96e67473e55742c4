"""What this clone has seen and accepted before: a local ref whose tree holds the pinned files."""

from collections.abc import Mapping

from stella_git.errors import EnvironmentFault, RefusedError, Where
from stella_git.gitstore import refs
from stella_git.gitstore.backend import MODE_BLOB, Backend, Identity, TreeEntry
from stella_git.gitstore.pending import Pending
from stella_git.gitstore.retry import swap

PIN_LIMIT = 8 << 20


def read_pin(backend: Backend) -> dict[str, bytes]:
    """Return the pinned files by name; empty in a clone that has accepted nothing yet.

    Raises:
        RefusedError: ``seen-unreadable``: there is a pin, and it cannot be read. It is never taken for a
            clone that has seen nothing, which would trust on first use.
        EnvironmentFault: git could not read.
    """
    tip = backend.ref(refs.SEEN)
    return {} if tip is None else _files(backend, tip)


def _files(backend: Backend, tip: str) -> dict[str, bytes]:
    try:
        entries = backend.tree(backend.commit(tip).tree)
        return {entry.name.decode(): backend.blob(entry.id, limit=PIN_LIMIT) for entry in entries}
    except (RefusedError, UnicodeDecodeError) as error:
        raise _unreadable() from error
    except EnvironmentFault as error:
        if error.code == "git-object-missing":
            raise _unreadable() from error
        raise


def _unreadable() -> RefusedError:
    return RefusedError(
        "what this clone pinned cannot be read",
        code="seen-unreadable",
        where=Where(ref=refs.SEEN),
        remedy=f"restore it (git reflog show {refs.SEEN}), or, if you know why, delete it: "
        f"git update-ref -d {refs.SEEN}",
    )


def write_pin(
    backend: Backend,
    files: Mapping[str, bytes],
    *,
    who: Identity,
    when: int,
    expect: Mapping[str, bytes | None] | None = None,
) -> str:
    """Pin files, keeping those of other names, and return the commit that holds them.

    Args:
        files: bytes by name.
        when: seconds since the epoch, UTC.
        expect: what the caller saw pinned under some names when it decided, None for nothing. If that has
            changed nothing is written: a decision on old facts must not undo a newer one.

    Raises:
        EnvironmentFault: ``seen-moved``: something else is pinned meanwhile; or git could not write.
        RefusedError: ``seen-unreadable``.
    """
    pending = Pending(backend)

    def attempt(tip: str | None) -> str:
        present = {} if tip is None else _files(backend, tip)
        if any(present.get(name) != data for name, data in (expect or {}).items()):
            raise EnvironmentFault(
                "another process pinned something else meanwhile",
                code="seen-moved",
                where=Where(ref=refs.SEEN),
                remedy="run the command again",
            )
        rows = {**present, **files}
        tree = pending.tree(
            TreeEntry(MODE_BLOB, name.encode(), pending.blob(data)) for name, data in rows.items()
        )
        return pending.commit(tree, tip, "Remember what was seen", who=who, when=when)

    return swap(backend, refs.SEEN, attempt)
