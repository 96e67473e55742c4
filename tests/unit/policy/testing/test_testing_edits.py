"""Small changes of expressions: each is an expression, means something else, and stands where it says."""

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from house_cases import ROOT
from stella_git.policy import cel
from stella_git.policy.cel.parser import parse
from stella_git.policy.testing.edits import edits

LEAVES = st.sampled_from(
    ["a", "b", "!a", "(b)", "x < 3", "3 >= x", "x == y", "(x != 2)", "has(m.k)", "x in l"]
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["&&", "||"]), part).map(lambda row: f"({' '.join(row)})"),
        st.tuples(part, st.sampled_from(["&&", "||"]), part, part).map(
            lambda row: f"({row[0]} {row[1]} {row[2]} {row[1]} {row[3]})"
        ),
        part.map(lambda text: f"!({text})"),
        st.tuples(part, part, part).map(lambda row: f"({row[0]} ? {row[1]} : {row[2]})"),
        part.map(lambda text: f"l.all(e, e > 0 || {text})"),
    ),
    max_leaves=6,
)
NAMES = dict.fromkeys(["a", "b", "x", "y", "l", "m"])


def kinds(source, *, condition=True):
    return [(edit.kind, edit.text) for edit in edits(source, condition=condition)]


@given(source=CONDITIONS)
def test_every_change_is_an_expression_that_is_otherwise_the_same(source):
    for edit in edits(source, condition=True):
        parse(edit.text)
        assert edit.text != source
        assert source[edit.start :].startswith(edit.old)
        end = edit.start + len(edit.old)
        assert edit.text == source[: edit.start] + edit.new + source[end:]
        assert edit.hint


@given(
    source=CONDITIONS,
    a=st.booleans(),
    b=st.booleans(),
    x=st.integers(0, 4),
    y=st.integers(0, 4),
    numbers=st.lists(st.integers(0, 4), max_size=3),
)
def test_a_condition_that_is_turned_round_says_the_opposite(source, a, b, x, y, numbers):
    bindings = {"a": a, "b": b, "x": x, "y": y, "l": numbers, "m": {"k": 1}}
    tree = parse(source)
    whole = [
        edit
        for edit in edits(source, condition=True)
        if edit.start == tree.start and len(edit.old) == len(source) and edit.kind in {"negate", "equality"}
    ]
    assume(whole)
    first = cel.compile(source, names=NAMES).evaluate(bindings)
    for edit in whole:
        assert cel.compile(edit.text, names=NAMES).evaluate(bindings) is (not first)


def test_a_condition_and_only_a_condition_is_turned_round():
    assert kinds("a") == [("negate", "!a")]
    assert kinds("!a") == [("negate", "a")]
    assert kinds("a ? b : c") == [
        ("branch", "false ? b : c"),
        ("branch", "true ? b : c"),
        ("negate", "!(a ? b : c)"),
        ("negate", "!a ? b : c"),
    ]
    assert kinds("a", condition=False) == []
    assert kinds("f(a)", condition=False) == []
    assert kinds("true") == [("constant", "false")]
    assert kinds("[a, b.c]", condition=False) == []


def test_operands_are_dropped_one_by_one():
    dropped = [text for kind, text in kinds("a && b && !(c || x == 1)") if kind == "drop-operand"]
    assert dropped == [
        "a && !(c || x == 1)",
        "a && b",
        "b && !(c || x == 1)",
        "a && b && !(c)",
        "a && b && !(x == 1)",
    ]


