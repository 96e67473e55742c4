"""Regular expressions of policies and those of Python say the same, where both have the same syntax."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.regex import Regex

ATOMS = st.sampled_from(
    [
        *("a", "b", "-", " ", ".", "\\n", "[ab]", "[^a]", "[a-c_]", "\\d", "\\w", "\\s", "\\S", "\\."),
        *("^", "\\b", "\\B", "\\x62", "(?s:.)"),
    ]
)
TIMES = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?", "+?", "??", "{1,2}?"])
TEXTS = st.text("ab1_- \n.", max_size=12)
ANYTHING = st.text("ab(|)[]{}*+?\\^$.-:,0123PpLQEdwbxiUms<>=!&\n é", max_size=20)


def larger(parts):
    return st.one_of(
        st.lists(parts, min_size=1, max_size=4).map("".join),
        st.lists(parts, min_size=2, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        parts.map(lambda part: f"({part})"),
        parts.map(lambda part: f"(?i:{part})"),
        st.tuples(parts, TIMES).map(lambda both: f"(?:{both[0]}){both[1]}"),
    )


PATTERNS = st.recursive(ATOMS, larger, max_leaves=12)


def search(pattern, text):
    return Regex(pattern).search(text, Meter(10**6))


@settings(max_examples=500)
@given(PATTERNS, TEXTS)
def test_the_answer_is_that_of_python(pattern, text):
    # In an empty text Python finds no place for \B; RE2 does.
    if "\\B" in pattern and not text:
        return
    assert search(pattern, text) == (re.search(pattern, text, re.ASCII) is not None)


@settings(max_examples=300)
@given(PATTERNS, TEXTS)
def test_anchors_are_those_of_python(pattern, text):
    if "\\B" in pattern and not text:
        return
    assert search(f"\\A(?:{pattern})\\z", text) == (re.fullmatch(pattern, text, re.ASCII) is not None)


@settings(max_examples=300)
@given(PATTERNS, TEXTS)
def test_searching_twice_is_searching_once(pattern, text):
    program = Regex(pattern)
    first = program.search(text, Meter(10**6))
    for other in (text[::-1], "", text + text):
        program.search(other, Meter(10**6))
    assert program.search(text, Meter(10**6)) == first


@settings(max_examples=500)
@given(ANYTHING, TEXTS)
def test_any_text_is_an_expression_or_refused(pattern, text):
    try:
        found = search(pattern, text)
    except EvalError:
        return
    assert search(f"(?:{pattern}|\\d\\D\\d{{9}})", text) == found or "\\Q" in pattern


@given(st.text(max_size=30), st.text(max_size=30))
def test_quoted_text_is_found_where_it_is(part, around):
    if "\\E" in part or part.endswith("\\"):
        return
    assert search(f"\\Q{part}\\E", around + part + around)
    assert search(f"\\Q{part}\\E", around) == (part in around)
