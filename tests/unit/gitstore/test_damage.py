"""What happens when git, or what git keeps, breaks in the middle."""

import os
import shutil
import subprocess

import pytest

from gitstore_cases import REF, WHEN, WHO, Memory, commit_file, git, make, nest, opened, target
from stella_git.canon.digest import sha256
from stella_git.config import use_environment
from stella_git.errors import EnvironmentFault, RefusedError
from stella_git.gitstore import cas, catfile, libgit2, notes, pending, refs, twin
from stella_git.gitstore.backend import MODE_BLOB, MODE_TREE, TreeEntry
from stella_git.gitstore.objects import tree_twin
from stella_git.gitstore.plumbing import Plumbing
from stella_git.gitstore.run import environment

LAME = """#!/bin/sh
case "$*" in
*--batch-command*) read -r line; exit 1 ;;
*--batch*) {answer} exit 1 ;;
*) exec {real} "$@" ;;
esac
"""
T = target(0)


def code_of(error, function, *arguments, **options):
    with pytest.raises(error) as caught:
        function(*arguments, **options)
    return caught.value.code


@pytest.mark.parametrize("answer", ["", 'read -r id; echo "$id blob 10"; printf abc;'])
def test_a_git_that_ends_in_the_middle(tmp_path, answer):
    make(tmp_path / "r")
    commit_file(tmp_path / "r")
    lame = tmp_path / "bin" / "git"
    lame.parent.mkdir()
    lame.write_text(LAME.format(answer=answer, real=shutil.which("git")))
    lame.chmod(0o755)
    with opened(tmp_path / "r") as backend:
        blob = backend.resolve("HEAD:file")
    path = f"{lame.parent}:{os.environ['PATH']}"
    with use_environment({**os.environ, "PATH": path}), opened(tmp_path / "r") as backend:
        assert code_of(EnvironmentFault, backend.resolve, "HEAD") == "git-failed"
        assert code_of(EnvironmentFault, backend.blob, blob) == "git-failed"
        assert code_of(EnvironmentFault, list, backend.read_many([blob] * 40)) == "git-failed"
        assert code_of(EnvironmentFault, list, backend.sha256_ids([blob] * 40)) == "git-failed"


def damaged(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("packed", [False, True])
def test_libgit2_and_a_flipped_bit(tmp_path, packed):
    make(tmp_path)
    commit_file(tmp_path, "big", os.urandom(5000))
    blob = git(tmp_path, "rev-parse", "HEAD:big")
    if packed:
        git(tmp_path, "repack", "-adq")
    (path,) = (tmp_path / ".git" / "objects").rglob("*.pack" if packed else blob[2:])
    damaged(path, -3000)
    with opened(tmp_path, "libgit2-sha1") as backend:
        for _ in range(2):
            try:
                data = backend.blob(blob)
            except EnvironmentFault as error:
                assert error.code == "git-failed"  # noqa: PT017 - either way is safe
            else:
                assert data != b""


def test_libgit2_cannot_write(tmp_path):
    make(tmp_path)
    with opened(tmp_path, "libgit2-sha1") as backend:
        shutil.rmtree(tmp_path / ".git" / "objects")
        (tmp_path / ".git" / "objects").touch()
        assert code_of(EnvironmentFault, backend.write_blob, b"x") == "git-unwritable"


def test_large_blobs_are_digested_in_pieces(tmp_path, monkeypatch):
    make(tmp_path)
    monkeypatch.setattr(libgit2, "_WHOLE", 100)
    blob = commit_file(tmp_path, "big", b"x" * 5000) and git(tmp_path, "rev-parse", "HEAD:big")
    expected = sha256(b"blob 5000\0" + b"x" * 5000).hex
    for kind in ("plumbing-sha1", "libgit2-sha1"):
        with opened(tmp_path, kind) as backend:
            assert list(backend.sha256_ids([blob])) == [(blob, expected)]
            assert code_of(EnvironmentFault, list, backend.sha256_ids([T])) == "git-object-missing"


def test_a_backend_closes_itself(tmp_path):
    make(tmp_path)
    with Plumbing(tmp_path) as backend:
        assert backend.resolve("HEAD") is None
        process = backend._reader._process
    assert process.returncode is not None


def test_what_does_not_fit_in_memory_is_written_earlier(monkeypatch):
    monkeypatch.setattr(pending, "FLUSH_BYTES", 10)
    backend = Memory()
    wanted = {target(number): [b"%d" % number * 5] for number in range(20)}
    notes.add_notes(backend, REF, wanted, message="x", who=WHO, when=WHEN)
    assert dict(notes.read_lines(backend, REF)) == dict(sorted(wanted.items()))


def test_a_failing_git_is_no_missing_evidence(tmp_path, monkeypatch):
    make(tmp_path)
    with opened(tmp_path) as backend:
        cas.put(backend, "b" * 64, [b"x"], who=WHO, when=WHEN)

        def fail(*arguments, **options):
            raise EnvironmentFault("x", code="git-failed")

        monkeypatch.setattr(backend, "blob", fail)
        assert code_of(EnvironmentFault, cas.get, backend, sha256(b"x")) == "git-failed"


def test_capital_digits_are_another_reader_s_alias():
    backend = Memory()
    name = next(target(number) for number in range(99) if not target(number)[:2].isdigit()).encode()
    blob = backend.put("blob", b"x\n")
    inner = backend.put_tree([(MODE_BLOB, name[2:], blob)])
    upper = (MODE_TREE, name[:2].upper(), inner)
    for rows in ([upper], [upper, (MODE_TREE, name[:2], inner)], [(MODE_BLOB, name.upper(), blob)]):
        backend.tips[REF] = backend.put_commit(backend.put_tree(rows))
        found = notes.note_lines(backend, name.decode())
        assert found.lines == ()
        assert found.defects
        assert code_of(RefusedError, notes.read_notes, backend, REF) in {"ALIASED_NOTE", "UNREADABLE"}


def test_odd_directories_are_doubted():
    backend = Memory()
    blob = backend.put("blob", b"x\n")
    inner = backend.put_tree([(MODE_BLOB, T[3:].encode(), blob)])
    backend.tips[REF] = backend.put_commit(backend.put_tree([(MODE_TREE, T[:3].encode(), inner)]))
    assert [row.code for row in notes.note_lines(backend, T).defects] == ["UNREADABLE"]
    assert code_of(RefusedError, notes.read_notes, backend, REF) == "UNREADABLE"
    backend.tips[REF] = backend.put_commit(nest(backend, {T: blob}, lambda _: 1))
    assert notes.read_notes(backend, REF) == {T: blob}


@pytest.fixture
def twins(tmp_path):
    make(tmp_path)
    with opened(tmp_path) as backend:
        inner = backend.write_tree([TreeEntry(MODE_BLOB, b"f", backend.write_blob(b"x"))])
        middle = backend.write_tree([TreeEntry(MODE_TREE, b"in", inner)])
        yield (
            backend,
            backend.write_tree([TreeEntry(MODE_TREE, b"a", inner), TreeEntry(MODE_TREE, b"b", middle)]),
            tmp_path / ".git" / "stella" / "twins",
        )


def test_a_directory_at_two_depths(twins):
    backend, tree, _ = twins
    assert len(tree_twin(backend, tree)) == 64


def test_a_cache_does_not_grow_without_end(twins, monkeypatch):
    backend, tree, cache = twins
    expected = tree_twin(backend, tree)
    monkeypatch.setattr(twin, "CACHE_LIMIT", 1000)
    cache.write_bytes(b"x" * 2000)
    assert tree_twin(backend, tree) == expected
    assert cache.stat().st_size < 1000


def test_a_disk_that_is_full(twins, monkeypatch):
    backend, tree, _ = twins

    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *rest):
            return None

        def write(self, data):
            raise OSError

    monkeypatch.setattr(twin.os, "fdopen", lambda handle, *rest, **options: os.close(handle) or Full())
    assert len(tree_twin(backend, tree)) == 64


