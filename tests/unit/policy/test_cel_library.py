"""Functions of expressions: what they give at their edges, and what they refuse."""

import math

import pytest

from stella_git.policy import cel
from stella_git.policy.cel.meter import EvalError, FuelError
from stella_git.policy.cel.values import Duration, Timestamp

V31 = "'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'"
V40 = "'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H'"


def value(expression, fuel=1_000_000, **bindings):
    return cel.compile(expression, names=dict.fromkeys(bindings)).evaluate(bindings, fuel=fuel)


TRUE = [
    # Texts
    "'ab'.charAt(2) == '' && ''.charAt(0) == ''",
    "'aXbX'.indexOf('X', 2) == 3 && ''.indexOf('') == 0 && 'ab'.indexOf('', 2) == 2",
    "'ab'.lastIndexOf('', 0) == 0 && 'abab'.lastIndexOf('ab', 1) == 0 && 'a'.lastIndexOf('abc') == -1",
    "'ab'.substring(2) == '' && 'äöü'.substring(1, 2) == 'ö'",
    "'abc'.split('') == ['a', 'b', 'c'] && ''.split('') == [] && ''.split(',') == ['']",
    "'abc'.split('', 2) == ['a', 'bc'] && 'abc'.split('', 5) == ['a', 'b', 'c']",
    "'abc'.split('', 3).size() == 3",
    "'abc'.split('', 0) == [] && 'a,b'.split(',', -2) == ['a', 'b'] && 'a,b,c'.split(',', 9).size() == 3",
    "'abc'.replace('', '-') == '-a-b-c-' && 'abc'.replace('', '-', 2) == '-a-bc'",
    "'aa'.replace('a', 'b', 0) == 'aa'",
    "'aaa'.replace('a', '', -1) == ''",
    "'\\u001cx\\u001c'.trim() == '\\u001cx\\u001c'",
    "['a'].join('long') == 'a'",
    "strings.quote('\\a\\v\\'') == '\"\\\\a\\\\v\\'\"'",
    "'%d %b %b %o %x %X'.format([-7, -5, 5u, -8, -255, 255u]) == '-7 -101 101 -10 -ff FF'",
    "'%x %X %x'.format(['ab', b'ab', 10]) == '6162 6162 a' && '%e'.format([0.0 / 0.0]) == 'NaN'",
    "'%d %s'.format([1.0 / 0.0, -1.0 / 0.0]) == 'Infinity -Infinity'",
    "'%s'.format([[1.0, 100000000000000000000.0]]) == '[1, 100000000000000000000]'",
    "'%s'.format([[1e-7, -0.5, 1u]]) == '[0.0000001, -0.5, 1]'",
    "'%s %s'.format([int, {'b': [true, null], 'a': b'x'}]) == 'int {a: x, b: [true, null]}'",
    "'%.0e %.10f %.100f'.format([12345.0, 1, 0]).size() > 100",
    "'100%%'.format([]) == '100%' && '%.2f%%'.format([0.125]) == '0.12%'",
    "'a\\nb'.matches('a$') == false && matches('ab', '^.b$')",
    "glob.match('a/b', ['x', '**']) && !glob.match('a', []) && !glob.match('a', ['b', 'c'])",
    # Bytes
    "base64.encode(b'') == '' && base64.decode('') == b'' && base64.decode('YQ==') == b'a'",
    "base64.decode('YQ') == b'a'",
    # Numbers
    "math.greatest(1, 1u, 1.0) == 1 && type(math.greatest(1u, 1)) == uint",
    "type(math.least(1.0, 1)) == double",
    "math.greatest([2, 3.5, 1u]) == 3.5 && math.least([2]) == 2",
    "math.ceil(-0.5) == 0.0 && math.isInf(math.floor(1.0 / 0.0)) && math.isInf(math.ceil(-1.0 / 0.0))",
    "math.round(0.49999999999999994) == 0.0 && math.round(4503599627370497.0) == 4503599627370497.0",
    "math.round(2.5) == 3.0 && math.round(-2.5) == -3.0 && math.trunc(1e300) == 1e300",
    "math.isNaN(math.sqrt(-1)) && math.sqrt(2u) > 1.41 && math.isNaN(math.sign(0.0 / 0.0))",
    "math.sign(0u) == 0u && math.abs(3u) == 3u && math.abs(-2.5) == 2.5",
    "math.bitShiftLeft(1, 63) == -9223372036854775807 - 1",
    "math.bitShiftLeft(3u, 63) == 9223372036854775808u",
    "math.bitShiftRight(-1, 1) == 9223372036854775807 && math.bitShiftRight(-1, 0) == -1",
    "decimal(0.5, 0) == 0 && decimal(1.5, 0) == 2 && decimal('2.5', 0) == 2 && decimal(-0.25, 1) == -2",
    "decimal(7, 3) == 7000 && decimal(7u, 1) == 70 && decimal('1e3', 2) == 100000",
    "decimal('1e-999', 18) == 0",
    "decimal(1e18, 0) == 1000000000000000000",
    # Time
    "timestamp('2026-11-21T16:00:00.5+01:00') == timestamp('2026-11-21T15:00:00.500Z')",
    "timestamp(timestamp(5)) == timestamp(5) && duration(duration('1s')) == duration('1s')",
    "duration('1h2m3s4ms5us6ns') == duration('3723004005006ns') && duration('-1.5h') == duration('-90m')",
    "duration('+1s') == duration('1000ms') && duration('0') == duration('0s')",
    "duration('-0') == duration('0s')",
    "duration('.5s') == duration('0.5s') && duration('1.s') == duration('1s')",
    "duration('1µs') == duration('1us')",
    "string(duration('-0.5s')) == '-0.5s' && string(duration('1h')) == '3600s'",
    "string(duration('0')) == '0s'",
    "string(timestamp('2026-01-01T00:00:00.120Z')) == '2026-01-01T00:00:00.12Z'",
    "duration('-90m').getHours() == -1 && duration('-1.5s').getSeconds() == -1",
    "duration('-1.5s').getMilliseconds() == -500",
    "timestamp('1969-12-31T23:59:59.25Z').getMilliseconds() == 250 && timestamp(-1).getSeconds() == 59",
    "timestamp('2026-01-01T00:00:00.007Z').getMilliseconds('+01:00') == 7",
    "timestamp('2024-12-31T00:00:00Z').getDayOfYear() == 365",
    "timestamp('2023-12-31T00:00:00Z').getDayOfYear() == 364",
    "timestamp('0001-01-01T00:00:00Z').getFullYear('-01:00') == 0",
    "timestamp('9999-12-31T23:59:59Z').getFullYear('+01:00') == 10000",
    "timestamp('0001-01-01T00:00:00Z').getDayOfYear('-01:00') == 365",
    "timestamp('0001-01-01T00:00:00Z').getMonth('-01:00') == 11",
    "timestamp('2026-11-21T12:00:00Z').getDayOfWeek() == 6 && timestamp(0).getDayOfWeek('-00:01') == 3",
    "timestamp(0).getHours('Z') == 0 && timestamp(0).getHours('23:59') == 23",
    # Lists and sets
    "[].flatten() == [] && [[], [[]]].flatten(2) == [] && [[1]].flatten(0) == [[1]]",
    "[1].flatten(64) == [1]",
    "[1, 1u, true, '1', b'1', [1], [1.0], {}, {}].distinct() == [1, true, '1', b'1', [1], {}]",
    "[0.0 / 0.0, 0.0 / 0.0].distinct().size() == 2",
    "[].sort() == [] && ['b', 'a'].sort() == ['a', 'b'] && [b'b', b'a'].sort()[0] == b'a'",
    "[true, false].sort()[0] == false",
    "[2.5, 1.5].sort()[0] == 1.5 && [2u, 1u].sort()[0] == 1u",
    "[duration('2s'), duration('1s')].sort()[0] == duration('1s')",
    "[timestamp(2), timestamp(1)].sort()[0] == timestamp(1)",
    "[1, 2].slice(2, 2) == [] && [1, 2].slice(0, 2) == [1, 2] && [].reverse() == []",
    "lists.range(0) == [] && lists.range(-5) == []",
    "[].first() == optional.none() && [].last() == optional.none()",
    "sets.contains([], []) && !sets.contains([1], [true]) && sets.contains([[1, 2]], [[1.0, 2u]])",
    "!sets.contains([0.0 / 0.0], [0.0 / 0.0]) && sets.contains(['a', null], [null])",
    "!sets.contains([[2]], [[1]])",
    "sets.equivalent([1, 1], [1u]) && !sets.equivalent([1], [1, 2]) && !sets.equivalent([1, 2], [1])",
    "!sets.intersects([], [1]) && sets.intersects([{'a': 1}], [{'a': 1.0}])",
    # Packages
    (
        "purl.parse('pkg:deb/debian/curl@7.50?arch=i386#a/b') == {'type': 'deb', 'namespace': 'debian', "
        "'name': 'curl', 'version': '7.50', 'qualifiers': {'arch': 'i386'}, 'subpath': 'a/b'}"
    ),
    "cel.bind(p, purl.parse('pkg:npm/a'), !has(p.version) && p.qualifiers == {})",
    "purl.match('pkg:npm/a@1.0.0?x=y#z', 'pkg:npm/a@1.*') && !purl.match('pkg:npm/a', 'pkg:npm/a@1.*')",
    "purl.match('pkg:oci/a/b/c', 'pkg:oci/**') && !purl.match('pkg:oci/a/b', 'pkg:oci/*')",
    "purl.match('pkg:npm/%40a/b', 'pkg:npm/@a/b@**') == false",
    "purl.match('pkg:npm/a', ['pkg:pypi/*', 'pkg:npm/*']) && !purl.match('pkg:npm/a', [])",
    "purl.match('pkg:npm/a', ['pkg:npm/*', 'pkg:pypi/a'])",
    "semver.parse('1.2.3-a.1+b') == {'major': 1, 'minor': 2, 'patch': 3, 'prerelease': 'a.1', 'build': 'b'}",
    "!semver.isValid('01.2.3') && !semver.isValid('v1.2.3') && !semver.isValid('1.2.3-01')",
    "semver.isValid('1.2.3-0a')",
    "!semver.isValid('9223372036854775808.0.0') && !semver.isValid('1.2.3\\n')",
    "semver.compare('1.0.0+a', '1.0.0+b') == 0 && semver.compare('1.10.0', '1.9.0') == 1",
    "semver.compare('1.0.0-2', '1.0.0-10') == -1",
    "versions.compare('pypi', '1.0.post1', '1.0') == 1 && versions.compare('rpm', '1', '1') == 0",
    "vers.contains('vers:npm/*', 'anything') && vers.contains('vers:npm/1.0.0', '1.0.0')",
    "!vers.contains('vers:npm/1.0.0', '1.0.1')",
    "!vers.contains('vers:npm/!=1.0.0', '1.0.0') && vers.contains('vers:npm/!=1.0.0|!=2.0.0', '1.5.0')",
    "!vers.contains('vers:npm/!=1.0.0|=2.0.0', '1.5.0')",
    "vers.contains('vers:npm/<1.0.0', '0.9.0') && !vers.contains('vers:npm/<1.0.0', '1.0.0')",
    "vers.contains('vers:npm/<=1.0.0', '1.0.0')",
    "vers.contains('vers:npm/>1.0.0', '1.0.1') && !vers.contains('vers:npm/>1.0.0', '1.0.0')",
    "!vers.contains('vers:npm/>1.0.0', '0.1.0')",
    "vers.contains('vers:npm/<1.0.0|>=2.0.0|<3.0.0|!=2.5.0', '2.4.0')",
    "!vers.contains('vers:npm/<1.0.0|>=2.0.0|<3.0.0|!=2.5.0', '2.5.0')",
    "!vers.contains('vers:npm/<1.0.0|>=2.0.0|<3.0.0', '1.5.0')",
    "!vers.contains('vers:npm/<1.0.0|>=2.0.0|<3.0.0', '3.0.0')",
    "vers.contains('vers:npm/<2.0.0|>=1.0.0', '1.5.0') && vers.contains('vers:deb/>=1%3A1.0', '1:1.1')",
    "vers.contains('vers:semver/>=1.0.0', '2.0.0')",
    # Scores and licences
    f"cvss.score({V31}) == 98 && cvss.base({V31}) == 98 && cvss.version({V31}) == '3.1'",
    f"cvss.isValid({V31})",
    f"cvss.score({V40}) == 100 && cvss.severity({V40}) == 'critical' && cvss.metric({V40}, 'E') == 'X'",
    "cvss.score('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:P') < 98 && !cvss.isValid('')",
    "!cvss.isValid('CVSS:5.0/AV:N')",
    "spdx.satisfies('MIT', ['mit']) && !spdx.satisfies('MIT', [])",
    "spdx.satisfies('(MIT OR Foo-1) AND ISC', ['ISC', 'MIT'])",
    "!spdx.satisfies('MIT AND ISC', ['MIT']) && spdx.satisfies('GPL-2.0-or-later', ['GPL-2.0-only'])",
    "spdx.satisfies('Apache-1.1+', ['Apache-1.1']) && !spdx.satisfies('GPL-2.0-only', ['GPL-2.0-or-later'])",
    "!spdx.satisfies('GPL-2.0-only WITH GCC-exception-2.0', ['GPL-2.0-only'])",
    "spdx.satisfies('GPL-2.0-or-later WITH GCC-exception-2.0', ['GPL-2.0-only WITH GCC-exception-2.0'])",
    "spdx.satisfies('GPL-2.0', ['GPL-2.0-only']) && spdx.satisfies('GPL-2.0+', ['GPL-2.0-or-later'])",
    "spdx.satisfies('LGPL-2.1+', ['LGPL-2.1-only']) && !spdx.satisfies('GPL-3.0', ['GPL-3.0-or-later'])",
    "spdx.satisfies('GPL-2.0-only', ['GPL-2.0']) && spdx.satisfies('GFDL-1.3', ['GFDL-1.3-only'])",
    "spdx.satisfies('LicenseRef-a', ['LicenseRef-a']) && !spdx.satisfies('LicenseRef-a', ['LicenseRef-b'])",
    (
        "spdx.licenses('(MIT AND ISC) OR GPL-2.0-only WITH GCC-exception-2.0') == "
        "['GPL-2.0-only WITH GCC-exception-2.0', 'ISC', 'MIT']"
    ),
]

