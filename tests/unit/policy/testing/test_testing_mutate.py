"""A policy with one change, and whether a case notices."""

import pytest

from policytest_cases import LIST, LISTED, given, policy, with_cases
from stella_git.errors import ConfigError
from stella_git.policy.compiled import compile_policy
from stella_git.policy.testing.mutants import mutants
from stella_git.policy.testing.mutate import INVALID, KILLED, SURVIVED, mutate

EACH = {
    "id": "each",
    "forEach": {"item": "i", "in": "wide", "key": "i.k", "onEmpty": "pass"},
    "assert": "i.n < params.most",
    "violation": {"message": "no", "params": {"n": "i.n"}},
}
PARAMS = {"most": {"type": "int", "default": 3}}
LET = {"wide": "items.filter(i, i.n > 0)"}
POLICY = policy([EACH], requires=LISTED, params=PARAMS, let=LET)


def mutants_of(found):
    return mutants(found, compile_policy(found))


def rows(*numbers):
    return [given([{"k": f"k{n}", "n": n} for n in numbers])]


def failing(*numbers):
    return {"each": {"status": "fail", "violations": [{"key": f"k{n}", "params": {"n": n}} for n in numbers]}}


# Enough for every change: the edges 0, 1, 2 and 3, no evidence, no elements, other evidence.
CASES = [
    {"evidence": rows(2, 1), "expect": {"decision": "pass"}},
    {"evidence": rows(3, 1), "expect": {"decision": "fail", "rules": failing(3)}},
    {"evidence": rows(1), "params": {"most": 1}, "expect": {"rules": failing(1)}},
    {"evidence": rows(0), "params": {"most": 0}, "expect": {"rules": {"each": "pass"}}},
    {"evidence": rows(), "expect": {"rules": {"each": "pass"}}},
    {"expect": {"rules": {"each": "fail"}}},
]


def judged(found, *cases, limit=None):
    (mutated,) = mutate([with_cases(found, *cases)], limit=limit)
    return mutated


def changes(found, state, *cases):
    return {(each.mutant.kind, each.mutant.new) for each in judged(found, *cases).of(state)}


def test_good_cases_kill_every_mutant():
    found = judged(POLICY, *CASES)
    assert [(each.mutant.kind, each.mutant.new) for each in found.of(SURVIVED)] == []
    assert len(found.of(KILLED)) > 10
    assert found.failing == ()


@pytest.mark.parametrize("left_out", [2, 3, 5])
def test_without_a_case_at_an_edge_a_mutant_survives(left_out):
    kept = [case for number, case in enumerate(CASES) if number != left_out]
    assert judged(POLICY, *kept).of(SURVIVED) != ()


def test_without_cases_everything_survives():
    found = judged(POLICY)
    assert found.of(KILLED) == ()
    assert len(found.of(SURVIVED)) == len(found.judged) - len(found.of(INVALID))


def test_the_first_case_that_notices_is_named():
    kept = judged(POLICY, *CASES).judged
    (deleted,) = [each for each in kept if each.mutant.kind == "delete-rule"]
    moved = [each for each in kept if each.mutant.new == "i.n <= params.most"]
    assert [(each.state, each.case) for each in moved] == [(KILLED, "case 1")]
    assert (deleted.state, deleted.case) == (KILLED, "case 0")


def test_a_case_that_fails_anyway_notices_nothing():
    wrong = {"evidence": rows(1), "expect": {"decision": "fail"}}
    found = judged(POLICY, wrong)
    assert found.failing == ("case 0",)
    assert found.of(KILLED) == ()


def test_a_change_that_does_not_compile_counts_for_nothing():
    text = policy([{"assert": '"a" + "b" == "ab"'}])
    assert ("arithmetic", '"a" - "b"') in changes(text, INVALID)


def test_a_limit_spreads_over_the_policy():
    every = judged(POLICY).judged
    some = judged(POLICY, limit=4)
    assert len(some.judged) == 4
    assert some.left_out == len(every) - 4
    assert some.judged[0].mutant == every[0].mutant
    assert judged(POLICY, limit=1000).left_out == 0


def test_policies_come_by_id():
    two = [with_cases(policy([EACH], requires=LISTED, params=PARAMS, let=LET, id_=name)) for name in "ba"]
    assert [each.tested.policy.id for each in mutate(two)] == ["a", "b"]


