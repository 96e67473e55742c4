"""Many writers at once, and writers that are killed: nothing is lost, nothing is half there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitstore_cases import REF, WHEN, WHO, git, make, opened, target
from stella_git.errors import EnvironmentFault
from stella_git.gitstore import notes

SOURCES = str(Path(notes.__file__).resolve().parents[2])
WRITER = """
import sys
sys.path.insert(0, sys.argv[5])
from stella_git.gitstore import notes
from stella_git.gitstore.backend import Identity
from stella_git.gitstore.open import open_repository
directory, ref, first, count = sys.argv[1:5]
backend = open_repository(directory)
print("ready", flush=True)
sys.stdin.readline()
number = int(first)
while number < int(first) + int(count):
    line = b"%d" % number
    wanted = {("%040x" % (number % 7)): [line], ("%040x" % number): [line] * 2}
    notes.add_notes(backend, ref, wanted, message="x", who=Identity(name="a", email="b"), when=1)
    print(number, flush=True)
    number += 1
backend.close()
"""


def start(directory, ref, first, count):
    words = [sys.executable, "-c", WRITER, str(directory), ref, str(first), str(count), SOURCES]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
    )


def held(directory, ref):
    with opened(directory) as backend:
        return {name: backend.blob(blob).split() for name, blob in notes.read_notes(backend, ref).items()}


@pytest.mark.parametrize("shared", [True, False], ids=["one ref", "a ref each"])
def test_eight_writers_lose_nothing(tmp_path, shared):
    make(tmp_path)
    each = 5 if shared else 10
    refs = [REF if shared else REF[:-1] + str(number) for number in range(8)]
    writers = [start(tmp_path, ref, 100 * number, each) for number, ref in enumerate(refs)]
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    found = {}
    for ref in set(refs):
        for name, lines in held(tmp_path, ref).items():
            found.setdefault(name, set()).update(lines)
    wanted = {}
    for number in (100 * writer + step for writer in range(8) for step in range(each)):
        for name in (f"{number % 7:040x}", f"{number:040x}"):
            wanted.setdefault(name, set()).add(b"%d" % number)
    assert found == wanted
    assert not list((tmp_path / ".git" / "refs").rglob("*.lock"))


def test_killed_writers_leave_the_old_or_the_new_state(tmp_path):
    make(tmp_path)
    done = -1
    for kill in range(25):
        writer = start(tmp_path, REF, done + 1, 1000)
        assert writer.stdout.readline() == b"ready\n"
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
        time.sleep(0.002 + 0.0037 * kill)
        os.killpg(writer.pid, signal.SIGKILL)  # git, and whatever else it has started, too
        told = [int(line) for line in writer.stdout.read().split()]
        writer.stdin.close()
        writer.stdout.close()
        writer.wait()
        clear_locks(tmp_path)
        found = held(tmp_path, REF)
        last = max((int(line) for lines in found.values() for line in lines), default=-1)
        assert last >= max([done, *told])  # what was said to be done is done
        assert last <= max([done, *told]) + 1
        for number in range(last + 1):
            assert b"%d" % number in found[f"{number:040x}"]
            assert b"%d" % number in found[f"{number % 7:040x}"]  # both notes of one commit, or neither
        done = last
    assert done > 0
    assert "missing" not in git(tmp_path, "fsck", "--full", "--strict")
    with opened(tmp_path) as backend:
        notes.add_notes(backend, REF, {target(1): [b"after"]}, message="x", who=WHO, when=WHEN)


def clear_locks(directory):
    """Do what the error says: a lock of a git that was killed is named, and may be removed."""
    for lock in (directory / ".git").rglob("*.lock"):
        with opened(directory) as backend, pytest.raises(EnvironmentFault) as caught:
            notes.add_notes(backend, REF, {target(1): [b"x"]}, message="x", who=WHO, when=WHEN)
        assert str(lock) in caught.value.remedy
        lock.unlink()


def test_a_lock_that_stays_is_named(tmp_path):
    make(tmp_path)
    lock = tmp_path / ".git" / (REF + ".lock")
    lock.parent.mkdir(parents=True)
    lock.touch()
    clear_locks(tmp_path)
    with opened(tmp_path) as backend:
        assert notes.add_notes(backend, REF, {target(1): [b"x"]}, message="x", who=WHO, when=WHEN)
