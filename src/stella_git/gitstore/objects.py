"""Files in trees: read one by path, list them by glob."""

from collections.abc import Iterable, Iterator

from stella_git.canon.globs import glob_matches, may_hold
from stella_git.errors import RefusedError, Where
from stella_git.gitstore.backend import (
    BLOB_LIMIT,
    MODE_BLOB,
    MODE_COMMIT,
    MODE_EXECUTABLE,
    MODE_LINK,
    Backend,
    TreeEntry,
)
from stella_git.gitstore.twin import tree_twin

__all__ = ["find", "glob_matches", "list_paths", "read_path", "tree_twin"]

_OLD_MODE = 0o100664  # as git wrote it long ago
_FILES = (MODE_BLOB, MODE_EXECUTABLE, _OLD_MODE)
_LEADS_ELSEWHERE = (MODE_LINK, MODE_COMMIT)


def find(backend: Backend, tree: str, path: str) -> TreeEntry | None:
    """Return the entry at a path in a tree, or None.

    Args:
        tree: id of a tree.
        path: names with forward slashes between them, relative to the tree.

    Raises:
        RefusedError: ``git-not-a-file``: the path goes through a link or a submodule.
        EnvironmentFault: an object is not in this clone.
    """
    *folders, name = path.encode("utf-8", "surrogateescape").split(b"/")
    current = tree
    for folder in folders:
        entry = _named(backend, current, folder)
        if entry is not None and entry.mode in _LEADS_ELSEWHERE:
            raise _not_a_file(path, tree)
        if entry is None or not entry.is_tree:
            return None
        current = entry.id
    return _named(backend, current, name)


def _named(backend: Backend, tree: str, name: bytes) -> TreeEntry | None:
    return next((entry for entry in backend.tree(tree) if entry.name == name), None)


def _not_a_file(path: str, tree: str) -> RefusedError:
    return RefusedError(
        "is not a regular file in this tree",
        code="git-not-a-file",
        where=Where(path, ref=tree),
        remedy="commit the file itself, not a link, directory or submodule",
    )


def read_path(backend: Backend, tree: str, path: str, *, limit: int = BLOB_LIMIT) -> bytes | None:
    """Return the bytes of the file at a path, None when there is nothing.

    Raises:
        RefusedError: ``git-not-a-file``: a link, directory or submodule stands there or on the way;
            ``git-object-too-large``: the file is larger than ``limit`` bytes.
        EnvironmentFault: an object is not in this clone.
    """
    entry = find(backend, tree, path)
    if entry is None:
        return None
    if entry.mode not in _FILES:
        raise _not_a_file(path, tree)
    return backend.blob(entry.id, limit=limit)


def list_paths(backend: Backend, tree: str, globs: Iterable[str]) -> list[tuple[str, str]]:
    """Return (path, blob id) of every regular file that a glob matches, sorted by path.

    A link that a glob matches is refused: left out silently, it would be evidence or a policy that silently
    does not count. What lies in submodules is not part of the tree.

    Args:
        tree: id of a tree.
        globs: relative to the root of the tree: ``*`` and ``?`` inside a name, ``**`` across names.

    Raises:
        RefusedError: ``git-not-a-file``; ``git-path-encoding``: a path that a glob matches is not UTF-8.
        EnvironmentFault: an object is not in this clone.
    """
    patterns = tuple(globs)
    found: list[tuple[str, str]] = []
    waiting = [("", tree)] if patterns else []
    while waiting:
        prefix, current = waiting.pop()
        for path, entry in _paths(backend, current, prefix):
            if entry.is_tree:
                if may_hold(path, patterns):
                    waiting.append((f"{path}/", entry.id))
            elif entry.mode != MODE_COMMIT and glob_matches(path, patterns):
                if entry.mode not in _FILES:
                    raise _not_a_file(path, tree)
                found.append((_utf8(path), entry.id))
    return sorted(found)


def _paths(backend: Backend, tree: str, prefix: str) -> Iterator[tuple[str, TreeEntry]]:
    for entry in backend.tree(tree):
        yield prefix + entry.name.decode("utf-8", "surrogateescape"), entry


def _utf8(path: str) -> str:
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise RefusedError(
            "a path that is asked for is not UTF-8, and no locator can name it",
            code="git-path-encoding",
            where=Where(path.encode("utf-8", "backslashreplace").decode()),
            remedy="rename the file",
        ) from error
    return path
