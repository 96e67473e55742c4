import pytest

from stella_git.canon import jcs
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError
from stella_git.trust.anchor import Pin, establish
from stella_git.trust.keyring import Keyring, with_key
from trust_cases import BUDGET, END, NOW, START, VERDICT, entry, payload, private, signed

ADA, BEN, CYD = (entry(name) for name in ("ada", "ben", "cyd"))
ROOT = private("ada").public.keyid
ONE = payload(ADA)
PAIR = payload(ADA, BEN, thresholds={"trust": 2})
TRIO = payload(ADA, BEN, CYD, version=2, thresholds={"trust": 2})


def outcome(data, *names, **options):
    """Return the codes of the failed checks, or the mode of the anchor."""
    report, anchor = establish(data, signed(data, *names) if names else None, **({"now": NOW} | options))
    assert report.ok == (anchor is not None)
    assert all(check.remedy for check in report.failures)
    return anchor.mode if anchor else [check.code for check in report.failures]


def pin(data, *roots):
    return Pin(payload=data, rooted_by=roots)


def test_without_anything_pinned_it_is_trust_on_first_use():
    report, anchor = establish(ONE, signed(ONE, "ada"), now=NOW)
    assert anchor.mode == "first-use"
    assert anchor.detail.startswith("trust on first use")
    assert anchor.keyring == Keyring.from_bytes(ONE, signed(ONE, "ada"))
    assert anchor.digest == sha256(ONE)
    assert anchor.pin == Pin.of(ONE)
    assert [(check.name, check.status) for check in report.checks] == [
        ("keyring-signatures", "passed"),
        ("keyring-pin", "skipped"),
        ("keyring-root", "skipped"),
        ("keyring-expiry", "passed"),
    ]


def test_a_keyring_needs_a_threshold_of_its_own_trust_keys():
    assert outcome(PAIR, "ada", "ben") == "first-use"
    assert outcome(PAIR, "ada") == ["THRESHOLD"]
    assert outcome(PAIR) == ["THRESHOLD"]
    assert outcome(PAIR, "ada", "eve") == ["THRESHOLD"]
    assert outcome(ONE, "ada", "eve") == "first-use"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "disabled"},
        {"status": "revoked", "revoked_at": NOW},
        {"not_after": NOW.plus(-1)},
        {"not_before": NOW.plus(1)},
    ],
)
def test_an_unusable_trust_key_does_not_count(changes):
    data = payload(ADA, entry("ben", **changes), thresholds={"trust": 2})
    assert outcome(data, "ada", "ben") == ["THRESHOLD"]


def test_a_key_without_the_role_does_not_count():
    data = payload(ADA, entry("ben", VERDICT))
    assert outcome(data, "ben") == ["THRESHOLD"]


def test_a_signature_that_is_not_of_its_key_is_refused():
    report, anchor = establish(PAIR, signed(ONE, "ada"), now=NOW)
    assert anchor is None
    assert report.code == "BAD_SIGNATURE"


def test_a_keyring_expires_after_its_last_instant():
    assert outcome(ONE, "ada", now=END) == "first-use"
    expired = payload(entry("ada", not_after=END.plus(9)))
    assert outcome(expired, "ada", now=END.plus(1)) == ["EXPIRED"]


def test_a_pinned_root_key_vouches_for_a_keyring_it_signed():
    assert outcome(ONE, "ada", root_keys=[ROOT]) == "pinned-root"
    assert outcome(ONE, "ada", root_keys=["SHA256:" + ROOT.upper(), "0" * 64]) == "pinned-root"
    assert outcome(ONE, "ada", root_keys=["0" * 64]) == ["UNTRUSTED_KEYRING"]
    assert outcome(PAIR, "ada", "ben", root_keys=[private("ben").public.keyid]) == "pinned-root"


def test_a_root_key_that_is_listed_but_did_not_sign_vouches_for_nothing():
    data = payload(ADA, BEN)
    assert outcome(data, "ben", root_keys=[ROOT]) == ["UNTRUSTED_KEYRING"]


def test_a_root_key_that_the_keyring_has_revoked_vouches_for_nothing():
    data = payload(entry("ada", status="revoked", revoked_at=NOW), BEN)
    assert outcome(data, "ada", "ben", root_keys=[ROOT]) == ["UNTRUSTED_KEYRING"]


def test_a_part_of_a_fingerprint_is_an_error():
    with pytest.raises(ConfigError):
        establish(ONE, signed(ONE, "ada"), root_keys=[ROOT[:16]], now=NOW)


def test_the_same_keyring_stays_accepted():
    assert outcome(ONE, "ada", pin=pin(ONE)) == "pinned-seen"
    assert outcome(ONE, pin=pin(ONE)) == ["THRESHOLD"]


def test_the_next_version_needs_the_earlier_keys():
    assert outcome(TRIO, "ada", "ben", pin=pin(PAIR)) == "pinned-seen"
    assert outcome(TRIO, "ada", "cyd", pin=pin(PAIR)) == ["UNTRUSTED_KEYRING"]
    assert outcome(TRIO, "ada", "cyd", pin=pin(ONE)) == "pinned-seen"


