"""The twin of a tree is the id that git gives it in a SHA-256 repository."""

import hashlib

import pytest

from gitstore_cases import git, make, opened
from stella_git.errors import RefusedError
from stella_git.gitstore.backend import MODE_TREE, TreeEntry
from stella_git.gitstore.objects import tree_twin

MODULE = "12" * 20


def fill(directory, kind):
    """Commit the same content, and return its tree; a submodule as the twin counts it."""
    make(directory, kind)
    for name in ("a", "a.b", "a-b/x/y/z", "a/deep/ä 日本.txt", "run.sh", "empty"):
        path = directory / name
        if name == "a":
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name == "empty" else name.encode() * 300)
    (directory / "run.sh").chmod(0o755)
    (directory / "link").symlink_to("a.b")
    git(directory, "add", "-A")
    module = hashlib.sha256(MODULE.encode()).hexdigest() if kind.endswith("sha256") else MODULE
    git(directory, "update-index", "--add", "--cacheinfo", f"160000,{module},sub/module")
    return git(directory, "write-tree")


@pytest.mark.parametrize("kind", ["plumbing-sha1", "libgit2-sha1"])
def test_the_twin_is_git_s_own_id(tmp_path, kind):
    tree = fill(tmp_path / "one", kind)
    twin = fill(tmp_path / "other", "plumbing-sha256")
    with opened(tmp_path / "one", kind) as backend:
        assert tree_twin(backend, tree) == twin
        assert tree_twin(backend, tree) == twin
        empty = backend.write_tree([])
        assert tree_twin(backend, empty) == git(
            tmp_path / "other", "hash-object", "-t", "tree", "--stdin", data=b""
        )
    with opened(tmp_path / "other") as backend:
        assert tree_twin(backend, twin) == twin


def test_a_damaged_cache_changes_nothing(tmp_path):
    tree = fill(tmp_path / "one", "plumbing-sha1")
    twin = fill(tmp_path / "other", "plumbing-sha256")
    with opened(tmp_path / "one") as backend:
        assert tree_twin(backend, tree) == twin
    (cache,) = [path for path in (tmp_path / "one" / ".git" / "stella").iterdir() if path.is_file()]
    whole = cache.read_bytes()
    flipped = whole.replace(twin.encode()[:8], b"00000000")
    for data in (b"", whole[:70], b"\xff\0" * 500, whole[:-5], flipped, b"x" + whole, whole + whole[:30]):
        cache.write_bytes(data)
        with opened(tmp_path / "one") as backend:
            assert tree_twin(backend, tree) == twin
            assert tree_twin(backend, tree) == twin
    with opened(tmp_path / "one") as backend:
        assert tree_twin(backend, tree) == twin


def test_a_clone_without_room_for_a_cache(tmp_path):
    tree = fill(tmp_path / "one", "plumbing-sha1")
    (tmp_path / "one" / ".git" / "stella").write_bytes(b"a file where the directory should be")
    with opened(tmp_path / "one") as backend:
        first = tree_twin(backend, tree)
    with opened(tmp_path / "one") as backend:
        assert tree_twin(backend, tree) == first


def test_a_submodule_that_has_the_id_of_a_file(tmp_path):
    make(tmp_path)
    with opened(tmp_path) as backend:
        blob = backend.write_blob(b"x")
        both = backend.write_tree([TreeEntry(0o100644, b"a", blob), TreeEntry(0o160000, b"b", blob)])
        files = backend.write_tree([TreeEntry(0o100644, b"a", blob), TreeEntry(0o100644, b"b", blob)])
        assert tree_twin(backend, both) != tree_twin(backend, files)


def test_too_deep(tmp_path):
    make(tmp_path)
    with opened(tmp_path) as backend:
        tree = backend.write_tree([])
        objects = []
        for _ in range(140):
            tree = backend.write_tree([TreeEntry(MODE_TREE, b"d", tree)])
            objects.append(tree)
        assert len(tree_twin(backend, objects[100])) == 64
        (tmp_path / ".git" / "stella" / "twins").unlink(missing_ok=True)
        with pytest.raises(RefusedError) as caught:
            tree_twin(backend, tree)
        assert caught.value.code == "git-tree-too-deep"
