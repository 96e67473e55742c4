import pytest

from documents_cases import bom, check, facts
from stella_git.documents.detect import detect
from stella_git.documents.findings import from_document, from_json
from stella_git.documents.models import RawFinding, Unknown
from stella_git.errors import InputError


def document(*findings, **members):
    return {
        "apiVersion": "stella.ops/v1",
        "kind": "Findings",
        "metadata": {"source": {"name": "scanner"}},
        "findings": list(findings),
        **members,
    }


FULL = {
    "id": "cve-2026-0001",
    "aliases": ["GHSA-JFH8-c2jp-5v3q"],
    "purl": "pkg:NPM/left-pad@1.3.0",
    "severity": "high",
    "cvssDeci": 81,
    "epssPpm": 940000,
    "epssDate": "2026-01-30",
    "kev": True,
    "fixable": True,
    "fixedVersion": "1.3.1",
    "firstSeen": "2026-01-01T00:00:00Z",
    "reachability": "reachable",
}


def test_every_member_is_taken():
    assert from_json(document(FULL)) == (
        (
            RawFinding(
                id="CVE-2026-0001",
                aliases=("GHSA-jfh8-c2jp-5v3q",),
                purl="pkg:npm/left-pad@1.3.0",
                severity="high",
                cvss_deci=81,
                epss_ppm=940000,
                epss_date="2026-01-30",
                kev=True,
                fixable=True,
                fixed_version="1.3.1",
                first_seen="2026-01-01T00:00:00Z",
                reachability="reachable",
                pointer="/findings/0",
            ),
        ),
        (),
    )


def test_absent_means_not_checked():
    ((finding,), _) = from_json(document({"id": "CVE-2026-0001", "purl": "pkg:npm/a@1", "severity": "low"}))
    assert finding == RawFinding(
        id="CVE-2026-0001", purl="pkg:npm/a@1", severity="low", pointer="/findings/0"
    )


def test_a_number_with_a_zero_fraction_is_an_integer():
    ((finding,), _) = from_json(document({**FULL, "cvssDeci": 81.0, "epssPpm": 0.5, "kev": 1}))
    assert (finding.cvss_deci, type(finding.cvss_deci), finding.epss_ppm, finding.kev) == (
        81,
        int,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("given", "name", "purl"),
    [
        ({**FULL, "purl": "nonsense"}, "CVE-2026-0001", "nonsense"),
        ({**FULL, "id": "CVE-x"}, "CVE-x", "pkg:npm/left-pad@1.3.0"),
        ({"id": "CVE-2026-0001"}, "CVE-2026-0001", "/findings/0"),
    ],
)
def test_a_malformed_id_or_purl_makes_no_finding_harmless(given, name, purl):
    found, unknowns = from_json(document(given))
    assert [(each.id, each.purl) for each in found] == [(name, purl)]
    unknown = Unknown(id=name, reason="Identity", pointer="/findings/0")
    assert unknowns == (() if name == "CVE-2026-0001" else (unknown,))


def test_unknowns_are_taken():
    unknowns = [
        {"id": "CVE-2026-0002", "reason": "Reachability", "purl": "pkg:npm/a@1"},
        {"id": "scan 7", "reason": "AnalyzerLimit"},
        {"id": "scan-8"},
    ]
    assert from_json(document(unknowns=unknowns))[1] == (
        Unknown(id="CVE-2026-0002", reason="Reachability", purl="pkg:npm/a@1", pointer="/unknowns/0"),
        Unknown(id="scan 7", reason="AnalyzerLimit", pointer="/unknowns/1"),
        Unknown(id="scan-8", reason="ConfigUnknown", pointer="/unknowns/2"),
    )


def test_a_severity_that_nobody_knows_is_unknown():
    ((finding,), _) = from_json(document({**FULL, "severity": "severe"}))
    assert finding.severity == "unknown"


def test_a_finding_without_id_is_refused():
    with pytest.raises(InputError) as caught:
        from_json(document({"purl": "pkg:npm/a@1"}))
    assert (caught.value.code, caught.value.where.pointer) == ("findings-invalid", "/findings/0")


def test_a_findings_document_is_validated():
    assert check(document(FULL, unknowns=[{"id": "x", "reason": "FeedGap"}])).problems == ()
    assert check(document(FULL), expect=frozenset({"findings"})).ok


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"severity": "severe"}, ("K-enum", "/findings/0/severity")),
        ({"cvssDeci": 9.8}, ("K-type", "/findings/0/cvssDeci")),
        ({"cvssDeci": 101}, ("K-maximum", "/findings/0/cvssDeci")),
        ({"epssDate": "2026-02-30"}, ("K-format", "/findings/0/epssDate")),
        ({"purl": "left-pad"}, ("K-pattern", "/findings/0/purl")),
        ({"fixed": "1"}, ("K-additionalProperties", "/findings/0/fixed")),
    ],
)
def test_a_findings_document_is_explained(change, fact):
    assert facts(check(document({**FULL, **change}))) == [fact]


def test_either_format_gives_the_same_models():
    ours = document(
        {"id": "CVE-2026-0001", "purl": "pkg:npm/left-pad@1.3.0", "severity": "high", "cvssDeci": 75}
    )
    ratings = [
        {"score": 7.5, "method": "CVSSv31", "source": {"name": "NVD"}},
        {"severity": "critical", "source": {"name": "X"}},
    ]
    theirs = bom(vulnerabilities=[{"id": "CVE-2026-0001", "affects": [{"ref": "left"}], "ratings": ratings}])
    ((mine,), _) = from_document(ours, detect(ours))
    ((other,), _) = from_document(theirs, detect(theirs), rating_sources=["NVD"])
    assert (mine.id, mine.purl, mine.severity, mine.cvss_deci) == (
        other.id,
        other.purl,
        other.severity,
        other.cvss_deci,
    )


def test_other_formats_carry_no_findings():
    value = {"@context": "https://openvex.dev/ns/v0.2.0"}
    with pytest.raises(InputError) as caught:
        from_document(value, detect(value))
    assert caught.value.code == "findings-format"
