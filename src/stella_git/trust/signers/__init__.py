"""Signers: where a signature comes from, named by a URI.

A literal table maps the scheme to a module, which is loaded when its scheme is asked for; the module has one
function ``open_signer(target, context)``. A signer signs the DSSE pre-authentication encoding and nothing
else, so that no signer can be talked into signing bytes of another protocol.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError, Where
from stella_git.trust.algorithms import NAMES
from stella_git.trust.extras import require as require
from stella_git.trust.keys import PrivateKey, PublicKey
from stella_git.trust.signing import BundleSigner as BundleSigner
from stella_git.trust.signing import Signer as Signer
from stella_git.trust.signing import Verifier as Verifier

# scheme -> module with `open_signer`
SIGNERS: dict[str, str] = {
    "awskms": "stella_git.trust.signers.kms",
    "azurekms": "stella_git.trust.signers.kms",
    "cosign": "stella_git.trust.signers.cosign",
    "env": "stella_git.trust.signers.env",
    "exec": "stella_git.trust.signers.exec",
    "file": "stella_git.trust.signers.file",
    "gcpkms": "stella_git.trust.signers.kms",
    "hsm": "stella_git.trust.signers.kms",
    "hv": "stella_git.trust.signers.kms",
    "ssh": "stella_git.trust.signers.ssh",
}
# Schemes that a file of the repository cannot name: whoever can push would choose what runs on this machine,
# or which host its credentials are shown to.
_NOT_FROM_REPOSITORY = frozenset({"azurekms", "exec"})
# scheme -> module whose `open_signer` returns a `BundleSigner`
BUNDLE_SIGNERS: dict[str, str] = {"sigstore": "stella_git.trust.signers.sigstore"}
_SCHEMES = tuple(sorted((*SIGNERS, *BUNDLE_SIGNERS)))
_PEM = "-----BEGIN "  # what every PEM file begins with
PASSWORD_VARIABLE = "STELLA_KEY_PASSWORD"  # noqa: S105 - the name of a variable, not a password
COSIGN_PASSWORD_VARIABLE = "COSIGN_PASSWORD"  # noqa: S105 - as above

# Takes what the password opens (a URI); returns UTF-8 bytes, or None where there is nobody to ask.
Prompt = Callable[[str], bytes | None]
_PROMPT: ContextVar[Prompt | None] = ContextVar("prompt", default=None)


@contextmanager
def use_prompt(prompt: Prompt) -> Iterator[None]:
    """Ask with ``prompt`` for passwords that no variable holds, for a while; faces with a terminal do."""
    token = _PROMPT.set(prompt)
    try:
        yield
    finally:
        _PROMPT.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a signer module may use: nothing else of the surroundings.

    Args:
        uri: the whole URI.
        environment: variables, as `config.environment` gave them; not in the ``repr``: it holds passwords.
        base: directory that relative paths start from; None is the current one.
        algorithm: what an RSA key is used for, if the URI says it.
        prompt: asks for a password; None where nobody can be asked.
    """

    uri: str
    environment: Mapping[str, str] = field(repr=False)
    base: Path | None
    algorithm: str | None = None
    prompt: Prompt | None = None

    def path(self, target: str) -> Path:
        """Return the path that a target names, from the base directory."""
        path = Path(target)
        return path if self.base is None else self.base / path

    def password(self, *, cosign: bool = False) -> bytes | None:
        """Return the password of an encrypted key, UTF-8, or None if nobody knows it.

        Args:
            cosign: the key is one of cosign's: ``COSIGN_PASSWORD`` goes first, and may be empty.
        """
        if cosign and COSIGN_PASSWORD_VARIABLE in self.environment:
            return _utf8(self.environment[COSIGN_PASSWORD_VARIABLE])
        if self.environment.get(PASSWORD_VARIABLE):
            return _utf8(self.environment[PASSWORD_VARIABLE])
        return self.prompt(self.uri) if self.prompt is not None else None

    def open_key(self, data: bytes, where: Where, *, cosign: bool = False) -> "KeySigner":
        """Return the signer for the private key in PEM bytes; the password is looked for if it needs one.

        Args:
            data: the PEM file.
            where: what errors point at.
            cosign: take no key but one of cosign's.

        Raises:
            ConfigError: password missing or wrong, not a usable key, or an extra that it needs is missing.
        """
        from stella_git.trust.privatepem import Protection, protection, require_cosign

        try:
            kind = require_cosign(data) if cosign else protection(data)
            key = PrivateKey.from_pem(
                data,
                password=None if kind is Protection.NONE else self.password(cosign=kind is Protection.COSIGN),
                algorithm=self.algorithm,
            )
        except ConfigError as error:
            place = error.where.within(str(where))
            refusal = ConfigError(error.message, code=error.code, where=place, remedy=error.remedy)
        else:
            return KeySigner(uri=self.uri, key=key)
        del data
        raise refusal


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySigner:
    """Signs with a private key in memory; what ``file:``, ``env:`` and ``cosign:`` open."""

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


