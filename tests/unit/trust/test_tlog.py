"""Entries of logs: what shows that a log holds this signature, and what does not."""

import hashlib
import json

import pytest

from sigstore_ca import Leaf
from sigstore_cases import WORLD
from sigstore_keys import b64, p256, sign, spki
from sigstore_world import ARTIFACT, MINE, STATEMENT, Content, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.trust.bundles import Artifact, verify_bundle
from stella_git.trust.keys import PublicKey
from stella_git.trust.validity import TrustedTime
from verify_cases import read_root, said

NOW = Instant(WORLD.now + 3600)
ROOT = read_root()
KEY = PublicKey.from_spki(spki(MINE))


def verify(*, root=ROOT, now=NOW, key=None, **options):
    """Return the outcome for a bundle of a plain key: nothing but the log can say when it was signed."""
    signer = key or MINE
    bundle = Bundle.from_bytes(to_bytes(WORLD.bundle(key=signer, **options)))
    expected = PublicKey.from_spki(spki(signer))
    return verify_bundle(bundle, root=root, now=now, expected=expected, artifact=Artifact.of(ARTIFACT))


GOOD = {
    "material": "passed",
    "artifact": "skipped",
    "timestamps": "skipped",
    "log": "passed",
    "entry": "passed",
    "promise": "passed",
    "checkpoint": "passed",
    "inclusion": "passed",
    "time": "passed",
    "signature": "passed",
    "statement": "passed",
}


def test_an_entry_shows_the_log_and_the_time():
    outcome = verify()
    assert said(outcome) == GOOD
    assert outcome.times == (TrustedTime(Instant(WORLD.now + 2), f"log:{WORLD.rekor1.url}"),)


@pytest.mark.parametrize("seconds", [253_402_300_800, 2**53 - 1])
def test_a_promise_for_a_time_that_no_calendar_has_is_no_promise(seconds):
    assert said(verify(entry={"integrated_time": seconds}))["promise"] == "LOG_PROMISE"


@pytest.mark.parametrize("member", ["logIndex", "integratedTime"])
@pytest.mark.parametrize("number", [2**53, 2**63 - 1])
def test_a_promise_about_a_number_that_canonical_json_cannot_write_is_no_promise(member, number):
    found = WORLD.bundle(key=MINE)
    found["verificationMaterial"]["tlogEntries"][0][member] = str(number)
    outcome = verify_bundle(Bundle.from_bytes(to_bytes(found)), root=ROOT, now=NOW, expected=KEY)
    assert said(outcome)["promise"] == "LOG_PROMISE"


# What the log holds is what the bundle holds.

CONTENT = Content(
    {"dsseEnvelope": WORLD.bundle(key=MINE)["dsseEnvelope"]},
    sign(MINE, pae(PAYLOAD_TYPE, STATEMENT)),
    STATEMENT,
    pae(PAYLOAD_TYPE, STATEMENT),
)
ME, SOMEBODY = Leaf(None, MINE, ()), Leaf(None, p256("somebody"), ())


def body(kind="dsse", version="0.0.1", who=ME, payload_type=PAYLOAD_TYPE, **changes):
    return json.loads(WORLD.body(CONTENT._replace(**changes), who, kind, version, payload_type))


def entry_code(made, kind="dsse", version="0.0.1", **options):
    knobs = {"body": jcs.dumps(made), "kind": kind, "entry": {"version": version}}
    return said(verify(**(knobs | options)))["entry"]


def intoto(**content):
    made = body("intoto", "0.0.2")
    made["spec"]["content"] |= content
    return made


def twice(data):
    return b64(b64(data).encode())


def test_every_kind_of_entry_is_compared():
    assert entry_code(body()) == "passed"
    assert entry_code(body("intoto", "0.0.2"), "intoto", "0.0.2") == "passed"
    assert entry_code(body("hashedrekord"), "hashedrekord") == "passed"
    assert entry_code(body("dsse", "0.0.2"), "dsse", "0.0.2", rekor=2) == "passed"
    assert entry_code(body("hashedrekord", "0.0.2"), "hashedrekord", "0.0.2", rekor=2) == "passed"


KINDS = [
    ("dsse", "0.0.1", 1),
    ("intoto", "0.0.2", 1),
    ("hashedrekord", "0.0.1", 1),
    ("dsse", "0.0.2", 2),
    ("hashedrekord", "0.0.2", 2),
]


