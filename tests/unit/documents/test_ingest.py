import hashlib
import json
import re
import time
from dataclasses import replace

import pytest

from house_cases import ROOT
from ingest_cases import (
    NAMES,
    canonical,
    cvss,
    document,
    expected,
    fixture,
    grype,
    match,
    only,
    osv,
    read,
    sarif,
    trivy,
)
from stella_git.documents import ingest
from stella_git.documents.detect import REPORTS, detect
from stella_git.documents.ingest import severity
from stella_git.documents.ingest.aliases import Aliases
from stella_git.documents.ingest.ecosystems import purl_of
from stella_git.documents.models import RawFinding
from stella_git.documents.validate import admit
from stella_git.errors import InputError
from stella_git.verdict.findings import fingerprint
from stella_git.verdict.matching import AliasSets


@pytest.mark.parametrize("name", NAMES)
def test_each_fixture_comes_to_its_document(name):
    assert canonical(read(fixture(name))) + b"\n" == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_each_document_is_valid_and_stays_as_it_is(name):
    data = expected(name)
    assert admit(data, path=name, expect=frozenset({"findings"})).problems == ()
    assert canonical(read(data)) + b"\n" == data


@pytest.mark.parametrize("name", NAMES)
def test_each_document_says_which_bytes_it_is_from(name):
    sources = json.loads(expected(name))["sources"]
    if name != "findings-awkward.json":  # names the reports behind it
        assert [each["digest"] for each in sources] == ["sha256:" + hashlib.sha256(fixture(name)).hexdigest()]
        assert sources[0]["format"] in ingest.FORMATS


def test_there_is_a_fixture_and_an_awkward_one_for_each_format():
    formats = set(ingest.FORMATS) - {"in-toto"}  # the same reader as vulns
    assert {*formats, *(f"{name}-awkward" for name in formats)} <= {
        name.removesuffix(".json") for name in NAMES
    }


def test_the_fingerprint_is_that_of_the_verdict():
    for name in NAMES:
        for finding in json.loads(expected(name))["findings"]:
            assert finding["fp"] == fingerprint(finding["id"], finding.get("purl") or finding["component"])


# --- what a report is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (grype(), "grype"),
        ({"matches": [], "source": {}, "distro": {}}, "grype"),
        ({"matches": []}, None),
        (trivy(), "trivy"),
        ({"SchemaVersion": 2, "ArtifactName": "clean"}, "trivy"),
        (osv(), "osv-scanner"),
        ({"results": []}, "osv-scanner"),
        ({"results": [], "experimental_config": {}}, "osv-scanner"),
        ({"results": [], "errors": []}, None),
        (sarif(), "sarif"),
        ({"scanner": {}, "metadata": {}}, "vulns"),
        ({"scanner": {}}, None),
    ],
)
def test_a_report_is_told_by_its_content(value, kind):
    found = detect(value)
    assert (found.kind if found else None) == kind


def test_reports_are_not_evidence():
    for value in (grype(), trivy(), osv()):
        found = detect(value)
        assert found.kind in REPORTS
        assert not found.supported
        assert found.roles == frozenset()


