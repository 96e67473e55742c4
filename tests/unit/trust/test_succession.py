"""Who still has to sign, and how a clone catches up."""

from itertools import permutations

from stella_git.canon.clock import DAY
from stella_git.trust import succession
from stella_git.trust.anchor import Pin
from stella_git.trust.keyring import Keyring, signatures_to_bytes
from stella_git.trust.signers import KeySigner
from trust_cases import END, NOW, entry, payload, private, signed

ADA, BEN, CYD = entry("ada"), entry("ben"), entry("cyd")
FIRST = payload(ADA, BEN, thresholds={"trust": 2})
SECOND = payload(ADA, BEN, CYD, thresholds={"trust": 2}, version=2)
THIRD = payload(BEN, CYD, thresholds={"trust": 2}, version=3)
FOURTH = payload(CYD, entry("dan"), thresholds={"trust": 2}, version=4)


def ring(data, *names):
    return Keyring.from_bytes(data, signed(data, *names))


def test_both_keyrings_ask_for_their_own_threshold():
    found = succession.standing(ring(THIRD, "ben"), ring(FIRST), NOW)

    assert found.own == succession.Tier(("ben",), 2, ("cyd",))
    assert found.before == succession.Tier(("ben",), 2, ("ada",))
    assert (found.own.missing, found.before.missing) == (1, 1)
    assert not found.complete


def test_one_who_leaves_signs_for_the_keyring_before_and_one_who_comes_for_the_new_one():
    found = succession.standing(ring(THIRD, "ada", "ben", "cyd"), ring(FIRST), NOW)

    assert (found.own.signed, found.before.signed) == (("ben", "cyd"), ("ada", "ben"))
    assert (found.unknown, found.complete) == ((), True)


def test_either_threshold_alone_is_not_enough():
    assert not succession.standing(ring(THIRD, "ben", "cyd"), ring(FIRST), NOW).complete
    assert not succession.standing(ring(THIRD, "ada", "ben"), ring(FIRST), NOW).complete


def test_the_keyring_in_force_and_a_first_one_follow_nothing():
    assert succession.standing(ring(FIRST, "ada", "ben"), ring(FIRST), NOW).before is None
    assert succession.standing(ring(FIRST, "ada", "ben"), None, NOW).complete


def test_strangers_are_named_and_do_not_count():
    found = succession.standing(ring(FIRST, "ada", "eve"), None, NOW)

    assert found.unknown == (private("eve").public.keyid,)
    assert found.own.signed == ("ada",)


def test_a_bad_signature_spoils_it():
    good = ring(FIRST, "ada", "ben")
    other = KeySigner(uri="x", key=private("ada")).sign(b"something else")
    data = signatures_to_bytes([*good.signatures, other])
    spoilt = Keyring.from_bytes(FIRST, data)

    found = succession.standing(spoilt, None, NOW)
    assert (found.bad, found.complete) == (("ada",), False)
    assert succession.standing(spoilt, ring(SECOND), NOW).bad == ("ada",)


LINKS = [
    (SECOND, signed(SECOND, "ada", "ben")),
    (THIRD, signed(THIRD, "ada", "ben", "cyd")),
    (FOURTH, signed(FOURTH, "ben", "cyd", "dan")),
]


def test_a_clone_walks_through_what_it_missed_in_any_order():
    pin = Pin(payload=FIRST, rooted_by=("a" * 64,))
    for links in permutations(LINKS):
        found = succession.catch_up(pin, links, NOW)
        assert found == Pin(payload=FOURTH, rooted_by=("a" * 64,))


def test_a_gap_is_not_jumped():
    assert succession.catch_up(Pin.of(FIRST), [LINKS[2]], NOW).payload == FIRST


def test_what_does_not_follow_is_passed_over():
    mallory = payload(entry("eve"), version=9)
    links = [
        (mallory, signed(mallory, "eve")),
        (b"{}", None),
        (SECOND, None),
        (SECOND, signed(SECOND, "ada")),
    ]

    assert succession.catch_up(Pin.of(FIRST), links, NOW).payload == FIRST


def test_a_version_in_between_may_have_expired_but_its_keys_may_not():
    short = payload(ADA, BEN, CYD, thresholds={"trust": 2}, version=2, expires=NOW.plus(-DAY))
    links = [(short, signed(short, "ada", "ben")), LINKS[1]]

    assert succession.catch_up(Pin.of(FIRST), links, NOW).payload == THIRD
    assert succession.catch_up(Pin.of(FIRST), links, END.plus(1)).payload == FIRST


def test_an_older_version_is_never_gone_back_to():
    assert succession.catch_up(Pin.of(THIRD), LINKS[:2], NOW).payload == THIRD
