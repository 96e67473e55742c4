"""Regular expressions: syntax, limits, and time that depends on the length of the text alone."""

import re
import sys
import unicodedata

import pytest

from stella_git.policy.cel import regex
from stella_git.policy.cel.meter import EvalError, FuelError, Meter
from stella_git.policy.cel.regex import Regex, compiled, matches
from stella_git.policy.cel.regex_classes import ANY, LAST, category, folded, negated, union
from stella_git.policy.cel.regex_unicode import CATEGORIES


def found(pattern, text):
    return Regex(pattern).search(text, Meter(10**6))


MATCH = [
    ("", ""), ("", "x"), ("a", "cab"), ("a|b|", "x"), ("^a", "ab"), ("b$", "ab"), ("^$", ""),
    ("a.c", "a-c"), ("(?s)a.c", "a\nc"), ("(?s:.)$", "\n"), ("[a-c]x", "bx"), ("[^a-c]x", "dx"),
    ("[^a]", "\n"), ("[]a]+$", "a]"), ("[a-]", "-"), ("[-a]", "-"), ("[\\d-z]", "-"), ("[a^]", "^"),
    ("[[:alpha:]]1", "z1"), ("[[:^alpha:]]", "1"), ("[[a]", "["), ("[[:word]]", "o]"), ("[[:]", ":"),
    ("\\d\\s\\w", "1 _"), ("\\D\\S\\W", "a-."), ("\\pL\\PL", "é1"), ("\\p{Lu}", "É"), ("\\p{^Lu}", "é"),
    ("\\P{^Lu}", "É"), ("[\\p{Nd}x]", "٣"), ("\\p{Any}", "\n"), ("\\pC", "\x00"),
    ("\\a\\f\\t\\n\\r\\v", "\a\f\t\n\r\v"), ("\\101\\x42\\x{1F600}\\0", "AB😀\x00"), ("\\Qa.b\\E+", "a.bb"),
    ("\\Q(", "("), ("\\.\\_\\-", "._-"), ("a*", ""), ("^a+$", "aaa"), ("^a?b$", "b"), ("^a{2}$", "aa"),
    ("^a{2,}$", "aaa"), ("^a{0,1}b", "b"), ("^(?:a{0}b)$", "b"), ("^a{2,3}?$", "aaa"), ("a*?b+?c??", "b"),
    ("a{,2}", "a{,2}"), ("a{01}", "a{01}"), ("{", "{"), ("a{1,x}", "a{1,x}"), ("a{1", "a{1"),
    ("x{}", "x{}"), ("(a(b(c)))d", "abcd"), ("(?P<n>a)(?<m>b)", "ab"),
    ("(?i)straSSe", "STRAßE".replace("ß", "SS")), ("(?i:a)b", "Ab"), ("(?i)k", "\u212a"),
    ("(?i)[a-c]", "B"), ("(?i)[^a]", "b"), ("(?i)\\pL", "x"), ("(?i)\\w", "ſ"), ("(?i-i)a|B", "B"),
    ("((?i)a)b", "Ab"), ("(?i)ς", "Σ"), ("(?m)^b$", "a\nb\nc"), ("(?m)a$", "a\nb"), ("\\Ab\\z", "b"),
    ("(?U)a+b", "aab"), ("(?-s).", "x"), ("\\bb\\b", "a b c"), ("\\Bb", "ab"), ("\\B", ""),
    ("é\\b|\\bx", "éx"), ("(a*)*$", "aab"), ("(a|b)*abb$", "ababb"), ("^*a", "ba"), ("(?:)", ""),
    ("()", ""), ("a()b", "ab"), ("(|a)+$", "b"), ("(?i)", "x"), ("(a*|b)*c", "abac"),
]  # fmt: skip

