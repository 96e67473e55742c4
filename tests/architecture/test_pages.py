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


@pytest.mark.skipif(sys.platform == "win32", reason="the pages are written for a POSIX shell")
def test_the_tutorial_about_policies(shell):
    page = "docs/tutorials/first-policy.md"
    # A policy may say no; usage, environment and crashes have other exit codes.
    first, *steps = blocks(page)
    printed = shell(first + "".join(f"{{\n{step}}} || test $? = 1\n" for step in steps))
    shown = re.findall(r"(?s)```text\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"))
    assert len(shown) > 5
    assert [text for text in shown if text.rstrip("\n") not in printed] == []
    assert "Traceback" not in printed


# What the how-to guides speak of: git commands and files, before their commands are typed.
_PLACE = """
after="$STELLA"/examples/demo/after rules="$STELLA"/tests/golden/documents/rules
git init -q .
mkdir sbom .vex
for name in bom.json bom.cdx.json old.cdx.json sbom/app.cdx.json; do
  sed 's|pkg:pypi/markupsafe@3.0.4|pkg:npm/left-pad@1.3.0|g' "$after"/sbom.cdx.json > $name
done
sed 's/"name": "[^"]*"/"name": "renamed"/' bom.json > new.cdx.json
for name in .vex/app.openvex.json ours.openvex.json; do cp "$after"/vex.openvex.json $name; done
cp "$rules"/CSAF-6.1.1/passes.json theirs.csaf.json
cp "$rules"/2S01/passes.json bom.spdx.json
cp "$rules"/A004/passes.json build.intoto.jsonl
git add .
git commit -qm Begin
git tag v1.0
git tag v1.1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("validate", "1 file: no problems"),
        ("fix", "nothing to mend"),
        ("inventory", "the same inventory"),
        ("vex", "no differences"),
        ("minimum-elements", "bsi-tr-03183-2-2.1.0"),
    ],
)
def test_the_commands_of_a_guide_are_answered(shell, page, told):
    text = (ROOT / f"docs/how-to/{page}.md").read_text(encoding="utf-8")
    profile = re.findall(r"(?s)```yaml\n(apiVersion.*?)```", text)
    house = f"cat > house.yaml <<'END'\n{profile[0]}END\n" if profile else ""
    commands = [line for block in blocks(f"docs/how-to/{page}.md") for line in block.splitlines()]
    commands = [line for line in commands if line.startswith("stella ") and "GITHUB_BASE_REF" not in line]
    assert len(commands) > 2
    # A document may be found wanting; usage, environment and crashes have other exit codes.
    answered = "".join(f"{{ {line}\n}} || test $? = 1\n" for line in commands)
    printed = shell(_PLACE + house + answered)
    assert told in printed
    assert "Traceback" not in printed


def test_the_statement_that_the_guide_calls_passing_passes():
    from documents_cases import check

    text = (ROOT / "docs/how-to/vex.md").read_text(encoding="utf-8")
    (document,) = re.findall(r"(?s)```json\n(.*?)```", text)
    assert check(document.encode(), expect=frozenset({"vex"})).problems == ()


def test_the_severities_that_the_reference_shows_are_taken():
    from stella_git.documents import settings

    text = (ROOT / "docs/reference/document-rules.md").read_text(encoding="utf-8")
    (document,) = re.findall(r"(?s)```yaml\n(.*?)```", text)
    assert settings.parse(document.encode(), path="policies/document-rules.yaml") is not None
