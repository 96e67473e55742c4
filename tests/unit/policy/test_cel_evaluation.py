"""What expressions give, what has no value and where, and how much work they may do."""

import pickle

import pytest

from cel_cases import alike
from stella_git.errors import DefectError, InputError
from stella_git.policy import cel
from stella_git.policy.cel import standard
from stella_git.policy.cel.functions import Overload
from stella_git.policy.cel.meter import EvalError, FuelError, Meter
from stella_git.policy.cel.types import DYN, INT
from stella_git.policy.cel.values import (
    ABSENT,
    DEEPEST,
    FALSE_KEY,
    NONE,
    TRUE_KEY,
    Duration,
    Optional,
    Timestamp,
    TypeValue,
    UInt,
    equal,
    key_of,
    keys_in_order,
    kind,
)

LOOSE = cel.Options(check=False)
NAN = float("nan")


def value(source, **bindings):
    return cel.compile(source, options=LOOSE).evaluate(bindings)


VALUES = {
    "double(1) / 0.0": float("inf"),
    "-1.0 / 0.0": float("-inf"),
    "1.0 / -0.0": float("-inf"),
    "-1.0 / -0.0": float("inf"),
    "string(0.0 / 0.0)": "NaN",
    "string(1.0 / 0.0) + string(-1.0 / 0.0)": "Infinity-Infinity",
    "string(1e21) + string(1e20) + string(1.0)": "1e+211000000000000000000001",
    "string(true) + string(false) + string(1u)": "truefalse1",
    "double('NaN') == double('NaN')": False,
    "double('-Infinity')": float("-inf"),
    "double('.5') + double('1.') + double('1e1')": 11.5,
    "int('-5') + int('+5')": 0,
    "uint(0.5)": UInt(0),
    "-7 / 2": -3,
    "-7 % 2": -1,
    "7 / -2": -3,
    "7u / 2u": UInt(3),
    "false < true": True,
    "b'a' < b'b'": True,
    "1 < 1.5 && 2u > 1.5 && 1 <= 1u": True,
    "0.0 / 0.0 < 1.0": False,
    "9007199254740993 == 9007199254740992.0": False,
    "1 == true": False,
    "true == 1.0": False,
    "'a' != 1": True,
    "null == null": True,
    "[1, [true]] == [1.0, [true]]": True,
    "[true] == [1]": False,
    "[1] == [1, 2]": False,
    "{'a': 1} == {'a': 1u}": True,
    "{'a': 1} == {'b': 1}": False,
    "{'a': 1} == {}": False,
    "{1: 1} == {true: 1}": False,
    "{'a': 1} == [1]": False,
    "{1u: 'a'}[1]": "a",
    "{true: 1, 1: 2}[true]": 1,
    "1.0 in {1: 2}": True,
    "true in {1: 2}": False,
    "true in [1]": False,
    "1 in [true, 1]": True,
    "[1, 2][1u] + [1, 2][1.0]": 4,
    "optional.of(1) == optional.of(1.0)": True,
    "optional.of(1) == 1": False,
    "{'b': 1, 'a': 2, 'c': 3}.map(k, k)": ["a", "b", "c"],
    "{'b': 1, 2: 2, true: 3, false: 4, 1u: 5}.map(k, k)": [False, True, UInt(1), 2, "b"],
    "{true: 1}.map(k, k)": [True],
    "{'b': 1, 'a': 2}.transformList(k, v, k + string(v))": ["a2", "b1"],
    "{true: 1}.transformList(k, v, k)": [True],
    "['x'].transformMapEntry(i, v, {v: i})": {"x": 0},
    "['x', 'y'].transformMapEntry(i, v, i > 0, {v: i})": {"y": 1},
    "{'a': 1}.transformMap(k, v, v > 1, v)": {},
    "[1, 2, 3].map(x, x > 1, x)": [2, 3],
    "cel.bind(x, 1, cel.bind(x, x + 1, x) + x)": 3,
    "[1].map(x, [2].map(x, x)[0] + x)": [3],
    "a.b.c + (a).b.c": 14,
    "type(1) == int && type(type(1)) == type && type(null) == null_type": True,
    "type(optional.none())": TypeValue("optional_type"),
    "google.protobuf.Timestamp == type(timestamp(0))": True,
    "timestamp(1) - timestamp(0) == duration('1s')": True,
    "optional.ofNonZeroValue(duration('0s')).hasValue()": False,
    "optional.ofNonZeroValue(optional.none()).hasValue()": True,
    "optional.ofNonZeroValue(type(1)).hasValue()": True,
    "optional.unwrap([optional.of(1), optional.none()])": [1],
    "optional.of(1).or(1 / 0).value()": 1,
    "optional.of(1).orValue(1 / 0)": 1,
    "[?optional.of(1), ?optional.none(), 2]": [1, 2],
    "{?'a': optional.none(), ?'b': optional.of(1)}": {"b": 1},
    "{'a': 1, ?'a': optional.none()}": {"a": 1},
    "optional.none().optFlatMap(x, x)": NONE,
    "true || 1 / 0 > 1": True,
    "1 / 0 > 1 || true": True,
    "1 / 0 > 1 || false || true": True,
    "false && 1 / 0 > 1": False,
    "1 / 0 > 1 && 'x' && false": False,
    "'x' || 1 / 0 > 1 || true": True,
    "[0, 1].exists(x, 1 / x == 1)": True,
    "[0, 2].all(x, 1 / x == 1)": False,
    "['a', true].exists(x, x)": True,
    "has(a.b) && !has(a.x) && !has(a.?x.y)": True,
    "bytes('a') + b'b'": b"ab",
}