NO_MATCH = [
    ("a", ""), ("^b", "ab"), ("a$", "ab"), ("a$", "a\n"), ("a.c", "a\nc"), ("[a-c]", "d"),
    ("[^a-c]", "abc"), ("\\d", "٣"), ("\\w", "é"), ("\\s", "\v"), ("(?i-i)a", "A"), ("((?i)a)b", "AB"),
    ("(?i:a)b", "AB"), ("(?i)[^a]", "A"), ("(?m)^b$", "ab\nbc"), ("^b", "a\nb"), ("\\Ab", "a\nb"),
    ("b\\z", "b\n"), ("\\bb", "ab"), ("\\B", "a"), ("^a{2,3}$", "aaaa"), ("^a{2,3}$", "a"),
    ("(?i)i", "\u0130"), ("(?i)i", "\u0131"), ("\\p{Lu}", "é"), ("\\PL", "é"), ("\\b", ""),
    ("(a*)*b", "a" * 50), ("\\pC", "x"), ("a{0}b", "a"), ("[[:^alpha:]]", "x"),
]  # fmt: skip

REFUSED = [
    "(", ")", "a)", "(a", "[", "[a", "[]", "[^]", "[b-a]", "[a-\\d]", "*", "+a", "?", "a**", "a+*",
    "a{2}{3}", "a???", "(|*)", "{2}", "a{2,1}", "a{1001}", "a{1,1001}", "\\", "a\\", "\\1", "\\8", "\\c",
    "\\E", "\\Z", "\\C", "\\y", "\\é", "[\\b]", "[\\Q]", "\\x", "\\x4", "\\x{}", "\\x{110000}",
    "\\x{FFFFFFFFF}", "\\p", "\\pX", "\\p{Greek}", "\\p{}", "[[:none:]]", "[[:a]b:]", "[\\pX]", "(?",
    "(?x)", "(?i", "(?-)", "(?i-)", "(?--i)", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?P=n)", "(?P<n",
    "(?P<>a)", "(?P<n-m>a)", "(?P<é>a)", "(?P<n>a)(?P<n>b)", "(?#c)", "(?>a)", "[a\\", "[\\",
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text"), MATCH)
def test_matches(pattern, text):
    assert found(pattern, text)


@pytest.mark.parametrize(("pattern", "text"), NO_MATCH)
def test_does_not_match(pattern, text):
    assert not found(pattern, text)


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_no_expression_is_refused_with_a_place(pattern):
    with pytest.raises(EvalError, match=r"at character \d+$") as caught:
        Regex(pattern)
    assert caught.value.code == "cel-evaluation"


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("x" * 4097, "4096 characters"),
        ("(" * 65 + ")" * 65, "nested deeper than 64"),
        ("(x{1000}){2}", "too large"),
        ("x" * 1001, "too large"),
        ("((a{0}){1000}){1000}", "too large"),
        ("".join(f"[\\pL{chr(0x3001 + at)}]" for at in range(20)), "too large"),
        ("\\pL" * 100, "ranges"),
        ("[" + "\\pL" * 100 + "]", "ranges"),
    ],
)
def test_what_is_beyond_the_limits_is_refused(pattern, says):
    with pytest.raises(EvalError, match=says):
        Regex(pattern)


