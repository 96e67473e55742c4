"""Keys, keyrings, statements and envelopes that the tests of `trust` share; the same bytes every time."""

from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.predicates import TYPES, Binding
from stella_git.attest.statement import Statement, commit_subjects
from stella_git.canon.clock import parse_rfc3339
from stella_git.trust.keyring import KeyEntry, Keyring, new_keyring, sign_keyring
from stella_git.trust.keys import PrivateKey
from stella_git.trust.signers import KeySigner
from stella_git.trust.verify import CommitFacts, verify_envelope

NOW = parse_rfc3339("2026-06-01T00:00:00Z")
START = parse_rfc3339("2026-01-01T00:00:00Z")
END = parse_rfc3339("2027-01-01T00:00:00Z")
VERDICT = TYPES["verdict"]
BUDGET = TYPES["budget-check"]
REPOSITORY = "6f0c1a52-6a4e-4c8e-9d3b-0d6f3a1f2b10"
COMMIT, TREE, TWIN, ROOT, POLICY = "a1" * 20, "b2" * 20, "c3" * 32, "d4" * 20, "e5" * 20


@cache
def private(name):
    """Return the private key of a name: Ed25519 if it begins with "ed", else P-256."""
    seed = int.from_bytes(name.encode().ljust(16, b"."))
    if name.startswith("ed"):
        return PrivateKey(Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32)))
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
