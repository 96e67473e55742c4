"""ML-DSA (FIPS 204), pure, with the empty context; experimental.

Signing is hedged: each signature of the same bytes differs. Any bytes of the right length are a public key.

Source: FIPS 204 sections 5.2 and 5.3, RFC 9881 sections 3 and 4.
"""

from functools import partial
from typing import Any

from stella_git.errors import EnvironmentFault, Where
from stella_git.trust.algorithms import Algorithm, Verify

_SIZES = {44: 1312, 65: 1952, 87: 2592}


def _missing(level: int) -> EnvironmentFault:
    return EnvironmentFault(
        f"the installed cryptography cannot do ML-DSA-{level}",
        code="algorithm-missing",
        where=Where("cryptography"),
        remedy="install one that can: pip install --upgrade --only-binary cryptography cryptography",
    )


def _native(level: int, kind: str) -> Any:
    """Return the class for public or private keys of a level."""
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa
    except ImportError:
        raise _missing(level) from None
    return getattr(mldsa, f"MLDSA{level}{kind}Key")


def _check(spki: bytes) -> None:
    """Take it: its length was looked at, and every value decodes (FIPS 204 algorithm 23)."""


def _verifier(level: int, spki: bytes) -> Verify:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        key = _native(level, "Public").from_public_bytes(spki[-_SIZES[level] :])
    except UnsupportedAlgorithm:
        raise _missing(level) from None

    def verify(data: bytes, signature: bytes, low_s: bool) -> bool:  # noqa: ARG001, FBT001 - see Verify
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return verify


def _generate(level: int) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return _native(level, "Private").generate()
    except UnsupportedAlgorithm:
        raise _missing(level) from None


def _sign(native: Any, data: bytes) -> bytes:
    signature: bytes = native.sign(data)
    return signature


def _row(level: int) -> Algorithm:
    return Algorithm(
        check=_check, verifier=partial(_verifier, level), generate=partial(_generate, level), sign=_sign
    )


ML_DSA_44 = _row(44)
ML_DSA_65 = _row(65)
ML_DSA_87 = _row(87)