def test_pushing_brings_inboxes_to_an_empty_remote(tmp_path):
    make(tmp_path / "r")
    make(tmp_path / "remote.git", bare=True)
    with opened(tmp_path / "r") as backend:
        notes.add_notes(backend, REF, {T: [b"x"]}, message="x", who=WHO, when=WHEN)
    git(tmp_path / "r", "push", "-q", str(tmp_path / "remote.git"), *refs.push_refspecs())
    assert git(tmp_path / "remote.git", "for-each-ref", "--format=%(refname)") == REF


@pytest.mark.parametrize("where", ["header", "contents"])
def test_an_interrupted_answer_is_not_taken_for_the_next_one(tmp_path, monkeypatch, where):
    """The first object holds what looks like the answer about the second."""
    make(tmp_path)
    with opened(tmp_path) as backend:
        second = backend.write_blob(b"true")
        first = backend.write_blob(f"{second} blob 5\nfalse\n".encode() * 2)
        real = catfile._exactly

        def stop(*_):
            raise KeyboardInterrupt

        if where == "contents":
            monkeypatch.setattr(catfile, "_exactly", stop)
            with pytest.raises(KeyboardInterrupt):
                backend.blob(first)
            monkeypatch.setattr(catfile, "_exactly", real)
        else:
            backend.resolve("HEAD")
            stream = backend._reader._process.stdout
            monkeypatch.setattr(backend._reader._process, "stdout", Interrupted(stream))
            with pytest.raises(KeyboardInterrupt):
                backend.blob(first)
        assert backend.blob(second) == b"true"


class Interrupted:
    def __init__(self, stream):
        self.close = stream.close

    def readline(self):
        raise KeyboardInterrupt


def test_an_answer_to_another_question_is_refused():
    with pytest.raises(EnvironmentFault) as caught:
        catfile.require(target(1), (target(2), "blob", 1), "blob", 10)
    assert caught.value.code == "git-failed"


def test_a_repository_of_somebody_else(tmp_path, monkeypatch):
    directory = make(tmp_path / "not ours")
    config = tmp_path / "gitconfig"
    config.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))

    def stranger():
        return {**environment(), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}

    with pytest.raises(EnvironmentFault) as caught:
        Plumbing(directory, stranger)
    assert caught.value.code == "git-dubious-ownership"
    command = caught.value.remedy.partition(": ")[2]
    assert command == f"git config --global --add safe.directory '{directory}'"
    subprocess.run(command, shell=True, check=True)
    with Plumbing(directory, stranger) as backend:
        assert backend.work_tree == str(directory)
