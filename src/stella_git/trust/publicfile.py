"""Public key files of others, and ours for others: PEM, OpenSSH lines, lists of allowed signers.

Whatever a file looks like, what counts is the SubjectPublicKeyInfo in it, in its one canonical encoding.

Source: RFC 7468 section 13 (PEM), RFC 4253 section 6.6 and RFC 5656 section 3.1 (SSH public keys),
ssh-keygen(1), ALLOWED SIGNERS.
"""

from collections.abc import Iterable

from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError
from stella_git.trust import sshwire
from stella_git.trust.keyring import ACTIVE, KeyEntry
from stella_git.trust.keys import PublicKey

_SSH = (b"ssh-", b"ecdsa-sha2-", b"sk-")


def read_public(data: bytes, algorithm: str | None = None) -> PublicKey:
    """Return the public key in a file.

    Args:
        data: PEM with one ``PUBLIC KEY`` block, or one line of OpenSSH (``.pub``).
        algorithm: what an RSA key is to be used for; see `PublicKey.from_spki`.

    Raises:
        InputError: neither, or not a key that we take.
    """
    if not data.lstrip().startswith(_SSH):
        return PublicKey.from_pem(data, algorithm)
    return sshwire.public_key(sshwire.public_key_line(data), algorithm)


def to_ssh(key: PublicKey, comment: str) -> str:
    """Return a key as OpenSSH writes it, without a newline.

    Args:
        key: P-256, P-384, Ed25519 or RSA.
        comment: printable, may hold spaces.

    Raises:
        ConfigError: OpenSSH has no such keys.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    try:
        native = load_der_public_key(key.spki)
        text = native.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError(
            f"OpenSSH has no keys of the algorithm {key.algorithm}",
            code="key-algorithm",
            remedy="export it as pem",
        ) from None
    return f"{text} {comment}"


def allowed_signers(entries: Iterable[KeyEntry]) -> str:
    """Return the file that ``gpg.ssh.allowedSignersFile`` names: active keys, with their dates.

    Keys that OpenSSH does not know are left out.
    """
    lines = []
    for entry in entries:
        if entry.status != ACTIVE:
            continue
        try:
            key = to_ssh(entry.key, "").strip()
        except ConfigError:
            continue
        dates = f'valid-after="{_stamp(entry.not_before)}",valid-before="{_stamp(entry.not_after)}"'
        lines.append(f'{entry.name} namespaces="git",{dates} {key}\n')
    return "".join(lines)


def _stamp(instant: Instant) -> str:
    """Return a time as ssh-keygen reads it, ``YYYYMMDDHHMMSSZ``, in UTC."""
    text = str(instant)
    return "".join(char for char in text[:19] if char.isdigit()) + "Z"