def test_a_case_that_names_what_is_not_there_is_refused():
    with pytest.raises(ConfigError) as caught:
        judged(POLICY, {"expect": {"rules": {"ech": "pass"}}})
    assert caught.value.code == "policy-test-rule"
    assert "each" in caught.value.remedy


def test_requirements_are_code_too():
    need = {
        "as": "items",
        "predicateType": LIST,
        "versions": ["v1", "v2"],
        "signedBy": {"anyOf": ["ci"], "role": "builder", "threshold": 2},
        "maxAgeDays": 3,
        "min": 2,
        "max": 5,
        "onMissing": "warn",
    }
    found = policy([{"assert": "true"}], requires=[need], match={"stages": ["ci"], "refs": ["refs/heads/*"]})
    by_kind = {}
    for mutant in mutants_of(found):
        by_kind.setdefault(mutant.kind, []).append(mutant)
    (need,) = found.requires
    changed = {kind: [mutant.policy.requires[0] for mutant in each] for kind, each in by_kind.items()}
    whole, anybody, any_role, fewer = (each.signed_by for each in changed["requires-signedBy"])
    assert whole is None
    assert (anybody.any_of, any_role.role, fewer.threshold) == (None, None, 1)
    assert [each.max_age_days for each in changed["requires-maxAgeDays"]] == [None]
    assert [each.minimum for each in changed["requires-min"]] == [1]
    assert [each.versions for each in changed["requires-versions"]] == [None]
    assert {each.on_missing for each in changed["requires-onMissing"]} == {"deny", "not_applicable"}
    first, second = (mutant.policy.match for mutant in by_kind["match"])
    assert (first.stages, first.refs) == (None, ("refs/heads/*",))
    assert (second.stages, second.refs) == (("ci",), None)
    for mutant in mutants_of(found):
        found.file.where(mutant.pointer)
        assert mutant.hint
        assert mutant.rule in {"", "r0"}


def test_what_a_run_always_offers_is_never_missing():
    waivers = {"as": "w", "predicateType": "https://stella.ops/attestation/waivers", "versions": ["v1"]}
    found = policy([{"assert": "w.size() == 0"}], requires=[waivers])
    assert not any(mutant.kind == "requires-onMissing" for mutant in mutants_of(found))


def test_the_evidence_itself_is_never_empty():
    many = [{**LISTED[0], "max": 9}]
    each = {**EACH, "forEach": {**EACH["forEach"], "in": "items", "key": "1"}, "assert": "true"}
    each["violation"] = {"message": "no"}
    found = policy([each], requires=many)
    assert not any(mutant.kind == "on-empty" for mutant in mutants_of(found))
    assert any(mutant.kind == "on-empty" for mutant in mutants_of(POLICY))


def test_a_key_that_is_constant_is_noticed_by_a_case_that_expects_keys():
    vague = [{**case, "expect": {"rules": {"each": "fail"}}} for case in CASES[1:3]]
    assert ("key", "'key'") in changes(POLICY, SURVIVED, *vague)
    assert ("key", "'key'") in changes(POLICY, KILLED, CASES[1])


def test_the_place_of_a_change_is_in_its_expression():
    for mutant in mutants_of(POLICY):
        if mutant.expression is not None:
            assert mutant.expression.text[mutant.offset :].startswith(mutant.old)
            assert mutant.expression.pointer == mutant.pointer


def test_a_listed_text_becomes_another_listed_one():
    need = {"as": "f", "predicateType": "https://stella.ops/attestation/findings", "versions": ["v1"]}
    each = {
        "id": "each",
        "forEach": {
            "item": "x",
            "in": 'f.filter(y, y.reachability != "unreachable")',
            "key": "x.id",
            "onEmpty": "pass",
        },
        "assert": '!(x.severity in ["critical", "high"]) && x.id != "CVE-1"',
        "violation": {"message": "no", "params": {"bad": 'x.severity == "critical"'}},
    }
    found = policy([each], requires=[need], let={"top": 'f.filter(y, y.severity == "critical")'})
    told = [mutant for mutant in mutants_of(found) if mutant.kind == "string"]
    at = [mutant.pointer.rpartition("/")[2] for mutant in told]
    assert sorted(at) == ["assert", "assert", "assert", "bad", "in", "top"]
    for mutant in told:
        compile_policy(mutant.policy)
        assert mutant.new != mutant.old
        assert mutant.new.endswith('~"') == (mutant.old == '"CVE-1"')