@pytest.mark.parametrize(("kind", "version", "rekor"), KINDS)
def test_an_entry_about_something_else_is_another_bundles(kind, version, rekor):
    def code(**changes):
        return entry_code(body(kind, version, **changes), kind, version, rekor=rekor)

    about = "LOG_BODY_DIGEST" if kind == "hashedrekord" else "LOG_BODY_PAYLOAD"
    other = {"payload": b"other", "signed": b"other"}
    assert code(**other) == about
    assert code(signature=b"other") == "LOG_BODY_SIGNATURE"
    assert code(who=SOMEBODY) == "LOG_BODY_KEY"
    assert code(who=WORLD.leaf()) == "LOG_BODY_KEY"


def test_an_entry_with_the_payload_holds_the_same_one():
    def code(**envelope):
        made = intoto()
        made["spec"]["content"]["envelope"] |= envelope
        return entry_code(made, "intoto", "0.0.2")

    assert code(payload=twice(STATEMENT)) == "passed"
    assert code(payload=twice(STATEMENT + b" ")) == "LOG_BODY_PAYLOAD"
    assert code(payloadType="text/plain") == "LOG_BODY_PAYLOAD"


def test_a_payload_is_named_by_its_sha256():
    long = {"algorithm": "sha512", "value": hashlib.sha512(STATEMENT).hexdigest()}
    assert entry_code(intoto(payloadHash=long), "intoto", "0.0.2") == "LOG_BODY_PAYLOAD"


def test_an_entry_holds_one_signature():
    made = body()
    made["spec"]["signatures"] *= 2
    assert entry_code(made) == "LOG_BODY_SIGNATURE"


def test_an_entry_about_an_artifact_is_of_one_kind():
    options = {"message": ARTIFACT, "body": jcs.dumps(body())}
    assert said(verify(kind="dsse", **options))["entry"] == "LOG_BODY_KIND"


# The log, and what shows it.


def test_the_promise_decides_when_the_log_had_to_count():
    inside = read_root(windows={"rekor1": (WORLD.now + 2, WORLD.now + 2)})
    assert verify(root=inside).report.ok
    assert said(verify(root=inside, entry={"promise": False}))["log"] == "LOG_NOT_VALID"
    stamped = verify(root=inside, entry={"promise": False}, stamps=1, stamp={"at": WORLD.now + 2})
    assert stamped.report.ok


def test_no_key_of_a_log_that_is_not_understood_proves_anything():
    rows = [WORLD.rekor1.instance(WORLD._window(None))]
    rows[0]["publicKey"]["keyDetails"] = "PKIX_ED25519"
    found = said(verify(root=read_root(tlogs=rows)))
    assert (found["promise"], found["checkpoint"]) == ("LOG_PROMISE", "CHECKPOINT_SIGNATURE")


def test_a_promise_has_a_time():
    made = WORLD.bundle(key=MINE)
    del made["verificationMaterial"]["tlogEntries"][0]["integratedTime"]
    found = verify_bundle(Bundle.from_bytes(to_bytes(made)), root=ROOT, now=NOW, expected=KEY)
    assert said(found)["promise"] == "LOG_PROMISE"


def test_a_log_without_an_address_has_a_number():
    rows = [WORLD.rekor1.instance(WORLD._window(None), baseUrl="")]
    outcome = verify(root=read_root(tlogs=rows))
    assert outcome.times[0].source == "log:unnamed"
    shown = {check.name: check.detail for check in outcome.report.checks}
    assert shown["log"] == WORLD.rekor1.log_id.hex()[:16]


def test_version_2_of_the_log_promises_nothing():
    made = WORLD.bundle(key=MINE, rekor=2)
    entry = made["verificationMaterial"]["tlogEntries"][0]
    entry["inclusionPromise"] = {"signedEntryTimestamp": b64(b"junk")}
    entry["integratedTime"] = "1"
    found = verify_bundle(Bundle.from_bytes(to_bytes(made)), root=ROOT, now=NOW, expected=KEY)
    assert found.report.ok
    assert said(found)["promise"] == "skipped"
    assert [time.instant.seconds for time in found.times] == [WORLD.now + 1]
