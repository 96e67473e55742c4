"""Laws of the canonical writer; rfc8785 is the oracle."""

import json
import math
import random
import struct

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from canon_strategies import ALL_FLOATS, KEYS, VALUES
from stella_git.canon import jcs
from stella_git.canon.digest import of_json
from stella_git.canon.reader import parse_json


@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_equals_the_oracle(value):
    assert jcs.dumps(value) == rfc8785.dumps(value)


@settings(deadline=None)
@given(VALUES)
def test_reading_and_writing_again_changes_nothing(value):
    data = jcs.dumps(value)
    assert jcs.dumps(parse_json(data)) == data
    assert jcs.dumps(json.loads(data)) == data


def shuffled(value, source):
    if isinstance(value, dict):
        members = [(key, shuffled(member, source)) for key, member in value.items()]
        source.shuffle(members)
        return dict(members)
    return [shuffled(member, source) for member in value] if isinstance(value, list) else value


@settings(deadline=None)
@given(VALUES, st.integers(0, 2**32))
def test_the_order_of_members_does_not_matter(value, seed):
    assert of_json(shuffled(value, random.Random(seed))) == of_json(value)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(KEYS, st.integers(0, 9) | st.sampled_from(["\U0001f600", "\ufb01"]), max_size=8))
def test_keys_sort_by_utf16(value):
    assert jcs.dumps(value) == rfc8785.dumps(value)
    assert list(json.loads(jcs.dumps(value))) == sorted(value, key=jcs.sort_key)


BITS = st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0])


@settings(deadline=None, max_examples=500)
@given(ALL_FLOATS | BITS.filter(math.isfinite))
def test_numbers_keep_their_value_and_equal_the_oracle(value):
    text = jcs.format_number(value)
    assert float(text) == value
    assert jcs.dumps([value]) == rfc8785.dumps([value]) == f"[{text}]".encode()


@settings(deadline=None)
@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_an_integer_and_its_double_are_written_alike(value):
    assert jcs.dumps(value) == jcs.dumps(float(value))
