"""What somebody tries who wants a yes to a bundle that it does not deserve, or a verifier that breaks."""

import hashlib

import pytest

from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import ROOT, WORLD
from sigstore_world import ARTIFACT, MINE, NOW, to_bytes
from stella_git.attest.base64text import encode
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.trust.bundles import Artifact, Identity, verify_bundle
from trust_cases import private

ME = Identity(IDENTITY, ISSUER)
DIGEST = hashlib.sha256(ARTIFACT).digest()


def failures(bundle, root=ROOT, expected=ME, **options):
    found = verify_bundle(
        Bundle.from_bytes(to_bytes(bundle)),
        root=TrustedRoot.from_bytes(to_bytes(root)),
        now=NOW.plus(60),
        expected=expected,
        **options,
    )
    return [check.code for check in found.report.failures]


@pytest.mark.parametrize(
    ("signs", "expected"), [("pss", "pss"), ("pss", "rsa"), ("rsa", "pss"), ("rsa", "rsa")]
)
@pytest.mark.parametrize("artifact", [Artifact.of(ARTIFACT), Artifact.of_digest(DIGEST)])
def test_an_rsa_key_signs_in_one_way_whether_the_bytes_or_their_digest_are_known(signs, expected, artifact):
    bundle = WORLD.bundle(message=ARTIFACT, key=MINE, rekor=None, stamps=0)
    bundle["messageSignature"]["signature"] = encode(private(f"{signs}-key").sign(ARTIFACT))
    found = failures(bundle, expected=private(f"{expected}-key").public, artifact=artifact, logged=False)
    assert found == ([] if signs == expected else ["BAD_SIGNATURE"])


def test_a_certificate_timestamp_of_a_year_that_no_calendar_has_is_refused():
    assert failures(WORLD.bundle(leaf={"sct": {"at": 10**13}})) == ["SCT_INVALID"]
