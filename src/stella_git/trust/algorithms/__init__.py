"""Signature algorithms, as literal tables from name to module and from the bytes of a key to name.

A key's algorithm is a property of the key that is trusted, never of the message. Most public keys say it
themselves; an RSA key does not, and is `RSA_PKCS1` unless the keyring says `RSA_PSS`. Keys are recognised by
their one canonical encoding, so that one key cannot appear under two; what only *looks* like a key we know
(explicit curve parameters, compressed points, trailing bytes, points off the curve or of small order, weak
moduli) is refused. Recognising costs comparisons of bytes; the module of an algorithm is loaded when a key of
it turns up.

Source: RFC 5480 section 2 (NIST curves), RFC 8410 section 4 (Ed25519), RFC 4055 section 1.2 (RSA), RFC 9881
section 4 (ML-DSA).
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from stella_git.errors import ConfigError, InputError

P256 = "ecdsa-p256"
P384 = "ecdsa-p384"
ED25519 = "ed25519"
RSA_PKCS1 = "rsa-pkcs1v15-sha256"
RSA_PSS = "rsa-pss-sha256"
ML_DSA_44 = "ml-dsa-44"
ML_DSA_65 = "ml-dsa-65"
ML_DSA_87 = "ml-dsa-87"

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

Verify = Callable[[bytes, bytes, bool], bool]  # data, signature, low_s


class Algorithm(NamedTuple):
    """What an algorithm can do.

    Args:
        check: DER SPKI bytes of the algorithm's shape; raises InputError unless the key is a sound one.
        verifier: DER SPKI bytes to a function (data, signature, low_s) -> bool.
        generate: makes a native private key.
        sign: (native private key, data) -> signature bytes.
    """

    check: Callable[[bytes], None]
    verifier: Callable[[bytes], Verify]
    generate: Callable[[], Any]
    sign: Callable[[Any, bytes], bytes]


# name -> module and the row in it
_MODULES: dict[str, tuple[str, str]] = {
    P256: ("ecdsa", "P256"),
    P384: ("ecdsa", "P384"),
    ED25519: ("ed25519", "ED25519"),
    RSA_PKCS1: ("rsa", "PKCS1"),
    RSA_PSS: ("rsa", "PSS"),
    ML_DSA_44: ("mldsa", "ML_DSA_44"),
    ML_DSA_65: ("mldsa", "ML_DSA_65"),
    ML_DSA_87: ("mldsa", "ML_DSA_87"),
}
NAMES = tuple(_MODULES)
# Their encodings and the libraries are young; what is signed with them may not verify in a later release.
EXPERIMENTAL = frozenset({ML_DSA_44, ML_DSA_65, ML_DSA_87})

# What the SPKI begins with, how many bytes follow, and the algorithm.
_FIXED: tuple[tuple[bytes, int, str], ...] = (
    (bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), 64, P256),
    (bytes.fromhex("302a300506032b6570032100"), 32, ED25519),
    (bytes.fromhex("3076301006072a8648ce3d020106052b8104002203620004"), 96, P384),
    (bytes.fromhex("30820532300b06096086480165030403110382052100"), 1312, ML_DSA_44),
    (bytes.fromhex("308207b2300b0609608648016503040312038207a100"), 1952, ML_DSA_65),
    (bytes.fromhex("30820a32300b060960864801650304031303820a2100"), 2592, ML_DSA_87),
)
# AlgorithmIdentifier of rsaEncryption, with the NULL that RFC 4055 section 1.2 demands.
RSA_IDENTIFIER = bytes.fromhex("300d06092a864886f70d0101010500")
_RSA_NAMES = (RSA_PKCS1, RSA_PSS)


def algorithm(name: str) -> Algorithm:
    """Return the functions of an algorithm.

    Raises:
        ConfigError: no algorithm has this name.
    """
    if name not in _MODULES:
        raise ConfigError(
            f"no algorithm is called {name[:40]!r}",
            code="key-algorithm",
            remedy=f"use one of: {', '.join(NAMES)}",
        )
    module, row = _MODULES[name]
    found: Algorithm = getattr(import_module(f"{__name__}.{module}"), row)
    return found


def carried(spki: bytes) -> tuple[str, ...]:
    """Return the names of the algorithms that DER SPKI bytes can be a key of, the default first."""
    for prefix, rest, name in _FIXED:
        if len(spki) == len(prefix) + rest and spki.startswith(prefix):
            return (name,)
    # It stands behind a tag and a length of one to four bytes; `rsa.decode` is the judge of those.
    return _RSA_NAMES if RSA_IDENTIFIER in spki[: 6 + len(RSA_IDENTIFIER)] else ()


def encode(name: str, body: bytes) -> bytes | None:
    """Return the DER SubjectPublicKeyInfo of a key of fixed length; None if the length is another.

    Args:
        name: of an algorithm other than RSA.
        body: 32 raw bytes for Ed25519; x and y for ECDSA; raw bytes for ML-DSA.
    """
    return next((prefix + body for prefix, size, row in _FIXED if row == name and size == len(body)), None)


def recognise(spki: bytes, name: str | None = None) -> str:
    """Return the name of the algorithm that a DER SubjectPublicKeyInfo belongs to.

    Args:
        spki: DER bytes.
        name: the algorithm that whoever trusts the key says it is of; None is the default of its kind.

    Raises:
        InputError: no key, a key type or curve we do not take, not the canonical encoding, a weak key, or a
            key of another algorithm than ``name``.
    """
    names = carried(spki)
    if not names:
        from stella_git.trust.algorithms.refusal import refusal

        raise refusal(spki)
    if name is not None and name not in names:
        raise InputError(
            f"is a key of the algorithm {' or '.join(names)}, not {name[:40]!r}",
            code="key-algorithm",
            remedy=f"name the algorithm {names[0]!r}, or correct the key",
        )
    algorithm(names[0]).check(spki)
    return name or names[0]
