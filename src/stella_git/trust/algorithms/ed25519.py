"""Ed25519: deterministic signatures of 64 raw bytes, over the data itself (not Ed25519ph).

Source: RFC 8032 section 5.1, RFC 8410 section 4.
"""

from typing import Any

from stella_git.trust.algorithms import Algorithm, Verify
from stella_git.trust.algorithms.refusal import encoding, weak

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
# y of the eight points of small order (order 4; 1; 2; 8; 8): a signature under such a key proves nothing.
_SMALL = frozenset(
    {
        0,
        1,
        _P - 1,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    }
)


def _check(spki: bytes) -> None:
    encoded = int.from_bytes(spki[-32:], "little")
    y = encoded & (2**255 - 1)
    if y >= _P:
        raise encoding(
            "is an Ed25519 key in an encoding that is not the canonical one (y is not reduced)",
            "generate a new key: stella keys generate",
        )
    if y in _SMALL:
        raise weak("is an Ed25519 point of small order")
    # x^2 = (y^2 - 1) / (d y^2 + 1) must be a square (RFC 8032 section 5.1.3); u/v is one iff u*v is.
    square = (y * y - 1) * (_D * y * y + 1) % _P
    if pow(square, (_P - 1) // 2, _P) != 1:
        raise weak("is not a point of the curve Ed25519")


def _verifier(spki: bytes) -> Verify:
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


def _generate() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def _sign(native: Any, data: bytes) -> bytes:
    signature: bytes = native.sign(data)
    return signature


ED25519 = Algorithm(check=_check, verifier=_verifier, generate=_generate, sign=_sign)
