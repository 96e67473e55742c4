"""Every good bundle, and every way to change it in one place.

`mutations` goes through the JSON systematically: each member and item removed, emptied, made null, replaced
by other values of its kind and of other kinds, repeated; in each byte string bits flipped (in each byte of
those that are short, in some of those that are long), a byte cut off or added. Nothing is drawn at random.
"""

import base64
import copy
import hashlib
import json
from functools import cache
from typing import NamedTuple

from house_cases import ROOT
from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import CERTIFICATES, WORLD
from sigstore_keys import ed, p384, spki
from sigstore_world import ARTIFACT, MEDIA_TYPES, MINE, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon import jcs
from stella_git.canon.clock import parse_rfc3339
from stella_git.errors import InputError
from stella_git.trust import roots
from stella_git.trust.bundles import Artifact, Identity, verify_bundle
from stella_git.trust.keys import PublicKey

VECTORS = ROOT / "tests/vectors/sigstore"
BEACON = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
LATER = parse_rfc3339("2026-11-01T00:00:00Z")
SHORT = 128  # a byte string up to this length has a bit flipped in every byte
SAMPLES = 48  # of a longer one, so many bytes


class Good(NamedTuple):
    """A bundle that verifies, and everything that is asked of it."""

    document: dict
    root: TrustedRoot
    expected: object
    artifact: Artifact | None
    logged: bool

    def verify(self, document):
        """Return what is shown, or None if it is refused."""
        try:
            bundle = Bundle.from_bytes(jcs.dumps(document))
        except InputError:
            return None
        found = verify_bundle(
            bundle,
            root=self.root,
            now=LATER,
            expected=self.expected,
            artifact=self.artifact,
            logged=self.logged,
        )
        if not found.report.ok:
            return None
        leaf = found.leaf.der if found.leaf else b""
        said = None if found.statement is None else found.statement.to_json()
        return Shown(said, found.signer, leaf, frozenset(found.times))


class Shown(NamedTuple):
    """What a verified bundle shows."""

    statement: object
    signer: str
    leaf: bytes
    times: frozenset


def worldly():
    root = TrustedRoot.from_bytes(to_bytes(WORLD.trusted_root()))
    identity = Identity(IDENTITY, ISSUER)
    options = CERTIFICATES | {
        "statement, intoto": {"kind": "intoto"},
        "statement, hashedrekord in rekor 1": {"kind": "hashedrekord"},
        "statement, dsse in rekor 2": {"rekor": 2, "kind": "dsse"},
        "statement, v0.1 with a chain": {"version": "0.1", "chain": WORLD.fulcio.chain[:1]},
        "statement, v0.1 without proof": {"version": "0.1", "entry": {"proof": False}},
    }
    for name, given in options.items():
        yield name, Good(WORLD.bundle(**given), root, identity, Artifact.of(ARTIFACT), True)
    keys = {
        "key": {"key": MINE},
        "key, stamp": {"key": MINE, "rekor": None},
        "key, bare": {"key": MINE, "rekor": None, "stamps": 0, "keyid": "x"},
        "key, artifact": {"key": MINE, "message": ARTIFACT},
        "key, artifact, rekor 2": {"key": MINE, "message": ARTIFACT, "rekor": 2},
        "key, P-384": {"key": p384("mine"), "rekor": 2},
        "key, Ed25519": {"key": ed("mine"), "rekor": None, "stamps": 0, "message": ARTIFACT},
    }
    for name, given in keys.items():
        key = PublicKey.from_spki(spki(given["key"]))
        yield name, Good(WORLD.bundle(**given), root, key, Artifact.of(ARTIFACT), False)


