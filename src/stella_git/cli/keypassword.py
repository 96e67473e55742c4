"""Passwords of key files that are written, and of those that are taken over."""

from stella_git.config import environment
from stella_git.errors import UsageError

VARIABLE = "STELLA_KEY_PASSWORD"


def new_password(choice: str) -> bytes | None:
    """Return the password for a key that is written, UTF-8; None for no encryption.

    Args:
        choice: ``none``, ``env`` or ``prompt``.

    Raises:
        UsageError: there is no terminal to ask at, no such variable, or two different answers.
    """
    from stella_git.cli.password import ask

    if choice == "none":
        return None
    if choice == "env":
        known = _from_environment()
        if known is None:
            raise _missing("STELLA_KEY_PASSWORD is not set")
        return known
    first = ask("the new key")
    if not first or first != ask("the new key, again"):
        raise _missing("no password was given, or two different ones")
    return first


# base64 of how a private key of OpenSSH begins that no password locks: "openssh-key-v1", the cipher "none"
_OPENSSH_OPEN = b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"


def opening_password(data: bytes) -> bytes | None:
    """Return the password of a key file that is taken over; None if it needs none, or nobody knows it."""
    from stella_git.cli.password import ask

    known = _from_environment()
    locked = b"ENCRYPTED" in data or (b"BEGIN OPENSSH PRIVATE KEY" in data and _OPENSSH_OPEN not in data)
    return ask("the key to import") if known is None and locked else known


def _from_environment() -> bytes | None:
    text = environment().get(VARIABLE)
    return text.encode("utf-8", "surrogateescape") if text else None


def _missing(what: str) -> UsageError:
    return UsageError(
        what,
        code="key-password-missing",
        remedy="run it at a terminal and give the same password twice, or set STELLA_KEY_PASSWORD and "
        "pass --password env",
    )
