"""ECDSA over P-256 with SHA-256, and over P-384 with SHA-384.

Signatures are DER, one encoding only; ours are deterministic (RFC 6979) and have s <= n/2.

Source: SEC 1 sections 2.3 and 4.1.4, FIPS 186-5 section 6, RFC 6979, SP 800-186 section 3.2.1 (constants).
"""

from functools import partial
from typing import Any, NamedTuple

from stella_git.errors import EnvironmentFault, Where
from stella_git.trust.algorithms import P256 as ECDSA_P256
from stella_git.trust.algorithms import P256_ORDER, Algorithm, Verify
from stella_git.trust.algorithms import P384 as ECDSA_P384
from stella_git.trust.algorithms.refusal import weak


class Curve(NamedTuple):
    """A curve y^2 = x^3 - 3x + b over the integers modulo ``p``, and the digest that goes with it.

    Args:
        name: as the field calls it.
        size: of a coordinate, in bytes.
        p: the prime.
        b: the constant of the equation.
        order: of the base point, a prime; the cofactor is 1.
        native: class of the curve in ``cryptography``.
        digest: class of the digest in ``cryptography``.
    """

    name: str
    size: int
    p: int
    b: int
    order: int
    native: str
    digest: str


_P256 = Curve(
    name="P-256",
    size=32,
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    order=P256_ORDER,
    native="SECP256R1",
    digest="SHA256",
)
_P384 = Curve(
    name="P-384",
    size=48,
    p=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=int(
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"  # the two halves of one number
        "c656398d8a2ed19d2a85c8edd3ec2aef",
        16,
    ),
    order=int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
    ),
    native="SECP384R1",
    digest="SHA384",
)


def _scheme(curve: Curve, **options: bool) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.ECDSA(getattr(hashes, curve.digest)(), **options)


def _check(curve: Curve, spki: bytes) -> None:
    x = int.from_bytes(spki[-2 * curve.size : -curve.size])
    y = int.from_bytes(spki[-curve.size :])
    # The curve has prime order: any point on it other than infinity, which has no such encoding, is sound.
    if x >= curve.p or y >= curve.p or (y * y - (x * x - 3) * x - curve.b) % curve.p:
        raise weak(f"is not a point of the curve {curve.name}")


def _verifier(curve: Curve, spki: bytes) -> Verify:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    key = ec.EllipticCurvePublicKey.from_encoded_point(
        getattr(ec, curve.native)(), spki[-2 * curve.size - 1 :]
    )
    scheme = _scheme(curve)
    order = curve.order

    def verify(data: bytes, signature: bytes, low_s: bool) -> bool:  # noqa: FBT001 - see Verify
        try:
            r, s = decode_dss_signature(signature)
        except ValueError:
            return False
        # 1 <= r, s < n (SEC 1 section 4.1.4), and one encoding only: DER, not BER.
        if not (0 < r < order and 0 < s < order) or (low_s and s > order // 2):
            return False
        if encode_dss_signature(r, s) != signature:
            return False
        try:
            key.verify(signature, data, scheme)
        except InvalidSignature:
            return False
        return True

    return verify


def _generate(curve: Curve) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(getattr(ec, curve.native)())


def _sign(curve: Curve, native: Any, data: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    try:
        signature: bytes = native.sign(data, _scheme(curve, deterministic_signing=True))
    except UnsupportedAlgorithm:
        raise EnvironmentFault(
            "the installed OpenSSL cannot make deterministic ECDSA signatures (RFC 6979)",
            code="deterministic-signing-missing",
            where=Where("cryptography"),
            remedy="install a wheel that brings OpenSSL 3.2 or later: "
            "pip install --upgrade --only-binary cryptography cryptography",
        ) from None
    return _low_s(curve, *decode_dss_signature(signature))


def _low_s(curve: Curve, r: int, s: int) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    return encode_dss_signature(r, min(s, max(curve.order - s, 1)))


def encode_low_s(name: str, r: int, s: int) -> bytes:
    """Return the DER signature of two numbers, with n - s in the place of s if that is the lower.

    Args:
        name: of the algorithm.
        r: above zero.
        s: above zero; what is not below n does not verify, and gives some signature that does not either.
    """
    return _low_s({ECDSA_P256: _P256, ECDSA_P384: _P384}[name], r, s)


def _row(curve: Curve) -> Algorithm:
    return Algorithm(
        check=partial(_check, curve),
        verifier=partial(_verifier, curve),
        generate=partial(_generate, curve),
        sign=partial(_sign, curve),
    )


P256 = _row(_P256)
P384 = _row(_P384)
