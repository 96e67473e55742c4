"""Orderings of versions against what each ecosystem publishes about its own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from stella_git.documents.versions import compare

# Each from the oldest to the newest.
ASCENDING = {
    "npm": [
        "1.0.0-0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
    ],
    "golang": ["v0.0.0-20190101000000-abcdefabcdef", "v0.1.0", "v1.0.0", "v2.0.0+incompatible"],
    "pypi": [
        "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
        "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7",
        "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.1.dev1", "1!0.1",
    ],
    "deb": ["1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0-1.1", "1.0a", "1.0+b1", "1.2", "1.10", "1:0.9"],
    "rpm": ["1.0~rc1", "1.0", "1.0^git1", "1.0a", "1.0.1", "1.2-1", "1.2-2", "1.10", "1:0.1"],
}  # fmt: skip


@pytest.mark.parametrize("kind", ASCENDING)
def test_versions_are_in_order(kind):
    for older, newer in pairwise(ASCENDING[kind]):
        assert compare(kind, older, newer) == -1, (older, newer)
        assert compare(kind, newer, older) == 1, (older, newer)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("npm", "1.0.0+a", "1.0.0+b"),
        ("golang", "v1.0.0", "1.0.0"),
        ("pypi", "1.0", "1.0.0"),
        ("pypi", "1.0alpha-1", "1.0a1"),
        ("pypi", "1.0-1", "1.0.post1"),
        ("deb", "0:1.0", "1.0-0"),
        ("rpm", "1.0", "1_0"),
        ("rpm", "1.01", "1.1"),
    ],
)
def test_spellings_of_one_version(kind, one, other):
    assert compare(kind, one, other) == 0


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("maven", "1.0", "1.1"),
        ("", "1.0", "1.1"),
        ("npm", "1.0", "1.1.0"),
        ("npm", "01.0.0", "1.0.0"),
        ("npm", "latest", "1.0.0"),
        ("pypi", "1.0-final", "1.0"),
        ("pypi", "1" * 300, "1.0"),
        ("deb", "a1", "1"),
        ("rpm", "1.0 ", "1"),
    ],
)
def test_nothing_is_said_of_what_is_not_known(kind, one, other):
    assert compare(kind, one, other) is None


def test_a_version_is_itself_whatever_it_is():
    assert compare("maven", "anything", "anything") == 0


@st.composite
def _pypi(draw):
    release = ".".join(draw(st.lists(st.sampled_from(["0", "0", "1", "2", "10"]), min_size=1, max_size=4)))
    parts = [
        draw(st.sampled_from(["", "", "1!", "v"])),
        release,
        draw(st.sampled_from(["", "", "a", "-alpha1", ".b2", "beta", "_rc.1", "c", "pre2", "-preview-1"])),
        draw(st.sampled_from(["", "", ".post", "post1", "-1", "-r2", ".rev3", ".post0"])),
        draw(st.sampled_from(["", "", ".dev", "dev1", "-dev2"])),
        draw(st.sampled_from(["", "", "+a", "+1", "+1.a", "+ubuntu-1", "+1.2"])),
    ]
    return "".join(parts)


@given(_pypi(), _pypi())
def test_pep_440_is_compared_as_packaging_does(one, other):
    try:
        first, second = Version(one), Version(other)
    except InvalidVersion:
        return
    assert compare("pypi", one, other) == (first > second) - (first < second)
