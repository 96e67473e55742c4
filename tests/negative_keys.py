"""Keys, keyrings, required claims and heads of logs to refuse."""

import base64
import json

from cryptography.hazmat.primitives.asymmetric import ec

from negative_cases import Case
from sigstore_der import oid, seq, tlv
from sigstore_keys import spki
from sigstore_world import World, to_bytes
from stella_git.canon import jcs, merkle
from stella_git.trust import pem
from trust_cases import VERDICT, entry, payload, prime, private, statement

WORLD = World()
EC = oid("1.2.840.10045.2.1")


def ring(**members):
    """Return a keyring with members replaced, which our own writer would not write."""
    return jcs.dumps(json.loads(payload(entry("ada"), entry("ben"))) | members)


def bad_ring(item, code, data):
    return Case(item, (code,), "keyring", {"keyring.json": data}, {})


def bad_public(item, code, der):
    return Case(item, (code,), "public-key", {"key.pub": pem.encode("PUBLIC KEY", der)}, {})


def rsa_spki(bits, exponent=65537):
    """Return an RSA key by hand: the library makes none that is too weak."""
    number = prime(f"weak {bits} p", bits // 2) * prime(f"weak {bits} q", bits - bits // 2)
    two = [tlv(2, one.to_bytes(one.bit_length() // 8 + 1)) for one in (number, exponent)]
    return seq(seq(oid("1.2.840.113549.1.1.1"), tlv(5)), tlv(3, b"\0", seq(*two)))


def on_curve(curve):
    return spki(ec.derive_private_key(7, curve))


def p256_point(point):
    return seq(seq(EC, oid("1.2.840.10045.3.1.7")), tlv(3, b"\0", point))


def ed_point(raw):
    return seq(seq(oid("1.3.101.112")), tlv(3, b"\0", raw))


ADA = private("ada").public.spki
SEALED = {
    "kdf": {
        "name": "scrypt",
        "params": {"N": 65_536, "r": 8, "p": 1},
        "salt": base64.b64encode(bytes(32)).decode(),
    },
    "cipher": {"name": "nacl/secretbox", "nonce": base64.b64encode(bytes(24)).decode()},
    "ciphertext": base64.b64encode(bytes(80)).decode(),
}


def sealed(**params):
    kdf = SEALED["kdf"] | {"params": SEALED["kdf"]["params"] | params}
    data = pem.encode("ENCRYPTED SIGSTORE PRIVATE KEY", jcs.dumps(SEALED | {"kdf": kdf}))
    asked = {"mode": "0600", "password": "password"}
    return Case("scrypt parameters", ("cosign-kdf-parameters",), "private-key", {"key.pem": data}, asked)


def open_file(mode):
    files = {"key.pem": lambda: private("ada").to_pem()}
    return Case("open key file", ("key-file-permissions",), "private-key", files, {"mode": mode})


# Heads of a log.

LEAVES = [merkle.leaf_hash(leaf) for leaf in WORLD.rekor2.others(12)]
FORKED = [merkle.leaf_hash(leaf) for leaf in WORLD.rekor2.others(12, 100)]
GROWN = merkle.consistency_proof(LEAVES, 5)


def head(size, leaves=LEAVES, **bent):
    given = {"size": size, "root": merkle.root_of_digests(leaves[:size])} | bent
    return WORLD.rekor2.checkpoint(**given).encode()


def growth(codes, older, newer, proof=GROWN):
    files = {
        "older.txt": older,
        "newer.txt": newer,
        "proof.json": json.dumps([base64.b64encode(one).decode() for one in proof]).encode(),
        "trusted_root.json": to_bytes(WORLD.trusted_root()),
    }
    return Case("rollback", codes, "growth", files, {"log": base64.b64encode(WORLD.rekor2.log_id).decode()})


def claims(*pointers, said=None, codes=("CLAIM_MISSING",)):
    policy = {
        "apiVersion": "stella.ops/v1",
        "kind": "RequiredClaims",
        "predicates": {VERDICT: {"required": list(pointers)}},
    }
    files = {
        "statement.json": statement(predicate=said or {"n": 1, "empty": ""}).to_bytes(),
        "claims.json": jcs.dumps(policy),
    }
    return Case("claim missing", codes, "claims", files, {})


def stamp(item, codes, *, made=None, **asked):
    files = {
        "timestamp.tsr": WORLD.tsa.stamp(b"message", **(made or {})),
        "message": b"message",
        "trusted_root.json": to_bytes(WORLD.trusted_root()),
    }
    return Case(item, codes, "timestamp", files, asked)


CASES = {
    "threshold-zero": bad_ring("threshold", "keyring-threshold", ring(thresholds={VERDICT: 0})),
    "threshold-negative": bad_ring("threshold", "keyring-threshold", ring(thresholds={VERDICT: -1})),
    "threshold-above": bad_ring("threshold", "keyring-threshold", ring(thresholds={VERDICT: 3})),
    "threshold-text": bad_ring("threshold", "keyring-threshold", ring(thresholds={VERDICT: "2"})),
    "duplicate-in-keyring": bad_ring(
        "duplicate members", "json-duplicate-member", ring().replace(b"{", b'{"version":1,', 1)
    ),
    "one-key-two-names": bad_ring(
        "one key twice",
        "keyring-duplicate-key",
        ring().replace(
            jcs.dumps(base64.b64encode(private("ben").public.spki).decode()),
            jcs.dumps(base64.b64encode(ADA).decode()),
        ),
    ),
    "weak-rsa-1024": bad_public("weak key", "key-weak", rsa_spki(1024)),
    "weak-rsa-exponent-3": bad_public("weak key", "key-weak", rsa_spki(2048, 3)),
    "weak-p192": bad_public("weak key", "key-weak", on_curve(ec.SECP192R1())),
    "weak-not-on-curve": bad_public("weak key", "key-weak", p256_point(b"\4" + b"\1" * 64)),
    "weak-point-at-infinity": bad_public("weak key", "key-encoding", p256_point(b"\0")),
    "weak-ed25519-small-order": bad_public("weak key", "key-weak", ed_point(b"\1" + bytes(31))),
    "weak-curve-of-others": bad_public("weak key", "key-curve", on_curve(ec.SECP256K1())),
    "key-trailing-byte": bad_public("DER", "key-encoding", ADA + b"\0"),
    "key-ber-length": bad_public("DER", "key-encoding", ADA[:1] + b"\x81" + ADA[1:]),
    "scrypt-cheap": sealed(N=16_384),
    "scrypt-dear": sealed(N=1 << 30),
    "scrypt-not-a-power": sealed(N=65_537),
    "scrypt-block": sealed(r=1),
    "scrypt-parallel": sealed(p=1 << 20),
    "key-file-group-readable": open_file("0640"),
    "key-file-others-readable": open_file("0604"),
    "key-file-group-writable": open_file("0620"),
    "rollback-smaller": growth(("LOG_ROLLBACK",), head(12), head(5)),
    "rollback-to-nothing": growth(("LOG_ROLLBACK",), head(5), head(0), []),
    "rollback-same-size": growth(("LOG_FORK",), head(5), head(5, FORKED), []),
    "rollback-forked": growth(("LOG_FORK",), head(5), head(12, FORKED), merkle.consistency_proof(FORKED, 5)),
    "rollback-proof-short": growth(("LOG_FORK",), head(5), head(12), GROWN[:-1]),
    "rollback-proof-long": growth(("LOG_FORK",), head(5), head(12), [*GROWN, bytes(32)]),
    "rollback-head-not-signed": growth(
        ("CHECKPOINT_SIGNATURE",), head(5), head(12, key=World("other").rekor2.key)
    ),
    "claim-missing": claims("/predicate/run"),
    "claim-empty": claims("/predicate/empty"),
    "timestamp-nonce": stamp("timestamp nonce", ("TIMESTAMP_NONCE",), made={"nonce": 6}, nonce=7),
    "timestamp-nonce-missing": stamp("timestamp nonce", ("TIMESTAMP_NONCE",), nonce=7),
    "timestamp-policy": stamp("timestamp policy", ("TIMESTAMP_POLICY",), policy="1.2.3"),
}
GOODS = {
    "a key file": Case("", (), "private-key", {"key.pem": lambda: private("ada").to_pem()}, {"mode": "0600"}),
    "a keyring": Case("", (), "keyring", {"keyring.json": ring(thresholds={VERDICT: 2})}, {}),
    "a log that grew": growth((), head(5), head(12)),
    "a claim": claims("/predicate/n", codes=()),
    "a timestamp": stamp("", (), made={"nonce": 7}, nonce=7, policy="1.3.6.1.4.1.57264.2"),
    "a public key": Case("", (), "public-key", {"key.pub": private("ada").public.to_pem()}, {}),
}
