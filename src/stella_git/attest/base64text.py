"""Base64 with exactly one text for every byte string, in each of its two alphabets.

The decoder of the standard library skips what it does not know, so that many texts decode to the same
bytes; whoever compares or digests the text is then fooled. Here a text is accepted only if encoding the
bytes again gives the same text.

Source: RFC 4648 sections 4 and 5; section 3.5 for the unused bits.
"""

import binascii

from stella_git.attest.members import Path, refuse
from stella_git.canon.reader import Json

_TO_STANDARD = str.maketrans("-_", "+/")
_REMEDY = "encode the bytes again with padding and without line breaks"


def encode(data: bytes) -> str:
    """Return the padded standard base64 of bytes."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode(value: Json, path: Path, *, code: str) -> bytes:
    """Return the bytes of canonical base64 in the standard or the URL-safe alphabet.

    Args:
        value: must be a string; the empty one is no bytes.
        path: where it is, for the error.
        code: code of the refusal.

    Raises:
        InputError: with ``code``: not a string, white space, line breaks, characters of neither or of both
            alphabets, padding missing or wrong, unused bits set.
    """
    if not isinstance(value, str):
        raise refuse("base64 must be a string", path, code=code, remedy=_REMEDY)
    if "-" in value or "_" in value:
        if "+" in value or "/" in value:
            raise refuse("mixes the two base64 alphabets", path, code=code, remedy=_REMEDY)
        value = value.translate(_TO_STANDARD)
    try:
        data = binascii.a2b_base64(value)
    except ValueError:  # binascii.Error is one, and so is a character that is not ASCII
        data = b""
    if encode(data) != value:
        raise refuse("is not canonical base64", path, code=code, remedy=_REMEDY)
    return data
