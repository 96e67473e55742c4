"""The strict JSON reader: what it refuses, where it says so, and that its two halves agree."""

import gc
import json
import sys
from contextlib import suppress

import pytest

from stella_git.canon import reader
from stella_git.canon.reader import DEPTH, defects, parse_json, pointer, positions
from stella_git.errors import DefectError, InputError

# document, code, JSON Pointer, line, column
BAD = [
    (b"", "json-syntax", "", 1, 1),
    (b" \n ", "json-syntax", "", 2, 2),
    (b"nul", "json-syntax", "", 1, 1),
    (b"truex", "json-syntax", "", 1, 1),
    (b"True", "json-syntax", "", 1, 1),
    (b"'a'", "json-syntax", "", 1, 1),
    (b"-", "json-syntax", "", 1, 1),
    (b"+1", "json-syntax", "", 1, 1),
    (b".5", "json-syntax", "", 1, 1),
    (b"[1.]", "json-syntax", "/0", 1, 3),
    (b"[1e]", "json-syntax", "/0", 1, 3),
    (b"[01]", "json-syntax", "/0", 1, 3),
    (b"[0x1]", "json-syntax", "/0", 1, 3),
    (b"[1 2]", "json-syntax", "/0", 1, 4),
    (b"[1,]", "json-syntax", "/0", 1, 3),
    (b"[,1]", "json-syntax", "/0", 1, 2),
    (b"[1", "json-syntax", "/0", 1, 3),
    (b"[", "json-syntax", "/0", 1, 2),
    (b"[}", "json-syntax", "/0", 1, 2),
    (b"[1}", "json-syntax", "/0", 1, 3),
    (b"{", "json-syntax", "", 1, 2),
    (b"{]", "json-syntax", "", 1, 2),
    (b"{1:2}", "json-syntax", "", 1, 2),
    (b"{a:2}", "json-syntax", "", 1, 2),
    (b'{"a"}', "json-syntax", "/a", 1, 5),
    (b'{"a":}', "json-syntax", "/a", 1, 6),
    (b'{"a":1,}', "json-syntax", "/a", 1, 7),
    (b'{"a":1 "b":2}', "json-syntax", "/a", 1, 8),
    (b'{"a":1,"b"', "json-syntax", "/b", 1, 11),
    (b"[1] // why", "json-trailing-data", "", 1, 5),
    (b"1 2", "json-trailing-data", "", 1, 3),
    (b"{}{}", "json-trailing-data", "", 1, 3),
    (b"]", "json-syntax", "", 1, 1),
    (b'"abc', "json-syntax", "", 1, 1),
    (b'"a\\', "json-syntax", "", 1, 3),
    (b'["a\\x"]', "json-syntax", "/0", 1, 4),
    (b'["a\\u12g4"]', "json-syntax", "/0", 1, 4),
    (b'["a\tb"]', "json-syntax", "/0", 1, 4),
    (b'["a\x00"]', "json-syntax", "/0", 1, 4),
    (b'{"a\n":1}', "json-syntax", "", 1, 4),
    (b"[NaN]", "json-not-finite", "/0", 1, 2),
    (b"Infinity", "json-not-finite", "", 1, 1),
    (b'{"a":-Infinity}', "json-not-finite", "/a", 1, 6),
    (b"[1e400]", "json-not-finite", "/0", 1, 2),
    (b"[-1.5e400]", "json-not-finite", "/0", 1, 2),
    (b"9007199254740992", "json-integer-range", "", 1, 1),
    (b"-9007199254740992", "json-integer-range", "", 1, 1),
    (b"9007199254740992.0", "json-integer-range", "", 1, 1),
    (b"[-1e20]", "json-integer-range", "/0", 1, 2),
    (b"[1" + b"0" * 5000 + b"]", "json-integer-range", "/0", 1, 2),
    (b'{"a":1,\n "a":2}', "json-duplicate-member", "/a", 2, 2),
    (b'{"a":1,"\\u0061":2}', "json-duplicate-member", "/a", 1, 8),
    (b'[{"b":{"":1,"":2}}]', "json-duplicate-member", "/0/b/", 1, 13),
    (b'{"a/b":1,"a/b":2}', "json-duplicate-member", "/a~1b", 1, 10),
    (b'{"~":1,"~":2}', "json-duplicate-member", "/~0", 1, 8),
    (b'"\\ud800"', "json-lone-surrogate", "", 1, 2),
    (b'"\\uDC00\\uD800"', "json-lone-surrogate", "", 1, 2),
    (b'["a\\uD83D\\uD83D\\uDE00"]', "json-lone-surrogate", "/0", 1, 4),
    (b'{"\\udfff":1}', "json-lone-surrogate", "", 1, 3),
    (b"\xef\xbb\xbf{}", "json-encoding", "", 1, 1),
    (b'["\xff"]', "json-encoding", "", 1, 3),
    (b'[\n"\xc3\xa9\xed\xa0\x80"]', "json-encoding", "", 2, 3),
    (b'"\xc0\x80"', "json-encoding", "", 1, 2),
    ("{}".encode("utf-16"), "json-encoding", "", 1, 1),
    ("{}".encode("utf-16-le"), "json-syntax", "", 1, 2),
    (b"[" * 65 + b"]" * 65, "json-too-deep", "/0" * 64, 1, 65),
    (b'{"":' * 64 + b"{}" + b"}" * 64, "json-too-deep", "/" * 64, 1, 4 * 64 + 1),
    (b'["\xc3\xa9\xf0\x9f\x98\x80", NaN]', "json-not-finite", "/1", 1, 8),
    (b'["x",\r\n\r\n  NaN]', "json-not-finite", "/1", 3, 3),
]


