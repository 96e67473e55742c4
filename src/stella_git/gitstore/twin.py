"""The twin of a tree: the id git would give the same content in a SHA-256 repository.

It is what verdicts are about: the same in SHA-1 and SHA-256 clones, and worth nothing to whoever finds a
SHA-1 collision.
"""

import hashlib
import os
import re
from pathlib import Path

from stella_git.errors import RefusedError, Where
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import MODE_COMMIT, Backend, TreeEntry

DEPTH = 128
BLOB_LIMIT = 1 << 30
CACHE_LIMIT = 4 << 20
_LINE = re.compile(rb"^([0-9a-f]{40}) ([0-9a-f]{64}) ([0-9a-f]{8})$", re.MULTILINE)


def tree_twin(backend: Backend, tree: str) -> str:
    """Return the id of a tree in SHA-256, 64 hex digits; cached in the git directory, per tree.

    A submodule counts as the SHA-256 of its ASCII commit id. In a SHA-256 repository it is the tree's id.

    Raises:
        RefusedError: ``git-tree-too-deep``, ``git-object-too-large`` (a blob of more than 1 GiB),
            ``git-tree-malformed``.
        EnvironmentFault: an object is not in this clone.
    """
    if backend.object_format == "sha256":
        return tree
    cache = Cache(Path(backend.common_dir) / "stella" / "twins")
    return _Twins(backend, cache).of(tree)


def object_id(kind: str, data: bytes) -> str:
    """Return the id git gives an object in a SHA-256 repository."""
    return hashlib.sha256(f"{kind} {len(data)}\0".encode() + data).hexdigest()


class _Twins:
    """One computation: what was found on the way goes to the cache together."""

    def __init__(self, backend: Backend, cache: "Cache") -> None:
        self._backend = backend
        self._cache = cache
        self._found: dict[str, str] = {}

    def of(self, tree: str) -> str:
        twin = self._tree(tree, 0)
        self._cache.add(self._found)
        return twin

    def _tree(self, tree: str, depth: int) -> str:
        known = self._found.get(tree) or self._cache.get(tree)
        if known is not None:
            return known
        if depth > DEPTH:
            raise RefusedError(
                f"directories are nested deeper than {DEPTH}", code="git-tree-too-deep", where=Where(ref=tree)
            )
        entries = self._backend.tree(tree)
        blobs = self._blobs(entries)
        twins = [TreeEntry(entry.mode, entry.name, self._entry(entry, blobs, depth)) for entry in entries]
        self._found[tree] = object_id("tree", objectformat.tree_bytes(twins))
        return self._found[tree]

    def _blobs(self, entries: tuple[TreeEntry, ...]) -> dict[str, str]:
        wanted = {entry.id for entry in entries if not entry.is_tree and entry.mode != MODE_COMMIT}
        found = self._backend.read_many(sorted(wanted), limit=BLOB_LIMIT)
        return {identifier: object_id("blob", data) for identifier, data in found}

    def _entry(self, entry: TreeEntry, blobs: dict[str, str], depth: int) -> str:
        if entry.is_tree:
            return self._tree(entry.id, depth + 1)
        if entry.mode != MODE_COMMIT:
            return blobs[entry.id]
        return hashlib.sha256(entry.id.encode("ascii")).hexdigest()


class Cache:
    """Twins by tree id, in an append-only text file; a line that is not whole is as good as absent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] | None = None

    def get(self, tree: str) -> str | None:
        """Return the twin of a tree, if it is known."""
        if self._known is None:
            try:
                data = self._path.read_bytes()
            except OSError:
                data = b""
            lines = _LINE.findall(data)
            self._known = {
                tree.decode(): twin.decode() for tree, twin, sum_ in lines if sum_ == _sum(tree, twin)
            }
        return self._known.get(tree)

    def add(self, found: dict[str, str]) -> None:
        """Append in one write; a clone that cannot be written to just computes again next time."""
        pairs = ((tree.encode(), twin.encode()) for tree, twin in sorted(found.items()))
        data = b"".join(b"%s %s %s\n" % (tree, twin, _sum(tree, twin)) for tree, twin in pairs)
        if not data:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError:
            return
        try:
            if os.fstat(handle).st_size > CACHE_LIMIT:
                os.ftruncate(handle, 0)  # it begins anew: what is needed often comes back soon
            os.write(handle, b"\n" + data)
        finally:
            os.close(handle)


def _sum(tree: bytes, twin: bytes) -> bytes:
    """Tells a line that a disk or an editor has damaged; not a protection against anybody."""
    return hashlib.sha256(tree + twin).hexdigest()[:8].encode()
