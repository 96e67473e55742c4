import json
from dataclasses import replace

import pytest

from budget_cases import POINTS
from stella_git.budget import Budget, Unknown
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json, sha256
from stella_git.errors import ConfigError, InputError
from stella_git.verdict import rulebook
from stella_git.verdict.decide import Evidence, RawComponent, decide, policy_set_digest
from stella_git.verdict.matching import Products
from verdict_cases import AS_OF, BEFORE, CVE, DIGEST, PURL, budget_file, claim, decision_inputs, finding

NONE_ALLOWED = {"limits": {"findings": {"total": 0}}}


def decided(*findings, **members):
    return decide(decision_inputs(findings=findings, **members))


def codes(decision):
    return [message["code"] for message in decision.messages]


def test_a_clean_decision():
    decision = decided()
    verdict = decision.verdict.to_json()
    assert verdict["decision"] == "pass"
    assert verdict["results"] == verdict["waivers"] == verdict["policySet"]["policies"] == []
    assert verdict["budgets"] == [
        {"id": "b", "checkId": decision.checks[0].check_id, "result": "pass", "state": "green"}
    ]
    assert codes(decision) == []


@pytest.mark.parametrize(("action", "expected"), [("block", "fail"), ("warn", "warn"), ("audit", "pass")])
def test_the_budget_decides(action, expected):
    decision = decided(finding(), policy_files=(budget_file(action=action, **NONE_ALLOWED),))
    assert decision.verdict.decision == expected
    assert codes(decision) == ["budget-exceeded"]
    assert decision.messages[0]["drivers"] == [decision.findings[0].fp]


def test_the_worst_budget_decides():
    files = (
        budget_file("warns", action="warn", **NONE_ALLOWED),
        budget_file("fails", **NONE_ALLOWED),
        budget_file("passes"),
    )
    decision = decided(finding(), policy_files=files)
    assert decision.verdict.decision == "fail"
    assert [row["id"] for row in decision.verdict.to_json()["budgets"]] != []
    assert [outcome.check["budget"]["id"] for outcome in decision.checks] == ["fails", "passes", "warns"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"has_findings": False}, "findings-missing"),
        ({"policy_files": ()}, "no-rules"),
        ({"environment": "dev"}, "budget-none-for-environment"),
        ({"policy_files": (budget_file(subjects=["pkg:oci/**"]),)}, "budget-none-for-environment"),
        ({"budgets": ()}, "no-rules"),
    ],
)
def test_nothing_checked_is_an_error(members, code):
    decision = decided(**members)
    assert decision.verdict.decision == "error"
    assert codes(decision) == [code]


def test_an_error_goes_before_a_failure():
    decision = decided(finding(), has_findings=False, policy_files=(budget_file(**NONE_ALLOWED),))
    assert decision.verdict.decision == "error"
    assert decision.checks[0].result == "fail"


def test_given_budgets_stand_in_for_those_of_the_files():
    path, data = budget_file(**NONE_ALLOWED)
    decision = decided(finding(), policy_files=(), budgets=(Budget.from_bytes(data, path=path),))
    assert decision.verdict.decision == "fail"


def test_a_budget_that_names_the_subject_binds():
    decision = decided(policy_files=(budget_file(subjects=["re*"]),))
    assert decision.verdict.decision == "pass"


def test_two_budgets_of_one_id_are_an_error():
    path, data = budget_file()
    with pytest.raises(ConfigError) as caught:
        decided(policy_files=((path, data), ("other.json", data)))
    assert (caught.value.code, caught.value.where.path) == ("budget-twice", path)


def test_two_budgets_of_one_id_for_two_environments_are_not():
    first, second = budget_file(), budget_file(environments=["dev"])
    assert decided(policy_files=(first, ("other.json", second[1]))).verdict.decision == "pass"


