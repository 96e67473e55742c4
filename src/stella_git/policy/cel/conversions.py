"""Conversions between numbers, booleans, strings and bytes.

Source: Common Expression Language, language definition, section List of Standard
Definitions (type conversions).
"""

import re
from typing import Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.operators import integer, unsigned
from stella_git.policy.cel.types import BOOL, BYTES, DOUBLE, DYN, INT, STRING, TYPE, UINT, Type
from stella_git.policy.cel.values import INT_MAX, UINT_MAX, TypeValue, UInt, Value, kind

_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,64}")
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NAMED: Final = {
    "NaN": "nan",
    "Infinity": "inf",
    "+Infinity": "inf",
    "-Infinity": "-inf",
    "inf": "inf",
    "-inf": "-inf",
}
_BOOLEANS: Final = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}
_LONGEST: Final = 1_000
_PLAIN: Final = 1e21


def _same(value: Value, meter: Meter) -> Value:  # noqa: ARG001 - every function has a meter
    return value


def _truncated(value: float, limit: int) -> int:
    if value != value or not -limit - 1 < value < limit + 1:  # noqa: PLR0124 - only what is no number differs from itself
        raise EvalError("the double does not fit into an integer")
    return int(value)


def _int_of_double(value: float, meter: Meter) -> int:  # noqa: ARG001
    if value == -(2.0**63):
        raise EvalError("the double does not fit into an integer")
    return _truncated(value, INT_MAX)


def _uint_of_double(value: float, meter: Meter) -> UInt:  # noqa: ARG001
    if value < 0:
        raise EvalError("a uint is not negative")
    return UInt(_truncated(value, UINT_MAX))


def _parsed(value: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise EvalError("the string is no whole number")
    return int(value)


def _double_of_string(value: str, meter: Meter) -> float:  # noqa: ARG001
    if value in _NAMED:
        return float(_NAMED[value])
    if len(value) > _LONGEST or not _DECIMAL.fullmatch(value):
        raise EvalError("the string is no number")
    return float(value)


def _bool_of_string(value: str, meter: Meter) -> bool:  # noqa: ARG001
    if value not in _BOOLEANS:
        raise EvalError("the string is neither true nor false")
    return _BOOLEANS[value]


def _double_of_integer(value: int, meter: Meter) -> float:  # noqa: ARG001
    return float(integer(value)) if type(value) is int else float(value)


def text_of_double(value: float) -> str:
    """Return a double in the fewest digits that read back as it: ``1``, ``0.5``, ``1e+21``, ``NaN``."""
    if value != value:  # noqa: PLR0124 - only what is no number differs from itself
        return "NaN"
    if abs(value) == float("inf"):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < _PLAIN:
        return f"{value:.0f}"
    return repr(value)


def _bytes_of_string(value: str, meter: Meter) -> bytes:
    meter.spend(len(value) // 16)
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise EvalError("the string has a lone surrogate") from None


def _string_of_bytes(value: bytes, meter: Meter) -> str:
    meter.spend(len(value) // 16)
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvalError("the bytes are not UTF-8") from None


def _converted(argument: Type, result: Type, function: object) -> Overload:
    return Overload(arguments=(argument,), result=result, function=function)  # type: ignore[arg-type] # all take a value and a meter


TABLE: Final[Table] = {
    "int": (
        _converted(INT, INT, _same),
        _converted(UINT, INT, lambda value, meter: integer(int(value))),  # noqa: ARG005
        _converted(DOUBLE, INT, _int_of_double),
        _converted(STRING, INT, lambda value, meter: integer(_parsed(value))),  # noqa: ARG005
    ),
    "uint": (
        _converted(UINT, UINT, _same),
        _converted(INT, UINT, lambda value, meter: unsigned(value)),  # noqa: ARG005
        _converted(DOUBLE, UINT, _uint_of_double),
        _converted(STRING, UINT, lambda value, meter: unsigned(_parsed(value))),  # noqa: ARG005
    ),
    "double": (
        _converted(DOUBLE, DOUBLE, _same),
        _converted(INT, DOUBLE, _double_of_integer),
        _converted(UINT, DOUBLE, _double_of_integer),
        _converted(STRING, DOUBLE, _double_of_string),
    ),
    "bool": (_converted(BOOL, BOOL, _same), _converted(STRING, BOOL, _bool_of_string)),
    "bytes": (_converted(BYTES, BYTES, _same), _converted(STRING, BYTES, _bytes_of_string)),
    "string": (
        _converted(STRING, STRING, _same),
        _converted(INT, STRING, lambda value, meter: str(value)),  # noqa: ARG005
        _converted(UINT, STRING, lambda value, meter: str(int(value))),  # noqa: ARG005
        _converted(DOUBLE, STRING, lambda value, meter: text_of_double(value)),  # noqa: ARG005
        _converted(BOOL, STRING, lambda value, meter: "true" if value else "false"),  # noqa: ARG005
        _converted(BYTES, STRING, _string_of_bytes),
    ),
    "type": (_converted(DYN, TYPE, lambda value, meter: TypeValue(kind(value))),),  # noqa: ARG005
    "dyn": (_converted(DYN, DYN, _same),),
}