ERRORS = [
    ("'abc'.charAt(4)", "place 4"),
    ("'abc'.charAt(-1)", "place -1"),
    ("'abc'.indexOf('a', 4)", "place 4"),
    ("'abc'.lastIndexOf('a', -1)", "place -1"),
    ("'abc'.substring(4)", "place 4"),
    ("'abc'.substring(2, 1)", "ends before"),
    ("dyn([1]).join()", "not int"),
    ("'%s'.format([])", "more verbs"),
    ("''.format([1])", "verbs for 0"),
    ("'%'.format([1])", "does not know '%'"),
    ("'%q'.format([1])", "does not know '%q'"),
    ("'%.2s'.format([1])", "does not know"),
    ("'%.2d'.format([1])", "does not know"),
    ("'%.101f'.format([1])", "up to 100"),
    ("'%.1000f'.format([1])", "does not know"),
    ("'%d'.format([1.5])", "double as %d"),
    ("'%f'.format(['x'])", "string as %f"),
    ("'%b'.format([1.5])", "double as %b"),
    ("'%X'.format([true])", "bool as %X"),
    ("'%o'.format([true])", "bool as %o"),
    ("'%s'.format([b'\\xff'])", "UTF-8"),
    ("'%s'.format([optional.of(1)])", "as %s"),
    ("'a'.matches('(')", "not closed"),
    ("glob.match('a', dyn([1]))", "not int"),
    ("base64.decode('a')", "not base64"),
    ("base64.decode('YQ=')", "padding"),
    ("base64.decode('YQ===')", "padding"),
    ("base64.decode('Y Q=')", "not base64"),
    ("base64.decode('YÄ==')", "not base64"),
    ("base64.decode('YR==')", "not base64"),
    ("math.greatest([])", "empty"),
    ("math.least(dyn('x'), 1)", "not string"),
    ("math.greatest(dyn(true))", "not bool"),
    ("math.abs(-9223372036854775807 - 1)", "out of range"),
    ("math.bitShiftLeft(1, -1)", "negative"),
    ("decimal('x', 1)", "not a decimal"),
    ("decimal('1_0', 1)", "not a decimal"),
    ("decimal(' 1', 1)", "not a decimal"),
    ("decimal('١', 1)", "not a decimal"),
    ("decimal('" + "1" * 65 + "', 1)", "not a decimal"),
    ("decimal(1.0, 19)", "0 to 18"),
    ("decimal(1.0, -1)", "0 to 18"),
    ("decimal(0.0 / 0.0, 1)", "no number"),
    ("decimal(1e300, 1)", "too large"),
    ("decimal('1e999999999999999999999', 1)", "not a decimal|too large"),
    ("decimal(1e18, 1)", "out of the range"),
    ("timestamp('yesterday')", "RFC 3339"),
    ("timestamp(253402300800)", "0001 and 9999"),
    ("timestamp(0).getHours('Europe/Vienna')", "write an offset"),
    ("timestamp(0).getHours('+24:00')", "write an offset"),
    ("timestamp(0).getHours('+01:60')", "write an offset"),
    ("timestamp(0).getMilliseconds('x')", "write an offset"),
    ("duration('')", "not a duration"),
    ("duration('1')", "not a duration"),
    ("duration('1d')", "not a duration"),
    ("duration('.s')", "not a duration"),
    ("duration('--0')", "not a duration"),
    ("duration('" + "1s" * 40 + "')", "not a duration"),
    ("duration('9223372037s')", "292 years"),
    ("duration('-9223372037s')", "292 years"),
    ("[1].slice(0, 2)", "not in a list"),
    ("[1].slice(1, 0)", "not in a list"),
    ("[1].slice(-1, 0)", "not in a list"),
    ("[1].flatten(-1)", "0 to 64"),
    ("[1].flatten(65)", "0 to 64"),
    ("dyn([1, 'a']).sort()", "int and str"),
    ("[[1]].sort()", "type list"),
    ("[null].sort()", "null_type"),
    ("[0.0 / 0.0].sort()", "not a number"),
    ("purl.parse('x')", "not a purl"),
    ("purl.canonical('pkg:npm')", "not a purl"),
    ("purl.match('x', 'pkg:npm/*')", "not a purl"),
    ("purl.match('pkg:npm/a', 'npm/*')", "begin with pkg:"),
    ("purl.match('pkg:npm/a', dyn([1]))", "not int"),
    ("semver.parse('1.2')", "no semantic version"),
    ("semver.parse('9223372036854775808.0.0')", "no semantic version"),
    ("semver.parse('1.2.3-" + "a" * 200 + "')", "no semantic version"),
    ("semver.compare('1.2.3', 'x')", "no semantic version"),
    ("semver.compare('x', '1.2.3')", "no semantic version"),
    ("versions.compare('maven', '1', '2')", "cannot be compared"),
    ("versions.compare('npm', '1', '2')", "cannot be compared"),
    ("vers.contains('npm/1', '1')", "begin like"),
    ("vers.contains('vers:npm', '1')", "begin like"),
    ("vers.contains('vers:/1', '1')", "begin like"),
    ("vers.contains('vers:npm/', '1')", "no constraint"),
    ("vers.contains('vers:npm/>=', '1')", "no constraint"),
    ("vers.contains('vers:npm/>=1.0.0|*', '1')", "no constraint"),
    ("vers.contains('vers:npm/>= 1.0.0', '1')", "no constraint"),
    ("vers.contains('vers:npm/>=1.0.0|<=1.0.0', '1.0.0')", "twice"),
    ("vers.contains('vers:npm/>1.0.0|>2.0.0', '3.0.0')", "says again"),
    ("vers.contains('vers:npm/>1.0.0|>=2.0.0', '2.0.0')", "says again"),
    ("vers.contains('vers:npm/1.0.0', 'one')", "cannot be compared"),
    ("vers.contains('vers:maven/1.0.0', '2')", "cannot be compared"),
    ("vers.contains('vers:npm/" + "|".join(["1"] * 1001) + "', '1')", "more than 1000"),
    ("cvss.score('x')", "no CVSS vector"),
    ("cvss.severity('x')", "no CVSS vector"),
    (f"cvss.metric({V31}, 'XX')", "no metric"),
    ("spdx.satisfies('MIT OR', ['MIT'])", "no licence expression"),
    ("spdx.satisfies('MIT', ['ISC', 'MIT OR ISC'])", "more than one"),
    ("spdx.satisfies('MIT', ['OR'])", "no licence expression"),
    ("spdx.satisfies('MIT', dyn([1]))", "not int"),
    ("spdx.canonical('OR')", "no licence expression"),
    ("spdx.licenses('')", "no licence expression"),
]