def test_a_policy_file_that_nobody_applies_is_an_error():
    data = json.dumps({"apiVersion": "stella.ops/v1", "kind": "Trust"}).encode()
    with pytest.raises(ConfigError) as caught:
        rulebook.read([("p.yaml", data)])
    assert (caught.value.code, caught.value.where.pointer) == ("policy-kind-unsupported", "/kind")


@pytest.mark.parametrize("data", [b"{}", b"[]"])
def test_a_policy_file_without_kind_is_no_budget(data):
    with pytest.raises(ConfigError):
        rulebook.read([("p.json", data)])


def test_policy_set_digest():
    files = [("b.yaml", b"two"), ("a.yaml", b"one")]
    # {"digest":...,"path":...}: the digest comes first in canonical JSON, so it decides the order
    rows = sorted(
        ({"path": path, "digest": str(sha256(data))} for path, data in files), key=lambda row: row["digest"]
    )
    assert policy_set_digest(files) == policy_set_digest(files[::-1]) == str(of_json(rows))
    assert policy_set_digest([*files, files[0]]) == policy_set_digest(files)
    assert decided(policy_files=(budget_file(),)).verdict.policy_set_digest == policy_set_digest(
        [budget_file()]
    )


def test_one_path_for_two_policy_files_is_an_error():
    with pytest.raises(ConfigError) as caught:
        policy_set_digest([("a", b"1"), ("a", b"2")])
    assert caught.value.code == "policy-path-twice"


def test_context_and_inputs_are_recorded():
    decision = decided(
        evidence=(Evidence(role="sbom", digest=DIGEST), Evidence(role="findings", digest=DIGEST)),
        params={"ratingSources": ["nvd", "ghsa"]},
        as_of=Instant(AS_OF.seconds, 5),
    )
    verdict = decision.verdict.to_json()
    assert verdict["context"] == {
        "environment": "prod",
        "stage": "ci",
        "asOf": "2026-11-20T00:00:00Z",
        "params": {"ratingSources": ["nvd", "ghsa"]},
    }
    assert [row["role"] for row in verdict["inputs"]] == ["findings", "sbom"]
    assert "params" not in decided().verdict.to_json()["context"]


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"stage": "lunch"}, "/context/stage"),
        ({"trust_digest": "sha256:x"}, "/trust/digest"),
        ({"subject": ()}, "/subject"),
        ({"params": {"x": 1.5}}, "/context/params/x"),
        ({"params": {"x": {"y": [None]}}}, "/context/params/x/y/0"),
        ({"params": {"x": 2**53}}, "/context/params/x"),
    ],
)
def test_what_a_verdict_cannot_say_is_refused(members, pointer):
    with pytest.raises(InputError) as caught:
        decided(**members)
    assert caught.value.where.pointer == pointer


# --- unknowns


def test_a_component_without_purl_is_an_unknown():
    parts = (
        RawComponent(purl=None, name="blob", ref="r1"),
        RawComponent(purl="no purl", name="odd", ref="r2"),
        RawComponent(purl=PURL, name="urllib3"),
        RawComponent(purl=None, name="blob", ref="r1"),
    )
    decision = decided(components=parts)
    assert decision.unknowns == (
        Unknown(id="component:blob#r1", reason="Identity"),
        Unknown(id="component:odd#r2", reason="Identity"),
    )
    assert decision.checks[0].check["counts"]["unknowns"] == {"total": 2, "byReason": {"Identity": 2}}


def test_a_finding_in_something_without_purl_counts_and_is_an_unknown():
    decision = decided(finding(purl="file:libfoo.a"))
    assert decision.unknowns == (Unknown(id="component:file:libfoo.a", reason="Identity"),)
    assert decision.checks[0].check["counts"]["findings"]["total"] == 1
    assert decision.findings[0].purl == "file:libfoo.a"


def test_a_conflict_is_an_unknown():
    decision = decided(finding(), claims=(claim(), claim("affected", issuer="v", issuer_class="vendor")))
    (got,) = decision.findings
    assert got.to_json()["vex"] == {"state": "affected", "effective": "conflict"}
    assert decision.unknowns == (Unknown(id=f"vexconflict:{got.fp}", reason="VexConflict"),)


