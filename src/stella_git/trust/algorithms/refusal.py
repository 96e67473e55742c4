"""Why the bytes of a public key are refused."""

from stella_git.errors import InputError

_SHORT = 256  # bits of a curve: half of them is the security that it gives


def weak(message: str) -> InputError:
    """Return the refusal of a key under which a signature proves little or nothing."""
    return InputError(message, code="key-weak", remedy="generate a new key: stella keys generate")


def encoding(message: str, remedy: str = "export the public key again: openssl pkey -pubout") -> InputError:
    """Return the refusal of a key that is not in its one canonical encoding."""
    return InputError(message, code="key-encoding", remedy=remedy)


def refusal(spki: bytes) -> InputError:
    """Say which of the things a public key can be this one is; cryptography does the looking."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    from stella_git.trust.algorithms import NAMES

    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return encoding("is not a DER SubjectPublicKeyInfo that we accept (named curve, nothing after it)")
    if isinstance(key, EllipticCurvePublicKey):
        if key.curve.name in {"secp256r1", "secp384r1"}:
            return encoding(
                "is a P-256 or P-384 key, but not in the canonical encoding (named curve, uncompressed)",
                "export it again: openssl pkey -pubin -pubout -ec_conv_form uncompressed",
            )
        if key.curve.key_size < _SHORT:
            return weak(f"is a key on the curve {key.curve.name}, which is too short")
        return InputError(
            f"is a key on the curve {key.curve.name}, which we do not take",
            code="key-curve",
            remedy=f"use one of: {', '.join(NAMES)}",
        )
    if isinstance(key, RSAPublicKey):
        return encoding("is an RSA key, but its algorithm is not rsaEncryption with NULL parameters")
    return InputError(
        f"is a key of a type that we do not take ({type(key).__name__.removesuffix('PublicKey')})",
        code="key-algorithm",
        remedy=f"use one of: {', '.join(NAMES)}",
    )
