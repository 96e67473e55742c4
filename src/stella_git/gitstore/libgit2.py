"""The backend over libgit2: objects in process, for walks and bulk work.

It takes over reading and writing of single objects only: for a long row of blobs git's own stream is faster,
because git reads ahead while we work. Refs, revisions, the index and configuration stay with
git itself, so that locks, worktrees and hooks' index files behave as the user's own git does.
"""

import hashlib
import os.path
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from stella_git.errors import EnvironmentFault, Where
from stella_git.gitstore import catfile
from stella_git.gitstore.pack import KEEP_FROM
from stella_git.gitstore.plumbing import Plumbing

_HEADER = 32  # bytes: the longest "<type> <size>" with its NUL
_DIGITS = 40
_WHOLE = 8 << 20  # bytes: larger blobs are digested in pieces, which libgit2 cannot do for packed ones


class Libgit2(Plumbing):
    """A SHA-1 repository whose objects libgit2 reads and writes.

    Raises:
        EnvironmentFault: as `Plumbing`; ``git-libgit2`` when libgit2 cannot open the repository.
    """

    def __init__(self, directory: str | Path) -> None:
        super().__init__(directory)
        import pygit2

        kinds = pygit2.enums.ObjectType
        self._kinds = {kinds.COMMIT: "commit", kinds.TREE: "tree", kinds.BLOB: "blob", kinds.TAG: "tag"}
        self._types = {name: kind for kind, name in self._kinds.items()}
        self._errors = (pygit2.GitError, ValueError, KeyError, OSError)
        try:
            self._repository: Any = pygit2.Repository(self.git_dir)
            self._odb: Any = self._repository.odb
        except self._errors as error:
            raise EnvironmentFault(
                f"libgit2 cannot open the repository: {error}",
                code="git-libgit2",
                where=Where(self.git_dir),
                remedy="nothing to do: git's own commands are used instead",
            ) from error

    def close(self) -> None:
        """Let go of the repository."""
        self._repository.free()
        super().close()

    def _header(self, identifier: str) -> tuple[str, str, int] | None:
        if len(identifier) != _DIGITS or not catfile.FULL_ID.fullmatch(identifier):
            return None
        try:
            kind, size = self._odb.read_header(identifier)
        except KeyError:
            return None
        except self._errors as error:
            raise _damaged(identifier, error) from error
        return identifier, self._kinds.get(kind, "object"), size

    def _contents(self, identifier: str, kind: str, limit: int) -> bytes:
        found = self._header(identifier)
        if found is None:
            raise catfile.absent(identifier)
        catfile.require(identifier, found, kind, limit)
        data = self._loose(identifier, found[2])
        if data is None:
            try:
                data = self._odb.read(identifier)[1]
            except self._errors as error:
                raise _damaged(identifier, error) from error
        return data

    def _loose(self, identifier: str, size: int) -> bytes | None:
        """Return what is in a loose object, None when it is packed.

        libgit2 1.9 never ends when it reads one that a full disk or a crash has cut short.
        """
        path = f"{self.common_dir}/objects/{identifier[:2]}/{identifier[2:]}"
        if not os.path.exists(path):  # noqa: PTH110 - once per object, and a Path costs more than the object
            return None
        packed = Path(path).read_bytes()
        try:
            data = zlib.decompressobj().decompress(packed, size + _HEADER)
        except zlib.error as error:
            raise _damaged(identifier, error) from error
        body = data[data.find(b"\0") + 1 :]
        if len(body) != size:
            raise _damaged(identifier, EOFError("it is cut short"))
        return body

    def object_type(self, identifier: str) -> str | None:
        """Return the type of an object; None when it is not here."""
        found = self._header(identifier)
        return None if found is None else found[1]

    def sha256_ids(self, identifiers: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield (id, id in a SHA-256 repository) of blobs; raises as `blob`, without a limit."""
        for identifier in identifiers:
            found = self._header(identifier)
            if found is None or found[2] > _WHOLE:
                yield from super().sha256_ids([identifier])
            else:
                data = self._contents(identifier, "blob", _WHOLE)
                yield identifier, hashlib.sha256(b"blob %d\0" % len(data) + data).hexdigest()

    def write_objects(self, objects: Sequence[tuple[str, bytes]]) -> None:
        """Store objects: a few as loose objects, many as one pack.

        Raises:
            EnvironmentFault: ``git-unwritable``.
        """
        if len(objects) >= KEEP_FROM:
            super().write_objects(objects)
            return
        try:
            for kind, data in objects:
                self._odb.write(self._types[kind], data)
        except self._errors as error:
            raise EnvironmentFault(
                f"git cannot write here: {error}",
                code="git-unwritable",
                where=Where(self.git_dir),
                remedy="check permissions, free space and whether the file system is mounted read-only",
            ) from error


def _damaged(identifier: str, error: Exception) -> EnvironmentFault:
    return EnvironmentFault(
        f"object {identifier[:12]} is damaged: {error}",
        code="git-failed",
        where=Where(ref=identifier),
        remedy="run git fsck, and fetch the object again",
    )