@pytest.mark.parametrize(
    ("report", "code", "where"),
    [
        (b"{}", "scan-unrecognised", "report.json"),
        (b"[]", "scan-unrecognised", "report.json"),
        (b"{", "json-syntax", "report.json:1:2"),
        (b'{"spdxVersion":"SPDX-2.3"}', "findings-format", "report.json"),
        ({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}, "scan-invalid", "report.json:1:1"),
        (grype() | {"matches": {}}, "scan-invalid", "report.json /matches"),
        (trivy() | {"Results": "none"}, "scan-invalid", "report.json /Results"),
        (
            {"SchemaVersion": 2, "Results": [{}, {"Vulnerabilities": 1}]},
            "scan-invalid",
            "report.json /Results/1/Vulnerabilities",
        ),
        ({"results": [{"packages": "x"}]}, "scan-invalid", "report.json /results/0/packages"),
        ({"version": "2.1.0", "runs": 3}, "scan-invalid", "report.json /runs"),
        (
            {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1"},
            "scan-invalid",
            "report.json /predicateType",
        ),
        (
            {"scanner": {"result": {"unknown": 1}}, "metadata": {}},
            "scan-invalid",
            "report.json /scanner/result",
        ),
    ],
)
def test_a_report_whose_shape_is_wrong_is_refused_with_a_place(report, code, where):
    with pytest.raises(InputError) as caught:
        read(report)
    assert caught.value.code == code
    assert str(caught.value.where).startswith(where)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "value",
    [
        {"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": []},
        {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"},
    ],
)
def test_what_is_signed_has_to_be_verified_first(value):
    with pytest.raises(InputError) as caught:
        read(value)
    assert caught.value.code == "findings-format"
    assert "stella attest verify FILE --payload" in caught.value.remedy


def test_an_empty_report_says_that_somebody_looked():
    for report in (grype(), trivy(), osv(), sarif()):
        assert document(read(report))["findings"] == []


# --- ratings ------------------------------------------------------------------------------------------------


def test_the_table_of_severities_is_the_documented_one():
    page = (ROOT / "docs/reference/documents.md").read_text("utf-8")
    section = page.partition("### Severities")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| ([^|]+) \| `(\w+)` \|$", section, re.MULTILINE)
    documented = {word: name for words, name in rows for word in re.findall(r"`([a-z ]+)`", words)}
    assert documented == severity.WORDS


@pytest.mark.parametrize(
    ("ratings", "sources", "severity_and_score"),
    [
        ({"severity": "High"}, (), ("high", None)),
        ({"severity": "Negligible"}, (), ("low", None)),
        ({"severity": "Whatever"}, (), ("unknown", None)),
        ({}, (), ("unknown", None)),
        ({"cvss": [cvss(9.8)]}, (), ("critical", 98)),
        ({"severity": "Low", "cvss": [cvss(9.8)]}, (), ("low", 98)),
        ({"cvss": [cvss(10, version="2.0"), cvss(5.3)]}, (), ("medium", 53)),
        ({"cvss": [cvss(9.9, version="2.0")]}, (), ("high", 99)),
        ({"cvss": [cvss(6.5), cvss(8.25, version="4.0")]}, (), ("high", 83)),
        ({"cvss": [cvss(0, vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]}, (), ("critical", 98)),
        ({"cvss": [cvss(0)]}, (), ("unknown", None)),
        ({"cvss": [cvss(11), cvss("x"), cvss(True)]}, (), ("unknown", None)),
        (
            {"severity": "Low", "cvss": [cvss(9.8, source="nvd@nist.gov"), cvss(10)]},
            ("nvd",),
            ("critical", 98),
        ),
        (
            {"severity": "Low", "cvss": [cvss(9.8, source="nvd@nist.gov"), cvss(10)]},
            ("GitHub", "nvd"),
            ("low", 100),
        ),
        ({"severity": "Low"}, ("redhat",), ("low", None)),
    ],
)
def test_ratings_come_to_one_severity_and_one_score(ratings, sources, severity_and_score):
    finding = only(grype(match(**ratings)), rating_sources=sources)
    assert (finding["severity"], finding.get("cvssDeci")) == severity_and_score


def test_a_vendor_counts_only_where_it_is_preferred():
    row = {
        "VulnerabilityID": "CVE-2026-0001",
        "Severity": "LOW",
        "SeveritySource": "debian",
        "VendorSeverity": {"debian": 1, "nvd": 4, "redhat": True},
        "CVSS": {"nvd": {"V3Score": 9.1}, "redhat": {"V3Score": 5.5}},
    }
    assert only(trivy(row))["severity"] == "low"
    assert only(trivy(row), rating_sources=("nvd",))["severity"] == "critical"
    assert only(trivy(row), rating_sources=("redhat",)) | {"fp": ""} == {
        "fp": "",
        "id": "CVE-2026-0001",
        "component": "the document",
        "severity": "medium",
        "cvssDeci": 55,
        "fixable": False,
        "sources": ["trivy"],
    }


# --- what was checked, and what was not ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("providers", "exploited", "kev"),
    [
        ({"kev": {}}, [{"cve": "CVE-2026-0001"}], True),
        ({"kev": {}}, [{"cve": "CVE-2026-9999"}], False),
        ({"kev": {}}, [], False),
        ({"nvd": {}}, [{"cve": "cve-2026-0001"}], True),
        ({"nvd": {}}, [], None),
    ],
)
def test_not_listed_differs_from_not_checked(providers, exploited, kev):
    report = grype(match(knownExploited=exploited))
    report["descriptor"]["db"] = {"providers": providers}
    assert only(report).get("kev") is kev


def test_what_has_no_cve_id_was_not_looked_up():
    report = grype(match("GHSA-2222-3333-4444"))
    report["descriptor"]["db"] = {"providers": {"kev": {}}}
    assert "kev" not in only(report)


@pytest.mark.parametrize(
    ("share", "ppm"),
    [
        (0.02979, 29790),
        (1, 1_000_000),
        (0.0, 0),
        (0.0000005, 1),
        (1.1, None),
        (-0.1, None),
        ("0.5", None),
        (True, None),
    ],
)
def test_epss_is_parts_per_million(share, ppm):
    finding = only(grype(match(epss=[{"cve": "CVE-2026-0001", "epss": share, "date": "2026-11-19"}])))
    assert finding.get("epssPpm") == ppm
    assert finding.get("epssDate") == (None if ppm is None else "2026-11-19")


def test_epss_of_another_cve_is_not_ours():
    assert "epssPpm" not in only(grype(match(epss=[{"cve": "CVE-2026-9999", "epss": 0.5}])))


@pytest.mark.parametrize("date", ["0001-01-01", "2026-02-30", "yesterday", None, 7])
def test_a_day_that_is_none_is_left_out(date):
    finding = only(grype(match(epss=[{"cve": "CVE-2026-0001", "epss": 0.5, "date": date}])))
    assert "epssDate" not in finding


def test_the_state_of_the_database_is_kept_wherever_it_stands():
    for db in ({"status": {"built": "2026-11-20T06:30:00+01:00"}}, {"built": "2026-11-20T05:30:00Z"}):
        report = grype()
        report["descriptor"]["db"] = db
        assert document(read(report))["sources"][0]["databaseDate"] == "2026-11-20T05:30:00Z"
    assert "databaseDate" not in document(read(trivy()))["sources"][0]


# --- fixes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fix", "details", "fixable", "version"),
    [
        ({"versions": ["1.4"], "state": "fixed"}, [], True, "1.4"),
        ({"versions": ["1.4", "2.0"], "state": "fixed"}, [], True, None),
        ({"versions": ["1.4", "2.0"], "state": "fixed"}, [{"fix": {"suggestedVersion": "1.4"}}], True, "1.4"),
        ({"versions": [], "state": "fixed"}, [], True, None),
        ({"versions": [], "state": "wont-fix"}, [], False, None),
        ({}, [], False, None),
    ],
)
def test_one_fixed_version_is_named_several_are_not(fix, details, fixable, version):
    finding = only(grype(match(fix=fix) | {"matchDetails": details}))
    assert (finding["fixable"], finding.get("fixedVersion")) == (fixable, version)


