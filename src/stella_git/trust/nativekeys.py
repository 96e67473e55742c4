"""Keys that come with certificates and trusted roots: whatever a certificate authority or a log signs with.

They are not keys of the keyring (`keys.PublicKey`): nobody names them, a trusted root or a certificate path
vouches for them, and the algorithm is a property of the key and of what the trusted root says about it.
"""

import hashlib
from functools import lru_cache
from typing import Any

# What a trusted root calls a key -> the digest that its ECDSA or RSA signatures are made over.
# Source: protobuf-specs, sigstore_common.proto, PublicKeyDetails (CT logs still use deprecated names).
_DETAILS = {
    "PKCS1_RSA_PKCS1V5": "rsa",
    "PKIX_RSA_PKCS1V5": "rsa",
    "PKIX_RSA_PKCS1V15_2048_SHA256": "rsa",
    "PKIX_RSA_PKCS1V15_3072_SHA256": "rsa",
    "PKIX_RSA_PKCS1V15_4096_SHA256": "rsa",
    "PKIX_RSA_PSS_2048_SHA256": "pss",
    "PKIX_RSA_PSS_3072_SHA256": "pss",
    "PKIX_RSA_PSS_4096_SHA256": "pss",
    "PKIX_ECDSA_P256_SHA_256": "secp256r1",
    "PKIX_ECDSA_P384_SHA_384": "secp384r1",
    "PKIX_ECDSA_P521_SHA_512": "secp521r1",
    "PKIX_ED25519": "ed25519",
}
_CURVE_DIGESTS = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}
_RSA_BITS = (2048, 8192)
_LEAST_EXPONENT = 65537


class NativeKey:
    """A key that can verify.

    Args:
        key: public key object of ``cryptography``.
        kind: ``rsa``, ``pss``, ``ed25519`` or the name of a curve.
    """

    __slots__ = ("_key", "kind")

    def __init__(self, key: Any, kind: str) -> None:
        self._key = key
        self.kind = kind

    @property
    def digest_algorithm(self) -> str | None:
        """Return the hashlib name of the digest that is signed; None where the whole message is."""
        return None if self.kind == "ed25519" else _CURVE_DIGESTS.get(self.kind, "sha256")

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Return whether the signature over ``data`` is good."""
        name = self.digest_algorithm
        if name is None:
            return _holds(self._key.verify, signature, data)
        return self.verify_digest(hashlib.new(name, data).digest(), signature)

    def verify_digest(self, digest: bytes, signature: bytes) -> bool:
        """Return whether the signature over a message with this digest is good.

        Args:
            digest: of the algorithm `digest_algorithm`; a key that signs whole messages is refused.
            signature: DER for ECDSA, in its one encoding.
        """
        name = self.digest_algorithm
        if name is None or len(digest) != hashlib.new(name).digest_size:
            return False
        if self.kind in _CURVE_DIGESTS and not _one_encoding(signature):
            return False
        return _holds(self._key.verify, signature, digest, *_scheme(self.kind, name))


@lru_cache(maxsize=8)
def _scheme(kind: str, name: str) -> tuple[Any, ...]:
    """Return what the library wants to know beside signature and digest."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

    known: dict[str, hashes.HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    chosen = known[name]
    prehashed = utils.Prehashed(chosen)
    if kind == "rsa":
        return padding.PKCS1v15(), prehashed
    if kind == "pss":
        return padding.PSS(padding.MGF1(chosen), chosen.digest_size), prehashed
    return (ec.ECDSA(prehashed),)


@lru_cache(maxsize=64)
def load(encoded: bytes, details: str) -> NativeKey | None:
    """Return the key of a trusted root, or None if it is not what ``details`` says, weak, or not supported.

    Args:
        encoded: DER SubjectPublicKeyInfo, or PKCS#1 for the old RSA keys.
        details: the name that the trusted root gives.
    """
    wanted = _DETAILS.get(details)
    if wanted is None:
        return None
    found = from_spki(encoded)
    if found is None or found.kind not in {wanted, "rsa" if wanted == "pss" else wanted}:
        return None
    return NativeKey(found._key, wanted)  # noqa: SLF001 - the same key under the scheme that is asked for


def from_spki(encoded: bytes) -> NativeKey | None:
    """Return the key in DER bytes, or None if it is weak or of a type that signs nothing here."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        return from_object(load_der_public_key(encoded))
    except (ValueError, UnsupportedAlgorithm):
        return None


def from_object(key: Any) -> NativeKey | None:
    """Return the key around a public key object of ``cryptography``, or None if it is weak or unknown."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePublicKey):
        return NativeKey(key, key.curve.name) if key.curve.name in _CURVE_DIGESTS else None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return NativeKey(key, "ed25519")
    if isinstance(key, rsa.RSAPublicKey):
        sound = _RSA_BITS[0] <= key.key_size <= _RSA_BITS[1]
        return NativeKey(key, "rsa") if sound and key.public_numbers().e >= _LEAST_EXPONENT else None
    return None


def _one_encoding(signature: bytes) -> bool:
    """Return whether an ECDSA signature is DER: BER would give one signature two spellings."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    try:
        r, s = decode_dss_signature(signature)
        return r > 0 and s > 0 and encode_dss_signature(r, s) == signature
    except ValueError:
        return False


def _holds(verify: Any, *arguments: Any) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        verify(*arguments)
    except (InvalidSignature, ValueError):
        return False
    return True
