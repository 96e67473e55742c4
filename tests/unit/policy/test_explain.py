"""Why rules say what they say: values, evidence, elements; and how it is shown."""

import json

import jsonschema
import pytest

from policyreport_cases import (
    BROKEN,
    ELSEWHERE,
    EVIL,
    FINDINGS,
    LATER,
    MISSING,
    NO_KEV,
    context,
    findings,
    fp,
    only,
    ran,
    rules,
)
from schema_cases import load
from stella_git.canon import jcs
from stella_git.canon.record import replace
from stella_git.policy.evidence import Given
from stella_git.policy.explain import MOST, Wanted, explain
from stella_git.report.policies import tree as policytree
from stella_git.report.policies import treejson as policytreejson

SBOM = "https://example.org/sbom"
KEYS = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: keys, revision: 1, title: Keys, owner: team:a, severity: low}
spec:
  mode: deny
  requires: [{as: rows, predicateType: "https://example.org/findings"}]
  rules:
    - id: odd
      forEach: {item: r, in: rows, key: r.key, onEmpty: pass}
      assert: r.ok
      violation: {params: {num: r.n}, message: "{num}"}
"""


def asked(made, evidence=None, **wanted):
    return explain(
        made,
        context(),
        (findings(),) if evidence is None else evidence,
        wanted=Wanted(**wanted),
        approved={"w-1": ("key:lead",)},
    )


def one(made, rule, evidence=None, **wanted):
    (found,) = [row for row in asked(made, evidence, **wanted) if row.result.name == rule]
    return found


def test_results_are_those_of_a_run_that_nobody_watches():
    made = rules(policies__broken=BROKEN, policies__missing=MISSING)
    assert [row.result.to_json() for row in asked(made)] == [row.to_json() for row in ran(made).results]


def test_every_violation_is_explained_by_its_own_values():
    found = one(rules(), "vuln.no-kev/kev")
    assert [(row.key, row.violation.status) for row in found.elements] == [
        ("CVE-2026-0001", "fail"),
        ("CVE-2026-0002", "waived"),
    ]
    (first, _) = found.elements
    assert first.condition.value is False
    assert first.condition.steps().parts[0].last is True
    assert [(name, trace.value) for name, trace in first.params] == [
        ("id", "CVE-2026-0001"),
        ("purl", "pkg:pypi/x@1"),
    ]
    assert [name for name, _ in found.lets] == ["open"]
    assert len(found.source.value) == 3
    assert found.more == 0


def test_a_rule_that_passes_shows_how():
    found = one(rules(), "vuln.no-kev/few")
    (element,) = found.elements
    assert (element.key, element.violation, element.condition.value) == ("", None, True)
    assert found.lets == ()
    fine = one(only(NO_KEV), "vuln.no-kev/kev", [findings(FINDINGS[2:])])
    (element,) = fine.elements
    assert (element.key, element.violation, element.condition.value) == ("CVE-2026-0003", None, True)
    assert element.fp == fp("vuln.no-kev/kev", "CVE-2026-0003")


@pytest.mark.parametrize(
    "wanted",
    [
        {"key": "CVE-2026-0003"},
        {"fp": fp("vuln.no-kev/kev", "CVE-2026-0003")},
        {"key": "CVE-2026-0003", "fp": fp("vuln.no-kev/kev", "CVE-2026-0003")},
    ],
)
def test_an_element_is_found_by_key_and_by_fingerprint_though_it_passes(wanted):
    (element,) = one(rules(), "vuln.no-kev/kev", **wanted).elements
    assert (element.key, element.violation) == ("CVE-2026-0003", None)


def test_keys_of_other_types_are_told_apart():
    rows = [
        {"key": True, "ok": False, "n": 1},
        {"key": 1, "ok": False, "n": 2},
        {"key": "1", "ok": True, "n": 3},
        {"key": "true", "ok": False, "n": 4},
    ]
    found = one(only(KEYS), "keys/odd", [findings(rows)])
    assert {
        (type(row.key), row.violation.params["num"], row.params[0][1].value) for row in found.elements
    } == {
        (bool, 1, 1),
        (int, 2, 2),
        (str, 4, 4),
    }
    by_key = one(only(KEYS), "keys/odd", [findings(rows)], key="1")
    assert [(type(row.key), row.violation is None) for row in by_key.elements] == [(int, False), (str, True)]


def test_only_some_of_many_violations_are_explained():
    rows = [{**FINDINGS[0], "id": f"CVE-{number}"} for number in range(100)]
    found = one(only(NO_KEV), "vuln.no-kev/kev", [findings(rows)])
    assert (len(found.elements), found.more) == (MOST, 100 - MOST)
    assert "and 90 violations more: name one with --fp or --key" in policytree.text([found])


def test_an_error_is_shown_where_it_arose():
    found = one(only(BROKEN), "vuln.broken/member")
    (element,) = found.elements
    assert (element.key, element.violation) == ("CVE-2026-0001", None)
    text = policytree.text([found])
    assert "error     policies/0.yaml:10:15" in text
    assert "f.nothing  ->  error: there is no member 'nothing'" in text


def test_what_does_not_apply_says_which_match_failed():
    found = one(only(ELSEWHERE), "vuln.elsewhere/never")
    assert found.elements == ()
    assert "because   it is for staging, not the environment prod" in policytree.text([found])


def test_missing_evidence_says_what_there_was():
    evidence = [
        findings(type_=SBOM, version="v2", path="new.json"),
        replace(
            findings(type_=SBOM, path="old.json"),
            sources=(replace(findings(path="old.json").sources[0], made=None),),
        ),
        findings(),
    ]
    found = one(only(MISSING), "sbom.present/there", evidence)
    (need,) = found.needs
    assert need.selection.chosen == ()
    assert [reason for _, reason in need.selection.refused] == ["it does not say when it was made"]
    assert [item.version for item in need.others] == ["v2"]
    (element,) = found.elements
    assert (element.key, element.condition) == ("requires/sbom", None)
    text = policytree.text([found])
    assert (
        "refused   sha256:abababababab old.json, signed by key:ci: it does not say when it was made" in text
    )
    assert ": version v2" in text
    assert "there is none of this type" in policytree.text([one(only(MISSING), "sbom.present/there", [])])


def test_a_requirement_says_what_it_asks_for():
    asking = "versions: [v1], maxAgeDays: 1"
    signed = MISSING.replace(asking, f"{asking}, signedBy: {{anyOf: [a, b], role: ci, threshold: 2}}, max: 3")
    assert (
        "evidence sbom  https://example.org/sbom (v1), 1 to 3, "
        "signed by 2 of a or b with the role ci, at most 1 day old\n" in policytree.text(asked(only(signed)))
    )
    anybody = MISSING.replace(asking, "signedBy: {role: ci}")
    assert "signed by 1 of anybody of the keyring with the role ci" in policytree.text(asked(only(anybody)))


def test_evidence_that_nobody_looked_at_is_said():
    made = only(LATER.replace("  mode: deny", "  mode: deny\n  expires: 2026-01-01T00:00:00Z"))
    assert "nobody looked: the rule was decided before" in policytree.text(asked(made))


def test_a_tree_is_shown_with_what_to_do():
    text = policytree.text([one(rules(), "vuln.no-kev/kev")])
    mark = fp("vuln.no-kev/kev", "CVE-2026-0001")
    for line in (
        "FAIL vuln.no-kev/kev  policies/no-kev.yaml:18",
        "  controls  NIST-SSDF/RV.2.2",
        "    selected  sha256:abababababab findings.json, made 2026-11-19T00:00:00Z, signed by key:ci",
        '    findings.filter(f, f.state != "fixed")  ->  [{"id": "CVE-2026-0001"',
        f"  fail {mark}  CVE-2026-0001  CVE-2026-0001 in pkg:pypi/x@1 is on the KEV list",
        "    !f.kev  ->  false",
        "      f.kev  ->  true",
        "    seen   findings.json:2 [/0]",
        f"    waive  stella policy waive {mark} --policy vuln.no-kev/kev",
        "    waiver w-1",
    ):
        assert line in text


def test_nothing_from_outside_moves_the_terminal():
    rows = [{"id": EVIL, "purl": EVIL, "kev": True, "state": EVIL}]
    text = policytree.text(asked(only(NO_KEV), [findings(rows, path=EVIL)]))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\x1b[" in policytree.text(asked(only(NO_KEV)), colour=True)


@pytest.mark.parametrize(
    "made",
    [rules, lambda: rules(policies__broken=BROKEN, policies__missing=MISSING), lambda: only(ELSEWHERE)],
)
def test_json_keeps_to_its_schema(made):
    evidence = [
        findings(),
        findings(type_=SBOM, version="v2"),
        Given(predicate_type=SBOM, version="v1", value={}),
    ]
    value = json.loads(jcs.dumps(policytreejson.render(asked(made(), evidence), context())))
    jsonschema.Draft202012Validator(load("policy-explanation.v1")).validate(value)


def test_the_tree_of_json_is_flat():
    value = policytreejson.render([one(rules(), "vuln.no-kev/kev", key="CVE-2026-0001")], context())
    (rule,) = value["rules"]
    assert [(row["depth"], row["text"], row["value"][:7]) for row in rule["elements"][0]["tree"]] == [
        (0, "!f.kev", "false"),
        (1, "f.kev", "true"),
        (2, "f", '{"id": '),
    ]


def test_an_expression_as_deep_as_may_be_is_shown():
    deep = "(" * 40 + "findings.size()" + " + 1)" * 40 + " > 0"
    made = only(
        NO_KEV.replace("assert: findings.size() <= params.most", f"assert: '{deep}'").replace(
            "unused", "other"
        )
    )
    found = one(made, "vuln.no-kev/few")
    assert policytree.text([found]).count("\n") > 40
    assert jcs.dumps(policytreejson.render([found], context()))
