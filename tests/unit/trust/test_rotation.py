"""The next version of a keyring, and what is weak about the one there is."""

from dataclasses import replace

import pytest

from stella_git.canon.clock import DAY
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, UsageError
from stella_git.trust import rotation
from stella_git.trust.keyring import IdentityEntry, Keyring
from trust_cases import BUDGET, END, NOW, START, VERDICT, entry, keyring

WEEK = 7 * DAY
ANY = IdentityEntry(name="any", issuer="https://a.example", subject_pattern="^**$", roles=("waiver",))


def codes(ring, now=NOW):
    return [(weak.code, weak.about) for weak in rotation.weaknesses(ring, now)]


def test_the_next_version_changes_what_is_named_and_nothing_else():
    first = keyring(
        entry("ada"), thresholds={VERDICT: 1}, identities=[ANY], trusted_roots=[sha256(b"r")], version=4
    )

    second = Keyring.from_bytes(rotation.next_version(first, expires=END.plus(DAY)))

    assert (second.version, second.expires) == (5, END.plus(DAY))
    assert (second.keys, second.identities) == (first.keys, first.identities)
    assert (second.thresholds, second.trusted_roots) == (first.thresholds, first.trusted_roots)


def test_every_part_can_be_replaced():
    second = Keyring.from_bytes(
        rotation.next_version(
            keyring(entry("ada")),
            version=9,
            keys=[entry("ada"), entry("ben")],
            identities=[ANY],
            thresholds={"trust": 2},
            trusted_roots=[sha256(b"r")],
        )
    )

    assert second.version == 9
    assert [one.name for one in second.keys] == ["ada", "ben"]
    assert (second.identities, second.thresholds) == ((ANY,), {"trust": 2})
    assert second.trusted_roots == (sha256(b"r"),)
    assert second.expires == END


@pytest.mark.parametrize(("name", "key"), [("ada", "ben"), ("ben", "ada")])
def test_a_name_or_key_that_is_there_is_not_added(name, key):
    with pytest.raises(ConfigError) as caught:
        rotation.with_entry(keyring(entry("ada")), entry(name, key=key))

    assert caught.value.code == "keyring-name-twice"
    assert "ada" in caught.value.message


def rotate(ring, name="ada", now=NOW, overlap=WEEK):
    keys = rotation.rotated(ring, name, entry("new", "trust", VERDICT), now=now, overlap=overlap)
    return {one.name: one for one in keys}


def test_a_rotated_key_counts_for_the_overlap_and_no_longer():
    found = rotate(keyring(entry("ada"), entry("ben")))

    assert found["ada"].not_after == NOW.plus(WEEK)
    assert found["ada"].counts_at(VERDICT, now=NOW.plus(WEEK))
    assert not found["ada"].counts_at(VERDICT, now=NOW.plus(WEEK + 1))
    assert found["ben"] == entry("ben")
    assert found["new"] == entry("new", "trust", VERDICT)


def test_one_person_never_holds_two_trust_keys_by_rotating():
    found = rotate(keyring(entry("ada", "trust", VERDICT), entry("ben")))

    assert [name for name, one in found.items() if one.usable("trust", NOW)] == ["ben", "new"]


def test_a_key_that_only_signs_keyrings_is_disabled_at_once():
    found = rotate(keyring(entry("ada", "trust"), entry("ben")))

    assert (found["ada"].status, found["ada"].reason) == ("disabled", "superseded by new")


def test_an_overlap_never_makes_a_key_count_longer_than_it_would_have():
    assert rotate(keyring(entry("ada")), now=END.plus(-10))["ada"].not_after == END


def test_a_key_that_has_not_begun_gets_the_shortest_window():
    late = entry("ada", VERDICT, not_before=NOW.plus(DAY))
    found = rotate(keyring(late, entry("ben")), overlap=0)

    assert found["ada"].not_after == NOW.plus(DAY + 1)


@pytest.mark.parametrize("name", ["nobody", "old"])
def test_only_an_active_key_is_rotated(name):
    with pytest.raises(UsageError) as caught:
        rotate(keyring(entry("ada"), entry("old", status="disabled")), name)

    assert caught.value.code == "key-unknown"


def test_a_revoked_key_stays_in_the_keyring_with_time_and_reason():
    ring = keyring(entry("ada"), entry("ben"))
    found = {one.name: one for one in rotation.revoked(ring, "ben", at=NOW, reason="lost: in a taxi")}

    assert (found["ben"].status, found["ben"].revoked_at) == ("revoked", NOW)
    assert found["ben"].reason == "lost: in a taxi"
    assert found["ada"] == entry("ada")


