"""The truth table of validity at signing time."""

import pytest

from stella_git.canon.clock import parse_rfc3339
from stella_git.trust.validity import TrustedTime, standing
from trust_cases import END, NOW, START, entry

REVOKED_AT = parse_rfc3339("2026-03-01T00:00:00Z")
LATER = END.plus(86_400)
ACTIVE = entry("ada")
DISABLED = entry("ada", status="disabled")
REVOKED = entry("ada", status="revoked", revoked_at=REVOKED_AT)
REVOKED_LATE = entry("ada", status="revoked", revoked_at=LATER.plus(86_400))


def at(*instants):
    return tuple(TrustedTime(instant, "log:https://log.example") for instant in instants)


TABLE = [
    # key, now, trusted times, code
    (ACTIVE, NOW, (), None),
    (ACTIVE, START, (), None),
    (ACTIVE, END, (), None),
    (ACTIVE, START.plus(-1), (), "KEY_NOT_VALID"),
    (ACTIVE, END.plus(1), (), "KEY_NOT_VALID"),
    (ACTIVE, LATER, at(NOW), None),
    (ACTIVE, LATER, at(START), None),
    (ACTIVE, LATER, at(END), None),
    (ACTIVE, NOW, at(START.plus(-1)), "KEY_NOT_VALID"),
    (ACTIVE, NOW, at(END.plus(1)), "KEY_NOT_VALID"),
    (ACTIVE, LATER, at(LATER, NOW), None),
    (ACTIVE, LATER, at(NOW, LATER), None),
    (ACTIVE, NOW, at(NOW, START.plus(-1)), "KEY_NOT_VALID"),
    (DISABLED, NOW, (), "KEY_DISABLED"),
    (DISABLED, NOW, at(NOW), "KEY_DISABLED"),
    (REVOKED, REVOKED_AT.plus(-1), (), "KEY_REVOKED"),
    (REVOKED, NOW, (), "KEY_REVOKED"),
    (REVOKED, NOW, at(REVOKED_AT.plus(-1)), None),
    (REVOKED, LATER, at(REVOKED_AT.plus(-1)), None),
    (REVOKED, NOW, at(REVOKED_AT), "KEY_REVOKED"),
    (REVOKED, NOW, at(REVOKED_AT.plus(1)), "KEY_REVOKED"),
    (REVOKED, NOW, at(NOW, REVOKED_AT.plus(-1)), None),
    (REVOKED, NOW, at(START.plus(-1)), "KEY_NOT_VALID"),
    (REVOKED_LATE, NOW, at(END.plus(1)), "KEY_NOT_VALID"),
]


@pytest.mark.parametrize(("key", "now", "times", "code"), TABLE)
def test_a_signature_counts_exactly_where_the_table_says(key, now, times, code):
    refusal = standing(key, now=now, times=times)

    assert (refusal and refusal[0]) == code


def test_a_refusal_names_the_time_it_was_judged_by_and_its_source():
    _, reason = standing(ACTIVE, now=NOW, times=at(LATER))

    assert str(LATER) in reason
    assert "log:https://log.example" in reason


@pytest.mark.parametrize(
    ("key", "role", "now", "times", "counts"),
    [
        (ACTIVE, "trust", NOW, (), True),
        (ACTIVE, "log", NOW, (), False),
        (ACTIVE, "trust", LATER, (), False),
        (ACTIVE, "trust", LATER, at(NOW), True),
        (DISABLED, "trust", NOW, at(NOW), False),
    ],
)
def test_an_entry_counts_for_its_roles_alone(key, role, now, times, counts):
    assert key.counts_at(role, now=now, times=times) is counts
