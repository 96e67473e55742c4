"""The Sigstore world of the tests is a right one: verifiers of other people take it, and see its bends.

Otherwise our own verifier would be tested against our own misunderstandings.
"""

import pytest

from sigstore_ca import IDENTITY
from sigstore_keys import p256
from sigstore_peers import npm_peer, python_peer
from sigstore_world import ARTIFACT, MINE, World

WORLD = World()
OTHER = World("other")
ROOT = WORLD.trusted_root()
CERTIFICATES = {
    "statement, rekor 1": {},
    "statement, rekor 2": {"rekor": 2},
    "statement, rekor 1, stamp": {"stamps": 1},
    "statement, v0.1": {"version": "0.1"},
    "statement, v0.2": {"version": "0.2", "stamps": 1},
    "statement, v0.3, old media type": {"version": "0.3-alt"},
    "statement, stamp without certificate": {"rekor": 2, "stamp": {"embed": False}},
    "artifact, rekor 1": {"message": ARTIFACT},
    "artifact, rekor 2": {"message": ARTIFACT, "rekor": 2},
    "artifact, v0.2": {"message": ARTIFACT, "version": "0.2"},
    "first leaf of the tree": {"entry": {"before": 0}},
    "last leaf of the tree": {"entry": {"after": 0}},
    "only leaf of the tree": {"entry": {"before": 0, "after": 0}},
    "cosigned checkpoint": {"entry": {"note": {"cosign": ["witness.test"]}}},
    "checkpoint with more lines": {"entry": {"note": {"extensions": ["Timestamp: 1"]}}},
}
# Which of the others notice it; the rest is said here, so that a change of theirs is noticed in turn.
BOTH, PYTHON = {"python", "npm"}, {"python"}
BENT = {
    "signed by somebody else": ({"signer": p256("thief")}, BOTH),
    "untrusted authority": ({"leaf": OTHER.leaf()}, BOTH),
    "SCT of another log": ({"leaf": {"ct_log": OTHER.ct_log}}, BOTH),
    "SCT by another key": ({"leaf": {"sct": {"key": p256("thief")}}}, BOTH),
    "SCT over another time": ({"leaf": {"sct": {"signed_at": 1}}}, BOTH),
    "SCT missing": ({"leaf": {"scts": 0}}, BOTH),
    "not for code signing": ({"leaf": {"eku": ()}}, PYTHON),
    "certificate expired": ({"leaf": {"at": WORLD.now - 7200}}, BOTH),
    "certificate not yet valid": ({"leaf": {"at": WORLD.now + 7200}}, BOTH),
    "logged by an unknown log": ({"entry": {"log": OTHER.rekor1}}, BOTH),
    "promise by another key": ({"entry": {"promised": {"key": p256("thief")}}}, BOTH),
    "promise for another index": ({"entry": {"promised": {"index": 1}}}, BOTH),
    "promise for another time": ({"entry": {"promised": {"integrated_time": 1}}}, BOTH),
    "proof too short": ({"entry": {"hashes": []}}, BOTH),
    "proof of another root": ({"entry": {"root": bytes(32)}}, PYTHON),
    "index beyond the tree": ({"entry": {"index": 12}}, BOTH),
    "checkpoint by another key": ({"entry": {"note": {"key": p256("thief")}}}, BOTH),
    "checkpoint of another root": ({"entry": {"note": {"root": bytes(32)}}}, BOTH),
    "entry about another payload": ({"body": b""}, BOTH),
    "stamp over other bytes": ({"rekor": 2, "message": ARTIFACT, "stamp": {"over": b"other"}}, BOTH),
    "stamp of an unknown authority": ({"rekor": 2, "message": ARTIFACT, "stamp": {"tsa": OTHER.tsa}}, BOTH),
    "stamp by another key": ({"rekor": 2, "message": ARTIFACT, "stamp": {"key": p256("thief")}}, BOTH),
}


def made(options):
    if options.get("body") == b"":
        somebody = WORLD.bundle(b'{"other": true}')
        return WORLD.bundle(entries=somebody["verificationMaterial"]["tlogEntries"])
    return WORLD.bundle(**options)


@pytest.mark.parametrize("options", CERTIFICATES.values(), ids=CERTIFICATES)
def test_sigstore_python_takes_what_the_world_makes(options):
    assert python_peer(WORLD.bundle(**options), ROOT, artifact=options.get("message")) is None


@pytest.mark.parametrize(("options", "peers"), BENT.values(), ids=BENT)
def test_sigstore_python_sees_what_is_bent(options, peers):
    refused = python_peer(made(options), ROOT, artifact=options.get("message"))
    assert bool(refused) == ("python" in peers), refused


def test_sigstore_python_reads_the_same_identity():
    mail = WORLD.bundle(leaf={"identity": "ada@example.org", "issuer": "https://accounts.example.org"})
    assert python_peer(mail, ROOT, identity="ada@example.org", issuer="https://accounts.example.org") is None
    refused = python_peer(mail, ROOT, identity=IDENTITY, issuer="https://accounts.example.org")
    assert "SANs do not match" in refused


@pytest.mark.network
def test_npm_takes_what_the_world_makes():
    peer = npm_peer()
    # It looks for the payload's digest where Rekor v2 has that of the envelope's encoding.
    cases = {name: one for name, one in CERTIFICATES.items() if one.get("rekor") != 2 or "message" in one}
    cases |= {
        "statement, dsse 0.0.2": {"rekor": 2, "kind": "dsse"},
        "statement, intoto 0.0.2": {"kind": "intoto"},
    }
    for options in cases.values():
        peer.add(WORLD.bundle(**options), ROOT, artifact=options.get("message"))
    assert dict(zip(cases, peer.run(), strict=True)) == dict.fromkeys(cases)


@pytest.mark.network
def test_npm_takes_keys_of_the_world():
    peer = npm_peer()
    peer.add(WORLD.bundle(key=MINE), ROOT, keys=[MINE])
    peer.add(WORLD.bundle(key=MINE, message=ARTIFACT, rekor=2), ROOT, keys=[MINE], artifact=ARTIFACT)
    peer.add(WORLD.bundle(key=MINE, rekor=None), ROOT, keys=[MINE], tlogThreshold=0)
    peer.add(WORLD.bundle(key=MINE, signer=p256("thief")), ROOT, keys=[MINE])
    *taken, refused = peer.run()
    assert taken == [None, None, None]
    assert "signature verification failed" in refused


@pytest.mark.network
def test_npm_sees_what_is_bent():
    peer = npm_peer()
    for options, _peers in BENT.values():
        peer.add(made(options), ROOT, artifact=options.get("message"))
    found = dict(zip(BENT, peer.run(), strict=True))
    assert {name: bool(reason) for name, reason in found.items()} == {
        name: "npm" in peers for name, (_options, peers) in BENT.items()
    }


def test_the_same_arguments_give_the_same_bytes():
    assert World().bundle(rekor=2) == WORLD.bundle(rekor=2)
    assert World("other").bundle() != WORLD.bundle()
