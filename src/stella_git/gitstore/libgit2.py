"""The backend over libgit2: objects in process, for walks and bulk work.

It takes over reading and writing of objects only. Refs, revisions, the index and configuration stay with
git itself, so that locks, worktrees and hooks' index files behave as the user's own git does.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from stella_git.errors import EnvironmentFault, Where
from stella_git.gitstore import pack
from stella_git.gitstore.backend import BLOB_LIMIT
from stella_git.gitstore.catfile import FULL_ID, Found, absent, check
from stella_git.gitstore.plumbing import Plumbing


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
        self._error = pygit2.GitError
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

    def _found(self, identifier: str) -> Found | None:
        if not FULL_ID.fullmatch(identifier):
            return None
        try:
            kind, size = self._odb.read_header(identifier)
        except (KeyError, ValueError):
            return None
        except self._error as error:
            raise self._damaged(identifier) from error
        return Found(identifier, self._kinds[kind], size)

    def _damaged(self, identifier: str) -> EnvironmentFault:
        return EnvironmentFault(
            f"object {identifier[:12]} cannot be read",
            code="git-failed",
            where=Where(self.git_dir, ref=identifier),
            remedy="run git fsck",
        )

    def _contents(self, identifier: str, kind: str, limit: int) -> bytes:
        found = self._found(identifier)
        if found is None:
            raise absent(identifier)
        check(found, identifier, kind, limit)
        try:
            data: bytes = self._odb.read(identifier)[1]
        except self._error as error:
            raise self._damaged(identifier) from error
        return data

    def read_many(
        self, identifiers: Iterable[str], *, limit: int = BLOB_LIMIT
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (id, bytes) of blobs."""
        for identifier in identifiers:
            yield identifier, self._contents(identifier, "blob", limit)

    def object_type(self, identifier: str) -> str | None:
        """Return the type of an object; None when it is not here."""
        found = self._found(identifier)
        return None if found is None else found.kind

    def _write(self, kind: str, data: bytes) -> str:
        return str(self._odb.write(self._types[kind], data))

    def write_objects(self, objects: Sequence[tuple[str, bytes]]) -> None:
        """Store many objects: few become loose, many one pack."""
        if len(objects) >= pack.KEEP_FROM:
            super().write_objects(objects)
            return
        for kind, data in objects:
            self._write(kind, data)
