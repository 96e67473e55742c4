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

from itertools import chain
from json import JSONEncoder
from json.encoder import encode_basestring as _quote

from stella_git.canon.values import MAX_INTEGER, Json, pointer
from stella_git.errors import InputError, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MAX_DEPTH = 256

_KEYS = {str}
_CONTAINERS = {dict, list, tuple}
_KNOWN = {str, int, bool, float, type(None)} | _CONTAINERS
_ABOVE_U_FFFF = b"\xf0\xf1\xf2\xf3\xf4"
_FROM_U_E000 = b"\xee\xef"
_DECIMAL_FROM, _DECIMAL_BELOW = 1e-4, 1e16  # between them repr() writes no exponent
_EXPONENT_ABOVE, _EXPONENT_BELOW = 21, -6  # ECMA-262: outside them an exponent is written
_TRIED_LEVELS = 6  # below, trying the C encoder on each part would look at every part too often
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
    finite = True
    try:
        if type(value) is str:
            return _encode(value).encode("utf-8")
        text = _encode(value)  # ends only if the value does: what contains itself goes the long way
        if _is_exact(value, MAX_DEPTH) and _is_sorted(data := text.encode("utf-8")):
            return data
    except (TypeError, ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        finite = False
    writer = _Writer(finite=finite)
    try:
        return writer.write(value).encode("utf-8")
    except _Unserialisable as error:
        where = Where(pointer=pointer(writer.path))
        raise InputError(error.message, code=error.code, where=where, remedy=error.remedy) from None


def sort_key(text: str) -> bytes:
    """Return bytes that sort like the UTF-16 code units of ``text``.

    Raises:
        InputError: ``jcs-unserialisable``, the text holds a lone surrogate.

    Source: RFC 8785 section 3.2.3.
    """
    try:
        return _utf16(text)
    except _Unserialisable as error:
        raise InputError(error.message, code=error.code, remedy=error.remedy) from None


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


class _Unserialisable(Exception):  # noqa: N818 - travels only inside this module
    def __init__(self, message: str, *, code: str = "jcs-unserialisable", remedy: str = _REMEDY) -> None:
        super().__init__(message)
        self.message, self.code, self.remedy = message, code, remedy


class _Writer:
    """The long way, without recursion; `path` leads to the value being written.

    Args:
        finite: the value is known to end, so that the C encoder may be tried on its parts.
    """

    def __init__(self, *, finite: bool) -> None:
        self.path: list[str | int] = []
        self._finite = finite
        self._out: list[str] = []
        self._open: list[tuple[Iterator[tuple[str | int, str, Any]], str]] = []

    def write(self, value: "Any") -> str:
        """Return the canonical text of a value."""
        self._put(value)
        while self._open:
            members, close = self._open[-1]
            for token, lead, member in members:
                self.path[-1] = token
                self._out.append(lead)
                if self._put(member):
                    break
            else:
                self._open.pop()
                self.path.pop()
                self._out.append(close)
        return "".join(self._out)

    def _put(self, value: "Any") -> bool:
        """Write a value, or open it and return True."""
        if not isinstance(value, dict | list | tuple):
            self._out.append(_scalar(value))
            return False
        if (text := self._quick(value)) is not None:
            self._out.append(text)
            return False
        if len(self._open) == MAX_DEPTH:
            raise _Unserialisable("the value is nested too deeply", code="jcs-too-deep", remedy=_FLATTEN)
        if isinstance(value, dict):
            names = sorted(value, key=_utf16)
            self._out.append("{")
            self._open.append((_members(value, names), "}"))
        else:
            self._out.append("[")
            self._open.append((_elements(value), "]"))
        self.path.append("")
        return True

    def _quick(self, value: "Any") -> str | None:
        """Return the C encoder's text of a part if it is canonical, else None."""
        level = len(self._open)
        if not self._finite or not 1 <= level <= _TRIED_LEVELS or not _is_exact(value, MAX_DEPTH - level):
            return None
        try:
            text = _encode(value)
        except RecursionError:  # the whole value fitted, but a few frames nearer to the limit
            return None
        return text if _is_sorted(text.encode("utf-8")) else None


def _elements(values: "list[Any] | tuple[Any, ...]") -> "Iterator[tuple[str | int, str, Any]]":
    for index, value in enumerate(values):
        yield index, "," if index else "", value


def _members(value: "dict[Any, Any]", names: list[str]) -> "Iterator[tuple[str | int, str, Any]]":
    comma = ""
    for name in names:
        yield name, f"{comma}{_quote(name)}:", value[name]
        comma = ","


def _utf16(name: object) -> bytes:
    if not isinstance(name, str):
        raise _Unserialisable(f"the key {ascii(name)[:40]} is not a string")
    try:
        return name.encode("utf-16-be")
    except UnicodeEncodeError:
        raise _half(name) from None


def _scalar(value: "Any") -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _Unserialisable(f"an integer of {value.bit_length()} bits is beyond +-(2^53-1)")
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    raise _Unserialisable(f"a {type(value).__name__} is not JSON", remedy="give plain JSON data")


def _string(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _half(value) from None
    return _quote(value)


def _half(text: str) -> _Unserialisable:
    return _Unserialisable(f"{ascii(text)[:60]} holds half of a surrogate pair", remedy=_WHOLE)


def _is_sorted(data: bytes) -> bool:
    """Return whether sorting by code points and by UTF-16 code units must have been the same."""
    return not (any(byte in data for byte in _ABOVE_U_FFFF) and any(byte in data for byte in _FROM_U_E000))


def _is_exact(value: "Any", levels: int) -> bool:
    """Return whether the C encoder's text of a value is canonical, but for the order of keys.

    The value has to be finite. It is looked at level by level, every step in C; strings are most of it, and
    are dropped first.
    """
    row = [value]
    for _ in range(levels + 1):
        kinds = set(map(type, row))
        if not kinds <= _KNOWN or not _numbers_are_exact(row, kinds):
            return False
        if not kinds & _CONTAINERS:
            return True
        objects = [node for node in row if type(node) is dict]
        arrays = [node for node in row if type(node) is list or type(node) is tuple]
        if not set(map(type, set[object]().union(*objects))) <= _KEYS:
            return False
        below = chain(chain.from_iterable(map(dict.values, objects)), chain.from_iterable(arrays))
        row = [node for node in below if type(node) is not str]
    return False


def _numbers_are_exact(row: "list[Any]", kinds: set[type]) -> bool:
    if int in kinds:
        integers = [node for node in row if type(node) is int]
        if min(integers) < -MAX_INTEGER or max(integers) > MAX_INTEGER:
            return False
    return float not in kinds or all(_is_plain(node) for node in row if type(node) is float)


def _is_plain(value: float) -> bool:
    """Return whether repr() writes a float as ECMAScript does: with a fraction, without an exponent."""
    return _DECIMAL_FROM <= abs(value) < _DECIMAL_BELOW and not value.is_integer()


def _float(value: float) -> str:
    """Return the text of a double: repr() has the shortest digits, ECMA-262 says how to lay them out."""
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
