"""Laws of identifiers and time; packageurl-python and datetime are oracles."""

import datetime as dt
import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from packageurl import PackageURL

from stella_git.canon import ids
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.errors import InputError

# Types for which our rules and those of packageurl-python are the same.
SHARED_TYPES = [
    "npm",
    "maven",
    "generic",
    "cargo",
    "gem",
    "nuget",
    "github",
    "composer",
    "hex",
    "alpm",
    "apk",
]
SHARED_TYPES += ["docker", "oci", "cran", "conda", "conan", "swift", "bitnami", "huggingface", "luarocks"]
SHARED_TYPES += ["qpkg", "cpan", "apk"]
OTHER_TYPES = ["golang", "deb", "rpm", "pypi", "pub", "hackage", "mlflow", "bitbucket", "gitlab"]
LETTERS = "abcXYZ019.-_~:+@ %?#=&,!é山\U0001f600"
PIECE = st.text(st.sampled_from(LETTERS), min_size=1, max_size=8).filter(str.strip)
SEGMENT = PIECE.filter(lambda piece: piece == piece.strip() and piece.strip(".") != "")
KEY = st.from_regex(r"[a-z][a-z0-9._-]{0,6}", fullmatch=True)


def purls(types):
    return st.builds(
        PackageURL,
        type=st.sampled_from(types),
        namespace=st.none() | st.lists(SEGMENT, min_size=1, max_size=2).map("/".join),
        name=SEGMENT,
        version=st.none() | SEGMENT,
        qualifiers=st.dictionaries(KEY, SEGMENT, max_size=3),
        subpath=st.none() | st.lists(SEGMENT, min_size=1, max_size=3).map("/".join),
    )


@settings(deadline=None, max_examples=400)
@given(purls(SHARED_TYPES))
def test_canonical_purls_equal_the_oracle(purl):
    assume(purl.type != "npm" or purl.namespace is None or purl.namespace == purl.namespace.lower())
    text = purl.to_string()
    # The library lower-cases the escapes of a name together with the name; ours are always in upper case.
    expected = re.sub(
        "%[0-9a-f]{2}", lambda escape: escape[0].upper(), PackageURL.from_string(text).to_string()
    )
    assert ids.canonical_purl(text) == ids.canonical_purl(expected) == expected


@settings(deadline=None, max_examples=300)
@given(
    purls([*SHARED_TYPES, "golang", "deb", "rpm", "pypi", "pub", "hackage", "mlflow", "bitbucket", "gitlab"])
)
def test_canonical_is_a_fixed_point(purl):
    once = ids.canonical_purl(purl.to_string())
    assert ids.canonical_purl(once) == once
    assert str(ids.parse_purl(once)) == once
    assert once.isascii()


@settings(deadline=None, max_examples=400)
@given(
    st.text(st.sampled_from("pkg:/@?#%=&2Fab.~ é\n"), max_size=24).map("pkg:".__add__) | st.text(max_size=20)
)
def test_anything_is_a_purl_or_refused(text):
    try:
        once = ids.canonical_purl(text)
    except InputError as error:
        assert error.code == "purl-malformed"  # noqa: PT017 - both outcomes are right
    else:
        assert ids.canonical_purl(once) == once


@settings(deadline=None)
@given(
    st.text(max_size=30)
    | st.from_regex(r"(?i)(cve-[0-9]{4}-[0-9]{4,7}|ghsa(-[2-9cf]{4}){3})", fullmatch=True)
)
def test_vulnerability_ids_are_fixed_points(text):
    try:
        once = ids.canonical_vulnerability(text)
    except InputError:
        return
    assert ids.canonical_vulnerability(once) == once
    assert once.lower() == text.lower()
    assert ids.canonical_vulnerability(text.swapcase()).lower() == once.lower()


MILLISECONDS = st.integers(0, 253_402_300_799_999)
SECONDS = st.integers(-62_135_596_800, 253_402_300_799)


@settings(deadline=None, max_examples=300)
@given(SECONDS, st.integers(0, 999_999))
def test_time_equals_datetime(seconds, micros):
    expected = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds, microseconds=micros)
    instant = Instant(seconds, micros * 1000)
    assert parse_rfc3339(str(instant)) == instant
    assert parse_rfc3339(expected.isoformat()) == instant
    assert instant.days() == (expected.date() - dt.date(1970, 1, 1)).days
    assert str(instant) == re.sub(r"(\.[0-9]*?)0*\+00:00$", r"\1Z", expected.isoformat()).replace(
        "+00:00", "Z"
    )


@settings(deadline=None)
@given(SECONDS, SECONDS, st.integers(0, 999_999_999), st.integers(0, 999_999_999))
def test_instants_sort_as_numbers(left, right, left_nanos, right_nanos):
    pair = Instant(left, left_nanos), Instant(right, right_nanos)
    assert (pair[0] < pair[1]) == ((left, left_nanos) < (right, right_nanos))
    assert (pair[0] == pair[1]) == ((left, left_nanos) == (right, right_nanos))


@settings(deadline=None)
@given(
    st.integers(0, 253_402_300_799_999),
    st.integers(0, 253_402_300_799_999),
    st.binary(min_size=10, max_size=10),
)
def test_ulids_sort_by_time_and_can_be_read(left, right, entropy):
    texts = [ids.ulid(Instant(milli // 1000, milli % 1000 * 10**6), entropy) for milli in (left, right)]
    assert (texts[0] < texts[1]) == (left < right)
    instant, found = ids.parse_ulid(texts[0])
    assert (instant.seconds * 1000 + instant.nanos // 10**6, found) == (left, entropy)