def test_declared_unknowns_are_kept():
    given = (Unknown(id="z", reason="AnalyzerLimit"), Unknown(id="a", reason="Reachability"))
    assert decided(unknowns=given).unknowns == given


@pytest.mark.parametrize("unknown", [Unknown(id="x", reason="Dunno"), Unknown(id="", reason="Identity")])
def test_an_unknown_unknown_is_refused(unknown):
    with pytest.raises(InputError) as caught:
        decided(unknowns=(unknown,))
    assert caught.value.code == "unknown-malformed"


def test_data_that_nobody_checked_is_a_feed_gap():
    decision = decided(finding(kev=None), policy_files=(budget_file(points=POINTS),))
    assert decision.checks[0].check["counts"]["unknowns"]["byReason"] == {"FeedGap": 1}


# --- claims


@pytest.mark.parametrize(
    ("product", "applies"),
    [
        (None, True),
        (PURL, True),
        ("pkg:pypi/urllib3", True),
        ("pkg:PyPI/Urllib3@2.0.0", True),
        ("pkg:pypi/urllib3@2.0.1", False),
        ("pkg:pypi/requests", False),
        ("pkg:npm/urllib3@2.0.0", False),
        ("pkg:pypi/urllib3@2.0.0?arch=x", False),
        ("pkg:pypi/urllib3@2.0.0#sub", False),
        ("urllib3", False),
    ],
)
def test_which_component_a_claim_is_about(product, applies):
    decision = decided(finding(), claims=(claim(product=product),))
    assert decision.findings[0].resolution.suppressed is applies


@pytest.mark.parametrize(
    ("product", "applies"),
    [
        ("pkg:deb/debian/curl@8", True),
        ("pkg:deb/debian/curl", True),
        ("pkg:deb/debian/curl?arch=amd64", True),
        ("pkg:deb/debian/curl?arch=arm64", False),
        ("pkg:deb/debian/curl#doc", False),
        ("pkg:deb/ubuntu/curl", False),
        ("not a purl", False),
    ],
)
def test_qualifiers_matter_only_if_the_claim_has_them(product, applies):
    decision = decided(finding(purl="pkg:deb/debian/curl@8?arch=amd64"), claims=(claim(product=product),))
    assert decision.findings[0].resolution.suppressed is applies


def test_a_component_without_purl_is_matched_by_its_text():
    row = finding(purl="file:x")
    assert decided(row, claims=(claim(product="file:x"),)).findings[0].resolution.suppressed
    assert not decided(row, claims=(claim(product=PURL),)).findings[0].resolution.suppressed


def test_a_claim_reaches_a_finding_through_any_alias():
    row = finding("GHSA-cccc-ffff-gggg", aliases=("cve-2026-0001",))
    for name in ("CVE-2026-0001", "GHSA-cccc-ffff-gggg"):
        assert decided(row, claims=(claim(vulnerabilities=("X-1", name)),)).findings[0].resolution.suppressed


def test_aliases_of_a_claim_join_nothing():
    # one issuer says that two ids are the same; another issuer's exclusion must not travel over that bridge
    bridge = claim(
        "affected", vulnerabilities=("CVE-2026-0001", "CVE-2026-0002"), issuer="v", issuer_class="hub"
    )
    exclusion = claim(vulnerabilities=("CVE-2026-0002",))
    rows = (finding("CVE-2026-0001"), finding("CVE-2026-0002"))
    before = decided(*rows)
    after = decided(*rows, claims=(bridge, exclusion))
    assert [row.fp for row in after.findings] == [row.fp for row in before.findings]
    assert not after.findings[0].resolution.suppressed


def test_suppressed_findings_do_not_count():
    files = (budget_file(**NONE_ALLOWED),)
    assert decided(finding(), policy_files=files).verdict.decision == "fail"
    assert decided(finding(), policy_files=files, claims=(claim(),)).verdict.decision == "pass"
    assert (
        decided(finding(), policy_files=files, claims=(claim("fixed"),)).findings[0].resolution.effective
        == "fixed"
    )


