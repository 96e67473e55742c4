import copy
import pickle
import time

import pytest

from stella_git.canon.clock import FixedClock, Instant, SystemClock, parse_rfc3339
from stella_git.errors import InputError

FIRST, LAST = -62_135_596_800, 253_402_300_799


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("1969-12-31T23:59:59Z", -1, 0),
        ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ("2026-01-31T12:34:56Z", 1_769_862_896, 0),
        ("2024-02-29t23:59:59z", 1_709_251_199, 0),
        ("2000-02-29T00:00:00Z", 951_782_400, 0),
        ("2026-01-31T12:34:56.000000001Z", 1_769_862_896, 1),
        ("2026-01-31T12:34:56.120Z", 1_769_862_896, 120_000_000),
        ("2026-01-31T14:34:56+02:00", 1_769_862_896, 0),
        ("2026-01-31T07:04:56-05:30", 1_769_862_896, 0),
        ("2026-01-31T12:34:56-00:00", 1_769_862_896, 0),
        ("0001-01-01T00:00:00Z", FIRST, 0),
        ("9999-12-31T23:59:59.999999999Z", LAST, 999_999_999),
        ("0001-01-01T23:59:00+23:59", FIRST, 0),
    ],
)
def test_parses(text, seconds, nanos):
    found = parse_rfc3339(text)
    assert (found.seconds, found.nanos) == (seconds, nanos)
    assert parse_rfc3339(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-01-31",
        "2026-01-31T12:34Z",
        "2026-01-31T12:34:56",
        "2026-01-31 12:34:56Z",
        "2026-1-31T12:34:56Z",
        "2026-01-31T12:34:56.Z",
        "2026-01-31T12:34:56,5Z",
        "2026-01-31T12:34:56.1234567890Z",
        "2026-01-31T12:34:56+0200",
        "2026-01-31T12:34:56+2:00",
        "2026-01-31T12:34:56+24:00",
        "2026-01-31T12:34:56+01:60",
        "2026-00-31T12:34:56Z",
        "2026-13-31T12:34:56Z",
        "2026-01-00T12:34:56Z",
        "2026-01-32T12:34:56Z",
        "2026-04-31T12:34:56Z",
        "2023-02-29T12:34:56Z",
        "1900-02-29T12:34:56Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "2026-06-30T23:59:60Z",
        "٢٠٢٦-01-31T12:34:56Z",
        "2026-01-31T12:34:56Z\n",
        " 2026-01-31T12:34:56Z",
        "+2026-01-31T12:34:56Z",
    ],
)
def test_refuses(text):
    with pytest.raises(InputError) as caught:
        parse_rfc3339(text)
    assert caught.value.code == "time-malformed"


@pytest.mark.parametrize(
    "text", ["0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"]
)
def test_refuses_other_millennia(text):
    with pytest.raises(InputError) as caught:
        parse_rfc3339(text)
    assert caught.value.code == "time-out-of-range"


@pytest.mark.parametrize(("seconds", "nanos"), [(FIRST - 1, 0), (LAST + 1, 0), (0, -1), (0, 10**9)])
def test_an_instant_has_limits(seconds, nanos):
    with pytest.raises(InputError) as caught:
        Instant(seconds, nanos)
    assert caught.value.code == "time-out-of-range"


def test_text_has_one_spelling():
    assert str(Instant(0)) == "1970-01-01T00:00:00Z"
    assert str(Instant(0, 120_000_000)) == "1970-01-01T00:00:00.12Z"
    assert str(Instant(-1, 1)) == "1969-12-31T23:59:59.000000001Z"
    assert repr(Instant(5)) == "Instant(5)"
    assert repr(Instant(5, 6)) == "Instant(5, 6)"


def test_order_equality_and_arithmetic():
    assert Instant(1) < Instant(1, 1) < Instant(2) <= Instant(2)
    assert Instant(1) == Instant(1, 0)
    assert hash(Instant(1)) == hash(Instant(1, 0))
    assert Instant(1) != (1, 0)
    assert Instant(1, 5).plus(-2) == Instant(-1, 5)
    assert [Instant(seconds).days() for seconds in (0, 86_399, 86_400, -1)] == [0, 0, 1, -1]
    with pytest.raises(InputError):
        Instant(LAST).plus(1)


def test_an_instant_cannot_change():
    instant = Instant(1)
    with pytest.raises(AttributeError):
        instant.seconds = 2
    with pytest.raises(AttributeError):
        del instant.nanos
    assert copy.copy(instant) == instant
    assert pickle.loads(pickle.dumps(instant)) == instant


def test_clocks():
    assert FixedClock(Instant(7)).now() == Instant(7)
    before = int(time.time())
    assert before <= SystemClock().now().seconds <= before + 60
    assert SystemClock().now().nanos == 0
