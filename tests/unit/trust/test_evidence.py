"""Evidence against a keyring: envelopes, bundles of its keys, and bundles of its identities."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import OTHER, WORLD
from sigstore_keys import p256, spki
from sigstore_world import ARTIFACT, MINE, STATEMENT, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.envelope import Signature
from stella_git.canon.clock import Instant
from stella_git.trust import roots
from stella_git.trust.algorithms import P256_ORDER
from stella_git.trust.evidence import verify_by_key, verify_evidence
from stella_git.trust.keyring import IdentityEntry
from stella_git.trust.keys import PublicKey
from trust_cases import BUDGET, VERDICT, entry, envelope, keyring, private
from verify_cases import NOW, SIGNED

KEYID = hashlib.sha256(spki(MINE)).hexdigest()
TYPE = "https://example.org/predicate/v1"
ROOT = roots.from_file(to_bytes(WORLD.trusted_root()), "ours")
STRANGE = roots.from_file(to_bytes(OTHER.trusted_root()), "theirs")
LISTED = {"trusted_roots": (ROOT.root.digest,)}
BOTH = {"trusted_roots": (ROOT.root.digest, STRANGE.root.digest)}
NO_LIMIT = {"not_before": Instant(0), "not_after": Instant(SIGNED + 9 * 365 * 86_400)}


def mine(name="mine", *roles, **changes):
    """Return the entry of the key that signs bundles here."""
    made = entry("ada", *(roles or ("trust", TYPE)), **(NO_LIMIT | changes))
    return replace(made, name=name, key=PublicKey.from_spki(spki(MINE)))


def people(*roles, **changes):
    given = {"name": "release", "issuer": ISSUER, "roles": roles or (TYPE,), "subject": IDENTITY}
    return IdentityEntry(**(given | changes))


def ring(*identities, entries=(), **options):
    return keyring(
        *(entries or (mine(),)), **({"expires": NO_LIMIT["not_after"], "identities": identities} | options)
    )


def verify(document, ring, *, at_hand=(ROOT,), now=NOW, **options):
    evidence = document if not isinstance(document, dict) else Bundle.from_bytes(to_bytes(document))
    found = verify_evidence(evidence, keyring=ring, roots=at_hand, now=now, **options)
    assert (found.statement is not None) == found.report.ok
    return found


def codes(found):
    return [check.code for check in found.report.failures]


# Envelopes.


def test_an_envelope_is_verified_by_keys_alone():
    found = verify(envelope("ada"), keyring(), at_hand=(), now=Instant(SIGNED))
    assert (found.signers, found.times) == (("key:ada",), ())
    assert codes(verify(envelope("eve"), keyring())) == ["UNKNOWN_KEY"]
    assert codes(verify(envelope("ada"), keyring(), predicate_type=BUDGET)) == ["WRONG_TYPE"]
    assert codes(verify(envelope("ada"), keyring(), threshold=2)) == ["THRESHOLD"]


def test_an_envelope_is_verified_by_one_key():
    key = private("ada").public
    found = verify_by_key(envelope("ada"), key)
    assert (found.report.ok, found.signers) == (True, (f"key {key.keyid}",))
    assert found.statement.predicate_type == VERDICT
    assert verify_by_key(envelope("eve", "ada"), key, predicate_type=VERDICT).report.ok
    unnamed = envelope("ada")
    bare = replace(unnamed, signatures=(Signature(sig=unnamed.signatures[0].sig),))
    assert verify_by_key(bare, key).report.ok
    assert codes(verify_by_key(envelope("eve"), key)) == ["BAD_SIGNATURE"]
    assert codes(verify_by_key(envelope("ada", payload_type="text/plain"), key)) == ["WRONG_TYPE"]
    assert codes(verify_by_key(envelope("ada"), key, predicate_type=BUDGET)) == ["WRONG_TYPE"]
    unread = verify_by_key(envelope("ada", data=b"junk"), key)
    assert (codes(unread), unread.statement) == (["UNREADABLE"], None)


# Bundles of keys.


def test_a_bundle_of_a_key_counts_as_its_envelope_does():
    found = verify(WORLD.bundle(key=MINE, rekor=None, stamps=0), ring())
    assert (found.signers, found.times) == (("key:mine",), ())
    assert found.statement.to_bytes() == STATEMENT
    assert next(check.status for check in found.report.checks if check.name == "time") == "skipped"


def test_a_bundle_of_a_key_may_have_either_s():
    """Tools that make bundles take whichever comes; a bare envelope is of our making, and has the lower."""
    low = WORLD.bundle(key=MINE, rekor=None, stamps=0)
    numbers = decode_dss_signature(base64.b64decode(low["dsseEnvelope"]["signatures"][0]["sig"]))
    seen = set()
    for s in (numbers[1], P256_ORDER - numbers[1]):
        made = WORLD.bundle(
            key=MINE, rekor=None, stamps=0, signature=encode_dss_signature(numbers[0], s), keyid=KEYID
        )
        assert verify(made, ring()).report.ok
        bare = Bundle.from_bytes(to_bytes(made)).content
        seen.add(verify(bare, ring()).report.code)
    assert seen == {"", "BAD_SIGNATURE"}


def test_a_bundle_of_a_key_proves_a_time():
    stamped, logged = WORLD.bundle(key=MINE, rekor=None), WORLD.bundle(key=MINE)
    assert [time.instant.seconds for time in verify(stamped, ring(**LISTED)).times] == [SIGNED + 1]
    assert [time.instant.seconds for time in verify(logged, ring(**LISTED)).times] == [SIGNED + 2]


def test_a_time_that_is_not_looked_at_proves_nothing():
    found = verify(WORLD.bundle(key=MINE, rekor=None), ring())
    assert (found.report.ok, found.times) == (True, ())
    assert verify(WORLD.bundle(key=MINE, rekor=None), ring(**LISTED), at_hand=()).times == ()
    assert verify(WORLD.bundle(key=MINE, rekor=None), ring(**LISTED), at_hand=(STRANGE,)).times == ()


def test_a_proof_that_does_not_hold_is_a_refusal():
    bent = WORLD.bundle(key=MINE, rekor=None, stamp={"over": b"x"})
    assert codes(verify(bent, ring(**LISTED))) == ["TIMESTAMP_MISMATCH"]
    assert codes(verify(WORLD.bundle(key=MINE, signer=p256("thief")), ring(**LISTED))) == ["BAD_SIGNATURE"]
    assert codes(verify(WORLD.bundle(key=MINE, signer=p256("thief")), ring())) == ["BAD_SIGNATURE"]


REVOKED = {"status": "revoked"}
TIMES = [
    ({}, NOW.seconds, True, []),
    (REVOKED | {"revoked_at": Instant(SIGNED + 2)}, NOW.seconds, True, []),
    (REVOKED | {"revoked_at": Instant(SIGNED + 1)}, NOW.seconds, True, ["KEY_REVOKED", "THRESHOLD"]),
    (REVOKED | {"revoked_at": Instant(SIGNED + 2)}, NOW.seconds, False, ["KEY_REVOKED", "THRESHOLD"]),
    ({"status": "disabled"}, NOW.seconds, True, ["KEY_DISABLED", "THRESHOLD"]),
    ({"not_after": Instant(SIGNED + 1)}, NOW.seconds, True, []),
    ({"not_after": Instant(SIGNED)}, NOW.seconds, True, ["KEY_NOT_VALID", "THRESHOLD"]),
    ({"not_before": Instant(SIGNED + 1)}, NOW.seconds, True, []),
    ({"not_before": Instant(SIGNED + 2)}, NOW.seconds, True, ["KEY_NOT_VALID", "THRESHOLD"]),
    ({"not_after": Instant(SIGNED + 1)}, NOW.seconds, False, ["KEY_NOT_VALID", "THRESHOLD"]),
]


@pytest.mark.parametrize(("changes", "now", "proved", "expected"), TIMES)
def test_a_key_counts_if_it_did_when_it_signed(changes, now, proved, expected):
    standing = ring(entries=(mine(**changes), entry("ben", **NO_LIMIT)), **LISTED)
    document = WORLD.bundle(key=MINE, rekor=None, stamps=int(proved))
    assert codes(verify(document, standing, now=Instant(now))) == expected


@pytest.mark.parametrize("hint", ["", "x", "\u00e4", "AAAA", "=" * 4])
def test_a_hint_only_says_which_key_to_try(hint):
    assert codes(verify(WORLD.bundle(key=MINE, hint=hint), ring(**LISTED))) == ["UNKNOWN_KEY"]


def test_a_bundle_of_a_stranger_is_of_no_key():
    assert codes(verify(WORLD.bundle(key=p256("stranger")), ring(**LISTED))) == ["UNKNOWN_KEY"]


def test_the_signature_of_an_artifact_states_nothing():
    for document in (WORLD.bundle(message=ARTIFACT), WORLD.bundle(key=MINE, message=ARTIFACT)):
        assert codes(verify(document, ring(people(), **LISTED))) == ["WRONG_TYPE"]


# Bundles of identities.


def test_a_bundle_of_an_identity_counts():
    found = verify(WORLD.bundle(), ring(people(), **LISTED))
    assert found.signers == ("identity:release",)
    assert found.statement.to_bytes() == STATEMENT
    assert [time.instant.seconds for time in found.times] == [SIGNED + 2]
    assert verify(WORLD.bundle(), ring(people(), **LISTED), predicate_type=TYPE).report.ok


def test_an_identity_needs_a_root_that_the_keyring_lists():
    assert codes(verify(WORLD.bundle(), ring(people()))) == ["NO_TRUSTED_ROOT"]
    assert codes(verify(WORLD.bundle(), ring(people(), **LISTED), at_hand=())) == ["NO_TRUSTED_ROOT"]
    assert codes(verify(WORLD.bundle(), ring(people(), **LISTED), at_hand=(STRANGE,))) == ["NO_TRUSTED_ROOT"]
    assert "LOG_UNKNOWN" in codes(
        verify(
            WORLD.bundle(),
            ring(people(), trusted_roots=(STRANGE.root.digest,)),
            at_hand=(STRANGE, ROOT),
        )
    )


def test_one_of_several_roots_is_enough():
    for order in ((ROOT, STRANGE), (STRANGE, ROOT)):
        assert verify(WORLD.bundle(), ring(people(), **BOTH), at_hand=order).report.ok
        key = verify(WORLD.bundle(key=MINE), ring(**BOTH), at_hand=order)
        assert [time.instant.seconds for time in key.times] == [SIGNED + 2]


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": IDENTITY[:-1]},
        {"subject": IDENTITY + "x"},
        {"issuer": ISSUER + "/"},
        {"subject": None, "subject_pattern": f"^{IDENTITY[:-4]}$"},
        {"subject": None, "subject_pattern": "^https://github.com/*$"},
    ],
)
def test_another_identity_is_unknown(changes):
    found = verify(WORLD.bundle(), ring(people(**changes), **LISTED))
    assert codes(found) == ["UNKNOWN_IDENTITY"]
    assert found.signers == ()


def test_a_pattern_names_many():
    pattern = "^https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main$"
    found = verify(WORLD.bundle(), ring(people(subject=None, subject_pattern=pattern), **LISTED))
    assert found.report.ok


def test_an_identity_counts_for_the_types_in_its_roles():
    assert codes(verify(WORLD.bundle(), ring(people(BUDGET), **LISTED))) == ["WRONG_ROLE", "THRESHOLD"]
    assert codes(verify(WORLD.bundle(), ring(people(), **LISTED), predicate_type=BUDGET)) == ["WRONG_TYPE"]
    second = people(name="second")
    found = verify(WORLD.bundle(), ring(people(BUDGET), second, **LISTED))
    assert found.signers == ("identity:second",)


def test_one_certificate_is_one_signer_whatever_describes_it():
    rows = (people(), people(name="again", subject=None, subject_pattern="^https://**$"))
    assert codes(verify(WORLD.bundle(), ring(*rows, **LISTED), threshold=2)) == ["THRESHOLD"]
    assert codes(verify(WORLD.bundle(), ring(*rows, thresholds={TYPE: 2}, **LISTED))) == ["THRESHOLD"]


def test_what_the_bundle_does_not_show_is_refused():
    bent = WORLD.bundle(leaf={"scts": 0})
    assert codes(verify(bent, ring(people(), **LISTED))) == ["SCT_MISSING"]
    assert codes(verify(WORLD.bundle(rekor=None), ring(people(), **LISTED))) == ["LOG_MISSING"]
