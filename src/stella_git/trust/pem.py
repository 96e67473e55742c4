"""PEM, one block to a file.

Source: RFC 7468 sections 2 and 3 (the strict form; CRLF accepted).
"""

import binascii
import re

from stella_git.errors import InputError

LIMIT = 64 << 10
_PEM = re.compile(
    rb"-----BEGIN (?P<label>[A-Z0-9 ]{1,40})-----\r?\n"
    rb"(?P<body>[A-Za-z0-9+/=\r\n]+)-----END (?P=label)-----"
)


def decode(data: bytes) -> tuple[str, bytes]:
    """Return label and DER bytes of the single PEM block in ``data``.

    Raises:
        InputError: not one block, text around it, not base64, larger than 64 KiB.
    """
    found = _PEM.fullmatch(data.strip()) if len(data) <= LIMIT else None
    if found is None:
        raise InputError(
            "is not a PEM file with exactly one block",
            code="key-format",
            remedy="keep one key per file, without text around it",
        )
    body = re.sub(rb"\r?\n", b"", found["body"])
    try:
        return found["label"].decode("ascii"), binascii.a2b_base64(body, strict_mode=True)
    except binascii.Error:
        raise InputError(
            "holds a PEM block that is not base64", code="key-format", remedy="export the key again"
        ) from None


def encode(label: str, body: bytes) -> bytes:
    """Return a PEM block of DER bytes, ending in a newline."""
    text = binascii.b2a_base64(body, newline=False)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join((f"-----BEGIN {label}-----".encode(), *lines, f"-----END {label}-----".encode(), b""))
