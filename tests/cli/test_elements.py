import html
import json

import jsonschema
import pytest
import yaml

from attest_cases import ROOT
from documents_cases import GOLDEN, bom, data, vex
from schema_cases import load
from stella_git.documents.elements import ids

FULL = GOLDEN / "elements/full.cdx.json"
LARAVEL = GOLDEN / "bom-examples/SBOM_laravel-7.12.0_bom.1.4.json"


@pytest.fixture
def poor(tmp_path):
    (tmp_path / "poor.json").write_bytes(data(bom()))
    return tmp_path


def test_a_document_that_has_everything(stella):
    ran = stella("sbom", "elements", FULL, "--profile", ",".join(ids()))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("1 file: everything asked for is there\n")
    assert "bsi-tr-03183-2-2.1.0 met, score 1000 of 1000" in ran.out
    assert "cisa-2025-draft (draft) met" in ran.out


def test_what_is_missing_is_shown_with_its_place(stella, poor):
    ran = stella("sbom", "elements", "poor.json", "--profile", "ntia-2021", cwd=poor)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "poor.json (CycloneDX 1.6): ntia-2021 not met, score 500 of 1000"
    assert lines[1].split() == ["element", "level", "has", "it"]
    at = lines.index("  supplier    required  0 of 2")
    assert lines[at + 1 : at + 3] == ["    poor.json:8:16 app", "    poor.json:16:3 left-pad"]
    assert "  author      required  0 of 1" in lines
    assert lines[-1] == "1 file: 1 profile not met"


def test_json_follows_its_schema(stella, poor):
    words = ["sbom", "elements", "poor.json", str(FULL), "--profile", "ntia-2021", "--profile", "fsct3-2024"]
    ran = stella(*words, "--format", "json", cwd=poor)
    assert ran.code == 1
    report = json.loads(ran.out)
    jsonschema.validate(report, load("elements-report.v1"))
    assert report["summary"] == {"files": 2, "unmet": 2}
    first, _ = report["files"][0]["profiles"]
    assert (first["id"], first["score"], first["baseline"], first["met"]) == ("ntia-2021", 500, False, False)
    supplier = first["elements"][0]
    assert (supplier["satisfied"], supplier["total"]) == (0, 2)
    assert supplier["missing"][1] == {"pointer": "/components/0", "name": "left-pad", "line": 16, "column": 3}
    assert [profile["met"] for profile in report["files"][1]["profiles"]] == [True, True]


def test_nothing_in_a_name_reaches_a_terminal_or_a_table(stella, tmp_path):
    name = "\x1b[31m|<b>`x`\n# y"
    (tmp_path / "x.json").write_bytes(data(bom(components=[{"type": "library", "name": name}])))
    words = ["sbom", "elements", "x.json", "--profile", "ntia-2021"]
    ran = stella(*words, cwd=tmp_path)
    assert "\x1b" not in ran.out
    assert "\\x1b[31m|<b>`x`\\n# y" in ran.out
    ran = stella(*words, "--format", "markdown", cwd=tmp_path)
    assert ran.code == 1
    rows = [line for line in ran.out.splitlines() if line.startswith("| Supplier Name ")]
    assert len(rows) == 1
    assert rows[0].count("|") == 5
    assert not set(rows[0]) & set("<>`")
    assert "|<b>`x`" in html.unescape(rows[0])


def test_levels_and_scores_that_are_asked_for(stella, tmp_path):
    value = json.loads(FULL.read_bytes())
    del value["metadata"]["lifecycles"]  # an aspirational goal of FSCT
    (tmp_path / "x.json").write_bytes(data(value))
    words = ["sbom", "elements", "x.json", "--profile", "fsct3-2024"]
    assert stella(*words, cwd=tmp_path).code == 0
    assert stella(*words, "--level", "recommended", cwd=tmp_path).code == 0
    assert stella(*words, "--level", "aspirational", cwd=tmp_path).code == 1
    assert stella(*words, "--min-score", "983", cwd=tmp_path).code == 0
    assert stella(*words, "--min-score", "984", cwd=tmp_path).code == 1


