"""What is certainly meant, and what only may be."""

import pytest

from stella_git.documents.mends import date_time, licence, licence_mend, mend_of, spelling, utc_second
from stella_git.documents.problems import Mend

STAMP = "^[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z$"  # of the schema of SPDX 3.0.1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-31 09:30:00Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+0200", "2026-01-31T09:30:00+02:00"),
        ("2026-01-31T09:30:00-05", "2026-01-31T09:30:00-05:00"),
        ("2026-01-31T09:30:00,123 Z", "2026-01-31T09:30:00.123Z"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00Z"),
        ("2016-12-31 23:59:60Z", "2016-12-31T23:59:60Z"),
        ("2026-01-31 09:30:60Z", None),  # no leap second then
        ("2026-01-31T09:30:00", None),  # of no time zone
        ("2026-01-31 09:30Z", None),  # to the minute
        ("2026-01-31", None),
        ("2026-02-30 09:30:00Z", None),
        ("31-01-2026 09:30:00Z", None),
        ("20260131T093000Z", None),
        ("2026-01-31 09:30:00Z\n", None),
        ("２026-01-31 09:30:00Z", None),
        ("", None),
    ],
)
def test_a_date_and_time(text, meant):
    assert date_time(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00Z"),
        ("2026-01-31 09:30:00.000Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00.5Z", None),  # half a second would be lost
        ("2016-12-31T23:59:60Z", None),
        ("0001-01-01T00:00:00+02:00", None),  # before the year 1
        ("yesterday", None),
    ],
)
def test_an_instant_to_the_second(text, meant):
    assert utc_second(text) == meant


MANAGERS = ["PACKAGE-MANAGER", "PACKAGE_MANAGER", "SECURITY", "OTHER"]
MANY = ["MIT", "MIT-0", "Apache-2.0", "Apache20", *(f"L-{number}" for number in range(100))]


@pytest.mark.parametrize(
    ("text", "known", "meant"),
    [
        ("Library", ["library", "file"], "library"),
        ("operating_system", ["operating-system"], "operating-system"),
        ("sha256", ["SHA-256", "SHA3-256"], "SHA-256"),
        ("package-manager", MANAGERS, "PACKAGE-MANAGER"),
        ("package manager", MANAGERS, None),  # which of the two
        ("libary", ["library"], None),
        ("apache-2.0", MANY, "Apache-2.0"),
        ("Apache 2.0", MANY, None),  # in a long list only the case may differ
        ("", ["-"], None),
    ],
)
def test_a_spelling(text, known, meant):
    assert spelling(text, known) == meant


@pytest.mark.parametrize(
    ("keyword", "wanted", "found", "mend"),
    [
        ("enum", ["library", 7], "LIBRARY", Mend("library")),
        ("enum", ["kg"], "\u212ag", None),  # KELVIN SIGN folds to k
        ("enum", ["library"], 3, None),
        ("enum", [1, 2], "1", None),
        ("format", "date-time", "2026-01-31 09:30:00Z", Mend("2026-01-31T09:30:00Z")),
        ("format", "date", "2026-01-31 09:30:00Z", None),
        ("format", "date-time", 5, None),
        ("pattern", STAMP, "2026-01-31T09:30:00+00:00", Mend("2026-01-31T09:30:00Z")),
        ("pattern", "^a$", "2026-01-31T09:30:00+00:00", None),
        ("uniqueItems", True, ["a", "b", "a"], Mend(None)),
        ("uniqueItems", True, ["a", {}, {}], None),  # two components may be two
        ("minLength", 3, "a", None),
    ],
)
def test_what_mends_a_violation(keyword, wanted, found, mend):
    assert mend_of(keyword, wanted, found) == mend


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mit", "MIT"),
        ("mit or  ( apache-2.0 and gpl-2.0+ )", "MIT OR  ( Apache-2.0 AND GPL-2.0+ )"),
        ("gpl-2.0-ONLY with classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("licenseref-own OR documentref-a:licenseref-Own", "LicenseRef-own OR DocumentRef-a:LicenseRef-Own"),
        ("no-such-licence", "no-such-licence"),
        ("Apache 2.0", None),
        ("", None),
    ],
)
def test_a_licence_expression(text, meant):
    assert licence(text) == meant
    assert licence_mend(text) == (None if meant in {None, text} else Mend(meant))
