"""Public and private keys, and the files they live in.

The key id is the lower-case hex SHA-256 of the DER SubjectPublicKeyInfo; it is also the fingerprint that
``--root-key`` takes. A private key shows its key id and nothing else: not in ``repr``, not in an error.

Source: RFC 5280 section 4.1 (SPKI), RFC 5958 (PKCS#8), RFC 7468 (PEM), RFC 6979 (deterministic ECDSA).
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from stella_git.errors import ConfigError, InputError, Where
from stella_git.trust.algorithms import ALGORITHMS, ED25519, P256, Verify, recognise

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "ED25519",
    "P256",
    "PrivateKey",
    "PublicKey",
    "fingerprint",
    "is_keyid",
    "load_private_key",
    "save_private_key",
]


def fingerprint(text: str) -> str:
    """Return the 64 lower-case hex digits of a key fingerprint.

    Args:
        text: SHA-256 of the DER SPKI as 64 hex digits, ``sha256:`` or ``SHA256:`` before it allowed. A part
            of a fingerprint is not accepted: it can be forged.

    Raises:
        ConfigError: anything else.
    """
    digits = text.lower().removeprefix("sha256:")
    if not is_keyid(digits):
        raise ConfigError(
            f"{text[:80]!r} is not a key fingerprint: 64 hex digits are needed, all of them",
            code="fingerprint",
            remedy="print it with: stella keys list",
        )
    return digits


def is_keyid(text: str) -> bool:
    """Return whether a text has the form of a key id: 64 lower-case hex digits."""
    return len(text) == _DIGITS and _HEX.issuperset(text)


_DIGITS = 64
_HEX = frozenset("0123456789abcdef")


@lru_cache(maxsize=1024)
def _verifier(algorithm: str, spki: bytes) -> Verify:
    return ALGORITHMS[algorithm].verifier(spki)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key that was checked: known algorithm, canonical encoding, sound point.

    Args:
        spki: DER SubjectPublicKeyInfo.
        algorithm: ``ecdsa-p256`` or ``ed25519``; a property of the key, never of a message.
        keyid: lower-case hex SHA-256 of ``spki``.
    """

    spki: bytes
    algorithm: str
    keyid: str

    @classmethod
    def from_spki(cls, spki: bytes) -> "PublicKey":
        """Return the key of DER SubjectPublicKeyInfo bytes.

        Raises:
            InputError: not a key, not the canonical encoding, an algorithm we do not take, a weak key.
        """
        return cls(spki=spki, algorithm=recognise(spki), keyid=hashlib.sha256(spki).hexdigest())

    @classmethod
    def from_pem(cls, data: bytes) -> "PublicKey":
        """Return the key of a PEM file with exactly one ``PUBLIC KEY`` block.

        Raises:
            InputError: not such a file, or not a key that `from_spki` takes.
        """
        from stella_git.trust import pem

        label, body = pem.decode(data)
        if label != "PUBLIC KEY":
            raise InputError(
                f"holds a PEM block {label!r} where 'PUBLIC KEY' is needed",
                code="key-format",
                remedy="export the public key: openssl pkey -in KEY -pubout",
            )
        return cls.from_spki(body)

    def to_pem(self) -> bytes:
        """Return the key as PEM, ending in a newline."""
        from stella_git.trust import pem

        return pem.encode("PUBLIC KEY", self.spki)

    def verify(self, data: bytes, signature: bytes, *, low_s: bool) -> bool:
        """Return whether ``signature`` is this key's signature over ``data``.

        Args:
            data: the signed bytes, not their digest.
            signature: DER SEQUENCE{r, s} for P-256, 64 raw bytes for Ed25519.
            low_s: refuse ECDSA signatures with s > n/2, of which anyone can make one from the other; our own
                signatures never have it. No effect on Ed25519.
        """
        return _verifier(self.algorithm, self.spki)(data, signature, low_s)


