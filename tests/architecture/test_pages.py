"""What the pages tell a reader to type works, and what they link to exists."""

import os
import re
import shlex
import subprocess
import sys

import pytest

from house_cases import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page):
    text = re.sub(r"(?s)```.*?```", "", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_map_is_short():
    assert len((ROOT / "AGENTS.md").read_text(encoding="utf-8").splitlines()) <= 90


def test_the_ci_runs_the_command_of_the_readme():
    commands = re.findall(r"(?m)^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(commands) == 2
    assert commands[0].endswith(".venv/bin/stella demo")
    assert commands[1] in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def blocks(page, heading=""):
    """Return the shell commands under a heading of a page, one block each."""
    text = (ROOT / page).read_text(encoding="utf-8")
    part = text.partition(heading)[2] if heading else text
    return re.findall(r"(?s)```sh\n(.*?)```", part)


@pytest.fixture
def shell(tmp_path):
    """Run a script in bash with a ``stella`` on PATH; return its output."""
    shim = tmp_path / "bin" / "stella"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m stella_git "$@"\n')
    shim.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment |= {"PATH": f"{shim.parent}{os.pathsep}{environment['PATH']}", "STELLA": str(ROOT)}
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        del environment[name]  # the reader's clock is the real one
    place = tmp_path / "place"
    place.mkdir()

    def run(script):
        done = subprocess.run(
            ["bash", "-eu"],
            input=script.encode(),
            cwd=place,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode()
        return done.stdout.decode()

    return run


@pytest.mark.skipif(sys.platform == "win32", reason="the pages are written for a POSIX shell")
def test_the_quick_start_of_the_readme(shell):
    example = 'git init -q .\ncp "$STELLA"/examples/demo/after/*.json .\n'
    quick_start = blocks("README.md", "## Quick start")[0]
    assert len(quick_start.splitlines()) == 5
    printed = shell(example + "git add .\ngit commit -qm Begin\n" + quick_start)
    assert "1 of 1 commit verified, every verdict recomputed from git" in printed


@pytest.mark.skipif(sys.platform == "win32", reason="the pages are written for a POSIX shell")
def test_the_tutorial(shell):
    steps = blocks("docs/tutorials/first-verdict.md")
    assert steps[2] == "stella decide\n"
    steps[2] = "code=0; stella decide || code=$?; test $code = 1\n"
    printed = shell("".join(steps))
    assert "findings.critical is 1, the limit is 0" in printed
    assert "trust on first use" in printed
    assert "1 of 1 commit verified, every verdict recomputed from git" in printed
