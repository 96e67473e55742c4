"""The negative corpus of bundles: each right bundle bent in one place, and the code it is refused with.

Beside it what looks bent and is not: those have to be taken. Everything is made by `sigstore_world`; whether
that world is right is proved with verifiers of other people in tests/integration/sigstore.
"""

import base64
import copy
import random

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage

import sigstore_der as der
from sigstore_ca import IDENTITY, ISSUER, name
from sigstore_keys import ed, p256, p384, spki_pem
from sigstore_world import ARTIFACT, MINE, World, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.clock import Instant
from stella_git.errors import StellaError
from stella_git.trust.bundles import Artifact, Identity, verify_bundle
from stella_git.trust.keys import PublicKey

WORLD, OTHER = World(), World("other")
NOW = WORLD.now
PAST, FUTURE = (NOW - 10**7, NOW - 10**6), (NOW + 10**6, NOW + 10**7)
THIEF = p256("thief")
DATA = "1.2.840.113549.1.7.1"


def entries(bundle):
    return bundle["verificationMaterial"]["tlogEntries"]


def stamp(**knobs):
    return {"rekor": 2, "stamp": knobs}


def note(**knobs):
    return {"entry": {"note": knobs}}


def leaf(**knobs):
    return {"leaf": knobs}


def sct(**knobs):
    return {"leaf": {"sct": knobs}}


def entry(**knobs):
    return {"entry": knobs}


ELSEWHERE = entries(WORLD.bundle(b'{"other": true}'))
ONE, TWO = entries(WORLD.bundle()), entries(WORLD.bundle(rekor=2))