def test_limits_are_reached():
    assert found("(" * 64 + "x" + ")" * 64, "x")
    assert found("x{1000}", "x" * 1000)
    assert not found("x{1000}", "x" * 999)
    assert found("(?i)(\\pL\\pN){10}", "a1" * 10)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a*)*b", "a" * 20_000),
        ("(a|a)*b", "a" * 20_000),
        ("(a|aa)+$b", "a" * 20_000),
        ("(x+x+)+y", "x" * 20_000),
        ("(.*)(.*)(.*)(.*)(.*)[^a]$", "a" * 20_000),
        ("((a{0,9}){0,9}){0,9}b", "a" * 20_000),
        ("(a|b)*a(a|b){300}c", "abbab" * 400),
        ("\\b(\\w+)\\b" * 40 + "!", "ab " * 5_000),
    ],
)
def test_hostile_expressions_cost_what_the_text_is_long(pattern, text):
    program = Regex(pattern)
    meter = Meter(10**9)
    assert not program.search(text, meter)
    assert 10**9 - meter.left == len(text) * (1 + len(program._program.sets) // 64)


def test_fuel_is_the_same_whether_the_expression_was_met_before_or_not():
    compiled.cache_clear()
    spent = []
    for _ in range(2):
        meter = Meter(1000)
        assert matches("abc", "b+c", meter)
        spent.append(1000 - meter.left)
    assert spent[0] == spent[1] > len("abc")


def test_fuel_ends_a_search_and_pays_for_refusing():
    with pytest.raises(FuelError):
        Regex("b").search("a" * 11, Meter(10))
    with pytest.raises(FuelError):
        matches("", "(", Meter(100))
    meter = Meter(20_000)
    with pytest.raises(EvalError, match="not closed"):
        matches("", "(", meter)
    assert meter.left == 10_000


def test_forgetting_what_was_met_changes_nothing(monkeypatch):
    monkeypatch.setattr(regex, "_MOST_STEPS", 3)
    program = Regex("(a|b)*a(a|b){6}c")
    for text in ("ab" * 40, "ba" * 40 + "abbabbac", "aabab" * 20):
        expected = re.search("(a|b)*a(a|b){6}c", text) is not None
        assert program.search(text, Meter(10**6)) == expected
        assert program._steps <= 3


def test_what_is_kept_is_bounded():
    program = Regex("(a|b)*a(a|b){60}c")
    text = "".join("ab"[(at * at // 7 + at // 3) % 2] for at in range(40_000))
    assert not program.search(text, Meter(10**9))
    assert len(program._states) <= regex._MOST_STEPS
    assert program._steps <= regex._MOST_STEPS


@pytest.mark.parametrize(
    ("pattern", "anchored"),
    [
        *(("^a", True), ("(^a|\\Ab)c", True), ("(?:^a){2}", True), ("^", True), ("(^a)+", True)),
        *(("(^a)*b", False), ("^a|b", False), ("(?m)^a", False), ("a^", False), ("", False), ("()^a", False)),
    ],
)
def test_what_begins_with_the_text_is_given_up_early(pattern, anchored):
    program = Regex(pattern)
    assert program._program.anchored is anchored
    assert program.search("xb\na" + "x" * 20, Meter(100)) == (re.search(pattern, "xb\na") is not None)
    assert program.search("xba", Meter(100)) == (re.search(pattern, "xba") is not None)
    assert program.search("acbc", Meter(100)) == (re.search(pattern, "acbc") is not None)


def test_ranges_that_touch_become_one():
    assert union([(5, 6), (1, 2), (3, 4), (2, 2), (9, 9)]) == ((1, 6), (9, 9))


def test_negation_is_its_own_opposite():
    for ranges in (((1, 5), (7, 7)), ((0, 3),), ((4, LAST),), ()):
        assert negated(negated(ranges)) == ranges
    assert negated(ANY) == ()


def test_case_is_folded_in_both_directions():
    assert folded(((ord("k"), ord("k")),)) == ((75, 75), (107, 107), (0x212A, 0x212A))
    assert folded(((0x3C2, 0x3C2),)) == ((0x3A3, 0x3A3), (0x3C2, 0x3C3))
    assert folded(((48, 57),)) == ((48, 57),)


def test_folding_twice_adds_nothing():
    whole = folded(((0x100, 0x24F),))
    assert folded(whole) == whole


def test_a_general_category_is_the_union_of_its_parts():
    parts = [category(name) for name in ("Lu", "Ll", "Lt", "Lm", "Lo")]
    assert category("L") == union(each for part in parts for each in part)
    assert category("Any") == ANY
    assert category("Xx") is None
    assert category("Cn") is None


def test_the_table_has_the_categories_of_unicode_14():
    exact = unicodedata.unidata_version == "14.0.0"
    for name in CATEGORIES:
        for low, high in category(name):
            for code in {low, high, (low + high) // 2}:
                assert unicodedata.category(chr(code)) == name or not exact
    if exact:
        held = sum(high - low + 1 for name in CATEGORIES for low, high in category(name))
        assert held == sum(unicodedata.category(chr(code)) != "Cn" for code in range(sys.maxunicode + 1))
