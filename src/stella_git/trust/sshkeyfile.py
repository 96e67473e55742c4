"""Private key files of OpenSSH.

The public half stands in the file in the clear: whatever can be refused is refused before anybody is asked
for a passphrase.

Source: openssh-portable, PROTOCOL.key.
"""

from collections.abc import Callable
from typing import Any

from stella_git.errors import ConfigError, InputError
from stella_git.trust import pem, sshwire
from stella_git.trust.extras import require
from stella_git.trust.keys import PrivateKey, PublicKey
from stella_git.trust.sshwire import Malformed, Reader

LABEL = "OPENSSH PRIVATE KEY"
_MAGIC = b"openssh-key-v1\0"
_MOST_ROUNDS = 4096  # of the key derivation; ssh-keygen does 16 or 24 unless told otherwise


def read(data: bytes, password: Callable[[], bytes | None], algorithm: str | None = None) -> PrivateKey:
    """Return the private key in a file.

    Args:
        data: one PEM block ``OPENSSH PRIVATE KEY``.
        password: called if the key is encrypted; None if nobody knows the passphrase.
        algorithm: what an RSA key is used for; see `PublicKey.from_spki`.

    Raises:
        ConfigError: not such a file, a key that we do not sign with, passphrase missing or wrong, or the
            extra ``ssh`` is missing.
    """
    try:
        encrypted, public = _head(_body(data), algorithm)
    except InputError as error:
        refusal = ConfigError(error.message, code=error.code, remedy=error.remedy)
    else:
        secret = _passphrase(password) if encrypted else None
        native, found = _load(data, secret)
        if found is None:
            key = PrivateKey(native, algorithm)
            if key.public == public:
                return key
            found = _unreadable()
        refusal = found
        del secret, native
    del data, password
    raise refusal


def _body(data: bytes) -> bytes:
    label, body = pem.decode(data)
    if label != LABEL:
        raise InputError(
            f"holds a PEM block {label!r} where {LABEL!r} is needed",
            code="key-format",
            remedy="name a PKCS#8 key with file: in place of ssh:; convert an old one with ssh-keygen -p",
        )
    return body


def _head(body: bytes, algorithm: str | None) -> tuple[bool, PublicKey]:
    """Return whether a key is encrypted, and its public half."""
    try:
        reader = Reader(body)
        _demand(reader.take(len(_MAGIC)) == _MAGIC, "begins with something else")
        cipher, _kdf, options = reader.name(), reader.name(), Reader(reader.string())
        if cipher != "none":
            options.string()
            rounds = options.number()
            _demand(rounds <= _MOST_ROUNDS, f"asks for more than {_MOST_ROUNDS} rounds of key derivation")
        _demand(reader.number() == 1, "holds more keys than one, or none")
        blob = reader.string()
    except Malformed as error:
        raise InputError(
            f"is not a private key of OpenSSH: it {error}",
            code="key-format",
            remedy="make one with ssh-keygen -t ed25519",
        ) from None
    return cipher != "none", sshwire.public_key(blob, algorithm)


def _demand(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - a condition
    if not holds:
        raise Malformed(otherwise)


def _passphrase(password: Callable[[], bytes | None]) -> bytes:
    require("bcrypt", "ssh")
    found = password()
    if not found:
        raise ConfigError(
            "the private key is encrypted, and no password is known",
            code="key-password-missing",
            remedy="set STELLA_KEY_PASSWORD, answer at a terminal, or sign through ssh-agent: ssh:PATH.pub",
        )
    return found


def _load(data: bytes, secret: bytes | None) -> tuple[Any, ConfigError | None]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        return load_ssh_private_key(data, secret), None
    except (ValueError, TypeError, UnsupportedAlgorithm, NotImplementedError):
        # What a parser says about a private key stays out of every message.
        if secret is None:
            return None, _unreadable()
    return None, ConfigError(
        "the private key cannot be decrypted",
        code="key-password-wrong",
        remedy="type it again, or correct STELLA_KEY_PASSWORD",
    )


def _unreadable() -> ConfigError:
    return ConfigError(
        "is not a private key that can be read",
        code="key-format",
        remedy="make a new one with ssh-keygen -t ed25519",
    )
