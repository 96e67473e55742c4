"""The same evidence in another order."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stella_git.policy.evidence import Given, Source
from stella_git.policy.testing.shuffle import REVERSED, SEEDS, paths, shuffled

LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=2)
VALUES = st.recursive(
    LEAVES, lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=2), part, max_size=4)
)


def pieces(*values):
    return [
        Given(
            predicate_type=f"https://example.org/t{number}",
            version="v1",
            value=value,
            sources=(Source(digest=f"sha256:{number}", predicate_type="x"),),
        )
        for number, value in enumerate(values)
    ]


def normal(value):
    """Return a value in which order means nothing."""
    if isinstance(value, dict):
        return "map", tuple(sorted((name, normal(item)) for name, item in value.items()))
    if isinstance(value, list):
        return "list", tuple(sorted(map(normal, value), key=repr))
    return type(value).__name__, repr(value)


def said(found):
    return sorted(
        (each.predicate_type, each.version, each.sources[0].digest, normal(each.value)) for each in found
    )


@given(values=st.lists(VALUES, max_size=4), seed=st.sampled_from([*SEEDS, 2, 3]))
def test_nothing_is_lost_and_nothing_is_changed(values, seed):
    evidence = pieces(*values)
    before = copy.deepcopy(evidence)
    found = shuffled(evidence, seed)
    assert said(found) == said(evidence)
    assert evidence == before
    assert [each.value for each in shuffled(evidence, seed)] == [each.value for each in found]


def test_the_first_order_is_the_reverse():
    found = shuffled(pieces([1, [2, 3]], {"a": [4, 5], "b": 6}), REVERSED)
    assert [each.value for each in found] == [{"b": 6, "a": [5, 4]}, [[3, 2], 1]]
    assert list(found[0].value) == ["b", "a"]


def test_another_order_is_neither_the_first_nor_the_reverse():
    items = list(range(20))
    (found,) = shuffled(pieces(items), 1)
    assert found.value not in (items, items[::-1])
    assert sorted(found.value) == items


def test_only_one_list_can_be_put_into_another_order():
    evidence = pieces([{"a": [1, 2], "b": [3, 4]}, {"a": [5], "b": [6, 7]}], [8, 9])
    assert paths(evidence) == ("t0", "t0/*/a", "t0/*/b", "t1")
    first, second = shuffled(evidence, REVERSED, only="t0/*/b")
    assert first.value == [{"a": [1, 2], "b": [4, 3]}, {"a": [5], "b": [7, 6]}]
    assert second.value == [8, 9]
    assert [each.value for each in shuffled(evidence, REVERSED, only="")] == [second.value, evidence[0].value]


@pytest.mark.parametrize("value", [None, 1, "a", [], [1], {"a": {}}])
def test_without_lists_of_two_there_is_nothing_to_name(value):
    assert paths(pieces(value)) == ()