def test_what_is_no_vulnerability_id_still_counts_and_matches_itself():
    row = finding("CVE-0 (odd)", aliases=("GHSA-x",))
    (got,) = decided(row).findings
    assert (got.id, got.aliases) == ("CVE-0 (odd)", ("GHSA-x",))
    assert decided(row, claims=(claim(vulnerabilities=("CVE-0 (odd)",)),)).findings[0].resolution.suppressed


def test_what_only_looks_like_a_cve_is_not_preferred():
    (got,) = decided(finding("CVE-0", aliases=("CVE-2026-0001", "A-1"))).findings
    assert (got.id, got.aliases) == ("CVE-2026-0001", ("A-1", "CVE-0"))


def test_claims_and_findings_of_one_package_find_each_other():
    versions = ("1.0", "2.0", "2.0?arch=x")
    rows = [finding(purl=f"pkg:deb/debian/curl@{version}") for version in versions]
    said = [
        claim(product=f"pkg:deb/debian/curl{suffix}", issuer=suffix or "any", issuer_class="vendor")
        for suffix in ("", "@2.0", "@3.0", "?arch=x")
    ]
    got = {
        row.purl: {one.claim.issuer for one in row.resolution.claims}
        for row in decided(*rows, claims=said).findings
    }
    assert got == {
        "pkg:deb/debian/curl@1.0": {"any"},
        "pkg:deb/debian/curl@2.0": {"any", "@2.0"},
        "pkg:deb/debian/curl@2.0?arch=x": {"any", "@2.0", "?arch=x"},
    }


def test_products():
    products = Products()
    assert products.covers("file:x", "file:x")
    assert not products.covers("file:x", PURL)
    assert not products.covers(PURL, "file:x")
    assert not products.covers("pkg:pypi/requests@2.0.0", PURL)
    assert products.name("pkg:PyPI/Urllib3@2.0.0") == PURL
    assert products.name("file:x") == products.package("file:x") == "file:x"


# --- findings


def test_a_finding_as_json():
    row = finding(
        "GHSA-cccc-ffff-gggg",
        aliases=("cve-2026-0001",),
        purl="pkg:PyPI/Urllib3@2.0.0",
        cvss_deci=98,
        epss_ppm=120_000,
        epss_date="2026-11-19",
        kev=True,
        fixable=True,
        fixed_version="2.0.1",
        reachability="reachable",
    )
    (got,) = decided(row).findings
    assert got.to_json() == {
        "fp": "fp:" + of_json([CVE, PURL]).hex[:16],
        "id": CVE,
        "aliases": ["GHSA-cccc-ffff-gggg"],
        "purl": PURL,
        "severity": "high",
        "cvssDeci": 98,
        "epssPpm": 120_000,
        "epssDate": "2026-11-19",
        "kev": True,
        "fixable": True,
        "fixedVersion": "2.0.1",
        "firstSeen": "2026-11-01T00:00:00Z",
        "reachability": "reachable",
        "vex": {"state": "unknown", "effective": "unknown"},
        "source": "scan.json",
    }


def test_what_was_not_checked_is_absent():
    (got,) = decided(finding(kev=None, epss_ppm=None)).findings
    assert not {"kev", "epssPpm", "epssDate", "cvssDeci", "fixedVersion"} & got.to_json().keys()


def test_rows_of_one_vulnerability_and_component_are_one_finding():
    first = finding(severity="low", kev=None, source="b", fixed_version="2.0.2", first_seen=None)
    second = finding(
        "GHSA-x",
        aliases=(CVE,),
        severity="critical",
        cvss_deci=91,
        epss_ppm=7,
        epss_date="2026-11-01",
        reachability="reachable",
        fixable=True,
        source="a",
    )
    third = finding(severity="unknown", epss_ppm=7, epss_date="2026-11-02", kev=True, fixed_version="2.0.1")
    for rows in ((first, second, third), (third, second, first)):
        (got,) = decided(*rows).findings
        assert (got.id, got.aliases, got.severity, got.cvss_deci) == (CVE, ("GHSA-x",), "critical", 91)
        assert (got.epss_ppm, got.epss_date, got.kev, got.fixable) == (7, "2026-11-02", True, True)
        assert (got.fixed_version, got.source, got.reachability) == ("2.0.1", "a", "reachable")
        assert got.first_seen == BEFORE


