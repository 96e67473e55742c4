"""Trying cases: what came, on what it depends, and what no case shows."""

import json

import pytest

from policytest_cases import LIST, LISTED, given, policy, with_cases
from stella_git.errors import ConfigError
from stella_git.policy import load
from stella_git.policy.testing.session import try_all

POSITIVE = {
    "id": "positive",
    "forEach": {"item": "i", "in": "items", "key": "i", "onEmpty": "pass"},
    "assert": "i > 0",
    "violation": {"message": "{key}"},
}
PASSES = {"evidence": [given([1, 2])]}
FIRES = {"evidence": [given([1, -2])], "expect": {"rules": {"positive": "fail"}}}


def tried(found, *cases, name=None, **more):
    return try_all([with_cases(found, *cases, **more)], name=name)


def depends(rules, *cases, **spec):
    found = tried(policy(rules, requires=LISTED, **spec), *cases)
    return [(each.kind, each.on, each.rules) for _, outcome in found.outcomes for each in outcome.dependences]


def test_all_is_well_when_every_rule_passes_and_fires():
    found = tried(policy([POSITIVE], requires=LISTED), PASSES, FIRES)
    assert found.ok
    assert (found.failures, found.missing, found.policies, found.partial) == ((), (), ("p",), False)


@pytest.mark.parametrize(("cases", "what"), [((PASSES,), "fire"), ((FIRES,), "pass")])
def test_a_rule_has_to_pass_and_to_fire(cases, what):
    found = tried(policy([POSITIVE], requires=LISTED), *cases)
    assert not found.ok
    assert found.failures == ()
    (missing,) = found.missing
    assert (missing.rule, missing.what, missing.pointer) == ("positive", what, "/spec/rules/0")


def test_a_policy_has_to_have_cases():
    (missing,) = tried(policy([POSITIVE], requires=LISTED)).missing
    assert (missing.rule, missing.what) == ("", "cases")


def test_missing_evidence_does_not_show_what_a_rule_finds():
    absent = {"expect": {"rules": {"positive": "fail"}}}
    (missing,) = tried(policy([POSITIVE], requires=LISTED), PASSES, absent).missing
    assert missing.what == "fire"


def test_a_rule_about_nothing_but_its_evidence_fires_when_that_is_missing():
    there = policy([{"id": "there", "assert": "true"}], requires=LISTED)
    assert tried(there, PASSES, {"expect": {"rules": {"there": "fail"}}}).ok


def test_a_rule_fires_in_the_mode_audit_although_it_passes():
    audited = {**FIRES, "mode": "audit", "expect": {"rules": {"positive": "pass"}}}
    assert tried(policy([POSITIVE], requires=LISTED), PASSES, audited).ok
    (missing,) = tried(policy([POSITIVE], requires=LISTED), audited).missing
    assert missing.what == "pass"


def test_part_of_the_cases_can_be_tried():
    found = tried(policy([POSITIVE], requires=LISTED), PASSES, FIRES, name="P/CASE 1")
    assert [outcome.case.name for _, outcome in found.outcomes] == ["case 1"]
    assert found.ok
    assert found.partial
    assert tried(policy([POSITIVE], requires=LISTED), PASSES, name="x").outcomes == ()


@pytest.mark.parametrize(
    "condition",
    ["items[0] > 1", "items.map(i, i)[2] == 3", "items == [1, 2, 3]"],
)
def test_a_rule_that_depends_on_order_is_found(condition):
    value = [1, 2, 3]
    rules = [{"id": "first", "assert": condition}]
    expect = {"rules": {"first": "fail" if condition.endswith("> 1") else "pass"}}
    found = depends(rules, {"evidence": [given(value)], "expect": expect})
    assert found == [("order", "list", ("first",))]


def test_parameters_that_depend_on_order_are_found_and_the_list_is_named():
    rules = [
        {"id": "r", "assert": "false", "violation": {"message": "m", "params": {"f": "items[0].names[0]"}}}
    ]
    value = [{"names": ["a", "b"], "others": [1, 2]}]
    found = depends(rules, {"evidence": [given(value)], "expect": {"rules": {"r": "fail"}}})
    assert found == [("order", "list/*/names", ("r",))]


