"""The one writer of canonical JSON (RFC 8785, JCS).

The C encoder of the standard library already writes JCS for almost every document; `dumps` uses it
wherever that is certain, and a writer of its own where it is not:

- only exact ``str int float bool None list tuple`` and ``dict`` with ``str`` keys;
- every integer within +-(2^53-1);
- every float has the same text in Python and in ECMAScript: a fraction, and no exponent;
- no two keys can sort differently by UTF-16 code units than by code points, which takes a character above
  U+FFFF and one of U+E000..U+FFFF in one document.

Source: RFC 8785; ECMA-262 section 6.1.6.1.20 (Number::toString).
"""

from collections.abc import Iterable, Iterator
from json import JSONEncoder
from json.encoder import encode_basestring as _quote

from stella_git.canon.reader import MAX_INTEGER, Json, pointer
from stella_git.errors import InputError, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_DEPTH = 256

_LEAVES = frozenset({str, int, bool, type(None)})
_KEYS = frozenset({str})
_NUMBERS = frozenset({int, float})
_CONTAINERS = frozenset({dict, list, tuple})
_KNOWN = _LEAVES | _NUMBERS | _CONTAINERS
_ABOVE_U_FFFF = b"\xf0\xf1\xf2\xf3\xf4"
_FROM_U_E000 = b"\xee\xef"
_DECIMAL_FROM, _DECIMAL_BELOW = 1e-4, 1e16  # between them repr() writes no exponent
_EXPONENT_ABOVE, _EXPONENT_BELOW = 21, -6  # ECMA-262: outside them an exponent is written
_REMEDY = "write it as a string"
_FLATTEN = "flatten the value"
_WHOLE = "write the whole surrogate pair, or the character itself"

_encode = JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def dumps(value: Json) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value.

    Args:
        value: JSON data; tuples count as arrays. At most 256 levels deep.

    Raises:
        InputError: ``jcs-unserialisable`` for NaN, infinities, integers beyond +-(2^53-1), lone surrogates,
            keys that are not strings, and anything that is not JSON; ``jcs-too-deep``.

    Source: RFC 8785 section 3.2.
    """
    try:
        data = _encode(value).encode("utf-8")
        if _is_exact(value) and not (_has_any(data, _ABOVE_U_FFFF) and _has_any(data, _FROM_U_E000)):
            return data
    except (TypeError, ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        pass
    try:
        return _write(value, MAX_DEPTH).encode("utf-8")
    except _Unserialisable as error:
        where = Where(pointer=pointer(reversed(error.path)))
        raise InputError(error.message, code=error.code, where=where, remedy=error.remedy) from None
    except RecursionError:
        raise InputError("the value is nested too deeply", code="jcs-too-deep", remedy=_FLATTEN) from None


def sort_key(text: str) -> bytes:
    """Return bytes that sort like the UTF-16 code units of ``text``.

    Raises:
        InputError: ``jcs-unserialisable``, the text holds a lone surrogate.

    Source: RFC 8785 section 3.2.3.
    """
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError:
        raise InputError(
            f"{text!a} holds half of a surrogate pair", code="jcs-unserialisable", remedy=_WHOLE
        ) from None


def format_number(value: float) -> str:
    """Return the text that ECMAScript gives a finite double.

    Raises:
        InputError: ``jcs-unserialisable``, NaN or an infinity.

    Source: ECMA-262 section 6.1.6.1.20; RFC 8785 section 3.2.2.3.
    """
    try:
        return _float(value)
    except _Unserialisable as error:
        raise InputError(error.message, code=error.code, remedy=error.remedy) from None


class _Unserialisable(Exception):  # noqa: N818 - travels only inside this module, gathering its path
    def __init__(self, message: str, *, code: str = "jcs-unserialisable", remedy: str = _REMEDY) -> None:
        super().__init__(message)
        self.message, self.code, self.remedy = message, code, remedy
        self.path: list[str | int] = []


def _has_any(data: bytes, wanted: bytes) -> bool:
    return any(byte in data for byte in wanted)


def _is_exact(value: Json) -> bool:
    """Return whether the C encoder's text of a value is canonical, but for the order of keys.

    The value has been encoded already, so it is finite; it is looked at level by level.
    """
    row: list[Json] = [value]
    for _ in range(MAX_DEPTH + 1):
        kinds = set(map(type, row))
        if not kinds <= _KNOWN or (kinds & _NUMBERS and not all(map(_is_plain_number, row))):
            return False
        if kinds <= _LEAVES | _NUMBERS:
            return True
        below: list[Json] = []
        for node in row:
            if type(node) is dict:
                if not set(map(type, node)) <= _KEYS:
                    return False
                below += node.values()
            elif isinstance(node, list | tuple):
                below += node
        row = below
    return False


def _is_plain_number(value: "Any") -> bool:
    kind = type(value)
    if kind is int:
        return bool(-MAX_INTEGER <= value <= MAX_INTEGER)
    return kind is not float or (_DECIMAL_FROM <= abs(value) < _DECIMAL_BELOW and not value.is_integer())


def _write(value: object, levels: int) -> str:
    """Return canonical text; `levels` is how many more containers may open."""
    if isinstance(value, str):
        return _string(value)
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _Unserialisable(f"an integer beyond +-(2^53-1) has {value.bit_length()} bits")
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if not isinstance(value, dict | list | tuple):
        raise _Unserialisable(f"a {type(value).__name__} is not JSON", remedy="give plain JSON data")
    if levels == 0:
        raise _Unserialisable("the value is nested too deeply", code="jcs-too-deep", remedy=_FLATTEN)
    if isinstance(value, dict):
        return _object(value, levels)
    return "[" + ",".join(_inside(range(len(value)), value, levels)) + "]"


def _inside(keys: "Iterable[Any]", container: "Any", levels: int) -> Iterator[str]:
    """Yield the text of each value; on the way out of an error, say which one it was in."""
    for key in keys:
        try:
            yield _write(container[key], levels - 1)
        except _Unserialisable as error:
            error.path.append(key)
            raise


def _object(value: "dict[Any, Any]", levels: int) -> str:
    names = {}
    for key in value:
        if not isinstance(key, str):
            raise _Unserialisable(f"the key {ascii(key)[:40]} is not a string")
        names[key] = _string(key)
    keys = sorted(value, key=_utf16)
    texts = zip(keys, _inside(keys, value, levels), strict=True)
    return "{" + ",".join([f"{names[key]}:{text}" for key, text in texts]) + "}"


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def _string(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _Unserialisable(f"{ascii(value)[:40]} holds half of a surrogate pair", remedy=_WHOLE) from None
    return _quote(value)


def _float(value: float) -> str:
    """Return the text of a number: repr() has the shortest digits, ECMA-262 says how to lay them out."""
    text = float.__repr__(value)
    if "n" in text:  # nan, inf, -inf
        raise _Unserialisable(f"{text} is not a number of JSON")
    if "e" not in text:
        text = text.removesuffix(".0")
        return "0" if text == "-0" else text
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits, point = whole + fraction, int(exponent) + 1
    if len(digits) <= point <= _EXPONENT_ABOVE:
        return sign + digits.ljust(point, "0")
    if _EXPONENT_BELOW < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"
