import os

import pytest

from gitstore_cases import git
from stella_git.gitstore.index import index_files
from stella_git.gitstore.open import open_repository


@pytest.fixture
def place(tmp_path):
    git(tmp_path, "init", "--quiet")
    return tmp_path


def staged(place):
    with open_repository(place) as backend:
        return {path: backend.blob(identifier) for path, identifier in index_files(backend)}


def test_what_is_staged_is_listed_not_what_lies_there(place):
    (place / "a.json").write_bytes(b"1")
    (place / "deep").mkdir()
    (place / "deep" / "b.json").write_bytes(b"2")
    git(place, "add", ".")
    (place / "a.json").write_bytes(b"changed")
    (place / "c.json").write_bytes(b"untracked")
    assert staged(place) == {"a.json": b"1", "deep/b.json": b"2"}


def test_awkward_names(place):
    names = [b"with space", b"new\nline", b'quote"', b"tab\t", "ünï".encode(), b"\xff", b"-dash"]
    for name in names:
        (place / os.fsdecode(name)).write_bytes(name)
    git(place, "add", "--", ".")
    assert staged(place) == {os.fsdecode(name): name for name in names}


def test_links_and_conflicts_are_left_out(place):
    (place / "a").write_bytes(b"base")
    (place / "link").symlink_to("a")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "-m", "base")
    git(place, "checkout", "--quiet", "-b", "other")
    (place / "a").write_bytes(b"theirs")
    git(place, "commit", "--quiet", "-am", "theirs")
    git(place, "checkout", "--quiet", "-")
    (place / "a").write_bytes(b"ours")
    (place / "b").write_bytes(b"b")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "-m", "ours")
    git(place, "merge", "other", check=False)
    assert staged(place) == {"b": b"b"}


def test_a_bare_repository_has_no_index(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare")
    assert staged(tmp_path) == {}
