"""``?public-key=PATH`` at the end of a signer's URI: whose signatures those of a program or a service are.

The path is taken as it stands: a path of Windows, or one with blanks, needs no quotes.
"""

from stella_git.errors import ConfigError, InputError, Where
from stella_git.trust import keyfile
from stella_git.trust.keys import PublicKey
from stella_git.trust.signers import Context

_OPTION = "?public-key="


def split_public_key(target: str) -> tuple[str, str | None]:
    """Return a target without the ``?public-key=PATH`` at its end, and that path."""
    before, mark, path = target.rpartition(_OPTION)
    return (before, path) if mark else (target, None)


def read_public_key(path: str, context: Context) -> PublicKey:
    """Return the public key in a file: PEM, or a line of OpenSSH.

    Args:
        path: as the URI has it; a relative path starts at ``context.base``.
        context: where the base directory and the algorithm of an RSA key come from.

    Raises:
        ConfigError: missing, or not a public key that we take.
        EnvironmentFault: the file system refuses to read it.
    """
    from stella_git.trust.publicfile import read_public

    place = context.path(path)
    try:
        return read_public(keyfile.read(place, private=False), context.algorithm)
    except InputError as error:
        raise ConfigError(
            error.message, code=error.code, where=Where(str(place)), remedy=error.remedy
        ) from None
