"""What this clone has seen and accepted before: a local ref whose tree holds the pinned files."""

from collections.abc import Mapping

from stella_git.gitstore import refs
from stella_git.gitstore.backend import MODE_BLOB, Backend, Identity, TreeEntry
from stella_git.gitstore.retry import swap

PIN_LIMIT = 8 << 20


def read_pin(backend: Backend) -> dict[str, bytes]:
    """Return the pinned files by name; empty in a clone that has accepted nothing yet."""
    tip = backend.resolve(f"{refs.SEEN}^{{commit}}")
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
    blobs = {name.encode(): backend.write_blob(data) for name, data in files.items()}

    def attempt(tip: str | None) -> str:
        old = {entry.name: entry for entry in backend.tree(backend.commit(tip).tree)} if tip else {}
        new = {name: TreeEntry(MODE_BLOB, name, blob) for name, blob in blobs.items()}
        tree = backend.write_tree({**old, **new}.values())
        if tip is not None and backend.commit(tip).tree == tree:
            return tip
        return backend.write_commit(tree, [tip] if tip else [], "Remember what was seen", who=who, when=when)

    return swap(backend, refs.SEEN, attempt)
