import io
import json
import os
import sys

import pytest

from documents_cases import bom, data, vex
from stella_git.cli.main import main


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, value):
        content = value if isinstance(value, bytes) else data(value)
        (tmp_path / name).write_bytes(content)
        return name

    return write


class Stdin:
    def __init__(self, content):
        self.buffer = io.BytesIO(content)


@pytest.mark.parametrize(
    ("noun", "value"), [("sbom", bom()), ("vex", vex()), ("vex", bom(vulnerabilities=[]))]
)
def test_a_valid_document(write, capsys, noun, value):
    assert main([noun, "validate", write("doc.json", value)]) == 0
    assert capsys.readouterr() == ("1 file: no problems\n", "")


@pytest.mark.parametrize(
    ("noun", "value", "rule"),
    [
        ("sbom", bom(zzz=1), "K-additionalProperties"),
        ("sbom", vex(), "D003"),
        ("sbom", bom(specVersion="1.2"), "D002"),
        ("sbom", b'{"name": "left-pad"}', "D001"),
        ("sbom", b'{"a": 1, "a": 2}', "J001"),
        ("vex", bom(), "D003"),
        ("vex", vex(statements=[]), "K-minItems"),
    ],
)
def test_a_document_with_an_error(write, capsys, noun, value, rule):
    assert main([noun, "validate", "--format", "concise", write("doc.json", value)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("doc.json:")
    assert f": {rule} " in out
    assert err == ""


def test_warnings_do_not_fail(write, capsys):
    value = bom(components=[{"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}])
    assert main(["sbom", "validate", write("doc.json", value)]) == 0
    assert capsys.readouterr().out.endswith("1 file: 0 errors, 1 warning\n")


def test_json_is_canonical(write, capsysbinary):
    from stella_git.canon import jcs

    assert (
        main(["sbom", "validate", "--format", "json", write("a.json", bom(zzz=1)), write("b.json", bom())])
        == 1
    )
    out = capsysbinary.readouterr().out
    report = json.loads(out)
    assert out == jcs.dumps(report) + b"\n"
    assert report["schema"] == "stella.problems/1"
    assert [(each["path"], len(each["problems"])) for each in report["files"]] == [
        ("a.json", 1),
        ("b.json", 0),
    ]


def test_sarif(write, capsysbinary):
    assert main(["sbom", "validate", "--format", "sarif", write("a.json", bom(zzz=1))]) == 1
    assert json.loads(capsysbinary.readouterr().out)["version"] == "2.1.0"


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Stdin(data(vex(zzz=1))))
    assert main(["vex", "validate", "--format", "concise", "-"]) == 1
    assert capsys.readouterr().out.startswith("-:")


def test_standard_input_is_read_once(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Stdin(data(bom())))
    assert main(["sbom", "validate", "-", "-"]) == 2
    assert "error[stdin-repeated]" in capsys.readouterr().err


def test_a_file_that_is_not_there(write, capsys):
    assert main(["sbom", "validate", "lost.json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[file-missing]: lost.json" in err
    assert "remedy: " in err


def test_a_directory(tmp_path, capsys):
    assert main(["sbom", "validate", str(tmp_path)]) == 2
    assert "error[file-not-regular]" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_refused_instead_of_waited_for(tmp_path, capsys):
    os.mkfifo(tmp_path / "fifo")
    assert main(["sbom", "validate", str(tmp_path / "fifo")]) == 2
    assert "error[file-not-regular]" in capsys.readouterr().err


def test_a_file_that_cannot_be_read(write, capsys, monkeypatch):
    name = write("doc.json", bom())

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("stella_git.cli.files.open", refuse, raising=False)
    assert main(["sbom", "validate", name]) == 4
    assert "error[file-unreadable]: doc.json" in capsys.readouterr().err


def test_a_folder_that_cannot_be_searched(write, capsys, monkeypatch):
    def stat(path, **options):
        if str(path).startswith("secret/"):
            raise PermissionError(13, "Permission denied")
        return os.lstat(path, **options)

    monkeypatch.setattr(os, "stat", stat)
    assert main(["sbom", "validate", "secret/doc.json", "secret/other.json"]) == 4
    assert capsys.readouterr().err.count("error[file-unreadable]: secret/") == 2


def test_a_file_that_is_too_large(write, capsys, monkeypatch):
    from stella_git.documents import validate

    monkeypatch.setattr(validate, "DOCUMENT_LIMIT", 10)
    assert main(["sbom", "validate", write("doc.json", bom())]) == 2
    assert "error[file-too-large]" in capsys.readouterr().err


def test_every_file_is_reported(write, capsys):
    files = [
        write("a.json", bom(zzz=1)),
        "lost.json",
        write("b.json", b"x"),
        "gone.json",
        write("c.json", bom()),
    ]
    assert main(["sbom", "validate", "--format", "concise", *files]) == 2
    out, err = capsys.readouterr()
    assert [line.split(":")[0] for line in out.splitlines()] == ["a.json", "b.json"]
    assert "lost.json" in err
    assert "gone.json" in err


def test_colour_follows_the_flag(write, capsys, monkeypatch):
    name = write("doc.json", bom(zzz=1))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("CLICOLOR_FORCE", raising=False)
    coloured = []
    for choice in ("auto", "never", "always"):
        main(["--color", choice, "sbom", "validate", name])
        coloured.append("\x1b[" in capsys.readouterr().out)
    assert coloured == [False, False, True]


def test_progress_is_shown_to_a_person_only(write, capsys, monkeypatch):
    from stella_git.cli import validating

    monkeypatch.setattr(validating, "_PROGRESS_FROM", 2)
    files = [write(f"{number}.json", bom()) for number in range(3)]
    assert main(["sbom", "validate", *files]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["sbom", "validate", *files]) == 0
    assert capsys.readouterr().err == "\r1/3 files\r2/3 files\r3/3 files\r\x1b[K"


@pytest.mark.parametrize(
    "argv", [["sbom"], ["vex"], ["sbom", "validate"], ["sbom", "validate", "--format", "xml", "x"]]
)
def test_usage_errors(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert "usage: stella" in capsys.readouterr().err


@pytest.mark.parametrize("noun", ["sbom", "vex"])
def test_help(noun, capsys):
    with pytest.raises(SystemExit) as caught:
        main([noun, "validate", "--help"])
    assert caught.value.code == 0
    assert "CycloneDX" in capsys.readouterr().out


def test_a_valid_document_is_accepted_without_the_explaining_engine(write):
    """What a hook loads at every commit: the explaining engine only where something is to be explained."""
    import subprocess

    script = (
        "import sys; from stella_git.cli.main import main\n"
        "code = main(['sbom', 'validate', sys.argv[1]])\n"
        "print(code, 'jsonschema' in sys.modules, 'yaml' in sys.modules, 'pygit2' in sys.modules)"
    )
    loaded = []
    for name in (write("good.json", bom()), write("bad.json", bom(zzz=1))):
        done = subprocess.run(
            [sys.executable, "-c", script, name], capture_output=True, text=True, check=True
        )
        loaded.append(done.stdout.splitlines()[-1])
    assert loaded == ["0 False False False", "1 True False False"]