def test_a_commit_is_no_fixed_version():
    affected = {
        "package": {"ecosystem": "npm", "name": "left-pad"},
        "ranges": [{"type": "GIT", "events": [{"fixed": "abc"}]}],
    }
    assert only(osv({"id": "CVE-2026-0001", "affected": [affected]}))["fixable"] is False


# --- ids ----------------------------------------------------------------------------------------------------


def test_an_advisory_about_several_cves_is_a_finding_for_each():
    report = grype(match("ELSA-2026-7", related=[{"id": "CVE-2026-0002"}, {"id": "cve-2026-0003"}]))
    found = document(read(report))["findings"]
    assert [(each["id"], each.get("aliases")) for each in found] == [
        ("CVE-2026-0002", None),
        ("CVE-2026-0003", None),
    ]


def test_related_records_of_one_cve_are_aliases():
    assert only(grype(match("GHSA-2222-3333-4444", related=[{"id": "CVE-2026-0002"}])))["aliases"] == [
        "GHSA-2222-3333-4444"
    ]


def test_ids_of_one_group_of_osv_are_one_vulnerability():
    report = osv(
        {"id": "GO-2026-1"},
        {"id": "GHSA-2222-3333-4444"},
        groups=[{"ids": ["GHSA-2222-3333-4444", "GO-2026-1"]}],
    )
    assert only(report)["aliases"] == ["GO-2026-1"]


@pytest.mark.parametrize(
    ("record", "ids"),
    [
        (
            {"id": "DEBIAN-CVE-2026-0001", "upstream": ["CVE-2026-0001"]},
            ["CVE-2026-0001", "DEBIAN-CVE-2026-0001"],
        ),
        ({"id": "DSA-1-1", "upstream": ["CVE-2026-0001"]}, ["DSA-1-1"]),
        ({"id": "DEBIAN-CVE-2026-0001", "related": ["CVE-2026-0001"]}, ["DEBIAN-CVE-2026-0001"]),
        ({"id": "OSV-1", "aliases": ["CVE-2026-1", "CVE-2026-0002", None]}, ["CVE-2026-0002", "OSV-1"]),
    ],
)
def test_only_aliases_are_aliases(record, ids):
    finding = only(osv(record))
    assert [finding["id"], *finding.get("aliases", [])] == ids