@pytest.mark.parametrize(("data", "code", "where", "line", "column"), BAD)
def test_refuses_with_code_and_place(data, code, where, line, column):
    with pytest.raises(InputError) as caught:
        parse_json(data, path="x.json")
    error = caught.value
    found = (error.code, error.where.pointer, error.where.line, error.where.column)
    assert found == (code, where, line, column)
    assert error.where.path == "x.json"
    assert error.remedy
    assert len(error.message) < 300
    first = defects(data)[0]
    assert (first.code, first.pointer, first.line, first.column) == found
    assert (first.message, first.remedy) == (error.message, error.remedy)


GOOD = [
    (b"null", None),
    (b" \t\r\n[ ] \n", []),
    (b"{}", {}),
    (b"[[],{}]", [[], {}]),
    (b"-0", 0),
    (b"9007199254740991", 2**53 - 1),
    (b"-9007199254740991", -(2**53) + 1),
    (b"1e21", 1e21),
    (b"9007199254740991.0", 2.0**53 - 1),
    (b"-1E300", -1e300),
    (b"1E-400", 0.0),
    (b"123456789012345.678", 123456789012345.678),
    (b'"\\ud83d\\ude00"', "\U0001f600"),
    (b'"\\\\ud800"', "\\ud800"),
    (b'"\\\\\\\\ud800\\uD83D\\uDE00"', "\\\\ud800\U0001f600"),
    (b'"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000"', '"\\/\b\f\n\r\t\0'),
    ('"\x7f\u2028\ufffe"'.encode(), "\x7f\u2028\ufffe"),
    (b'{"a":{"a":[{"a":1}]},"b":[{"a":1},{"a":1}]}', {"a": {"a": [{"a": 1}]}, "b": [{"a": 1}, {"a": 1}]}),
    (b"[" * DEPTH + b"]" * DEPTH, None),
    (b'["' + b"[" * 1000 + b'\\"' + b"{" * 1000 + b'"]', None),
    (b'["\\\\",[],"\\\\\\\\","[[[[\\\\\\"[[",[]]', None),
]


@pytest.mark.parametrize(("data", "value"), GOOD)
def test_accepts(data, value):
    assert defects(data) == ()
    found = parse_json(data)
    if value is not None:
        assert found == value
        assert type(found) is type(value)


def test_every_defect_is_listed_in_order():
    data = b'{"a":NaN,"a":[1e400,"\\ud800",9007199254740993],"b":tru}'
    assert [(item.code, item.pointer, item.column) for item in defects(data)] == [
        ("json-not-finite", "/a", 6),
        ("json-duplicate-member", "/a", 10),
        ("json-not-finite", "/a/0", 15),
        ("json-lone-surrogate", "/a/1", 22),
        ("json-integer-range", "/a/2", 30),
        ("json-syntax", "/b", 52),
    ]


def test_the_list_of_defects_is_bounded():
    assert len(defects(b"[" + b"NaN," * 500 + b"1]")) == 100
    assert len(defects(b'"' + b"\\ud800" * 500 + b'"')) == 100


def test_defects_are_sorted_by_place():
    found = defects(b'{"\\ud800":1,"\\ud800":2}')
    assert [(item.code, item.column) for item in found] == [
        ("json-lone-surrogate", 3),
        ("json-duplicate-member", 13),
        ("json-lone-surrogate", 14),
    ]


