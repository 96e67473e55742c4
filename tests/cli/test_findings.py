import json
import os

import pytest

from flows_cases import PURL, findings, make
from ingest_cases import FIXTURES, cvss, expected, grype, match, trivy
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents import ingest
from stella_git.report.findings import summary


def test_normalize_prints_canonical_json_and_a_summary(stella):
    ran = stella("findings", "normalize", FIXTURES / "grype.json")
    assert (ran.code, ran.raw) == (0, expected("grype.json"))
    first, last = ran.err.splitlines()
    assert first.startswith("grype 0.117.0: database of 2026-11-20T06:30:00Z, ")
    assert last == "2 findings (1 high, 1 low); 0 unknowns"


def test_a_report_comes_from_standard_input(stella):
    ran = stella("findings", "normalize", "-", stdin=(FIXTURES / "trivy.json").read_bytes())
    assert (ran.code, ran.raw) == (0, expected("trivy.json"))
    assert ran.err.startswith("trivy 0.69.3: does not say of which day its database is\n")


def test_a_file_is_written_whole_or_not_at_all(stella, tmp_path):
    ran = stella("findings", "normalize", FIXTURES / "sarif.json", "-o", tmp_path / "out.json")
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "out.json").read_bytes() == expected("sarif.json")
    ran = stella("findings", "normalize", FIXTURES / "sarif.json", "-o", tmp_path / "missing" / "out.json")
    assert ran.code == 4
    assert "error[file-unwritable]" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_no_neighbour_of_the_output_is_written_over(stella, tmp_path):
    (tmp_path / "precious").write_text("mine")
    for name in ("out.json.new", ".out.json.stella-new"):
        (tmp_path / name).symlink_to("precious")
    ran = stella("findings", "normalize", FIXTURES / "sarif.json", "-o", tmp_path / "out.json")
    assert ran.code == 0
    assert (tmp_path / "precious").read_text() == "mine"
    assert (tmp_path / "out.json.new").is_symlink()
    assert (tmp_path / "out.json").read_bytes() == expected("sarif.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_what_is_no_file_is_written_into_and_stays(stella, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        ran = stella("findings", "normalize", FIXTURES / "sarif.json", "-o", tmp_path / "pipe")
        assert ran.code == 0
        assert os.read(reader, 1 << 16) == expected("sarif.json")
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()
    ran = stella("findings", "normalize", FIXTURES / "sarif.json", "-o", tmp_path)
    assert ran.code == 4


def test_the_source_and_the_date_of_its_database_can_be_said(stella):
    ran = stella(
        "findings", "normalize", FIXTURES / "trivy.json", "--source", "nightly", "--database-date",
        "2026-11-20T06:00:00+01:00",
    )  # fmt: skip
    made = ran.json()
    assert made["metadata"]["source"] == {
        "name": "nightly",
        "version": "0.69.3",
        "databaseDate": "2026-11-20T05:00:00Z",
    }
    assert {name for finding in made["findings"] for name in finding["sources"]} == {"nightly"}


def test_what_the_report_says_of_its_database_stands(stella):
    argv = ("findings", "normalize", FIXTURES / "grype.json", "--database-date", "2030-01-01T00:00:00Z")
    assert stella(*argv).raw == expected("grype.json")


def test_the_sources_of_a_document_keep_their_names(stella):
    ran = stella("findings", "normalize", FIXTURES / "findings-awkward.json", "--source", "mine")
    assert ran.code == 2
    assert "error[findings-source]" in ran.err


@pytest.mark.parametrize("option", [("--database-date", "yesterday"), ("--database-date", "")])
def test_a_date_has_to_be_one(stella, option):
    assert stella("findings", "normalize", FIXTURES / "trivy.json", *option).code == 2


def test_merge_is_the_same_in_any_order(stella):
    names = [FIXTURES / name for name in ("grype.json", "trivy.json", "osv-scanner.json", "sarif.json")]
    ran, other = stella("findings", "merge", *names), stella("findings", "merge", *names[::-1], names[0])
    assert ran.code == 0
    assert ran.raw == other.raw
    made = ran.json()
    (finding,) = (each for each in made["findings"] if each.get("purl") == "pkg:pypi/parsefast@2.4.0")
    assert finding == {
        "fp": finding["fp"],
        "id": "CVE-2026-1001",
        "aliases": ["GHSA-2q8q-8fgw-9p6p", "PYSEC-2026-12"],
        "purl": "pkg:pypi/parsefast@2.4.0",
        "severity": "critical",
        "cvssDeci": 98,
        "epssPpm": 29790,
        "epssDate": "2026-11-19",
        "kev": True,
        "fixable": True,
        "fixedVersion": "2.4.1",
        "sources": ["grype", "osv-scanner", "trivy"],
    }
    assert made["metadata"] == {"source": {"name": "Trivy, grype, osv-scanner, trivy"}}
    assert len(made["sources"]) == 4


def test_merging_once_or_in_steps_gives_the_same_bytes(stella, tmp_path):
    one, two, three = (FIXTURES / name for name in ("grype.json", "cosign.json", "vulns.json"))
    stella("findings", "merge", one, two, "-o", tmp_path / "half.json")
    assert (
        stella("findings", "merge", three, tmp_path / "half.json").raw
        == stella("findings", "merge", one, two, three).raw
    )


def test_standard_input_is_read_once(stella):
    ran = stella("findings", "merge", "-", "-", stdin=b"{}")
    assert ran.code == 2
    assert "error[stdin-repeated]" in ran.err


def test_what_is_no_report_is_named_with_its_file(stella, tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"matches": []}')
    ran = stella("findings", "merge", FIXTURES / "grype.json", "a.json", cwd=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "error[scan-unrecognised]: this is no report of a known scanner\n  at: a.json" in ran.err


def test_rating_sources_come_from_the_option_or_from_configuration(stella, tmp_path):
    report = grype(match(severity="Low", cvss=[cvss(9.8, source="nvd@nist.gov")]))
    (tmp_path / "scan.json").write_text(json.dumps(report), "utf-8")

    def severity(*argv, cwd=tmp_path):
        return stella("findings", "normalize", tmp_path / "scan.json", *argv, cwd=cwd).json()["findings"][0][
            "severity"
        ]

    assert severity() == "low"
    assert severity("--rating-source", "redhat", "--rating-source", "NVD") == "critical"
    place = make(tmp_path / "shop")
    text = (place.path / "stella.toml").read_text("utf-8")
    (place.path / "stella.toml").write_text(
        text.replace("[decide]", '[decide]\nrating_sources = ["nvd"]'), "utf-8"
    )
    assert severity(cwd=place.path) == "critical"
    assert severity("--rating-source", "redhat", cwd=place.path) == "low"


def test_validate_reports_every_problem(stella, tmp_path):
    good = tmp_path / "good.json"
    good.write_text(json.dumps(findings()), "utf-8")
    assert stella("findings", "validate", "--no-git", good, FIXTURES / "findings.json").code == 0
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(findings({"id": "CVE-2026-0001", "purl": PURL, "severity": "huge"})), "utf-8")
    ran = stella("findings", "validate", "--no-git", "--format", "concise", bad)
    assert ran.code == 1
    assert "bad.json" in ran.out


def test_validate_says_what_to_do_with_the_report_of_a_scanner(stella):
    ran = stella("findings", "validate", "--no-git", FIXTURES / "grype.json")
    assert ran.code == 1
    assert "stella findings normalize" in ran.out


@pytest.mark.parametrize(
    ("now", "age"),
    [
        ("2026-11-20T06:30:00Z", "0 days old"),
        ("2026-11-21T06:30:00Z", "1 day old"),
        ("2026-11-19T00:00:00Z", "in the future"),
    ],
)
def test_the_age_of_a_database_is_counted_in_days(now, age):
    report = ingest.merge([ingest.read((FIXTURES / "grype.json").read_bytes(), path="x")])
    line = summary(report, now=parse_rfc3339(now)).splitlines()[0]
    assert line == f"grype 0.117.0: database of 2026-11-20T06:30:00Z, {age}"


def test_names_are_printed_without_control_characters(stella, tmp_path):
    (tmp_path / "scan.json").write_text(json.dumps(grype(descriptor={"name": "gr\x1b[31mype"})), "utf-8")
    ran = stella("findings", "normalize", tmp_path / "scan.json")
    assert "\x1b" not in ran.err
    assert ran.code == 0


def test_a_report_without_findings_is_a_document_too(stella, tmp_path):
    (tmp_path / "scan.json").write_text(json.dumps(trivy()), "utf-8")
    ran = stella("findings", "normalize", tmp_path / "scan.json")
    assert ran.json()["findings"] == []
    assert ran.err.endswith("0 findings; 0 unknowns\n")
