"""Entries of logs: what shows that a log holds this signature, and what does not."""

import pytest

from sigstore_cases import WORLD
from sigstore_keys import spki
from sigstore_world import ARTIFACT, MINE, to_bytes
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.clock import Instant
from stella_git.trust.bundles import Artifact, verify_bundle
from stella_git.trust.keys import PublicKey
from stella_git.trust.validity import TrustedTime

NOW = Instant(WORLD.now + 3600)
ROOT = TrustedRoot.from_bytes(to_bytes(WORLD.trusted_root()))
KEY = PublicKey.from_spki(spki(MINE))


def verify(*, root=ROOT, now=NOW, key=None, **options):
    """Return the outcome for a bundle of a plain key: nothing but the log can say when it was signed."""
    signer = key or MINE
    bundle = Bundle.from_bytes(to_bytes(WORLD.bundle(key=signer, **options)))
    expected = PublicKey.from_spki(spki(signer))
    return verify_bundle(bundle, root=root, now=now, expected=expected, artifact=Artifact.of(ARTIFACT))


def said(outcome):
    return {check.name: check.code or check.status for check in outcome.report.checks}


GOOD = {
    "material": "passed",
    "artifact": "skipped",
    "timestamps": "skipped",
    "log": "passed",
    "entry": "passed",
    "promise": "passed",
    "checkpoint": "passed",
    "inclusion": "passed",
    "time": "passed",
    "signature": "passed",
    "statement": "passed",
}


def test_an_entry_shows_the_log_and_the_time():
    outcome = verify()
    assert said(outcome) == GOOD
    assert outcome.times == (TrustedTime(Instant(WORLD.now + 2), f"log:{WORLD.rekor1.url}"),)


@pytest.mark.parametrize("seconds", [253_402_300_800, 2**53 - 1])
def test_a_promise_for_a_time_that_no_calendar_has_is_no_promise(seconds):
    assert said(verify(entry={"integrated_time": seconds}))["promise"] == "LOG_PROMISE"


@pytest.mark.parametrize("member", ["logIndex", "integratedTime"])
@pytest.mark.parametrize("number", [2**53, 2**63 - 1])
def test_a_promise_about_a_number_that_canonical_json_cannot_write_is_no_promise(member, number):
    found = WORLD.bundle(key=MINE)
    found["verificationMaterial"]["tlogEntries"][0][member] = str(number)
    outcome = verify_bundle(Bundle.from_bytes(to_bytes(found)), root=ROOT, now=NOW, expected=KEY)
    assert said(outcome)["promise"] == "LOG_PROMISE"