def public():
    for place in sorted(VECTORS.iterdir()):
        if not place.is_dir() or place.name.endswith("_fail"):
            continue
        document = json.loads((place / "bundle.sigstore.json").read_bytes())
        given = place / "trusted_root.json"
        root = TrustedRoot.from_bytes(given.read_bytes()) if given.exists() else roots.packaged().root
        expected = Identity(text(place, "identity", BEACON), text(place, "issuer", ISSUER))
        if (place / "key.pub").exists():
            expected = PublicKey.from_pem((place / "key.pub").read_bytes())
        artifact = place / "artifact" if (place / "artifact").exists() else VECTORS / "a.txt"
        yield place.name, Good(document, root, expected, Artifact.of(artifact.read_bytes()), True)


def text(place, name, default):
    return (place / name).read_text().strip() if (place / name).exists() else default


@cache
def goods():
    return dict((*worldly(), *public()))


# Changes.

BYTES = frozenset(
    {
        "body",
        "canonicalizedBody",
        "digest",
        "hashes",
        "keyId",
        "payload",
        "rawBytes",
        "rootHash",
        "sig",
        "signature",
        "signedEntryTimestamp",
        "signedTimestamp",
    }
)
KINDS = (None, True, 0, 1.5, "", "x", [], {})


def nodes(value, path=()):
    """Yield every (path, value) below the top."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield (*path, name), item
        yield from nodes(item, (*path, name))


def mutations(document):
    """Yield (path, what, document) for every change."""
    yield from ((("",), "member added", added) for added in with_members(document))
    for path, value in list(nodes(document)):
        yield path, "removed", without(document, path)
        for other in KINDS:
            if type(other) is not type(value) or other != value:
                yield path, f"made {json.dumps(other)}", replaced(document, path, other)
        for what, other in changes(path, value):
            yield path, what, replaced(document, path, other)


def changes(path, value):
    if isinstance(value, list):
        yield from ((f"item {n} twice", [*value, value[n]]) for n in range(len(value)))
        if len(value) > 1:
            yield "reversed", value[::-1]
    if isinstance(value, str):
        yield from strings(value)
        name = next((one for one in reversed(path) if isinstance(one, str)), "")
        if name in BYTES:
            yield from byte_strings(value)
        elif name == "envelope":
            yield from texts(value)
        elif value.isdigit():
            yield from ((f"made {other}", str(other)) for other in (int(value) + 1, 2**53, 2**63 - 1, 2**63))
            yield "made a number", int(value)
        elif name == "mediaType":
            yield from ((f"made {other}", other) for other in MEDIA_TYPES.values() if other != value)


def strings(value):
    yield "a character more", value + "x"
    yield "a line feed more", value + "\n"
    yield "a character less", value[:-1]
    if value.swapcase() != value:
        yield "in other case", value.swapcase()


def byte_strings(value):
    data = base64.b64decode(value.replace("-", "+").replace("_", "/"))
    yield "a byte more", b64(data + b"\0")
    yield "a byte less", b64(data[:-1])
    step = 1 if len(data) <= SHORT else -(-len(data) // SAMPLES)
    start = 0 if step == 1 else len(data) % step
    for index in range(start, len(data), step):
        bit = hashlib.sha256(f"{len(data)} {index}".encode()).digest()[0] % 8
        flipped = bytearray(data)
        flipped[index] ^= 1 << bit
        yield f"bit {bit} of byte {index} flipped", b64(bytes(flipped))


def texts(value):
    for index in range(0, len(value), 7):
        other = chr(ord(value[index]) ^ 1)
        yield f"character {index} changed", value[:index] + other + value[index + 1 :]


def with_members(document):
    yield document | {"more": 1}
    for path, value in list(nodes(document)):
        if isinstance(value, dict):
            yield replaced(document, path, value | {"more": 1})


def b64(data):
    return base64.b64encode(data).decode()


def place(document, path):
    for name in path:
        document = document[name]
    return document


def replaced(document, path, value):
    made = copy.deepcopy(document)
    place(made, path[:-1])[path[-1]] = value
    return made


def without(document, path):
    made = copy.deepcopy(document)
    del place(made, path[:-1])[path[-1]]
    return made
