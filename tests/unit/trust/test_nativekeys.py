"""Keys of authorities and logs: what their own words allow, and nothing weaker."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from negative_keys import rsa_spki
from sigstore_keys import ed, p256, p384, sign, spki
from stella_git.trust.algorithms import P256_ORDER
from stella_git.trust.nativekeys import from_object, from_spki, load
from trust_cases import prime, rsa_native

DATA = b"what is signed"
P521 = ec.derive_private_key(7, ec.SECP521R1())
RSA = rsa_native("rsa-ada")


def pkcs1(key=RSA, digest=None):
    return key.sign(DATA, padding.PKCS1v15(), digest or hashes.SHA256())


def pss(salt=32, digest=None):
    chosen = digest or hashes.SHA256()
    return RSA.sign(DATA, padding.PSS(padding.MGF1(chosen), salt), chosen)


def digest(name):
    return hashlib.new(name, DATA).digest()


GOOD = {
    "PKIX_ECDSA_P256_SHA_256": (p256("log"), "sha256", lambda: sign(p256("log"), DATA)),
    "PKIX_ECDSA_P384_SHA_384": (p384("log"), "sha384", lambda: sign(p384("log"), DATA)),
    "PKIX_ECDSA_P521_SHA_512": (P521, "sha512", lambda: sign(P521, DATA)),
    "PKIX_ED25519": (ed("log"), None, lambda: ed("log").sign(DATA)),
    "PKCS1_RSA_PKCS1V5": (RSA, "sha256", pkcs1),
    "PKIX_RSA_PKCS1V5": (RSA, "sha256", pkcs1),
    "PKIX_RSA_PKCS1V15_2048_SHA256": (RSA, "sha256", pkcs1),
    "PKIX_RSA_PSS_2048_SHA256": (RSA, "sha256", pss),
}


@pytest.mark.parametrize("details", GOOD)
def test_a_key_verifies_as_the_trusted_root_says(details):
    key, name, make = GOOD[details]
    found, signature = load(spki(key), details), make()
    assert found.verify(DATA, signature)
    assert not found.verify(DATA + b".", signature)
    assert not found.verify(DATA, signature[:-1])
    assert not found.verify(DATA, b"")
    assert found.digest_algorithm == name
    if name is None:
        assert not found.verify_digest(digest("sha512"), signature)
    else:
        assert found.verify_digest(digest(name), signature)
        assert not found.verify_digest(digest(name)[:-1], signature)
        assert not found.verify_digest(digest("sha1"), signature)


def test_an_old_rsa_key_has_no_algorithm_around_it():
    old = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert load(old, "PKCS1_RSA_PKCS1V5").verify(DATA, pkcs1())


@pytest.mark.parametrize(
    ("key", "details"),
    [
        (p256("log"), "PKIX_ECDSA_P384_SHA_384"),
        (p256("log"), "PKIX_ED25519"),
        (p256("log"), "PKIX_RSA_PSS_2048_SHA256"),
        (ed("log"), "PKIX_ECDSA_P256_SHA_256"),
        (RSA, "PKIX_ECDSA_P256_SHA_256"),
        (p256("log"), ""),
        (p256("log"), "PKIX_ECDSA_P256_HMAC_SHA_256"),
        (p256("log"), "pkix_ecdsa_p256_sha_256"),
    ],
)
def test_a_key_is_of_the_type_that_is_named(key, details):
    assert load(spki(key), details) is None


def test_schemes_of_rsa_are_told_apart():
    assert not load(spki(RSA), "PKIX_RSA_PSS_2048_SHA256").verify(DATA, pkcs1())
    assert not load(spki(RSA), "PKIX_RSA_PKCS1V15_2048_SHA256").verify(DATA, pss())
    assert not load(spki(RSA), "PKIX_RSA_PSS_2048_SHA256").verify(DATA, pss(salt=20))
    assert not load(spki(RSA), "PKIX_RSA_PKCS1V15_2048_SHA256").verify(DATA, pkcs1(digest=hashes.SHA512()))


def test_a_signature_of_a_curve_has_one_encoding():
    key, signature = from_spki(spki(p256("log"))), sign(p256("log"), DATA)
    r, s = decode_dss_signature(signature)
    assert key.verify(DATA, encode_dss_signature(r, P256_ORDER - s))  # whichever of the two the log has made
    for bent in (
        signature + b"\0",
        signature[:1] + b"\x81" + signature[1:],
        encode_dss_signature(0, s),
        encode_dss_signature(r, 0),
        encode_dss_signature(r + P256_ORDER, s),
        encode_dss_signature(r, s + P256_ORDER),
        r.to_bytes(32) + s.to_bytes(32),
    ):
        assert not key.verify(DATA, bent)
    assert not key.verify(DATA, sign(p256("log"), DATA, hashes.SHA384()))


def test_weak_keys_and_keys_of_other_types_are_none():
    assert from_spki(rsa_spki(1024)) is None
    assert from_spki(rsa_spki(2048, 3)) is None
    assert from_spki(rsa_spki(2048)).kind == "rsa"
    assert from_object(ec.derive_private_key(7, ec.SECP224R1()).public_key()) is None
    assert from_object(ec.derive_private_key(7, ec.SECP256K1()).public_key()) is None
    assert from_object(x25519.X25519PrivateKey.from_private_bytes(bytes(32)).public_key()) is None
    assert from_object(ed448.Ed448PrivateKey.from_private_bytes(bytes(57)).public_key()) is None
    numbers = dsa.DSAParameterNumbers(prime("dsa p", 1024), prime("dsa q", 160), 2)
    assert from_object(dsa.DSAPublicNumbers(3, numbers)) is None


def test_a_modulus_may_have_8192_bits_and_no_more():
    def of(bits):
        return rsa.RSAPublicNumbers(65537, (1 << bits - 1) + 1).public_key()

    assert from_object(of(8192)).kind == "rsa"
    assert from_object(of(8193)) is None
    assert from_object(of(2048)).kind == "rsa"
    assert from_object(of(2047)) is None


@pytest.mark.parametrize("data", [b"", b"junk", spki(p256("log"))[:-1], spki(p256("log")) + b"\0"])
def test_junk_is_no_key(data):
    assert from_spki(data) is None
    assert load(data, "PKIX_ECDSA_P256_SHA_256") is None


def test_an_algorithm_that_the_library_does_not_know_is_no_key():
    data = spki(p256("log"))
    assert from_spki(data.replace(b"\x2a\x86\x48\xce\x3d\x02\x01", b"\x2a\x86\x48\xce\x3d\x02\x09")) is None
    assert from_spki(data.replace(b"\x3d\x03\x01\x07", b"\x3d\x03\x01\x02")) is None