class PrivateKey:
    """A private key; only `to_pem` shows it."""

    __slots__ = ("_native", "public")

    def __init__(self, native: Any) -> None:
        """Wrap a private key object of ``cryptography``; use `generate` or `from_pem`."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        spki = native.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._native = native
        self.public = PublicKey.from_spki(spki)

    @classmethod
    def generate(cls, algorithm: str = P256) -> "PrivateKey":
        """Return a new key from the operating system's randomness.

        Raises:
            ConfigError: no such algorithm.
        """
        if algorithm not in ALGORITHMS:
            raise ConfigError(
                f"no algorithm is called {algorithm[:40]!r}",
                code="key-algorithm",
                remedy=f"use one of: {', '.join(ALGORITHMS)}",
            )
        return cls(ALGORITHMS[algorithm].generate())

    @classmethod
    def from_phrase(cls, phrase: bytes) -> "PrivateKey":
        """Return the P-256 key that a published phrase determines; whoever knows the phrase has the key.

        Only for demonstrations, where everybody must get the same signatures. No keyring that anybody relies
        on may hold such a key.
        """
        from cryptography.hazmat.primitives.asymmetric import ec

        # 1 <= scalar < 2**255 < n: a valid private key for every phrase.
        scalar = int.from_bytes(hashlib.sha256(phrase).digest()) >> 1 or 1
        return cls(ec.derive_private_key(scalar, ec.SECP256R1()))

    @classmethod
    def from_pem(cls, data: bytes, *, password: bytes | None = None) -> "PrivateKey":
        """Return the key of a PKCS#8 PEM file with exactly one block.

        Args:
            data: ``PRIVATE KEY`` or ``ENCRYPTED PRIVATE KEY``.
            password: for the encrypted form; not looked at otherwise.

        Raises:
            ConfigError: not such a file, password missing or wrong, an algorithm we do not sign with.
        """
        label = _private_label(data)
        if label == "ENCRYPTED PRIVATE KEY" and not password:
            raise ConfigError(
                "the private key is encrypted, and no password is known",
                code="key-password-missing",
                remedy="set STELLA_KEY_PASSWORD; nothing prompts for it",
            )
        return cls(_native_private(data, password if label.startswith("ENCRYPTED") else None))

    def to_pem(self, *, password: bytes | None = None) -> bytes:
        """Return the key as PKCS#8 PEM, encrypted if a password is given."""
        from cryptography.hazmat.primitives import serialization

        protection: Any = (
            serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        )
        text: bytes = self._native.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
        )
        return text

    def sign(self, data: bytes) -> bytes:
        """Return the signature over ``data``; the same bytes each time.

        P-256: RFC 6979 nonce, s <= n/2, DER. Ed25519: 64 raw bytes.

        Raises:
            EnvironmentFault: the installed OpenSSL cannot make deterministic ECDSA signatures.
        """
        return ALGORITHMS[self.public.algorithm].sign(self._native, data)

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.algorithm}, keyid={self.public.keyid})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: a private key leaves through `to_pem` only."""
        raise TypeError("a private key is not pickled")


def save_private_key(path: "Path", key: PrivateKey, *, password: bytes | None = None) -> None:
    """Write a new private key file, readable by its owner alone; never over an existing one.

    Args:
        path: the file; a missing parent directory is made with mode 0700.
        key: the key.
        password: encrypt it with this.

    Raises:
        ConfigError: something is there already.
        EnvironmentFault: the file system refuses.
    """
    from stella_git.trust import keyfile

    keyfile.write(path, key.to_pem(password=password))


def load_private_key(path: "Path", *, password: bytes | None = None) -> PrivateKey:
    """Return the private key of a file that only its owner can read.

    Args:
        path: PKCS#8 PEM, at most 64 KiB; a symbolic link is followed, and its target is what is checked.
        password: for an encrypted key.

    Raises:
        ConfigError: missing, not a regular file, readable by others, too large, or not a usable key.
        EnvironmentFault: the file system refuses to read it.
    """
    from stella_git.trust import keyfile

    data = keyfile.read(path)
    try:
        return PrivateKey.from_pem(data, password=password)
    except ConfigError as error:
        raise ConfigError(
            error.message, code=error.code, where=Where(str(path)), remedy=error.remedy
        ) from None


def _private_label(data: bytes) -> str:
    from stella_git.trust import pem

    try:
        label, _ = pem.decode(data)
    except InputError as error:
        raise ConfigError(error.message, code=error.code, remedy=error.remedy) from None
    if label in {"PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}:
        return label
    raise ConfigError(
        f"holds a PEM block {label!r} where a PKCS#8 private key is needed",
        code="key-format",
        remedy="convert it: openssl pkcs8 -topk8 -in OLD -out NEW",
    )


def _native_private(data: bytes, password: bytes | None) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        native = load_pem_private_key(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # `from None`: what the parser says about a private key stays out of every message.
        if password:
            raise ConfigError(
                "the private key cannot be decrypted",
                code="key-password-wrong",
                remedy="check STELLA_KEY_PASSWORD",
            ) from None
        raise ConfigError(
            "is not a private key that can be read",
            code="key-format",
            remedy="generate a new one: stella keys generate",
        ) from None
    if not any(algorithm.owns(native) for algorithm in ALGORITHMS.values()):
        raise ConfigError(
            "is a private key of a type that we do not sign with",
            code="key-algorithm",
            remedy=f"use one of: {', '.join(ALGORITHMS)}",
        )
    return native
