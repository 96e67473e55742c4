"""What is refused before an expression runs, types that are deduced, and what is seen while it runs."""

import pytest

from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel.functions import Overload
from stella_git.policy.cel.meter import EvalError, FuelError
from stella_git.policy.cel.types import (
    BOOL,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    an_object,
    list_of,
    map_of,
    optional_of,
)

COMPONENT = an_object({"name": STRING, "version": STRING, "size": INT})
NAMES = {
    "sbom": an_object({"components": list_of(COMPONENT), "meta": an_object({"a": INT}, closed=False)}),
    "counts": map_of(STRING, INT),
    "maybe": optional_of(an_object({"name": STRING})),
    "anything": None,
    "text": STRING,
    "number": INT,
    "now": TIMESTAMP,
    "loose": Type(name="map"),
    "bare": Type(name="list"),
    "a.b": INT,
}

TYPES = {
    "1 + 1": "int",
    "1 + number * 2": "int",
    "anything + 1": "dyn",
    "1 + anything": "dyn",
    "anything + anything": "dyn",
    "text + 'x'": "string",
    "[1] + [2]": "list(int)",
    "[1] + ['a']": "list(dyn)",
    "bare + bare": "list(dyn)",
    "now - now": "duration",
    "now - duration('1s')": "timestamp",
    "duration('1s') + now": "timestamp",
    "-number": "int",
    "!(number > 1)": "bool",
    "number == 1.0": "bool",
    "text == null": "bool",
    "1 in [1]": "bool",
    "number == 1 ? 1 : 2": "int",
    "number == 1 ? 1 : 'a'": "dyn",
    "[]": "list(dyn)",
    "[1, 'a']": "list(dyn)",
    "{'a': 1}": "map(string, int)",
    "{}": "map(dyn, dyn)",
    "[?anything]": "list(dyn)",
    "[?optional.of(1)]": "list(dyn)",
    "sbom.components": "list(map(string, dyn))",
    "sbom.components[0].name": "string",
    "sbom['components'][0]['name']": "string",
    "sbom['nothing']": "dyn",
    "sbom.components.map(c, c.size)": "list(int)",
    "sbom.components.filter(c, c.size > 1)[0].name": "string",
    "sbom.components.exists(c, has(c.version))": "bool",
    "sbom.components.transformMap(i, c, c.name)": "map(dyn, string)",
    "sbom.components.transformList(i, c, i + 1)": "list(int)",
    "sbom.components.transformMapEntry(i, c, {c.name: i})": "map(dyn, dyn)",
    "sbom.transformList(k, v, k)": "list(dyn)",
    "counts.map(k, k)": "list(string)",
    "counts.transformMap(k, v, v > 1, v)": "map(string, int)",
    "counts.all(k, v, v > 0)": "bool",
    "anything.all(k, v, v > 0)": "bool",
    "loose.a": "dyn",
    "loose['a']": "dyn",
    "bare[0]": "dyn",
    "anything[0]": "dyn",
    "anything.?a": "optional(dyn)",
    "sbom.meta.b": "dyn",
    "sbom.?components": "optional(list(map(string, dyn)))",
    "maybe.name": "optional(string)",
    "maybe['name']": "optional(string)",
    "counts[?'a']": "optional(int)",
    "maybe.optMap(m, m.name)": "optional(string)",
    "maybe.optFlatMap(m, m.?name)": "optional(string)",
    "anything.optMap(m, 1)": "optional(int)",
    "cel.bind(x, number, x + 1)": "int",
    "text.size()": "int",
    "type(text)": "type",
    "int": "type",
    "google.protobuf.Duration": "type",
    "null": "null",
    "a.b": "int",
    "size(anything)": "int",
}


@pytest.mark.parametrize("source", TYPES)
def test_types_are_deduced(source):
    assert str(cel.compile(source, names=NAMES).type) == TYPES[source]


