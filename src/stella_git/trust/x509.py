"""Certificates of signers: their profile, and whom they name; whether to believe it is for `paths` to say.

Source: RFC 5280 section 4 (by way of ``cryptography``); Fulcio certificate specification (profile and
extensions).
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from stella_git.canon.clock import Instant
from stella_git.trust.nativekeys import NativeKey, from_object

if TYPE_CHECKING:
    from datetime import datetime


_OTHER_NAME = "1.3.6.1.4.1.57264.1.7"
_ISSUER_RAW = "1.3.6.1.4.1.57264.1.1"
_ISSUER = "1.3.6.1.4.1.57264.1.8"
_UTF8_STRING = 0x0C
_SHORT = 0x80

# Fulcio's extensions that say where a build ran; each a DER UTF8String under this arc.
_ARC = "1.3.6.1.4.1.57264.1."
CLAIMS = {
    9: "buildSignerURI",
    10: "buildSignerDigest",
    11: "runnerEnvironment",
    12: "sourceRepositoryURI",
    13: "sourceRepositoryDigest",
    14: "sourceRepositoryRef",
    15: "sourceRepositoryIdentifier",
    16: "sourceRepositoryOwnerURI",
    17: "sourceRepositoryOwnerIdentifier",
    18: "buildConfigURI",
    19: "buildConfigDigest",
    20: "buildTrigger",
    21: "runInvocationURI",
    22: "sourceRepositoryVisibilityAtSigning",
}


class Refusal(NamedTuple):
    """Why something about a certificate is refused."""

    code: str
    detail: str
    remedy: str


class Leaf(NamedTuple):
    """The signing certificate, after its profile was checked.

    Args:
        certificate: certificate object of ``cryptography``.
        der: its bytes.
        key: its public key.
        spki: DER SubjectPublicKeyInfo of the key.
        subject: the one subject alternative name: URI, e-mail address or other name.
        issuer: the OIDC issuer, "" if the certificate names none.
        not_before: first instant of validity.
        not_after: last instant of validity.
        claims: what Fulcio's extensions say, by name.
    """

    certificate: Any
    der: bytes
    key: NativeKey
    spki: bytes
    subject: str
    issuer: str
    not_before: Instant
    not_after: Instant
    claims: tuple[tuple[str, str], ...]


LIMIT = 64 << 10  # bytes; a real one has ten thousand at most, and the last ones are kept in memory
_LAZY = ("extensions", "subject", "issuer", "not_valid_before_utc", "not_valid_after_utc", "version")


@lru_cache(maxsize=256)
def load(der: bytes) -> Any:
    """Return the certificate object of DER bytes, or None: too large, junk, a broken part, an odd key.

    The last ones are kept: those of a trusted root come back with every bundle.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    if len(der) > LIMIT:
        return None
    try:
        certificate = x509.load_der_x509_certificate(der)
        for part in _LAZY:  # parsed when they are asked for: now, so that nothing raises later
            getattr(certificate, part)
        certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    return certificate


def read_leaf(der: bytes) -> Leaf | Refusal:
    """Return the signing certificate in DER bytes, or why it is none.

    Source: Fulcio certificate specification; the profile: version 3, no CA, key usage digitalSignature,
    extended key usage codeSigning, exactly one subject alternative name.
    """
    certificate = load(der)
    if certificate is None:
        return _profile("is not a certificate that can be read")
    reason = _profile_fault(certificate)
    if reason:
        return _profile(reason)
    said = _extensions(certificate)
    subject, issuer = _subject(certificate), _issuer(said)
    if subject is None:
        return _profile(
            "must have exactly one subject alternative name: a URI, an e-mail address or a user name"
        )
    if issuer is None:
        return _profile("names its OIDC issuer in a way that cannot be read, or names two")
    key = from_object(certificate.public_key())
    if key is None:
        return Refusal("WEAK_KEY", "the certificate holds a weak key, or one of an unknown type", AGAIN)
    not_before, not_after = validity(certificate)
    return Leaf(
        certificate=certificate,
        der=der,
        key=key,
        spki=spki_of(certificate),
        subject=subject,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        claims=tuple(
            (name, text)
            for number, name in CLAIMS.items()
            if (text := _utf8(said.get(f"{_ARC}{number}"))) is not None
        ),
    )