# name: (keywords of World.bundle, the codes it is refused with)
REFUSED = {
    # The signature and what it is about.
    "signature by another key": ({"signer": THIEF}, ["BAD_SIGNATURE"]),
    "signature is junk": ({"signature": b"x"}, ["BAD_SIGNATURE"]),
    "payload type is another": ({"payload_type": "text/plain"}, ["WRONG_TYPE"]),
    "payload type in another case": ({"payload_type": "application/vnd.in-toto+JSON"}, ["WRONG_TYPE"]),
    # Who signed.
    "subject with an end": (leaf(identity=f"{IDENTITY}x"), ["WRONG_IDENTITY"]),
    "subject without its end": (leaf(identity=IDENTITY[:-1]), ["WRONG_IDENTITY"]),
    "issuer with an end": (leaf(issuer=f"{ISSUER}/x"), ["WRONG_ISSUER"]),
    "issuer missing": (leaf(issuer=None), ["WRONG_ISSUER"]),
    "issuers disagree": (leaf(issuer_v2=der.utf8("https://evil.test")), ["CERTIFICATE_PROFILE"]),
    "issuer is no DER": (leaf(issuer_v2=b"\x0c\x80"), ["CERTIFICATE_PROFILE"]),
    "issuer with trailing bytes": (leaf(issuer_v2=der.utf8(ISSUER) + b"x"), ["CERTIFICATE_PROFILE"]),
    "two subjects": (
        leaf(san=[x509.UniformResourceIdentifier(IDENTITY), x509.UniformResourceIdentifier("https://x")]),
        ["CERTIFICATE_PROFILE"],
    ),
    "no subject": (leaf(san=[]), ["CERTIFICATE_PROFILE"]),
    "subject is a host": (leaf(san=[x509.DNSName("github.com")]), ["CERTIFICATE_PROFILE"]),
    # The certificate.
    "no extended key usage": (leaf(eku=()), ["CERTIFICATE_PROFILE"]),
    "for servers": (leaf(eku=(Usage.SERVER_AUTH,)), ["CERTIFICATE_PROFILE"]),
    "for anything": (leaf(eku=(Usage.ANY_EXTENDED_KEY_USAGE,)), ["CERTIFICATE_PROFILE"]),
    "leaf is an authority": (leaf(ca=True), ["CERTIFICATE_PROFILE"]),
    "no key usage": (leaf(usage=None), ["CERTIFICATE_PROFILE"]),
    "may sign certificates": (leaf(usage=("key_cert_sign", "digital_signature")), ["CERTIFICATE_PROFILE"]),
    "may not sign": (leaf(usage=("key_encipherment",)), ["CERTIFICATE_PROFILE"]),
    "authority unknown": ({"leaf": OTHER.leaf()}, ["UNTRUSTED_CA"]),
    "authority smuggled": (
        {"version": "0.2", "leaf": OTHER.leaf(), "chain": OTHER.fulcio.chain},
        ["ROOT_IN_BUNDLE"],
    ),
    "root in the bundle": ({"version": "0.2", "chain": WORLD.fulcio.chain}, ["ROOT_IN_BUNDLE"]),
    "signed by a key that says it is the authority": (leaf(issuer_key=THIEF), ["UNTRUSTED_CA"]),
    "expired a second ago": (leaf(at=NOW + 2 - 600), ["CERTIFICATE_NOT_VALID"]),
    "valid in a second": (leaf(at=NOW + 3), ["CERTIFICATE_NOT_VALID"]),
    # The certificate log.
    "no SCT": (leaf(scts=0), ["SCT_MISSING"]),
    "empty list of SCTs": (leaf(sct_bytes=der.octets(b"\0\0")), ["SCT_MISSING"]),
    "SCT is junk": (leaf(sct_bytes=b"junk"), ["CERTIFICATE_PROFILE"]),
    "SCT of another version": (sct(version=1), ["CERTIFICATE_PROFILE"]),
    "SCT of another log": (leaf(ct_log=OTHER.ct_log), ["SCT_UNKNOWN_LOG"]),
    "SCT by another key": (sct(key=THIEF), ["SCT_INVALID"]),
    "SCT over another time": (sct(signed_at=1), ["SCT_INVALID"]),
    "SCT of another algorithm": (sct(algorithm=(4, 1)), ["SCT_INVALID"]),
    "SCT from the future": (sct(at=NOW + 86_400), ["SCT_IN_FUTURE"]),
    # The log: promise, entry, proof, checkpoint.
    "no entry": ({"rekor": None}, ["LOG_MISSING"]),
    "log unknown": (entry(log=OTHER.rekor1), ["LOG_UNKNOWN"]),
    "log id of nobody": (entry(log_id=bytes(32)), ["LOG_UNKNOWN"]),
    "log id of another log": (entry(log_id=WORLD.rekor2.log_id), ["LOG_PROMISE", "CHECKPOINT_ORIGIN"]),
    "promise by another key": (entry(promised={"key": THIEF}), ["LOG_PROMISE"]),
    "promise for another time": (entry(promised={"integrated_time": 1}), ["LOG_PROMISE"]),
    "promise for another index": (entry(promised={"index": 1}), ["LOG_PROMISE"]),
    "promise for another body": (entry(promised={"body": b"{}"}), ["LOG_PROMISE"]),
    "logged before the certificate": (entry(integrated_time=NOW - 31), ["CERTIFICATE_NOT_VALID"]),
    "no promise, no timestamp": (entry(promise=False), ["NO_TRUSTED_TIME"]),
    "a time that nobody signed": (
        {"rekor": 2, "stamps": 0, "entry": {"integrated_time": NOW}},
        ["NO_TRUSTED_TIME"],
    ),
    "entry of another bundle": ({"entries": ELSEWHERE}, ["LOG_BODY_PAYLOAD"]),
    "entry of another key": (
        {"entries": entries(WORLD.bundle(leaf={"key": p256("else")}))},
        ["LOG_BODY_SIGNATURE"],
    ),
    "one entry of two is of another bundle": ({"entries": ONE + ELSEWHERE}, ["LOG_BODY_PAYLOAD"]),
    "entry of another kind": (entry(kind="hashedrekord"), ["LOG_BODY_UNREADABLE"]),
    "entry of another version": (entry(version="0.0.2"), ["LOG_BODY_UNREADABLE"]),
    "proof too short": (entry(hashes=[]), ["LOG_INCLUSION"]),
    "proof too long": (entry(hashes=[bytes(32)] * 5), ["LOG_INCLUSION"]),
    "proof of another index": (entry(index=4), ["LOG_INCLUSION"]),
    "index beyond the tree": (entry(index=12), ["LOG_INCLUSION"]),
    "proof of another root": (entry(root=bytes(32)), ["CHECKPOINT_MISMATCH", "LOG_INCLUSION"]),
    "proof of another size": (entry(size=13), ["CHECKPOINT_MISMATCH"]),
    "checkpoint of another size": (note(size=13), ["CHECKPOINT_MISMATCH"]),
    "checkpoint of another root": (note(root=bytes(32)), ["CHECKPOINT_MISMATCH"]),
    "checkpoint by another key": (note(key=THIEF), ["CHECKPOINT_SIGNATURE"]),
    "checkpoint without signature": (note(signed=False), ["CHECKPOINT_MALFORMED"]),
    "checkpoint signed by a witness alone": (
        note(signed=False, cosign=["witness.test"]),
        ["CHECKPOINT_UNSIGNED"],
    ),
    "checkpoint under another hint": (note(hint=b"hint"), ["CHECKPOINT_UNSIGNED"]),
    "checkpoint under another name": (note(note_name="evil.test"), ["CHECKPOINT_UNSIGNED"]),
    "checkpoint of another origin": (note(origin="evil.test - 1"), ["CHECKPOINT_UNSIGNED"]),
    "checkpoint of another origin, v2": (
        {"rekor": 2, "entry": {"note": {"origin": "evil.test"}}},
        ["CHECKPOINT_ORIGIN"],
    ),
    "checkpoint with junk": (entry(checkpoint="junk"), ["CHECKPOINT_MALFORMED"]),
    # Timestamps.
    "stamp over other bytes": (stamp(over=b"other"), ["TIMESTAMP_MISMATCH"]),
    "stamp with half an imprint": (stamp(imprint=b"ab"), ["TIMESTAMP_MISMATCH"]),
    "stamp of an unknown authority": (stamp(tsa=OTHER.tsa), ["TIMESTAMP_UNTRUSTED"]),
    "stamp by another key": (stamp(key=THIEF), ["TIMESTAMP_SIGNATURE"]),
    "stamp with a junk signature": (stamp(signature=b"x"), ["TIMESTAMP_SIGNATURE"]),
    "stamp with another message digest": (stamp(message_digest=bytes(32)), ["TIMESTAMP_SIGNATURE"]),
    "stamp with another certificate": (stamp(certificates=[OTHER.tsa.leaf]), ["TIMESTAMP_SIGNATURE"]),
    "stamp of another signer": (stamp(signer=(name("x"), 1)), ["TIMESTAMP_UNTRUSTED"]),
    "stamp with two signers": (stamp(signers=2), ["TIMESTAMP_SIGNATURE"]),
    "stamp without a signer": (stamp(signers=0), ["TIMESTAMP_UNTRUSTED"]),
    "stamp that was refused": (stamp(status=2), ["TIMESTAMP_NOT_GRANTED"]),
    "stamp with trailing bytes": (stamp(trailing=b"x"), ["TIMESTAMP_MALFORMED"]),
    "stamp of another version": (stamp(version=2), ["TIMESTAMP_MALFORMED"]),
    "stamp without a token": (stamp(token=b""), ["TIMESTAMP_MALFORMED"]),
    "stamp around other content": (stamp(content_type=DATA), ["TIMESTAMP_MALFORMED"]),
    "stamp that is not signed data": (stamp(outer=DATA), ["TIMESTAMP_MALFORMED"]),
    "stamp with zeros at the end of its time": (stamp(fraction=".50"), ["TIMESTAMP_MALFORMED"]),
    "stamp from before the certificate": (stamp(at=NOW - 31), ["CERTIFICATE_NOT_VALID"]),
    "stamp from the future": (stamp(at=NOW + 61), ["TIME_IN_FUTURE"]),
    "a bad stamp beside a good promise": ({"stamps": 1, "stamp": {"over": b"other"}}, ["TIMESTAMP_MISMATCH"]),
    # The form of a bundle.
    "one stamp twice": ({"rekor": 2, "stamps": 2}, ["bundle-timestamps"]),
    "more stamps than anybody needs": ({"rekor": 2, "stamps": 33}, ["bundle-timestamps"]),
    "one entry twice": ({"entries": ONE * 2}, ["bundle-tlog-entries"]),
    "v0.1 without a promise": (
        {"version": "0.1", "stamps": 1, "entry": {"promise": False}},
        ["bundle-promise-missing"],
    ),
    "v0.3 without a proof": (entry(proof=False), ["bundle-proof-missing"]),
    "v0.3 without a checkpoint": (entry(checkpoint=False), ["bundle-proof-missing"]),
}
# What looks strange and holds.
TAKEN = {
    "issuer in its old form alone": leaf(issuer_v2=False),
    "more usages beside code signing": leaf(eku=(Usage.CODE_SIGNING, Usage.SERVER_AUTH)),
    "SCT with extensions": sct(extensions=b"\0\0\5abcde"),
    "first valid second": leaf(at=NOW + 2),
    "last valid second": leaf(at=NOW + 2 - 599),
    "v0.1 without a proof": {"version": "0.1", "entry": {"proof": False}},
    "v0.1 with a proof without a checkpoint": {"version": "0.1", "entry": {"checkpoint": False}},
    "v0.2 with a stamp instead of a promise": {"version": "0.2", "stamps": 1, "entry": {"promise": False}},
    "v0.2 with the leaf alone": {"version": "0.2", "chain": []},
    "in-toto entry": {"kind": "intoto"},
    "hashedrekord entry about an envelope": {"kind": "hashedrekord"},
    "dsse entry of version 2": {"rekor": 2, "kind": "dsse"},
    "entries of both logs": {"stamps": 1, "entries": ONE + TWO},
    "a time nobody signed beside a stamp": {"rekor": 2, "entry": {"integrated_time": 1}},
    "an outer index nobody signed": {"rekor": 2, "entry": {"log_index": 7}},
    "cosigned checkpoint": {"rekor": 2, "entry": {"note": {"cosign": ["a.test", "b.test"]}}},
    "checkpoint with more lines": note(extensions=["Timestamp: 1"]),
    "stamp over SHA-512": stamp(algorithm="sha512"),
    "stamp with a nonce": stamp(nonce=5),
    "stamp with half seconds": stamp(fraction=".5"),
    "stamp without certificate": stamp(embed=False),
    "stamp with its whole chain": stamp(certificates=WORLD.tsa.chain),
    "empty keyid": {"keyid": ""},
    "keyid of nobody": {"keyid": "nobody"},
    "P-384": {"leaf": {"key": p384("leaf")}, "rekor": 2},
    "Ed25519": {"leaf": {"key": ed("leaf")}},
}
# name: (keywords of World, of World.bundle, of World.trusted_root, codes)
ROOTS = {
    "authority was closed": ({}, {}, {"windows": {"fulcio": PAST}}, ["UNTRUSTED_CA"]),
    "authority is not open yet": ({}, {}, {"windows": {"fulcio": FUTURE}}, ["UNTRUSTED_CA"]),
    "certificate log was closed": ({}, {}, {"windows": {"ct": PAST}}, ["SCT_LOG_NOT_VALID"]),
    "log was closed": ({}, {}, {"windows": {"rekor1": PAST}}, ["LOG_NOT_VALID"]),
    "log was closed, v2": ({}, {"rekor": 2}, {"windows": {"rekor2": PAST}}, ["LOG_NOT_VALID"]),
    "log closed a second before": ({}, {}, {"windows": {"rekor1": (NOW, NOW + 1)}}, ["LOG_NOT_VALID"]),
    "timestamps were closed": ({}, {"rekor": 2}, {"windows": {"tsa": PAST}}, ["TIMESTAMP_OUTSIDE_WINDOW"]),
    "no timestamp authority": (
        {},
        {"rekor": 2},
        {"timestampAuthorities": []},
        ["TIMESTAMP_UNTRUSTED"],
    ),
    "no log": ({}, {}, {"tlogs": []}, ["LOG_UNKNOWN"]),
    "no certificate log": ({}, {}, {"ctlogs": []}, ["SCT_UNKNOWN_LOG"]),
    "no authority": ({}, {}, {"certificateAuthorities": []}, ["UNTRUSTED_CA"]),
    "root of the authority expired": ({"fulcio": {"window": PAST}}, {}, {}, ["UNTRUSTED_CA"]),
    "intermediate expired": ({"fulcio": {"intermediate_window": PAST}}, {}, {}, ["UNTRUSTED_CA"]),
    "stamps for no usage": ({"tsa": {"eku": ()}}, {"rekor": 2}, {}, ["TIMESTAMP_USAGE"]),
    "stamps for code signing": (
        {"tsa": {"eku": (Usage.CODE_SIGNING,)}},
        {"rekor": 2},
        {},
        ["TIMESTAMP_USAGE"],
    ),
    "stamps for two usages": (
        {"tsa": {"eku": (Usage.TIME_STAMPING, Usage.CODE_SIGNING)}},
        {"rekor": 2},
        {},
        ["TIMESTAMP_USAGE"],
    ),
    "stamps, not critical": ({"tsa": {"eku_critical": False}}, {"rekor": 2}, {}, ["TIMESTAMP_USAGE"]),
    "stamps after their certificate": (
        {"tsa": {"window": PAST}},
        {"rekor": 2},
        {},
        ["TIMESTAMP_CERTIFICATE_NOT_VALID"],
    ),
    "stamps before their certificate": (
        {"tsa": {"window": FUTURE}},
        {"rekor": 2},
        {},
        ["TIMESTAMP_CERTIFICATE_NOT_VALID"],
    ),
    "log open for one second": ({}, {}, {"windows": {"rekor1": (NOW + 2, NOW + 2)}}, None),
    "authority known by its intermediate": ({}, {}, {"fulcio": (WORLD.fulcio.intermediate,)}, None),
    "authority known by its root alone": (
        {},
        {"version": "0.2"},
        {"fulcio": (WORLD.fulcio.root,)},
        None,
    ),
    "root alone, and nobody brings the rest": ({}, {}, {"fulcio": (WORLD.fulcio.root,)}, ["UNTRUSTED_CA"]),
}