@pytest.mark.parametrize(
    ("source", "boundary", "numbers"),
    [
        ("x < 3", "x <= 3", {"x < 2"}),
        ("x <= 3", "x < 3", {"x <= 4"}),
        ("x > 3", "x >= 3", {"x > 4"}),
        ("x >= 3", "x > 3", {"x >= 2"}),
        ("3 > x", "3 >= x", {"2 > x"}),
        ("3 <= x", "3 < x", {"2 <= x"}),
    ],
)
def test_boundaries_move_both_ways_and_never_twice_the_same(source, boundary, numbers):
    """For integers, ``x < 4`` says what ``x <= 3`` says."""
    found = kinds(source)
    assert ("boundary", boundary) in found
    assert {text for kind, text in found if kind == "number"} == numbers


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("x == 3", {("equality", "x != 3"), ("number", "x == 2"), ("number", "x == 4")}),
        ("x != y", {("equality", "x == y")}),
        ("l.all(e, e > f)", {("quantifier", "l.exists(e, e > f)")}),
        ("l.exists(e, e)", {("quantifier", "l.all(e, e)"), ("negate", "l.exists(e, !e)")}),
        ("(l)\n . exists_one ( e, e)", {("quantifier", "(l)\n . exists ( e, e)")}),
        ("l.existsOne(e, e)", {("quantifier", "l.exists(e, e)")}),
        ("l.filter(e, e.x) == l", {("filter", "l.filter(e, true) == l")}),
        ("l.map(e, e.x, e.y) == l", {("filter", "l.map(e, true, e.y) == l")}),
        ('s == "a"', {("string", 's == "a~"'), ("equality", 's != "a"')}),
        (
            "s in ['it\\'s', \"b\"]",
            {("string", 's in ["it\'s~", "b"]'), ("string", "s in ['it\\'s', \"b~\"]")},
        ),
        ("x * 60 > y", {("arithmetic", "x > y")}),
        ("x + 1 > y", {("arithmetic", "x - 1 > y"), ("number", "x + 2 > y"), ("number", "x + 0 > y")}),
        ("m.?x.orValue(false) || true", {("constant", "m.?x.orValue(true) || true")}),
        ("x == -1", {("number", "x == -2"), ("number", "x == 0")}),
    ],
)
def test_what_else_is_changed(source, wanted):
    assert wanted <= set(kinds(source))


def test_a_factor_is_dropped_and_not_counted_up():
    assert not any("61" in text or "59" in text for _, text in kinds("x * 60 > y"))


def test_the_largest_numbers_have_one_neighbour():
    texts = [text for kind, text in kinds("x == 9223372036854775807") if kind == "number"]
    assert texts == ["x == 9223372036854775806"]


def test_a_comment_that_looks_like_a_macro_is_none():
    assert "quantifier" not in {kind for kind, _ in kinds("l // .all(\n.all(e, e)")}


def test_changes_of_the_same_text_are_one():
    texts = [text for _, text in kinds("a || a")]
    assert len(texts) == len(set(texts))


def test_deep_expressions_need_no_recursion():
    assert len(edits("!" * 60 + "a", condition=True)) == 1
    assert edits("(" * 60 + "a" + ")" * 60, condition=True)


def test_all_changes_of_the_reference_policies_are_expressions():
    seen = 0
    for path in sorted((ROOT / "policies/packs").rglob("*.yaml")):
        spec = yaml.safe_load(path.read_bytes())["spec"]
        for source in [*spec.get("let", {}).values(), *(rule["assert"] for rule in spec["rules"])]:
            for edit in edits(source, condition=True):
                parse(edit.text)
                seen += 1
    assert seen > 200


@pytest.mark.parametrize(
    ("listed", "new"),
    [
        ({5: ("a", "b", "c")}, '"b"'),
        ({5: ("c", "b", "a")}, '"c"'),
        ({4: ("a", "b")}, '"a~"'),
        ({5: ("b", "c")}, '"a~"'),
    ],
)
def test_a_listed_text_becomes_the_next(listed, new):
    assert [edit.new for edit in edits('x == "a"', listed=listed) if edit.kind == "string"] == [new]


def test_the_only_text_that_is_listed_stays():
    assert [edit for edit in edits('x == "a"', listed={5: ("a",)}) if edit.kind == "string"] == []