def test_limit_is_in_bytes_and_inclusive():
    data = '"é"'.encode()
    assert parse_json(data, limit=4) == "é"
    with pytest.raises(InputError) as caught:
        parse_json(data, limit=3)
    assert caught.value.code == "json-too-large"
    assert [item.code for item in defects(data, limit=3)] == ["json-too-large"]


@pytest.mark.parametrize("depth", [0, 1, 2, 5])
def test_depth_is_inclusive(depth):
    data = b"[" * depth + b"1" + b"]" * depth
    parse_json(data, depth=depth)
    with pytest.raises(InputError) as caught:
        parse_json(b"[" + data + b"]", depth=depth)
    assert caught.value.code == "json-too-deep"


@pytest.mark.parametrize("unit", [b"[", b'{"a":', b'[{"":'])
def test_hostile_nesting_is_refused_and_never_recurses(unit):
    for data in (unit * 200_000, unit * 500 + b"1"):
        with pytest.raises(InputError) as caught:
            parse_json(data)
        assert caught.value.code == "json-too-deep"


def test_a_caller_near_the_recursion_limit_gets_the_value_or_our_error():
    data = b"[" * 60 + b"]" * 60

    def down(levels):
        return down(levels - 1) if levels else parse_json(data)

    frame, used = sys._getframe(), 0
    while frame:
        frame, used = frame.f_back, used + 1
    outcomes = set()
    for spare in range(30, 90, 4):
        try:
            outcomes.add(json.dumps(down(sys.getrecursionlimit() - used - spare)).encode() == data)
        except DefectError as error:
            outcomes.add(error.code)
    # From Python 3.12 on, the C scanner does not count against the limit of Python frames.
    assert outcomes <= {True, "json-readers-disagree"}
    assert True in outcomes


def test_disagreeing_readers_are_our_defect(monkeypatch):
    monkeypatch.setattr(reader, "defects", lambda data, **_: ())
    with pytest.raises(DefectError) as caught:
        parse_json(b"[")
    assert caught.value.code == "json-readers-disagree"


def test_long_tokens_are_shown_short():
    for data in (b'{"' + b"a" * 999 + b'":1,"' + b"a" * 999 + b'":1}', b"x" * 999, b"[" + b"9" * 999 + b"]"):
        assert len(defects(data)[0].message) < 120


def test_pointer():
    assert pointer(()) == ""
    assert pointer(["a", 0, "", "a/b", "m~n", "~1"]) == "/a/0//a~1b/m~0n/~01"


DOCUMENT = """\
{"a": [1,
  {"b": "x"}, "é", []],
 "a/b": {"~": null}, "": 3,
"z": {}}
""".encode()

PLACES = {
    "": (1, 1),
    "/a": (1, 7),
    "/a/0": (1, 8),
    "/a/1": (2, 3),
    "/a/1/b": (2, 9),
    "/a/2": (2, 15),
    "/a/3": (2, 20),
    "/a~1b": (3, 9),
    "/a~1b/~0": (3, 15),
    "/": (3, 26),
    "/z": (4, 6),
    # what is not there gets the place of its nearest parent
    "/a/3/0": (2, 20),
    "/a/9/b/c": (1, 7),
    "/a/00": (1, 7),
    "/nothing": (1, 1),
    "no pointer": (1, 1),
}


def test_positions_of_everything_at_once():
    assert positions(DOCUMENT, PLACES) == PLACES


@pytest.mark.parametrize("name", PLACES)
def test_positions_one_by_one(name):
    assert positions(DOCUMENT, [name]) == {name: PLACES[name]}


def test_positions_of_documents_with_defects():
    assert positions(b"", ["", "/a"]) == {"": (1, 1), "/a": (1, 1)}
    assert positions(b'{"a":1,\n"b":2 "c":3}', ["/b", "/c"]) == {"/b": (2, 5), "/c": (1, 1)}
    assert positions(b'{"a":1,"a":2}', ["/a"]) == {"/a": (1, 6)}
    assert positions(b'["\xff", 1]', ["/1"]) == {"/1": (1, 7)}
    assert positions(b"\xef\xbb\xbf[1]", ["/0"]) == {"/0": (1, 2)}
    assert positions(b"[1]", []) == {}


@pytest.mark.parametrize("looking", [True, False])
@pytest.mark.parametrize("data", [b"[{}]", b"[", b'{"a": 1, "a": 2}'])
def test_the_collector_is_left_as_it_was(looking, data):
    before = gc.isenabled()
    try:
        (gc.enable if looking else gc.disable)()
        with suppress(InputError):
            parse_json(data)
        assert gc.isenabled() == looking
    finally:
        (gc.enable if before else gc.disable)()
