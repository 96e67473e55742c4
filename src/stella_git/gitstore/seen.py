"""What this clone has seen and accepted before: a local ref whose tree holds the pinned files."""

from collections.abc import Mapping

from stella_git.gitstore import refs
from stella_git.gitstore.backend import MODE_BLOB, Backend, Identity, TreeEntry
from stella_git.gitstore.pending import Pending
from stella_git.gitstore.retry import swap, tip_of

PIN_LIMIT = 8 << 20


def read_pin(backend: Backend) -> dict[str, bytes]:
    """Return the pinned files by name; empty in a clone that has accepted nothing yet."""
    tip = tip_of(backend, refs.SEEN)
    if tip is None:
        return {}
    entries = backend.tree(backend.commit(tip).tree)
    return {
        entry.name.decode(): backend.blob(entry.id, limit=PIN_LIMIT) for entry in entries if not entry.is_tree
    }


def write_pin(backend: Backend, files: Mapping[str, bytes], *, who: Identity, when: int) -> str:
    """Pin files, keeping those of other names, and return the commit that holds them.

    Raises:
        EnvironmentFault: git could not write.
    """
    pending = Pending(backend)

    def attempt(tip: str | None) -> str:
        root = backend.commit(tip).tree if tip is not None else None
        entries = {entry.name: entry for entry in backend.tree(root)} if root is not None else {}
        for name, data in files.items():
            entries[name.encode()] = TreeEntry(MODE_BLOB, name.encode(), pending.blob(data))
        tree = pending.tree(entries.values())
        if tip is not None and tree == root:
            return tip
        parents = [] if tip is None else [tip]
        commit = pending.commit(tree, parents, "Remember what was seen", who=who, when=when)
        pending.flush()
        return commit

    return swap(backend, refs.SEEN, attempt)