@pytest.mark.parametrize("source", VALUES)
def test_values(source):
    found = value(source, a={"b": {"c": 7}})
    wanted = VALUES[source]
    if isinstance(wanted, Optional):
        assert equal(found, wanted, Meter(10))
    else:
        assert alike(found, wanted)


ERRORS = {
    "x": "nothing is bound to x",
    "x.y": "nothing is bound to x",
    "f(1)": "there is no function f",
    "1.f()": "there is no function f",
    "'a' + 1": "+ is not for string and int",
    "1 + 1u": "+ is not for int and uint",
    "-'a'": "- is not for string",
    "-1u": "- is not for uint",
    "!1": "! is not for int",
    "1 in 1": "in is not for int and int",
    "'a' < 1": "< is not for string and int",
    "null < null": "< is not for null_type and null_type",
    "[1] > [1]": "> is not for list and list",
    "1 / 0": "division by zero",
    "1 % 0": "remainder of a division by zero",
    "-9223372036854775808 % -1": "the quotient does not fit into an int",
    "0u - 1u": "the result does not fit into a uint",
    "9223372036854775807 + 1": "the result does not fit into an int",
    "duration('9223372036s') + duration('1s')": "the duration is longer than 292 years",
    "timestamp(253402300799) + duration('1s')": "the timestamp is outside of the years 1 to 9999",
    "int(1e19)": "the double does not fit into an integer",
    "int(-9223372036854775808.0)": "the double does not fit into an integer",
    "int(0.0 / 0.0)": "the double does not fit into an integer",
    "uint(-0.5)": "a uint is not negative",
    "int('0x1')": "the string is no whole number",
    "double('1_0')": "the string is no number",
    "bool('yes')": "the string is neither true nor false",
    "string(b'\\xff')": "the bytes are not UTF-8",
    "bytes(surrogate)": "the string has a lone surrogate",
    "size(1)": "size is not for int",
    "'a'.size(1)": "size is not for string, int",
    "{'a': 1}.b": "there is no member 'b'",
    "'a'.b": "a string has no members, so no 'b'",
    "'a'.?b": "a string has no members, so no 'b'",
    "has('a'.b)": "a string has no members, so no 'b'",
    "[1].b": "a list has no members, so no 'b'",
    "[1].map(x, x.b)": "an int has no members, so no 'b'",
    "[{}].map(x, x.b)": "there is no member 'b'",
    "[1].map(x, has(x.b))": "an int has no members, so no 'b'",
    "{'a': 1}['b']": "there is no key 'b'",
    "[1][1]": "there is no index 1",
    "[1][-1]": "there is no index -1",
    "[1][0.5]": "0.5 is no index of a list",
    "[1]['a']": "'a' is no index of a list",
    "[1][true]": "True is no index of a list",
    "1[0]": "an int has no elements",
    "{'a': 1}[null]": "a null_type is no key of a map",
    "{1.0: 1}": "a double is no key of a map",
    "{1: 1, 1u: 2}": "the key 1u stands twice in the map",
    "{'a': 1, ?'a': optional.of(2)}": "the key 'a' stands twice in the map",
    "{[1]: 1}": "a list is no key of a map",
    "[?1]": "after a question mark stands an optional, not an int",
    "{?1: 1}": "after a question mark stands an optional, not an int",
    "1 ? 2 : 3": "a condition is a bool, not an int",
    "true && 1": "a condition is a bool, not an int",
    "1 && true": "a condition is a bool, not an int",
    "false || 'a' || 1 / 0 > 1": "a condition is a bool, not a string",
    "[1].all(x, x)": "a condition is a bool, not an int",
    "[1].exists(x, x)": "a condition is a bool, not an int",
    "[1].exists_one(x, x)": "a condition is a bool, not an int",
    "[1].filter(x, x)": "a condition is a bool, not an int",
    "[1].map(x, x, x)": "a condition is a bool, not an int",
    "1.map(x, x)": "an int cannot be gone through",
    "1.transformList(x, y, x)": "an int cannot be gone through",
    "[1].transformMapEntry(i, v, v)": "an entry is a map, not an int",
    "[1, 2].transformMapEntry(i, v, {1: v})": "two entries have the same key",
    "optional.none().value()": "the optional is empty",
    "optional.unwrap([1])": "not every element of the list is an optional",
    "1.or(optional.none())": "an int is no optional",
    "optional.none().or(1)": "an int is no optional",
    "1.orValue(1)": "an int is no optional",
    "1.optMap(x, x)": "an int is no optional",
    "optional.of(1).optFlatMap(x, x)": "an int is no optional",
}