def test_the_highest_epss_keeps_its_date():
    rows = [
        finding(epss_ppm=7, epss_date=None),
        finding(epss_ppm=7, epss_date="2026-11-02"),
        finding(epss_ppm=6, epss_date="2026-11-03"),
        finding(epss_ppm=None, epss_date="2026-11-04"),
    ]
    (got,) = decided(*rows).findings
    assert (got.epss_ppm, got.epss_date) == (7, "2026-11-02")


def test_aliases_join_through_third_parties():
    rows = [
        finding("CVE-2026-0009"),
        finding("GHSA-x", aliases=("CVE-2026-0009",)),
        finding("OSV-1", aliases=("GHSA-x", "CVE-2026-0001")),
    ]
    (got,) = decided(*rows).findings
    assert got.id == "CVE-2026-0001"
    assert len(got.aliases) == 3


def test_without_cve_the_smallest_id_is_canonical():
    (got,) = decided(finding("OSV-2", aliases=("OSV-1",))).findings
    assert (got.id, got.aliases) == ("OSV-1", ("OSV-2",))


@pytest.mark.parametrize(
    ("severities", "expected"),
    [(("none", "unknown"), "unknown"), (("unknown", "low"), "low"), (("high", "critical"), "critical")],
)
def test_the_worse_severity_wins(severities, expected):
    (got,) = decided(*(finding(severity=name) for name in severities)).findings
    assert got.severity == expected


def test_kev_is_absent_only_if_nobody_checked():
    assert decided(finding(kev=None), finding(kev=False)).findings[0].kev is False
    assert decided(finding(kev=None), finding(kev=None, source="x")).findings[0].kev is None


def test_nothing_is_first_seen_in_the_future():
    (got,) = decided(finding(first_seen=Instant(AS_OF.seconds + 1))).findings
    assert got.first_seen == AS_OF
    (got,) = decided(finding(first_seen=Instant(BEFORE.seconds, 5))).findings
    assert got.first_seen == BEFORE


def test_a_future_first_seen_cannot_hide_a_finding():
    row = finding(first_seen=Instant(AS_OF.seconds + 400 * 86_400))
    assert decided(row, policy_files=(budget_file(**NONE_ALLOWED),)).verdict.decision == "fail"


def test_the_same_vulnerability_in_two_components_is_two_findings():
    got = decided(finding(), finding(purl="pkg:pypi/urllib3@1.0.0")).findings
    assert [row.purl for row in got] == ["pkg:pypi/urllib3@1.0.0", PURL]


@pytest.mark.parametrize(
    "members",
    [
        {"severity": "hihg"},
        {"reachability": "maybe"},
        {"cvss_deci": 101},
        {"cvss_deci": -1},
        {"epss_ppm": 1_000_001},
        {"purl": ""},
    ],
)
def test_a_finding_outside_its_ranges_is_refused(members):
    with pytest.raises(InputError) as caught:
        finding(**members)
    assert (caught.value.code, caught.value.where.path) == ("finding-malformed", "scan.json")
    assert caught.value.message.startswith(f"a finding ({CVE}) has a wrong ")


def test_a_finding_without_id_is_refused():
    with pytest.raises(InputError, match=r"a finding \(without id\) has a wrong id") as caught:
        finding("", source="")
    assert caught.value.where.path is None


def test_the_verdict_does_not_depend_on_what_is_only_explained():
    row = finding()
    renamed = replace(row, source="other.json")
    assert decided(row).verdict.verdict_id == decided(renamed).verdict.verdict_id
