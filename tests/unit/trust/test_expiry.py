"""The time of signing against what the verifier asks."""

import pytest

from stella_git.canon.clock import Instant
from stella_git.trust.expiry import check_signing_time
from stella_git.trust.validity import TrustedTime

T = 1_780_000_000


def outcome(*times, signed_at=None, not_after=None, skew=0):
    check = check_signing_time(
        [TrustedTime(Instant(at), f"log:{at}") for at in times],
        signed_at=None if signed_at is None else Instant(signed_at),
        not_after=None if not_after is None else Instant(not_after),
        skew=skew,
    )
    assert check.name == "signed"
    assert bool(check.remedy) == (check.status == "failed")
    return check.code or check.status, check.detail


CASES = [
    ((), {}, "skipped"),
    ((T,), {}, "passed"),
    ((), {"signed_at": T}, "passed"),
    ((T,), {"signed_at": T}, "passed"),
    ((T,), {"signed_at": T - 1}, "SIGNED_LATER"),
    ((T,), {"signed_at": T - 1, "skew": 1}, "passed"),
    ((T,), {"signed_at": T - 2, "skew": 1}, "SIGNED_LATER"),
    ((T, T + 9), {"signed_at": T}, "passed"),
    ((T + 9, T), {"signed_at": T}, "passed"),
    ((T,), {"signed_at": T + 99}, "passed"),
    ((), {"not_after": T}, "NO_TRUSTED_TIME"),
    ((T,), {"not_after": T}, "passed"),
    ((T + 1,), {"not_after": T}, "SIGNED_TOO_LATE"),
    ((T + 1,), {"not_after": T, "skew": 1}, "passed"),
    ((T + 2,), {"not_after": T, "skew": 1}, "SIGNED_TOO_LATE"),
    ((T + 9, T), {"not_after": T}, "passed"),
    ((), {"signed_at": T, "not_after": T}, "passed"),
    ((), {"signed_at": T + 1, "not_after": T}, "SIGNED_TOO_LATE"),
    ((T,), {"signed_at": T + 99, "not_after": T}, "passed"),
    ((T,), {"signed_at": T - 9, "not_after": T}, "SIGNED_LATER"),
]


@pytest.mark.parametrize(("times", "asked", "expected"), CASES)
def test_the_time_of_signing(times, asked, expected):
    assert outcome(*times, **asked)[0] == expected


def test_what_nobody_proves_is_said_to_be_unproved():
    assert outcome(T)[1] == f"{Instant(T)} at the latest"
    assert outcome(T + 9, T, not_after=T + 9)[1] == f"{Instant(T)} at the latest"
    assert outcome(signed_at=T)[1] == f"{Instant(T)}, as you say: nobody proves it"
    assert outcome(T, signed_at=T + 5)[1] == f"{Instant(T)} at the latest"
