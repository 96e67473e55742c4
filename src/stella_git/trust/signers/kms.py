"""Keys that never leave a service or a token: ``awskms:``, ``gcpkms:``, ``azurekms:``, ``hv:``, ``hsm:``.

    awskms:KEY                                      AWS KMS: key id, ARN, alias/NAME
    gcpkms:projects/P/.../cryptoKeyVersions/N       Google Cloud KMS
    azurekms://VAULT.vault.azure.net/keys/K/V       Azure Key Vault
    hv:NAME/VERSION                                 Vault, transit engine
    hsm:ID?label=TOKEN                              PKCS #11: tokens, smart cards, hardware security modules

The protocols are spoken by securesystemslib; each service is an extra of its own. Credentials are the ones
that its client finds by itself: in the process environment and the user's files. The public key is asked
for, unless ``?public-key=PATH`` at the end names it. What is signed is the DSSE pre-authentication encoding;
what comes back is verified before anybody sees it.

Source: securesystemslib 1.6, ``Signer.from_priv_key_uri``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError, EnvironmentFault, InputError, StellaError, Where
from stella_git.trust.algorithms import ED25519, P256, P384, RSA_PKCS1, RSA_PSS, encode
from stella_git.trust.delegated import accept
from stella_git.trust.extras import require
from stella_git.trust.keys import PublicKey
from stella_git.trust.signers import Context
from stella_git.trust.signers.public import read_public_key, split_public_key

HSM_MODULE = "PYKCS11LIB"
_SCHEMES = {
    P256: "ecdsa-sha2-nistp256",
    P384: "ecdsa-sha2-nistp384",
    ED25519: "ed25519",
    RSA_PKCS1: "rsa-pkcs1v15-sha256",
    RSA_PSS: "rsassa-pss-sha256",
}
# What securesystemslib says itself, and what holds nothing of the user's.
_TOLD = (
    "could not find ECDSA private key on the PKCS#11 token",
    "found multiple ECDSA private keys on the PKCS#11 token",
    "could not find ECDSA key on the PKCS#11 token",
    "found multiple ECDSA keys on the PKCS#11 token",
    "No PKCS#11 token found",
    "Multiple PKCS#11 tokens found",
)

# (securesystemslib.signer, target, hands out the PIN) -> URI of the key, public key of securesystemslib
Fetch = Callable[[Any, str, Callable[[str], str]], tuple[str, Any]]


class Service(NamedTuple):
    """Where keys are kept.

    Args:
        extra: of this distribution.
        packages: modules that it brings.
        algorithms: what it can do, of what we verify.
        fetch: asks for the public key.
    """

    extra: str
    packages: tuple[str, ...]
    algorithms: tuple[str, ...]
    fetch: Fetch


def _fetch_aws(library: Any, target: str, _secret: Callable[[str], str]) -> tuple[str, Any]:
    found: tuple[str, Any] = library.AWSSigner.import_(target)
    return found


def _fetch_gcp(library: Any, target: str, _secret: Callable[[str], str]) -> tuple[str, Any]:
    found: tuple[str, Any] = library.GCPSigner.import_(target)
    return found


def _fetch_azure(library: Any, target: str, _secret: Callable[[str], str]) -> tuple[str, Any]:
    parts = urlsplit(f"azurekms:{target}")
    found: tuple[str, Any] = library.AzureSigner.import_(
        parts.netloc.partition(".")[0], parts.path.removeprefix("/keys/").partition("/")[0]
    )
    return found


def _fetch_vault(library: Any, target: str, _secret: Callable[[str], str]) -> tuple[str, Any]:
    found: tuple[str, Any] = library.VaultSigner.import_(target.partition("/")[0])
    return found


def _fetch_hsm(library: Any, target: str, secret: Callable[[str], str]) -> tuple[str, Any]:
    number, _, query = target.partition("?")
    _uri, key = library.HSMSigner.import_(int(number), dict(parse_qsl(query)).get("label"), secret)
    return f"hsm:{target}", key


SERVICES: dict[str, Service] = {
    "awskms": Service("awskms", ("boto3",), (P256, P384, RSA_PKCS1, RSA_PSS), _fetch_aws),
    "azurekms": Service("azurekms", ("azure.identity", "azure.keyvault.keys"), (P256, P384), _fetch_azure),
    "gcpkms": Service("gcpkms", ("google.cloud.kms",), (P256, P384, RSA_PKCS1, RSA_PSS), _fetch_gcp),
    "hsm": Service("hsm", ("pkcs11",), (P256, P384), _fetch_hsm),
    "hv": Service("vault", ("hvac",), (ED25519,), _fetch_vault),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSigner:
    """Signs with a key that a service or a token keeps.

    Args:
        uri: as it was opened; never secret.
        public_key: the key that verifies.
        scheme: of the URI, for messages.
        native: signer of securesystemslib.
    """

    uri: str
    public_key: PublicKey
    scheme: str
    native: Any = field(repr=False)

    def sign(self, pae: bytes) -> Signature:
        """Return the signature over ``pae``, verified.

        Raises:
            ConfigError: nobody knows the PIN.
            EnvironmentFault: the service does not answer, refuses, or returns something else.
        """
        with _fenced(self.scheme):
            raw = bytes.fromhex(self.native.sign(pae).signature)
        return accept(self.public_key, pae, raw, Where(self.scheme))


def open_signer(target: str, context: Context) -> ServiceSigner:
    """Return the signer for a key of a service.

    Args:
        target: what stands behind the scheme of ``context.uri``; ``?public-key=PATH`` at its end names the
            file of the public key, which is then not asked for.
        context: where the PIN, the base directory and the algorithm of an RSA key come from.

    Raises:
        ConfigError: the extra is missing, the URI is not one of the service, the public key is not one that
            both sides take, or no PIN is known.
        EnvironmentFault: the service does not answer, or refuses.
    """
    scheme = context.uri.partition(":")[0]
    service = SERVICES[scheme]
    library = _library(service)
    if scheme == "hsm":
        _require_module(context.environment)
    name, path = split_public_key(target)

    def secret(_name: str) -> str:
        return _pin(context)

    if path is None:
        public, native = _fetched(scheme, name, library, secret, context.algorithm)
    else:
        public = read_public_key(path, context)
        native = _native(library, public)
    if public.algorithm not in service.algorithms:
        raise _algorithm(scheme, public.algorithm, service.algorithms)
    with _fenced(scheme):
        signer = library.Signer.from_priv_key_uri(f"{scheme}:{name}", native, secret)
    return ServiceSigner(uri=context.uri, public_key=public, scheme=scheme, native=signer)


def _library(service: Service) -> Any:
    for package in service.packages:
        require(package, service.extra)
    return require("securesystemslib.signer", service.extra)


def _fetched(
    scheme: str, name: str, library: Any, secret: Callable[[str], str], algorithm: str | None
) -> tuple[PublicKey, Any]:
    with _fenced(scheme):
        uri, found = SERVICES[scheme].fetch(library, name, secret)
    if uri != f"{scheme}:{name}":
        raise ConfigError(
            "the service answers with another key, or another version of it, than the one that is named",
            code="kms-uri",
            where=Where(scheme),
            remedy="name the newest version, or the public key of this one with ?public-key=PATH at the end",
        )
    try:
        public = _public(found, algorithm)
    except InputError as error:
        raise ConfigError(error.message, code=error.code, where=Where(scheme), remedy=error.remedy) from None
    # Elsewhere an RSA key is for whatever it is asked for, and this is only what the library prefers.
    if scheme == "gcpkms" and found.scheme != _SCHEMES.get(public.algorithm):
        raise ConfigError(
            f"the key is for signatures of the kind {found.scheme}, not for {public.algorithm}",
            code="key-algorithm",
            where=Where(scheme),
            remedy=f"add ?algorithm={RSA_PSS} at the end if it is for RSA-PSS; else use a key with SHA-256",
        )
    return public, _native(library, public)


def _public(found: Any, algorithm: str | None) -> PublicKey:
    text: str = found.keyval["public"]
    if found.keytype == ED25519:  # 32 bytes as hex; the others are PEM
        return PublicKey.from_spki(encode(ED25519, bytes.fromhex(text)) or b"", algorithm)
    return PublicKey.from_pem(text.encode(), algorithm)


def _native(library: Any, public: PublicKey) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    # Of the algorithm as we have it: for an RSA key, securesystemslib would prefer PSS.
    return library.SSlibKey.from_crypto(
        load_der_public_key(public.spki), public.keyid, _SCHEMES.get(public.algorithm)
    )


def _require_module(environment: Mapping[str, str]) -> None:
    if not environment.get(HSM_MODULE):
        raise ConfigError(
            f"{HSM_MODULE} is not set: nothing says which library reaches the token",
            code="hsm-module-missing",
            where=Where("hsm"),
            remedy=f"set {HSM_MODULE} to the path of its PKCS #11 library, such as libykcs11.so",
        )


def _pin(context: Context) -> str:
    found = context.password()
    if not found:
        raise ConfigError(
            "the token asks for a PIN, and nobody knows it",
            code="key-password-missing",
            where=Where("hsm"),
            remedy="set STELLA_KEY_PASSWORD, or sign at a terminal, which asks for it",
        )
    return found.decode("utf-8", "surrogateescape")


def _algorithm(scheme: str, name: str, known: tuple[str, ...]) -> ConfigError:
    return ConfigError(
        f"the service does not sign with the algorithm {name} here",
        code="key-algorithm",
        where=Where(scheme),
        remedy=f"use a key for one of: {', '.join(known)}",
    )


@contextmanager
def _fenced(scheme: str) -> Iterator[None]:
    """Let nothing out but our errors, and of what others say only what holds nothing of the user's."""
    import logging

    before = logging.root.manager.disable
    # Clients log session tokens at DEBUG, and who is refused what at ERROR.
    logging.disable(logging.CRITICAL)
    try:
        yield
    except StellaError:
        raise
    except Exception as error:  # noqa: BLE001 - five libraries, each with errors of its own
        if type(error).__name__.startswith("Pin"):
            raise ConfigError(
                f"the token does not take the PIN: {type(error).__name__}",
                code="hsm-pin",
                where=Where(scheme),
                remedy="check STELLA_KEY_PASSWORD; after a few wrong ones the token locks itself",
            ) from None
        raise EnvironmentFault(
            f"the service or token did not do its part: {_told(error)}",
            code="kms-service",
            where=Where(scheme),
            remedy="check that the key exists, that you may use it and are logged in, and the network",
        ) from None
    finally:
        logging.disable(before)


def _told(error: Exception) -> str:
    text = str(error)
    known = next((line for line in _TOLD if text.startswith(line)), "")
    response = getattr(error, "response", None)
    if isinstance(
        response, dict
    ):  # botocore's ClientError: {"Error": {"Code": "AccessDeniedException", ...}}
        known = str(response.get("Error", {}).get("Code", ""))
        known = known if known.isalnum() and known.isascii() else ""
    return ": ".join(dict.fromkeys(part for part in (type(error).__name__, known[:80]) if part))
