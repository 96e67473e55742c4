"""Signers: where a signature comes from, named by a URI.

A literal table maps the scheme to a module, which is loaded when its scheme is asked for; the module has one
function ``open_signer(target, context)``. A signer signs the DSSE pre-authentication encoding and nothing
else, so that no signer can be talked into signing bytes of another protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError
from stella_git.trust.keys import PrivateKey, PublicKey

# scheme -> module with `open_signer`
SIGNERS: dict[str, str] = {
    "env": "stella_git.trust.signers.env",
    "file": "stella_git.trust.signers.file",
}
PASSWORD_VARIABLE = "STELLA_KEY_PASSWORD"  # noqa: S105 - the name of a variable, not a password


class Signer(Protocol):
    """Something that signs."""

    @property
    def uri(self) -> str:
        """Return the URI it was opened with; never secret."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """Return the key that verifies its signatures."""
        ...

    def sign(self, pae: bytes) -> Signature:
        """Return the signature over a DSSE pre-authentication encoding, with our key id."""
        ...


class Verifier(Protocol):
    """Something that verifies; `PublicKey` is one."""

    @property
    def keyid(self) -> str:
        """Return the lower-case hex SHA-256 of the DER SPKI."""
        ...

    def verify(self, data: bytes, signature: bytes, *, low_s: bool) -> bool:
        """Return whether the signature over ``data`` is good."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a signer module may use: nothing else of the surroundings.

    Args:
        uri: the whole URI.
        environment: variables, as `config.environment` gave them.
        base: directory that relative paths start from; None is the current one.
    """

    uri: str
    environment: Mapping[str, str]
    base: Path | None

    @property
    def password(self) -> bytes | None:
        """Return the password of the key, UTF-8, or None."""
        text = self.environment.get(PASSWORD_VARIABLE)
        return text.encode("utf-8", "surrogateescape") if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySigner:
    """Signs with a private key in memory; what ``file:`` and ``env:`` open."""

    uri: str
    key: PrivateKey

    @property
    def public_key(self) -> PublicKey:
        """Return the key that verifies."""
        return self.key.public

    def sign(self, pae: bytes) -> Signature:
        """Return the signature over ``pae``.

        Raises:
            EnvironmentFault: the installed OpenSSL cannot make deterministic ECDSA signatures.
        """
        return Signature(sig=self.key.sign(pae), keyid=self.public_key.keyid)


def open_signer(uri: str, *, environment: Mapping[str, str], base: Path | None = None) -> Signer:
    """Return the signer that a URI names.

    Args:
        uri: ``file:PATH`` or ``env:NAME``.
        environment: variables that may be read (passwords, ``env:``).
        base: directory that a relative PATH starts from; None is the current one.

    Raises:
        ConfigError: no such scheme, nothing behind the URI, or not a usable key.
        EnvironmentFault: the file system refuses to read it.
    """
    scheme, separator, target = uri.partition(":")
    if not separator or not target or scheme not in SIGNERS:
        # The URI may be a key that somebody pasted into the wrong place: show the scheme, no more.
        shown = f"scheme {scheme[:20]!r}" if separator and scheme.isalnum() else "the value given"
        raise ConfigError(
            f"names no signer: {shown}",
            code="signer-uri",
            remedy=f"use one of: {', '.join(f'{name}:...' for name in sorted(SIGNERS))}",
        )
    module = import_module(SIGNERS[scheme])
    signer: Signer = module.open_signer(target, Context(uri=uri, environment=environment, base=base))
    return signer