def codes(bundle, root, *, artifact=None, expected=None, now=NOW + 60, logged=True):
    """Return None if a bundle is taken, else the codes it is refused with."""
    try:
        report = verify_bundle(
            Bundle.from_bytes(to_bytes(bundle), 1 << 20),
            root=TrustedRoot.from_bytes(to_bytes(root)),
            now=Instant(now),
            expected=expected or Identity(IDENTITY, ISSUER),
            artifact=None if artifact is None else Artifact.of(artifact),
            logged=logged,
        ).report
    except StellaError as error:
        return [error.code]
    return None if report.ok else [check.code for check in report.failures]


@pytest.mark.parametrize(("knobs", "wanted"), REFUSED.values(), ids=REFUSED)
def test_what_is_bent_is_refused_for_that(knobs, wanted):
    assert codes(WORLD.bundle(**knobs), WORLD.trusted_root()) == wanted


@pytest.mark.parametrize("knobs", TAKEN.values(), ids=TAKEN)
def test_what_only_looks_bent_is_taken(knobs):
    assert codes(WORLD.bundle(**knobs), WORLD.trusted_root()) is None


@pytest.mark.parametrize(("world", "knobs", "root", "wanted"), ROOTS.values(), ids=ROOTS)
def test_whom_the_trusted_root_trusts(world, knobs, root, wanted):
    made = World(**world)
    assert codes(made.bundle(**knobs), made.trusted_root(**root)) == wanted


