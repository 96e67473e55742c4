"""Private key files of others: what `keys.PrivateKey.from_pem` reads, and those of OpenSSH.

Source: RFC 5958 (PKCS#8); openssh-portable, PROTOCOL.key.
"""

from typing import TYPE_CHECKING

from stella_git.errors import ConfigError
from stella_git.trust.keys import PrivateKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def read_private(data: bytes, *, password: bytes | None) -> PrivateKey:
    """Return the private key in a file.

    Args:
        data: PKCS#8 PEM, a key of cosign, or a private key of OpenSSH.
        password: for the encrypted forms.

    Raises:
        ConfigError: none of these, password missing or wrong, an algorithm that we do not sign with.
        EnvironmentFault: the key is cosign's, and the extra ``cosign`` is not installed.
    """
    if not data.lstrip().startswith(_OPENSSH):
        return PrivateKey.from_pem(data, password=password)
    native, refusal = _openssh(data, password)
    del data, password  # what a traceback shows of this frame is not secret
    if refusal is not None:
        raise refusal
    return PrivateKey.from_pem(_pkcs8(native))


def _openssh(data: bytes, password: bytes | None) -> "tuple[PrivateKeyTypes | None, ConfigError | None]":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        return load_ssh_private_key(data, password), None
    except TypeError:
        return None, ConfigError(
            "the private key is encrypted, and no password is known",
            code="key-password-missing",
            remedy="give its password with STELLA_KEY_PASSWORD, or at a terminal",
        )
    except (ValueError, UnsupportedAlgorithm):
        return None, ConfigError(
            "is not a private key that can be read, or the password is wrong",
            code="key-format",
            remedy="check it; an encrypted one of OpenSSH needs the package bcrypt, or a copy in another form: "
            "ssh-keygen -p -m PKCS8 -f COPY",
        )


def _pkcs8(native: "PrivateKeyTypes | None") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    assert native is not None
    return native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
