"""Signatures over a lock: who counts, who does not, and what is refused."""

import pytest

from stella_git.attest.envelope import Signature, pae
from stella_git.canon import jcs
from stella_git.errors import ConfigError
from stella_git.trust import locks
from trust_cases import END, START, entry, keyring, signer

LOCK = b'{\n  "kind": "PolicyLock"\n}\n'
NOW = START.plus(86_400)


def ring(*entries, **options):
    return keyring(entry("ada"), *entries, **options)


def policy_key(name, **changes):
    return entry(name, "policy", **changes)


def signatures(*names, lock=LOCK):
    return locks.read(locks.sign(lock, [signer(name) for name in names]), "s")


def test_a_key_with_the_role_policy_counts():
    found = locks.verify(LOCK, signatures("bob"), ring(policy_key("bob")), at=NOW)
    assert found == locks.Signers(counted=("key:bob",), needed=1)
    assert found.enough


def test_the_bytes_are_what_is_signed():
    found = locks.verify(LOCK + b" ", signatures("bob"), ring(policy_key("bob")), at=NOW)
    assert found.bad == ("key:bob",)
    assert not found.enough


def test_a_signature_over_another_kind_of_payload_is_none():
    other = signer("bob").sign(pae("application/vnd.stella.keyring+json", LOCK))
    found = locks.verify(LOCK, [other], ring(policy_key("bob")), at=NOW)
    assert found.bad == ("key:bob",)


@pytest.mark.parametrize(
    ("key", "at", "said"),
    [
        (entry("bob", "trust", "waiver"), NOW, "role policy"),
        (policy_key("bob", status="disabled"), NOW, "disabled"),
        (policy_key("bob", status="revoked", revoked_at=END), NOW, "revoked"),
        (policy_key("bob"), END.plus(1), "valid from"),
        (policy_key("bob"), START.plus(-1), "valid from"),
    ],
)
def test_who_may_not_sign_does_not_count(key, at, said):
    found = locks.verify(LOCK, signatures("bob"), ring(key), at=at)
    assert found.counted == ()
    assert not found.enough
    assert said in found.refused[0][1]
    with pytest.raises(ConfigError) as caught:
        locks.require_may_sign(ring(key), signer("bob"), at)
    assert caught.value.code == "key-not-trusted"


def test_a_threshold_counts_keys_and_not_signatures():
    two = ring(policy_key("bob"), policy_key("eve"), thresholds={"policy": 2})
    bob = signatures("bob")
    assert not locks.verify(LOCK, bob * 3, two, at=NOW).enough
    assert locks.verify(LOCK, [*bob, *signatures("eve")], two, at=NOW).enough


def test_strangers_are_told_and_do_not_spoil():
    found = locks.verify(LOCK, signatures("bob", "mallory"), ring(policy_key("bob")), at=NOW)
    assert found.enough
    assert found.unknown == (signer("mallory").public_key.keyid,)
    with pytest.raises(ConfigError) as caught:
        locks.require_may_sign(ring(policy_key("bob")), signer("mallory"), NOW)
    assert "not in the keyring" in caught.value.message


def test_one_false_signature_spoils():
    false = Signature(sig=signatures("bob")[0].sig, keyid=signer("eve").public_key.keyid)
    both = ring(policy_key("bob"), policy_key("eve"))
    assert not locks.verify(LOCK, [*signatures("bob"), false], both, at=NOW).enough
    assert locks.without_bad(LOCK, [*signatures("bob"), false], both) == signatures("bob")


def test_signing_again_replaces_ones_own_and_keeps_the_others():
    before = signatures("bob", "eve", lock=b"older")
    after = locks.read(locks.sign(LOCK, [signer("bob")], existing=before), "s")
    assert len(after) == 2
    both = ring(policy_key("bob"), policy_key("eve"))
    found = locks.verify(LOCK, after, both, at=NOW)
    assert (found.counted, found.bad) == (("key:bob",), ("key:eve",))


def test_the_order_of_signers_makes_no_difference():
    one = locks.sign(LOCK, [signer("ed-bob"), signer("ed-eve")])
    assert one == locks.sign(LOCK, [signer("ed-eve"), signer("ed-bob")])


GOOD = {"keyid": "a" * 64, "sig": "AAAA"}


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"payloadType": "application/vnd.stella.keyring+json", "signatures": []},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": {}},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": [], "more": 1},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": [GOOD] * 65},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": [GOOD | {"keyid": "A" * 64}]},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": [GOOD | {"keyid": 1}]},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": [GOOD | {"sig": "AA"}]},
        {"payloadType": locks.PAYLOAD_TYPE, "signatures": [GOOD | {"more": ""}]},
    ],
)
def test_a_signatures_file_is_read_strictly(document):
    with pytest.raises(ConfigError) as caught:
        locks.read(jcs.dumps(document), "policy.lock.sigs.json")
    assert caught.value.code == "policy-lock-signatures"
    assert caught.value.where.path == "policy.lock.sigs.json"


@pytest.mark.parametrize("bend", [lambda data: data + b"\n", lambda data: data[:-1], lambda _: b"\xff"])
def test_a_signatures_file_is_canonical(bend):
    with pytest.raises(ConfigError) as caught:
        locks.read(bend(locks.sign(LOCK, [signer("bob")])), "s")
    assert caught.value.code == "policy-lock-signatures"
