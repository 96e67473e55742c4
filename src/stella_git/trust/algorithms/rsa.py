"""RSA with SHA-256: PKCS #1 v1.5, and PSS with MGF1-SHA-256 and 32 bytes of salt.

PKCS #1 v1.5 signatures are the same each time; PSS draws a new salt for each.

Source: RFC 8017 sections 3.1, 8.1.2, 8.2.2 and appendix A.1.1, FIPS 186-5 section 5.1 (exponent).
"""

from functools import partial
from math import gcd, prod
from typing import Any

from stella_git.errors import InputError
from stella_git.trust.algorithms import RSA_IDENTIFIER, Algorithm, Verify
from stella_git.trust.algorithms.refusal import encoding, weak

BITS = 3072  # of a new key: about as strong as P-256 (SP 800-57 part 1, table 2)
_LEAST, _MOST = 2048, 8192
# 3 and 17 invite forgeries wherever a verifier is careless; OpenSSL takes none above 64 bits with a long
# modulus.
_EXPONENT_LEAST, _EXPONENT_MOST = 65537, 2**64
_PRIMES = tuple(n for n in range(2, 752) if all(n % d for d in range(2, int(n**0.5) + 1)))
_PRODUCT = prod(_PRIMES)
_LAST_ROCA = 701
_SALT = 32


def _tlv(tag: int, body: bytes) -> bytes:
    count = len(body)
    if count < 0x80:  # noqa: PLR2004 - X.690 section 8.1.3.4: the short form
        return bytes([tag, count]) + body
    size = count.to_bytes((count.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + body


def _integer(number: int) -> bytes:
    return _tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def encode(modulus: int, exponent: int) -> bytes:
    """Return the DER SubjectPublicKeyInfo of an RSA key."""
    key = _tlv(0x30, _integer(modulus) + _integer(exponent))
    return _tlv(0x30, RSA_IDENTIFIER + _tlv(0x03, b"\0" + key))


def _read(data: bytes, at: int) -> tuple[int, int]:
    """Return where the contents of the element at ``at`` begin, and where they end."""
    size = data[at + 1]
    begin = at + 2
    if size & 0x80:
        begin += size & 0x7F
        size = int.from_bytes(data[at + 2 : begin])
    return begin, begin + size


def decode(spki: bytes) -> tuple[int, int]:
    """Return modulus and exponent of a DER SubjectPublicKeyInfo with the RSA identifier.

    Raises:
        InputError: not the canonical encoding.
    """
    try:
        outer, _ = _read(spki, 0)
        bits, _ = _read(spki, outer + len(RSA_IDENTIFIER))
        key, _ = _read(spki, bits + 1)
        first, middle = _read(spki, key)
        second, end = _read(spki, middle)
    except IndexError:
        raise encoding("is an RSA key that is cut short") from None
    modulus, exponent = int.from_bytes(spki[first:middle]), int.from_bytes(spki[second:end])
    # The reading above is loose; what it read is right if writing it gives the same bytes.
    if encode(modulus, exponent) != spki:
        raise encoding("is an RSA key, but not in the canonical encoding (DER, positive integers)")
    return modulus, exponent


def _check(spki: bytes) -> None:
    modulus, exponent = decode(spki)
    bits = modulus.bit_length()
    if bits < _LEAST:
        raise weak(f"is an RSA key of {bits} bits, and {_LEAST} is the least")
    if bits > _MOST:
        raise InputError(
            f"is an RSA key of {bits} bits, and {_MOST} is the most: verifying would take too long",
            code="key-too-large",
            remedy=f"use an RSA key of {_LEAST} to {_MOST} bits",
        )
    if exponent % 2 == 0 or not _EXPONENT_LEAST <= exponent < _EXPONENT_MOST:
        raise weak("is an RSA key whose exponent is even, less than 65537, or longer than 64 bits")
    if gcd(modulus, _PRODUCT) != 1:
        raise weak("is an RSA key whose modulus has a small factor")
    if _is_roca(modulus):
        raise weak("is an RSA key made by a library whose keys can be factored (CVE-2017-15361)")


def _is_roca(modulus: int) -> bool:
    """Return whether a modulus was made by the library of CVE-2017-15361.

    Its primes, and so their product, are powers of 65537 modulo each of the first 126 primes (as many for all
    lengths that we take); of other moduli, fewer than one in 2**100 is. The first few primes rule most out.
    """
    return all(
        modulus % prime in {pow(65537, power, prime) for power in range(prime)}
        for prime in _PRIMES
        if prime <= _LAST_ROCA
    )


def _padding(*, pss: bool) -> Any:
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.hashes import SHA256

    return padding.PSS(padding.MGF1(SHA256()), _SALT) if pss else padding.PKCS1v15()


def _verifier(spki: bytes, *, pss: bool) -> Verify:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256

    modulus, exponent = decode(spki)
    key = RSAPublicNumbers(exponent, modulus).public_key()
    size = (modulus.bit_length() + 7) // 8
    padding, digest = _padding(pss=pss), SHA256()

    def verify(data: bytes, signature: bytes, low_s: bool) -> bool:  # noqa: ARG001, FBT001 - see Verify
        # One encoding only: as many bytes as the modulus, and a number below it (RFC 8017 section 5.2.2).
        if len(signature) != size or int.from_bytes(signature) >= modulus:
            return False
        try:
            key.verify(signature, data, padding, digest)
        except InvalidSignature:
            return False
        return True

    return verify


def _generate() -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, BITS)


def _sign(native: Any, data: bytes, *, pss: bool) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256

    signature: bytes = native.sign(data, _padding(pss=pss), SHA256())
    return signature


def _row(*, pss: bool) -> Algorithm:
    return Algorithm(
        check=_check, verifier=partial(_verifier, pss=pss), generate=_generate, sign=partial(_sign, pss=pss)
    )


PKCS1 = _row(pss=False)
PSS = _row(pss=True)