@pytest.mark.parametrize(
    "condition",
    [
        "items.all(i, i > 0)",
        "items.exists(i, i == 3)",
        "items.sort()[0] == 1",
        "{'b': 1, 'a': 2}.map(k, k) == ['a', 'b']",
    ],
)
def test_a_rule_that_does_not_depend_on_order_is_left_alone(condition):
    assert depends([{"id": "r", "assert": condition}], {"evidence": [given([1, 2, 3])]}) == []


def test_the_order_of_pieces_of_evidence_does_not_matter():
    rules = [{"id": "r", "assert": "items[0] == 1"}]
    need = [{**LISTED[0], "max": 3}]
    found = tried(policy(rules, requires=need), {"evidence": [given(1), given(2)]})
    assert [outcome.dependences for _, outcome in found.outcomes] == [()]


DATED = {"id": "r", "assert": "context.asOf < timestamp('2026-01-01T12:00:00Z')"}


def test_a_case_that_depends_on_the_time_has_to_say_at_what_time_it_is():
    assert depends([DATED], PASSES) == [("time", "", ("r",))]
    dated = {**PASSES, "context": {"asOf": "2026-01-01T00:00:00Z"}}
    found = tried(policy([DATED], requires=LISTED), dated)
    ((_, outcome),) = found.outcomes
    assert (outcome.dependences, outcome.timed, outcome.ok) == ((), ("r",), True)


@pytest.mark.parametrize(
    "spec",
    [
        {"requires": [{**LISTED[0], "maxAgeDays": 1}]},
        {"requires": LISTED, "expires": "2026-01-01T12:00:00Z"},
    ],
)
def test_what_requirements_and_policies_say_of_the_time_counts_too(spec):
    case = {"evidence": [given([1], made="2025-12-31T00:00:00Z")]}
    found = tried(policy([POSITIVE], **spec), case)
    ((_, outcome),) = found.outcomes
    assert [(each.kind, each.rules) for each in outcome.dependences] == [("time", ("positive",))]


def test_before_a_policy_is_effective_a_day_can_matter():
    found = policy([POSITIVE], requires=LISTED, effectiveOn="2026-01-01T12:00:00Z")
    case = {**FIRES, "expect": {"rules": {"positive": "warn"}}}
    ((_, outcome),) = tried(found, case).outcomes
    assert [each.kind for each in outcome.dependences] == ["time"]


def test_the_last_day_has_no_day_after():
    late = {**PASSES, "context": {"asOf": "9999-12-31T12:00:00Z"}}
    ((_, outcome),) = tried(policy([POSITIVE], requires=LISTED), late).outcomes
    assert outcome.ok


