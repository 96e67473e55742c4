"""What a case expected, held against what came."""

import random

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from policytest_cases import LISTED, given, policy, with_cases
from stella_git.policy.testing.compare import compare
from stella_git.policy.testing.runner import ask

RULES = [
    {
        "id": "each",
        "forEach": {"item": "i", "in": "items", "key": "i.k", "onEmpty": "pass"},
        "assert": "i.ok",
        "violation": {"message": "{k} of {n}", "params": {"k": "i.k", "n": "i.n"}},
    },
    {"id": "once", "assert": "items.size() < 9"},
]
POLICY = policy(RULES, requires=LISTED)


def items(*rows):
    return [given([{"k": k, "n": n, "ok": False} for k, n in rows])]


def mismatches(evidence, found=POLICY, **case):
    tested = with_cases(found, {"evidence": evidence, **case})
    ((suite, case),) = tested.cases
    run = ask(tested, suite, case)
    return [(each.rule, each.expected, each.came) for each in compare(case, run.results, run.decision)]


def violations(*rows, status="fail"):
    return {"rules": {"each": {"status": status, "violations": list(rows)}}}


def test_a_rule_that_is_not_named_has_to_pass():
    assert mismatches(items(), expect={"decision": "pass"}) == []
    assert mismatches(items(("a", 1))) == [
        ("each", "status pass or not_applicable", "status fail"),
        ("", "decision pass", "decision fail"),
    ]


def test_a_status_has_to_be_the_very_one():
    assert mismatches(items(("a", 1)), expect={"rules": {"each": "fail"}}) == []
    ((_, expected, came),) = mismatches(items(("a", 1)), expect={"rules": {"each": "warn"}})
    assert (expected, came) == ("status warn", "status fail")


def test_an_error_says_which():
    wrong = [given([{"k": "a", "n": 1}])]
    expect = {"rules": {"each": {"status": "error", "error": "cel-evaluation"}}}
    assert mismatches(wrong, expect=expect) == []
    expect = {"rules": {"each": {"status": "error", "error": "cel-fuel"}}}
    assert mismatches(wrong, expect=expect) == [("each", "error cel-fuel", "error cel-evaluation")]
    ((_, _, came),) = mismatches(wrong, expect={"rules": {"each": "fail"}})
    assert came.startswith("status error, cel-evaluation: ")


def test_a_policy_that_is_off_says_nothing():
    found = mismatches(items(("a", 1)), mode="off", expect={"rules": {"each": "pass"}})
    assert found == [("each", "status pass", "no result: the policy is off")]


@pytest.mark.parametrize(
    "row",
    [
        {"key": "a"},
        {"key": "a", "params": {"n": 1}},
        {"params": {"n": 1, "k": "a"}},
        {"message": "a of 1"},
    ],
)
def test_a_violation_is_known_by_whatever_is_said_of_it(row):
    assert mismatches(items(("a", 1)), expect=violations(row)) == []


@pytest.mark.parametrize(
    "row",
    [
        {"key": "b"},
        {"key": "a", "params": {"n": 2}},
        {"params": {"n": True}},
        {"params": {"missing": 1}},
        {"message": "a of 2"},
        {"fp": "vfp:0123456789abcdef"},
    ],
)
def test_a_violation_that_is_otherwise_is_another(row):
    found = mismatches(items(("a", 1)), expect=violations(row))
    assert [each[2] for each in found] == ["no such violation", found[1][2]]
    assert found[1][:2] == ("each", "no other violation")
    assert 'key "a"' in found[1][2]


def test_a_violation_too_many_and_one_too_few():
    two = items(("a", 1), ("b", 2))
    found = mismatches(two, expect=violations({"key": "a"}))
    assert [each[1] for each in found] == ["no other violation"]
    found = mismatches(items(("a", 1)), expect=violations({"key": "a"}, {"key": "b"}))
    assert [each[1:] for each in found] == [('a violation with key "b"', "no such violation")]


def test_what_is_vague_takes_what_is_left():
    """The first expectation fits both; taken in order, it would take the only one that fits the second."""
    both = items(("a", 1), ("b", 1))
    assert mismatches(both, expect=violations({"params": {"n": 1}}, {"key": "a"})) == []
    assert mismatches(both, expect=violations({"params": {"n": 1}}, {"key": "b"})) == []


@for_all(
    rows=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), unique=True, max_size=6),
    seed=st.integers(0, 99),
    vague=st.lists(st.sampled_from(["k", "n", "kn", "m"]), min_size=6, max_size=6),
)
def test_expectations_made_of_what_came_always_match(rows, seed, vague):
    made = {
        "k": lambda k, n: {"key": k},
        "n": lambda k, n: {"params": {"n": n}},
        "kn": lambda k, n: {"key": k, "params": {"n": n}},
        "m": lambda k, n: {"message": f"{k} of {n}"},
    }
    expected = [made[how](*row) for how, row in zip(vague, rows, strict=False)]
    random.Random(seed).shuffle(expected)
    status = "fail" if rows else "pass"
    assert mismatches(items(*rows), expect=violations(*expected, status=status)) == []
    more = violations(*expected, {"key": "z"}, status=status)
    assert [each[1] for each in mismatches(items(*rows), expect=more)] == ['a violation with key "z"']


def test_thousands_of_violations_are_linear_work_and_few_lines():
    rows = [(f"k{number}", number) for number in range(5000)]
    found = policy(RULES[:1], requires=LISTED)
    exact = [{"key": key, "params": {"n": n}} for key, n in rows]
    assert mismatches(items(*rows), found, expect=violations(*reversed(exact))) == []
    vague = [{"params": {"n": n}} for _, n in rows]
    said = mismatches(items(*rows), found, expect=violations(*vague))
    assert len(said) == 22
    assert said[10] == ("each", "4990 more violations", "none of them")
    assert said[21] == ("each", "no other violation", "4990 more violations")