ARTIFACTS = {
    "the artifact": ({}, ARTIFACT, None),
    "without its digest": ({"digest": False}, ARTIFACT, None),
    "version 2": ({"rekor": 2}, ARTIFACT, None),
    "P-384": ({"rekor": 2, "leaf": {"key": p384("leaf")}}, ARTIFACT, None),
    "another": ({}, b"other", {"DIGEST_MISMATCH", "LOG_BODY_DIGEST", "BAD_SIGNATURE"}),
    "another, without its digest": ({"digest": False}, b"other", {"LOG_BODY_DIGEST", "BAD_SIGNATURE"}),
    "none": ({}, None, {"ARTIFACT_MISSING"}),
}


@pytest.mark.parametrize(("knobs", "artifact", "wanted"), ARTIFACTS.values(), ids=ARTIFACTS)
def test_signatures_over_artifacts(knobs, artifact, wanted):
    found = codes(WORLD.bundle(message=ARTIFACT, **knobs), WORLD.trusted_root(), artifact=artifact)
    assert found == wanted if wanted is None else set(found) == wanted


KEYS = {
    "logged": ({}, None),
    "logged, v2": ({"rekor": 2}, None),
    "hint of nobody": ({"hint": "AAAA"}, None),
    "Ed25519": ({"key": ed("mine")}, None),
    "an artifact": ({"message": ARTIFACT}, None),
    "by another key": ({"signer": THIEF}, ["BAD_SIGNATURE"]),
    "not logged": ({"rekor": None, "stamps": 0}, ["LOG_MISSING"]),
    "entry of another bundle": ({"entries": ELSEWHERE}, ["LOG_BODY_PAYLOAD"]),
}