NEAR_NOTHING = "there are: a, anything, bare, counts, loose, maybe, now, number, sbom, text"
REFUSED = {
    "sbon": ("cel-unknown", "there is no name sbon", "write sbom"),
    "zzz": ("cel-unknown", "there is no name zzz", NEAR_NOTHING),
    "a.c": ("cel-unknown", "there is no name a", "write a"),
    "sbom.componentz": ("cel-unknown", "there is no member componentz", "write components"),
    "sbom.components.all(c, has(c.versoin))": ("cel-unknown", "there is no member versoin", "write version"),
    "text.startWith('a')": ("cel-unknown", "there is no function startWith", "write startsWith"),
    "sise(text)": ("cel-unknown", "there is no function sise", "write size"),
    "maybe.nam": ("cel-unknown", "there is no member nam", "write name"),
    "text.size(1, 2)": ("cel-type", "size does not take 2 arguments", None),
    "size(number)": ("cel-type", "size is not for int", None),
    "text.contains(number)": ("cel-type", "contains is not for string, int", None),
    "text.name": ("cel-type", "a string has no members, so no name", None),
    "number[0]": ("cel-type", "an int has no elements", None),
    "[1]['a']": ("cel-type", "a string is no index of a list", None),
    "counts[b'a']": ("cel-type", "a bytes is no index of a map", None),
    "text + 1": ("cel-type", "+ is not for string and int", None),
    "anything + null": ("cel-type", "+ is not for dyn and null", None),
    "text == 1": ("cel-type", "== is not for string and int (they are never equal)", None),
    "text != 1": ("cel-type", "!= is not for string and int (they are never equal)", None),
    "text < number": ("cel-type", "< is not for string and int", None),
    "null < null": ("cel-type", "< is not for null and null", None),
    "1 in number": ("cel-type", "in is not for int and int", None),
    "-text": ("cel-type", "- is not for string", None),
    "!text": ("cel-type", "! is not for string", None),
    "text && true": ("cel-type", "a condition is a bool, not a string", None),
    "text ? 1 : 2": ("cel-type", "a condition is a bool, not a string", None),
    "[1].all(x, x)": ("cel-type", "a condition is a bool, not an int", None),
    "[1].map(x, x, x)": ("cel-type", "a condition is a bool, not an int", None),
    "number.all(x, true)": ("cel-type", "an int cannot be gone through", None),
    "{[1]: 1}": ("cel-type", "a list(int) is no key of a map", None),
    "[?1]": ("cel-type", "after a question mark stands an optional, not an int", None),
    "number.optMap(x, x)": ("cel-type", "an int is no optional", None),
    "maybe.optFlatMap(x, 1)": ("cel-type", "optFlatMap makes an optional, not an int", None),
    "dyn": ("cel-unknown", "there is no name dyn", NEAR_NOTHING),
}


@pytest.mark.parametrize("source", REFUSED)
def test_what_can_only_fail_is_refused(source):
    with pytest.raises(ConfigError) as caught:
        cel.compile(source, names=NAMES)
    assert (caught.value.code, caught.value.message, caught.value.remedy) == REFUSED[source]
    assert caught.value.exit_code == 2


def test_the_place_of_a_member_is_where_it_stands():
    with pytest.raises(ConfigError) as caught:
        cel.compile("has(sbom.componentz) ||\n  true", names=NAMES)
    assert str(caught.value.where) == ":1:10"


def test_without_names_everything_may_be_bound():
    assert cel.compile("a.b.c + int(x)").type == DYN
    assert cel.compile("[a, int]").type == list_of(DYN)


def test_results_that_differ_are_unknown():
    table = {
        "f": (
            Overload(arguments=(INT,), result=INT, function=lambda value, meter: value),
            Overload(arguments=(STRING,), result=BOOL, function=lambda value, meter: True),
        )
    }
    options = cel.Options(functions=table)
    assert cel.compile("f(x)", options=options).type == DYN
    assert cel.compile("f('a')", options=options).type == BOOL


