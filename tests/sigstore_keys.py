"""Keys of the Sigstore world of the tests: made from their names, so that they are the same every time."""

import base64
import hashlib
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DETAILS = {
    "secp256r1": ("PKIX_ECDSA_P256_SHA_256", hashes.SHA256(), "SHA2_256", hashlib.sha256),
    "secp384r1": ("PKIX_ECDSA_P384_SHA_384", hashes.SHA384(), "SHA2_384", hashlib.sha384),
    "secp521r1": ("PKIX_ECDSA_P521_SHA_512", hashes.SHA512(), "SHA2_512", hashlib.sha512),
}


@cache
def p256(name):
    return ec.derive_private_key(_seed(name), ec.SECP256R1())


@cache
def p384(name):
    return ec.derive_private_key(_seed(name), ec.SECP384R1())


@cache
def ed(name):
    return ed25519.Ed25519PrivateKey.from_private_bytes(_seed(name).to_bytes(32))


def _seed(name):
    return int.from_bytes(hashlib.sha256(name.encode()).digest()) >> 1


def public(key):
    """Return the public half of a private key; a public key is returned as it is."""
    return key.public_key() if hasattr(key, "public_key") else key


def spki(key):
    return public(key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def spki_pem(key):
    return public(key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def raw_ed25519(key):
    return public(key).public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_details(key):
    """Return the name of the algorithm in Sigstore's registry."""
    return DETAILS[public(key).curve.name][0] if hasattr(public(key), "curve") else "PKIX_ED25519"


def prehash(key):
    """Return the registry's name of the digest that a key signs, and the function."""
    return (
        DETAILS[public(key).curve.name][2:] if hasattr(public(key), "curve") else ("SHA2_512", hashlib.sha512)
    )


def sign(key, data, digest=None):
    """Return a signature, the same every time; digest overrides the one that belongs to the curve."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, ec.ECDSA(digest or DETAILS[key.curve.name][1], deterministic_signing=True))


def b64(data):
    return base64.b64encode(data).decode()