@pytest.mark.parametrize("expression", TRUE)
def test_is_true(expression):
    assert value(expression) is True


@pytest.mark.parametrize(("expression", "says"), ERRORS)
def test_is_an_error_that_says_why(expression, says):
    with pytest.raises(EvalError, match=says) as caught:
        value(expression)
    assert not isinstance(caught.value, FuelError)


@pytest.mark.parametrize(
    "text", ["pkg:npm/a@1.0.0?b=c", "pkg:npm/%61@1.0.0", "pkg:NPM/a@1.0.0#x", "pkg:npm/a"]
)
@pytest.mark.parametrize("pattern", ["pkg:npm/*", "pkg:npm/a@1.*", "pkg:npm/a@*"])
def test_a_purl_matches_however_it_is_spelt(text, pattern):
    wanted = "@1" in text or "@" not in pattern
    assert value("purl.match(x, p)", x=text, p=pattern) is wanted
    assert value("purl.match(purl.canonical(x), p)", x=text, p=pattern) is wanted


def test_a_long_licence_expression_is_read_as_well():
    text = " OR ".join(["ISC"] * 200 + ["MIT"])
    assert value("spdx.satisfies(x, ['MIT'])", x=text) is True


def test_signs_of_zero_are_kept():
    assert math.copysign(1, value("math.ceil(-0.5)")) == -1
    assert math.copysign(1, value("math.round(-0.2)")) == -1


