"""The real cosign, where it is installed: it takes our bundles, and we take its.

``PEERS_WITH_COSIGN=1`` (the workflow ``peers``) makes a missing cosign a failure.
"""

import os
import shutil
import subprocess

import pytest

from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import ROOT, WORLD
from sigstore_keys import p256, spki_pem
from sigstore_world import ARTIFACT, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.trust.bundles import Artifact, verify_bundle
from stella_git.trust.keys import PublicKey

EXPECTED = ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER]
SIGNING_CONFIG = "application/vnd.dev.sigstore.signingconfig.v0.2+json"
BUNDLES = {"rekor 1": {}, "rekor 2": {"rekor": 2}, "stamped": {"stamps": 1}}


@pytest.fixture
def cosign(tmp_path):
    program = shutil.which("cosign")
    if program is None:
        reason = "PEER NOT RUN: there is no cosign on PATH"
        (pytest.fail if os.environ.get("PEERS_WITH_COSIGN") == "1" else pytest.skip)(reason)
    (tmp_path / "root.json").write_bytes(to_bytes(ROOT))
    (tmp_path / "artifact.txt").write_bytes(ARTIFACT)

    def run(*words):
        environment = {**os.environ, "COSIGN_PASSWORD": "geheim"}
        done = subprocess.run(
            [program, *words], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
        return done.returncode, done.stderr.decode()

    return run


@pytest.mark.network
@pytest.mark.parametrize("options", BUNDLES.values(), ids=BUNDLES)
def test_cosign_takes_bundles_over_artifacts(cosign, tmp_path, options):
    words = [
        "verify-blob",
        "--bundle",
        "bundle.json",
        "--trusted-root",
        "root.json",
        *EXPECTED,
        "artifact.txt",
    ]
    (tmp_path / "bundle.json").write_bytes(to_bytes(WORLD.bundle(message=ARTIFACT, **options)))
    assert cosign(*words)[0] == 0
    (tmp_path / "bundle.json").write_bytes(
        to_bytes(WORLD.bundle(message=ARTIFACT, signer=p256("thief"), **options))
    )
    assert cosign(*words)[0] != 0


@pytest.mark.network
@pytest.mark.parametrize("options", BUNDLES.values(), ids=BUNDLES)
def test_cosign_takes_bundles_around_statements(cosign, tmp_path, options):
    (tmp_path / "bundle.json").write_bytes(to_bytes(WORLD.bundle(**options)))
    words = ["verify-blob-attestation", "--bundle", "bundle.json", "--trusted-root", "root.json", *EXPECTED]
    words += ["--type", "https://example.org/predicate/v1", "artifact.txt"]
    assert cosign(*words)[0] == 0
    (tmp_path / "artifact.txt").write_bytes(b"other")
    assert cosign(*words)[0] != 0


@pytest.mark.network
def test_we_take_what_a_key_of_cosign_signs(cosign, tmp_path):
    assert cosign("generate-key-pair")[0] == 0
    nothing = {"mediaType": SIGNING_CONFIG, "rekorTlogConfig": {}, "tsaConfig": {}}
    (tmp_path / "services.json").write_bytes(jcs.dumps(nothing))
    words = ["sign-blob", "--key", "cosign.key", "--bundle", "bundle.json", "--yes"]
    words += ["--signing-config", "services.json", "artifact.txt"]
    code, said = cosign(*words)
    assert code == 0, said
    found = verify_bundle(
        Bundle.from_bytes((tmp_path / "bundle.json").read_bytes(), 1 << 20),
        root=TrustedRoot.from_bytes(to_bytes(ROOT)),
        now=Instant(WORLD.now),
        expected=PublicKey.from_pem((tmp_path / "cosign.pub").read_bytes()),
        artifact=Artifact.of(ARTIFACT),
        logged=False,
    )
    assert found.report.ok, found.report.failures


@pytest.mark.network
def test_cosign_takes_what_our_keys_sign(cosign, tmp_path):
    mine = p256("mine")
    (tmp_path / "mine.pub").write_bytes(spki_pem(mine))
    bundle = WORLD.bundle(key=mine, message=ARTIFACT, rekor=None, stamps=0)
    (tmp_path / "bundle.json").write_bytes(to_bytes(bundle))
    words = ["verify-blob", "--bundle", "bundle.json", "--key", "mine.pub", "--insecure-ignore-tlog"]
    code, said = cosign(*words, "artifact.txt")
    assert code == 0, said
