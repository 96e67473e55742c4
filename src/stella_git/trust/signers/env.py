"""``env:NAME``: a PEM key in an environment variable, for the secrets of a CI system."""

from stella_git.errors import ConfigError, Where
from stella_git.trust.signers import Context, KeySigner


def open_signer(target: str, context: Context) -> KeySigner:
    """Return the signer for a key in a variable: PKCS#8, open or encrypted, or a key of cosign.

    Args:
        target: name of the variable.
        context: where its value and the password come from.

    Raises:
        ConfigError: no such variable, password missing or wrong, not a usable key.
    """
    where = Where(f"${target[:80]}")
    if not context.environment.get(target):
        raise ConfigError(
            "is not set, or is empty",
            code="signer-variable-missing",
            where=where,
            remedy="give the job the secret under this name, or name another signer",
        )
    return context.open_key(context.environment[target].encode("utf-8", "surrogateescape"), where)