@pytest.mark.parametrize("source", ERRORS)
def test_errors(source):
    with pytest.raises(EvalError) as caught:
        value(source, surrogate="\ud800")
    assert caught.value.message == ERRORS[source]
    assert (caught.value.code, caught.value.exit_code) == ("cel-evaluation", 1)
    assert caught.value.where.line == 1


def test_an_error_says_where():
    with pytest.raises(InputError) as caught:
        value("a.b == 1 &&\n  a.cc.startsWith('x')", a={"b": 1})
    assert str(caught.value) == ":2:3: there is no member 'cc'"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), again.offset) == (EvalError, str(caught.value), caught.value.offset)


def test_a_long_value_is_cut_in_a_message():
    with pytest.raises(EvalError) as caught:
        value("{}[x]", x="a" * 1_000)
    assert len(caught.value.message) < 100


ENDLESS = {
    "loops": "x.all(a, x.all(b, x.all(c, true)))",
    "exists": "x.exists(a, x.exists(b, x.exists(c, false)))",
    "exists_one": "x.map(a, x.map(b, x.exists_one(c, c == 1)))",
    "maps": "x.map(a, x.map(b, x.map(c, x)))",
    "filters": "x.filter(a, x.filter(b, x.filter(c, true) == x) == x)",
    "made up for": "x.all(a, x.all(b, x.all(c, a < 0 || 1 / 0 > 1))) || true",
    "membership": "x.all(a, x.all(b, !('x' in x)))",
    "equality": "x.all(a, x.all(b, x == x))",
    "text": "cel.bind(a, s + s, cel.bind(b, a + a + a + a, x.map(c, b + b)))",
    "long texts": "x.all(a, x.all(b, s == s))",
    "order": "x.all(a, x.all(b, s <= s))",
    "written lists": "x.map(a, x.map(b, [b, b, b, b]))",
    "written maps": "x.map(a, x.map(b, {b: b}))",
    "lists": "x.map(a, x.map(b, x + x))",
    "doubling": "cel.block([[1, 1]"
    + "".join(f", [cel.index({n}), cel.index({n})]" for n in range(60))
    + "], cel.index(60) == cel.index(60))",
    "contains": "x.all(a, x.all(b, s.contains('x') || true))",
    "bytes": "x.map(a, x.map(b, bytes(s)))",
    "strings": "x.map(a, x.map(b, string(bytes(s))))",
    "entries": "x.map(a, x.map(b, x.transformMapEntry(i, v, {i: v})))",
    "unwrapping": "cel.bind(o, x.map(a, optional.of(a)), x.map(a, x.map(b, o.unwrapOpt())))",
}


@pytest.mark.parametrize("shape", ENDLESS)
def test_fuel_is_used_up_and_nothing_makes_up_for_it(shape):
    program = cel.compile(ENDLESS[shape])
    with pytest.raises(FuelError) as caught:
        program.evaluate({"x": list(range(400)), "s": "abcdefgh" * 4_096}, fuel=50_000)
    assert caught.value.code == "cel-fuel"
    assert caught.value.remedy


def test_fuel_inside_of_connectives():
    for source in (
        "x.all(a, !x.exists(b, b < 0)) || true",
        "[1].exists(i, x.all(a, !x.exists(b, b < 0)) || i > 0)",
    ):
        with pytest.raises(FuelError):
            cel.compile(source).evaluate({"x": list(range(400))}, fuel=10_000)
    with pytest.raises(FuelError):
        cel.compile("1 / 0 > 0 || x.all(a, true)").evaluate({"x": [1, 2, 3]}, fuel=2)


