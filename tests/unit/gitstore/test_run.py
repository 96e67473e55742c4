import subprocess

import pytest

from gitstore_cases import make
from stella_git.errors import EnvironmentFault, StellaError
from stella_git.gitstore import faults, run


@pytest.mark.parametrize(
    ("told", "code", "says"),
    [
        (
            "fatal: detected dubious ownership in repository at '/srv/a b'\nTo add an exception",
            "git-dubious-ownership",
            "git config --global --add safe.directory '/srv/a b'",
        ),
        (
            "fatal: not a git repository (or any of the parent directories): .git",
            "git-no-repository",
            "-C DIR",
        ),
        ("error: unknown option `batch-command'\nusage: git cat-file", "git-too-old", "2.36"),
        ("fatal: bad revision 'x'", "git-revision", "spelling"),
        (
            "fatal: Unable to create '/r/.git/x.lock': File exists.\n\nAnother git",
            "git-locked",
            "/r/.git/x.lock",
        ),
        ("error: could not lock config file .git/config: File exists", "git-locked", ".git/config.lock"),
        (
            "x: unmerged (1234)\nfatal: git-write-tree: error building trees",
            "git-index-unmerged",
            "conflicts",
        ),
        ("fatal: cannot lock ref 'a/b': 'a' exists; cannot create 'a/b'", "git-ref-in-the-way", "delete a"),
        ("fatal: cannot lock ref 'a': is at 12 but expected 34", "git-ref-conflict", "again"),
        ("fatal: cannot lock ref 'a': reference already exists", "git-ref-conflict", "again"),
        ("fatal: ref updates forbidden inside quarantine environment", "git-quarantine", "post-receive"),
        ("error: unable to write file: No space left on device", "git-unwritable", "space"),
        ("error: insufficient permission for adding an object to repository database", "git-unwritable", ""),
        (
            "fatal: cannot lock ref 'a': unable to resolve reference 'a': reference broken",
            "git-ref-broken",
            "a",
        ),
        ("warning: x\nfatal: something new\nhint: y", "git-failed", ""),
        ("", "git-failed", ""),
    ],
)
def test_a_message_of_git_becomes_an_error_with_advice(told, code, says):
    error = faults.fault(["-c", "x.y=z", "frobnicate", "--now"], told.encode(), "/srv")
    assert isinstance(error, StellaError)
    assert error.code == code
    assert says in (error.remedy or "")
    if code == "git-failed":
        assert "git frobnicate" in error.message


def test_what_git_says_is_cut_and_told_from_its_chatter():
    error = faults.fault(["x"], b"fatal: reason " + b"y" * 5000 + b"\nhint: z", "/srv")
    assert "reason" in error.message
    assert "hint" not in error.message
    assert len(error.message) < 400
    assert "\ufffd" in faults.fault(["x"], b"fatal: \xff", "/srv").message


def test_git_that_does_not_end(tmp_path, monkeypatch):
    def never(*words, **options):
        raise subprocess.TimeoutExpired(words, options["timeout"])

    monkeypatch.setattr(subprocess, "run", never)
    with pytest.raises(EnvironmentFault) as caught:
        run.git(["status"], cwd=tmp_path)
    assert caught.value.code == "git-timeout"


def test_a_program_that_is_not_git(tmp_path):
    (tmp_path / "git").write_text("no program")
    with pytest.raises(EnvironmentFault) as caught:
        run.git(["status"], cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert caught.value.code == "git-missing"


def test_feeding(tmp_path):
    make(tmp_path)
    env = run.environment()
    with pytest.raises(EnvironmentFault) as caught:
        run.feed(["index-pack", "--stdin"], [b"no pack"] + [b"x" * 65536] * 100, cwd=tmp_path, env=env)
    assert caught.value.code == "git-failed"

    def broken():
        yield b"PACK"
        raise KeyError

    with pytest.raises(KeyError):
        run.feed(["index-pack", "--stdin"], broken(), cwd=tmp_path, env=env)


def test_paths_of_the_environment_are_made_absolute(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", "next-index")
    monkeypatch.setenv("GIT_DIR", "")
    monkeypatch.chdir(tmp_path)
    assert run.environment()["GIT_INDEX_FILE"] == str(tmp_path / "next-index")
    assert run.environment()["GIT_DIR"] == ""
    assert "GIT_INDEX_FILE" not in run.own_environment()
