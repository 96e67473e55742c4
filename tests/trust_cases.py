"""Keys, keyrings, statements and envelopes that the tests of `trust` share; the same bytes every time."""

import hashlib
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from math import gcd, prod

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.predicates import TYPES, Binding
from stella_git.attest.statement import Statement, commit_subjects
from stella_git.canon.clock import parse_rfc3339
from stella_git.trust.binding import CommitFacts
from stella_git.trust.keyring import KeyEntry, Keyring, new_keyring, sign_keyring
from stella_git.trust.keys import PrivateKey
from stella_git.trust.signers import KeySigner
from stella_git.trust.verify import verify_envelope

NOW = parse_rfc3339("2026-06-01T00:00:00Z")
START = parse_rfc3339("2026-01-01T00:00:00Z")
END = parse_rfc3339("2027-01-01T00:00:00Z")
VERDICT = TYPES["verdict"]
BUDGET = TYPES["budget-check"]
REPOSITORY = "6f0c1a52-6a4e-4c8e-9d3b-0d6f3a1f2b10"
COMMIT, TREE, TWIN, ROOT, POLICY = "a1" * 20, "b2" * 20, "c3" * 32, "d4" * 20, "e5" * 20


# What needs ML-DSA, which came to cryptography after the least version that we ask for.
needs_mldsa = pytest.mark.skipif(
    find_spec("cryptography.hazmat.primitives.asymmetric.mldsa") is None, reason="no ML-DSA here"
)
SMALL = prod(n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


@cache
def prime(label, bits):
    """Return the first prime after a number that the label determines, with its two highest bits set."""
    stream = b"".join(hashlib.sha512(f"{label} {n}".encode()).digest() for n in range(bits // 512 + 1))
    found = int.from_bytes(stream) % 2 ** (bits - 2) | 3 << (bits - 2) | 1
    while gcd(found, SMALL) != 1 or found % 65537 == 1 or pow(2, found - 1, found) != 1:
        found += 2
    return found


@cache
def rsa_native(name, bits=2048):
    """Return the RSA private key of the last part of a name: "rsa-ada" and "pss-ada" share it."""
    owner = name.partition("-")[2]
    p, q = prime(f"{owner} p", bits // 2), prime(f"{owner} q", bits - bits // 2)
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    crt = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


@cache
def private(name):
    """Return the private key of a name: of the kind that it begins with ("ed-", "rsa-", ...), else P-256."""
    seed = int.from_bytes(name.encode().ljust(16, b"."))
    if name.startswith("ed"):
        return PrivateKey(Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32)))
    if name.startswith("p384"):
        return PrivateKey(ec.derive_private_key(seed, ec.SECP384R1()))
    if name.startswith("mldsa"):
        from cryptography.hazmat.primitives.asymmetric import mldsa

        return PrivateKey(getattr(mldsa, f"MLDSA{name[5:7]}PrivateKey").from_seed_bytes(seed.to_bytes(32)))
    if name.startswith("rsa"):
        return PrivateKey(rsa_native(name))
    if name.startswith("pss"):
        return PrivateKey(rsa_native(name), "rsa-pss-sha256")
    return PrivateKey(ec.derive_private_key(seed, ec.SECP256R1()))


def signer(name):
    return KeySigner(uri=f"file:{name}.pem", key=private(name))


def entry(name, *roles, key=None, **changes):
    members = {
        "name": name,
        "key": private(key or name).public,
        "owner": f"{name}@example.org",
        "roles": roles or ("trust", VERDICT),
        "not_before": START,
        "not_after": END,
    }
    return KeyEntry(**(members | changes))


def payload(*entries, **options):
    return new_keyring(entries or (entry("ada"),), **({"expires": END} | options))


def keyring(*entries, **options):
    """Return a parsed keyring, as an anchor would hold it."""
    return Keyring.from_bytes(payload(*entries, **options))


def signed(data, *names):
    """Return the bytes of the signatures file over a keyring payload."""
    return sign_keyring(data, [signer(name) for name in names])


def statement(predicate_type=VERDICT, *, commit=COMMIT, predicate=None):
    subjects = commit_subjects(REPOSITORY, git_commit=commit, git_tree=TREE, tree_sha256=TWIN)
    return Statement(subject=subjects, predicate_type=predicate_type, predicate=predicate or {"n": 1})


def unsigned(data, payload_type=PAYLOAD_TYPE):
    return Envelope(payload_type=payload_type, payload=data, signatures=())


def envelope(*names, said=None, data=None, payload_type=PAYLOAD_TYPE):
    """Return an envelope around a statement or raw payload bytes, signed by the keys of these names."""
    found = unsigned(data if data is not None else (said or statement()).to_bytes(), payload_type)
    for name in names:
        found = found.with_signature(signer(name).sign(found.pae()))
    return found


def with_signatures(found, *signatures):
    return replace(found, signatures=tuple(signatures))


def verify(found, ring=None, **options):
    return verify_envelope(found, keyring=ring or keyring(), **({"now": NOW} | options))


def binding(**changes):
    members = {
        "repository_id": REPOSITORY,
        "root_commits": (ROOT,),
        "ref": "refs/heads/main",
        "git_commit": COMMIT,
        "git_tree": TREE,
        "tree_sha256": TWIN,
        "policy_revision": POLICY,
    }
    return Binding(**(members | changes))


def facts(**changes):
    members = {
        "repository_id": REPOSITORY,
        "root_commits": (ROOT,),
        "commit": COMMIT,
        "tree": TREE,
        "tree_sha256": TWIN,
        "ref_patterns": ("refs/heads/main",),
    }
    return CommitFacts(**(members | changes))