def test_lists_that_are_nested_deep_are_not_written():
    deep = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(EvalError, match="up to 32 deep"):
        value("'%s'.format([x])", x=deep)


def test_what_is_hashed_and_what_is_not_are_looked_for_alike():
    values = [1, 2.5, "a", b"a", True, None, [1], {"a": 1}, Timestamp(1), Duration(1)]
    assert value("sets.equivalent(x, y)", x=values, y=[*reversed(values)]) is True
    assert value("x.all(each, sets.contains(x, [each]))", x=values) is True
    assert value("x.distinct().size() == size(x)", x=values) is True


@pytest.mark.parametrize(
    ("expression", "bindings"),
    [
        ("x.replace('a', x)", {"x": "a" * 50_000}),
        ("x.replace('', x)", {"x": "a" * 50_000}),
        ("x.split('').size() > 0", {"x": "a" * 200_000}),
        ("x.split('a').size() > 0", {"x": "a" * 200_000}),
        ("x.lastIndexOf(x) == 1", {"x": "a" * 50_000}),
        ("glob.match(x, x)", {"x": "a*" * 10_000}),
        ("x.matches('a')", {"x": "b" * 200_000}),
        ("lists.range(200000).size() > 0", {}),
        ("x.all(s, timestamp(s).getDayOfYear() == 0)", {"x": ["2026-01-01T00:00:00Z"] * 30_000}),
        ("x.all(n, string(duration(n)) == n)", {"x": ["5s"] * 30_000}),
        ("x.sort() == x", {"x": list(range(20_000))}),
        ("x.flatten(64) == x", {"x": [list(range(200_000))]}),
        ("x.join(y) == ''", {"x": [""] * 1000, "y": "a" * 10_000}),
        ("sets.contains(x, x)", {"x": [[at] for at in range(2000)]}),
        ("x.distinct() == x", {"x": [{"a": at} for at in range(2000)]}),
        ("'%s'.format([x]) == ''", {"x": list(range(200_000))}),
        ("math.greatest(x) == 1", {"x": list(range(200_000))}),
        ("spdx.isValid(x)", {"x": "(" * 200_000}),
        ("purl.isValid(x)", {"x": "pkg:npm/" + "%41" * 100_000}),
        ("vers.contains(x, '1.0.0')", {"x": "vers:npm/" + "|".join(f"1.0.{at}" for at in range(900))}),
    ],
)
def test_work_takes_fuel_before_it_is_done(expression, bindings):
    with pytest.raises(FuelError):
        value(expression, fuel=100_000, **bindings)
