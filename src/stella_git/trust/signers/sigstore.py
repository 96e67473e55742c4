"""``sigstore:``: keyless signing. A key that lives for one signature, certified for who is signing.

An identity token goes to a certificate authority, which certifies a fresh key for that identity for ten
minutes; the signature is stamped and written into a transparency log. What comes out is a bundle, never a
bare signature: the certificate, the time and the log entry belong to it.

    sigstore:               the public good instance
    sigstore:staging        its staging instance
    sigstore:PATH           a client trust config of any other instance, JSON

The protocol is spoken by the package ``sigstore`` (extra ``keyless``). What it returns is verified against
the instance's own trusted root before anybody sees it, and has to hold exactly the bytes to be signed.

Source: Sigstore client specification, "Signing"; protobuf-specs ClientTrustConfig v0.1.
"""

from dataclasses import dataclass, field
from typing import Any

from stella_git.attest.bundle import Bundle, MessageSignature
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError, EnvironmentFault, InputError, Where
from stella_git.trust.extras import require
from stella_git.trust.instances import (
    EXTRA,
    STAGING,
    fetch_config,
    make_config,
    member,
    read_config,
    read_config_file,
    unreachable,
)
from stella_git.trust.roots import from_file
from stella_git.trust.signers import Context

TOKEN_VARIABLE = "SIGSTORE_ID_TOKEN"  # noqa: S105 - the name of a variable, not a token
BUNDLE_LIMIT = 64 << 20
PATIENCE = 60  # seconds for one answer; a log may take long until it has included an entry
_LAST = Instant(253_402_300_799)  # whether times lie in the future is for those who rely on the bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class KeylessSigner:
    """Signs as whoever the identity token names.

    Args:
        uri: as it was opened; never secret.
        config: client trust config: which services to use, and the trusted root that their answers must fit.
        token: identity token (a JWT); secret.
    """

    uri: str
    config: bytes = field(repr=False)
    token: str = field(repr=False)

    def sign_statement(self, statement: bytes) -> bytes:
        """Return the JSON of a bundle around an in-toto statement.

        Args:
            statement: the exact bytes that become the payload.

        Raises:
            ConfigError: the token or the client trust config cannot be used.
            EnvironmentFault: a service does not answer, or not with what verifies.
        """
        root = self._trusted_root()
        made = self._sign(_as_statement(statement), "sign_dsse")
        content = made.content
        if not isinstance(content, Envelope) or (content.payload_type, content.payload) != (
            PAYLOAD_TYPE,
            statement,
        ):
            raise _unfit("it is not about the statement that was to be signed")
        _verify(made, root, None)
        return made.to_bytes()

    def sign_artifact(self, data: bytes) -> bytes:
        """Return the JSON of a bundle with a signature over the bytes of an artifact.

        Raises:
            ConfigError: the token or the client trust config cannot be used.
            EnvironmentFault: a service does not answer, or not with what verifies.
        """
        root = self._trusted_root()
        made = self._sign(data, "sign_artifact")
        if not isinstance(made.content, MessageSignature):
            raise _unfit("it is not a signature over an artifact")
        _verify(made, root, data)
        return made.to_bytes()

    def _sign(self, content: object, method: str) -> Bundle:
        token = read_token(self.token)
        signing = require("sigstore.sign", EXTRA)
        context = signing.SigningContext.from_trust_config(read_config(self.config, self.uri))
        _limit_waiting(context)
        try:
            with context.signer(token) as signer:
                raw = getattr(signer, method)(content).to_json()
        except Exception as error:  # noqa: BLE001 - whatever a service and the package make of its answer
            raise unreachable(self.uri, error) from None
        try:
            return Bundle.from_bytes(raw.encode(), BUNDLE_LIMIT)
        except InputError as error:
            raise _unfit(f"{error} [{error.code}]") from None

    def _trusted_root(self) -> TrustedRoot:
        read_config(self.config, self.uri)
        return from_file(jcs.dumps(member(self.config, "trustedRoot")), self.uri).root


def open_signer(target: str, context: Context) -> KeylessSigner:
    """Return the signer of an instance.

    Args:
        target: empty for the public good instance, ``staging``, or the path of a client trust config.
        context: where the token and the base directory come from.

    Raises:
        ConfigError: no token, no usable client trust config, or the extra is missing.
        EnvironmentFault: the instance's trusted root cannot be fetched, or a service does not answer.
    """
    config = read_config_file(context.path(target)) if target not in {"", STAGING} else fetch_config(target)
    return KeylessSigner(uri=context.uri, config=config, token=find_token(context, config))