def test_a_withdrawn_record_is_an_unknown():
    made = document(read(osv({"id": "CVE-2026-0001", "withdrawn": "2026-01-01T00:00:00Z"})))
    assert made["findings"] == []
    assert made["unknowns"] == [{"id": "withdrawn:CVE-2026-0001", "reason": "FeedGap"}]


def test_two_things_without_a_name_are_two_unknowns():
    made = document(
        read(grype({"vulnerability": {"severity": "High"}}, {"vulnerability": {"severity": "Low"}}, 1, 1))
    )
    assert len(made["unknowns"]) == 3
    assert [each["severity"] for each in made["findings"]] in (["high", "low"], ["low", "high"])


@pytest.mark.parametrize(
    "groups",
    [
        [("A-1", "B-1"), ("B-1", "C-1"), ("D-1",)],
        [
            ("GHSA-2222-3333-4444", "CVE-2026-0002"),
            ("DSA-1", "GHSA-2222-3333-4444"),
            ("CVE-2026-0001", "DSA-1"),
        ],
        [("x",), ("x", "x"), ("y", "x")],
    ],
)
def test_aliases_are_the_partition_of_a_verdict(groups):
    ours, theirs = Aliases(groups), AliasSets(groups)
    for name in {name for group in groups for name in group}:
        assert ours.members(name) == theirs.members(name)


# --- components ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "purl"),
    [
        (("npm", "@scope/name", "1"), "pkg:npm/%40scope/name@1"),
        (("PyPI", "Foo_Bar", "1.0"), "pkg:pypi/foo-bar@1.0"),
        (("Go", "github.com/Owner/mod/v2", "v2.0.0"), "pkg:golang/github.com/owner/mod/v2@v2.0.0"),
        (("Maven", "org.a:b", "1"), "pkg:maven/org.a/b@1"),
        (("Debian:12", "libc6", "2.36-9+deb12u1"), "pkg:deb/debian/libc6@2.36-9%2Bdeb12u1"),
        (("Alpine:v3.20", "musl", None), "pkg:apk/alpine/musl"),
        (("crates.io", "a b", "1"), "pkg:cargo/a%20b@1"),
        (("Packagist", "vendor/pkg", "1"), "pkg:composer/vendor/pkg@1"),
        (("OSS-Fuzz", "x", "1"), None),
        (("npm", "", "1"), None),
        ((None, None, None), None),
    ],
)
def test_an_ecosystem_names_a_purl(package, purl):
    assert purl_of(*package) == purl


def test_a_component_without_purl_is_called_by_name_and_version():
    report = trivy({"VulnerabilityID": "CVE-2026-0001", "PkgName": "a", "InstalledVersion": "1"})
    assert only(report)["component"] == "a@1"
    report["Results"][0]["Packages"] = [{"Name": "a", "Version": "1", "Identifier": {"PURL": "pkg:npm/a@1"}}]
    assert only(report)["purl"] == "pkg:npm/a@1"


def test_a_malformed_purl_is_kept_as_a_name():
    assert only(grype(match(purl="pkg:npm")))["component"] == "pkg:npm"


def test_a_name_of_a_megabyte_is_refused():
    with pytest.raises(InputError) as caught:
        read(grype(match(purl="x" * 5000)))
    assert caught.value.code == "scan-invalid"


# --- SARIF --------------------------------------------------------------------------------------------------

TRIVY_SAYS = (
    "Package: a\nInstalled Version: 1\nVulnerability CVE-2026-0001\nSeverity: MEDIUM\nFixed Version: 2, 3"
)
GRYPE_SAYS = "A medium vulnerability in npm package: a, version 1 was found at: /app/package-lock.json"
OSV_SAYS = "Package 'a@1' is vulnerable to 'CVE-2026-0001'."


@pytest.mark.parametrize("message", [TRIVY_SAYS, GRYPE_SAYS, OSV_SAYS])
def test_messages_of_known_scanners_name_the_package(message):
    assert only(sarif({"ruleId": "CVE-2026-0001-a", "message": {"text": message}}))["component"] == "a@1"


@pytest.mark.parametrize(
    ("purls", "part"),
    [
        (["pkg:npm/a@1"], "pkg:npm/a@1"),
        (["pkg:npm/a@1", "pkg:npm/a@2", "no purl", 7], "pkg:npm/a@1"),
        (["pkg:npm/a@2", "pkg:npm/a@3"], "a@1"),
        (["pkg:npm/a@1", "pkg:pypi/a@1"], "a@1"),
    ],
)
def test_the_purl_of_a_rule_is_that_of_the_package_in_the_message(purls, part):
    rule = {"id": "CVE-2026-0001-a", "properties": {"purls": purls}}
    finding = only(sarif({"ruleId": "CVE-2026-0001-a", "message": {"text": GRYPE_SAYS}}, rules=[rule]))
    assert (finding.get("purl") or finding["component"]) == part


