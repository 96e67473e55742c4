"""Paths and globs, against a matcher that tries everything."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from gitstore_cases import Memory
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import MODE_TREE, TreeEntry
from stella_git.gitstore.objects import glob_matches, list_paths, read_path

NAMES = st.sampled_from(["a", "b", "ab", "a.b", "ä", "[", "a-b", ".a"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PARTS = st.sampled_from(["**", "**", "*", "?", "a", "b", "a*", "*b", "a.b", "[", "?*", "ä", ".*"])
GLOBS = st.lists(PARTS, min_size=1, max_size=5).map("/".join)


@cache
def matches(path, glob):
    """Return whether a glob matches, from its definition: one step at a time."""
    if not glob:
        return not path
    if glob.startswith("**/"):
        return matches(path, glob[3:]) or any(
            matches(path[index + 1 :], glob) for index, char in enumerate(path) if char == "/" and index
        )
    if glob.startswith("**"):
        return any(matches(path[index:], glob[2:]) for index in range(len(path) + 1))
    if glob[0] == "*":
        ends = (path + "/").index("/")
        return any(matches(path[index:], glob[1:]) for index in range(ends + 1))
    if glob[0] == "?":
        return path[:1] not in {"", "/"} and matches(path[1:], glob[1:])
    return path[:1] == glob[0] and matches(path[1:], glob[1:])


@settings(max_examples=500)
@given(PATHS, GLOBS)
def test_a_glob_matches_what_its_definition_says(path, glob):
    assert glob_matches(path, [glob]) == matches(path, glob)


def stored(backend, paths):
    """Return the tree of files at ``paths``, and the paths that there was room for."""
    root = {}
    for path in paths:
        here = root
        *folders, name = path.split("/")
        for folder in folders:
            here = here.setdefault(folder, {})
            if not isinstance(here, dict):
                break
        else:
            here.setdefault(name, path)

    def store(folder):
        rows = []
        for name, value in folder.items():
            if isinstance(value, dict):
                rows.append(TreeEntry(MODE_TREE, name.encode(), store(value)))
            else:
                rows.append(TreeEntry(0o100644, name.encode(), backend.put("blob", value.encode())))
        return backend.put("tree", objectformat.tree_bytes(rows))

    def kept(folder):
        for value in folder.values():
            if isinstance(value, dict):
                yield from kept(value)
            else:
                yield value

    return store(root), sorted(kept(root))


@settings(max_examples=300)
@given(st.lists(PATHS, max_size=8), st.lists(GLOBS, max_size=3))
def test_listing_finds_exactly_the_files_that_match(paths, globs):
    backend = Memory()
    tree, present = stored(backend, paths)
    found = list_paths(backend, tree, globs)
    assert [path for path, _ in found] == [
        path for path in present if any(matches(path, glob) for glob in globs)
    ]
    for path, blob in found:
        assert backend.blob(blob) == path.encode() == read_path(backend, tree, path)