def sign_bundle(
    data: bytes,
    *,
    token: str,
    staging: bool = False,
    in_toto: bool = False,
    trusted_root: bytes | None = None,
    signing_config: bytes | None = None,
) -> bytes:
    """Return the JSON of a bundle over an artifact, or around the statement that the bytes are.

    Args:
        data: bytes of the artifact; with ``in_toto``, of the statement.
        token: identity token (a JWT).
        staging: sign with the staging instance.
        trusted_root: JSON; signing_config: JSON; each replaces that of the instance.

    Raises:
        InputError: a half of the configuration is not JSON.
        ConfigError: the token or the configuration cannot be used, or the extra is missing.
        EnvironmentFault: a service does not answer, or not with what verifies.

    Source: sigstore-conformance, command line protocol, ``sign-bundle``.
    """
    name = STAGING if staging else ""
    config = make_config(name, trusted_root=trusted_root, signing_config=signing_config)
    signer = KeylessSigner(uri=f"sigstore:{name}", config=config, token=token)
    return signer.sign_statement(data) if in_toto else signer.sign_artifact(data)


# Who is signing.


def find_token(context: Context, config: bytes) -> str:
    """Return an identity token: of ``SIGSTORE_ID_TOKEN``, the CI service, or the person at the terminal.

    Raises:
        ConfigError: nobody says who is signing, or the extra is missing.
        EnvironmentFault: the CI service or the OIDC provider does not answer.
    """
    given = context.environment.get(TOKEN_VARIABLE)
    if given:
        return given.strip()
    oidc = require("sigstore.oidc", EXTRA)
    try:
        found: str | None = oidc.detect_credential()
    except Exception as error:  # noqa: BLE001 - as in `_sign`
        raise unreachable(context.uri, error) from None
    if found is None and context.prompt is not None:
        return ask_for_token(config, context.uri)
    if found is None:
        raise ConfigError(
            "nobody says who is signing: there is no identity token",
            code="keyless-token-missing",
            where=Where("sigstore"),
            remedy=f"set {TOKEN_VARIABLE}; in GitHub Actions give the job `permissions: id-token: write`",
        )
    return found


def ask_for_token(config: bytes, uri: str) -> str:
    """Return the identity token of a person with a browser, who logs in at the instance's OIDC provider.

    Raises:
        ConfigError: the client trust config cannot be used.
        EnvironmentFault: it names no OIDC provider, or the login did not succeed.
    """
    services = read_config(config, uri).signing_config
    try:
        return str(require("sigstore.oidc", EXTRA).Issuer(services.get_oidc_url()).identity_token())
    except Exception as error:  # noqa: BLE001 - as in `_sign`
        raise unreachable(uri, error) from None


def read_token(text: str) -> Any:
    """Return the package's view of an identity token; its signature is for the authority to verify.

    Raises:
        ConfigError: it is no token for Sigstore, or has expired; or the extra is missing.
    """
    oidc = require("sigstore.oidc", EXTRA)
    try:
        return oidc.IdentityToken(text)
    except Exception:  # noqa: BLE001 - the package's own, and those of what it parses with; it may quote the token
        refusal = ConfigError(
            "the identity token is malformed, has expired, or is not for the audience `sigstore`",
            code="keyless-token",
            where=Where(TOKEN_VARIABLE),
            remedy="get a new one; it lasts for minutes",
        )
    raise refusal


# The edges.


def _as_statement(statement: bytes) -> Any:
    """Return the package's statement around our bytes.

    Its constructor refuses digests that it does not know (`gitCommit`, `gitTree`), which in-toto allows; what
    it signs are the bytes alone.
    """
    kind = require("sigstore.dsse", EXTRA).Statement
    made = kind.__new__(kind)
    made._contents = statement  # noqa: SLF001 - see above; whether it still works is checked on the bundle
    return made


def _verify(made: Bundle, root: TrustedRoot, data: bytes | None) -> None:
    from stella_git.trust.bundles import Artifact, verify_bundle

    artifact = None if data is None else Artifact.of(data)
    report = verify_bundle(made, root=root, now=_LAST, expected=None, artifact=artifact).report
    if not report.ok:
        first = next(check for check in report.checks if check.status == "failed")
        raise _unfit(f"{first.name}: {first.detail} [{first.code}]")


def _limit_waiting(context: Any) -> None:
    """Give the package's sessions a limit for waiting; it has none itself."""
    adapters = require("requests.adapters", EXTRA)

    class Patient(adapters.HTTPAdapter):  # type: ignore[misc,name-defined]  # a base of an optional package
        def send(self, request: Any, **options: Any) -> Any:
            return super().send(request, **(options | {"timeout": PATIENCE}))

    # There is no public way to its sessions.
    for client, name in ((context._fulcio, "session"), (context._rekor, "_session")):  # noqa: SLF001
        session = getattr(client, name)
        for prefix in ("https://", "http://"):
            session.mount(prefix, Patient())


def _unfit(detail: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"what the Sigstore instance returned does not verify: {detail}",
        code="keyless-bundle",
        where=Where("sigstore"),
        remedy="do not use it; tell whoever runs the instance",
    )
