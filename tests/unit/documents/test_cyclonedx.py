import pytest

from documents_cases import bom, check
from stella_git.documents.cyclonedx import claims, components, cvss_deci, findings
from stella_git.documents.models import Component, Product, RawFinding, Unknown


def library(ref, **members):
    return {
        "type": "library",
        "bom-ref": ref,
        "name": ref,
        "version": "1.0",
        "purl": f"pkg:npm/{ref}@1.0",
        **members,
    }


def report(*vulnerabilities, **members):
    members.setdefault(
        "components", [library("a"), library("b"), {"type": "file", "bom-ref": "f", "name": "f"}]
    )
    return bom(vulnerabilities=list(vulnerabilities), **members)


def vulnerability(**members):
    return {"id": "CVE-2026-0001", "affects": [{"ref": "a"}], **members}


def rating(severity=None, score=None, method="CVSSv31", source=None):
    members = {"severity": severity, "score": score, "method": method, "source": source and {"name": source}}
    return {name: value for name, value in members.items() if value is not None}


def rated(ratings, sources=()):
    value = report(vulnerability(ratings=ratings))
    assert check(value).ok
    ((finding,), unknowns) = findings(value, rating_sources=sources)
    assert unknowns == ()
    return finding.severity, finding.cvss_deci


def test_components_are_root_first_and_nested_after_their_parent():
    value = bom(
        components=[library("a", group="@org", components=[library("b")]), {"type": "file", "name": "f"}],
    )
    assert check(value).ok
    assert [(each.ref, each.name, each.purl, each.root, each.pointer) for each in components(value)] == [
        ("app", "app", None, True, "/metadata/component"),
        ("a", "@org/a", "pkg:npm/a@1.0", False, "/components/0"),
        ("b", "b", "pkg:npm/b@1.0", False, "/components/0/components/0"),
        (None, "f", None, False, "/components/1"),
    ]


def test_components_nested_in_the_root_are_no_roots():
    described = {"type": "application", "name": "app", "components": [library("a")]}
    assert [each.root for each in components(bom(metadata={"component": described}, components=[]))] == [
        True,
        False,
    ]


def test_a_component_has_its_purl_in_canonical_form_and_its_hashes_sorted():
    hashes = [{"alg": "SHA-256", "content": "AB" * 32}, {"alg": "MD5", "content": "cd" * 16}]
    (component,) = components({"components": [library("a", purl="pkg:NPM/a@1.0", hashes=hashes)]})
    assert component == Component(
        ref="a",
        name="a",
        version="1.0",
        purl="pkg:npm/a@1.0",
        hashes=(("MD5", "cd" * 16), ("SHA-256", "ab" * 32)),
        pointer="/components/0",
    )


def test_an_invalid_purl_is_no_identity():
    (component,) = components({"components": [library("a", purl="pkg:")]})
    assert component.purl is None


def test_one_finding_for_each_affected_purl():
    value = report(vulnerability(id="cve-2026-0001", affects=[{"ref": "b"}, {"ref": "a"}, {"ref": "b"}]))
    found, unknowns = findings(value)
    assert [(each.id, each.purl) for each in found] == [
        ("CVE-2026-0001", "pkg:npm/b@1.0"),
        ("CVE-2026-0001", "pkg:npm/a@1.0"),
    ]
    assert unknowns == ()


def test_a_plain_finding_knows_nothing_that_was_not_checked():
    ((finding,), _) = findings(report(vulnerability()))
    assert finding == RawFinding(
        id="CVE-2026-0001", purl="pkg:npm/a@1.0", severity="unknown", pointer="/vulnerabilities/0"
    )


def test_aliases_come_from_references():
    references = [
        {"id": "ghsa-JFH8-c2jp-5v3q", "source": {"name": "GitHub"}},
        {"id": "CVE-2026-0001", "source": {"name": "NVD"}},
        {"id": "CVE-bad", "source": {"name": "x"}},
    ]
    ((finding,), _) = findings(report(vulnerability(references=references)))
    assert finding.aliases == ("GHSA-jfh8-c2jp-5v3q",)


