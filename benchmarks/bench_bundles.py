"""Bundles side by side with sigstore-python, in one run; the ratios count, not the times.

Run with ``python benchmarks/bench_bundles.py``. Three questions:

- one bundle with a certificate, a timestamp and an entry of Rekor 2, both sides from bytes, in one process:
  with the trusted root read anew each time, and with it at hand;
- the same bundle for the first time, with nothing remembered of its trusted root;
- each further signature against the bare check of ``cryptography``.
"""

import gc
import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from sigstore.models import Bundle as TheirBundle
from sigstore.models import TrustedRoot as TheirRoot
from sigstore.verify import Verifier, policy

from mutation_cases import BEACON
from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import WORLD
from sigstore_world import STATEMENT, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope, pae
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.clock import Instant
from stella_git.trust import nativekeys
from stella_git.trust.bundles import Artifact, Identity, verify_bundle
from stella_git.trust.verify import verify_envelope
from trust_cases import NOW, entry, envelope, keyring, private

VECTOR = Path(__file__).parent.parent / "tests" / "vectors" / "sigstore"
ROUNDS = 21
REPEAT = 20
LATER = Instant(1_800_000_000)
SIGNERS = 9


def each(*functions, repeat: int = REPEAT) -> list[float]:
    """Return the median time of one call of each function, taken in turn so that drift hits all alike."""
    times = [[] for _ in functions]
    for _ in range(ROUNDS):
        for found, function in zip(times, functions, strict=True):
            start = time.perf_counter()
            for _ in range(repeat):
                function()
            found.append((time.perf_counter() - start) / repeat)
    return [statistics.median(found) for found in times]


def row(name: str, ours: float, peer: str, theirs: float) -> None:
    print(f"{name:44} {ours * 1e6:8.0f} us   {peer:36} {theirs * 1e6:8.0f} us   ratio {ours / theirs:5.2f}")


def forget() -> None:
    """Forget what is remembered between two bundles: keys, certificates and chains of trusted roots."""
    for one in REMEMBERED:
        one.cache_clear()


REMEMBERED = [
    one
    for one in gc.get_objects()
    if hasattr(type(one), "cache_clear") and getattr(one, "__module__", "").startswith("stella_git.trust")
]


def sides(name: str, data: bytes, root: bytes, identity: str, artifact: bytes | None, folder: Path) -> None:
    """Print the rows of one bundle: a statement, or the signature of an artifact."""
    path = folder / hashlib.sha256(root).hexdigest()
    path.write_bytes(root)
    expected, rule = Identity(identity, ISSUER), policy.Identity(identity=identity, issuer=ISSUER)
    about = None if artifact is None else Artifact.of(artifact)

    def ours(known: TrustedRoot | None = None) -> None:
        found = verify_bundle(
            Bundle.from_bytes(data),
            root=known or TrustedRoot.from_bytes(path.read_bytes()),
            now=LATER,
            expected=expected,
            artifact=about,
        )
        assert found.report.ok

    def theirs(known: Verifier | None = None) -> None:
        verifier = known or Verifier(trusted_root=TheirRoot.from_file(str(path)))
        if artifact is None:
            verifier.verify_dsse(TheirBundle.from_json(data), rule)
        else:
            verifier.verify_artifact(artifact, TheirBundle.from_json(data), rule)

    def first() -> None:
        forget()
        ours()

    root_at_hand, verifier = (
        TrustedRoot.from_bytes(root),
        Verifier(trusted_root=TheirRoot.from_file(str(path))),
    )
    whole, again, cold, whole_theirs, again_theirs = each(
        ours, lambda: ours(root_at_hand), first, theirs, lambda: theirs(verifier)
    )
    row(f"{name}, root and bundle from bytes", whole, "sigstore-python, the same", whole_theirs)
    row("  nothing remembered", cold, "sigstore-python, the same", whole_theirs)
    row("  the root at hand", again, "sigstore-python, a Verifier at hand", again_theirs)


def signatures() -> None:
    key, data = private("ada"), pae(PAYLOAD_TYPE, STATEMENT)
    signature, scheme = key.sign(data), ec.ECDSA(SHA256())
    native = load_der_public_key(key.public.spki)
    certified = nativekeys.from_spki(key.public.spki)
    names = [f"k{number}" for number in range(SIGNERS)]
    ring = keyring(*(entry(name) for name in names))
    one, many = (Envelope.from_bytes(envelope(*some).to_bytes()) for some in (names[:1], names))
    bare, named, of_certificate, single, several = each(
        lambda: native.verify(signature, data, scheme),
        lambda: key.public.verify(data, signature, low_s=True),
        lambda: certified.verify(data, signature),
        lambda: verify_envelope(one, keyring=ring, now=NOW),
        lambda: verify_envelope(many, keyring=ring, now=NOW),
        repeat=200,
    )
    peer = "cryptography verify (P-256)"
    row("a signature of a key of the keyring", named, peer, bare)
    row("a signature of a certificate's key", of_certificate, peer, bare)
    row("each further signature of an envelope", (several - single) / (SIGNERS - 1), peer, bare)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = to_bytes(WORLD.bundle(rekor=2)), to_bytes(WORLD.trusted_root())
        sides("statement, Rekor 2, stamp", *made, IDENTITY, None, folder)
        place, artifact = VECTOR / "rekor2-happy-path", (VECTOR / "a.txt").read_bytes()
        public = [(place / file).read_bytes() for file in ("bundle.sigstore.json", "trusted_root.json")]
        sides("public vector of the same", *public, BEACON, artifact, folder)
    signatures()


if __name__ == "__main__":
    main()