@pytest.mark.parametrize(("knobs", "wanted"), KEYS.values(), ids=KEYS)
def test_bundles_that_keys_sign(knobs, wanted):
    knobs = {"key": MINE} | knobs
    key = PublicKey.from_pem(spki_pem(knobs["key"]))
    found = codes(WORLD.bundle(**knobs), WORLD.trusted_root(), artifact=knobs.get("message"), expected=key)
    assert found == wanted


def test_a_key_is_no_certificate_and_a_certificate_no_key():
    key = PublicKey.from_pem(spki_pem(MINE))
    assert codes(WORLD.bundle(), WORLD.trusted_root(), expected=key) == ["WRONG_MATERIAL"]
    assert codes(WORLD.bundle(key=MINE), WORLD.trusted_root()) == ["WRONG_MATERIAL"]
    both = WORLD.bundle()
    both["verificationMaterial"]["publicKey"] = {"hint": ""}
    assert codes(both, WORLD.trusted_root()) == ["bundle-material"]


def test_a_log_is_late():
    late = WORLD.bundle(entry={"integrated_time": NOW + 570})
    assert codes(late, WORLD.trusted_root(), now=NOW + 1000) == ["CERTIFICATE_NOT_VALID"]


WHOLE = {
    "statement": ({"stamps": 1}, None),
    "statement, v0.2": ({"version": "0.2"}, None),
    "statement, rekor 2": ({"rekor": 2}, None),
    "artifact, rekor 2": ({"message": ARTIFACT, "rekor": 2}, ARTIFACT),
}
# What nothing binds, and nothing uses: the rest of a chain that the trusted root knows, the outer index of a
# log without promises, and in a stamp the parts beside what is signed (its certificate comes from the root).
LOOSE = {"certificates", "logIndex", "signedTimestamp"}


