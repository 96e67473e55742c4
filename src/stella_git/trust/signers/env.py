"""``env:NAME``: a PKCS#8 PEM key in an environment variable, for the secrets of a CI system."""

from stella_git.errors import ConfigError, Where
from stella_git.trust.keys import PrivateKey
from stella_git.trust.signers import Context, KeySigner


def open_signer(target: str, context: Context) -> KeySigner:
    """Return the signer for a key in a variable.

    Args:
        target: name of the variable.
        context: where its value and the password come from.

    Raises:
        ConfigError: no such variable, password missing or wrong, not a usable key.
    """
    where = Where(f"${target[:80]}")
    text = context.environment.get(target)
    if not text:
        raise ConfigError(
            "is not set, or is empty",
            code="signer-variable-missing",
            where=where,
            remedy="give the job the secret under this name, or name another signer",
        )
    try:
        key = PrivateKey.from_pem(text.encode("utf-8", "surrogateescape"), password=context.password)
    except ConfigError as error:
        raise ConfigError(error.message, code=error.code, where=where, remedy=error.remedy) from None
    return KeySigner(uri=context.uri, key=key)
