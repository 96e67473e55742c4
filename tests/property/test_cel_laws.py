"""Laws of expressions: made at random, they end, the same way each time, with errors of ours alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from stella_git.errors import StellaError
from stella_git.policy import cel
from stella_git.policy.cel.meter import EvalError, FuelError, Meter
from stella_git.policy.cel.parser import parse
from stella_git.policy.cel.registry import FUNCTIONS
from stella_git.policy.cel.values import INT_MAX, INT_MIN, equal, kind

laws = settings(deadline=None, max_examples=200)
LOOSE = cel.Options(check=False)
CODES = {"cel-evaluation", "cel-fuel", "cel-limit", "cel-syntax", "cel-type", "cel-unknown"}
NAMES = ("a", "b", "c", "d")
LITERALS = (
    *("1", "-1", "0", "2u", "1.5", "0.0 / 0.0", "9223372036854775807", "-9223372036854775808"),
    *("18446744073709551615u", "'s'", "''", "b'x'", "true", "false", "null", "[]", "{}", "[1, 2]"),
    *("{'a': 1}", "{true: 1}", "duration('1s')", "timestamp(0)", "optional.none()", "optional.of(1)", "int"),
)
SIGNS = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||")
ONE = ("all", "exists", "exists_one", "map", "filter")
TWO = ("all", "exists", "existsOne", "transformList", "transformMap", "transformMapEntry")
BINDINGS = {
    "a": {"a": 1, "b": [1, 2, {"c": "x"}], "c": None, "d": 1.5},
    "b": ["1", "x", True, None],
    "c": "text",
    "d": 7,
}


def larger(inner):
    name = st.sampled_from(NAMES)
    mark = st.sampled_from(("", "?"))
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(SIGNS), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("{}[{}{}]".format, inner, mark, inner),
        st.builds("{}.{}{}".format, inner, mark, name),
        st.builds("[{}, {}{}]".format, inner, mark, inner),
        st.builds("{{{}: {}, {}{}: {}}}".format, inner, inner, mark, inner, inner),
        st.builds("{}.{}({}, {})".format, inner, st.sampled_from(ONE), name, inner),
        st.builds("{}.{}(a, b, {})".format, inner, st.sampled_from(TWO), inner),
        st.builds("{}{}".format, st.sampled_from(("!", "-")), inner),
        st.builds("cel.bind({}, {}, {})".format, name, inner, inner),
        st.builds("has(({}).{})".format, inner, name),
        st.builds("({}).optMap({}, {})".format, inner, name, inner),
        st.builds(called, st.sampled_from(sorted(FUNCTIONS)), inner, st.lists(inner, max_size=3)),
    )


def called(name, target, arguments):
    start = f"{target}{name}" if name.startswith(".") else name
    return f"{start}({', '.join(arguments)})"


expressions = st.recursive(st.sampled_from(LITERALS + NAMES), larger, max_leaves=12)


def outcome(program, fuel=20_000):
    try:
        return program.evaluate(BINDINGS, fuel=fuel)
    except EvalError as error:
        return error


def refusal(source, take):
    try:
        take(source)
    except StellaError as error:
        return error
    return None


def same(one, other):
    if isinstance(one, EvalError):
        return type(one) is type(other) and str(one) == str(other)
    return repr(one) == repr(other)


@laws
@given(expressions)
def test_whatever_is_written_ends_with_a_value_or_one_of_our_errors(source):
    refused = refusal(source, cel.compile)
    assert refused is None or (refused.code in CODES and refused.where.line is not None)
    program = cel.compile(source, options=LOOSE)
    found = outcome(program)
    assert not isinstance(found, EvalError) or (found.code in CODES and found.where.line is not None)


@laws
@given(expressions)
def test_deduced_types_are_those_of_the_values(source):
    try:
        program = cel.compile(source)
    except StellaError:
        return
    found = outcome(program)
    assert isinstance(found, EvalError) or program.type.name in {"dyn", kind(found)}


@laws
@given(expressions)
def test_watching_changes_nothing(source):
    program = cel.compile(source, options=LOOSE)
    found, trace = outcome(program), program.trace(BINDINGS, fuel=20_000)
    assert same(found, trace.error or trace.value)
    assert same(found, outcome(cel.compile(source, options=LOOSE)))


@laws
@given(expressions, st.integers(0, 60))
def test_less_fuel_gives_the_same_or_nothing(source, fuel):
    program = cel.compile(source, options=LOOSE)
    little = outcome(program, fuel)
    assert isinstance(little, FuelError) or same(little, outcome(program))


@laws
@given(expressions, expressions)
def test_connectives_are_commutative(one, other):
    for sign in ("&&", "||"):
        left = outcome(cel.compile(f"({one}) {sign} ({other})", options=LOOSE))
        right = outcome(cel.compile(f"({other}) {sign} ({one})", options=LOOSE))
        if not isinstance(left, FuelError) and not isinstance(right, FuelError):
            assert isinstance(left, EvalError) is isinstance(right, EvalError)
            assert isinstance(left, EvalError) or left is right


@laws
@given(st.integers(INT_MIN, INT_MAX), st.integers(INT_MIN, INT_MAX))
def test_integers_do_not_wrap(a, b):
    for sign, right in {"+": a + b, "-": a - b, "*": a * b}.items():
        found = outcome_of(f"a {sign} b", a, b)
        assert found == right if INT_MIN <= right <= INT_MAX else isinstance(found, EvalError)
    if b and (a, b) != (INT_MIN, -1):
        quotient, remainder = outcome_of("a / b", a, b), outcome_of("a % b", a, b)
        assert quotient * b + remainder == a
        assert abs(remainder) < abs(b)
        assert remainder == 0 or (remainder < 0) == (a < 0)


def outcome_of(source, a, b):
    try:
        return cel.compile(source).evaluate({"a": a, "b": b})
    except EvalError as error:
        return error


numbers = st.one_of(st.integers(INT_MIN, INT_MAX), st.floats(), st.booleans(), st.text(max_size=2), st.none())
trees = st.recursive(
    numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)


@laws
@given(trees, trees)
def test_equality_is_an_equivalence_but_for_what_is_no_number(a, b):
    def alike(one, other):
        return equal(one, other, Meter(10_000))

    assert alike(a, b) == alike(b, a)
    assert alike(a, a) or "nan" in repr(a)
    assert not alike([a], a)


@laws
@given(st.text())
def test_any_text_is_an_expression_or_refused(source):
    refused = refusal(source, parse)
    assert refused is None or refused.code in CODES


@laws
@given(st.text(st.sampled_from("ab1.()[]{}?:!-+&|'\"\\,x u\n/<=>`"), max_size=60))
def test_any_text_of_its_own_characters_is_an_expression_or_refused(source):
    refused = refusal(source, cel.compile)
    assert refused is None or refused.code in CODES
