"""Laws of the JSON reader: the fast half and the reference are one language, and nothing else escapes."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canon_strategies import TOKEN_SOUP, VALUES, mutated
from stella_git.canon import jcs
from stella_git.canon.reader import defects, parse_json, pointer, positions
from stella_git.errors import InputError

DOCUMENTS = VALUES.map(lambda value: json.dumps(value).encode()) | VALUES.map(
    lambda value: json.dumps(value, ensure_ascii=False, indent=1).encode()
)


def same(left, right):
    """Return whether two values are equal, and of the same types (1 is not 1.0 nor True)."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right and (
        not isinstance(left, float) or math.copysign(1, left) == math.copysign(1, right)
    )


def check_agreement(data: bytes, depth: int = 64) -> None:
    found = defects(data, depth=depth)
    assert list(found) == sorted(found, key=lambda item: (item.line, item.column))
    if found:
        with pytest.raises(InputError) as caught:
            parse_json(data, depth=depth)
        assert (caught.value.code, caught.value.where.line) == (found[0].code, found[0].line)
        return
    value = parse_json(data, depth=depth)
    assert same(value, json.loads(data))
    assert parse_json(jcs.dumps(value)) == value


@settings(deadline=None, max_examples=300)
@given(TOKEN_SOUP)
def test_both_readers_accept_the_same_token_soup(data):
    check_agreement(data)
    check_agreement(b"[" + data + b"]")
    check_agreement(b'{"a":' + data + b"}")


@settings(deadline=None, max_examples=300)
@given(mutated(DOCUMENTS))
def test_both_readers_accept_the_same_mutated_documents(data):
    check_agreement(data)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_both_readers_accept_the_same_bytes(data):
    check_agreement(data)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(['"', "\\", "\\\\", '\\"', "[", "]", "{", "}", ",", "1", ":"]), max_size=24),
    st.integers(0, 3),
)
def test_depth_is_measured_alike(tokens, depth):
    check_agreement("".join(tokens).encode(), depth)
    check_agreement('["{}"]'.format("".join(tokens)).encode(), depth)


@settings(deadline=None)
@given(VALUES)
def test_what_the_standard_library_writes_is_read(value):
    for ascii_only in (True, False):
        assert same(parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()), value)


def places_of(value, tokens=()):
    yield tokens, value
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for token, member in members:
            yield from places_of(member, (*tokens, token))


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 1]))
def test_positions_point_at_the_values(value, indent):
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    expected = {pointer(tokens): member for tokens, member in places_of(value)}
    lines = text.split("\n")
    found = positions(text.encode(), expected)
    assert found.keys() == expected.keys()
    for name, (line, column) in found.items():
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert same(json.JSONDecoder().raw_decode(rest)[0], expected[name])


GOOD = b'{"a": [1, {"b": "c"}], "d": [true, null, 1.5e3], "e": {"f": []}, "i": [[["j"]]], "k": 12345}'


@pytest.mark.parametrize("position", range(len(GOOD) + 1))
def test_a_defect_is_found_where_it_was_put(position):
    first = defects(GOOD[:position] + b"\x01" + GOOD[position:])[0]
    # a word or number that it cuts in two is found at its beginning
    assert (first.line, position - 4 <= first.column - 1 <= position) == (1, True)
