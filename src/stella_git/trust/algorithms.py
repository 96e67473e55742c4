"""Signature algorithms, as one literal table from name to functions.

A key's algorithm is read from the key that is trusted, never from the message. A key type joins by adding a
row: how its DER is recognised, how it verifies, generates and signs. Keys are recognised by their one
canonical encoding, so that one key cannot appear under two; what only *looks* like a key we know (explicit
curve parameters, compressed points, trailing bytes, points off the curve or of small order) is refused.

Source: RFC 5480 section 2 (P-256), RFC 8410 section 4 (Ed25519), RFC 6979 (nonces), SEC 1 section 2.3.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from stella_git.errors import EnvironmentFault, InputError, Where

P256 = "ecdsa-p256"
ED25519 = "ed25519"

Verify = Callable[[bytes, bytes, bool], bool]  # data, signature, low_s

_P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_P256_LENGTH = len(_P256_PREFIX) + 64
_P256_P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
_ED25519_LENGTH = len(_ED25519_PREFIX) + 32
_ED25519_P = 2**255 - 19
_ED25519_D = -121665 * pow(121666, -1, _ED25519_P) % _ED25519_P
# y of the eight points of small order (order 4; 1; 2; 8; 8): a signature under such a key proves nothing.
_ED25519_SMALL = frozenset(
    {
        0,
        1,
        _ED25519_P - 1,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    }
)


class Algorithm(NamedTuple):
    """One row of the table.

    Args:
        recognise: whether DER SPKI bytes have this algorithm's canonical shape.
        check: raises InputError unless the key is a sound one.
        verifier: DER SPKI bytes to a function (data, signature, low_s) -> bool.
        owns: whether a native private key is of this algorithm.
        generate: makes a native private key.
        sign: (native private key, data) -> signature bytes.
    """

    recognise: Callable[[bytes], bool]
    check: Callable[[bytes], None]
    verifier: Callable[[bytes], Verify]
    owns: Callable[[Any], bool]
    generate: Callable[[], Any]
    sign: Callable[[Any, bytes], bytes]


def recognise(spki: bytes) -> str:
    """Return the name of the algorithm that a DER SubjectPublicKeyInfo belongs to.

    Raises:
        InputError: no key, a key type or curve we do not take, not the canonical encoding, a weak key.
    """
    for name, algorithm in ALGORITHMS.items():
        if algorithm.recognise(spki):
            algorithm.check(spki)
            return name
    raise _refusal(spki)


def _weak(message: str) -> InputError:
    return InputError(message, code="key-weak", remedy="generate a new key: stella keys generate")


def _refusal(spki: bytes) -> InputError:
    """Say which of the things a public key can be this one is; cryptography does the looking."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return InputError(
            "is not a DER SubjectPublicKeyInfo that we accept (named curve, nothing after it)",
            code="key-encoding",
            remedy="export the public key again: openssl pkey -pubout",
        )
    known = ", ".join(ALGORITHMS)
    if isinstance(key, EllipticCurvePublicKey):
        if key.curve.name == "secp256r1":
            return InputError(
                "is a P-256 key, but not in the canonical encoding (uncompressed point, named curve)",
                code="key-encoding",
                remedy="export it again: openssl pkey -pubin -pubout -ec_conv_form uncompressed",
            )
        return InputError(
            f"is a key on the curve {key.curve.name}, which we do not take",
            code="key-curve",
            remedy=f"use one of: {known}",
        )
    return InputError(
        f"is a key of a type that we do not take ({type(key).__name__.removesuffix('PublicKey')})",
        code="key-algorithm",
        remedy=f"use one of: {known}",
    )


# ECDSA over P-256 with SHA-256


def _p256_recognise(spki: bytes) -> bool:
    return len(spki) == _P256_LENGTH and spki.startswith(_P256_PREFIX)


def _p256_check(spki: bytes) -> None:
    x = int.from_bytes(spki[-64:-32])
    y = int.from_bytes(spki[-32:])
    # The curve has prime order: any point on it other than infinity, which has no such encoding, is sound.
    if x >= _P256_P or y >= _P256_P or (y * y - (x * x - 3) * x - _P256_B) % _P256_P:
        raise _weak("is not a point of the curve P-256")


def _p256_verifier(spki: bytes) -> Verify:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), spki[-65:])
    scheme = ec.ECDSA(SHA256())

    def verify(data: bytes, signature: bytes, low_s: bool) -> bool:  # noqa: FBT001 - see Verify
        try:
            r, s = decode_dss_signature(signature)
        except ValueError:
            return False
        # 1 <= r, s < n (SEC 1 section 4.1.4), and one encoding only: DER, not BER.
        if not (0 < r < P256_ORDER and 0 < s < P256_ORDER) or (low_s and s > P256_ORDER // 2):
            return False
        if encode_dss_signature(r, s) != signature:
            return False
        try:
            key.verify(signature, data, scheme)
        except InvalidSignature:
            return False
        return True

    return verify


def _p256_owns(native: Any) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec

    return isinstance(native, ec.EllipticCurvePrivateKey) and native.curve.name == "secp256r1"


def _p256_generate() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _p256_sign(native: Any, data: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        signature: bytes = native.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))
    except UnsupportedAlgorithm:
        raise EnvironmentFault(
            "the installed OpenSSL cannot make deterministic ECDSA signatures (RFC 6979)",
            code="deterministic-signing-missing",
            where=Where("cryptography"),
            remedy="install a wheel that brings OpenSSL 3.2 or later: "
            "pip install --upgrade --only-binary cryptography cryptography",
        ) from None
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


# Ed25519.


def _ed25519_recognise(spki: bytes) -> bool:
    return len(spki) == _ED25519_LENGTH and spki.startswith(_ED25519_PREFIX)


def _ed25519_check(spki: bytes) -> None:
    encoded = int.from_bytes(spki[-32:], "little")
    y = encoded & (2**255 - 1)
    if y >= _ED25519_P:
        raise InputError(
            "is an Ed25519 key in an encoding that is not the canonical one (y is not reduced)",
            code="key-encoding",
            remedy="generate a new key: stella keys generate",
        )
    if y in _ED25519_SMALL:
        raise _weak("is an Ed25519 point of small order")
    # x^2 = (y^2 - 1) / (d y^2 + 1) must be a square (RFC 8032 section 5.1.3); u/v is one iff u*v is.
    square = (y * y - 1) * (_ED25519_D * y * y + 1) % _ED25519_P
    if pow(square, (_ED25519_P - 1) // 2, _ED25519_P) != 1:
        raise _weak("is not a point of the curve Ed25519")


def _ed25519_verifier(spki: bytes) -> Verify:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(spki[-32:])

    def verify(data: bytes, signature: bytes, low_s: bool) -> bool:  # noqa: ARG001, FBT001 - see Verify
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return verify


def _ed25519_owns(native: Any) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return isinstance(native, Ed25519PrivateKey)


def _ed25519_generate() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def _ed25519_sign(native: Any, data: bytes) -> bytes:
    signature: bytes = native.sign(data)
    return signature


ALGORITHMS: dict[str, Algorithm] = {
    P256: Algorithm(_p256_recognise, _p256_check, _p256_verifier, _p256_owns, _p256_generate, _p256_sign),
    ED25519: Algorithm(
        _ed25519_recognise, _ed25519_check, _ed25519_verifier, _ed25519_owns, _ed25519_generate, _ed25519_sign
    ),
}
