"""The backend over libgit2: objects in process, for walks and bulk work.

It takes over reading and writing of objects only. Refs, revisions, the index and configuration stay with
git itself, so that locks, worktrees and hooks' index files behave as the user's own git does.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stella_git.errors import EnvironmentFault, RefusedError, Where
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import Identity, TreeEntry
from stella_git.gitstore.plumbing import Plumbing, absent, too_large


class Libgit2(Plumbing):
    """A SHA-1 repository whose objects libgit2 reads and writes.

    Raises:
        EnvironmentFault: as `Plumbing`; ``git-libgit2`` when libgit2 cannot open the repository.
    """

    def __init__(self, directory: str | Path) -> None:
        super().__init__(directory)
        import pygit2

        self._kinds = {
            pygit2.enums.ObjectType.COMMIT: "commit",
            pygit2.enums.ObjectType.TREE: "tree",
            pygit2.enums.ObjectType.BLOB: "blob",
            pygit2.enums.ObjectType.TAG: "tag",
        }
        self._types = {name: kind for kind, name in self._kinds.items()}
        try:
            self._repository: Any = pygit2.Repository(self.git_dir)
            self._odb: Any = self._repository.odb
        except (pygit2.GitError, ValueError, KeyError) as error:
            raise EnvironmentFault(
                f"libgit2 cannot open the repository: {error}", code="git-libgit2", where=Where(self.git_dir)
            ) from error

    def close(self) -> None:
        """Let go of the repository."""
        self._repository.free()
        super().close()

    def _contents(self, identifier: str, kind: str, limit: int) -> bytes:
        try:
            found, size = self._odb.read_header(identifier)
        except KeyError as error:
            raise absent(identifier) from error
        name = self._kinds.get(found, "object")
        if name != kind:
            raise RefusedError(
                f"{identifier[:12]} is a {name}, not a {kind}",
                code="git-object-type",
                where=Where(ref=identifier),
            )
        if size > limit:
            raise too_large(identifier, size, limit)
        data: bytes = self._odb.read(identifier)[1]
        return data

    def object_type(self, identifier: str) -> str | None:
        """Return the type of an object; None when it is not here."""
        try:
            return self._kinds.get(self._odb.read_header(identifier)[0])
        except (KeyError, ValueError):
            return None

    def _write(self, kind: str, data: bytes) -> str:
        return str(self._odb.write(self._types[kind], data))

    def write_blob(self, data: bytes) -> str:
        """Store a blob."""
        return self._write("blob", data)

    def write_tree(self, entries: Iterable[TreeEntry]) -> str:
        """Store a tree."""
        return self._write("tree", objectformat.tree_bytes(entries))

    def write_commit(
        self, tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int
    ) -> str:
        """Store a commit."""
        return self._write("commit", objectformat.commit_bytes(tree, parents, message, who=who, when=when))