def test_what_sarif_suppresses_counts():
    result = {
        "ruleId": "CVE-2026-0001",
        "suppressions": [{"kind": "external"}],
        "properties": {"purl": "pkg:npm/a@1"},
    }
    assert only(sarif(result))["purl"] == "pkg:npm/a@1"


def test_a_score_of_sarif_gives_a_severity_and_no_cvss():
    rule = {
        "id": "CVE-2026-0001",
        "properties": {"security-severity": "9.1", "purl": "pkg:npm/a@1", "tags": ["LOW"]},
    }
    finding = only(sarif({"ruleId": "CVE-2026-0001"}, rules=[rule]))
    assert (finding["severity"], finding.get("cvssDeci")) == ("critical", None)


def test_a_rule_is_found_by_its_id_or_by_its_index():
    rules = [
        {"id": "a"},
        {"id": "CVE-2026-0001", "properties": {"purl": "pkg:npm/a@1", "security-severity": "5"}},
    ]
    for result in ({"ruleId": "CVE-2026-0001"}, {"rule": {"id": "CVE-2026-0001"}}, {"ruleIndex": 1}):
        assert only(sarif(result, rules=rules))["severity"] == "medium"
    assert only(sarif({"ruleId": "CVE-2026-0001/x", "ruleIndex": 1}, rules=rules))["purl"] == "pkg:npm/a@1"


def test_nothing_of_sarif_is_dropped():
    results = [{"ruleId": f"rule-{number}"} for number in range(5)] + [{"ruleId": "CVE-2026-0001"}]
    assert len(document(read(sarif(*results)))["unknowns"]) == 6


# --- statements ---------------------------------------------------------------------------------------------


def test_the_predicate_of_cosign_dates_the_database_of_the_report_in_it():
    (source,) = json.loads(expected("cosign.json"))["sources"]
    assert source["name"] == "trivy"
    assert source["format"] == "in-toto"
    assert source["databaseDate"] == "2026-11-20T06:00:00Z"


# --- what was ignored ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "ignored"),
    [
        (grype(ignoredMatches=[]), False),
        (grype(ignoredMatches=[{"appliedIgnoreRules": [{"reason": "DistroPackageFixed"}]}]), False),
        (grype(ignoredMatches=[{"appliedIgnoreRules": [{"reason": "mine"}]}]), True),
        (grype(ignoredMatches=[{}]), True),
        (trivy(Results=[{"ExperimentalModifiedFindings": [{"Type": "vulnerability"}]}]), True),
        (trivy(Results=[{"ExperimentalModifiedFindings": [{"Type": "secret"}]}]), False),
    ],
)
def test_what_the_scanner_was_told_to_ignore_is_one_unknown(report, ignored):
    unknown = {"id": "ignored-matches", "reason": "ConfigUnknown"}
    assert document(read(report))["unknowns"] == ([unknown] if ignored else [])


def test_many_findings_of_one_vulnerability_with_many_aliases_are_linear_work():
    many = 200_000
    names = tuple(f"EXAMPLE-{number}" for number in range(many))
    row = RawFinding(id="CVE-2024-0001", purl="pkg:npm/a@1", severity="low")
    rows = (*(row for _ in range(many)), replace(row, aliases=names))
    before = time.process_time()
    (found,) = ingest.merge([ingest.Report(sources=(), findings=rows, unknowns=())]).findings
    assert len(found.aliases) == many
    assert time.process_time() - before < 20  # hashing all names for every row takes minutes


def test_a_cve_that_aliases_take_for_another_one_is_counted_as_unknown():
    report = {
        "apiVersion": "stella.ops/v1",
        "kind": "Findings",
        "metadata": {"source": {"name": "test"}},
        "findings": [
            {
                "id": "CVE-2026-0002",
                "aliases": ["CVE-2026-0001", "GHSA-aaaa-bbbb-cccc"],
                "purl": "pkg:npm/a@1",
                "severity": "high",
                "fixable": False,
            }
        ],
        "unknowns": [],
    }
    made = json.loads(canonical(read(report)))
    assert [each["id"] for each in made["findings"]] == ["CVE-2026-0001"]
    assert made["unknowns"] == [{"id": "CVE-2026-0002", "purl": "pkg:npm/a@1", "reason": "Identity"}]