def open_signer(
    uri: str, *, environment: Mapping[str, str], base: Path | None = None, prompt: Prompt | None = None
) -> Signer:
    """Return the signer that a URI names.

    Args:
        uri: ``file:PATH``, ``cosign:PATH``, ``env:NAME``, ``ssh:PATH``, ``ssh:agent``, ``exec:COMMAND``,
            ``awskms:KEY``, ``gcpkms:KEY``, ``azurekms://KEY``, ``hv:KEY``, ``hsm:KEY``; ``?algorithm=NAME``
            at the end says what an RSA key is used for.
        environment: variables that may be read (passwords, ``env:``).
        base: directory that a relative PATH starts from; None is the current one.
        prompt: asks for a password that no variable holds; None is that of `use_prompt`, if any.

    Raises:
        ConfigError: no such scheme, nothing behind the URI, not a usable key, a signer that makes bundles, or
            an extra that it needs is missing.
        EnvironmentFault: the file system refuses to read it.
    """
    _require_no_key(uri)
    scheme, separator, rest = uri.partition(":")
    if makes_bundles(uri):
        raise ConfigError(
            f"{scheme}: makes bundles, and a signature by a key is needed here",
            code="signer-makes-bundles",
            remedy=f"use one of: {', '.join(f'{name}:...' for name in sorted(SIGNERS))}",
        )
    target, algorithm = _algorithm(rest)
    if not separator or not target or scheme not in SIGNERS:
        # The URI may be a key that somebody pasted into the wrong place: show the scheme, no more.
        shown = f"scheme {scheme[:20]!r}" if separator and scheme.isalnum() else "the value given"
        known = ", ".join(f"{name}:..." for name in _SCHEMES)
        raise ConfigError(
            f"names no signer: {shown}",
            code="signer-uri",
            remedy=f"write file:PATH for a key file, or one of: {known}",
        )
    module = import_module(SIGNERS[scheme])
    context = Context(
        uri=uri, environment=environment, base=base, algorithm=algorithm, prompt=prompt or _PROMPT.get()
    )
    signer: Signer = module.open_signer(target, context)
    return signer


def may_come_from_repository(uri: str) -> bool:
    """Return whether a file that a commit brings along may name this signer.

    It may not where the URI says what is run, or to whom credentials are shown: ``exec:``, ``azurekms:`` with
    its host, ``sigstore:PATH`` whose file names the services that get the identity token.
    """
    scheme, _, target = uri.partition(":")
    return scheme not in _NOT_FROM_REPOSITORY and (scheme != "sigstore" or target in {"", "staging"})


def makes_bundles(uri: str) -> bool:
    """Return whether a URI names a signer that `open_bundle_signer` opens: one without a key of its own."""
    scheme, separator, _rest = uri.partition(":")
    return bool(separator) and scheme in BUNDLE_SIGNERS


def open_bundle_signer(
    uri: str, *, environment: Mapping[str, str], base: Path | None = None, prompt: Prompt | None = None
) -> BundleSigner:
    """Return the signer of bundles that a URI names.

    Args:
        uri: ``sigstore:``, ``sigstore:staging`` or ``sigstore:PATH``, the path of a client trust config.
        environment: variables that may be read (``SIGSTORE_ID_TOKEN``).
        base: directory that a relative PATH starts from; None is the current one.
        prompt: there is a person who can be asked to log in; None is that of `use_prompt`, if any.

    Raises:
        ConfigError: no such scheme, no identity token, no usable client trust config, or a missing extra.
        EnvironmentFault: the file system or a service does not answer.
    """
    _require_no_key(uri)
    scheme, _separator, target = uri.partition(":")
    if not makes_bundles(uri):
        raise ConfigError(
            "names no signer that makes bundles",
            code="signer-uri",
            remedy="use `sigstore:`, `sigstore:staging` or `sigstore:PATH`",
        )
    module = import_module(BUNDLE_SIGNERS[scheme])
    context = Context(uri=uri, environment=environment, base=base, prompt=prompt or _PROMPT.get())
    signer: BundleSigner = module.open_signer(target, context)
    return signer


def _require_no_key(uri: str) -> None:
    """Refuse a key that was pasted where a URI belongs: whoever names it in an error would show it."""
    if _PEM in uri:
        raise ConfigError(
            "is a key itself, where a URI that names one belongs",
            code="signer-uri",
            remedy="name a file (file:PATH) or a variable (env:NAME) that holds it; replace a private key"
            " that was pasted into a command line or configuration, for others can read those",
        )


def _algorithm(target: str) -> tuple[str, str | None]:
    """Return a target without the algorithm at its end, and the algorithm; other question marks stay."""
    before, mark, name = target.rpartition("?algorithm=")
    return (before, name) if mark and name in NAMES else (target, None)
