"""``file:PATH``: a PKCS#8 PEM key in a file that only its owner can read."""

from pathlib import Path

from stella_git.trust.keys import load_private_key
from stella_git.trust.signers import Context, KeySigner


def open_signer(target: str, context: Context) -> KeySigner:
    """Return the signer for a key file.

    Args:
        target: the path; a relative path starts at ``context.base``.
        context: where the password and the base directory come from.

    Raises:
        ConfigError: missing, readable by others, password missing or wrong, not a usable key.
        EnvironmentFault: the file system refuses to read it.
    """
    path = Path(target)
    if context.base is not None:
        path = context.base / path
    return KeySigner(uri=context.uri, key=load_private_key(path, password=context.password))
