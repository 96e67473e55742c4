"""Signed certificate timestamps: a certificate transparency log promised to publish the certificate.

The issuer whose key the timestamp covers is taken from the path that was verified, never looked up by name:
two authorities may carry one name.

Source: RFC 6962 sections 3.2 (structure) and 3.3 (embedding).
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from stella_git.trust import nativekeys
from stella_git.trust.report import Check, failed, passed
from stella_git.trust.x509 import instant, spki_of

if TYPE_CHECKING:
    from stella_git.attest.trustedroot import LogKey
    from stella_git.canon.clock import Instant

_NAME = "sct"
_V1, _CERTIFICATE_TIMESTAMP, _PRECERT_ENTRY = b"\0", b"\0", b"\0\1"
_PRECERT_SIGNING = "1.3.6.1.4.1.11129.2.4.4"
_REMEDY = "sign it again with a certificate that its authority has logged, or give the right trusted root"
_SCHEMES = {("SHA256", "ECDSA"), ("SHA256", "RSA")}


def check_sct(path: Sequence[Any], logs: Iterable["LogKey"], now: "Instant") -> Check:
    """Return the check ``sct``: at least one embedded timestamp of a trusted log is good, and none is bad.

    Args:
        path: certificate objects from leaf to anchor, as `paths.find_path` verified them.
        logs: certificate transparency logs of the trusted root.
        now: the present; a timestamp from the future is none (RFC 6962 section 5.2).
    """
    stamps = _embedded(path[0])
    if not stamps:
        return failed(
            _NAME, "the certificate has no signed certificate timestamp", code="SCT_MISSING", remedy=_REMEDY
        )
    known: dict[bytes, list[LogKey]] = {}
    for log in logs:
        known.setdefault(log.log_id, []).append(log)
    good = 0
    for stamp in stamps:
        keys = known.get(stamp.log_id, [])
        if not keys:
            continue
        try:
            at = _time(stamp)
        except ValueError:  # beyond the year 9999
            return _invalid(stamp)
        inside = [log for log in keys if log.window.contains(at)]
        if at > now:
            return failed(
                _NAME,
                f"the timestamp of the log {stamp.log_id.hex()[:16]} says {at}, which has not come yet",
                code="SCT_IN_FUTURE",
                remedy=_REMEDY,
            )
        if not inside:
            return failed(
                _NAME,
                f"the log {stamp.log_id.hex()[:16]} did not count at {at}",
                code="SCT_LOG_NOT_VALID",
                remedy=_REMEDY,
            )
        if not any(_verify(stamp, path, log) for log in inside):
            return _invalid(stamp)
        good += 1
    if not good:
        return failed(
            _NAME,
            f"no timestamp is of a trusted log (it is of {stamps[0].log_id.hex()[:16]})",
            code="SCT_UNKNOWN_LOG",
            remedy=_REMEDY,
        )
    return passed(_NAME, f"{good} of {len(stamps)} timestamps are of trusted logs, and good")


def _invalid(stamp: Any) -> Check:
    return failed(
        _NAME,
        f"the timestamp of the log {stamp.log_id.hex()[:16]} is not over this certificate",
        code="SCT_INVALID",
        remedy=_REMEDY,
    )


def _embedded(certificate: Any) -> list[Any]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
    except x509.ExtensionNotFound:
        return []
    return list(found.value)


def _time(stamp: Any) -> "Instant":
    from datetime import UTC

    return instant(stamp.timestamp.replace(tzinfo=UTC))  # the library leaves the zone out: it is UTC


def _verify(stamp: Any, path: Sequence[Any], log: "LogKey") -> bool:
    key = nativekeys.load(log.key, log.details)
    if key is None or stamp.version.name != "v1":
        return False
    scheme = (type(stamp.signature_hash_algorithm).__name__, stamp.signature_algorithm.name)
    if scheme not in _SCHEMES or (scheme[1] == "RSA") != (key.kind == "rsa"):
        return False
    return key.verify(_signed(stamp, path), stamp.signature)


def _signed(stamp: Any, path: Sequence[Any]) -> bytes:
    """Return the bytes that a timestamp signs: RFC 6962 section 3.2, ``digitally-signed``."""
    tbs = path[0].tbs_precertificate_bytes
    at = _time(stamp)
    milliseconds = at.seconds * 1000 + at.nanos // 1_000_000
    return b"".join(
        (
            _V1,
            _CERTIFICATE_TIMESTAMP,
            milliseconds.to_bytes(8),
            _PRECERT_ENTRY,
            _issuer_key_hash(path),
            len(tbs).to_bytes(3),
            tbs,
            len(stamp.extension_bytes).to_bytes(2),
            stamp.extension_bytes,
        )
    )


def _issuer_key_hash(path: Sequence[Any]) -> bytes:
    from cryptography import x509

    issuer = path[1]
    try:
        purposes = issuer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        purposes = ()
    if any(purpose.dotted_string == _PRECERT_SIGNING for purpose in purposes) and len(path) > 2:  # noqa: PLR2004 - the issuer's issuer is the third
        issuer = path[2]
    return hashlib.sha256(spki_of(issuer)).digest()
