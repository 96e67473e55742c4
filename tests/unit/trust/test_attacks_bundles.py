"""What somebody tries who wants a yes to a bundle that it does not deserve, or a verifier that breaks."""

import hashlib

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from sigstore_ca import CODE_SIGNING, IDENTITY, ISSUER, TIME_STAMPING, authority
from sigstore_cases import ROOT, WORLD
from sigstore_keys import p384
from sigstore_world import ARTIFACT, MINE, NOW, to_bytes
from stella_git.attest.base64text import encode
from stella_git.attest.bundle import Bundle
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.trust.bundles import Artifact, Identity, verify_bundle
from trust_cases import private

ME = Identity(IDENTITY, ISSUER)
DIGEST = hashlib.sha256(ARTIFACT).digest()
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
PAST = (NOW.seconds - 9000, NOW.seconds - 3600)


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


@pytest.mark.parametrize(
    ("purpose", "codes"),
    [
        (None, []),
        (CODE_SIGNING, []),
        (ANY, []),
        (TIME_STAMPING, ["UNTRUSTED_CA"]),
        (ExtendedKeyUsageOID.SERVER_AUTH, ["UNTRUSTED_CA"]),
    ],
)
def test_an_authority_for_other_purposes_certifies_no_signer(purpose, codes):
    key = p384("another intermediate")
    above = ("sigstore", WORLD.fulcio.root_key)
    between = authority("another", key, window=WORLD.fulcio.window, above=above, path_length=0, eku=purpose)
    leaf = WORLD.leaf(issuer_key=key, issuer_name="another")
    assert failures(WORLD.bundle(version="0.2", leaf=leaf, chain=(between,))) == codes


@pytest.mark.parametrize("version", ["0.2", "0.3"])
def test_the_window_of_an_authority_is_not_borrowed_from_another_with_the_same_anchor(version):
    fulcio = WORLD.fulcio
    made = {"window": fulcio.window, "above": ("sigstore", fulcio.root_key), "path_length": 0}
    newer = authority("newer", p384("newer"), **made)
    again = authority(
        "sigstore-intermediate", fulcio.key, **(made | {"window": (NOW.seconds - 60, NOW.seconds + 60)})
    )
    open_one, closed = (
        WORLD.trusted_root(fulcio=(newer, fulcio.root)),
        WORLD.trusted_root(windows={"fulcio": PAST}),
    )
    root = open_one | {
        "certificateAuthorities": closed["certificateAuthorities"] + open_one["certificateAuthorities"]
    }
    for chain in ((fulcio.intermediate,), (again,)) if version == "0.2" else (None,):
        assert failures(WORLD.bundle(version=version, chain=chain), root) == ["UNTRUSTED_CA"]
    leaf = WORLD.leaf(issuer_key=p384("newer"), issuer_name="newer")
    chain = (newer,) if version == "0.2" else None
    assert failures(WORLD.bundle(version=version, leaf=leaf, chain=chain), root) == []


def test_a_signing_certificate_that_a_trusted_root_lists_is_no_authority():
    leaf = WORLD.leaf()
    assert failures(WORLD.bundle(leaf=leaf), WORLD.trusted_root(fulcio=(leaf.der,))) == ["UNTRUSTED_CA"]
    chain = (leaf.der, *WORLD.fulcio.chain)
    assert failures(WORLD.bundle(leaf=leaf), WORLD.trusted_root(fulcio=chain)) == []
