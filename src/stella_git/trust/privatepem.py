"""Private key files of all kinds, read: PKCS#8, open or encrypted, and those of cosign.

What a parser says about a private key stays out of every message, and a password out of every frame that a
traceback of ours shows.

Source: RFC 5958 (PKCS#8), RFC 7468 sections 10 and 11.
"""

from enum import Enum
from typing import Any

from stella_git.errors import ConfigError, InputError
from stella_git.trust import cosign, pem


class Protection(Enum):
    """What protects a private key file."""

    NONE = "none"
    PKCS8 = "pkcs8"
    COSIGN = "cosign"


_LABELS = {"PRIVATE KEY": Protection.NONE, "ENCRYPTED PRIVATE KEY": Protection.PKCS8}
_LABELS |= dict.fromkeys(cosign.LABELS, Protection.COSIGN)
_INSTEAD = dict.fromkeys(
    ("EC PRIVATE KEY", "RSA PRIVATE KEY"), "convert it: openssl pkcs8 -topk8 -in OLD -out NEW"
) | {"OPENSSH PRIVATE KEY": "write ssh:PATH instead of file:PATH, for it is a key of SSH"}


def protection(data: bytes) -> Protection:
    """Return what protects the private key of a PEM file, after looking whether a password would open it.

    Raises:
        ConfigError: not a PEM file with exactly one private key of a kind that we read, or one of cosign that
            is malformed or needs the extra ``cosign``.
    """
    kind, body = _block(data)
    if kind is Protection.COSIGN:
        cosign.check(body)
    return kind


def require_cosign(data: bytes) -> Protection:
    """Return the protection of a private key of cosign.

    Raises:
        ConfigError: not a PEM file with exactly one private key of cosign.
    """
    kind = protection(data)
    if kind is not Protection.COSIGN:
        raise ConfigError(
            "is a private key, but not one of cosign's",
            code="cosign-key-format",
            remedy="name it with file: in place of cosign:",
        )
    return kind


def read(data: bytes, password: bytes | None) -> Any:
    """Return the private key of a PEM file, as an object of ``cryptography``.

    Args:
        data: the file.
        password: for an encrypted key; not looked at otherwise. Empty is a password for cosign's keys alone.

    Raises:
        ConfigError: not such a file, password missing or wrong, not a key that can be read, or a key of
            cosign without the extra ``cosign``.
    """
    kind, body = _block(data)
    if kind is Protection.NONE:
        return _load(body, None)
    if password is None or (not password and kind is Protection.PKCS8):
        names = (
            "STELLA_KEY_PASSWORD" if kind is Protection.PKCS8 else "COSIGN_PASSWORD or STELLA_KEY_PASSWORD"
        )
        raise ConfigError(
            "the private key is encrypted, and no password is known",
            code="key-password-missing",
            remedy=f"set {names}, or sign at a terminal, which asks for it",
        )
    if kind is Protection.COSIGN:
        return _load(cosign.decrypt(body, password), None)
    return _load(body, password)


def _block(data: bytes) -> tuple[Protection, bytes]:
    try:
        label, body = pem.decode(data)
    except InputError as error:
        raise ConfigError(error.message, code=error.code, remedy=error.remedy) from None
    kind = _LABELS.get(label)
    if kind is None:
        raise ConfigError(
            f"holds a PEM block {label!r} where a PKCS#8 private key is needed",
            code="key-format",
            remedy=_INSTEAD.get(label, "name a file with one private key: stella keys generate makes one"),
        )
    return kind, body


def _load(body: bytes, password: bytes | None) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # As PEM, for the label says that it must be PKCS#8: as DER, older formats would be taken as well.
    label = "PRIVATE KEY" if password is None else "ENCRYPTED PRIVATE KEY"
    try:
        return load_pem_private_key(pem.encode(label, body), password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        wrong = password is not None
    if wrong:
        raise ConfigError(
            "the private key cannot be decrypted",
            code="key-password-wrong",
            remedy="type it again, or correct STELLA_KEY_PASSWORD",
        )
    raise ConfigError(
        "is not a private key that can be read",
        code="key-format",
        remedy="generate a new one: stella keys generate",
    )
