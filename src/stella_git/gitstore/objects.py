"""Files in trees: read one by path, list them by glob."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from stella_git.errors import RefusedError, Where
from stella_git.gitstore.backend import BLOB_LIMIT, MODE_BLOB, MODE_EXECUTABLE, Backend, TreeEntry
from stella_git.gitstore.twin import object_id, tree_twin

_FILES = (MODE_BLOB, MODE_EXECUTABLE)


def find(backend: Backend, tree: str, path: str) -> TreeEntry | None:
    """Return the entry at a path in a tree, or None."""
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    current = tree
    for folder in folders:
        entry = _named(backend, current, folder)
        if entry is None or not entry.is_tree:
            return None
        current = entry.id
    return _named(backend, current, name)


def _named(backend: Backend, tree: str, name: bytes) -> TreeEntry | None:
    return next((entry for entry in entries_of(backend, tree) if entry.name == name), None)


def entries_of(backend: Backend, tree: str) -> tuple[TreeEntry, ...]:
    """Return the entries of a tree in which every reader finds the same files.

    Raises:
        RefusedError: ``git-tree-ambiguous``: a name stands there twice, or the order is not git's, so that
            one reader would find what another does not.
    """
    entries = backend.tree(tree)
    orders = [entry.order for entry in entries]
    if len({entry.name for entry in entries}) != len(entries) or sorted(orders) != orders:
        raise RefusedError(
            f"tree {tree[:12]} has a name twice, or its names in the wrong order",
            code="git-tree-ambiguous",
            where=Where(ref=tree),
            remedy="run git fsck, and write the tree again",
        )
    return entries


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
    for entry in entries_of(backend, tree):
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
    glob = re.sub(r"(?:\*\*/)+", "**/", glob)  # the same meaning, and no backtracking between them
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


__all__ = ["entries_of", "find", "glob_matches", "list_paths", "object_id", "read_path", "tree_twin"]
