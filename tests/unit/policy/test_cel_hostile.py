"""Expressions and inputs that somebody made to hurt: bounded in work and memory, and errors of ours alone."""

import random
import tracemalloc

import pytest

from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel import types
from stella_git.policy.cel.meter import EvalError, FuelError, Meter
from stella_git.policy.cel.nodes import DEPTH
from stella_git.policy.cel.registry import FUNCTIONS
from stella_git.policy.cel.values import INT_MAX, INT_MIN, Duration, Optional, Timestamp, TypeValue, UInt

LOOSE = cel.Options(check=False)
SIZE = 40_000
LONG_TEXT = "a" * SIZE

PAID = {
    "text in a list": ("s in x", {"s": LONG_TEXT, "x": [LONG_TEXT[1:] + "b"] * 100}, 3_000),
    "text in a map": ("s in m", {"s": LONG_TEXT, "m": {LONG_TEXT + "": 1}}, 30),
    "an index that is a text": ("m[s] == 1", {"s": LONG_TEXT, "m": {LONG_TEXT + "": 1}}, 30),
    "an optional index that is a text": ("m[?s].hasValue()", {"s": LONG_TEXT, "m": {LONG_TEXT: 1}}, 30),
    "bytes that are equal": ("a == b", {"a": bytes(SIZE), "b": bytes(SIZE)}, 30),
    "texts that are sorted": ("x.map(i, s).sort().size()", {"s": LONG_TEXT, "x": [1] * 100}, 20_000),
    "bytes that are sorted": ("x.map(i, b).sort().size()", {"b": bytes(SIZE), "x": [1] * 100}, 20_000),
    "texts in a set": ("sets.contains(x, x)", {"x": [LONG_TEXT] * 10}, 700),
    "bytes that are distinct": ("x.distinct()", {"x": [bytes(SIZE)] * 10}, 400),
    "globs for nothing": ("glob.match('', x)", {"x": [LONG_TEXT] * 10}, 20_000),
    "one of many globs": ("glob.match(s, '')", {"s": LONG_TEXT}, 2_000),
    "a vector": ("cvss.isValid(s)", {"s": LONG_TEXT}, 2_000),
    "keys put in order": ("m.exists(k, true)", {"m": {str(n): n for n in range(5_000)}}, 5_000),
    "pairs of a list": ("x.exists(i, v, true)", {"x": list(range(5_000))}, 5_000),
}


@pytest.mark.parametrize("name", PAID)
def test_what_takes_time_takes_fuel(name):
    source, bindings, least = PAID[name]
    meter = Meter(10_000_000)
    cel.compile(source).evaluate(bindings, meter=meter)
    assert 10_000_000 - meter.left >= least


def test_an_element_that_decides_at_once_is_cheap_where_nothing_is_made_for_it():
    meter = Meter(10_000)
    wide = " && ".join(["i == 0"] * 40)
    assert cel.compile(f"x.exists(i, {wide})").evaluate({"x": list(range(1_000))}, meter=meter) is True
    assert 10_000 - meter.left < 20
    meter = Meter(10_000)
    assert cel.compile(f"x.exists(i, v, {wide})").evaluate({"x": list(range(1_000))}, meter=meter) is True
    assert 1_000 <= 10_000 - meter.left < 1_020


def test_a_text_that_would_be_huge_is_not_made():
    bindings = {"x": list(range(3_000)), "s": "a" * 1_000_000}
    for source in (
        "'%s'.format([x.map(i, s)])",
        "'%s'.format([x.map(i, [bytes(s)])])",
        "x.map(i, s).join()",
        "s.replace('a', s)",
        "s.replace('', s)",
    ):
        tracemalloc.start()
        with pytest.raises(FuelError):
            cel.compile(source).evaluate(bindings)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 80_000_000, source


@pytest.mark.parametrize(
    "source", ["{}[s]", "[1][s]", "[1][x]", "[1][m]", "timestamp(s)", "m[b]", "[1][null]"]
)
def test_a_message_is_short_and_made_of_little(source):
    bindings = {
        "s": "\u00ff" * 2_000_000,
        "x": [0] * 500_000,
        "m": {n: n for n in range(100_000)},
        "b": b"a" * 2_000_000,
    }
    program = cel.compile(source, options=LOOSE)
    tracemalloc.start()
    with pytest.raises(EvalError) as caught:
        program.evaluate(bindings)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(caught.value.message) < 400
    assert peak < 500_000


