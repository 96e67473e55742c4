"""The path from a signing certificate to an authority of the trusted root.

A path is only ever built to certificates of the trusted root's own authorities, and only while the trusted
root says that the authority counts. Certificates that a bundle brings are candidates in between.

Source: RFC 5280 section 6 (by way of ``cryptography``); Sigstore client specification, "Verification".
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stella_git.trust.x509 import AGAIN, Leaf, Refusal, known, load, moment, validity

if TYPE_CHECKING:
    from stella_git.attest.trustedroot import Authority
    from stella_git.canon.clock import Instant

# Basic constraints, key usage, key identifiers: what a plain authority above another one has.
_USUAL = {"2.5.29.19", "2.5.29.15", "2.5.29.14", "2.5.29.35"}


def find_path(
    leaf: Leaf, given: Sequence[bytes], authorities: Iterable["Authority"], at: "Instant"
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
            AGAIN,
        )
    reason = "no authority of the trusted root counts at that time"
    authorities = tuple(authorities)
    for authority in authorities:
        if not authority.certificates or not authority.window.contains(at):
            continue
        allowed = _without_others(between, authority, authorities)
        path, fault = _verify_path(leaf, allowed, authority.certificates, at)
        if path is not None:
            return path
        reason = fault
    return Refusal(
        "UNTRUSTED_CA",
        f"the certificate leads to no authority of the trusted root at {at}: {reason}",
        "give the trusted root of the instance that issued it: --trusted-root FILE",
    )


def _without_others(
    between: list[Any], authority: "Authority", authorities: Iterable["Authority"]
) -> list[Any]:
    """Return what may stand on a path to an authority: nothing that another one alone speaks for.

    Two authorities may lead to one anchor, and the window of one may have ended: it is not borrowed from the
    other one by bringing the certificate.
    """
    if not between:
        return between
    listed = {der for one in authorities for der in one.certificates}
    own = _keys(authority.certificates)
    others = _keys(listed) - own
    return [one for one in between if _key(one) not in others]


def _keys(certificates: Iterable[bytes]) -> set[bytes]:
    return {_key(one) for der in certificates if (one := load(der)) is not None}


def _key(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded: bytes = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _verify_path(
    leaf: Leaf, between: list[Any], chain: Sequence[bytes], at: "Instant"
) -> tuple[tuple[Any, ...] | None, str]:
    loaded = [load(der) for der in chain]
    if any(one is None for one in loaded):
        return None, "a certificate of the authority cannot be read"
    if _linked(tuple(chain)) and all(_valid(one, at) for one in loaded):
        path, _ = _path_to(loaded[0], leaf, between, at)
        if path is not None and _short_enough(full := (*path, *loaded[1:])):
            return full, ""
    return _path_to(loaded[-1], leaf, [*loaded[:-1], *between], at)


def _path_to(
    anchor: Any, leaf: Leaf, between: list[Any], at: "Instant"
) -> tuple[tuple[Any, ...] | None, str]:
    from cryptography import x509
    from cryptography.x509 import verification

    ca_policy, ee_policy = _policies()
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([anchor]))
        .time(moment(at))
        .extension_policies(ca_policy=ca_policy, ee_policy=ee_policy)
        .build_client_verifier()
    )
    try:
        found = verifier.verify(leaf.certificate, between)
    except (verification.VerificationError, x509.UnsupportedGeneralNameType, ValueError) as error:
        return None, str(error).splitlines()[0][:200] if str(error) else "no path"
    path = tuple(found.chain)
    return (path, "") if len(path) > 1 else (None, "a signing certificate is no authority")


@lru_cache(maxsize=1)
def _policies() -> tuple[Any, Any]:
    """Return what authorities and leaves have to be like.

    Fulcio's certificates are for code signing, not for TLS clients: read_leaf has looked at their usage.
    Everything else stays: constraints, path length, key usage of authorities, names, known extensions.
    An authority that is limited to other purposes certifies no signer, whoever stands above it.
    """
    from cryptography import x509
    from cryptography.x509 import verification

    either = verification.Criticality.AGNOSTIC
    ca_policy = verification.ExtensionPolicy.webpki_defaults_ca()
    ee_policy = verification.ExtensionPolicy.webpki_defaults_ee()
    return (
        ca_policy.may_be_present(x509.ExtendedKeyUsage, either, _check_purposes),
        ee_policy.may_be_present(x509.ExtendedKeyUsage, either, None),
    )


def _check_purposes(_policy: Any, _certificate: Any, purposes: Any) -> None:
    from cryptography.x509.oid import ExtendedKeyUsageOID

    allowing = {ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if purposes is not None and allowing.isdisjoint(purposes):
        raise ValueError("an authority on the path is not for code signing (extended key usage)")


@lru_cache(maxsize=64)
def _linked(chain: tuple[bytes, ...]) -> bool:
    """Return whether each certificate of an authority is issued by the next, an authority itself.

    This does not change with time or with what is verified: the signatures of a trusted root's own chain are
    verified once. A chain with anything unusual in it is left to the library, every time.
    """
    loaded = [load(der) for der in chain]
    return all(_issued(lower, upper) for lower, upper in pairwise(loaded))


def _issued(lower: Any, upper: Any) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    constraints, usage = known(upper, x509.BasicConstraints), known(upper, x509.KeyUsage)
    if constraints is None or not constraints.ca or usage is None or not usage.key_cert_sign:
        return False
    if any(extension.oid.dotted_string not in _USUAL for extension in upper.extensions):
        return False
    try:
        lower.verify_directly_issued_by(upper)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _short_enough(path: Sequence[Any]) -> bool:
    """Return whether no authority has more authorities below it than it allows."""
    from cryptography import x509

    lengths = [known(one, x509.BasicConstraints).path_length for one in path[1:]]
    return all(length is None or length >= below for below, length in enumerate(lengths))


def _valid(certificate: Any, at: "Instant") -> bool:
    start, end = validity(certificate)
    return start <= at <= end


def _self_issued(certificate: Any) -> bool:
    return bool(certificate.issuer == certificate.subject)
