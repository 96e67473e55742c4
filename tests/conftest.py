"""What every test stands on: no user's configuration, no network, no luck.

The isolation is done to the process, before anything is collected, so that fixtures of every scope and every
program that a test starts are inside it.
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("deep", deadline=None, database=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

GIT_CONFIG = """\
[user]
	name = Ada Tester
	email = ada@example.org
[init]
	defaultBranch = main
[commit]
	gpgSign = false
[core]
	autocrlf = false
[gc]
	auto = 0
[maintenance]
	auto = false
[advice]
	detachedHead = false
[protocol "file"]
	allow = always
"""
FIXED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada Tester",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada Tester",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "REAL_HOME": os.environ.get("REAL_HOME") or os.environ.get("HOME", ""),
}
DROPPED = ("GIT_", "STELLA_", "LC_", "PRE_COMMIT")
DROPPED_NAMES = (
    "SOURCE_DATE_EPOCH",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "LANG",
    "LANGUAGE",
    "XDG_CONFIG_HOME",
    "COLUMNS",
)
_HOME = pytest.StashKey[Path]()


def pytest_configure(config):
    home = Path(tempfile.mkdtemp(prefix="stella-home-"))
    config.stash[_HOME] = home
    (home / "gitconfig").write_text(GIT_CONFIG, encoding="utf-8", newline="\n")
    for name in list(os.environ):
        if name.startswith(DROPPED) or name in DROPPED_NAMES:
            del os.environ[name]
    os.environ.update(FIXED, GIT_CONFIG_GLOBAL=str(home / "gitconfig"), HOME=str(home), USERPROFILE=str(home))


def pytest_unconfigure(config):
    home = config.stash.get(_HOME, None)
    if home:
        shutil.rmtree(home, ignore_errors=True)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("network"):
            item.add_marker(pytest.mark.enable_socket)


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self):
        return self.raw.decode()

    def json(self):
        return json.loads(self.raw)


@pytest.fixture
def stella():
    """Run one command in this process: ``stella("canon", "-", stdin=b"{}")``."""
    from stella_git.cli.main import main

    def run(*argv, cwd=None, stdin=b""):
        out, err = io.BytesIO(), io.StringIO()
        text = io.TextIOWrapper(out, encoding="utf-8", newline="\n", write_through=True)
        before = sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        try:
            with (
                contextlib.redirect_stdout(text),
                contextlib.redirect_stderr(err),
                contextlib.chdir(cwd or "."),
            ):
                try:
                    code = main([str(word) for word in argv])
                except SystemExit as leaving:
                    code = leaving.code or 0
        finally:
            sys.stdin = before
        text.flush()
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def stella_process():
    """Run one command in a fresh interpreter, without the measuring of coverage."""

    def run(*argv, cwd=None, stdin=b"", env=None):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")} | (
            env or {}
        )
        done = subprocess.run(
            [sys.executable, "-m", "stella_git", *map(str, argv)],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            env=environment | (env or {}),
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr.decode())

    return run