def instant(moment: "datetime") -> Instant:
    """Return the instant of an aware datetime."""
    from datetime import UTC, datetime, timedelta

    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant(delta // timedelta(seconds=1), moment.microsecond * 1000)


@lru_cache(maxsize=256)
def validity(certificate: Any) -> tuple[Instant, Instant]:
    """Return the first and the last instant at which a certificate is valid."""
    return instant(certificate.not_valid_before_utc), instant(certificate.not_valid_after_utc)


@lru_cache(maxsize=256)
def spki_of(certificate: Any) -> bytes:
    """Return the DER SubjectPublicKeyInfo of a certificate's key."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    spki: bytes = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return spki


def moment(at: Instant) -> "datetime":
    """Return an instant as an aware datetime, cut to microseconds."""
    from datetime import UTC, datetime, timedelta

    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at.seconds, microseconds=at.nanos // 1000)


def _profile_fault(certificate: Any) -> str:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    if certificate.version is not x509.Version.v3:
        return "is not of version 3"
    constraints = known(certificate, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        return "is the certificate of an authority, which must not sign"
    usage = known(certificate, x509.KeyUsage)
    if usage is None or not usage.digital_signature or usage.key_cert_sign:
        return "is not for digital signatures (key usage)"
    purposes = known(certificate, x509.ExtendedKeyUsage)
    if purposes is None or ExtendedKeyUsageOID.CODE_SIGNING not in purposes:
        return "is not for code signing (extended key usage)"
    return ""


def known(certificate: Any, kind: Any) -> Any:
    """Return the value of an extension of a class of ``cryptography``, or None."""
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _extensions(certificate: Any) -> dict[str, bytes]:
    """Return Fulcio's extensions, by dotted OID: the raw bytes of each."""
    named = ((extension.oid.dotted_string, extension.value) for extension in certificate.extensions)
    return {oid: bytes(value.value) for oid, value in named if oid.startswith(_ARC)}


def _subject(certificate: Any) -> str | None:
    from cryptography import x509

    names = known(certificate, x509.SubjectAlternativeName)
    if names is None or len(names) != 1:
        return None
    (name,) = names
    if isinstance(name, x509.UniformResourceIdentifier | x509.RFC822Name):
        return str(name.value)
    if isinstance(name, x509.OtherName) and name.type_id.dotted_string == _OTHER_NAME:
        return _utf8(name.value)
    return None


def _issuer(said: dict[str, bytes]) -> str | None:
    """Return the OIDC issuer, "" if there is none, None if it cannot be read or two differ."""
    new, old = said.get(_ISSUER), said.get(_ISSUER_RAW)
    texts = set()
    if new is not None:
        texts.add(_utf8(new))
    if old is not None:
        texts.add(old.decode("utf-8", "replace"))
    if len(texts) > 1 or None in texts:
        return None
    return texts.pop() if texts else ""


def _utf8(value: bytes | None) -> str | None:
    """Return the text of a DER UTF8String that fills ``value``, or None."""
    if value is None or len(value) < 2 or value[0] != _UTF8_STRING:  # noqa: PLR2004 - tag and length
        return None
    length, start = value[1], 2
    if length >= _SHORT:
        start += length - _SHORT
        length = int.from_bytes(value[2:start])
        if length < _SHORT or value[2:3] == b"\0":
            return None  # not the shortest form: not DER
    if len(value) != start + length:
        return None
    try:
        return value[start:].decode("utf-8")
    except UnicodeDecodeError:
        return None


def _profile(reason: str) -> Refusal:
    return Refusal("CERTIFICATE_PROFILE", f"the signing certificate {reason}", AGAIN)


AGAIN = "sign it again with a certificate that is made for signing, while it is valid"