def test_watching_a_long_loop_keeps_little():
    program = cel.compile("x.map(i, [i, i + 1, i + 2]).size() + x.filter(i, i % 2 == 0).size()")
    bindings = {"x": list(range(30_000))}
    tracemalloc.start()
    trace = program.trace(bindings)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert trace.value == 45_000
    assert len(trace.seen) <= sum(1 for _ in program.tree.walk())
    assert kept < 12_000_000  # the two lists; the values of all nodes would be several times as much
    failing = cel.compile("x.all(i, i < 0 || m.a)").trace({"x": list(range(10_000)), "m": {}})
    assert failing.error is not None
    (seen,) = [each for node, each in failing.seen.items() if failing.source[node.start : node.end] == "m.a"]
    assert seen.times == 10_000


DEEP_TYPES = {
    "lists": "[" * 50 + "{0}" + "]" * 50,
    "maps": "{{1:" * 50 + "{0}" + "}}" * 50,
    "optionals": "optional.of(" * 20 + "{0}" + ")" * 20,
}


@pytest.mark.parametrize("shape", DEEP_TYPES)
def test_types_that_grow_from_name_to_name_stay_small(shape):
    names: dict[str, types.Type | None] = {"a": types.INT, "b": types.INT}
    for _ in range(40):
        for name in ("a", "b"):
            names[name] = cel.compile(DEEP_TYPES[shape].format(name), names=names).type
    assert len(str(names["a"])) < 1_000
    cel.compile("[a, b] == [b, a] || a == b || [a].map(x, x) == [b]", names=names)
    assert cel.problems("a * b", names=names)[0].code == "cel-type"


def test_values_that_grow_from_name_to_name_are_bounded_where_they_are_gone_through():
    value, other = 1, 1
    for _ in range(40):
        value, other = ([value, [value]], [other, [other]])
    program = cel.compile("[" * 20 + "a" + "]" * 20 + " == " + "[" * 20 + "b" + "]" * 20)
    with pytest.raises(EvalError):  # too deep, or too much: 2 to the power of 40 elements
        program.evaluate({"a": value, "b": other}, fuel=100_000)
    assert len(cel.written(value)) <= 10_003
    with pytest.raises(EvalError):
        cel.compile("'%s'.format([a])").evaluate({"a": value}, fuel=100_000)
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert cel.written(deep).endswith("]" * 5)
    for source in ("a == b", "a in [b]", "sets.contains([a], [b])", "[a, b].distinct()", "'%s'.format([a])"):
        with pytest.raises(EvalError):
            cel.compile(source).evaluate({"a": [deep], "b": [[deep]]})
    assert cel.compile("[a].flatten(64).size()").evaluate({"a": deep}) == 1
    while deep:
        deep = deep[0]  # else they are freed one inside the other


