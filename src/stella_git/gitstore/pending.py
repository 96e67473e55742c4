"""Objects that are written together: their ids are known before git has seen them."""

import hashlib
from collections.abc import Iterable, Sequence

from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import Backend, Identity, TreeEntry

FLUSH_BYTES = 128 << 20  # what waits in memory at most, whatever the number of objects


class Pending:
    """Objects to write; nothing is in the repository before `flush`, except what would not fit in memory.

    Every id is remembered, so that another attempt does not write the same objects again.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: set[str] = set()
        self._objects: list[tuple[str, bytes]] = []
        self._bytes = 0

    def blob(self, data: bytes) -> str:
        """Return the id of a blob that will be written."""
        return self._keep("blob", data)

    def tree(self, entries: Iterable[TreeEntry]) -> str:
        """Return the id of a tree that will be written."""
        return self._keep("tree", objectformat.tree_bytes(entries))

    def commit(self, tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int) -> str:
        """Return the id of a commit that will be written."""
        return self._keep("commit", objectformat.commit_bytes(tree, parents, message, who=who, when=when))

    def flush(self) -> None:
        """Write what waits."""
        self._backend.write_objects(self._objects)
        self._objects, self._bytes = [], 0

    def _keep(self, kind: str, data: bytes) -> str:
        header = f"{kind} {len(data)}\0".encode()
        identifier = hashlib.new(
            self._backend.object_format, header + data, usedforsecurity=False
        ).hexdigest()
        if identifier not in self._known:
            self._known.add(identifier)
            self._objects.append((kind, data))
            self._bytes += len(data)
            if self._bytes >= FLUSH_BYTES:
                self.flush()
        return identifier