def test_containers_are_looked_through():
    options = cel.Options(container="a")
    assert cel.compile("b + 1", names=NAMES, options=options).type == INT
    table = {"a.f": (Overload(arguments=(), result=INT, function=lambda meter: 1),)}
    options = cel.Options(container="a", functions=table)
    assert cel.compile("f()", options=options).evaluate({}) == 1
    assert cel.compile("a.f()", options=options).evaluate({}) == 1


def parts(step):
    yield step
    for part in step.parts:
        yield from parts(part)


def test_a_trace_shows_every_part():
    program = cel.compile("sbom.components.all(c, c.size > 1) ||\n  !true")
    trace = program.trace({"sbom": {"components": [{"size": 2}, {"size": 1}, {"size": 0}]}})
    assert (trace.value, trace.error) == (False, None)
    seen = {step.text: step for step in parts(trace.steps())}
    assert (seen["c.size > 1"].times, seen["c.size > 1"].first, seen["c.size > 1"].last) == (2, True, False)
    assert (seen["c.size"].first, seen["c.size"].last) == (2, 1)
    assert (seen["!true"].line, seen["!true"].column, seen["!true"].times) == (2, 3, 1)
    assert trace.steps().text == program.source


def test_a_trace_keeps_errors_and_what_never_ran():
    trace = cel.compile("(x.a == 1 || x.b == 1) && true").trace({"x": {"a": 1}})
    seen = {step.text: step for step in parts(trace.steps())}
    assert trace.value is True
    assert seen["x.b"].times == 0
    trace = cel.compile("x.b == 1 || x.a == 1").trace({"x": {"a": 1}})
    seen = {step.text: step for step in parts(trace.steps())}
    assert trace.value is True
    assert isinstance(seen["x.b"].last, EvalError)
    trace = cel.compile("x.b").trace({"x": {}})
    assert (trace.value, str(trace.error)) == (None, ":1:1: there is no member 'b'")
    assert isinstance(cel.compile("x.all(y, true)").trace({"x": [1, 2]}, fuel=1).error, FuelError)


EVERY_KIND = """
cel.bind(t, [1, 2, ?optional.none()],
  {'a': t.map(x, x > 1, x), ?'b': optional.of(1).optMap(y, y)}.a[0] == 2
  && t.all(x, i, has(n.m)) && (n[?'m'].hasValue() ? size(t) == 2 : false)
  && n.?m.orValue(1) == 3 && !(-1 in t))
"""


def test_watching_changes_nothing():
    program = cel.compile(EVERY_KIND)
    trace = program.trace({"n": {"m": 3}})
    assert trace.value is program.evaluate({"n": {"m": 3}}) is True
    assert [step.text for step in parts(trace.steps()) if not step.times] == []
    for fuel in range(40):
        plain = (
            program.evaluate({"n": {"m": 3}})
            if program.trace({"n": {"m": 3}}, fuel=fuel).error is None
            else None
        )
        try:
            again = program.evaluate({"n": {"m": 3}}, fuel=fuel)
        except FuelError:
            again = None
        assert again == plain


def test_coverage_says_what_never_came_out():
    program = cel.compile("a > 1 && (b == 'x' || b == 'y')")
    coverage = cel.Coverage()
    coverage.add(program.trace({"a": 2, "b": "x"}))
    assert [(gap.text, gap.never) for gap in coverage.gaps()] == [
        ("a > 1 && (b == 'x' || b == 'y')", False),
        ("a > 1", False),
        ("(b == 'x' || b == 'y')", False),
        ("b == 'x'", False),
    ]
    coverage.add(program.trace({"a": 1, "b": "x"}))
    coverage.add(program.trace({"a": 2, "b": "y"}))
    coverage.add(program.trace({"a": 2, "b": "z"}))
    assert coverage.gaps() == ()
    assert cel.Coverage().gaps() == ()
