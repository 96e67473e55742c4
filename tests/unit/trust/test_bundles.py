"""Bundles as a whole: what is expected of whom, what passes at the edges, and what is shown then."""

import io

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509 import ObjectIdentifier, OtherName

import sigstore_der as der
from sigstore_ca import IDENTITY, ISSUER, YEAR, Fulcio, authority
from sigstore_cases import CERTIFICATES, OTHER, ROOT, WORLD
from sigstore_keys import ed, p256, p384, spki
from sigstore_world import ARTIFACT, MINE, STATEMENT, World
from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon.clock import Instant
from stella_git.trust.bundles import Artifact, Identity
from stella_git.trust.keys import PublicKey
from stella_git.trust.material import Key
from stella_git.trust.validity import TrustedTime
from trust_cases import needs_mldsa, private, rsa_native
from verify_cases import IT, ME, NOW, SIGNED, check, codes, read_root, said

KEY = PublicKey.from_spki(spki(MINE))
LOGGED = TrustedTime(Instant(SIGNED + 2), f"log:{WORLD.rekor1.url}")
STAMPED = TrustedTime(Instant(SIGNED + 1), f"timestamp:{WORLD.tsa.uri}")
PASSED = dict.fromkeys(
    (
        "material",
        "log",
        "entry",
        "promise",
        "checkpoint",
        "inclusion",
        "time",
        "certificate",
        "sct",
        "identity",
        "signature",
        "statement",
    ),
    "passed",
)


@pytest.mark.parametrize("options", CERTIFICATES.values(), ids=CERTIFICATES)
def test_what_the_world_makes_is_taken(options):
    outcome = check(WORLD.bundle(**options))
    assert codes(outcome) == []
    assert outcome.signer == f"{IDENTITY} ({ISSUER})"
    assert outcome.leaf.subject == IDENTITY
    assert (outcome.statement is None) == ("message" in options)


def test_the_report_names_every_check_in_order():
    outcome = check(WORLD.bundle())
    expected = PASSED | {"artifact": "skipped", "timestamps": "skipped"}
    assert said(outcome) == expected
    assert [one.name for one in outcome.report.checks][:4] == ["material", "artifact", "timestamps", "log"]
    assert outcome.times == (LOGGED,)
    assert outcome.statement.to_bytes() == STATEMENT
    assert all(one.detail for one in outcome.report.checks)
    assert check(WORLD.bundle(rekor=2)).times == (STAMPED,)
    assert check(WORLD.bundle(stamps=1)).times == (STAMPED, LOGGED)


def test_a_refusal_shows_nothing_but_the_report():
    outcome = check(WORLD.bundle(), expected=ME._replace(subject="other"))
    assert codes(outcome) == ["WRONG_IDENTITY"]
    assert outcome[1:] == ((), None, "", None)


# Who is expected.


def test_a_certificate_whose_reader_decides():
    outcome = check(WORLD.bundle(), expected=None)
    assert said(outcome)["identity"] == "skipped"
    assert (outcome.leaf.subject, outcome.leaf.issuer) == (IDENTITY, ISSUER)
    assert codes(check(WORLD.bundle(key=MINE), expected=None)) == ["WRONG_MATERIAL"]


def test_a_key_signs_statements_and_artifacts():
    outcome = check(WORLD.bundle(key=MINE), expected=KEY)
    assert said(outcome)["statement"] == "passed"
    assert (outcome.signer, outcome.leaf) == (f"key {KEY.keyid}", None)
    assert codes(check(WORLD.bundle(key=MINE, message=ARTIFACT), expected=KEY)) == []
    other = PublicKey.from_spki(spki(p256("other")))
    assert codes(check(WORLD.bundle(key=MINE), expected=other)) == ["LOG_BODY_KEY", "BAD_SIGNATURE"]


def test_a_key_needs_no_log_unless_it_is_asked_for():
    bare = WORLD.bundle(key=MINE, rekor=None, stamps=0)
    outcome = check(bare, expected=KEY, logged=False)
    assert codes(outcome) == []
    assert {name: said(outcome)[name] for name in ("log", "time")} == {"log": "skipped", "time": "skipped"}
    assert outcome.times == ()
    assert codes(check(bare, expected=KEY)) == ["LOG_MISSING"]
    assert check(WORLD.bundle(key=MINE, rekor=None), expected=KEY, logged=False).times == (STAMPED,)


