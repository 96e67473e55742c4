"""What a decision comes to, as evidence for policies."""

import itertools

from budget_cases import POINTS
from policyevidence_cases import require_schema
from stella_git.budget import Unknown
from stella_git.canon.clock import Instant
from stella_git.errors import Where
from stella_git.policy import predicates
from stella_git.policy.evidence import Source
from stella_git.verdict import views
from stella_git.verdict.decide import RawComponent, Weights, decide
from verdict_cases import AS_OF, BEFORE, CVE, DIGEST, PURL, budget_file, claim, decision_inputs, finding

SOURCES = tuple(Source(digest=f"sha256:{name * 64}", predicate_type="x", path=name) for name in "ba")
LATER = Instant(seconds=AS_OF.seconds + 1)


def decided(*findings, **members):
    return decide(decision_inputs(findings=findings, **members))


def test_findings_hold_what_the_schema_says():
    rows = (
        finding(
            cvss_deci=98,
            epss_ppm=7,
            epss_date="2026-11-01",
            fixable=True,
            fixed_version="2",
            aliases=("GHSA-a",),
            reachability="reachable",
        ),
        finding("CVE-2026-0002", kev=None, epss_ppm=None),
    )
    (item,) = views.findings_evidence(decided(*rows, claims=(claim(),)).findings, SOURCES)
    assert (item.predicate_type, item.version) == (predicates.FINDINGS, "v1")
    for value in item.value:
        require_schema("evidence-findings.v1", value)
    first, second = item.value
    assert first["vex"]["claims"] == [
        {
            "issuer": "repository",
            "issuerClass": "internal",
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
            "weight": first["vex"]["claims"][0]["weight"],
            "outcome": "decides",
        }
    ]
    assert second["vex"] == {"state": "unknown", "effective": "unknown", "claims": []}
    assert not {"kev", "epssPpm", "cvssDeci", "fixedVersion"} & second.keys()
    assert [source.path for source in item.sources] == ["a", "b"]
    assert item.value is item.value


def test_without_sources_nobody_looked():
    assert views.findings_evidence(decided().findings, ()) == ()
    assert views.vex_evidence(decided().findings, ()) == ()
    (item,) = views.findings_evidence((), SOURCES)
    assert item.value == []


def test_claims_of_findings_and_of_none():
    claims = (
        claim(),
        claim("affected", issuer="key:x", issuer_class=None),
        claim(timestamp=LATER),
        claim("under_investigation", issuer="key:y", issuer_class="vendor"),
        claim("affected", vulnerabilities=("CVE-2026-0009", "GHSA-z"), justification=None),
        claim("affected", vulnerabilities=("CVE-2026-0008",), issuer_class=None, issuer="z"),
        claim("affected", vulnerabilities=("CVE-2026-0007",), product=None, timestamp=None),
    )
    decision = decided(finding(), finding(purl="pkg:pypi/x@1"), claims=claims)
    weights = Weights()
    unmatched = views.unmatched_claims(decision.findings, claims, weights, AS_OF)
    (item,) = views.vex_evidence(decision.findings, SOURCES, unmatched=unmatched)
    assert item.predicate_type == predicates.VEX
    for value in item.value:
        require_schema("evidence-vex.v1", value)
    outcomes = sorted((value["vulnerabilities"][0], value["outcome"]) for value in item.value)
    assert outcomes == [
        (CVE, "decides"),
        (CVE, "later"),
        (CVE, "neutral"),
        (CVE, "unverified"),
        ("CVE-2026-0007", "unmatched"),
        ("CVE-2026-0008", "unverified"),
        ("CVE-2026-0009", "unmatched"),
    ]
    about = {value["vulnerabilities"][0]: value for value in item.value}
    assert about["CVE-2026-0007"]["product"] == "*"
    assert "timestamp" not in about["CVE-2026-0007"]
    assert about["CVE-2026-0009"]["weight"] > 0
    assert about[CVE]["finding"] in {each.fp for each in decision.findings}
    assert "finding" not in about["CVE-2026-0009"]


def test_unknowns_and_budget_checks():
    unknowns = (Unknown(id="b", reason="FeedGap"), Unknown(id="a", reason="FeedGap"))
    files = (
        budget_file("z", limits={"findings": {"total": 0}}, points=POINTS),
        budget_file("a", limits={"kev": 0}),
    )
    decision = decided(
        finding(),
        unknowns=unknowns,
        components=(RawComponent(purl=None, name="x", ref="r"),),
        policy_files=files,
    )
    item = views.unknowns_evidence(decision.unknowns, SOURCES)
    assert item.value == [
        {"id": "a", "reason": "FeedGap"},
        {"id": "b", "reason": "FeedGap"},
        {"id": "component:x#r", "reason": "Identity"},
    ]
    for value in item.value:
        require_schema("evidence-unknowns.v1", value)
    for checks in itertools.permutations(decision.checks):
        budgets = views.budget_evidence(checks)
        assert [value["check"]["budget"]["id"] for value in budgets.value] == ["a", "z"]
    for value in budgets.value:
        require_schema("budget-check.v1", value)
    assert views.unknowns_evidence(()).value == views.budget_evidence(()).value == []
    assert budgets.place("/0") is None


def test_places_are_those_of_rows():
    decision = decided(finding(), claims=(claim(), claim("affected", vulnerabilities=("CVE-2026-0009",))))
    (item,) = views.findings_evidence(decision.findings, SOURCES, origin=lambda each: Where(each.id))
    assert str(item.place("/0/vex/claims/0")) == CVE
    assert [item.place(pointer) for pointer in ("", "/1", "/x", "/-1", "/01234")] == [None] * 5
    unmatched = views.unmatched_claims(decision.findings, decision_claims(), Weights(), AS_OF)
    (item,) = views.vex_evidence(
        decision.findings, SOURCES, unmatched=unmatched, origin=lambda each: Where(each.vulnerabilities[0])
    )
    for index, value in enumerate(item.value):
        assert str(item.place(f"/{index}/status")) == value["vulnerabilities"][0]
    unknowns = (Unknown(id="u", reason="FeedGap"),)
    assert str(views.unknowns_evidence(unknowns, origin=lambda each: Where(each.id)).place("/0")) == "u"


def decision_claims():
    return (
        claim(),
        claim("affected", vulnerabilities=("CVE-2026-0009",)),
        claim("fixed", vulnerabilities=("CVE-2026-0003",), timestamp=BEFORE, document=DIGEST, product=PURL),
    )
