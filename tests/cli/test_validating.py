"""What every ``validate`` does with its arguments, and what ``stella rule`` finds."""

import json
import subprocess

import pytest

from documents_cases import bom, data
from stella_git.cli.main import main


@pytest.fixture
def documents(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.cdx.json", "b.cdx.json"):
        (tmp_path / name).write_bytes(data(bom()))
    (tmp_path / "package.json").write_bytes(b'{"name": "left-pad"}')
    return tmp_path


def test_what_is_no_document_is_counted(documents, capsys):
    assert main(["evidence", "validate", "--no-git", "package.json"]) == 0
    assert capsys.readouterr().out == "1 file passed over, no document\n"
    assert main(["evidence", "validate", "--no-git", "package.json", "a.cdx.json"]) == 0
    assert capsys.readouterr().out == "1 file: no problems; 1 file passed over, no document\n"


@pytest.mark.parametrize("number", ["0", "-3", "x", "1.5"])
def test_a_number_of_processes_that_is_none(documents, capsys, number):
    with pytest.raises(SystemExit, match="2"):
        main(["sbom", "validate", f"--jobs={number}", "a.cdx.json"])
    assert "is no number of processes" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--no-git"]])
def test_a_revision_needs_a_clone(documents, capsys, more):
    assert main(["sbom", "validate", *more, "--against", "main", "a.cdx.json"]) == 2
    assert "error[revision-unknown]" in capsys.readouterr().err


def test_one_unknown_revision_is_one_error(documents, capsys):
    subprocess.run(["git", "init", "-q"], check=True)
    assert main(["sbom", "validate", "--against", "lost", "a.cdx.json", "b.cdx.json"]) == 2
    assert capsys.readouterr().err.count("error[revision-unknown]") == 1


def test_profiles_are_listed_with_commas_as_elsewhere(documents, capsysbinary):
    words = ["sbom", "validate", "--no-git", "--format", "json", "a.cdx.json", "--profile"]
    assert main([*words, "ntia-2021,cisa-2026"]) == 1
    together = json.loads(capsysbinary.readouterr().out)
    assert main([*words, "ntia-2021", "--profile", "cisa-2026"]) == 1
    assert json.loads(capsysbinary.readouterr().out) == together
    rules = {problem["rule"] for problem in together["files"][0]["problems"]}
    assert {rule.split("-")[1] for rule in rules} == {"ntia", "cisa"}


@pytest.mark.parametrize(
    ("written", "known"),
    [("c010", "C010"), ("k-REQUIRED", "K-required"), ("e-NTIA-2021-supplier", "E-ntia-2021-supplier")],
)
def test_a_rule_is_found_in_any_letter_case(capsys, written, known):
    assert main(["rule", written]) == 0
    assert capsys.readouterr().out.startswith(f"{known}  error\n")


def test_a_rule_names_the_command_that_mends(capsys):
    assert main(["rule", "C010", "V020"]) == 0
    printed = capsys.readouterr().out
    assert "`stella sbom fix` mends" in printed.partition("V020")[0]
    assert "`stella vex fix` mends" in printed.partition("V020")[2]


def test_a_rule_that_is_misspelt(capsys):
    assert main(["rule", "K-requird"]) == 2
    assert "did you mean K-required?" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--color=always", "--debug", "-C"])
def test_an_option_of_the_program_behind_a_command(documents, capsys, option):
    with pytest.raises(SystemExit, match="2"):
        main(["sbom", "validate", "a.cdx.json", option])
    assert f"{option.partition('=')[0]} stands before the command: stella " in capsys.readouterr().err


def test_remedies_are_sentences_wherever_they_come_from(documents, capsysbinary):
    parts = [{"type": "library", "name": "b", "purl": "pkg:npm/"}]
    (documents / "a.cdx.json").write_bytes(data(bom(components=parts, zzz=1, dependencies=[{"ref": "lost"}])))
    assert main(["sbom", "validate", "--format", "json", "a.cdx.json"]) == 1
    (file,) = json.loads(capsysbinary.readouterr().out)["files"]
    remedies = [problem["remedy"] for problem in file["problems"]]
    assert len(remedies) == 3
    assert all(remedy[0].isupper() and remedy.endswith(".") for remedy in remedies), remedies
