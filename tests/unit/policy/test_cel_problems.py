"""Every fault of an expression at once, the names it reads, shared fuel, and the text of its parts."""

import pytest

from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel import checker
from stella_git.policy.cel.types import INT, STRING, Type, an_object, list_of, map_of

NAMES: dict[str, Type | None] = {
    "a": INT,
    "s": STRING,
    "o": an_object({"name": STRING, "size": INT}),
    "items": list_of(an_object({"id": STRING})),
    "counts": map_of(STRING, INT),
    "any": None,
}

FAULTS = {
    "a == 1": [],
    "a +": ["1:4 an operand is missing, not at the end"],
    "zz + s * 1": ["1:1 there is no name zz", "1:6 * is not for string and int"],
    "o.nam == 1 && s.all(k, k.z) || [1].all(x, x)": [
        "1:3 there is no member nam",
        "1:15 a string cannot be gone through",
        "1:43 a condition is a bool, not an int",
    ],
    "items.all(i, i.ID == zz && i.idd != i.id)": [
        "1:16 there is no member ID",
        "1:22 there is no name zz",
        "1:30 there is no member idd",
    ],
    "sise(zz) + s.size(1) + size(a) + 1": [
        "1:1 there is no function sise",
        "1:6 there is no name zz",
        "1:12 size does not take 1 arguments",
        "1:24 size is not for int",
    ],
    "s.x.y.z + a[0].b[1] + [1]['a'].c": [
        "1:1 a string has no members, so no x",
        "1:11 an int has no elements",
        "1:27 a string is no index of a list",
    ],
    "a\n  .optMap(x, x + 's')\n  .optFlatMap(y, zz)": [
        "1:1 an int is no optional",
        "3:18 there is no name zz",
    ],
    "optional.of(1).optFlatMap(y, 1).z + zz": [
        "1:30 optFlatMap makes an optional, not an int",
        "1:37 there is no name zz",
    ],
    "{[1]: [?a, zz], ?1.5: s}": [
        "1:2 a list(int) is no key of a map",
        "1:9 after a question mark stands an optional, not an int",
        "1:12 there is no name zz",
        "1:18 a double is no key of a map",
        "1:23 after a question mark stands an optional, not a string",
    ],
    "(s ? zz : a) + (s == 1 ? 1 : 2)": [
        "1:2 a condition is a bool, not a string",
        "1:6 there is no name zz",
        "1:17 == is not for string and int (they are never equal)",
    ],
    "cel.bind(x, zz, x.y + a.b)": ["1:13 there is no name zz", "1:23 an int has no members, so no b"],
}


def written(error: ConfigError) -> str:
    return f"{error.where.line}:{error.where.column} {error.message}"


@pytest.mark.parametrize("source", FAULTS)
def test_every_fault_is_found_in_the_order_of_the_source(source):
    assert [written(error) for error in cel.problems(source, names=NAMES)] == FAULTS[source]


@pytest.mark.parametrize("source", [source for source in FAULTS if FAULTS[source]])
def test_what_compiling_refuses_is_one_of_them(source):
    with pytest.raises(ConfigError) as caught:
        cel.compile(source, names=NAMES)
    assert written(caught.value) in FAULTS[source]


def test_problems_have_codes_and_remedies():
    (error,) = cel.problems("o.nmae == ''", names=NAMES)
    assert (error.code, error.remedy, error.exit_code) == ("cel-unknown", "write name", 2)


def test_problems_are_as_many_as_a_reader_can_bear():
    source = "[" + ",".join(f"x{number}" for number in range(1_000)) + "]"
    problems = cel.problems(source, names=NAMES)
    assert [error.message for error in problems] == [
        f"there is no name x{number}" for number in range(checker.MOST)
    ]


def test_what_is_not_checked_has_only_faults_of_syntax():
    options = cel.Options(check=False)
    assert cel.problems("zz + 's' * 1", names=NAMES, options=options) == ()
    assert [error.code for error in cel.problems("zz +", names=NAMES, options=options)] == ["cel-syntax"]


def test_problems_use_the_functions_that_are_offered():
    (error,) = cel.problems("size(s)", names=NAMES, options=cel.Options(functions={}))
    assert error.message == "there is no function size"


