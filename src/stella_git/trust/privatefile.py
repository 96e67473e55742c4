"""Private key files of others: what `keys.PrivateKey.from_pem` reads, and those of OpenSSH.

Source: RFC 5958 (PKCS#8); openssh-portable, PROTOCOL.key.
"""

from stella_git.trust.keys import PrivateKey

_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def read_private(data: bytes, *, password: bytes | None) -> PrivateKey:
    """Return the private key in a file.

    Args:
        data: PKCS#8 PEM, a key of cosign, or a private key of OpenSSH.
        password: for the encrypted forms.

    Raises:
        ConfigError: none of these, password missing or wrong, an algorithm that we do not sign with, or the
            extra ``cosign`` or ``ssh`` is needed and not installed.
    """
    if not data.lstrip().startswith(_OPENSSH):
        return PrivateKey.from_pem(data, password=password)
    from stella_git.trust import sshkeyfile

    return sshkeyfile.read(data, lambda: password)
