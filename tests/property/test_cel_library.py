"""Laws of the functions of expressions, and what Python says of the same values."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from stella_git.canon.purl import Purl, parse_purl
from stella_git.errors import InputError
from stella_git.policy import cel
from stella_git.policy.cel.library import packages
from stella_git.policy.cel.meter import Meter
from stella_git.policy.cel.values import INT_MAX, INT_MIN, Duration, Timestamp

FIRST, LAST = -62_135_596_800, 253_402_300_799
INTS = st.integers(INT_MIN, INT_MAX)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text("ab", max_size=2))
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
LISTS = st.lists(VALUES, max_size=6)
PROGRAMS = {}


def value(expression, **bindings):
    program = PROGRAMS.get(expression)
    if program is None:
        program = PROGRAMS[expression] = cel.compile(expression, names=dict.fromkeys(bindings))
    return program.evaluate(bindings)


@given(st.text("ab,", max_size=12), st.text("ab,", min_size=1, max_size=2), st.integers(1, 4))
def test_what_is_split_can_be_joined(text, separator, most):
    assert value("x.split(s).join(s) == x && x.split('').join() == x", x=text, s=separator) is True
    assert value("x.split(s, n).join(s) == x", x=text, s=separator, n=most) is True
    assert value("size(x.split(s, n)) <= n", x=text, s=separator, n=most) is True


@given(st.text("abä", max_size=10), st.text("abä", max_size=2), st.integers(0, 10))
def test_places_are_where_the_part_is(text, part, at):
    at = min(at, len(text))
    found, last = value("[x.indexOf(p, n), x.lastIndexOf(p, n)]", x=text, p=part, n=at)
    places = [place for place in range(len(text) + 1) if text.startswith(part, place)]
    assert found == min((place for place in places if place >= at), default=-1)
    assert last == max((place for place in places if place <= at), default=-1)


@given(st.binary(max_size=40))
def test_base64_comes_back(data):
    assert value("base64.decode(base64.encode(x)) == x", x=data) is True


@given(st.text("".join(map(chr, range(1, 128))), max_size=20))
def test_what_is_quoted_is_a_literal_of_the_language(text):
    quoted = value("strings.quote(x)", x=text)
    assert cel.compile(quoted, names={}).evaluate({}) == text


@given(st.integers(FIRST, LAST), st.integers(0, 999_999_999))
def test_a_timestamp_is_what_its_text_says(seconds, nanos):
    moment = Timestamp(seconds, nanos)
    assert value("timestamp(string(t)) == t && int(t) == s", t=moment, s=seconds) is True


@given(st.integers(FIRST, LAST), st.integers(-23 * 60, 23 * 60))
def test_parts_of_a_timestamp_are_those_of_python(seconds, minutes):
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    local = seconds + minutes * 60
    if not FIRST <= local <= LAST:
        return
    there = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=local)
    names = [
        "FullYear",
        "Month",
        "Date",
        "DayOfMonth",
        "DayOfWeek",
        "DayOfYear",
        "Hours",
        "Minutes",
        "Seconds",
    ]
    expression = f"[{', '.join(f't.get{name}(z)' for name in names)}]"
    assert value(expression, t=Timestamp(seconds), z=zone) == [
        there.year,
        there.month - 1,
        there.day,
        there.day - 1,
        there.isoweekday() % 7,
        there.timetuple().tm_yday - 1,
        there.hour,
        there.minute,
        there.second,
    ]


@given(INTS)
def test_a_duration_is_what_its_text_says(nanos):
    assert value("duration(string(d)) == d", d=Duration(nanos)) is True


@given(INTS, INTS, st.integers(0, 70))
def test_bits_are_those_of_64(one, other, by):
    def signed(bits):
        return (bits & (2**64 - 1) ^ 2**63) - 2**63

    expression = "[math.bitAnd(a, b), math.bitOr(a, b), math.bitXor(a, b), math.bitNot(a)]"
    assert value(expression, a=one, b=other) == [one & other, one | other, one ^ other, ~one]
    shifts = [signed(one << by), signed((one & (2**64 - 1)) >> by)]
    assert value("[math.bitShiftLeft(a, n), math.bitShiftRight(a, n)]", a=one, n=by) == shifts


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_decimals_are_rounded_to_the_nearest(number, digits):
    found = value("decimal(x, n)", x=number, n=digits)
    exact = Fraction(Decimal(repr(number))) * 10**digits
    assert found == round(exact)


@given(LISTS)
def test_every_list_has_each_of_its_elements_once(values):
    once = value("x.distinct()", x=values)
    assert value("x.distinct().size() == x.size()", x=once) is True
    for each in values:
        if each == each and "nan" not in repr(each):  # noqa: PLR0124 - not a number is not itself
            assert value("x.filter(other, other == each).size() == 1", x=once, each=each) is True


@given(LISTS, LISTS)
def test_sets_ask_for_what_a_loop_finds(one, other):
    loop = "b.all(each, a.exists(mine, mine == each))"
    assert value("sets.contains(a, b)", a=one, b=other) == value(loop, a=one, b=other)
    loop = "b.exists(each, a.exists(mine, mine == each))"
    assert value("sets.intersects(a, b)", a=one, b=other) == value(loop, a=one, b=other)
    assert value("sets.equivalent(a, b) == sets.equivalent(b, a)", a=one, b=other) is True


@given(st.lists(st.integers(-5, 5)) | st.lists(st.text("ab", max_size=2)))
def test_sorted_is_in_order_and_nothing_is_lost(values):
    assert value("x.sort()", x=values) == sorted(values)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5, unique=True), st.integers(0, 9), st.data())
def test_a_range_has_what_its_intervals_have(numbers, asked, data):
    numbers.sort()
    upper = data.draw(st.booleans())
    parts, intervals = [], []
    for number in numbers:  # bounds have to alternate
        closed = data.draw(st.booleans())
        parts.append(f"{'<' if upper else '>'}{'=' * closed}1.{number}.0")
        intervals.append((upper, number, closed))
        upper = not upper

    def inside():
        for is_upper, number, closed in intervals:
            if asked == number:
                return closed
            if is_upper and asked < number:
                return True
            if not is_upper and asked < number:
                return False
        return not intervals[-1][0]

    text = "vers:npm/" + "|".join(data.draw(st.permutations(parts)))
    assert value("vers.contains(r, v)", r=text, v=f"1.{asked}.0") == inside()


NAMES = st.text("abA-_.~%4@0+:/", min_size=1, max_size=6)


@given(
    st.sampled_from(["npm", "pypi", "deb", "generic", "oci"]),
    NAMES,
    NAMES,
    st.sampled_from(["", "?a=b", "?A=b&c=d", "#x/y"]),
)
def test_a_purl_that_needs_no_parsing_is_taken_apart_alike(kind, name, version, rest):
    text = f"pkg:{kind}/{name}@{version}{rest}"
    try:
        purl = parse_purl(text)
    except InputError:
        return
    bare = str(Purl(type=purl.type, namespace=purl.namespace, name=purl.name))
    assert packages.bare_name(text, Meter(1000)) == (bare, purl.version)
    assert packages.bare_name(str(purl), Meter(1000)) == (bare, purl.version)