def test_a_key_that_goes_can_sign_its_own_removal():
    rotated = payload(BEN, version=2)
    assert outcome(rotated, "ada", "ben", pin=pin(ONE)) == "pinned-seen"
    assert outcome(rotated, "ben", pin=pin(ONE)) == ["UNTRUSTED_KEYRING"]


def test_a_lower_threshold_needs_the_earlier_threshold():
    lower = payload(ADA, BEN, version=2)
    assert outcome(lower, "ada", pin=pin(PAIR)) == ["UNTRUSTED_KEYRING"]
    assert outcome(lower, "ada", "ben", pin=pin(PAIR)) == "pinned-seen"


def test_earlier_keys_count_only_while_they_are_valid():
    old = payload(entry("ada", not_after=NOW.plus(-1)), entry("ben"))
    new = payload(ADA, BEN, version=2)
    assert outcome(new, "ada", pin=pin(old)) == ["UNTRUSTED_KEYRING"]
    assert outcome(new, "ben", pin=pin(old)) == "pinned-seen"


def test_versions_only_rise():
    lower = payload(ADA, BEN)
    higher = payload(ADA, version=7)
    assert outcome(lower, "ada", pin=pin(higher)) == ["ROLLBACK"]
    assert outcome(payload(ADA, version=8), "ada", pin=pin(higher)) == "pinned-seen"


def test_two_keyrings_of_one_version_are_a_split_view():
    report, _ = establish(payload(ADA, BEN), signed(payload(ADA, BEN), "ada"), pin=pin(ONE), now=NOW)
    assert report.code == "SPLIT_VIEW"
    assert sha256(ONE).hex[:12] in report.failures[0].detail


def test_a_root_key_cannot_lift_a_rollback():
    higher = pin(payload(ADA, version=7), ROOT)
    assert outcome(ONE, "ada", root_keys=[ROOT], pin=higher) == ["ROLLBACK"]


def test_what_a_root_key_vouched_for_is_inherited():
    _, first = establish(ONE, signed(ONE, "ada"), root_keys=[ROOT], now=NOW)
    assert first.pin == pin(ONE, ROOT)
    rotated = payload(BEN, version=2)
    _, second = establish(rotated, signed(rotated, "ada", "ben"), root_keys=[ROOT], pin=first.pin, now=NOW)
    assert second.mode == "pinned-seen"
    assert second.pin == pin(rotated, ROOT)
    third = Keyring.from_bytes(with_key(second.keyring, entry("cyd", BUDGET)))
    assert outcome(third.payload, "ben", root_keys=[ROOT], pin=second.pin) == "pinned-seen"


def test_a_run_without_root_keys_does_not_forget_them():
    _, anchor = establish(ONE, signed(ONE, "ada"), pin=pin(ONE, ROOT), now=NOW)
    assert anchor.pin == pin(ONE, ROOT)


def test_a_keyring_accepted_on_first_use_does_not_satisfy_a_root_key_given_later():
    attacker = payload(entry("eve"))
    _, anchor = establish(attacker, signed(attacker, "eve"), now=NOW)
    assert outcome(attacker, "eve", pin=anchor.pin) == "pinned-seen"
    assert outcome(attacker, "eve", pin=anchor.pin, root_keys=[ROOT]) == ["UNTRUSTED_KEYRING"]


def test_an_unauthorised_keyring_inherits_nothing():
    forged = payload(entry("eve"), version=2)
    codes = outcome(forged, "eve", root_keys=[ROOT], pin=pin(ONE, ROOT))
    assert codes == ["UNTRUSTED_KEYRING", "UNTRUSTED_KEYRING"]


def test_every_defect_is_reported_at_once():
    data = payload(entry("ada", not_after=START.plus(9)), expires=START.plus(9))
    assert outcome(data, pin=pin(payload(ADA, version=2)), root_keys=[ROOT]) == [
        "THRESHOLD",
        "ROLLBACK",
        "UNTRUSTED_KEYRING",
        "EXPIRED",
    ]


def test_a_pin_survives_storage():
    for one in (Pin.of(ONE), pin(PAIR, ROOT, "ff" * 32)):
        assert Pin.from_bytes(one.to_bytes()) == one
        assert one.keyring().payload == one.payload


STORED = pin(ONE, ROOT).to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"payload":"x","rootedBy":{}}',
        b'{"payload":"A","rootedBy":[]}',
        STORED + b"\n",
        STORED.replace(ROOT.encode(), ROOT.upper().encode()),
        STORED.replace(ROOT.encode(), ROOT[:10].encode()),
        jcs.dumps({"payload": "AAAA", "rootedBy": [], "more": 1}),
    ],
)
def test_a_damaged_pin_is_an_error_and_not_a_first_use(data):
    with pytest.raises(ConfigError) as caught:
        Pin.from_bytes(data)
    assert caught.value.code == "pin-malformed"


def test_a_pin_whose_keyring_cannot_be_read_is_an_error():
    with pytest.raises(ConfigError) as caught:
        establish(ONE, signed(ONE, "ada"), pin=pin(b"{}"), now=NOW)
    assert caught.value.where.path == "the pinned keyring"