@pytest.mark.parametrize(
    ("given", "name", "purl"),
    [
        (vulnerability(affects=[{"ref": "f"}]), "CVE-2026-0001", "f"),
        (vulnerability(affects=[{"ref": "lost"}]), "CVE-2026-0001", "lost"),
        (vulnerability(affects=[{}]), "CVE-2026-0001", "the document"),
        (vulnerability(affects=[]), "CVE-2026-0001", "the document"),
        ({"id": "CVE-2026-0001"}, "CVE-2026-0001", "the document"),
        ({"bom-ref": "v1", "affects": [{"ref": "a"}]}, "v1", "pkg:npm/a@1.0"),
        ({"affects": [{"ref": "a"}]}, "unidentified", "pkg:npm/a@1.0"),
        (vulnerability(id="CVE-nonsense"), "CVE-nonsense", "pkg:npm/a@1.0"),
    ],
)
def test_what_cannot_be_identified_is_counted_under_the_name_it_has(given, name, purl):
    found, unknowns = findings(report(given))
    assert [(each.id, each.purl) for each in found] == [(name, purl)]
    unknown = Unknown(id=name, reason="Identity", pointer="/vulnerabilities/0")
    assert unknowns == (() if name == "CVE-2026-0001" else (unknown,))


def test_an_element_without_purl_does_not_hide_the_others():
    found, _ = findings(report(vulnerability(affects=[{"ref": "a"}, {"ref": "f"}])))
    assert [each.purl for each in found] == ["pkg:npm/a@1.0", "f"]


def test_a_bom_link_to_the_document_itself_is_followed():
    link = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#"
    value = report(
        vulnerability(affects=[{"ref": link + "a"}, {"ref": link + "pkg%3Anpm%2Fx"}]),
        components=[library("a"), library("pkg:npm/x", purl="pkg:npm/x@2")],
    )
    assert [each.purl for each in findings(value)[0]] == ["pkg:npm/a@1.0", "pkg:npm/x@2"]
    names = [link + "a", link + "pkg%3Anpm%2Fx"]
    assert [each.purl for each in findings({**value, "serialNumber": None})[0]] == names
    elsewhere = link.replace("/1#", "/2#") + "a"
    assert findings(report(vulnerability(affects=[{"ref": elsewhere}])))[0][0].purl == elsewhere


@pytest.mark.parametrize(
    ("ratings", "sources", "graded"),
    [
        ([], (), ("unknown", None)),
        ([rating("low"), rating("high"), rating("medium")], (), ("high", None)),
        ([rating("high", 7.5), rating("high", 8.1), rating("high")], (), ("high", 81)),
        ([rating("low", 2.0, source="NVD"), rating("critical", 9.8, source="GitHub")], ("nvd",), ("low", 20)),
        ([rating("low", source="NVD"), rating("high", source="GitHub")], ("GitHub", "NVD"), ("high", None)),
        ([rating("low", source="NVD"), rating("high", source="X")], ("GitHub", "NVD"), ("low", None)),
        ([rating("low", source="NVD"), rating("high", source="X")], ("GitHub",), ("high", None)),
        ([rating(source="NVD"), rating("high", source="X")], ("NVD",), ("high", None)),
        ([rating(score=9.0)], (), ("critical", 90)),
        ([rating(score=7.0)], (), ("high", 70)),
        ([rating(score=4.0)], (), ("medium", 40)),
        ([rating(score=0.1)], (), ("low", 1)),
        ([rating(score=0)], (), ("none", 0)),
        ([rating(score=9.0, method="CVSSv2")], (), ("high", 90)),
        ([rating(score=0, method="CVSSv2")], (), ("low", 0)),
        ([rating("unknown", 5.0)], (), ("medium", 50)),
        ([rating("unknown")], (), ("unknown", None)),
        ([rating("info")], (), ("low", None)),
        ([rating("none")], (), ("none", None)),
        ([rating("medium", 9.9, method="OWASP")], (), ("medium", None)),
        ([rating(score=9.9, method="other")], (), ("unknown", None)),
        ([rating("high", 11)], (), ("high", None)),
        ([rating("high", -1)], (), ("high", None)),
    ],
)
def test_rating(ratings, sources, graded):
    assert rated(ratings, sources) == graded


