"""``stella policy test``, ``coverage`` and ``mutate``, over files."""

import json
import re
import xml.etree.ElementTree as ET

import jsonschema
import pytest

from house_cases import ROOT
from schema_cases import load
from stella_git.documents.schema.engine import schema_errors
from stella_git.policy.results import violation_fingerprint

POLICY = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: few, revision: 1, title: Few findings, owner: team:a, severity: high}
spec:
  mode: deny
  requires: [{as: findings, predicateType: https://stella.ops/attestation/findings, versions: [v1]}]
  params: {most: {type: int, default: 1}}
  rules:
    - id: count
      assert: |-
        size(findings) <= params.most
      violation: {params: {count: size(findings)}, message: '{count} findings'}
    - id: kev
      forEach: {item: f, in: findings, key: f.fp, onEmpty: pass}
      assert: '!(has(f.kev) && f.kev)'
      violation: {message: '{key}'}
"""
HEAD = """\
apiVersion: stella.ops/v1
kind: Test
metadata: {id: few}
spec:
  policy: ../few.yaml
  cases:
"""
ONE = """\
    - name: one finding
      evidence: [{file: findings.json}]
      expect: {decision: pass}
"""
NONE = """\
    - name: none at all, and none may be
      params: {most: -1}
      evidence: [{predicateType: https://stella.ops/attestation/findings/v1, value: []}]
      expect: {rules: {count: {status: fail, violations: [{params: {count: 0}}]}}}
"""
KEV = """\
    - name: exploited
      evidence:
        - predicateType: https://stella.ops/attestation/findings/v1
          value: [{fp: "fp:1", kev: true}, {fp: "fp:2", kev: false}, {fp: "fp:3"}]
      expect:
        rules: {count: fail, kev: {status: fail, violations: [{key: "fp:1"}]}}
"""
FINDINGS = {
    "apiVersion": "stella.ops/v1",
    "kind": "Findings",
    "metadata": {"source": {"name": "scanner"}, "generatedAt": "2025-12-01T00:00:00Z"},
    "findings": [{"id": "CVE-2025-0001", "purl": "pkg:npm/a@1.0.0", "severity": "high", "fixable": False}],
}


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "policies"
    (folder / "tests").mkdir(parents=True)
    (folder / "few.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "tests/few.test.yaml").write_text(HEAD + ONE + NONE + KEV, encoding="utf-8")
    (folder / "tests/findings.json").write_text(json.dumps(FINDINGS), encoding="utf-8")
    return tmp_path


@pytest.fixture
def wrong(place):
    text = (HEAD + ONE + NONE).replace("decision: pass", "decision: fail, rules: {count: warn}")
    (place / "policies/tests/few.test.yaml").write_text(text, encoding="utf-8")
    return place


def conform(report, name):
    jsonschema.Draft202012Validator(load(name)).validate(report)


def test_all_as_expected(stella, place):
    ran = stella("policy", "test", cwd=place)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "3 cases of 1 policy: all as expected\n"


def test_what_came_otherwise_is_shown_with_places_and_values(stella, wrong):
    ran = stella("policy", "test", cwd=wrong)
    assert ran.code == 1
    assert ran.out.startswith("FAIL policies/tests/few.test.yaml:7  few: one finding\n")
    lines = ran.out.splitlines()
    assert "  count  policies/few.yaml:9" in lines
    assert "    expected status warn  (policies/tests/few.test.yaml:9)" in lines
    assert "    came     status pass" in lines
    assert "      size(findings) <= params.most  ->  true" in lines
    assert "    expected decision fail  (policies/tests/few.test.yaml:9)" in lines
    assert "MISSING policies/few.yaml:13  few/kev: fires in no case" in lines
    assert lines[-1] == "2 cases of 1 policy: 1 failed, 1 missing"


def test_some_cases_can_be_tried(stella, place):
    ran = stella("policy", "test", "-k", "KEV", cwd=place)
    assert ran.code == 2
    assert "policy-test-none" in ran.err
    ran = stella("policy", "test", "-k", "few/exPLoited", cwd=place)
    assert (ran.code, ran.out) == (0, "1 case of 1 policy: all as expected (only some were tried)\n")


@pytest.mark.parametrize(
    "path", ["policies/tests", "policies/tests/few.test.yaml", "policies/few.yaml", "policies"]
)
def test_a_policy_finds_its_tests_and_a_test_its_policy(stella, place, path):
    ran = stella("policy", "test", path, cwd=place)
    assert (ran.code, ran.out) == (0, "3 cases of 1 policy: all as expected\n")


def test_a_policy_without_tests_fails(stella, place):
    (place / "policies/tests/few.test.yaml").unlink()
    ran = stella("policy", "test", cwd=place)
    assert ran.code == 1
    assert "MISSING policies/few.yaml:3  few: there are no cases" in ran.out


def test_json_is_what_its_schema_says(stella, place, wrong):
    report = json.loads(stella("policy", "test", "--format", "json", cwd=wrong).out)
    conform(report, "policy-tests-report.v1")
    assert report["summary"] == {
        "cases": 2,
        "failed": 1,
        "missing": 1,
        "ok": False,
        "partial": False,
        "policies": 1,
    }
    first = report["cases"][0]
    assert first["rules"] == {"count": "pass", "kev": "pass"}
    assert [each.get("rule") for each in first["mismatches"]] == ["count", None]
    assert report["missing"][0]["place"]["line"] == 13


def test_services_see_every_failure(stella, wrong):
    suites = ET.fromstring(stella("policy", "test", "--format", "junit", cwd=wrong).out)
    assert (suites.get("tests"), suites.get("failures")) == ("3", "2")
    (suite,) = suites
    assert [len(case) for case in suite] == [1, 0, 1]
    log = json.loads(stella("policy", "test", "--format", "sarif", cwd=wrong).out)
    assert list(schema_errors("sarif", "2.1.0", log)) == []
    results = log["runs"][0]["results"]
    assert sorted({row["ruleId"] for row in results}) == ["policy-test-failed", "policy-test-missing"]
    issues = json.loads(stella("policy", "test", "--format", "gitlab", cwd=wrong).out)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(results) == 3
    text = stella("policy", "test", "--format", "github", cwd=wrong).out
    assert text.count("::error file=policies/") == 3
    page = stella("policy", "test", "--format", "markdown", cwd=wrong).out
    assert page.startswith("### ❌ Policy tests: 2 cases of 1 policy: 1 failed, 1 missing\n")
    assert page.count("\n| <code>") == 2


@pytest.mark.parametrize("kind", ["text", "json", "junit", "sarif", "github", "gitlab", "markdown"])
def test_every_format_says_by_its_exit_code_how_it_went(stella, place, kind):
    assert stella("policy", "test", "--format", kind, cwd=place).code == 0
    (place / "policies/tests/few.test.yaml").write_text(HEAD + ONE, encoding="utf-8")
    assert stella("policy", "test", "--format", kind, cwd=place).code == 1


@pytest.mark.parametrize(
    ("case", "code", "line"),
    [
        (ONE.replace("findings.json", "finding.json"), "policy-test-file", 8),
        (ONE.replace("findings.json", "few.test.yaml"), "policy-test-file", 8),
        (ONE.replace("decision: pass", "rules: {cuont: pass}"), "policy-test-rule", 9),
        (NONE.replace("most", "mots"), "policy-test-param", 8),
        (ONE + ONE, "policy-test-twice", 10),
        (ONE.replace("name:", "nmae:"), "policy-invalid", 7),
        (ONE.replace("      expect", "      waivers: [w.yaml]\n      expect"), "policy-test-file", 9),
    ],
)
def test_a_test_that_is_wrong_itself_is_2_with_its_place(stella, place, case, code, line):
    (place / "policies/tests/few.test.yaml").write_text(HEAD + case, encoding="utf-8")
    for verb in ("test", "coverage", "mutate"):
        ran = stella("policy", verb, cwd=place)
        assert ran.code == 2
        assert f"error[{code}]: " in ran.err
        assert f"  at: policies/tests/few.test.yaml:{line}:" in ran.err
        assert ran.out == ""


def test_a_policy_that_is_wrong_is_2(stella, place):
    (place / "policies/few.yaml").write_text(POLICY.replace("f.kev)", "f.kve)"), encoding="utf-8")
    ran = stella("policy", "test", cwd=place)
    assert ran.code == 2
    assert "policies/few.yaml:15:" in ran.err
    (place / "policies/few.yaml").unlink()
    ran = stella("policy", "test", cwd=place)
    assert ran.code == 2
    assert "  at: policies/tests/few.test.yaml:5:" in ran.err


def test_two_policies_of_one_id_are_2(stella, place):
    (place / "policies/more.yaml").write_text(POLICY, encoding="utf-8")
    ran = stella("policy", "test", cwd=place)
    assert ran.code == 2
    assert "error[policy-twice]" in ran.err


def test_nothing_to_test_is_2(stella, tmp_path):
    assert "file-missing" in stella("policy", "test", cwd=tmp_path).err
    (tmp_path / "policies").mkdir()
    ran = stella("policy", "test", cwd=tmp_path)
    assert (ran.code, "policy-none" in ran.err) == (2, True)


def test_coverage_marks_what_never_came(stella, wrong):
    ran = stella("policy", "coverage", cwd=wrong)
    assert ran.code == 0
    assert "policies/few.yaml:15  few/kev  assert: 2 of 6 outcomes\n" in ran.out
    assert "    15 | !(has(f.kev) && f.kev)\n" in ran.out
    assert "       |                 ^^^^^ never asked\n" in ran.out
    assert ran.out.endswith(" 500  few\n 500  of 1000 in all\n")


@pytest.mark.parametrize(("least", "code"), [(0, 0), (500, 0), (501, 1), (1000, 1)])
def test_coverage_can_be_asked_for(stella, wrong, least, code):
    for kind in ("text", "json", "markdown"):
        assert stella("policy", "coverage", "--min", str(least), "--format", kind, cwd=wrong).code == code


def test_coverage_as_json_and_markdown(stella, wrong, place):
    report = json.loads(stella("policy", "coverage", "--format", "json", cwd=wrong).out)
    conform(report, "policy-coverage-report.v1")
    (found,) = report["policies"]
    assert (found["seen"], found["outcomes"], found["permille"]) == (4, 8, 500)
    assert ("f.kev", "asked", 15) in [
        (gap["text"], gap["never"], gap["place"]["line"]) for gap in found["gaps"]
    ]
    page = stella("policy", "coverage", "--format", "markdown", cwd=wrong).out
    assert page.startswith("### ✅ Policy coverage: 500 of 1000\n")
    assert "| asked |" in page


def test_mutants_that_survive_are_shown_with_what_is_missing(stella, place):
    ran = stella("policy", "mutate", cwd=place)
    assert ran.code == 1
    assert (
        "SURVIVED policies/few.yaml:6  few  requires-versions\n  - versions: v1\n  + (removed)\n"
        "  missing: a case with findings that has another version\n"
    ) in ran.out
    report = json.loads(stella("policy", "mutate", "--format", "json", cwd=place).out)
    conform(report, "policy-mutation-report.v1")
    (found,) = report["policies"]
    places = {(each["kind"], each["place"]["line"]) for each in found["survivors"]}
    assert ("requires-versions", 6) in places
    assert report["summary"]["killed"] == found["killed"] > 5
    page = stella("policy", "mutate", "--format", "markdown", cwd=place).out
    assert page.startswith("### ❌ Policy mutants: ")
    assert page.count("\n| <code>") == len(found["survivors"])


def test_a_case_that_fails_anyway_is_said(stella, wrong):
    ran = stella("policy", "mutate", "--limit", "2", cwd=wrong)
    assert ran.code == 1
    assert "FAIL few: one finding: fails without any change\n" in ran.out
    assert "2 mutants of 1 policy: " in ran.out
    assert "not tried; 1 case failed before any change" in ran.out


@pytest.mark.parametrize(
    "words", [("coverage", "--min", "1001"), ("coverage", "--min", "x"), ("mutate", "--limit", "0")]
)
def test_numbers_are_numbers(stella, place, words):
    assert stella("policy", *words, cwd=place).code == 2


def test_nothing_from_a_file_moves_a_terminal(stella, place):
    text = HEAD + ONE.replace("one finding", '"one\\e[31m finding"').replace("pass", "fail")
    (place / "policies/tests/few.test.yaml").write_text(text, encoding="utf-8")
    for kind in ("text", "junit", "github", "markdown"):
        ran = stella("policy", "test", "--format", kind, cwd=place)
        assert ran.code == 1
        assert "\x1b" not in ran.out


def test_the_reference_policies_are_tested(stella):
    ran = stella("policy", "test", cwd=ROOT)
    assert (ran.code, ran.out) == (0, ran.out.splitlines()[-1] + "\n")
    ran = stella("policy", "coverage", "--min", "1000", cwd=ROOT)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1000  of 1000 in all")
    ran = stella("policy", "mutate", cwd=ROOT)
    assert (ran.code, ran.out.count("\n")) == (0, 1)


ORDERED = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: ordered, revision: 1, title: The first is good, owner: team:a, severity: high}
spec:
  mode: deny
  requires: [{as: items, predicateType: https://example.org/items, schema: items.schema.json}]
  let: {first: 'items[0]'}
  rules:
    - {id: first, assert: first.good && items.size() < 9, violation: {message: 'no'}}
    - id: soon
      assert: context.asOf < timestamp("2026-01-01T12:00:00Z")
      violation: {message: 'late'}
"""
ORDERED_CASES = """\
apiVersion: stella.ops/v1
kind: Test
metadata: {id: ordered}
spec:
  policy: ../ordered.yaml
  cases:
    - name: the first of two
      evidence: [{predicateType: https://example.org/items, value: [{good: true}, {good: false}]}]
      expect: {decision: pass}
    - name: waived for a while
      context: {asOf: 2026-01-02T00:00:00Z}
      evidence: [{predicateType: https://example.org/items, value: [{good: false}]}]
      waivers: [waiver.json]
      expect: {rules: {first: waived, soon: fail}}
"""
WAIVER = {
    "apiVersion": "stella.ops/v1",
    "kind": "Waiver",
    "metadata": {"id": "w", "owner": "team:a", "created": "2025-12-01T00:00:00Z"},
    "spec": {
        "policy": "ordered",
        "rule": "first",
        "match": {"fingerprint": violation_fingerprint("ordered", "first", None, "")},
        "type": "risk_accepted",
        "effect": "waive",
        "reason": "It is only a test of a policy.",
        "approvals": [],
        "effectiveFrom": "2025-12-01T00:00:00Z",
        "expires": "2026-02-01T00:00:00Z",
    },
}
ITEMS = {"type": "array", "items": {"type": "object", "properties": {"good": {"type": "boolean"}}}}


@pytest.fixture
def ordered(tmp_path):
    folder = tmp_path / "policies"
    (folder / "tests").mkdir(parents=True)
    (folder / "ordered.yaml").write_text(ORDERED, encoding="utf-8")
    (folder / "items.schema.json").write_text(json.dumps(ITEMS), encoding="utf-8")
    (folder / "tests/ordered.test.yaml").write_text(ORDERED_CASES, encoding="utf-8")
    (folder / "tests/waiver.json").write_text(json.dumps(WAIVER), encoding="utf-8")
    return tmp_path


def test_what_depends_on_order_and_time_is_shown(stella, ordered):
    ran = stella("policy", "test", cwd=ordered)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[:3] == [
        "FAIL policies/tests/ordered.test.yaml:7  ordered: the first of two",
        "  first depends on the order of items: sort it, or do not ask for places in it",
        "  soon depends on the time: it says something else a day later; set asOf in the context of the case",
    ]
    assert lines[-1] == "2 cases of 1 policy: 1 failed"


def test_dependences_are_in_every_format(stella, ordered):
    report = stella("policy", "test", "--format", "json", cwd=ordered).json()
    conform(report, "policy-tests-report.v1")
    first, second = report["cases"]
    assert first["dependences"] == [
        {"kind": "order", "on": "items", "rules": ["first"]},
        {"kind": "time", "on": "", "rules": ["soon"]},
    ]
    assert second["rules"] == {"first": "waived", "soon": "fail"}
    log = stella("policy", "test", "--format", "sarif", cwd=ordered).json()
    kinds = {row["ruleId"] for row in log["runs"][0]["results"]}
    assert kinds == {"policy-test-order", "policy-test-time"}
    text = stella("policy", "test", "--format", "junit", cwd=ordered).out
    assert 'type="policy-test-order, policy-test-time"' in text
    assert "depends on the order" in stella("policy", "test", "--format", "github", cwd=ordered).out


def test_a_schema_of_ones_own_is_kept_to(stella, ordered):
    path = ordered / "policies/ordered.yaml"
    path.write_text(ORDERED.replace("first.good", "first.godo"), encoding="utf-8")
    (ordered / "policies/items.schema.json").write_text(
        json.dumps(ITEMS | {"items": {**ITEMS["items"], "additionalProperties": False}}), encoding="utf-8"
    )
    ran = stella("policy", "test", cwd=ordered)
    assert ran.code == 2
    assert "good" in ran.err
    (ordered / "policies/items.schema.json").write_text("{", encoding="utf-8")
    ran = stella("policy", "test", cwd=ordered)
    assert ran.code == 2
    assert "  at: policies/items.schema.json:1:2" in ran.err


def test_names_of_let_are_changed_and_covered(stella, ordered):
    assert "ordered" in stella("policy", "coverage", cwd=ordered).out
    report = stella("policy", "mutate", "--format", "json", cwd=ordered).json()
    assert report["summary"]["killed"] > 5
    text = stella("policy", "mutate", cwd=ordered).out
    assert "missing: " in text


def test_a_schema_is_found_where_its_policy_says(stella, ordered):
    assert stella("policy", "test", "policies/tests", cwd=ordered).code == 1
    (ordered / "policies/items.schema.json").unlink()
    ran = stella("policy", "test", "policies/tests", cwd=ordered)
    assert (ran.code, "policy-own-schema" in ran.err) == (2, True)


def test_the_example_of_the_guide_holds(stella, tmp_path):
    page = (ROOT / "docs/how-to/policy-tests.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]
    tests = tmp_path / "policies/tests/vuln"
    (tests / "documents").mkdir(parents=True)
    (tests / "severity-sla.test.yaml").write_text(example, encoding="utf-8")
    found = {"id": "CVE-2026-0001", "severity": "critical", "firstSeen": "2026-06-01T00:00:00Z"}
    document = FINDINGS | {"findings": [FINDINGS["findings"][0] | found]}
    (tests / "documents/findings.json").write_text(json.dumps(document), encoding="utf-8")
    pack = tmp_path / "policies/packs/vuln"
    pack.mkdir(parents=True)
    policy = (ROOT / "policies/packs/vuln/severity-sla.yaml").read_bytes()
    (pack / "severity-sla.yaml").write_bytes(policy)
    ran = stella("policy", "test", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, "3 cases of 1 policy: all as expected\n")
