"""Bytes as text and back.

Source: CEL extension "encoders"; RFC 4648 section 4.
"""

import binascii
from typing import Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import BYTES, STRING


def _encode(value: bytes, meter: Meter) -> str:
    meter.spend(len(value) // 12)
    return _text(value)


def _text(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode("ascii")


def _decode(text: str, meter: Meter) -> bytes:
    meter.spend(len(text) // 16)
    bare = text.rstrip("=")
    if len(text) != len(bare) and (len(text) % 4 or len(text) - len(bare) > 2):  # noqa: PLR2004 - RFC 4648
        raise EvalError("the text is not base64: it has too much or too little padding")
    try:
        value = binascii.a2b_base64((bare + "=" * (-len(bare) % 4)).encode("ascii"), strict_mode=True)
    except ValueError:
        raise EvalError("the text is not base64") from None
    if _text(value).rstrip("=") != bare:
        raise EvalError("the text is not base64: bits that mean nothing are set in its last character")
    return value


FUNCTIONS: Final[Table] = {
    "base64.encode": (Overload(arguments=(BYTES,), result=STRING, function=_encode),),
    "base64.decode": (Overload(arguments=(STRING,), result=BYTES, function=_decode),),
}
