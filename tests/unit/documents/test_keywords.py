import itertools
import re
import time

import pytest

from stella_git.documents.formats import ecma
from stella_git.documents.patterns import PARTS, WHOLE, linear
from stella_git.documents.schema import equality
from stella_git.documents.schema.accept import Compiler
from stella_git.documents.schema.keywords import divides


def accepts(schema, value, dialect="2020-12"):
    return Compiler({}.__getitem__, equality.identity, equality.distinct, dialect).compile(schema)(value)


@pytest.mark.parametrize(
    ("factor", "value", "wanted"),
    [
        (0.1, 0.3, True), (0.1, 9.95, False), (0.1, 7, True), (1, 7.0, True), (1, 7.5, False),
        (0.1, 0.1 + 0.2, False),
        (0.1, 0, True), (0.1, -0.3, True), (0.1, 1e300, True), (0.1, 5e-324, False), (3, 9, True),
        (3, 10, False),
    ],
)  # fmt: skip
def test_a_multiple_is_one_of_the_decimals_that_are_written(factor, value, wanted):
    assert divides(factor, value) is wanted
    assert accepts({"multipleOf": factor}, value) is wanted


def test_only_numbers_are_multiples():
    assert all(accepts({"multipleOf": 2}, value) for value in (True, "3", None, [3], {"a": 3}))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [({}, False), ({"a": 1}, True), ({"a": 1, "b": 2}, True), ([], True), ({1: 1, 2: 2, 3: 3}, False)],
)
def test_members_are_counted(value, wanted):
    assert accepts({"minProperties": 1, "maxProperties": 2}, value) is wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"ax": 1}, True), ({"ax": "1"}, False), ({"b": "1"}, True), ({"b": 1}, False), ({"ab": 1}, True),
        ({"c": None}, False), ({"ay": 1, "xb": 1}, False), ([], True),
    ],
)  # fmt: skip
def test_members_are_matched_by_name_and_by_every_pattern(value, wanted):
    schema = {
        "properties": {"b": {"type": "string"}},
        "patternProperties": {"^a": {"type": "integer"}, "y$": {"minimum": 1}, "^b$": {}},
        "additionalProperties": False,
    }
    assert accepts(schema, value) is wanted
    assert not accepts({**schema, "required": ["z"]}, {"ax": 1})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"a": 1}, True), ({"b": 1}, True), ({"b": "1"}, False), ({"c": 1}, True), ({"d": 1}, False),
        (1, True),
        ({"a": 1, "b": 1, "c": 1}, True), ({"b": "1", "c": 1}, False),
    ],
)  # fmt: skip
def test_unevaluated_members_are_those_that_nothing_speaks_of(value, wanted):
    schema = {
        "properties": {"a": {}},
        "allOf": [{"anyOf": [{"properties": {"b": {"type": "integer"}}}, {"properties": {"x": {}}}]}],
        "anyOf": [{"properties": {"c": {}}}, {}],
        "unevaluatedProperties": False,
    }
    assert accepts(schema, value) is wanted


@pytest.mark.parametrize(("value", "wanted"), [({"a": 1}, True), ({"B": 1}, False), ([], True)])
def test_names_are_held_to_a_schema(value, wanted):
    assert accepts({"propertyNames": {"pattern": "^[a-z]$"}}, value) is wanted


@pytest.mark.parametrize(("dialect", "wanted"), [("draft-04", False), ("draft-07", True), ("2020-12", True)])
def test_in_draft_04_one_point_zero_is_no_integer(dialect, wanted):
    assert accepts({"type": "integer"}, 1.0, dialect) is wanted
    assert accepts({"type": ["integer", "null"]}, 1.0, dialect) is wanted
    assert accepts({"type": "integer"}, 1, dialect)


@pytest.mark.parametrize("slow", [*WHOLE, *PARTS])
def test_a_pattern_and_its_replacement_accept_the_same_strings(slow):
    """All strings over the signs that count, up to seven (for numbers and dots: all that are long enough)."""
    quick = linear(slow)
    assert quick != slow
    if slow in PARTS:
        slow, quick = f"^{slow}$", f"^{quick}$"
    signs = "/a\n" if "/" in slow else "1." if "[0-9]+" in slow else "a1.-"
    longest = 10 if signs == "1." else 7
    old, new = re.compile(slow), re.compile(quick)
    for length in range(longest + 1):
        for text in map("".join, itertools.product(signs, repeat=length)):
            assert (old.search(text) is None) is (new.search(text) is None), text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("[^/]+/.+", "a" * 1_000_000),
        (r"[0-9]+(\.[0-9]+){3}", "1" * 1_000_000),
        (r"^[a-z](((\.|-))?(([a-z]|[0-9]))+)+$", "a" * 1_000_000 + "!"),
    ],
)
def test_hostile_strings_take_time_in_proportion(pattern, text):
    started = time.process_time()
    assert ecma(pattern).search(text) is None
    assert time.process_time() - started < 5