@pytest.mark.parametrize(
    ("score", "deci"),
    [
        (9.8, 98),
        (10, 100),
        (0, 0),
        (0.0, 0),
        (8.25, 83),
        (8.15, 82),
        (8.35, 84),
        (1.05, 11),
        (9.949, 99),
        (9.95, 100),
        (10.01, 100),
        (10.05, None),
        (-0.01, None),
        (1e-7, 0),
        (True, None),
        ("9.8", None),
        (None, None),
        (1e300, None),
    ],
)
def test_scores_become_tenths_by_their_decimal_text(score, deci):
    assert cvss_deci(score) == deci


@pytest.mark.parametrize(
    ("versions", "fixable", "fixed"),
    [
        ([], False, None),
        ([{"version": "1.0", "status": "affected"}], False, None),
        ([{"version": "1.1", "status": "unaffected"}], True, "1.1"),
        ([{"version": "1.0", "status": "unaffected"}], False, None),
        ([{"range": "vers:npm/>=1.1", "status": "unaffected"}], True, None),
        ([{"version": v, "status": "unaffected"} for v in ("1.1", "2.0")], True, None),
        (
            [{"version": "1.1", "status": "unaffected"}, {"range": "vers:npm/>2", "status": "unaffected"}],
            True,
            "1.1",
        ),
        ([{"version": "1.1", "status": "unknown"}, {"version": "1.2"}], False, None),
    ],
)
def test_fixable_means_that_an_unaffected_version_is_listed(versions, fixable, fixed):
    value = report(vulnerability(affects=[{"ref": "a", "versions": versions}]))
    assert check(value).ok
    ((finding,), _) = findings(value)
    assert (finding.fixable, finding.fixed_version) == (fixable, fixed)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("resolved", "fixed"),
        ("resolved_with_pedigree", "fixed"),
        ("exploitable", "affected"),
        ("in_triage", "under_investigation"),
        ("false_positive", "not_affected"),
        ("not_affected", "not_affected"),
    ],
)
def test_analysis_states_become_statuses(state, status):
    value = report(vulnerability(analysis={"state": state}))
    assert check(value).ok
    (claim,) = claims(value)
    assert (claim.vulnerability, claim.product, claim.status) == (
        "CVE-2026-0001",
        Product(purl="pkg:npm/a@1.0"),
        status,
    )


@pytest.mark.parametrize(
    ("justification", "label"),
    [
        ("code_not_present", "vulnerable_code_not_present"),
        ("code_not_reachable", "vulnerable_code_not_in_execute_path"),
        ("protected_by_compiler", "inline_mitigations_already_exist"),
        ("requires_configuration", None),
    ],
)
def test_justifications_become_labels_where_there_is_one(justification, label):
    analysis = {"state": "not_affected", "justification": justification, "detail": "because"}
    (claim,) = claims(report(vulnerability(analysis=analysis)))
    assert (claim.justification, claim.impact_statement) == (label, True)


@pytest.mark.parametrize(
    ("analysis", "timestamp"),
    [
        (
            {"firstIssued": "2026-01-01T00:00:00Z", "lastUpdated": "2026-01-02T00:00:00Z"},
            "2026-01-02T00:00:00Z",
        ),
        ({"firstIssued": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"),
        ({}, "2026-01-31T09:30:00Z"),
    ],
)
def test_a_claim_has_the_time_of_the_analysis_or_of_the_document(analysis, timestamp):
    value = report(vulnerability(analysis={"state": "not_affected", **analysis}), version=3)
    (claim,) = claims(value)
    assert (claim.timestamp, claim.version, claim.author) == (timestamp, 3, None)


def test_authors_are_informational():
    metadata = {"authors": [{"name": "A"}, {"email": "b@example.com"}, {"name": "C"}]}
    (claim,) = claims(report(vulnerability(analysis={"state": "exploitable"}), metadata=metadata))
    assert (claim.author, claim.timestamp) == ("A, C", None)


@pytest.mark.parametrize("analysis", [None, {}, {"detail": "?"}, {"state": "nonsense"}])
def test_without_a_state_nothing_is_claimed(analysis):
    members = {} if analysis is None else {"analysis": analysis}
    assert claims(report(vulnerability(**members))) == ()


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"components": 1, "vulnerabilities": 1, "metadata": 1},
        {
            "components": [1, {"hashes": [1]}],
            "vulnerabilities": [1, {"affects": [1], "ratings": [1, {"source": 1}]}],
        },
    ],
)
def test_wrong_shapes_do_not_crash(value):
    components(value)
    findings(value)
    assert claims(value) == ()
