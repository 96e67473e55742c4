"""The JSON mapping of protobuf, as far as Sigstore's documents use it.

Null is an absent member, a 64-bit integer is a string of digits or a number, bytes are base64.

Source: protobuf, "ProtoJSON format"; RFC 4648 section 4.
"""

from stella_git.attest import base64text
from stella_git.attest.members import Members, Path, refuse
from stella_git.canon.reader import Json

DIGEST_SIZE = 32
MAX_INT64 = 2**63 - 1
_DIGITS = frozenset("0123456789")
_LENGTH = len(str(MAX_INT64))
_AGAIN = "get the original document from whoever made it"


def without_null(value: Json) -> Json:
    """Return a value without members that are null; a null in an array stays, for the reader to refuse."""
    return _strip(value) if _has_null(value) else value


def _has_null(value: Json) -> bool:
    if isinstance(value, str):
        return False
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    if isinstance(value, list):
        return any(map(_has_null, value))
    return value is None


def _strip(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _strip(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_strip(item) for item in value]
    return value


def int64(value: Json, path: Path, *, code: str) -> int:
    """Return an int64 that is not negative, written as a string of digits or as a number.

    Raises:
        InputError: with ``code``: a sign, another character, a leading zero, a fraction, more than 2^63-1.
    """
    found: Json = value
    if isinstance(value, str) and _is_decimal(value):
        found = int(value)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= MAX_INT64:
        raise refuse(f"must be an integer from 0 to {MAX_INT64}", path, code=code, remedy=_AGAIN)
    return found


def filled(members: Members, name: str, *, code: str) -> bytes:
    """Return the bytes of a member that must be base64 of at least one byte.

    Raises:
        InputError: the members' code if it is missing, ``code`` if it is empty or not canonical base64.
    """
    path = (*members.path, name)
    data = base64text.decode(members.raw(name), path, code=code)
    if not data:
        raise refuse(f"{name} is empty", path, code=code, remedy=_AGAIN)
    return data


def digest32(value: Json, path: Path, *, code: str) -> bytes:
    """Return 32 bytes of base64.

    Raises:
        InputError: with ``code``: not canonical base64, or another number of bytes.
    """
    data = base64text.decode(value, path, code=code)
    if len(data) != DIGEST_SIZE:
        raise refuse(f"must be {DIGEST_SIZE} bytes, and has {len(data)}", path, code=code, remedy=_AGAIN)
    return data


def der(value: Json, path: Path, *, member_code: str, code: str) -> bytes:
    """Return the bytes in ``{rawBytes}``, the form of a certificate or a public key.

    Raises:
        InputError: ``member_code`` if it is no such object, ``code`` if the bytes are none.
    """
    return filled(Members(value, path, code=member_code), "rawBytes", code=code)


def _is_decimal(text: str) -> bool:
    plain = 0 < len(text) <= _LENGTH and _DIGITS.issuperset(text)
    return plain and (text == "0" or text[0] != "0")
