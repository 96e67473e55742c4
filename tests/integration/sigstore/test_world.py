"""The Sigstore world of the tests is a right one: verifiers of other people take it, and see its bends.

Otherwise our own verifier would be tested against our own misunderstandings.
"""

import pytest

from sigstore_ca import IDENTITY
from sigstore_cases import BENT, CERTIFICATES, ROOT, WORLD, made
from sigstore_keys import p256
from sigstore_peers import npm_peer, python_peer
from sigstore_world import ARTIFACT, MINE, World


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
