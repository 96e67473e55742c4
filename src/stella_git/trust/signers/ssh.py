"""``ssh:``: the SSH keys that people have already, in a file or in an agent.

    ssh:PATH                            a private key file of OpenSSH
    ssh:PATH.pub                        the agent's key whose public half is in this file
    ssh:agent                           the agent's only key
    ssh:agent:SHA256:FINGERPRINT        the agent's key with this fingerprint, as ``ssh-add -l`` shows it

What is made are plain signatures over an envelope's bytes, not those of ``ssh-keygen -Y sign``.
"""

from stella_git.errors import ConfigError, InputError, Where
from stella_git.trust import keyfile, sshkeyfile, sshwire
from stella_git.trust.signers import Context, KeySigner
from stella_git.trust.signers.agent import AgentSigner, find

_AGENT = "agent"


def open_signer(target: str, context: Context) -> KeySigner | AgentSigner:
    """Return the signer for a key file, or for a key of the agent.

    Args:
        target: what stands behind ``ssh:``; a file that is called ``agent`` is ``./agent``.
        context: where the passphrase, the address of the agent and the base directory come from.

    Raises:
        ConfigError: a file that is missing, readable by others, or no usable key; passphrase missing or
            wrong; no agent; no key, or several, that could be meant.
        EnvironmentFault: the file system refuses to read it, or the agent does not answer.
    """
    if target == _AGENT:
        return find(context, None)
    if target.startswith(f"{_AGENT}:"):
        return find(context, target.removeprefix(f"{_AGENT}:"))
    path = context.path(target)
    try:
        if target.endswith(".pub"):
            blob = sshwire.public_key_line(keyfile.read(path, private=False))
            sshwire.public_key(blob, context.algorithm)
            return find(context, sshwire.fingerprint(blob))
        key = sshkeyfile.read(keyfile.read(path), context.password, context.algorithm)
    except (ConfigError, InputError) as error:
        refusal = ConfigError(
            error.message,
            code=error.code,
            where=error.where if str(error.where) else Where(str(path)),
            remedy=error.remedy,
        )
    else:
        return KeySigner(uri=context.uri, key=key)
    raise refusal