def test_what_was_not_looked_at_costs_nothing():
    program = cel.compile("x.map(a, x.exists(b, b == 0)).size()")
    assert program.evaluate({"x": list(range(1_000))}, fuel=3_000) == 1_000


def test_a_large_body_costs_more():
    wide = cel.compile("x.all(a, " + " && ".join(["a == a"] * 100) + ")")
    with pytest.raises(FuelError):
        wide.evaluate({"x": list(range(100))}, fuel=900)
    assert wide.evaluate({"x": list(range(100))}, fuel=1_200) is True


def test_deep_values_are_not_compared():
    deep = []
    for _ in range(DEEPEST + 1):
        deep = [deep]
    with pytest.raises(EvalError, match="nested deeper"):
        value("x == y", x=deep, y=deep)
    deep = {}
    for _ in range(DEEPEST + 1):
        deep = {"a": deep}
    with pytest.raises(EvalError, match="nested deeper"):
        value("x == y", x=deep, y=deep)


def test_a_function_that_breaks_is_our_mistake():
    table = {"f": (Overload(arguments=(INT,), result=DYN, function=lambda value, meter: value.nothing),)}
    program = cel.compile("f(1)", options=cel.Options(functions=table))
    with pytest.raises(DefectError) as caught:
        program.evaluate({})
    assert caught.value.code == "cel-defect"


def test_overloads_are_chosen_by_what_the_values_are():
    table = {
        "f": (
            Overload(arguments=(INT,), result=DYN, function=lambda value, meter: "int"),
            Overload(arguments=(DYN,), result=DYN, function=lambda value, meter: "other"),
            Overload(arguments=(INT, DYN), result=DYN, function=lambda *_: "many", variadic=True),
        )
    }
    options = cel.Options(functions=table)
    for source, wanted in {
        "f(x)": "int",
        "f('x')": "other",
        "f(1, 2, 3)": "many",
        "f(1,1,1,1,1,1)": "many",
    }.items():
        program = cel.compile(source, options=options)
        assert [program.evaluate({"x": 1}), program.evaluate({"x": 1})] == [wanted, wanted]


def test_names_with_dots_and_containers():
    assert value("x.y", **{"x.y": 1}) == 1
    assert value("x.y.z", **{"x.y": {"z": 2}, "x": {"y": {"z": 3}}}) == 2
    options = cel.Options(container="a.b")
    for names in (None, {"a.b.x": None, "a.x": None, "x": None}):
        program = cel.compile("[x, .x]", names=names, options=options)
        assert program.evaluate({"a.b.x": 1, "a.x": 2, "x": 3}) == [1, 3]
    assert cel.compile("x", names={"a.x": None}, options=options).evaluate({"a.x": 2}) == 2
    assert value("[{'y': 1}].map(x, x.y)", **{"x.y": 2}) == [1]


def test_a_declared_name_that_is_not_bound():
    with pytest.raises(EvalError, match="nothing is bound to x"):
        cel.compile("x", names={"x": None}).evaluate({})
    with pytest.raises(EvalError, match="there is no name y"):
        cel.compile("y", names={"x": None}, options=LOOSE).evaluate({"y": 1})


def test_a_name_may_hide_a_type():
    assert value("int", int=5) == 5
    assert value("int") == TypeValue("int")
    assert cel.compile("google.protobuf.Timestamp", names={}).evaluate({}) == TypeValue(
        "google.protobuf.Timestamp"
    )


def test_values_by_themselves():
    assert kind(object()) == "dyn"
    assert repr([UInt(1), TRUE_KEY, FALSE_KEY, ABSENT, NONE, Optional(1)]) == (
        "[1u, true, false, ABSENT, Optional(ABSENT), Optional(1)]"
    )
    assert repr(Timestamp(1, 2)) == "Timestamp(1, 2)"
    assert {Duration(1), Duration(1), Timestamp(0), TypeValue("int")} == {
        Duration(1),
        Timestamp(0),
        TypeValue("int"),
    }
    assert Timestamp(0) != Duration(0)
    assert keys_in_order({key_of(True): 1, "a": 1, 1: 1, key_of(False): 1}) == [FALSE_KEY, TRUE_KEY, 1, "a"]


def test_what_is_computed_when_it_is_needed_is_what_the_table_says():
    for name, wanted in {".or": "optional.of(1)", ".orValue": "1"}.items():
        (overload,) = standard.TABLE[name]
        other = Optional(2) if name == ".or" else 2
        for first, right in ((Optional(1), value(wanted)), (NONE, other)):
            assert equal(overload.function(first, other, Meter(9)), right, Meter(9))
