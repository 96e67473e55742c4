"""The canonical writer: the quick way and the long way write the same, and refuse the same."""

import enum
import math
import sys
from collections import OrderedDict

import pytest
import rfc8785

from stella_git.canon import jcs
from stella_git.errors import InputError


class Colour(enum.IntEnum):
    RED = 3


class Word(enum.StrEnum):
    ONE = "one"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (-(2**53) + 1, "-9007199254740991"),
        ("", '""'),
        ('"\\/\b\f\n\r\t\x00\x1f\x7f\u2028', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\u2028"'),
        ([], "[]"),
        ({}, "{}"),
        ((1, (2,)), "[1,[2]]"),
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        (1.0, "1"),
        (-0.0, "0"),
        ([1.0, True, False, None, 2, "x", {}, []], '[1,true,false,null,2,"x",{},[]]'),
        ([0.5, 1e-4, 1e-5, 1e-6, 1e-7, -1e-7], "[0.5,0.0001,0.00001,0.000001,1e-7,-1e-7]"),
        (
            [1e15, 1e16, 1e20, 1e21, 1.5e300],
            "[1000000000000000,10000000000000000,100000000000000000000,1e+21,1.5e+300]",
        ),
        ([123456789.125, 7.0, {"x": 9.8}], '[123456789.125,7,{"x":9.8}]'),
        ({"\U0001f600": 1, "\ufb01": 2, "é": 3}, '{"é":3,"\U0001f600":1,"\ufb01":2}'),
        ({"\U0001f600": 1, "z": 2}, '{"z":2,"\U0001f600":1}'),
        ([{"\U0001f600": 1, "\ue000": {"b": 1, "a": 2}}], '[{"\U0001f600":1,"\ue000":{"a":2,"b":1}}]'),
        ({"\ue000": ["\U0001f600"]}, '{"\ue000":["\U0001f600"]}'),
        ({"e": Colour.RED, "w": Word.ONE, Word.ONE: 1}, '{"e":3,"one":1,"w":"one"}'),
        (OrderedDict(b=1, a=2), '{"a":2,"b":1}'),
    ],
)
def test_writes(value, text):
    assert jcs.dumps(value).decode() == text
    assert rfc8785.dumps(value).decode() == text


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (math.nan, ""),
        ([math.inf], "/0"),
        ({"a": [1.5, -math.inf]}, "/a/1"),
        (2**53, ""),
        ({"a": {"b/c": -(2**53)}}, "/a/b~1c"),
        ([[0], 10**400], "/1"),
        ({"a": ["\ud800"]}, "/a/0"),
        ({"\udfff": 1}, ""),
        ([{"a": 1, 2: 3}], "/0"),
        ([{2: 3}], "/0"),
        ([{None: 3}], "/0"),
        ([{True: 3}], "/0"),
        ([{1.5: 3}], "/0"),
        ({"a": b"bytes"}, "/a"),
        ({"a": {1, 2}}, "/a"),
        ([object()], "/0"),
    ],
)
def test_refuses_with_pointer(value, where):
    with pytest.raises(InputError) as caught:
        jcs.dumps(value)
    assert (caught.value.code, caught.value.where.pointer) == ("jcs-unserialisable", where)
    assert caught.value.remedy


def nested(levels, leaf, wrap):
    for _ in range(levels):
        leaf = wrap(leaf)
    return leaf


@pytest.mark.parametrize("wrap", [lambda leaf: [leaf], lambda leaf: {"": leaf}], ids=["array", "object"])
@pytest.mark.parametrize("leaf", [1, 1.0, "\U0001f600\ufb01"])
def test_depth_is_bounded_on_both_ways(wrap, leaf):
    assert jcs.dumps(nested(256, leaf, wrap))
    for levels in (257, 5_000):
        with pytest.raises(InputError) as caught:
            jcs.dumps(nested(levels, leaf, wrap))
        assert caught.value.code == "jcs-too-deep"


def test_what_contains_itself_is_too_deep():
    once: list = []
    once.append(once)
    twice: dict = {}
    twice["a"] = [twice, twice]
    twice["b"] = twice
    for value in (once, twice):
        with pytest.raises(InputError) as caught:
            jcs.dumps(value)
        assert caught.value.code == "jcs-too-deep"


def test_a_caller_near_the_recursion_limit_gets_bytes():
    value = {"a": nested(200, 0.5, lambda leaf: [leaf]), "b": 1.0}
    expected = jcs.dumps(value)

    def down(levels):
        return down(levels - 1) if levels else jcs.dumps(value)

    frame, used = sys._getframe(), 0
    while frame:
        frame, used = frame.f_back, used + 1
    room = sys.getrecursionlimit() - used
    for levels in (*range(room - 230, room - 190), room - 40):
        assert down(levels) == expected


def test_parts_shared_between_branches_are_written_each_time():
    part = {"z": 1.0, "a": [1]}
    assert jcs.dumps([part, {"p": part}]) == b'[{"a":[1],"z":1},{"p":{"a":[1],"z":1}}]'


def test_sort_key_is_utf16():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "ö", ""]
    assert sorted(names, key=jcs.sort_key) == ["", "\r", "1", "\x80", "ö", "\u20ac", "\U0001f600", "\ufb33"]
    with pytest.raises(InputError) as caught:
        jcs.sort_key("a\ud800")
    assert caught.value.code == "jcs-unserialisable"


def test_format_number_refuses_what_json_has_not():
    assert jcs.format_number(1e23) == "1e+23"
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(InputError) as caught:
            jcs.format_number(value)
        assert caught.value.code == "jcs-unserialisable"


def test_a_part_that_reaches_the_recursion_limit_goes_the_long_way(monkeypatch):
    """How near the limit is differs between releases of Python; what happens there must not."""
    value = {"b": 1.0, "a": {"k": [True, None, "v"]}}  # 1.0 sends the whole the long way
    expected = rfc8785.dumps(value)
    encode, asked = jcs._encode, []

    def encode_only_the_whole(part):
        asked.append(part)
        if len(asked) > 1:
            raise RecursionError
        return encode(part)

    monkeypatch.setattr(jcs, "_encode", encode_only_the_whole)
    assert jcs.dumps(value) == expected
    assert len(asked) > 1