SHAPES = {
    "members": lambda n: "x" + ".a" * n,
    "optional members": lambda n: "x" + ".?a" * n,
    "not": lambda n: "!" * n + "true",
    "minus": lambda n: "-" * n + "1",
    "not and minus": lambda n: "!-" * (n // 2) + "x",
    "ternaries": lambda n: "true ? 1 : " * n + "1",
    "ternaries in the middle": lambda n: "true ? (" * n + "1" + ") : 1" * n,
    "has": lambda n: "has(x" + ".a" * n + ")",
    "parentheses": lambda n: "(" * n + "x" + ")" * n,
    "blocks": lambda n: "cel.block([1], " * n + "1" + ")" * n,
    "optional macros": lambda n: "x.optMap(y, " * n + "1" + ")" * n,
    "keys": lambda n: "{" * n + "1" + ": 1}" * n,
    "optional items": lambda n: "[?" * n + "x" + "]" * n,
    "two variables": lambda n: "[1].transformMap(i, v, " * n + "1" + ")" * n,
    "arguments": lambda n: "math.greatest(1, " * n + "1" + ")" * n,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("depth", [DEPTH - 4, DEPTH - 1, DEPTH, DEPTH + 1, 400, 4_000])
def test_whatever_is_nested_has_problems_or_a_value_and_no_end_of_the_stack(shape, depth):
    source = SHAPES[shape](depth)
    problems = cel.problems(source, names={"x": None})
    assert all(isinstance(each, ConfigError) and each.where.line for each in problems)
    if [each.code for each in problems] == ["cel-limit"]:
        assert depth >= DEPTH - 1
        with pytest.raises(ConfigError):
            cel.compile(source, options=LOOSE)
        return
    program = cel.compile(source, options=LOOSE)
    trace = program.trace({"x": {}})
    assert trace.steps().text == source
    assert cel.span(program.tree) == (0, len(source))
    coverage = cel.Coverage()
    coverage.add(trace)
    assert program.names <= {"x"}


WIDE = {
    "a list": "[" + "1," * 4_000 + "]",
    "a list of strings": "[" + "''," * 2_700 + "]",
    "a map": "{" + ",".join(f"{n}:1" for n in range(1_200)) + "}",
    "a sum": "1" + "+1" * 60,
    "conditions": "true" + "&&true" * 1_300,
    "names": "[" + ",".join(f"a{n}" for n in range(1_300)) + "]",
    "functions": "[" + ",".join(f"f{n}()" for n in range(1_000)) + "]",
    "members": "[" + ",".join(f"x.a{n}" for n in range(1_000)) + "]",
    "a long name": "a" * 8_000,
    "a long string": "'" + "a" * 8_000 + "'",
    "NULs": "'" + "\x00" * 8_000 + "'",
    "a comment": "1//" + "x" * 8_000,
    "space": " " * 8_000 + "1",
    "lines": "\n" * 8_000 + "zz",
}


@pytest.mark.parametrize("shape", WIDE)
def test_whatever_is_wide_has_problems_or_a_value(shape):
    problems = cel.problems(WIDE[shape], names={"x": types.an_object({"b": types.INT})})
    assert len(problems) <= 100
    for each in problems:
        assert each.code in {"cel-unknown", "cel-type"}
    trace = cel.compile(WIDE[shape], options=LOOSE).trace({"x": {}})
    assert trace.error is not None or len(cel.written(trace.value)) <= 10_003


TEXTS = (
    *(
        "",
        "a",
        "\x00",
        "\ud800",
        "\udfff\ud800",
        "\u2028",
        "9" * 5_000,
        "-" + "9" * 5_000,
        "0." + "0" * 5_000 + "1",
    ),
    *(
        "1e999999999",
        "%",
        "%s" * 200,
        "%.999f",
        "(" * 500,
        "[" * 500,
        "a{1000}{1000}",
        r"\p{L}" * 500,
        "(a*)*" * 99,
    ),
    *(
        "1." * 400,
        "1.0.0-" + "9" * 5_000,
        "pkg:npm/" + "%00" * 99,
        "pkg:" + "/" * 400,
        "vers:npm/" + ">=1|" * 400,
    ),
    *(
        "vers:deb/" + "9" * 5_000,
        "CVSS:3.1/" + "AV:N/" * 99,
        "MIT OR " * 400 + "MIT",
        "(" * 400 + "MIT" + ")" * 400,
    ),
    *(
        "+99:99",
        "-00:00",
        "UTC",
        "9999-12-31T23:59:59.999999999-23:59",
        "0001-01-01T00:00:00+23:59",
        "-9223372037s",
    ),
    *("deb", "npm", "maven", "pypi", "golang", "rpm", "gem", "nuget", "=", "====", "A" * 4_097),
)
SAMPLES = {
    "string": TEXTS,
    "int": (0, 1, -1, 64, INT_MAX, INT_MIN),
    "uint": (UInt(0), UInt(2**64 - 1)),
    "double": (0.0, -0.0, 5e-324, 1.7e308, float("inf"), float("-inf"), float("nan")),
    "bool": (True,),
    "bytes": (b"", b"\xff", b"\x00" * 100),
    "list": (
        [],
        [1, "a"],
        [None],
        ["\ud800"],
        [[[]]] * 9,
        [float("nan"), 1.0],
        [b"a"],
        [Optional(1)],
        [{}],
        ["MIT", "9" * 5_000],
    ),
    "map": ({}, {"a": 1}),
    "google.protobuf.Timestamp": (Timestamp(-62_135_596_800), Timestamp(253_402_300_799, 999_999_999)),
    "google.protobuf.Duration": (Duration(INT_MIN), Duration(INT_MAX)),
    "type": (TypeValue("int"),),
    "optional_type": (Optional(1),),
    "dyn": ("a", 1, None, [1], {"a": 1}, float("nan"), b"\xff"),
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_whatever_a_function_is_given_it_gives_a_value_or_an_error_of_ours(name):
    chance = random.Random(name)
    for overload in FUNCTIONS[name]:
        choices = [SAMPLES[of.name] for of in overload.arguments]
        for _ in range(200):
            values = [chance.choice(each) for each in choices]
            found = outcome(overload, values)
            assert len(found) <= 10_003
            assert found.isprintable()


def outcome(overload, values):
    try:
        return cel.written(overload.function(*values, Meter(100_000)))
    except EvalError as error:
        return error.message
