"""Objects that are written together: their ids are known before git has seen them."""

from collections.abc import Iterable

from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import Backend, Identity, TreeEntry

FLUSH_BYTES = 128 << 20  # what waits in memory at most, whatever the number of objects


class Pending:
    """Objects to write; nothing is in the repository before `commit`, except what would not fit in memory.

    Every id is remembered, so that another attempt does not write the same objects again. Work that turns
    out to change nothing costs no disk.
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

    def commit(self, tree: str, tip: str | None, message: str, *, who: Identity, when: int) -> str:
        """Write everything and a commit of ``tree`` on top of ``tip``, and return its id.

        When ``tip`` has that tree already nothing is written, and ``tip`` returned.

        Raises:
            EnvironmentFault: git could not write.
        """
        if tip is not None and self._backend.commit(tip).tree == tree:
            return tip
        parents = () if tip is None else (tip,)
        data = objectformat.commit_bytes(tree, parents, message, who=who, when=when)
        commit = self._keep("commit", data)
        self._flush()
        return commit

    def _flush(self) -> None:
        self._backend.write_objects(self._objects)
        self._objects, self._bytes = [], 0

    def _keep(self, kind: str, data: bytes) -> str:
        identifier = objectformat.object_id(kind, data, self._backend.object_format)
        if identifier not in self._known:
            self._known.add(identifier)
            self._objects.append((kind, data))
            self._bytes += len(data)
            if self._bytes >= FLUSH_BYTES:
                self._flush()
        return identifier
