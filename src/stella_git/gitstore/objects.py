"""Files in trees: read one by path, list them by glob, and the tree's id in SHA-256.

The twin of a tree is the id git would give the same content in a SHA-256 repository. It is what verdicts
are about: the same in SHA-1 and SHA-256 clones, and worth nothing to whoever finds a SHA-1 collision.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from stella_git.errors import RefusedError, Where
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import (
    BLOB_LIMIT,
    MODE_BLOB,
    MODE_COMMIT,
    MODE_EXECUTABLE,
    Backend,
    TreeEntry,
)

DEPTH = 128
TWIN_BLOB_LIMIT = 1 << 30
_CACHE_LINE = re.compile(rb"([0-9a-f]{40}) ([0-9a-f]{64})")
_FILES = (MODE_BLOB, MODE_EXECUTABLE)


def find(backend: Backend, tree: str, path: str) -> TreeEntry | None:
    """Return the entry at a path in a tree, or None."""
    *folders, name = path.encode().split(b"/")
    current = tree
    for folder in folders:
        entry = _named(backend, current, folder)
        if entry is None or not entry.is_tree:
            return None
        current = entry.id
    return _named(backend, current, name)


def _named(backend: Backend, tree: str, name: bytes) -> TreeEntry | None:
    return next((entry for entry in backend.tree(tree) if entry.name == name), None)


def read_path(backend: Backend, tree: str, path: str, *, limit: int = BLOB_LIMIT) -> bytes | None:
    """Return the bytes of the file at a path, None when there is nothing.

    Raises:
        RefusedError: a link, directory or submodule stands there, or the file is larger than ``limit`` bytes.
    """
    entry = find(backend, tree, path)
    if entry is None:
        return None
    if entry.mode not in _FILES:
        raise RefusedError(
            "is not a regular file in this tree",
            code="git-not-a-file",
            where=Where(path, ref=tree),
            remedy="commit the file itself, not a link, directory or submodule",
        )
    return backend.blob(entry.id, limit=limit)


def list_paths(backend: Backend, tree: str, globs: Iterable[str]) -> list[tuple[str, str]]:
    """Return (path, blob id) of every regular file that a glob matches, sorted by path.

    Args:
        globs: relative to the root of the tree: ``*`` and ``?`` inside a name, ``**`` across names.
    """
    patterns = tuple(globs)
    if not patterns:
        return []
    return sorted(_listed(backend, tree, b"", patterns))


def _listed(
    backend: Backend, tree: str, prefix: bytes, patterns: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for entry in backend.tree(tree):
        try:
            path = (prefix + entry.name).decode()
        except UnicodeDecodeError:
            continue  # no glob of a configuration file can name it
        if entry.is_tree:
            if any(_may_hold(path, pattern) for pattern in patterns):
                yield from _listed(backend, entry.id, prefix + entry.name + b"/", patterns)
        elif entry.mode in _FILES and glob_matches(path, patterns):
            yield path, entry.id


def glob_matches(path: str, globs: Iterable[str]) -> bool:
    """Return whether any glob matches a whole path."""
    return any(_compiled(glob).fullmatch(path) is not None for glob in globs)


@lru_cache(maxsize=256)
def _compiled(glob: str) -> re.Pattern[str]:
    out = ""
    for part in re.split(r"(\*\*/|\*\*|\*|\?)", glob):
        out += {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
    return re.compile(out, re.DOTALL)


def _may_hold(folder: str, glob: str) -> bool:
    """Whether a glob can match something below a folder: keeps the walk out of most of a large tree."""
    names, parts = folder.split("/"), glob.split("/")
    for index, name in enumerate(names):
        if index >= len(parts) - 1:
            return False
        if "**" in parts[index]:
            return True
        if not glob_matches(name, (parts[index],)):
            return False
    return True


def tree_twin(backend: Backend, tree: str) -> str:
    """Return the id of a tree in SHA-256, 64 hex digits; cached in the git directory, per tree.

    A submodule counts as the SHA-256 of its ASCII commit id. In a SHA-256 repository it is the tree's id.

    Raises:
        RefusedError: directories nested deeper than 128, or a blob of more than 1 GiB.
        EnvironmentFault: an object is not in this clone.
    """
    if backend.object_format == "sha256":
        return tree
    cache = _Cache(Path(backend.common_dir) / "stella" / "twins")
    known = cache.get(tree)
    if known is not None:
        return known
    found: dict[str, str] = {}
    twin = _twin(backend, tree, cache, found, 0)
    cache.add(found)
    return twin


def _twin(backend: Backend, tree: str, cache: "_Cache", found: dict[str, str], depth: int) -> str:
    known = found.get(tree) or cache.get(tree)
    if known is not None:
        return known
    if depth > DEPTH:
        raise RefusedError(
            f"directories are nested deeper than {DEPTH}", code="git-tree-too-deep", where=Where(ref=tree)
        )
    entries = [
        TreeEntry(entry.mode, entry.name, _entry_twin(backend, entry, cache, found, depth))
        for entry in backend.tree(tree)
    ]
    found[tree] = object_id("tree", objectformat.tree_bytes(entries))
    return found[tree]


def _entry_twin(
    backend: Backend, entry: TreeEntry, cache: "_Cache", found: dict[str, str], depth: int
) -> str:
    if entry.is_tree:
        return _twin(backend, entry.id, cache, found, depth + 1)
    if entry.mode == MODE_COMMIT:
        return hashlib.sha256(entry.id.encode("ascii")).hexdigest()
    return object_id("blob", backend.blob(entry.id, limit=TWIN_BLOB_LIMIT))


def object_id(kind: str, data: bytes) -> str:
    """Return the id git gives an object in a SHA-256 repository."""
    return hashlib.sha256(f"{kind} {len(data)}\0".encode() + data).hexdigest()


class _Cache:
    """Twins by tree id, in an append-only text file; a line that is not whole is as good as absent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, str] | None = None

    def get(self, tree: str) -> str | None:
        if self._known is None:
            try:
                lines = self.path.read_bytes().split(b"\n")
            except OSError:
                lines = []
            matches = (_CACHE_LINE.fullmatch(line) for line in lines)
            self._known = {match[1].decode(): match[2].decode() for match in matches if match}
        return self._known.get(tree)

    def add(self, found: dict[str, str]) -> None:
        """Append in one write; a clone that cannot be written to just computes again next time."""
        data = "".join(f"{tree} {twin}\n" for tree, twin in sorted(found.items())).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError:
            return
        try:
            os.write(handle, b"\n" + data)
        finally:
            os.close(handle)
