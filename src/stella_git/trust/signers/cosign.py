"""``cosign:PATH``: a key that ``cosign generate-key-pair`` made, in a file that only its owner can read."""

from stella_git.errors import Where
from stella_git.trust import keyfile
from stella_git.trust.signers import Context, KeySigner


def open_signer(target: str, context: Context) -> KeySigner:
    """Return the signer for a key file of cosign; no other kind of key is taken.

    Args:
        target: the path; a relative path starts at ``context.base``.
        context: where the password and the base directory come from.

    Raises:
        ConfigError: missing, readable by others, not a key of cosign, password missing or wrong, or the extra
            ``cosign`` is not installed.
        EnvironmentFault: the file system refuses to read it.
    """
    path = context.path(target)
    return context.open_key(keyfile.read(path), Where(str(path)), cosign=True)
