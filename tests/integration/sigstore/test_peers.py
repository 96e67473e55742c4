"""What we sign is verified by other people's programs, and what they sign by ours."""

import time

import pytest
from sigstore import dsse
from sigstore.models import ClientTrustConfig
from sigstore.oidc import IdentityToken
from sigstore.sign import SigningContext

from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import BENT, CERTIFICATES, ROOT, WORLD, made
from sigstore_http import serve
from sigstore_keys import p256, spki_pem
from sigstore_peers import npm_peer, openssl, python_peer
from sigstore_world import ARTIFACT, MINE, STATEMENT, World, hint_of, to_bytes
from stella_git.attest import convert
from stella_git.attest.bundle import Bundle
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.reader import parse_json
from stella_git.trust.bundles import Artifact, Identity, verify_bundle
from stella_git.trust.keys import PrivateKey, PublicKey
from stella_git.trust.signers import KeySigner

LIMIT = 1 << 20


def ours(bundle, root, *, now, artifact=None, expected=None):
    """Return None if our verifier takes a bundle, else the codes of the checks that failed."""
    report = verify_bundle(
        Bundle.from_bytes(bundle if isinstance(bundle, bytes) else to_bytes(bundle), LIMIT),
        root=TrustedRoot.from_bytes(to_bytes(root)),
        now=Instant(now),
        expected=expected or Identity(IDENTITY, ISSUER),
        artifact=None if artifact is None else Artifact.of(artifact),
    ).report
    return None if report.ok else [check.code for check in report.failures]


# What they sign.


@pytest.mark.enable_socket
@pytest.mark.parametrize("rekor", [1, 2])
def test_what_sigstore_python_signs_is_verified_here(rekor):
    with serve(World(now=int(time.time()) - 10)) as service:
        config = ClientTrustConfig.from_json(jcs.dumps(service.client_config(rekor)).decode())
        with SigningContext.from_trust_config(config).signer(IdentityToken(service.token())) as signer:
            statement = signer.sign_dsse(dsse.Statement(STATEMENT)).to_json().encode()
            artifact = signer.sign_artifact(ARTIFACT).to_json().encode()
        root, now = service.world.trusted_root(), int(time.time())
    assert ours(statement, root, now=now) is None
    assert ours(artifact, root, now=now, artifact=ARTIFACT) is None
    assert "BAD_SIGNATURE" in ours(artifact, root, now=now, artifact=b"other")
    other = World("other", now=now - 10).trusted_root()
    assert ours(statement, other, now=now)


@pytest.mark.parametrize("options", CERTIFICATES.values(), ids=CERTIFICATES)
def test_we_take_what_they_take(options):
    assert ours(WORLD.bundle(**options), ROOT, now=WORLD.now + 60, artifact=options.get("message")) is None


@pytest.mark.parametrize(("options", "peers"), BENT.values(), ids=BENT)
def test_we_refuse_what_any_of_them_refuses(options, peers):
    assert ours(made(options), ROOT, now=WORLD.now + 60, artifact=options.get("message"))


# What we sign.


def signed(key, statement=STATEMENT):
    """Return the envelope that one of our keys signs."""
    signer = KeySigner(uri="file:mine.pem", key=PrivateKey(key))
    unsigned = Envelope(payload_type=PAYLOAD_TYPE, payload=statement, signatures=())
    return unsigned.with_signature(signer.sign(unsigned.pae()))


def key_bundle(key):
    """Return an envelope of ours as a bundle."""
    return convert.to_bundle(signed(key), hint=hint_of(key))


@pytest.mark.network
def test_npm_verifies_the_bundles_that_our_keys_sign():
    peer = npm_peer()
    bundle = parse_json(key_bundle(MINE).to_bytes())
    nothing = {"tlogThreshold": 0, "timestampThreshold": 0}
    peer.add(bundle, ROOT, keys=[MINE], **nothing)
    stolen = parse_json(key_bundle(p256("thief")).to_bytes())
    stolen["verificationMaterial"] = bundle["verificationMaterial"]
    peer.add(stolen, ROOT, keys=[MINE], **nothing)
    taken, refused = peer.run()
    assert taken is None
    assert "signature verification failed" in refused


def test_our_key_bundles_come_back_as_they_were():
    envelope = signed(MINE)
    bundle = key_bundle(MINE)
    back = convert.to_envelope(bundle, keyid=envelope.signatures[0].keyid)
    assert (back.payload, back.signatures) == (envelope.payload, envelope.signatures)
    key = PublicKey.from_pem(spki_pem(MINE))
    report = verify_bundle(
        bundle,
        root=TrustedRoot.from_bytes(to_bytes(ROOT)),
        now=Instant(WORLD.now),
        expected=key,
        logged=False,
    ).report
    assert report.ok


@pytest.mark.parametrize("digest", ["sha256"])
def test_openssl_verifies_our_signatures(tmp_path, digest):
    envelope = signed(MINE)
    (tmp_path / "key.pem").write_bytes(spki_pem(MINE))
    (tmp_path / "signature").write_bytes(envelope.signatures[0].sig)
    (tmp_path / "signed").write_bytes(envelope.pae())
    command = ["dgst", f"-{digest}", "-verify", "key.pem", "-signature", "signature", "signed"]
    assert openssl(*command, cwd=tmp_path) == (0, b"Verified OK\n")
    (tmp_path / "signed").write_bytes(envelope.pae() + b" ")
    assert openssl(*command, cwd=tmp_path)[0] == 1


def test_openssl_reads_the_certificates_and_stamps_of_the_world(tmp_path):
    leaf = WORLD.leaf()
    for name, data in (("leaf.der", leaf.der), ("stamp.tsr", WORLD.tsa.stamp(b"signature"))):
        (tmp_path / name).write_bytes(data)
    code, shown = openssl("x509", "-inform", "DER", "-in", "leaf.der", "-noout", "-text", cwd=tmp_path)
    assert code == 0
    assert f"URI:{IDENTITY}".encode() in shown
    assert b"CT Precertificate SCTs" in shown
    code, shown = openssl("ts", "-reply", "-in", "stamp.tsr", "-text", cwd=tmp_path)
    assert code == 0
    assert b"Status: Granted." in shown
    assert b"Time stamp: Jun  1 00:00:01 2026 GMT" in shown


def test_openssl_verifies_the_stamps_of_the_world(tmp_path):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    for name, der in (("root.pem", WORLD.tsa.root), ("leaf.pem", WORLD.tsa.leaf)):
        (tmp_path / name).write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    (tmp_path / "data").write_bytes(b"signature")
    command = ["ts", "-verify", "-data", "data", "-in", "stamp.tsr", "-CAfile", "root.pem"]
    command += ["-untrusted", "leaf.pem", "-attime", str(WORLD.now + 1)]
    for knobs, wanted in (
        ({}, 0),
        ({"embed": False}, 0),
        ({"imprint": bytes(32)}, 1),
        ({"key": p256("x")}, 1),
    ):
        (tmp_path / "stamp.tsr").write_bytes(WORLD.tsa.stamp(b"signature", **knobs))
        code, shown = openssl(*command, cwd=tmp_path)
        assert code == wanted, (knobs, shown)


def test_sigstore_python_does_not_take_our_bundle_for_another_statement():
    bundle = WORLD.bundle()
    other = WORLD.bundle(b'{"other": true}')
    bundle["dsseEnvelope"] = other["dsseEnvelope"]
    assert python_peer(bundle, ROOT)
    assert ours(bundle, ROOT, now=WORLD.now + 60)
