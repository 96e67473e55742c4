"""Public and private keys, and the files they live in.

The key id is the lower-case hex SHA-256 of the DER SubjectPublicKeyInfo; it is also the fingerprint that
``--root-key`` takes. A private key shows its key id and nothing else: not in ``repr``, not in an error.

Source: RFC 5280 section 4.1 (SPKI), RFC 5958 (PKCS#8), RFC 7468 (PEM).
"""

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from stella_git.canon.record import record
from stella_git.errors import ConfigError, InputError
from stella_git.trust import algorithms
from stella_git.trust.algorithms import ED25519, P256, Verify, recognise

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
def _verifier(name: str, spki: bytes) -> Verify:
    return algorithms.algorithm(name).verifier(spki)


@record(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key that was checked: known algorithm, canonical encoding, sound point.

    Args:
        spki: DER SubjectPublicKeyInfo.
        algorithm: a name of `algorithms.NAMES`; a property of the key, never of a message.
        keyid: lower-case hex SHA-256 of ``spki``.
    """

    spki: bytes
    algorithm: str
    keyid: str

    @classmethod
    def from_spki(cls, spki: bytes, algorithm: str | None = None) -> "PublicKey":
        """Return the key of DER SubjectPublicKeyInfo bytes.

        Args:
            spki: DER bytes.
            algorithm: what whoever trusts the key uses it for. None is what the key itself says, and
                ``rsa-pkcs1v15-sha256`` for an RSA key, which does not say it.

        Raises:
            InputError: not a key, not the canonical encoding, an algorithm we do not take, a weak key, or not
                a key of ``algorithm``.
        """
        name = recognise(spki, algorithm)
        return cls(spki=spki, algorithm=name, keyid=hashlib.sha256(spki).hexdigest())

    @classmethod
    def from_pem(cls, data: bytes, algorithm: str | None = None) -> "PublicKey":
        """Return the key of a PEM file with exactly one ``PUBLIC KEY`` block.

        Args:
            data: the file.
            algorithm: as for `from_spki`.

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
        return cls.from_spki(body, algorithm)

    def to_pem(self) -> bytes:
        """Return the key as PEM, ending in a newline."""
        from stella_git.trust import pem

        return pem.encode("PUBLIC KEY", self.spki)

    def verify(self, data: bytes, signature: bytes, *, low_s: bool) -> bool:
        """Return whether ``signature`` is this key's signature over ``data``.

        Args:
            data: the signed bytes, not their digest.
            signature: DER SEQUENCE{r, s} for ECDSA, 64 raw bytes for Ed25519, as many bytes as the modulus
                for RSA, raw bytes for ML-DSA.
            low_s: refuse ECDSA signatures with s > n/2, of which anyone can make one from the other; our own
                signatures never have it. No effect on the others.

        Raises:
            EnvironmentFault: the installed cryptography cannot do ML-DSA.
        """
        return _verifier(self.algorithm, self.spki)(data, signature, low_s)


class PrivateKey:
    """A private key; only `to_pem` shows it."""

    __slots__ = ("_native", "public")

    def __init__(self, native: Any, algorithm: str | None = None) -> None:
        """Wrap a private key object of ``cryptography``; use `generate` or `from_pem`.

        Args:
            native: the object.
            algorithm: as for `PublicKey.from_spki`.
        """
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        spki = native.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._native = native
        self.public = PublicKey.from_spki(spki, algorithm)

    @classmethod
    def generate(cls, algorithm: str = P256) -> "PrivateKey":
        """Return a new key from the operating system's randomness.

        Raises:
            ConfigError: no such algorithm.
            EnvironmentFault: the installed cryptography cannot do ML-DSA.
        """
        return cls(algorithms.algorithm(algorithm).generate(), algorithm)

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
    def from_pem(
        cls, data: bytes, *, password: bytes | None = None, algorithm: str | None = None
    ) -> "PrivateKey":
        """Return the key of a PEM file with exactly one block.

        Args:
            data: ``PRIVATE KEY``, ``ENCRYPTED PRIVATE KEY``, or a key of cosign.
            password: for the encrypted forms; not looked at otherwise.
            algorithm: as for `PublicKey.from_spki`.

        Raises:
            ConfigError: not such a file, password missing or wrong, an algorithm we do not sign with, or a
                key of cosign without the extra ``cosign``.
        """
        from stella_git.trust import privatepem

        try:
            return cls(privatepem.read(data, password), algorithm)
        except InputError as error:
            refusal = ConfigError(error.message, code=error.code, remedy=error.remedy)
        except ConfigError as error:
            refusal = error
        del data, password  # what a traceback shows of this frame is not secret, nor of those below
        raise refusal.with_traceback(None) from None

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

    def to_der(self) -> bytes:
        """Return the key as DER PKCS#8, not encrypted."""
        from cryptography.hazmat.primitives import serialization

        data: bytes = self._native.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return data

    def sign(self, data: bytes) -> bytes:
        """Return the signature over ``data``.

        The same bytes each time, but for RSA-PSS, which draws a salt, and ML-DSA, which is hedged. ECDSA has
        an RFC 6979 nonce, s <= n/2, and is DER.

        Raises:
            EnvironmentFault: the installed OpenSSL cannot make deterministic ECDSA signatures.
        """
        return algorithms.algorithm(self.public.algorithm).sign(self._native, data)

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


def load_private_key(
    path: "Path", *, password: bytes | None = None, algorithm: str | None = None
) -> PrivateKey:
    """Return the private key of a file that only its owner can read.

    Args:
        path: PEM, at most 64 KiB; a symbolic link is followed, and its target is what is checked.
        password: for an encrypted key.
        algorithm: as for `PublicKey.from_spki`.

    Raises:
        ConfigError: missing, not a regular file, readable by others, too large, or not a usable key.
        EnvironmentFault: the file system refuses to read it.
    """
    from stella_git.trust import keyfile

    data = keyfile.read(path)
    try:
        return PrivateKey.from_pem(data, password=password, algorithm=algorithm)
    except ConfigError as error:
        place = error.where.within(str(path))
        refusal = ConfigError(error.message, code=error.code, where=place, remedy=error.remedy)
    del data, password
    raise refusal