def test_a_profile_of_ones_own(stella, poor):
    page = (ROOT / "docs/how-to/minimum-elements.md").read_text(encoding="utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    jsonschema.validate(yaml.safe_load(text), load("minimum-elements.v1"))
    (poor / "house.yaml").write_text(text, encoding="utf-8")
    ran = stella("sbom", "elements", "poor.json", "--profile-file", "house.yaml", cwd=poor)
    assert ran.code == 1
    assert "house-2026 not met" in ran.out
    (poor / "house.yaml").write_text(text.replace("supplier, producers", "suplier"), encoding="utf-8")
    ran = stella("sbom", "elements", "poor.json", "--profile-file", "house.yaml", cwd=poor)
    assert ran.code == 2
    assert "house.yaml:18:24" in ran.err
    assert "did you mean supplier?" in ran.err


def test_profiles_are_listed_for_programs(stella):
    listed = json.loads(stella("sbom", "elements", "--list", "--format", "json").out)
    jsonschema.validate(listed, load("profiles.v1"))
    assert [profile["id"] for profile in listed["profiles"]] == list(ids())
    (one,) = json.loads(
        stella("sbom", "elements", "--list", "--profile", "ntia-2021", "--format", "json").out
    )["profiles"]
    assert one in listed["profiles"]
    assert {"id": "supplier", "rule": "E-ntia-2021-supplier"}.items() <= one["elements"][0].items()
    ran = stella("sbom", "elements", "--list", "--format", "markdown")
    assert (ran.code, "error[elements-usage]" in ran.err) == (2, True)


def test_profiles_and_elements_are_listed(stella):
    ran = stella("sbom", "elements", "--list")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == list(ids())
    ran = stella("sbom", "elements", "--list", "--profile", "ntia-2021")
    assert "  supplier: Supplier Name (component, required)" in ran.out.splitlines()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "elements-usage"),
        (["poor.json"], "elements-usage"),
        (["--profile", "ntia-2021"], "elements-usage"),
        (["poor.json", "--profile", "ntia-2020"], "elements-profile-unknown"),
        (["poor.json", "--profile", "ntia-2021,"], "elements-profile-unknown"),
        (["poor.json", "--profile", "ntia-2021", "--level", "recommended"], "elements-usage"),
        (["poor.json", "--profile", "ntia-2021", "--min-score", "1001"], "elements-usage"),
        (["poor.json", "--profile", "ntia-2021", "--min-score", "-1"], "elements-usage"),
        (["-", "-", "--profile", "ntia-2021"], "stdin-repeated"),
        (["-", "--profile-file", "-"], "stdin-repeated"),
        (["gone.json", "--profile", "ntia-2021"], "file-missing"),
    ],
)
def test_wrong_words_are_refused(stella, poor, words, code):
    ran = stella("sbom", "elements", *words, cwd=poor)
    assert ran.code == 2
    assert f"error[{code}]" in ran.err


def test_one_bad_file_does_not_hide_the_others(stella, poor):
    (poor / "vex.json").write_bytes(data(vex()))
    ran = stella("sbom", "elements", "vex.json", "poor.json", "--profile", "ntia-2021", cwd=poor)
    assert ran.code == 1
    assert "error[elements-format]: vex.json: this is OpenVEX 0.2.0" in ran.err
    assert "poor.json (CycloneDX 1.6): ntia-2021 not met" in ran.out
    ran = stella("sbom", "elements", "-", "--profile", "ntia-2021", stdin=b'{"a": 1, "a": 2}')
    assert ran.code == 1
    assert "json-duplicate-member" in ran.err


def test_a_missing_element_is_a_problem_of_the_document(stella):
    ran = stella("sbom", "validate", "--no-git", "--profile", "ntia-2021", "--format", "json", LARAVEL)
    assert ran.code == 1
    problems = json.loads(ran.out)["files"][0]["problems"]
    found = [each for each in problems if each["rule"] == "E-ntia-2021-supplier"]
    assert (found[0]["pointer"], found[0]["severity"]) == ("/components/1", "error")
    assert len(found) == 3
    assert stella("sbom", "validate", "--no-git", "--profile", "ntia-2021", FULL).code == 0


def test_the_worst_are_shown_and_the_others_counted(stella):
    words = ["sbom", "elements", LARAVEL, "--profile", "cisa-2026"]
    assert "and 60 more" in stella(*words).out
    rows = stella(*words, "--format", "markdown").out.splitlines()
    assert any(row.endswith(", 60 more |") for row in rows)
