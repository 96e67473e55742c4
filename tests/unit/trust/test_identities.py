import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stella_git.trust import identities

WORKFLOW = "^https://github.com/org/*/.github/workflows/release.yml@refs/tags/v*$"

MATCHES = [
    ("^a$", "a", True),
    ("^a$", "aa", False),
    ("^a$", "ba", False),
    ("^a$", "", False),
    ("^a$", "A", False),
    ("^a.c$", "abc", False),
    ("^*$", "abc", True),
    ("^*$", "", False),
    ("^*$", "a/b", False),
    ("^*$", "a@b", False),
    ("^**$", "a/b@c", True),
    ("^**$", "", False),
    ("^*@example.org$", "ada@example.org", True),
    ("^*@example.org$", "ada@evil.example@example.org", False),
    ("^*@example.org$", "@example.org", False),
    ("^*@example.org$", "ada@example.org.evil.example", False),
    ("^*@example.org$", "ada@example.org\n", False),
    (WORKFLOW, "https://github.com/org/shop/.github/workflows/release.yml@refs/tags/v1", True),
    (WORKFLOW, "https://github.com/org/shop/.github/workflows/release.yml@refs/heads/v1", False),
    (WORKFLOW, "https://github.com/org/a/b/.github/workflows/release.yml@refs/tags/v1", False),
    (WORKFLOW, "https://github.com/org/shop/.github/workflows/release.yml@refs/tags/v1/x", False),
    (
        WORKFLOW,
        "https://evil.example/" + WORKFLOW[1:-1],
        False,
    ),
    ("^a**b*c$", "aXbYcZbWc", True),
    ("^a**b*c$", "aXbYcZbWcd", False),
    ("^a*b**$", "aXb", False),
    ("^a*b**$", "aXb/", True),
    ("^**@**$", "@@@", True),
]


@pytest.mark.parametrize(("pattern", "subject", "expected"), MATCHES)
def test_the_whole_subject_matches_or_nothing(pattern, subject, expected):
    assert identities.defect(pattern) is None
    assert identities.matches(pattern, subject) is expected


REFUSED = [
    r"^",
    r"$",
    r"^$",
    r"a",
    r"^a",
    r"a$",
    r"^a.*$",
    r"^(a)$",
    r"^a|b$",
    r"^a+$",
    r"^a?$",
    r"^[a]$",
    r"^a{2}$",
    r"^a\.b$",
    r"^^a$",
    r"^a$$",
    r"^a***$",
]


@pytest.mark.parametrize("pattern", ["", *REFUSED])
def test_what_looks_like_a_regular_expression_is_refused(pattern):
    assert identities.defect(pattern)


def as_regex(pattern):
    parts = re.split(r"(\*\*|\*)", pattern[1:-1])
    return "".join({"*": "[^/@]+", "**": "(?s:.)+"}.get(part, re.escape(part)) for part in parts)


@given(
    st.lists(st.sampled_from(["*", "**", "a", "b", "/", "@", "."]), min_size=1, max_size=8),
    st.text("ab/@.\n", max_size=10),
)
def test_a_pattern_means_what_the_same_regular_expression_means(parts, subject):
    pattern = "^" + "".join(parts) + "$"
    if identities.defect(pattern) is None:
        expected = re.fullmatch(as_regex(pattern), subject) is not None
        assert identities.matches(pattern, subject) is expected


def test_no_subject_makes_matching_slow():
    pattern = "^" + "**a" * 160 + "b$"
    assert identities.defect(pattern) is None
    start = time.process_time()

    assert not identities.matches(pattern, "a" * 4096)
    assert time.process_time() - start < 2