def test_a_stamp_that_is_given_has_to_hold_even_where_none_is_needed():
    bent = WORLD.bundle(key=MINE, rekor=None, stamp={"over": b"x"})
    outcome = check(bent, expected=KEY, logged=False)
    assert codes(outcome) == ["TIMESTAMP_MISMATCH"]
    assert said(outcome)["time"] == "skipped"


def test_a_certificate_needs_a_time():
    outcome = check(WORLD.bundle(rekor=2, stamps=0))
    assert codes(outcome) == ["NO_TRUSTED_TIME"]
    assert {name: said(outcome)[name] for name in ("certificate", "sct")} == {
        "certificate": "skipped",
        "sct": "skipped",
    }


def test_a_time_that_has_not_come_is_none():
    assert codes(check(WORLD.bundle(), now=Instant(SIGNED + 1))) == ["TIME_IN_FUTURE"]
    assert codes(check(WORLD.bundle(), now=Instant(SIGNED + 2))) == []


def test_the_leaf_is_looked_at_first():
    outcome = check(WORLD.bundle(leaf={"ca": True}))
    assert said(outcome) == {"material": "CERTIFICATE_PROFILE"}


# What is signed.


def test_an_artifact_is_named_by_bytes_or_by_digest():
    made = WORLD.bundle(message=ARTIFACT)
    digest = Artifact.of_digest(IT.digests["sha256"])
    assert codes(check(made)) == []
    assert codes(check(made, artifact=digest)) == []
    assert codes(check(WORLD.bundle(message=ARTIFACT, digest=False), artifact=digest)) == []
    assert codes(check(WORLD.bundle(), artifact=digest)) == []
    wrong = Artifact.of_digest(bytes(32))
    assert codes(check(made, artifact=wrong)) == ["DIGEST_MISMATCH", "LOG_BODY_DIGEST", "BAD_SIGNATURE"]
    assert codes(check(WORLD.bundle(), artifact=wrong)) == ["SUBJECT_MISMATCH"]
    assert codes(check(WORLD.bundle(), artifact=None)) == []


def test_a_digest_alone_is_not_enough_for_keys_that_sign_whole_messages():
    key = ed("mine")
    made = WORLD.bundle(key=key, message=ARTIFACT, rekor=None, stamps=0, digest=False)
    options = {"expected": PublicKey.from_spki(spki(key)), "logged": False}
    assert codes(check(made, **options)) == []
    digest = Artifact.of_digest(IT.digests["sha256"])
    assert codes(check(made, artifact=digest, **options)) == ["ARTIFACT_NEEDED"]
    long = WORLD.bundle(key=p384("mine"), message=ARTIFACT, rekor=None, stamps=0, digest=False)
    options["expected"] = PublicKey.from_spki(spki(p384("mine")))
    assert codes(check(long, **options)) == []
    assert codes(check(long, artifact=digest, **options)) == ["BAD_SIGNATURE"]


@needs_mldsa
def test_a_key_that_no_certificate_has_signs_as_well():
    key = private("mldsa44-ada")
    made = WORLD.bundle(
        key=MINE, message=ARTIFACT, rekor=None, stamps=0, digest=False, signature=key.sign(ARTIFACT)
    )
    options = {"expected": key.public, "logged": False}
    assert codes(check(made, **options)) == []
    digest = Artifact.of_digest(IT.digests["sha256"])
    assert codes(check(made, artifact=digest, **options)) == ["ARTIFACT_NEEDED"]


def test_a_payload_of_another_type_is_signed_and_no_statement():
    outcome = check(WORLD.bundle(payload_type="text/plain"))
    assert (said(outcome)["signature"], said(outcome)["statement"]) == ("passed", "WRONG_TYPE")


def test_what_nobody_signed_is_not_parsed():
    outcome = check(WORLD.bundle(b"junk", signer=p256("thief")))
    assert codes(outcome) == ["BAD_SIGNATURE"]
    assert said(outcome)["statement"] == "skipped"
    assert codes(check(WORLD.bundle(b"junk"))) == ["UNREADABLE"]


def test_an_expected_identity_is_compared_whole():
    outcome = check(WORLD.bundle(), expected=Identity(IDENTITY, "https://other.test"))
    assert codes(outcome) == ["WRONG_ISSUER"]
    outcome = check(WORLD.bundle(), expected=Identity("other", "https://other.test"))
    assert codes(outcome) == ["WRONG_IDENTITY"]
    assert not Identity("a", "").matches("", "a")