def members(value, path=()):
    """Yield the path and text of every string in a JSON value."""
    if isinstance(value, str):
        yield path, value
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from members(value[key], (*path, key))


def mutated(text, chance):
    """Yield a text with a bit flipped here or there, inside its base64 if it is any."""
    try:
        raw = base64.b64decode(text, validate=True) if len(text) > 20 else None
    except ValueError:
        raw = None
    data = text.encode() if raw is None else raw
    places = range(len(data)) if len(data) <= 40 else sorted(chance.sample(range(len(data)), 40))
    for place in places:
        bent = bytearray(data)
        bent[place] ^= 1 << chance.randrange(7)
        yield base64.b64encode(bent).decode() if raw is not None else bent.decode()


@pytest.mark.filterwarnings("ignore")  # of the libraries, about certificates that somebody bent
@pytest.mark.parametrize(("knobs", "artifact"), WHOLE.values(), ids=WHOLE)
def test_a_flipped_bit_is_refused_and_never_breaks_the_verifier(knobs, artifact):
    bundle, root, chance = WORLD.bundle(**knobs), WORLD.trusted_root(), random.Random(1)
    taken = set()
    for path, text in members(bundle):
        for bent in mutated(text, chance):
            changed = copy.deepcopy(bundle)
            place = changed
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = bent
            if codes(changed, root, artifact=artifact) is None:
                taken.add(path)
    assert {path for path in taken if not LOOSE.intersection(path)} == set()


