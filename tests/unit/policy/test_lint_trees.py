"""What is said of an expression without asking it."""

import pytest

from stella_git.policy.lint import trees

NESTED = "(" * 20 + "a" + ")" * 20


def names(text):
    return set(trees.names(trees.parsed(text)))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a.b.c + d[e]", {"a", "d", "e"}),
        ("a.all(x, x > y)", {"a", "y"}),
        ("x.all(x, x > 1)", {"x"}),
        ("a.map(x, x.all(y, y == x))", {"a"}),
        ("a.exists(i, v, i > 0 && v == w)", {"a", "w"}),
        ("cel.bind(x, a + 1, x * y)", {"a", "y"}),
        ("cel.bind(x, x + 1, x)", {"x"}),
        ("a.?b.optMap(x, x + y)", {"a", "y"}),
        ("x.?b.optMap(x, x)", {"x"}),
        ("{a: b, 'c': d}.size() + [e].size()", {"a", "b", "d", "e"}),
        ("has(a.b) ? c : d", {"a", "c", "d"}),
        ("semver.compare(a, '1.0.0') < 0", {"a"}),
        ("'a b c'", set()),
        (NESTED, {"a"}),
    ],
)
def test_names_that_are_read(text, read):
    assert names(text) == read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("params.a + params.b", {"a", "b"}),
        ("params['a'] + params[\"b\"]", {"a", "b"}),
        ("has(params.a)", {"a"}),
        ("params.?a.orValue(1)", {"a"}),
        ("params.a.all(params, params.b)", {"a"}),
        ("params == {}", None),
        ("params[key]", None),
        ("x.all(y, y in params)", None),
        ("x.params.a", set()),
    ],
)
def test_members_that_are_read(text, found):
    read = trees.members(trees.parsed(text), "params")
    assert (None if read is None else set(read)) == found


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "a || true",
        "true || a",
        "!(a && false)",
        "a == a",
        "a.b >= a.b",
        "'x' in ['x', 'y']",
        "[1, 2].all(x, x > 0)",
        "size('abc') == 3 || a",
        "true ? true : a",
        "a ? true : true",
        "a ? b == b : true",
        "!!true",
        "true && b <= b",
    ],
)
def test_what_is_always_true(text):
    assert trees.always(trees.parsed(text), text) is True


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("false", False),
        ("a && false", False),
        ("!true", False),
        ("false ? a : false", False),
        ("a", None),
        ("!a", None),
        ("a || b", None),
        ("a && true", None),
        ("a ? true : false", None),
        ("a ? b : true", None),
        ("a != a", None),
        ("a < a", None),
        ("1", None),
        ("1 + 1", None),
        ("1 / 0 == 1", None),
        ("lists.range(1000000).all(x, x >= 0)", None),
        ("[1].all(x, x == y)", None),
    ],
)
def test_what_is_not(text, found):
    assert trees.always(trees.parsed(text), text) is found


def test_regular_expressions_that_are_written_out():
    text = "a.matches('(') && matches(b, \"[\") && c.matches(d) && a.all(x, x.matches('ok'))"
    found = [(text[node.start], pattern) for node, pattern in trees.patterns(trees.parsed(text))]
    assert sorted(found) == [('"', "["), ("'", "("), ("'", "ok")]
    assert [trees.refused(pattern) is None for _, pattern in sorted(found)] == [False, False, True]


def test_what_is_no_expression_has_no_tree():
    assert trees.parsed("a +") is None
    assert trees.parsed("(" * 100) is None


def test_the_deepest_and_the_largest_expression():
    deep = "!" * 59 + "a"
    assert trees.always(trees.parsed(deep), deep) is None
    wide = " || ".join(["a"] * 1500)
    tree = trees.parsed(wide)
    assert trees.always(tree, wide) is None
    assert names(wide) == {"a"}