@pytest.mark.parametrize(
    ("leaf", "subject"),
    [
        ({"identity": "ada@example.org"}, "ada@example.org"),
        ({"san": [OtherName(ObjectIdentifier("1.3.6.1.4.1.57264.1.7"), der.utf8("ada"))]}, "ada"),
    ],
)
def test_people_have_mail_addresses_and_user_names(leaf, subject):
    outcome = check(WORLD.bundle(leaf=leaf), expected=Identity(subject, ISSUER))
    assert codes(outcome) == []


# What passes at the edges.


def rsa_bundle():
    key = rsa_native("rsa-ada")
    signed = key.sign(pae(PAYLOAD_TYPE, STATEMENT), padding.PKCS1v15(), hashes.SHA256())
    return WORLD.bundle(leaf={"key": key.public_key()}, signature=signed)


LEAF_KEYS = {
    "RSA": rsa_bundle,
    "P-384": lambda: WORLD.bundle(leaf={"key": p384("leaf")}, rekor=2),
    "P-384 in Rekor 1": lambda: WORLD.bundle(leaf={"key": p384("leaf")}),
    "P-521": lambda: WORLD.bundle(leaf={"key": ec.derive_private_key(7, ec.SECP521R1())}, rekor=2),
    "Ed25519": lambda: WORLD.bundle(leaf={"key": ed("leaf")}),
    "Ed25519 in Rekor 2": lambda: WORLD.bundle(leaf={"key": ed("leaf")}, rekor=2),
}


@pytest.mark.parametrize("name", LEAF_KEYS)
def test_signing_keys_of_other_types(name):
    assert codes(check(LEAF_KEYS[name]())) == []


