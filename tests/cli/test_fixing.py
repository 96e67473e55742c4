"""``stella sbom fix`` and ``stella vex fix`` on files: what is written, when, and how the command ends."""

import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys

import jsonschema
import pytest

from documents_cases import bom, data, vex
from fix_cases import ANY
from hook_cases import git, repository
from stella_git import resources
from stella_git.canon import jcs
from stella_git.cli.main import main
from stella_git.documents.fix.mend import fix
from stella_git.errors import EnvironmentFault
from stella_git.flows.fixing import replace_file
from stella_git.report.patch import patch

SPELT = data(bom(components=[{"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}]))
MENDED = SPELT.replace(b"pkg:NPM", b"pkg:npm")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_bytes(SPELT)
    (tmp_path / "clean.json").write_bytes(MENDED)
    return tmp_path


def test_a_file_is_mended_once(place, capsys):
    assert main(["sbom", "fix", "a.json"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a.json (CycloneDX 1.6)",
        '  19:12  C010: "pkg:NPM/b@1" -> "pkg:npm/b@1"',
        "         [/components/0/purl]",
        "",
        "1 file: 1 changed",
    ]
    assert (place / "a.json").read_bytes() == MENDED
    assert main(["sbom", "fix", "a.json", "clean.json"]) == 0
    assert capsys.readouterr().out == "2 files: nothing to mend with certainty\n"
    assert sorted(path.name for path in place.iterdir()) == ["a.json", "clean.json"]


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_nothing_is_written_where_it_is_only_asked(place, capsys, option):
    assert main(["sbom", "fix", option, "a.json", "clean.json"]) == 1
    assert (place / "a.json").read_bytes() == SPELT
    assert "pkg:npm/b@1" in capsys.readouterr().out
    assert main(["sbom", "fix", option, "clean.json"]) == 0


def test_a_file_without_changes_is_not_touched(place):
    before = (place / "clean.json").stat()
    assert main(["sbom", "fix", "clean.json"]) == 0
    after = (place / "clean.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o755, 0o664])
def test_the_mode_stays(place, mode):
    (place / "a.json").chmod(mode)
    assert main(["sbom", "fix", "a.json"]) == 1
    assert stat.S_IMODE((place / "a.json").stat().st_mode) == mode


def test_one_that_cannot_be_mended_does_not_keep_the_others_from_it(place, capsys):
    (place / "broken.json").write_bytes(b'{"a": 1, "a": 2}')
    assert main(["sbom", "fix", "broken.json", "a.json"]) == 1
    out, err = capsys.readouterr()
    assert "1 changed" in out
    assert "error[json-duplicate-member]: broken.json:1:10" in err
    assert (place / "a.json").read_bytes() == MENDED
    assert (place / "broken.json").read_bytes() == b'{"a": 1, "a": 2}'
    assert main(["sbom", "fix", "lost.json", "broken.json"]) == 2


def test_a_document_of_another_kind(place, capsys):
    (place / "vex.json").write_bytes(data(vex()))
    assert main(["sbom", "fix", "vex.json"]) == 1
    assert "error[fix-format]: vex.json: this is OpenVEX 0.2.0" in capsys.readouterr().err
    assert main(["vex", "fix", "vex.json"]) == 0
    assert main(["vex", "fix", "a.json"]) == 1


def test_vex_is_mended(place):
    value = vex()
    value["statements"][0]["status"] = "Not-Affected"
    (place / "vex.json").write_bytes(data(value))
    assert main(["vex", "fix", "vex.json"]) == 1
    assert (place / "vex.json").read_bytes() == data(vex())


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_symbolic_link_is_refused(place, capsys):
    (place / "link.json").symlink_to("a.json")
    assert main(["sbom", "fix", "link.json"]) == 2
    assert "error[file-symlink]: link.json" in capsys.readouterr().err
    assert (place / "a.json").read_bytes() == SPELT


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_is_read_only_is_left(place, capsys):
    (place / "a.json").chmod(0o444)
    assert main(["sbom", "fix", "a.json"]) == 4
    assert "error[file-unwritable]: a.json" in capsys.readouterr().err


def test_a_disk_that_refuses(place, capsys, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stella_git.flows.fixing.os.fsync", full)
    assert main(["sbom", "fix", "a.json"]) == 4
    assert "error[file-unwritable]: a.json: cannot be written: No space left" in capsys.readouterr().err
    assert (place / "a.json").read_bytes() == SPELT
    assert sorted(path.name for path in place.iterdir()) == ["a.json", "clean.json"]


def test_a_file_that_somebody_else_wrote_is_left(place):
    with pytest.raises(EnvironmentFault) as caught:
        replace_file(place / "a.json", b"what was read", MENDED)
    assert caught.value.code == "file-changed"
    assert (place / "a.json").read_bytes() == SPELT
    assert sorted(path.name for path in place.iterdir()) == ["a.json", "clean.json"]


KILL = """
import os, pathlib, signal, sys
from stella_git.flows import fixing
def at(when, call):
    def wrapped(*given):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*given)
        os.kill(os.getpid(), signal.SIGKILL)
        return result
    return wrapped
when, what = sys.argv[1:3]
if what == "replace":
    pathlib.Path.replace = at(when, pathlib.Path.replace)
else:
    os.fsync = at(when, os.fsync)
from stella_git.cli.main import main
sys.exit(main(["sbom", "fix", "a.json"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("when", "what", "left"),
    [
        ("before", "fsync", SPELT),
        ("after", "fsync", SPELT),
        ("before", "replace", SPELT),
        ("after", "replace", MENDED),
    ],
)
def test_whoever_is_killed_leaves_the_old_bytes_or_the_new_ones(place, when, what, left):
    done = subprocess.run([sys.executable, "-c", KILL, when, what], cwd=place, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (place / "a.json").read_bytes() == left
    assert main(["sbom", "fix", "a.json"]) == (left == SPELT)
    assert (place / "a.json").read_bytes() == MENDED


class Stream:
    def __init__(self, content=b""):
        self.buffer = io.BytesIO(content)


def test_standard_input_goes_to_standard_output(monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", Stream(SPELT))
    assert main(["sbom", "fix", "-"]) == 1
    out, err = capsysbinary.readouterr()
    assert out == MENDED
    assert b"1 file: 1 changed" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-", "a.json"], "fix-stdin"),
        (["--only", "C001", "a.json"], "fix-rule"),
        (["--only", "nonsense", "a.json"], "fix-rule"),
        (["--bump", "--no-git", "a.json"], "fix-bump-alone"),
        (["--rules", "lost.yaml", "a.json"], "file-missing"),
    ],
)
def test_arguments_that_do_not_go_together(place, capsys, words, code):
    assert main(["sbom", "fix", *words]) == 2
    assert f"error[{code}]" in capsys.readouterr().err
    assert (place / "a.json").read_bytes() == SPELT


def test_rules_that_are_off_are_left_alone(place):
    (place / "rules.yaml").write_text(
        'apiVersion: stella.ops/v1\nkind: DocumentRules\nspec: {severities: {C010: "off"}}\n'
    )
    assert main(["sbom", "fix", "--rules", "rules.yaml", "a.json"]) == 0


def test_the_version_is_compared_with_head(tmp_path, monkeypatch, capsys):
    where = repository(tmp_path / "shop")
    (where / "sub").mkdir()
    (where / "sub" / "a.json").write_bytes(MENDED)
    git(where, "add", ".")
    git(where, "commit", "--quiet", "--message", "Add")
    monkeypatch.chdir(where / "sub")
    assert main(["sbom", "fix", "--bump", "a.json"]) == 0
    (where / "sub" / "a.json").write_bytes(SPELT.replace(b'"b"', b'"c"'))
    assert main(["sbom", "fix", "--bump", "--only", "C016", "a.json"]) == 1
    assert "C016: 1 -> 2" in capsys.readouterr().out
    assert json.loads((where / "sub" / "a.json").read_bytes())["version"] == 2
    assert main(["sbom", "fix", "--bump", "--only", "C016", "a.json"]) == 0


@pytest.mark.parametrize("check", [True, False])
def test_json_is_canonical_and_conforms_to_its_schema(place, capsysbinary, check):
    twice = bom(dependencies=[{"ref": "app", "dependsOn": ["left", "left"]}])
    (place / "twice.json").write_bytes(data(twice))
    words = ["--check"] if check else []
    assert main(["sbom", "fix", "--format", "json", *words, "a.json", "clean.json", "twice.json"]) == 1
    out = capsysbinary.readouterr().out
    report = json.loads(out)
    assert out == jcs.dumps(report) + b"\n"
    schema = json.loads(resources.schema("stella/fixes.v1.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(report)
    assert report["summary"] == {"files": 3, "changed": 2, "written": not check}
    (change,) = report["files"][2]["changes"]
    assert (change["before"], change.get("after")) == ('"left"', None)


@pytest.mark.skipif(shutil.which("patch") is None, reason="no program named patch")
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("indent", [None, 1])
def test_the_patch_does_what_mending_does(tmp_path, newline, end, indent):
    parts = [
        {
            "type": "Library" if number % 9 == 0 else "library",
            "name": str(number),
            "purl": f"pkg:npm/{number}",
        }
        for number in range(60)
    ]
    parts[30]["purl"] = "pkg:NPM/30"
    graph = [{"ref": "app", "dependsOn": ["left", "left", "left"]}]
    whole = json.dumps(bom(components=parts, dependencies=graph), indent=indent) + end
    before = whole.replace("\n", newline).encode()
    fixed = fix(before, path="a.json", expect=ANY)
    (tmp_path / "a.json").write_bytes(before)
    text = patch("a.json", fixed.before, fixed.edits).encode()
    done = subprocess.run(
        ["patch", "--binary", "--fuzz=0", "-p1"], input=text, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"offset" not in done.stdout
    assert (tmp_path / "a.json").read_bytes() == fixed.data != before


def test_members_are_put_in_order_only_where_that_is_asked_for(place, capsys):
    (place / "a.json").write_bytes(data({"version": 1, **bom()}))
    assert main(["sbom", "fix", "a.json"]) == 0
    assert main(["sbom", "fix", "--canonical-order", "a.json"]) == 1
    assert "members put in the order of the schema" in capsys.readouterr().out
    after = json.loads((place / "a.json").read_bytes())
    assert (after, list(after)) == (bom(), list(bom()))
    assert main(["sbom", "fix", "--canonical-order", "a.json"]) == 0


def test_a_patch_of_nothing_is_nothing():
    assert patch("a.json", "{}", ()) == ""


def test_a_document_cannot_write_to_the_terminal(place, capsys):
    evil = "\u202e\u009b31m"
    (place / "a.json").write_bytes(
        data(bom(components=[{"type": "library", "name": evil, "purl": "pkg:NPM/b@1", "version": evil}]))
    )
    for words in (["--diff"], ["--check"]):
        assert main(["sbom", "fix", *words, "a.json"]) == 1
        assert all(char.isprintable() or char in "\n\t" for char in capsys.readouterr().out)