def test_a_case_sets_mode_and_parameters():
    rules = [{"id": "few", "assert": "items.size() < params.most"}]
    found = policy(rules, requires=LISTED, params={"most": {"type": "int", "max": 9}})
    assert tried(
        found,
        {**PASSES, "params": {"most": 3}},
        {
            **PASSES,
            "params": {"most": 2},
            "mode": "warn",
            "expect": {"decision": "warn", "rules": {"few": "warn"}},
        },
    ).ok


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "has no value"),
        ({"most": 10}, "at most 9"),
        ({"most": "1"}, "an integer"),
        ({"most": True}, "an integer"),
        ({"most": 1, "least": 1}, "no parameter"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(params, said):
    rules = [{"id": "few", "assert": "items.size() < params.most"}]
    found = policy(rules, requires=LISTED, params={"most": {"type": "int", "max": 9}})
    with pytest.raises(ConfigError, match=said) as caught:
        tried(found, {**PASSES, "params": params})
    assert caught.value.code == "policy-test-param"
    assert caught.value.where.path == "policies/tests/p.test.yaml"


def test_a_policy_that_is_off_needs_no_parameters():
    rules = [{"id": "few", "assert": "items.size() < params.most"}]
    found = policy(rules, requires=LISTED, params={"most": {"type": "int"}})
    ((_, outcome),) = tried(found, {"mode": "off", "expect": {"decision": "error"}}).outcomes
    assert outcome.ok


def waiver(**spec):
    document = {
        "apiVersion": "stella.ops/v1",
        "kind": "Waiver",
        "metadata": {"id": "w", "owner": "team:a", "created": "2025-12-01T00:00:00Z"},
        "spec": {
            "policy": "p",
            "match": {"fingerprint": "vfp:0123456789abcdef"},
            "type": "risk_accepted",
            "effect": "waive",
            "reason": "It is only a test of a policy.",
            "approvals": [],
            "effectiveFrom": "2025-12-01T00:00:00Z",
            "expires": "2026-02-01T00:00:00Z",
            **spec,
        },
    }
    path = "policies/tests/w.yaml"
    return path, load.waiver(load.read(json.dumps(document).encode(), path=path))


def test_waivers_of_a_case_are_in_force():
    from stella_git.policy.results import violation_fingerprint

    fp = violation_fingerprint("p", "positive", None, -2)
    found = policy([POSITIVE], requires=LISTED)
    case = {**FIRES, "waivers": ["w.yaml"], "expect": {"decision": "pass", "rules": {"positive": "waived"}}}
    assert tried(found, PASSES, case, waivers=[waiver(match={"fingerprint": fp})]).ok
    expired = waiver(match={"fingerprint": fp}, expires="2025-12-20T00:00:00Z")
    ((_, outcome),) = tried(found, case, waivers=[expired]).outcomes
    assert [each.came for each in outcome.mismatches] == ["status fail", "decision fail"]


def test_a_failure_shows_what_the_parts_were():
    ((_, outcome),) = tried(policy([POSITIVE], requires=LISTED), {"evidence": [given([-5])]}).outcomes
    assert outcome.values == {"positive": ("i > 0  ->  false", "  i  ->  -5")}


def test_a_rule_without_elements_shows_its_list():
    case = {"evidence": [given([])], "expect": {"rules": {"positive": "fail"}}}
    ((_, outcome),) = tried(policy([POSITIVE], requires=LISTED), case).outcomes
    assert outcome.values == {"positive": ("items  ->  []",)}


def test_a_rule_that_was_not_asked_shows_nothing():
    ((_, outcome),) = tried(policy([POSITIVE], requires=LISTED), {"expect": {"decision": "pass"}}).outcomes
    assert outcome.values == {"positive": ()}


def test_names_of_let_show_what_they_were():
    found = policy(
        [{"id": "r", "assert": "low == []"}], requires=LISTED, let={"low": "items.filter(i, i < 0)"}
    )
    ((_, outcome),) = tried(found, {"evidence": [given([-5])]}).outcomes
    assert outcome.values == {
        "r": (
            "low == []  ->  false",
            "  []  ->  []",
            "low:",
            "  items.filter(i, i < 0)  ->  [-5]",
            "    i < 0  ->  true",
            "      i  ->  -5",
        )
    }


def test_much_is_cut():
    long = " && ".join(f"items[{number}] == {number}" for number in range(30))
    found = policy([{"id": "r", "assert": long}], requires=LISTED)
    ((_, outcome),) = tried(found, {"evidence": [given(["x" * 500] * 30)]}).outcomes
    lines = outcome.values["r"]
    assert len(lines) == 13
    assert lines[-1] == "..."
    assert max(map(len, lines)) < 200


def test_policies_come_by_id():
    two = [with_cases(policy([POSITIVE], requires=LISTED, id_=name), PASSES) for name in ("b", "a")]
    found = try_all(two)
    assert found.policies == ("a", "b")
    assert [each.policy.id for each, _ in found.outcomes] == ["a", "b"]


def test_evidence_of_a_policy_that_is_read_by_two_names_is_shuffled_as_one():
    rules = [{"id": "r", "assert": "one == two"}]
    need = [{"as": name, "predicateType": LIST} for name in ("one", "two")]
    found = tried(policy(rules, requires=need), {"evidence": [given([1, 2, 3])]})
    assert [outcome.ok for _, outcome in found.outcomes] == [True]
