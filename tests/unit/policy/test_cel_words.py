"""Texts that are compared with what the schema says they never are."""

import json

import pytest

from stella_git.policy import cel
from stella_git.policy.cel.types import STRING, Type, an_object, list_of

LEVEL = Type(name="string", words=("high", "low"))
SCHEMA = {
    "type": "object",
    "properties": {
        "level": {"type": "string", "enum": ["high", "low"]},
        "kind": {"const": "app"},
        "loose": {"type": "string", "enum": ["a", 1]},
        "free": {"type": "string"},
        "either": {"anyOf": [{"enum": ["high"]}, {"type": "string", "enum": ["top"]}]},
        "any": {"anyOf": [{"enum": ["high"]}, {"type": "string"}]},
        "both": {"type": "string", "allOf": [{"enum": ["high"]}]},
        "tags": {"type": "array", "items": {"enum": ["x", "y"]}},
    },
    "additionalProperties": False,
}
NAMES = {
    "f": cel.type_of_schema(SCHEMA),
    "level": LEVEL,
    "other": Type(name="string", words=("top",)),
    "plain": STRING,
    "bare": Type(name="list"),
    "grades": list_of(LEVEL),
    "o": an_object({"level": LEVEL}),
}

WRONG = {
    "f.level == 'hihg'": ["1:12 it is never 'hihg', but one of: high, low"],
    "'hihg' != f.level": ["1:1 it is never 'hihg', but one of: high, low"],
    "f.kind == 'App'": ["1:11 it is never 'App', but one of: app"],
    "f.both == 'low'": ["1:11 it is never 'low', but one of: high"],
    "f.either == 'low'": ["1:13 it is never 'low', but one of: high, top"],
    "f.level in ['high', 'lwo', 'x']": [
        "1:21 it is never 'lwo', but one of: high, low",
        "1:28 it is never 'x', but one of: high, low",
    ],
    "'z' in f.tags": ["1:1 it is never 'z', but one of: x, y"],
    "f.tags.exists(t, t == 'z')": ["1:23 it is never 'z', but one of: x, y"],
    "'hgih' in [level]": ["1:1 it is never 'hgih', but one of: high, low"],
    "(plain == '' ? level : other) == 'x'": ["1:34 it is never 'x', but one of: high, low, top"],
    "o.level == 'x'": ["1:12 it is never 'x', but one of: high, low"],
}
RIGHT = (
    "f.level == 'high'",
    "f.level in ['high', 'low']",
    "f.level == plain",
    "f.level in bare",
    "'x' in bare",
    "'x' in {'x': 1}",
    "f.level in {'x': 1}",
    "f.level < 'x'",
    "f.level + 'x' == 'highx'",
    "f.free == 'x'",
    "f.loose == 'x'",
    "f.any == 'x'",
    "f.level == null",
    "(plain == '' ? level : plain) == 'x'",
    "(plain == '' ? level : 'x') == 'x'",
    "f.level == f.kind",
    "[level, plain].exists(x, x == 'z')",
)


@pytest.mark.parametrize("source", WRONG)
def test_a_text_that_never_comes_is_a_fault(source):
    found = cel.problems(source, names=NAMES)
    assert [f"{each.where.line}:{each.where.column} {each.message}" for each in found] == WRONG[source]
    assert {each.code for each in found} == {"cel-value"}


@pytest.mark.parametrize("source", RIGHT)
def test_a_text_that_may_come_is_none(source):
    assert cel.problems(source, names=NAMES) == ()


def test_the_nearest_text_is_named_and_otherwise_they_are_listed():
    (near,) = cel.problems("level == 'hihg'", names=NAMES)
    (far,) = cel.problems("level == '?'", names=NAMES)
    assert (near.remedy, far.remedy) == ("write 'high'", "write one of these")


def test_a_long_list_is_cut():
    many = Type(name="string", words=tuple(f"w{number:02}" for number in range(21)))
    (error,) = cel.problems("x == '?'", names={"x": many})
    assert error.message.endswith("w18, w19, ...")


def test_lists_of_different_words_are_not_taken_for_one_another():
    either = {"anyOf": [{"type": "object", "additionalProperties": {"enum": [word]}} for word in ("a", "b")]}
    again = {"anyOf": [{"type": "object", "properties": {"m": {"enum": ["c"]}}}, *either["anyOf"]]}
    of = cel.type_of_schema(json.loads(json.dumps(again)))
    assert cel.problems("x.m == 'b'", names={"x": of}) == ()
    assert cel.problems("x.m == 'c'", names={"x": of}) == ()


def test_a_program_knows_what_could_stand_in_place_of_a_listed_text():
    names = {"level": LEVEL, "free": None}
    program = cel.compile('level == "high" && free == "x" && level in ["low"]', names=names)
    assert program.listed == {9: ("high", "low"), 44: ("high", "low")}
    assert cel.compile("level == free", names=names).listed == {}
    assert cel.compile('level == "high"', options=cel.Options(check=False)).listed == {}
