import io
import json
import subprocess
import sys

import pytest

from documents_cases import bom, data, vex
from stella_git.cli.main import main

OTHER = vex(statements=[{**vex()["statements"][0], "justification": "component_not_present"}])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_bytes(data(vex()))
    (tmp_path / "b.json").write_bytes(data(OTHER))
    return tmp_path


@pytest.fixture
def repository(folder):
    def git(*words):
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "a.json")
    git("commit", "-q", "-m", "first")
    (folder / "a.json").write_bytes(data(OTHER))
    git("commit", "-q", "-a", "-m", "second")
    return folder


def test_equal_documents(folder, capsys):
    assert main(["vex", "diff", "a.json", "a.json"]) == 0
    assert capsys.readouterr() == ("no differences in 1 claim\n", "")


def test_documents_that_differ(folder, capsys):
    assert main(["vex", "diff", "a.json", "b.json"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        (
            "~ CVE-2026-0001 pkg:npm/left-pad@1.3.0: "
            "justification vulnerable_code_not_present -> component_not_present"
        ),
        "0 added, 0 removed, 1 changed, 0 unchanged",
    ]
    assert err == ""


def test_json_is_canonical(folder, capsysbinary):
    from stella_git.canon import jcs

    assert main(["vex", "diff", "--format", "json", "a.json", "b.json"]) == 1
    out = capsysbinary.readouterr().out
    assert out == jcs.dumps(json.loads(out)) + b"\n"
    assert json.loads(out)["changed"][0]["fields"] == ["justification"]


def test_standard_input(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data(vex()))))
    assert main(["vex", "diff", "-", "a.json"]) == 0


def test_a_file_and_what_it_was(repository, capsys):
    assert main(["vex", "diff", "--git", "HEAD", "a.json"]) == 0
    assert main(["vex", "diff", "--git", "HEAD~1", "a.json"]) == 1
    assert main(["vex", "diff", "--git", "HEAD~1..HEAD", "a.json"]) == 1
    assert main(["vex", "diff", "--git", "HEAD~1..HEAD~1", "a.json"]) == 0
    assert main(["vex", "diff", "--git", "HEAD~1..", "a.json"]) == 1


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["a.json"], "diff-arguments"),
        (["a.json", "b.json", "a.json"], "diff-arguments"),
        (["--git", "HEAD", "a.json", "b.json"], "diff-arguments"),
        (["--git", "HEAD", "-"], "diff-arguments"),
        (["-", "-"], "stdin-repeated"),
        (["--git", "nowhere", "a.json"], "revision-unknown"),
        (["--git", "HEAD", "b.json"], "revision-without-file"),
        (["a.json", "lost.json"], "file-missing"),
    ],
)
def test_what_cannot_be_compared(repository, capsys, argv, code):
    assert main(["vex", "diff", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"error[{code}]" in err


def test_outside_of_a_repository(folder, capsys):
    assert main(["vex", "diff", "--git", "HEAD", "a.json"]) == 4
    assert "error[git-" in capsys.readouterr().err


def test_a_document_that_is_no_vex_is_bad_evidence(repository, capsys):
    (repository / "c.json").write_bytes(data(bom()))
    assert main(["vex", "diff", "a.json", "c.json"]) == 1
    assert "error[vex-expected]" in capsys.readouterr().err
