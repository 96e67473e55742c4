"""Does a waiver hold? Every state, and the seconds on both sides of every limit."""

import pytest

from stella_git.canon.clock import parse_rfc3339
from stella_git.policy.waivers import Terms, rows, state
from stella_git.resources import schema
from waiver_cases import END, START, days_after, waiver


def at(text, approvers=("key:ben",), needed=1, max_days=90, **members):
    found = waiver(**members)
    return state(found, parse_rfc3339(text), approvers, max_days=max_days, needed=needed)


def test_it_holds_from_its_first_second_until_just_before_its_end():
    assert at(days_after(START, 0, -1)) == "pending"
    assert at(START) == "live"
    assert at(days_after(END, 0, -1)) == "live"
    assert at(END) == "expired"


def test_it_may_last_so_many_days_and_no_second_more():
    assert at(START, expires=days_after(START, 90)) == "live"
    assert at(START, expires=days_after(START, 90, 1)) == "too-long"
    assert at(START, expires=days_after(START, 30, 1), max_days=30) == "too-long"
    assert at(days_after(START, 200), expires=days_after(START, 90, 1)) == "expired"


@pytest.mark.parametrize("end", [START, days_after(START, -1)])
def test_one_that_is_over_before_it_begins_never_holds(end):
    for days in (-3, -1, 0, 1):
        assert at(days_after(START, days), expires=end) == "expired"


def test_approvers_are_distinct_and_not_the_owner():
    assert at(START, ()) == "unapproved"
    assert at(START, (), needed=0) == "live"
    assert at(START, ("key:ben", "key:ben"), needed=2) == "unapproved"
    assert at(START, ("key:ben", "key:cyd"), needed=2) == "live"
    assert at(START, ("user:ada",)) == "unapproved"
    assert at(START, ("user:ada", "key:ben"), needed=2) == "unapproved"


def test_before_it_begins_nobody_asks_who_approved_it():
    assert at(days_after(START, -1), ()) == "pending"


def test_rows_are_what_rules_see():
    terms = Terms(as_of=parse_rfc3339(days_after(END, -3, 1)), approved={"b": ("key:z", "key:c", "key:c")})
    found = rows([waiver("b"), waiver("a", expires=days_after(START, 61, 5))], terms)
    assert [row["id"] for row in found] == ["a", "b"]
    assert found[1] == {
        "id": "b",
        "policy": "a.one",
        "owner": "user:ada",
        "type": "risk_accepted",
        "effect": "waive",
        "state": "live",
        "created": START,
        "effectiveFrom": START,
        "expires": END,
        "daysLeft": 2,
        "approvers": ["key:c", "key:z"],
    }
    assert found[0]["state"] == "unapproved"


def test_rows_keep_to_their_schema():
    from jsonschema import Draft202012Validator

    from stella_git.canon.reader import parse_json

    validator = Draft202012Validator(parse_json(schema("stella/evidence-waivers.v1.schema.json")))
    for days in (-1, 0, 70, 500):
        for approved in ({}, {"w": ("key:ben",)}):
            terms = Terms(as_of=parse_rfc3339(days_after(START, days)), approved=approved)
            (found,) = rows([waiver()], terms)
            assert list(validator.iter_errors(found)) == []


def test_days_left_are_negative_once_it_has_ended():
    terms = Terms(as_of=parse_rfc3339(days_after(END, 0, 1)), approved={})
    assert rows([waiver()], terms)[0]["daysLeft"] == -1