READ = {
    "1 + 1": set(),
    "a + o.size": {"a", "o"},
    "items.all(i, i.id == s)": {"items", "s"},
    "items.all(a, a.id == '') && a == 1": {"items", "a"},
    "items.all(i, true) && any.i": {"items", "any"},
    "cel.bind(x, a, x + x)": {"a"},
    "any.?b.optMap(v, v + a)": {"any", "a"},
    "type(any) == string || type(any) == google.protobuf.Duration": {"any"},
    "counts.exists(k, v, k == s && v > 1)": {"counts", "s"},
    "has(o.name) && counts[s] > math.abs(a)": {"o", "counts", "s", "a"},
}


@pytest.mark.parametrize("source", READ)
def test_the_names_that_are_read_are_known(source):
    assert cel.compile(source, names=NAMES).names == READ[source]
    assert cel.compile(source).names == READ[source]


def test_a_declared_name_may_hide_a_type_or_have_dots():
    assert cel.compile("string + a.b", names={"string": STRING, "a.b": STRING}).names == {"string", "a.b"}


def test_fuel_is_shared_by_those_who_share_a_meter():
    program = cel.compile("items.all(i, i > 0)")
    meter = cel.Meter(100)
    assert program.evaluate({"items": [1] * 60}, meter=meter) is True
    assert meter.left == 40
    with pytest.raises(cel.FuelError) as caught:
        program.evaluate({"items": [1] * 41}, meter=meter)
    assert str(caught.value.where) == ":1:1"
    assert program.evaluate({"items": [1] * 60}) is True


def test_an_error_leaves_the_meter_where_it_was_then():
    program = cel.compile("items.map(i, i + 1).size() > 0 && items[9] == 1")
    meter = cel.Meter(100)
    with pytest.raises(cel.EvalError) as caught:
        program.evaluate({"items": [1] * 5}, meter=meter)
    assert (str(caught.value.where), meter.left) == (":1:35", 95)


def test_watching_takes_the_same_from_a_meter():
    program = cel.compile("items.map(i, [i, 'a' + 'b']).size() > 0 && items[9] == 1")
    watched, plain = cel.Meter(100), cel.Meter(100)
    with pytest.raises(cel.EvalError):
        program.evaluate({"items": [1] * 5}, meter=plain)
    trace = program.trace({"items": [1] * 5}, meter=watched)
    assert trace.error is not None
    assert watched.left == plain.left < 100
    assert program.trace({"items": [1] * 5}, meter=cel.Meter(3)).error.code == "cel-fuel"


SPANS = {
    "(a + 1) * 2 == -3": ["(a + 1) * 2 == -3", "(a + 1) * 2", "(a + 1)", "a", "1", "2", "-3"],
    "!(o.name == 's')": ["!(o.name == 's')", "(o.name == 's')", "o.name", "o", "'s'"],
    "items.all(i, has(i.id) && i.id != '')": [
        "items.all(i, has(i.id) && i.id != '')",
        "items",
        "has(i.id) && i.id != ''",
        "has(i.id)",
        "i",
        "i.id != ''",
        "i.id",
        "i",
        "''",
    ],
    "math.abs(a) in [1, 2]": ["math.abs(a) in [1, 2]", "math.abs(a)", "a", "[1, 2]", "1", "2"],
    "s.contains('x') ? {'k': a}['k'] : 0": [
        "s.contains('x') ? {'k': a}['k'] : 0",
        "s.contains('x')",
        "s",
        "'x'",
        "{'k': a}['k']",
        "{'k': a}",
        "'k'",
        "a",
        "'k'",
        "0",
    ],
    "cel.bind(x, a, x + 1).?y": ["cel.bind(x, a, x + 1).?y", "cel.bind(x, a, x + 1)", "a", "x + 1", "x", "1"],
}


@pytest.mark.parametrize("source", SPANS)
def test_parts_can_be_cut_out(source):
    tree = cel.compile(source).tree
    spans = [cel.span(node) for node in tree.walk()]
    assert [source[start:end] for start, end in spans] == SPANS[source]
    for node in tree.walk():
        start, end = cel.span(node)
        assert all(start <= one and other <= end for one, other in map(cel.span, node.parts()))
