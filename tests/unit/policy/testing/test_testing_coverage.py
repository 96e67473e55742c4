"""Which ways the conditions of a policy came out."""

import pytest

from policytest_cases import LISTED, given, policy, with_cases
from stella_git.policy.testing.coverage import WHOLE, cover, line_of, permille


def covered(condition, *values, **spec):
    cases = [{"evidence": [given(value)]} for value in values]
    (found,) = cover([with_cases(policy([{"assert": condition}], requires=LISTED, **spec), *cases)])
    return found


def gaps(condition, *values, **spec):
    return [(gap.text, gap.never) for part in covered(condition, *values, **spec).parts for gap in part.gaps]


def test_a_condition_has_two_outcomes():
    assert gaps("items > 1", 1, 2) == []
    assert gaps("items > 1", 2) == [("items > 1", "false")]
    assert gaps("items > 1", 1) == [("items > 1", "true")]
    assert gaps("items > 1") == [("items > 1", "asked")]
    assert covered("items > 1", 2).permille == 500
    assert covered("items > 1", 2, 1).permille == WHOLE
    assert covered("items > 1").permille == 0


def test_what_is_cut_short_was_never_asked():
    assert gaps("items > 1 && items < 5", 1, 0) == [
        ("items > 1 && items < 5", "true"),
        ("items > 1", "true"),
        ("items < 5", "asked"),
    ]
    assert gaps("items > 1 || items < 0", 2, 3) == [
        ("items > 1 || items < 0", "false"),
        ("items > 1", "false"),
        ("items < 0", "asked"),
    ]
    assert gaps("items > 1 && items < 5", 1, 3, 7) == []


def test_a_branch_that_none_took_was_never_asked():
    assert gaps("items > 1 ? items < 5 : items == 0", 3, 7) == [
        ("items > 1", "false"),
        ("items == 0", "asked"),
    ]


def test_what_is_turned_round_is_one_condition():
    found = covered("!(items > 1)", 2)
    assert [(gap.text, gap.never) for part in found.parts for gap in part.gaps] == [("(items > 1)", "false")]
    assert sum(part.outcomes for part in found.parts) == 2


def test_what_macros_ask_is_a_condition():
    assert gaps("items.all(i, i.ok)", [{"ok": True}]) == [
        ("items.all(i, i.ok)", "false"),
        ("i.ok", "false"),
    ]
    assert gaps("items.filter(i, i.ok).size() < 1", [{"ok": True}, {"ok": False}], []) == []


def test_conditions_in_values_count_too():
    assert gaps("{'a': items > 1}['a']", 2) == [("{'a': items > 1}['a']", "false"), ("items > 1", "false")]


def test_names_and_calls_that_gave_booleans_are_conditions():
    assert gaps("big && items < 9", 2, let={"big": "items > 1"}) == [
        ("items > 1", "false"),
        ("big && items < 9", "false"),
        ("big", "false"),
        ("items < 9", "false"),
    ]


def test_literals_are_no_conditions():
    assert gaps("true") == []
    assert covered("true").permille == WHOLE


def test_an_error_is_told():
    found = covered("items.a > 1", {"b": 1}, {"a": 2})
    assert [(gap.never, gap.failed) for part in found.parts for gap in part.gaps] == [("false", True)]


def test_every_expression_of_a_rule_is_looked_at():
    rule = {
        "id": "each",
        "forEach": {"item": "i", "in": "items.filter(i, i > 0)", "key": "i > 5 ? 1 : 2", "onEmpty": "pass"},
        "assert": "i != 3",
        "violation": {"message": "{a}", "params": {"a": "i == 4"}},
    }
    case = {"evidence": [given([3, 7])], "expect": {"rules": {"each": "fail"}}}
    found = policy([rule], requires=LISTED, let={"unused": "items == 1"})
    (covering,) = cover([with_cases(found, case)])
    assert [(part.rule, part.name, part.asked, part.seen, part.outcomes) for part in covering.parts] == [
        ("", "let unused", 0, 0, 2),
        ("each", "forEach in", 1, 1, 2),
        ("each", "forEach key", 2, 2, 2),
        ("each", "assert", 2, 2, 2),
        ("each", "violation a", 1, 1, 2),
    ]


def test_places_are_in_the_text():
    assert line_of("a &&\n b", 6) == (2, 2)


def test_parts_are_added_up_and_rounded_down():
    parts = covered("items > 1 && items < 9", 2).parts
    assert permille(parts) == 500
    assert permille(()) == WHOLE


@pytest.mark.parametrize("fails", [True, False])
def test_it_does_not_matter_what_cases_expect(fails):
    expect = {"decision": "fail" if fails else "pass"}
    tested = with_cases(
        policy([{"assert": "items > 1"}], requires=LISTED), {"evidence": [given(2)], "expect": expect}
    )
    (found,) = cover([tested])
    assert found.permille == 500
