"""Public and private keys, and the files they live in.

The key id is the lower-case hex SHA-256 of the DER SubjectPublicKeyInfo; it is also the fingerprint that
``--root-key`` takes. A private key shows its key id and nothing else: not in ``repr``, not in an error.

Source: RFC 5280 section 4.1 (SPKI), RFC 5958 (PKCS#8), RFC 7468 (PEM), RFC 6979 (deterministic ECDSA).
"""

import binascii
import hashlib
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from stella_git.errors import ConfigError, EnvironmentFault, InputError, Where
from stella_git.trust.algorithms import ALGORITHMS, ED25519, P256, Verify, recognise

__all__ = [
    "ED25519",
    "P256",
    "PrivateKey",
    "PublicKey",
    "fingerprint",
    "load_private_key",
    "save_private_key",
]

KEY_FILE_LIMIT = 64 << 10
_PEM = re.compile(
    rb"-----BEGIN (?P<label>[A-Z0-9 ]{1,40})-----\r?\n"
    rb"(?P<body>[A-Za-z0-9+/=\r\n]+)-----END (?P=label)-----"
)
_FINGERPRINT = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
_POSIX = os.name == "posix"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | getattr(os, "O_CLOEXEC", 0)


def fingerprint(text: str) -> str:
    """Return the 64 lower-case hex digits of a key fingerprint.

    Args:
        text: SHA-256 of the DER SPKI as 64 hex digits, ``sha256:`` or ``SHA256:`` before it allowed. A part
            of a fingerprint is not accepted: it can be forged.

    Raises:
        ConfigError: anything else.
    """
    found = _FINGERPRINT.fullmatch(text)
    if found is None:
        raise ConfigError(
            f"{text[:80]!r} is not a key fingerprint: 64 hex digits are needed, all of them",
            code="fingerprint",
            remedy="print it with: stella keys list",
        )
    return found[1].lower()


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
        label, body = _pem(data)
        if label != "PUBLIC KEY":
            raise InputError(
                f"holds a PEM block {label!r} where 'PUBLIC KEY' is needed",
                code="key-format",
                remedy="export the public key: openssl pkey -in KEY -pubout",
            )
        return cls.from_spki(body)

    def to_pem(self) -> bytes:
        """Return the key as PEM, ending in a newline."""
        return _to_pem("PUBLIC KEY", self.spki)

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
        pem: bytes = self._native.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
        )
        return pem

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


def save_private_key(path: Path, key: PrivateKey, *, password: bytes | None = None) -> None:
    """Write a new private key file, readable by its owner alone; never over an existing one.

    Args:
        path: the file; a missing parent directory is made with mode 0700.
        key: the key.
        password: encrypt it with this.

    Raises:
        ConfigError: something is there already.
        EnvironmentFault: the file system refuses.
    """
    data = key.to_pem(password=password)
    try:
        _make_private_directory(path.parent)
        descriptor = os.open(path, _CREATE, 0o600)
    except FileExistsError:
        raise ConfigError(
            "exists already; a key is never overwritten",
            code="key-file-exists",
            where=Where(str(path)),
            remedy="choose another name, or move the old key away first",
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        _write_all(descriptor, data)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise _unwritable(path, error) from None


def load_private_key(path: Path, *, password: bytes | None = None) -> PrivateKey:
    """Return the private key of a file that only its owner can read.

    Args:
        path: PKCS#8 PEM, at most 64 KiB; a symbolic link is followed, and its target is what is checked.
        password: for an encrypted key.

    Raises:
        ConfigError: missing, not a regular file, readable by others, too large, or not a usable key.
        EnvironmentFault: the file system refuses to read it.
    """
    data = _read_private(path)
    try:
        return PrivateKey.from_pem(data, password=password)
    except ConfigError as error:
        raise ConfigError(
            error.message, code=error.code, where=Where(str(path)), remedy=error.remedy
        ) from None


def _pem(data: bytes) -> tuple[str, bytes]:
    """Return label and DER bytes of the single PEM block in ``data``."""
    found = _PEM.fullmatch(data.strip()) if len(data) <= KEY_FILE_LIMIT else None
    if found is None:
        raise InputError(
            "is not a PEM file with exactly one block",
            code="key-format",
            remedy="keep one key per file, without text around it",
        )
    body = re.sub(rb"\r?\n", b"", found["body"])
    try:
        return found["label"].decode("ascii"), binascii.a2b_base64(body, strict_mode=True)
    except binascii.Error:
        raise InputError(
            "holds a PEM block that is not base64", code="key-format", remedy="export the key again"
        ) from None


def _to_pem(label: str, body: bytes) -> bytes:
    text = binascii.b2a_base64(body, newline=False)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join((f"-----BEGIN {label}-----".encode(), *lines, f"-----END {label}-----".encode(), b""))


def _private_label(data: bytes) -> str:
    try:
        label, _ = _pem(data)
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


def _make_private_directory(path: Path) -> None:
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700)


def _write_all(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _unwritable(path: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        f"cannot be written: {error.strerror}",
        code="key-file-unwritable",
        where=Where(str(path)),
        remedy="check the directory and the space on the disk",
    )


def _read_private(path: Path) -> bytes:
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        raise ConfigError(
            "does not exist",
            code="key-file-missing",
            where=Where(str(path)),
            remedy="make a key with stella keys generate, or correct sign.key or STELLA_KEY",
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            f"cannot be read: {error.strerror}",
            code="key-file-unreadable",
            where=Where(str(path)),
            remedy="check who owns the file and its directory",
        ) from None
    with os.fdopen(descriptor, "rb") as stream:
        # Asked of the open file, so that what is checked is what is read.
        _check_private_file(path, os.fstat(stream.fileno()))
        return stream.read(KEY_FILE_LIMIT)


def _check_private_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(
            "is not a regular file",
            code="key-file-kind",
            where=Where(str(path)),
            remedy="name a file that holds a PKCS#8 PEM key",
        )
    if found.st_size > KEY_FILE_LIMIT:
        raise ConfigError(
            f"is larger than {KEY_FILE_LIMIT} bytes: not a key",
            code="key-file-too-large",
            where=Where(str(path)),
            remedy="name a file that holds one PKCS#8 PEM key",
        )
    if _POSIX and found.st_mode & 0o077:
        raise ConfigError(
            f"can be read or written by others (mode {stat.S_IMODE(found.st_mode):04o})",
            code="key-file-permissions",
            where=Where(str(path)),
            remedy=f"close it, and rotate the key if others use this machine: chmod 600 {path}",
        )
