"""The id of a tree in SHA-256.

The twin of a tree is the id git would give the same content in a SHA-256 repository. It is what verdicts
are about: the same in SHA-1 and SHA-256 clones, and worth nothing to whoever finds a SHA-1 collision.

Source: git's hash-function-transition document, "Translation table".
"""

import hashlib
import os
import re
from pathlib import Path

from stella_git.errors import RefusedError, Where
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import MODE_COMMIT, Backend, TreeEntry

DEPTH = 128
CACHE_LIMIT = 32 << 20
_LINE = re.compile(rb"^([0-9a-f]{40}) ([0-9a-f]{64}) ([0-9a-f]{8})$", re.MULTILINE)


def tree_twin(backend: Backend, tree: str) -> str:
    """Return the id of a tree in SHA-256, 64 hex digits; cached in the git directory, per tree.

    A submodule counts as the SHA-256 of its ASCII commit id. In a SHA-256 repository it is the tree's id.

    Raises:
        RefusedError: ``git-tree-too-deep``: directories nested deeper than 128; ``git-tree-malformed``.
        EnvironmentFault: an object is not in this clone.
    """
    if backend.object_format == "sha256":
        return tree
    cache = Cache(Path(backend.common_dir) / "stella" / "twins")
    known = cache.get(tree)
    if known is not None:
        return known
    levels = _levels(backend, tree, cache)
    blobs = {
        entry.id for level in levels for entries in level.values() for entry in entries if _is_blob(entry)
    }
    twins = dict(backend.sha256_ids(sorted(blobs)))
    fresh: dict[str, str] = {}
    for level in reversed(levels):
        for identifier, entries in level.items():
            fresh[identifier] = _twin(entries, twins, fresh, cache)
    cache.add(fresh)
    return fresh[tree]


def _levels(backend: Backend, tree: str, cache: "Cache") -> list[dict[str, tuple[TreeEntry, ...]]]:
    """Return the trees that are not in the cache, by their greatest depth; each stands once.

    A directory can stand at several depths. It is kept at the deepest, so that going up from there every
    directory comes after those inside it.
    """
    known: dict[str, tuple[TreeEntry, ...]] = {}
    levels: list[dict[str, tuple[TreeEntry, ...]]] = []
    wanted = {tree}
    while wanted:
        if len(levels) > DEPTH:
            raise RefusedError(
                f"directories are nested deeper than {DEPTH}",
                code="git-tree-too-deep",
                where=Where(ref=tree),
                remedy="nest them less deeply",
            )
        for identifier in wanted - known.keys():
            known[identifier] = backend.tree(identifier)
        level = {identifier: known[identifier] for identifier in sorted(wanted)}
        for earlier in levels:
            for identifier in level.keys() & earlier.keys():
                del earlier[identifier]
        levels.append(level)
        inside = {entry.id for entries in level.values() for entry in entries if entry.is_tree}
        wanted = {identifier for identifier in inside if cache.get(identifier) is None}
    return levels


def _is_blob(entry: TreeEntry) -> bool:
    return not entry.is_tree and entry.mode != MODE_COMMIT


def _twin(
    entries: tuple[TreeEntry, ...], blobs: dict[str, str], fresh: dict[str, str], cache: "Cache"
) -> str:
    turned: list[TreeEntry] = []
    for entry in entries:
        if entry.is_tree:
            twin = fresh.get(entry.id) or cache.get(entry.id)
        elif entry.mode == MODE_COMMIT:
            twin = hashlib.sha256(entry.id.encode("ascii")).hexdigest()
        else:
            twin = blobs[entry.id]
        assert twin is not None
        turned.append(TreeEntry(entry.mode, entry.name, twin))
    return objectformat.object_id("tree", objectformat.tree_bytes(turned), "sha256")


class Cache:
    """Twins by tree id, in an append-only text file; a line that a disk has damaged is as good as absent.

    It saves work and decides nothing for others: whoever can write to a git directory owns the clone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, str] | None = None
        self._flags = os.O_APPEND

    def get(self, tree: str) -> str | None:
        """Return the twin of a tree, if it is known."""
        if self._known is None:
            lines = _LINE.findall(self._read())
            self._known = {
                tree.decode(): twin.decode() for tree, twin, mark in lines if mark == _mark(tree, twin)
            }
        return self._known.get(tree)

    def _read(self) -> bytes:
        try:
            if self.path.stat().st_size > CACHE_LIMIT:
                self._flags = os.O_TRUNC  # it has seen too much: the next write begins it again
                return b""
            return self.path.read_bytes()
        except OSError:
            return b""

    def add(self, found: dict[str, str]) -> None:
        """Append in one write; a clone that cannot be written to just computes again next time."""
        pairs = ((tree.encode(), twin.encode()) for tree, twin in sorted(found.items()))
        data = b"".join(b"%s %s %s\n" % (tree, twin, _mark(tree, twin)) for tree, twin in pairs)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | self._flags, 0o644)
        except OSError:
            return
        with os.fdopen(handle, "wb", buffering=0) as stream:
            try:
                stream.write(b"\n" + data)  # a line that an earlier writer left unfinished ends here
            except OSError:
                return


def _mark(tree: bytes, twin: bytes) -> bytes:
    """Tells a line that a disk or an editor has damaged; not a protection against anybody."""
    return hashlib.sha256(tree + twin).hexdigest()[:8].encode()
