"""Identifiers: package URLs, vulnerability ids, ULIDs, UUIDs and names of tenants.

Each kind has one spelling, because identifiers are compared, sorted and digested as text.
"""

import re

from stella_git.canon.clock import NANOS, Instant
from stella_git.canon.purl import Purl, canonical_purl, parse_purl
from stella_git.errors import DefectError, InputError

__all__ = [
    "Purl",
    "canonical_purl",
    "canonical_vulnerability",
    "check_tenant",
    "is_uuid",
    "parse_purl",
    "parse_ulid",
    "ulid",
]

ENTROPY_SIZE = 10

_CVE = re.compile(r"CVE-[0-9]{4}-(?:[0-9]{4}|[1-9][0-9]{4,18})")
_GHSA = re.compile(r"ghsa(?:-[23456789cfghjmpqrvwx]{4}){3}")
_VULNERABILITY = re.compile(r"[!-~]{1,200}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_CROCKFORD)}
_ULID_LENGTH = 26
_MILLI = 1000


def canonical_vulnerability(text: str) -> str:
    """Return the one spelling of a vulnerability id.

    ``CVE-2021-44228`` in upper case, ``GHSA-jfh8-c2jp-5v3q`` with its prefix in upper and the rest in lower
    case; ids of other databases stay as they are.

    Raises:
        InputError: ``vulnerability-id-malformed``: a CVE or GHSA id of the wrong form, or what cannot be an
            id at all (empty, over 200 characters, space, controls, other than ASCII).

    Source: CVE record format 5; GitHub Advisory Database.
    """
    upper, lower = text.upper(), text.lower()
    if upper.startswith("CVE-") and _CVE.fullmatch(upper):
        return upper
    if lower.startswith("ghsa-") and _GHSA.fullmatch(lower):
        return "GHSA" + lower[4:]
    if upper.startswith(("CVE-", "GHSA-")) or not _VULNERABILITY.fullmatch(text):
        raise InputError(
            f"{text[:60]!a} is not a vulnerability id",
            code="vulnerability-id-malformed",
            remedy="write it like CVE-2021-44228 or GHSA-jfh8-c2jp-5v3q",
        )
    return text


def ulid(instant: Instant, entropy: bytes) -> str:
    """Return a ULID: 26 characters that sort by time.

    Args:
        instant: not before 1970; milliseconds count.
        entropy: 10 bytes that the caller drew.

    Raises:
        DefectError: ``ulid-arguments``.

    Source: ULID specification (Crockford's base 32, 48 bits of time, 80 of entropy).
    """
    if instant.seconds < 0 or len(entropy) != ENTROPY_SIZE:
        raise DefectError("a ULID needs a time after 1970 and 10 bytes of entropy", code="ulid-arguments")
    milliseconds = instant.seconds * _MILLI + instant.nanos * _MILLI // NANOS
    number = milliseconds << 80 | int.from_bytes(entropy, "big")
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def parse_ulid(text: str) -> tuple[Instant, bytes]:
    """Return the time and the 10 bytes of entropy of a ULID, written in upper case.

    Raises:
        InputError: ``ulid-malformed``; ``time-out-of-range`` after the year 9999.
    """
    if len(text) != _ULID_LENGTH or not _VALUES.keys() >= set(text) or text > "7" + "Z" * 25:
        raise InputError(
            f"{text[:40]!a} is not a ULID", code="ulid-malformed", remedy="write 26 characters in upper case"
        )
    number = 0
    for character in text:
        number = number << 5 | _VALUES[character]
    seconds, milliseconds = divmod(number >> 80, _MILLI)
    entropy = (number & (1 << 80) - 1).to_bytes(ENTROPY_SIZE, "big")
    return Instant(seconds, milliseconds * (NANOS // _MILLI)), entropy


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID in lower case with its four dashes.

    Source: RFC 9562 section 4.
    """
    return _UUID.fullmatch(text) is not None


def check_tenant(text: str) -> str:
    """Return the name of a tenant: 1 to 63 lower-case letters, digits and inner dashes.

    Raises:
        InputError: ``tenant-malformed``.

    Source: RFC 1123 section 2.1, a label.
    """
    if not _TENANT.fullmatch(text):
        raise InputError(
            f"{text[:80]!a} is not the name of a tenant",
            code="tenant-malformed",
            remedy="use lower-case letters, digits and dashes, at most 63",
        )
    return text
