"""What somebody tries who wants a yes to one file of evidence that it does not deserve."""

import hashlib

import pytest

from sigstore_ca import IDENTITY, ISSUER
from sigstore_keys import p256, spki_pem
from sigstore_world import ARTIFACT, NOW, STATEMENT, World, to_bytes
from stella_git.attest.base64text import encode
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.canon import jcs
from stella_git.flows.evidencefiles import Asked, verify_file
from stella_git.trust import roots
from stella_git.trust.keyring import IdentityEntry, KeyEntry, Keyring, new_keyring
from stella_git.trust.keys import PrivateKey

WORLD = World()
TYPE = "https://example.org/predicate/v1"
KEY = PrivateKey(p256("mine"))
UNSIGNED = Envelope(payload_type=PAYLOAD_TYPE, payload=STATEMENT, signatures=())
SIGNATURE = {"keyid": KEY.public.keyid, "sig": encode(KEY.sign(UNSIGNED.pae()))}
ENVELOPE = jcs.dumps({"payload": encode(STATEMENT), "payloadType": PAYLOAD_TYPE, "signatures": [SIGNATURE]})
KNOWN = roots.from_file(to_bytes(WORLD.trusted_root()), "root.json")
LATER = NOW.plus(3600)


def keyring():
    dates = {"not_before": NOW.plus(-86_400), "not_after": NOW.plus(86_400)}
    trust = KeyEntry(name="mine", key=KEY.public, owner="me", roles=("trust", TYPE), **dates)
    ci = IdentityEntry(name="ci", issuer=ISSUER, subject=IDENTITY, roles=(TYPE,))
    return Keyring.from_bytes(
        new_keyring((trust,), expires=NOW.plus(86_400), identities=(ci,), trusted_roots=(KNOWN.root.digest,))
    )


def codes(data, **asked):
    answer = verify_file(data, Asked(now=LATER, root=KNOWN, **asked))
    return [check.code for check in answer.report.failures], answer.statement is not None


@pytest.mark.parametrize("who", [{"key": KEY.public}, {"keyring": keyring()}])
def test_a_log_entry_that_is_asked_for_is_missed_in_a_bare_envelope_too(who):
    assert codes(ENVELOPE, **who) == ([], True)
    assert codes(ENVELOPE, logged=True, **who) == (["LOG_MISSING"], False)


def test_a_log_entry_that_is_asked_for_is_missed_with_a_keyring_too():
    signature = KEY.sign(UNSIGNED.pae())
    bare = to_bytes(WORLD.bundle(key=p256("mine"), signature=signature, rekor=None, stamps=0))
    logged = to_bytes(WORLD.bundle(key=p256("mine"), signature=signature))
    assert codes(bare, keyring=keyring()) == ([], True)
    assert codes(bare, keyring=keyring(), logged=True) == (["LOG_MISSING"], False)
    assert codes(logged, keyring=keyring(), logged=True) == ([], True)


def test_a_trusted_root_that_is_too_old_is_not_asked_with_a_keyring_either():
    bundle = to_bytes(WORLD.bundle())
    assert codes(bundle, keyring=keyring()) == ([], True)
    assert codes(bundle, keyring=keyring(), max_root_age=1) == (["NO_TRUSTED_ROOT"], False)
    young = KNOWN._replace(date=NOW)
    answer = verify_file(bundle, Asked(now=LATER, root=young, keyring=keyring(), max_root_age=1))
    assert answer.report.ok


def test_no_file_takes_the_place_of_a_digest(stella, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.json").write_bytes(ENVELOPE)
    (tmp_path / "key.pub").write_bytes(spki_pem(p256("mine")))
    asked = f"sha256:{hashlib.sha256(b'what somebody asks about').hexdigest()}"
    (tmp_path / asked).write_bytes(ARTIFACT)
    ran = stella("attest", "verify", "e.json", "--key", "key.pub", "--artifact", asked)
    assert (ran.code, "SUBJECT_MISMATCH" in ran.out) == (1, True)
    ran = stella("attest", "verify", "e.json", "--key", "key.pub", "--artifact", f"./{asked}")
    assert ran.code == 0