ENTRIES = {
    "hashedrekord over an envelope in Rekor 1": {"kind": "hashedrekord"},
    "intoto": {"kind": "intoto"},
    "dsse in Rekor 2": {"rekor": 2, "kind": "dsse"},
    "several witnesses": {"entry": {"note": {"cosign": ["a.test", "b.test"]}}},
    "a tree id of another number": {"entry": {"note": {"origin": f"{WORLD.rekor1.host} - 7"}}},
    "a name without a tree id": {"entry": {"note": {"origin": WORLD.rekor1.host}}},
    "a promise without a proof": {"version": "0.1", "entry": {"proof": False}},
    "a proof without a head": {"version": "0.1", "entry": {"checkpoint": False}},
    "a proof without a promise": {"stamps": 1, "entry": {"promise": False}},
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries_of_other_kinds(name):
    assert codes(check(WORLD.bundle(**ENTRIES[name]))) == []


def test_the_logs_line_need_not_be_the_first():
    found = WORLD.bundle(entry={"note": {"cosign": ["witness.test"]}})
    place = found["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["checkpoint"]
    text, _, lines = place["envelope"].partition("\n\n")
    log, witness = lines.splitlines()
    place["envelope"] = f"{text}\n\n{witness}\n{log}\n"
    assert codes(check(found)) == []
    # A line under the log's name and hint that does not verify takes nothing from the one that does.
    false = WORLD.rekor1.checkpoint(12, bytes(32), key=p256("thief")).partition("\n\n")[2]
    place["envelope"] = f"{text}\n\n{false}{log}\n"
    assert codes(check(found)) == []


WINDOWS = {
    "fulcio": (SIGNED + 2, SIGNED + 2),
    "rekor1": (SIGNED + 2, SIGNED + 2),
    "ct": (SIGNED - 30, SIGNED),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_hold_at_both_ends(name):
    first, last = WINDOWS[name]
    assert codes(check(WORLD.bundle(), root=read_root(windows={name: (first, last)}))) == []


@pytest.mark.parametrize(
    ("name", "window", "code"),
    [
        ("fulcio", (SIGNED + 3, None), "UNTRUSTED_CA"),
        ("fulcio", (0, SIGNED + 1), "UNTRUSTED_CA"),
        ("rekor1", (SIGNED + 3, None), "LOG_NOT_VALID"),
        ("rekor1", (0, SIGNED + 1), "LOG_NOT_VALID"),
        ("ct", (SIGNED - 29, None), "SCT_LOG_NOT_VALID"),
        ("ct", (0, SIGNED - 31), "SCT_LOG_NOT_VALID"),
    ],
)
def test_windows_end_a_second_later(name, window, code):
    assert codes(check(WORLD.bundle(), root=read_root(windows={name: window})))[0] == code


@pytest.mark.parametrize(
    ("at", "lifetime", "good"),
    [(SIGNED + 2, 600, True), (SIGNED + 3, 600, False), (SIGNED - 7, 10, True), (SIGNED - 8, 10, False)],
)
def test_a_certificate_is_valid_from_its_first_to_its_last_second(at, lifetime, good):
    found = codes(check(WORLD.bundle(leaf={"at": at, "lifetime": lifetime})))
    assert found == ([] if good else ["CERTIFICATE_NOT_VALID"])


def test_a_certificate_is_valid_at_every_trusted_time():
    late = WORLD.bundle(stamps=1, stamp={"at": SIGNED + 600})
    assert codes(check(late)) == ["CERTIFICATE_NOT_VALID"]


def test_an_authority_that_expired_since_was_one_then():
    old = World("old", now=SIGNED - 20 * YEAR)
    later = Instant(SIGNED)
    for options in ({}, {"rekor": 2}):
        assert codes(check(old.bundle(**options), root=read_root(old.trusted_root()), now=later)) == []


def test_of_two_authorities_the_one_that_issued_counts():
    for order in (1, -1):
        rows = [*OTHER.trusted_root()["certificateAuthorities"], *ROOT["certificateAuthorities"]][::order]
        assert codes(check(WORLD.bundle(), root=read_root(certificateAuthorities=rows))) == []


def test_the_issuer_of_a_timestamp_is_that_of_the_verified_path():
    """A decoy with the same names, and another key, comes first."""
    decoy = Fulcio("decoy", SIGNED)
    rows = [*ROOT["certificateAuthorities"], *ROOT["certificateAuthorities"]]
    rows[0] = World("decoy").trusted_root()["certificateAuthorities"][0]
    root = read_root(certificateAuthorities=rows)
    assert codes(check(WORLD.bundle(), root=root)) == []
    given = WORLD.bundle(version="0.2", chain=(decoy.intermediate, WORLD.fulcio.intermediate))
    assert codes(check(given, root=root)) == []


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_an_intermediate_may_come_with_the_bundle(version):
    alone = read_root(fulcio=(WORLD.fulcio.root,))
    assert codes(check(WORLD.bundle(version=version), root=alone)) == []
    assert codes(check(WORLD.bundle(version=version, chain=()), root=alone)) == ["UNTRUSTED_CA"]
    assert codes(check(WORLD.bundle(), root=alone)) == ["UNTRUSTED_CA"]


def test_an_intermediate_that_is_no_authority_certifies_nobody():
    leaf = WORLD.leaf()
    below = WORLD.leaf(key=p256("below"), issuer_key=leaf.key, subject=("x",))
    made = WORLD.bundle(version="0.2", leaf=below, chain=(leaf.der, WORLD.fulcio.intermediate))
    assert codes(check(made)) == ["UNTRUSTED_CA"]


def test_an_intermediate_of_the_bundle_is_valid_at_the_time():
    key = p384("short intermediate")
    for window, code in (((SIGNED, SIGNED + 2), []), ((SIGNED, SIGNED + 1), ["UNTRUSTED_CA"])):
        between = authority(
            "sigstore-short", key, window=window, above=("sigstore", WORLD.fulcio.root_key), path_length=0
        )
        leaf = WORLD.leaf(issuer_key=key, issuer_name="sigstore-short")
        assert codes(check(WORLD.bundle(version="0.2", leaf=leaf, chain=(between,)))) == code


def test_a_log_that_came_back_counts_in_both_windows():
    inside = [WORLD._window((0, SIGNED - 9)), WORLD._window((SIGNED, SIGNED + 9))]
    root = read_root(tlogs=[WORLD.rekor1.instance(one) for one in inside])
    assert codes(check(WORLD.bundle(), root=root)) == []


def test_a_log_without_a_time_counts_now():
    window = (SIGNED, NOW.seconds)
    made = WORLD.bundle(key=MINE, rekor=2, stamps=0)
    assert codes(check(made, root=read_root(windows={"rekor2": window}), expected=KEY)) == []
    late = check(made, root=read_root(windows={"rekor2": window}), expected=KEY, now=NOW.plus(1))
    assert codes(late) == ["LOG_NOT_VALID"]


def test_a_file_of_any_size_is_an_artifact():
    long = 3 << 20
    for size, keep, kept in ((0, 0, True), (5, 5, True), (6, 5, False), (long, long, True), (long, 9, False)):
        data = bytes(size)
        found = Artifact.of_stream(io.BytesIO(data), keep=keep)
        assert found.digests == Artifact.of(data).digests
        assert found.data == (data if kept else None)


def test_a_key_without_native_form_verifies_no_digest():
    key = Key(None, b"", "a key of another kind")
    assert key.needs_data
    assert not key.verify(ARTIFACT, b"")
    assert not key.verify_digest(IT.digests, b"")
