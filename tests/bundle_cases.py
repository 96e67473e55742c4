"""Bundles, log bodies, checkpoints and trusted roots for tests: the public vectors, and ways to bend them."""

import base64
import json

from attest_cases import ROOT

VECTORS = ROOT / "tests/vectors/sigstore"
ROOTS = ROOT / "roots/sigstore"
NAMES = sorted(
    path.parent.name
    for path in VECTORS.glob("*/bundle.sigstore.json")
    if path.parent.name != "bundle-malformed-json_fail"
)


def data(name, file="bundle.sigstore.json"):
    """Return the bytes of a file of a vector."""
    return (VECTORS / name / file).read_bytes()


def bundle(name="rekor2-happy-path"):
    """Return the parsed JSON of a vector's bundle."""
    return json.loads(data(name))


def b64(value):
    """Return standard base64 of bytes."""
    return base64.b64encode(value).decode()


def body(name):
    """Return the body of the first log entry of a vector."""
    entry = bundle(name)["verificationMaterial"]["tlogEntries"][0]
    return base64.b64decode(entry["canonicalizedBody"])


def note(name="rekor2-checkpoint-cosigned"):
    """Return the checkpoint of the first log entry of a vector."""
    entry = bundle(name)["verificationMaterial"]["tlogEntries"][0]
    return entry["inclusionProof"]["checkpoint"]["envelope"]


def trusted_root(name="rekor2-dsse-happy-path"):
    """Return the parsed JSON of a vector's trusted root."""
    return json.loads(data(name, "trusted_root.json"))
