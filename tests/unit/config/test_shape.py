import pytest

from stella_git.budget.inputs import DOCUMENT
from stella_git.config import shape


def codes(rule, value):
    return [(defect.code, defect.pointer) for defect in shape.inspect(rule, value)]


def test_a_hostile_document_gets_a_thousand_defects_and_no_more():
    found = shape.inspect(DOCUMENT, {"findings": [0] * 100_000})
    assert len(found) == 1000
    assert found[-1].pointer == "/findings/999"


def test_defects_come_in_the_order_of_the_document():
    rule = shape.record({"a": shape.integer(), "b": shape.integer(), "c": shape.integer()})
    assert codes(rule, {"b": "", "x": 0, "a": -1}) == [
        ("value-type", "/b"),
        ("member-unknown", "/x"),
        ("value-range", "/a"),
        ("member-missing", ""),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, []),
        (10, []),
        (-1, [("value-range", "")]),
        (11, [("value-range", "")]),
        (True, [("value-type", "")]),
        (1.0, [("value-type", "")]),
        (None, [("value-type", "")]),
    ],
)
def test_integers(value, expected):
    assert codes(shape.integer(0, 10), value) == expected


def test_an_integer_is_within_exact_range_by_default():
    assert codes(shape.integer(), 2**53 - 1) == codes(shape.integer(), 0) == []
    assert codes(shape.integer(), 2**53) == [("value-range", "")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, "x", True, {}], "b": -(2**53) + 1}, []),
        ({"a": 2**53}, [("value-range", "/a")]),
        ({"a": -(2**53)}, [("value-range", "/a")]),
        ({"a": [None, 0.5]}, [("value-type", "/a/0"), ("value-type", "/a/1")]),
        ([1], [("value-type", "")]),
    ],
)
def test_what_may_be_digested(value, expected):
    assert codes(shape.mapping(), value) == expected


def test_a_minimum_is_met_from_that_number_on():
    assert codes(shape.mapping(minimum=1), {"a": 1}) == []
    assert codes(shape.mapping(minimum=1), {}) == [("object-empty", "")]
    assert codes(shape.array(shape.boolean, minimum=1), [True]) == []
    assert codes(shape.array(shape.boolean, minimum=1), []) == [("array-too-short", "")]
    assert codes(shape.record({}, {"a": shape.boolean}, minimum=1), {"a": True}) == []
    assert codes(shape.record({}, {"a": shape.boolean}, minimum=1), {}) == [("object-empty", "")]


def test_order_is_judged_only_where_items_are_sound():
    names = shape.array(shape.text(), ordered=True)
    assert codes(names, ["b", 1, "a"]) == [("value-type", "/1")]
    assert codes(names, ["b", "a", "b"]) == [("array-unsorted", "/1"), ("array-duplicate", "/2")]
    assert codes(shape.array(shape.text(), unique=True), ["b", "a", "b"]) == [("array-duplicate", "/2")]
    assert codes(shape.array(shape.text()), ["b", "a", "b"]) == []


def test_objects_are_ordered_by_their_canonical_text():
    rows = shape.array(shape.mapping(), ordered=True)
    assert codes(rows, [{"b": 1, "a": 2}, {"a": 3, "b": 0}]) == []
    assert codes(rows, [{"a": 3}, {"b": 1, "a": 2}]) == [("array-unsorted", "/1")]


def test_a_pattern_holds_from_the_first_to_the_last_character():
    assert codes(shape.text("[a-z]+"), "abc") == []
    for value in ("abc\n", "Abc", "abC", ""):
        assert codes(shape.text("[a-z]+"), value) == [("value-pattern", "")]


def test_names_of_a_table():
    rule = shape.table("[a-z]+", "a name", shape.boolean)
    assert codes(rule, {"a": True, "B/": 0}) == [("member-name", "/B~1"), ("value-type", "/B~1")]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("x", "a string"),
        (True, "a boolean"),
        (None, "null"),
        (1, "an integer"),
        (1.5, "a number"),
        ([], "an array"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(value, named):
    (defect,) = shape.inspect(shape.mapping(), value)
    assert f"expected an object, got {named}" in defect.message
    assert (defect.remedy is not None) is (value is None)


def test_the_nearest_word_is_near():
    assert shape.nearest("limts", ["limits", "points"]) == "limits"
    assert shape.nearest("zzz", ["limits", "points"]) is None


def test_a_long_word_is_cut_in_messages():
    (defect,) = shape.inspect(shape.enum("a"), "x" * 1000)
    assert len(defect.message) < 200
