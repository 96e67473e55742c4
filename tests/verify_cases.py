"""Bundles of the Sigstore world, and what our verifier says about each."""

from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import WORLD
from sigstore_world import ARTIFACT, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.clock import Instant
from stella_git.trust.bundles import Artifact, Identity, verify_bundle

ME = Identity(IDENTITY, ISSUER)
IT = Artifact.of(ARTIFACT)
SIGNED = WORLD.now  # certificates begin 30 seconds before it; it is stamped 1 second later, logged 2
NOW = Instant(SIGNED + 3600)


def read_root(document=None, **options):
    """Return a trusted root of the world, or of a document."""
    return TrustedRoot.from_bytes(to_bytes(document or WORLD.trusted_root(**options)))


ROOT = read_root()


def check(document, *, root=ROOT, now=NOW, expected=ME, artifact=IT, logged=True):
    """Return the outcome for a bundle's JSON."""
    bundle = Bundle.from_bytes(to_bytes(document))
    return verify_bundle(bundle, root=root, now=now, expected=expected, artifact=artifact, logged=logged)


def said(outcome):
    """Return name -> code of a refusal, or what became of the check."""
    return {check.name: check.code or check.status for check in outcome.report.checks}


def codes(outcome):
    return [check.code for check in outcome.report.failures]
