"""Keys that an ssh-agent holds: the private key never comes here."""

from dataclasses import dataclass, field

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError, EnvironmentFault, InputError, Where
from stella_git.trust import sshwire
from stella_git.trust.algorithms import RSA_PKCS1
from stella_git.trust.delegated import accept
from stella_git.trust.keys import PublicKey
from stella_git.trust.signers import Context
from stella_git.trust.sshagent import RSA_SHA2_256, connect

_WHERE = "ssh"
_SHOWN = 8  # fingerprints in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSigner:
    """Signs with a key that an agent holds.

    Args:
        uri: as it was opened; never secret.
        public_key: the key that verifies.
        blob: the same, as the agent lists it.
        context: where the address of the agent is.
    """

    uri: str
    public_key: PublicKey
    blob: bytes = field(repr=False)
    context: Context = field(repr=False)

    def sign(self, pae: bytes) -> Signature:
        """Return the signature over ``pae``, verified.

        Raises:
            ConfigError: no agent is named any more.
            EnvironmentFault: the agent does not answer, refuses, or returns something else.
        """
        flags = RSA_SHA2_256 if self.public_key.algorithm == RSA_PKCS1 else 0
        with connect(self.context.environment) as agent:
            answer = agent.sign(self.blob, pae, flags)
        try:
            raw = sshwire.signature(answer, self.public_key)
        except sshwire.Malformed as error:
            raise EnvironmentFault(
                f"what the agent returned as a signature {error}",
                code="ssh-agent-answer",
                where=Where(_WHERE),
                remedy="use another agent, or the key file itself: ssh:PATH",
            ) from None
        return accept(self.public_key, pae, raw, Where(_WHERE))


def find(context: Context, fingerprint: str | None) -> AgentSigner:
    """Return the signer for a key of the agent.

    Args:
        context: where the address of the agent comes from, and what an RSA key is used for.
        fingerprint: ``SHA256:`` and base64; None is the only key that we can sign with.

    Raises:
        ConfigError: no agent, no such key, several, or a key that we do not sign with.
        EnvironmentFault: the agent does not answer as one.
    """
    with connect(context.environment) as agent:
        blobs = sorted({identity.blob for identity in agent.identities()}, key=sshwire.fingerprint)
    found: dict[bytes, PublicKey] = {}
    refused = None
    for blob in blobs:
        if fingerprint in {None, sshwire.fingerprint(blob)}:
            try:
                found[blob] = sshwire.public_key(blob, context.algorithm)
            except InputError as error:
                refused = error
    if len(found) > 1:
        raise _several(list(found))
    if not found:
        raise _none(refused, fingerprint)
    ((blob, key),) = found.items()
    if key.algorithm not in sshwire.SIGNATURES:
        raise ConfigError(
            f"an agent cannot make signatures of the algorithm {key.algorithm}",
            code="key-algorithm",
            where=Where(_WHERE),
            remedy=f"use the key for {RSA_PKCS1}, or name its file: ssh:PATH",
        )
    return AgentSigner(uri=context.uri, public_key=key, blob=blob, context=context)


def _several(blobs: list[bytes]) -> ConfigError:
    names = [sshwire.fingerprint(blob) for blob in blobs]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ConfigError(
        f"the agent holds several keys: {', '.join(names[:_SHOWN])}{more}",
        code="ssh-agent-key",
        where=Where(_WHERE),
        remedy=f"choose one: ssh:agent:{names[0]}, or ssh:PATH.pub",
    )


def _none(refused: InputError | None, fingerprint: str | None) -> ConfigError:
    if refused is not None:
        return ConfigError(
            f"the agent's key {refused.message}",
            code=refused.code,
            where=Where(_WHERE),
            remedy=refused.remedy,
        )
    what = "no key" if fingerprint is None else f"no key with the fingerprint {fingerprint[:60]!r}"
    return ConfigError(
        f"the agent holds {what}",
        code="ssh-agent-key",
        where=Where(_WHERE),
        remedy="see what it holds with ssh-add -l, and add the key: ssh-add PATH",
    )