def test_a_revocation_moves_to_an_earlier_time_and_never_to_a_later_one():
    ring = keyring(entry("ada"), entry("ben", status="revoked", revoked_at=NOW))

    earlier = {one.name: one for one in rotation.revoked(ring, "ben", at=NOW.plus(-1), reason="lost")}
    assert earlier["ben"].revoked_at == NOW.plus(-1)
    with pytest.raises(UsageError) as caught:
        rotation.revoked(ring, "ben", at=NOW, reason="lost")
    assert caught.value.code == "key-revoked"


def test_a_threshold_of_a_role_that_nobody_has_any_more_goes_with_it():
    ring = keyring(entry("ada", "trust", VERDICT), identities=[ANY], thresholds={"waiver": 1, VERDICT: 1})

    assert rotation.fitting_thresholds(ring, ring.keys, ()) == {VERDICT: 1}
    assert rotation.fitting_thresholds(ring, ring.keys, [ANY]) == {"waiver": 1, VERDICT: 1}


CROSSING = replace(ANY, subject_pattern="^https://a.example/**/w.yml@refs/heads/main$")
FRESH = {"not_before": NOW.plus(-DAY)}
STRONG = [entry("ada", **FRESH), entry("ben", **FRESH), entry("cyd", **FRESH)]


def strong(*more, **options):
    return keyring(*STRONG, *more, **({"thresholds": {"trust": 2}} | options))


def test_a_strong_keyring_has_no_weak_point():
    assert codes(strong()) == []


@pytest.mark.parametrize(
    ("ring", "now", "expected"),
    [
        (strong(thresholds={"trust": 1}), NOW, [("trust-alone", "keyring")]),
        (strong(thresholds={"trust": 3}), NOW, [("trust-no-spare", "keyring")]),
        (strong(identities=[ANY]), NOW, [("pattern-wide", "identity:any")]),
        (strong(identities=[replace(ANY, subject_pattern="^*@a.example$")]), NOW, []),
        (strong(identities=[CROSSING]), NOW, [("pattern-crosses", "identity:any")]),
        (strong(identities=[replace(ANY, subject_pattern="^https://a.example/*/w.yml@refs/**$")]), NOW, []),
        (strong(identities=[replace(ANY, subject_pattern=None, subject="**")]), NOW, []),
        (strong(expires=NOW.plus(30 * DAY)), NOW, []),
        (strong(expires=NOW.plus(30 * DAY - 1)), NOW, [("keyring-expires", "keyring")]),
        (strong(expires=NOW.plus(-DAY)), NOW, [("keyring-expires", "keyring")]),
        (strong(entry("dan", VERDICT, not_before=NOW.plus(-90 * DAY + 1))), NOW, []),
        (
            strong(entry("dan", VERDICT, not_before=NOW.plus(-90 * DAY))),
            NOW,
            [("not-rotated", "key:dan")],
        ),
        (strong(entry("dan", VERDICT, not_after=NOW.plus(DAY), **FRESH)), NOW, [("key-ends", "key:dan")]),
        (strong(entry("dan", VERDICT, not_before=START, status="disabled")), NOW, []),
        (strong(entry("dan", VERDICT, not_after=NOW.plus(-1))), NOW, []),
    ],
)
def test_weak_points_are_named(ring, now, expected):
    assert codes(ring, now) == expected


def test_one_owner_of_enough_trust_keys_is_a_weak_point():
    mine = [entry(name, owner="ada", **FRESH) for name in ("ada", "ben")]
    ring = keyring(*mine, entry("cyd", VERDICT, **FRESH), thresholds={"trust": 2})

    assert ("trust-one-owner", "keyring") in codes(ring)


@pytest.mark.parametrize(
    ("successor", "expected"),
    [
        ({}, []),
        ({"owner": "another"}, ["not-rotated"]),
        ({"status": "disabled"}, ["not-rotated"]),
        ({"not_before": START}, ["not-rotated", "not-rotated"]),
        ({"roles": (BUDGET,)}, ["not-rotated"]),
    ],
)
def test_a_key_with_a_successor_needs_no_rotation(successor, expected):
    roles = successor.pop("roles", (VERDICT,))
    old = entry("dan", VERDICT, owner="dan")
    new = entry("dan-2", *roles, **({"owner": "dan", **FRESH} | successor))

    assert [code for code, _ in codes(strong(old, new))] == expected


def test_a_branch_may_be_called_like_the_end_of_a_pattern():
    """Git takes '@' and '/' in the name of a branch: why '**' before '@' is weak."""
    evil = "https://a.example/shop/evil.yml@refs/heads/x/w.yml@refs/heads/main"
    assert CROSSING.matches(CROSSING.issuer, evil)
    assert not replace(CROSSING, subject_pattern=CROSSING.subject_pattern.replace("**", "*")).matches(
        CROSSING.issuer, evil
    )