@pytest.mark.filterwarnings("ignore")
def test_a_certificate_in_a_stamp_may_be_anything():
    leaf = bytearray(WORLD.tsa.leaf)
    at = leaf.index(b"\xa0\x03\x02\x01\x02")  # version 3, written as 2
    leaf[at + 4] = 6
    bent = WORLD.bundle(rekor=2, stamp={"certificates": [bytes(leaf)]})
    assert codes(bent, WORLD.trusted_root()) == ["TIMESTAMP_SIGNATURE"]


def test_times_that_have_not_come_yet():
    assert codes(WORLD.bundle(), WORLD.trusted_root(), now=NOW + 1) == ["TIME_IN_FUTURE"]
    assert codes(WORLD.bundle(), WORLD.trusted_root(), now=NOW + 2) is None


def signed_lines(change):
    """Return a Rekor 2 bundle whose checkpoint's signature lines were changed by a function."""
    bundle = WORLD.bundle(rekor=2)
    head = bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["checkpoint"]
    text, _, lines = head["envelope"].rpartition("\n\n")
    (own,) = lines.splitlines()
    head["envelope"] = "\n".join([text, "", *change(own), ""])
    return bundle


def signature_line(name, hint, signature):
    return f"\u2014 {name} {base64.b64encode(hint + signature).decode()}"


def broken(line):
    """Return a signature line with one bit of the signature changed."""
    _, name, text = line.split()
    data = base64.b64decode(text)
    return signature_line(name, data[:4], data[4:-1] + bytes([data[-1] ^ 1]))


WITNESS = signature_line("witness.example", b"wxyz", bytes(72))


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (lambda own: [own, WITNESS], None),
        (lambda own: [WITNESS, own], None),
        (lambda own: [WITNESS, own, WITNESS.replace("witness.", "w2.")], None),
        (lambda own: [signature_line(own.split()[1], b"abcd", bytes(64)), own], None),
        (lambda own: [broken(own), own], None),
        (lambda own: [broken(own)], ["CHECKPOINT_SIGNATURE"]),
        (lambda _: [WITNESS], ["CHECKPOINT_UNSIGNED"]),
        (lambda own: [own.replace(own.split()[1], "other.example")], ["CHECKPOINT_UNSIGNED"]),
        (lambda own: [signature_line(own.split()[1], b"abcd", bytes(64))], ["CHECKPOINT_UNSIGNED"]),
    ],
    ids=[
        "cosigned",
        "origin not first",
        "several cosigned",
        "another key of the origin",
        "a second, broken line of the log",
        "a broken line alone",
        "witness alone",
        "another name",
        "another hint",
    ],
)
def test_the_lines_under_a_checkpoint(change, reasons):
    assert codes(signed_lines(change), WORLD.trusted_root()) == reasons
