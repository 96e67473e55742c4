import pytest

from stella_git.canon import jcs
from stella_git.errors import RefusedError
from stella_git.verdict.decide import decide
from stella_git.verdict.replay import SEMANTICS, compare, decider, replay
from verdict_cases import budget_file, decision_inputs, finding


@pytest.mark.parametrize(
    ("left", "right", "pointer"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ({"a": 1}, {"a": 2}, "/a"),
        ({"a": 1}, {"a": True}, "/a"),
        ({"a": 1}, {"a": 1.0}, "/a"),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, "/a"),  # canonical order, not that of the file
        ({"a": 1}, {}, "/a"),
        ({}, {"a/b~": 1}, "/a~1b~0"),
        ([1, 2], [1, 3], "/1"),
        ([1, 2], [1], "/1"),
        ([1], [1, 2], "/1"),
        ([1, 2], [2], "/0"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, "/a/0/b"),
        ({"a": []}, {"a": {}}, "/a"),
        ({}, [], ""),
        (None, None, None),
        ("x", "y", ""),
    ],
)
def test_first_difference(left, right, pointer):
    assert compare(left, right) == pointer
    assert compare(right, left) == pointer


def test_a_replay_of_the_same_inputs_is_identical():
    inputs = decision_inputs(findings=(finding(),))
    expected = decide(inputs).verdict
    got = replay(expected.to_json(), inputs)
    assert got.identical
    assert got.difference is None
    assert got.verdict_id == expected.verdict_id
    assert got.recomputed == jcs.dumps(expected.to_json())


def test_a_replay_of_other_inputs_names_the_first_difference():
    strict = budget_file(limits={"findings": {"total": 0}})
    expected = decide(decision_inputs(findings=(finding(),))).verdict.to_json()
    got = replay(expected, decision_inputs(findings=(finding(),), policy_files=(strict,)))
    assert not got.identical
    assert got.difference == "/budgets/0/checkId"
    assert got.decision.verdict.decision == "fail"


@pytest.mark.parametrize("semantics", ["verdict/2", "", "nonsense", 1, None])
def test_an_unknown_algorithm_is_refused(semantics):
    with pytest.raises(RefusedError) as caught:
        decider({"semantics": semantics})
    assert caught.value.code == "SEMANTICS_UNKNOWN"
    assert caught.value.where.pointer == "/semantics"
    assert ("later one" in caught.value.remedy) is (semantics == "verdict/2")


def test_the_first_algorithm_is_here():
    assert SEMANTICS["verdict/1"] is decide is decider({"semantics": "verdict/1"})
