"""RFC 3161 timestamps: an authority of the trusted root says that a signature existed at a time.

The authority that authenticated a timestamp has to count at that time itself: another authority's window is
never borrowed. Certificates in the response help nobody that the trusted root does not name.

Source: RFC 3161 section 2.4.2, RFC 5652 section 5 (both by way of ``rfc3161-client``); Sigstore client
specification, "Timestamping Service".
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stella_git.canon.clock import Instant
from stella_git.trust.report import Check, failed, passed, skipped
from stella_git.trust.validity import TrustedTime
from stella_git.trust.x509 import Refusal, instant, load, validity

if TYPE_CHECKING:
    from stella_git.attest.trustedroot import Authority

_NAME = "timestamps"
_REMEDY = "have the signature stamped by an authority of the trusted root, or give the right trusted root"
_TST_INFO_VERSION = 1  # RFC 3161 section 2.4.2
_LEAST_CHAIN = 2  # the authority's own certificate, and what it leads to
_SHA2 = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


def check_timestamps(
    stamps: Sequence[bytes], message: bytes, authorities: Sequence["Authority"]
) -> tuple[Check, tuple[TrustedTime, ...]]:
    """Return the check ``timestamps`` and the times that it proves.

    Every timestamp given has to be good: one bad one makes the check fail, however many good ones there are.

    Args:
        stamps: DER TimeStampResp bytes.
        message: the bytes that were stamped: the raw signature.
        authorities: timestamp authorities of the trusted root.
    """
    if not stamps:
        return skipped(_NAME, "there are none"), ()
    times = []
    for index, stamp in enumerate(stamps):
        found = verify_timestamp(stamp, message, authorities)
        if isinstance(found, Refusal):
            detail = f"timestamp {index}: {found.detail}"
            return failed(_NAME, detail, code=found.code, remedy=found.remedy), ()
        times.append(found)
    return passed(_NAME, ", ".join(f"{time.instant} by {time.source}" for time in times)), tuple(times)


def verify_timestamp(
    stamp: bytes,
    message: bytes,
    authorities: Iterable["Authority"],
    *,
    nonce: int | None = None,
    policy: str | None = None,
) -> TrustedTime | Refusal:
    """Return the time that one timestamp proves, or why it proves none.

    Args:
        stamp: DER TimeStampResp, nothing after it.
        message: the bytes that were stamped.
        authorities: those that may have made it.
        nonce: of the request, if it is known.
        policy: dotted OID of the policy that is asked for, if one is.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(stamp)
        status, info = response.status, response.tst_info
        at = instant(info.gen_time)
    except (ValueError, TypeError):
        return _refuse("TIMESTAMP_MALFORMED", "it is not a timestamp response that can be read")
    if info.version != _TST_INFO_VERSION:
        return _refuse("TIMESTAMP_MALFORMED", f"it is of version {info.version}, and only 1 has a meaning")
    if status != 0:
        return _refuse("TIMESTAMP_NOT_GRANTED", f"the authority did not grant it (status {status})")
    if not _covers(info, message):
        return _refuse("TIMESTAMP_MISMATCH", "it was made over other bytes than this signature")
    if nonce is not None and info.nonce != nonce:
        return _refuse("TIMESTAMP_NONCE", "it does not answer the request: another nonce")
    if policy is not None and info.policy.dotted_string != policy:
        return _refuse("TIMESTAMP_POLICY", f"it was made under the policy {info.policy.dotted_string}")
    return _authority(response, message, tuple(authorities), at)


def _authority(
    response: Any, message: bytes, authorities: Sequence["Authority"], at: Instant
) -> TrustedTime | Refusal:
    refusal = _refuse("TIMESTAMP_UNTRUSTED", "no authority of the trusted root made it")
    for authority in authorities:
        certificates = [load(der) for der in authority.certificates]
        if len(certificates) < _LEAST_CHAIN or None in certificates:
            continue
        if len(authorities) > 1 and not _made(response, certificates[0]):
            continue  # rather than have the library try every authority in vain
        fault = _fault(certificates, at) or _verify(response, message, certificates)
        if fault is not None:
            refusal = fault if _made(response, certificates[0]) else refusal
        elif authority.window.contains(at):
            return TrustedTime(at, f"timestamp:{authority.uri or 'unnamed'}")
        else:
            refusal = _refuse("TIMESTAMP_OUTSIDE_WINDOW", f"its authority did not count at {at}")
    return refusal


def _made(response: Any, certificate: Any) -> bool:
    """Return whether a response names this certificate as its maker's; only the signature proves it."""
    try:
        return any(
            (one.issuer, one.serial_number) == (certificate.issuer, certificate.serial_number)
            for one in response.signed_data.signer_infos
        )
    except (ValueError, TypeError, KeyError):  # KeyError: a name in a type of string that is none
        return False


def _fault(certificates: Sequence[Any], at: Instant) -> Refusal | None:
    """Return what is wrong with the authority's certificates at a time, in words of their own."""
    for certificate in certificates:
        start, end = validity(certificate)
        if not start <= at <= end:
            return _refuse(
                "TIMESTAMP_CERTIFICATE_NOT_VALID",
                f"a certificate of its authority is valid from {start} to {end}, not at {at}",
            )
    if not _is_for_stamps(certificates[0]):
        return _refuse("TIMESTAMP_USAGE", "its authority's certificate is not for time stamping alone")
    return None


@lru_cache(maxsize=64)
def _is_for_stamps(certificate: Any) -> bool:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return purposes.critical and list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _verify(response: Any, message: bytes, certificates: Sequence[Any]) -> Refusal | None:
    from rfc3161_client import VerifierBuilder

    verifier = VerifierBuilder(
        tsa_certificate=certificates[0],
        intermediates=list(certificates[1:-1]),
        roots=list(certificates[-1:]),
    ).build()
    try:
        if verifier.verify_message(response, message):
            return None
        reason = "the library says no more"  # pragma: no cover - it raises instead
    except Exception as error:  # noqa: BLE001 - whatever falls over in there over hostile bytes, it is no proof
        reason = (str(error).splitlines() or ["the library says no more"])[0][:200]
    return _refuse("TIMESTAMP_SIGNATURE", f"it does not verify with its authority's certificates: {reason}")


def _covers(info: Any, message: bytes) -> bool:
    import hashlib

    name = _SHA2.get(info.message_imprint.hash_algorithm.dotted_string)
    return name is not None and hashlib.new(name, message).digest() == info.message_imprint.message


def _refuse(code: str, detail: str) -> Refusal:
    return Refusal(code, detail, _REMEDY)
