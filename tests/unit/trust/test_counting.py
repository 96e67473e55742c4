"""Who counts, and whether they are enough."""

import pytest

from stella_git.trust.counting import Claimant, count
from stella_git.trust.validity import KEY_DISABLED, KEY_NOT_VALID, KEY_REVOKED

ROLE = "https://example.org/predicate"
ADA, BEN = Claimant("key:ada", None, True), Claimant("identity:ben", None, True)
EVE = Claimant("key:eve", None, False)
OLD = Claimant("key:old", (KEY_NOT_VALID, "valid to then"), True)
OFF = Claimant("key:off", (KEY_DISABLED, "disabled"), True)
BAD = Claimant("key:bad", (KEY_REVOKED, "revoked then"), True)


def outcome(needed, *claimants):
    counted, checks = count(claimants, ROLE, needed)
    assert [check.name for check in checks] == ["keys", "role", "threshold"]
    assert all(check.remedy for check in checks if check.status == "failed")
    return counted, tuple(check.code or check.status for check in checks)


OK = ("passed",) * 3
CASES = [
    (1, [ADA], ["key:ada"], OK),
    (2, [ADA, BEN], ["identity:ben", "key:ada"], OK),
    (2, [ADA], ["key:ada"], ("passed", "passed", "THRESHOLD")),
    (1, [], [], ("passed", "passed", "THRESHOLD")),
    (1, [EVE], [], ("passed", "WRONG_ROLE", "THRESHOLD")),
    (1, [EVE, ADA], ["key:ada"], OK),
    (1, [OLD, EVE, ADA], ["key:ada"], OK),
    (2, [OLD, ADA], ["key:ada"], ("KEY_NOT_VALID", "passed", "THRESHOLD")),
    (1, [OLD, OFF], [], ("KEY_DISABLED", "passed", "THRESHOLD")),
    (1, [OFF, BAD, OLD], [], ("KEY_REVOKED", "passed", "THRESHOLD")),
    (1, [OFF, EVE], [], ("KEY_DISABLED", "WRONG_ROLE", "THRESHOLD")),
    (1, [Claimant("key:x", (KEY_REVOKED, "r"), False)], [], ("KEY_REVOKED", "passed", "THRESHOLD")),
]


@pytest.mark.parametrize(("needed", "claimants", "names", "codes"), CASES)
def test_counting(needed, claimants, names, codes):
    assert outcome(needed, *claimants) == (tuple(names), codes)
    assert outcome(needed, *claimants[::-1]) == (tuple(names), codes)


def test_whoever_does_not_count_is_named():
    _, (keys, role, threshold) = count([OLD, EVE, ADA], ROLE, 1)
    assert keys.detail == "ignored: key:old valid to then"
    assert role.detail == "ignored: key:eve"
    assert threshold.detail == "1 of 1 signers that count: key:ada"
    _, (keys, role, threshold) = count([OLD, OFF, EVE], ROLE, 2)
    assert keys.detail == "key:old valid to then; key:off disabled"
    assert role.detail == f"not in the roles of key:eve: {ROLE}"
    assert threshold.detail == "0 of 2 signers that count: none"


def test_a_role_is_shown_without_what_a_terminal_obeys():
    _, (_, role, _) = count([ADA], "x\x1b[2J" + "y" * 200, 1)
    assert role.detail == ("x\\x1b[2J" + "y" * 200)[:120]
