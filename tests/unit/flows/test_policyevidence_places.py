"""Places of values: the quick way over sound documents and the long way say the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth_cases import grows_in_proportion
from stella_git.flows.policyevidence.places import Places

TEXTS = st.sampled_from(["", 'a"b', "\\", "x:y", "[,]", "\n\u00e9\U0001f600", ": ,", "{", "~/"]) | st.text(
    max_size=3
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([1.5, -1e300]) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def pointers(value, pointer=""):
    yield pointer
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in pairs:
        yield from pointers(item, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")


def told(places, value):
    return [(each, str(places.where(each))) for each in pointers(value)]


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans(), st.sampled_from(["", " ", "\r\n\t"]))
def test_both_ways_say_the_same(value, indent, escaped, around):
    try:
        text = around + json.dumps(value, indent=indent, ensure_ascii=escaped) + around
        data = text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair is no strict JSON
        return
    quick, long = Places("a.json", data, value), Places("a.json", data, value)
    assert long._stride(text)
    long._offsets, long._sizes = type(long._offsets)("Q"), type(long._sizes)("Q")
    long._walk(text)
    assert quick.where("").line is not None
    assert (quick._offsets, quick._sizes) == (long._offsets, long._sizes)
    found = dict(told(quick, value))
    assert len(found) == len(quick._offsets)


@pytest.mark.parametrize(
    "text",
    ["", " ", "]", "[1", "[1]]", "[1] [2]", '{"a": "b}', '"a" "b"', "[1] x", '[1, "'],
)
def test_what_is_not_sound_goes_the_long_way(text):
    places = Places("a.json", text.encode(), None)
    assert not places._stride(text)
    assert list(places._offsets) == []


def test_a_broken_document_has_places_up_to_its_defect():
    places = Places("a.json", b'{"a": [1,\n 2', {"a": [1, 2]})
    assert (places.where("/a/1").line, places.where("/a/1").column) == (2, 2)


def test_places_grow_with_documents():
    def make(size):
        value = [{"name": f"n{number}", "tags": ["a", "b"]} for number in range(size)]
        return json.dumps(value).encode(), value

    def ask(made):
        data, value = made
        places = Places("a.json", data, value)
        return [places.where(f"/{number}/tags/1").column for number in range(0, len(value), 7)]

    grows_in_proportion(ask, make, 1_000)
