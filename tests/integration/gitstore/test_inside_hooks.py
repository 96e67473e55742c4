"""Inside git's own hooks: which index, repository and objects they see, and that none calls us again."""

import os
import sys
from pathlib import Path

import pytest

from gitstore_cases import KINDS, REF, WHEN, WHO, commit_file, git, make, opened, target
from stella_git.config import use_environment
from stella_git.gitstore import notes, porcelain
from stella_git.gitstore.plumbing import Plumbing

SOURCES = str(Path(notes.__file__).resolve().parents[2])
FORMATS = ("plumbing-sha1", "plumbing-sha256")


def hook(directory, name, program):
    """Install a hook that runs a Python program, with no coverage and with this source tree."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"#!{sys.executable}", "import sys", f"sys.path.insert(0, {SOURCES!r})", program]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o755)
    return path


INDEX_TREE = """
from stella_git.gitstore.open import open_repository
with open_repository(%r) as backend, open(%r, "w") as out:
    out.write(backend.index_tree() + " " + backend.work_tree)
"""


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("words", [[], ["-a"], ["--", "one"], ["--amend"]], ids=" ".join)
@pytest.mark.parametrize("linked", [False, True], ids=["main", "linked"])
def test_the_tree_before_a_commit_is_the_tree_of_the_commit(tmp_path, kind, words, linked):
    make(tmp_path / "main", kind)
    for name in ("one", "two", "sub/three"):
        commit_file(tmp_path / "main", name, b"first\n")
    work = tmp_path / "main"
    if linked:
        git(work, "worktree", "add", "-q", "../linked")
        work = tmp_path / "linked"
    for name in ("one", "two"):
        (work / name).write_bytes(b"second\n")
    git(work, "add", "two")
    told = tmp_path / "told"
    hook(tmp_path / "main" / ".git" / "hooks", "pre-commit", INDEX_TREE % (".", str(told)))
    git(work / "sub", "commit", "-q", "-m", "x", *(["--", "../one"] if "--" in words else words))
    tree, place = told.read_text().split(" ", 1)
    assert tree == git(work, "rev-parse", "HEAD^{tree}")
    assert place == str(work)


PRE_RECEIVE = """
from stella_git.errors import StellaError
from stella_git.gitstore import notes, refs
from stella_git.gitstore.backend import Identity, RefUpdate
from stella_git.gitstore.open import open_repository
with open_repository(bulk=True) as backend, open(%r, "w") as out:
    for row in sys.stdin:
        old, new, name = row.split()
        if name.startswith("refs/notes/"):
            found = notes.note_lines(backend, %r, [(name, new)])
            print(*(line.data.decode() for line in found.lines), file=out)
            try:
                backend.update_refs([RefUpdate(name="refs/x", new=new, old=None)])
            except StellaError as error:
                print(error.code, file=out)
        else:
            print(backend.blob(backend.resolve(new + ":file")), file=out)
"""


@pytest.mark.parametrize("kind", FORMATS)
def test_a_push_is_read_before_it_is_accepted(tmp_path, kind):
    server = make(tmp_path / "server", kind, bare=True)
    clone = make(tmp_path / "clone", kind)
    commit = commit_file(clone)
    with opened(clone, kind) as backend:
        notes.add_notes(backend, REF, {commit: [b"line"]}, message="x", who=WHO, when=WHEN)
    told = tmp_path / "told"
    hook(server / "hooks", "pre-receive", PRE_RECEIVE % (str(told), commit))
    git(clone, "push", "-q", str(server), "HEAD:refs/heads/main", REF)
    assert sorted(told.read_text().split("\n")) == ["", "b'content\\n'", "git-quarantine", "line"]
    assert git(server, "rev-parse", REF) == git(clone, "rev-parse", REF)
    assert git(server, "for-each-ref", "refs/x") == ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_hook_runs_on_what_we_write(tmp_path, kind):
    make(tmp_path / "r", kind)
    commit_file(tmp_path / "r")
    ran = tmp_path / "ran"
    for name in ("reference-transaction", "post-index-change", "pre-commit", "post-commit"):
        hook(tmp_path / "r" / ".git" / "hooks", name, f"open({str(ran)!r}, 'a').write({name!r})")
    git(tmp_path / "r", "update-ref", "refs/x", "HEAD")
    assert ran.exists()  # the hook does run on what git does
    ran.unlink()
    with opened(tmp_path / "r", kind) as backend:
        width = 64 if kind.endswith("sha256") else 40
        (tmp_path / "r" / "file").write_bytes(b"other")
        backend.index_tree()
        notes.add_notes(backend, REF, {target(1, width): [b"x"]}, message="x", who=WHO, when=WHEN)
    assert not ran.exists()


def test_relative_places_of_a_hook_hold_for_the_directory_of_the_process(tmp_path, monkeypatch):
    commit_file(make(tmp_path / "r"))
    (tmp_path / "r" / "sub").mkdir()
    other = make(tmp_path / "other")
    monkeypatch.chdir(tmp_path / "r")
    index = {**os.environ, "GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index"}
    with use_environment(index):
        for directory in (".", "sub", tmp_path / "other"):
            with Plumbing(directory) as backend:
                assert backend.git_dir == str(tmp_path / "r" / ".git")
                assert backend.work_tree == str(tmp_path / "r")
                assert backend.index_tree() == backend.commit(backend.resolve("HEAD")).tree
        (other / "file").write_bytes(b"x")
        porcelain.commit_all(other, "in the repository that is named", who=WHO, when=WHEN)
    assert git(other, "log", "--format=%s") == "in the repository that is named"
    assert git(tmp_path / "r", "log", "--format=%s") == "change"
