"""Certificates of signers: the path to a trusted authority at the time of signing, profile and identity.

A path is only ever built to the last certificate of an authority of the trusted root, and only while the
trusted root says that the authority counts. Certificates that a bundle brings are candidates in between.

Source: RFC 5280 sections 4 and 6 (by way of ``cryptography``); Sigstore client specification, "Verification";
Fulcio certificate specification (profile and extensions).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from stella_git.canon.clock import Instant
from stella_git.trust.nativekeys import NativeKey, from_object

if TYPE_CHECKING:
    from datetime import datetime

    from stella_git.attest.trustedroot import Authority

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


_LAZY = ("extensions", "subject", "issuer", "not_valid_before_utc", "not_valid_after_utc", "version")


def load(der: bytes) -> Any:
    """Return the certificate object of DER bytes, or None: junk, trailing bytes, a broken part, odd key."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        certificate = x509.load_der_x509_certificate(der)
        for (
            part
        ) in _LAZY:  # the library parses them when they are asked for: now, so that nothing raises later
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
    subject, issuer = _subject(certificate), _issuer(certificate)
    if subject is None:
        return _profile(
            "must have exactly one subject alternative name: a URI, an e-mail address or a user name"
        )
    if issuer is None:
        return _profile("names its OIDC issuer in a way that cannot be read, or names two")
    key = from_object(certificate.public_key())
    if key is None:
        return Refusal("WEAK_KEY", "the certificate holds a weak key, or one of an unknown type", _AGAIN)
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return Leaf(
        certificate=certificate,
        der=der,
        key=key,
        spki=certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        subject=subject,
        issuer=issuer,
        not_before=instant(certificate.not_valid_before_utc),
        not_after=instant(certificate.not_valid_after_utc),
        claims=tuple(
            (name, text)
            for number, name in CLAIMS.items()
            if (text := _utf8(_extension(certificate, f"{_ARC}{number}"))) is not None
        ),
    )


def find_path(
    leaf: Leaf, given: Sequence[bytes], authorities: Iterable["Authority"], at: Instant
) -> tuple[Any, ...] | Refusal:
    """Return the certificates from the leaf to a trusted anchor, or why there is no such path.

    Args:
        leaf: the signing certificate.
        given: DER certificates that came with it: candidates between leaf and anchor, never anchors.
        authorities: of the trusted root.
        at: the instant at which every certificate, and the authority, has to be valid.
    """
    between = [certificate for der in given if (certificate := load(der)) is not None]
    anchors = {der for authority in authorities for der in authority.certificates[-1:]}
    if len(between) != len(given) or any(_self_issued(one) for one in between) or anchors & set(given):
        return Refusal(
            "ROOT_IN_BUNDLE",
            "the bundle brings a root certificate, or one that cannot be read, in its chain",
            "make the bundle again with the signing certificate alone",
        )
    if not leaf.not_before <= at <= leaf.not_after:
        return Refusal(
            "CERTIFICATE_NOT_VALID",
            f"the certificate is valid from {leaf.not_before} to {leaf.not_after}, and it was signed at {at}",
            _AGAIN,
        )
    reason = "no authority of the trusted root counts at that time"
    for authority in authorities:
        if not authority.certificates or not authority.window.contains(at):
            continue
        path, fault = _verify_path(leaf, between, authority.certificates, at)
        if path is not None:
            return path
        reason = fault
    return Refusal(
        "UNTRUSTED_CA",
        f"the certificate leads to no authority of the trusted root at {at}: {reason}",
        "give the trusted root of the instance that issued it: --trusted-root FILE",
    )


def instant(moment: "datetime") -> Instant:
    """Return the instant of an aware datetime."""
    from datetime import UTC, datetime, timedelta

    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant(delta // timedelta(seconds=1), moment.microsecond * 1000)


def moment(at: Instant) -> "datetime":
    """Return an instant as an aware datetime, cut to microseconds."""
    from datetime import UTC, datetime, timedelta

    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at.seconds, microseconds=at.nanos // 1000)


def _verify_path(
    leaf: Leaf, between: list[Any], chain: Sequence[bytes], at: Instant
) -> tuple[tuple[Any, ...] | None, str]:
    from cryptography import x509
    from cryptography.x509 import verification

    loaded = [load(der) for der in chain]
    if any(one is None for one in loaded):
        return None, "a certificate of the authority cannot be read"
    # Fulcio's certificates are for code signing, not for TLS clients: read_leaf has looked at their usage.
    # Everything else stays: constraints, path length, key usage of authorities, names, known extensions.
    either = verification.Criticality.AGNOSTIC
    ca_policy = verification.ExtensionPolicy.webpki_defaults_ca()
    ee_policy = verification.ExtensionPolicy.webpki_defaults_ee()
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([loaded[-1]]))
        .time(moment(at))
        .extension_policies(
            ca_policy=ca_policy.may_be_present(x509.ExtendedKeyUsage, either, None),
            ee_policy=ee_policy.may_be_present(x509.ExtendedKeyUsage, either, None),
        )
        .build_client_verifier()
    )
    try:
        found = verifier.verify(leaf.certificate, [*loaded[:-1], *between])
    except (verification.VerificationError, x509.UnsupportedGeneralNameType, ValueError) as error:
        return None, str(error).splitlines()[0][:200] if str(error) else "no path"
    return tuple(found.chain), ""


def _profile_fault(certificate: Any) -> str:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    if certificate.version is not x509.Version.v3:
        return "is not of version 3"
    constraints = _known(certificate, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        return "is the certificate of an authority, which must not sign"
    usage = _known(certificate, x509.KeyUsage)
    if usage is None or not usage.digital_signature or usage.key_cert_sign:
        return "is not for digital signatures (key usage)"
    purposes = _known(certificate, x509.ExtendedKeyUsage)
    if purposes is None or ExtendedKeyUsageOID.CODE_SIGNING not in purposes:
        return "is not for code signing (extended key usage)"
    return ""


def _known(certificate: Any, kind: Any) -> Any:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _extension(certificate: Any, oid: str) -> bytes | None:
    for extension in certificate.extensions:
        if extension.oid.dotted_string == oid:
            return bytes(extension.value.value)
    return None


def _subject(certificate: Any) -> str | None:
    from cryptography import x509

    names = _known(certificate, x509.SubjectAlternativeName)
    if names is None or len(names) != 1:
        return None
    (name,) = names
    if isinstance(name, x509.UniformResourceIdentifier | x509.RFC822Name):
        return str(name.value)
    if isinstance(name, x509.OtherName) and name.type_id.dotted_string == _OTHER_NAME:
        return _utf8(name.value)
    return None


def _issuer(certificate: Any) -> str | None:
    """Return the OIDC issuer, "" if there is none, None if it cannot be read or two differ."""
    new, old = _extension(certificate, _ISSUER), _extension(certificate, _ISSUER_RAW)
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


def _self_issued(certificate: Any) -> bool:
    return bool(certificate.issuer == certificate.subject)


def _profile(reason: str) -> Refusal:
    return Refusal("CERTIFICATE_PROFILE", f"the signing certificate {reason}", _AGAIN)


_AGAIN = "sign it again with a certificate that is made for signing, while it is valid"
