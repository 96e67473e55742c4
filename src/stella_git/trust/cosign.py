"""Encrypted private keys of cosign: scrypt and secretbox around PKCS#8, as JSON in a PEM block.

Salt and nonce are drawn here and nowhere else on this floor. A wrong password and a changed file cannot be
told apart: the box has one authenticator for both.

Source: cosign "Signature Specification" (key formats), go-securesystemslib package ``encrypted`` (the JSON
and its parameters), RFC 7914 (scrypt), NaCl ``crypto_secretbox`` (XSalsa20-Poly1305).
"""

import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from stella_git.canon import jcs
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import ConfigError, InputError, Where
from stella_git.trust import pem
from stella_git.trust.extras import require

LABEL = "ENCRYPTED SIGSTORE PRIVATE KEY"
OLD_LABEL = "ENCRYPTED COSIGN PRIVATE KEY"
LABELS = frozenset({LABEL, OLD_LABEL})

# Cost and, in MiB, the memory that it takes: 32, 64, 128. More would let a key file exhaust the machine, less
# makes passwords cheap to guess; the other two parameters are what every cosign writes.
_COSTS = (32_768, 65_536, 131_072)
_COST = 65_536
_BLOCK, _PARALLEL = 8, 1
_SALT, _NONCE, _TAG, _KEY = 32, 24, 16, 32


class Exportable(Protocol):
    """A private key that can be written; `PrivateKey` is one."""

    def to_der(self) -> bytes:
        """Return DER PKCS#8, not encrypted."""
        ...


class Sealed(NamedTuple):
    """The contents of an encrypted key.

    Args:
        cost: scrypt's N.
        salt: 32 bytes.
        nonce: 24 bytes.
        ciphertext: 16 bytes of authenticator, then the encrypted DER PKCS#8.
    """

    cost: int
    salt: bytes
    nonce: bytes
    ciphertext: bytes


def parse(body: bytes) -> Sealed:
    """Return the contents of the JSON in a key's PEM block.

    Raises:
        ConfigError: not this format, or parameters other than cosign's.
    """
    try:
        value = parse_json(body, limit=pem.LIMIT)
    except InputError as error:
        raise _malformed(error.message) from None
    top = _members(value, "", ("kdf", "cipher", "ciphertext"))
    kdf = _members(top["kdf"], "/kdf", ("name", "params", "salt"))
    cipher = _members(top["cipher"], "/cipher", ("name", "nonce"))
    params = _members(kdf["params"], "/kdf/params", ("N", "r", "p"))
    names = (kdf["name"], cipher["name"])
    numbers = [_integer(params[name]) for name in ("N", "r", "p")]
    if names != ("scrypt", "nacl/secretbox") or numbers not in [[cost, _BLOCK, _PARALLEL] for cost in _COSTS]:
        raise ConfigError(
            "is protected by another method or cost than cosign's",
            code="cosign-kdf-parameters",
            where=Where(pointer="/kdf"),
            remedy="write the key again with cosign: nacl/secretbox, and scrypt with N of 32768, 65536 or "
            "131072, r of 8, p of 1",
        )
    return Sealed(
        cost=numbers[0],
        salt=_base64(kdf["salt"], "/kdf/salt", _SALT),
        nonce=_base64(cipher["nonce"], "/cipher/nonce", _NONCE),
        ciphertext=_base64(top["ciphertext"], "/ciphertext", None),
    )


def check(body: bytes) -> None:
    """Refuse what no password opens.

    Raises:
        ConfigError: not this format, foreign parameters, or the extra ``cosign`` is not installed.
    """
    parse(body)
    require("nacl.secret", "cosign")


def decrypt(body: bytes, password: bytes) -> bytes:
    """Return the DER PKCS#8 in a key's PEM block.

    Args:
        body: the JSON in the block.
        password: UTF-8; empty is what cosign takes for none.

    Raises:
        ConfigError: not this format, foreign parameters, not the password, or the extra ``cosign`` is not
            installed.
    """
    sealed = parse(body)
    secret = require("nacl.secret", "cosign")
    crypto_error = require("nacl.exceptions", "cosign").CryptoError
    try:
        opened: bytes = secret.SecretBox(_derive(password, sealed)).decrypt(sealed.ciphertext, sealed.nonce)
    except crypto_error:
        opened = b""
    if not opened:
        raise ConfigError(
            "the private key cannot be decrypted: the password is wrong, or the file was changed",
            code="key-password-wrong",
            remedy="type it again, or correct COSIGN_PASSWORD, which goes first, or STELLA_KEY_PASSWORD",
        )
    return opened


def encrypt(
    key: Exportable, password: bytes, *, salt: bytes | None = None, nonce: bytes | None = None
) -> bytes:
    """Return a private key as cosign writes it: PEM, ending in a newline.

    Args:
        key: the private key.
        password: UTF-8; empty protects nothing.
        salt: 32 bytes; drawn from the operating system if None.
        nonce: 24 bytes; drawn from the operating system if None.

    Raises:
        ConfigError: the extra ``cosign`` is not installed.
    """
    secret = require("nacl.secret", "cosign")
    sealed = Sealed(
        cost=_COST, salt=salt or os.urandom(_SALT), nonce=nonce or os.urandom(_NONCE), ciphertext=b""
    )
    box = secret.SecretBox(_derive(password, sealed)).encrypt(key.to_der(), sealed.nonce)
    value: Json = {
        "kdf": {
            "name": "scrypt",
            "params": {"N": sealed.cost, "r": _BLOCK, "p": _PARALLEL},
            "salt": b64encode(sealed.salt).decode("ascii"),
        },
        "cipher": {"name": "nacl/secretbox", "nonce": b64encode(sealed.nonce).decode("ascii")},
        "ciphertext": b64encode(box.ciphertext).decode("ascii"),
    }
    return pem.encode(LABEL, jcs.dumps(value))


def _derive(password: bytes, sealed: Sealed) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    scrypt = Scrypt(salt=sealed.salt, length=_KEY, n=sealed.cost, r=_BLOCK, p=_PARALLEL)
    key: bytes = scrypt.derive(password)
    return key


def _malformed(message: str, pointer: str | None = None) -> ConfigError:
    return ConfigError(
        f"is not a private key of cosign: {message}",
        code="cosign-key-format",
        where=Where(pointer=pointer),
        remedy="restore the file, or make a key again: cosign generate-key-pair",
    )


def _members(value: Json, pointer: str, names: tuple[str, ...]) -> Mapping[str, Json]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise _malformed(f"must be an object of {', '.join(names)}", pointer)
    return value


def _integer(value: Json) -> int:
    """Return an integer as it is, and 0 for anything else, true and 1.0 among them."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _base64(value: Json, pointer: str, size: int | None) -> bytes:
    text = value if isinstance(value, str) else ""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        data = b""
    # Without a size: the ciphertext, which has more than its authenticator.
    right = len(data) > _TAG if size is None else len(data) == size
    if not right or b64encode(data).decode("ascii") != text:
        raise _malformed(f"must be {size or f'more than {_TAG}'} bytes in standard base64", pointer)
    return data
