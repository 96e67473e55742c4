"""Mathematics: the greatest and least of numbers, rounding, signs, bits.

Source: CEL extension "math", version 2.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import BOOL, DOUBLE, DYN, INT, LIST, UINT
from stella_git.policy.cel.values import INT_MAX, INT_MIN, UINT_MAX, UInt, Value, kind

_BITS: Final = 64
_NUMBERS: Final = frozenset({int, UInt, float})

_Chooser = Callable[[Value, Value], bool]


def _extreme(name: str, better: _Chooser) -> tuple[Overload, ...]:
    def of(values: Sequence[Value], meter: Meter) -> Value:
        meter.spend(len(values))
        if not values:
            raise EvalError(f"{name} of an empty list")
        for value in values:
            if type(value) not in _NUMBERS:
                raise EvalError(f"{name} takes numbers, not {kind(value)}")
        found = values[0]
        for value in values:
            if better(value, found):
                found = value
        return found

    def of_arguments(*values: Value) -> Value:
        return of(values[:-1], values[-1])

    return (
        *(
            Overload(arguments=(each,), result=each, function=of_arguments, variadic=True)
            for each in (INT, UINT, DOUBLE)
        ),
        Overload(arguments=(LIST,), result=DYN, function=of),
        Overload(arguments=(DYN,), result=DYN, function=of_arguments, variadic=True),
    )


def _double(function: Callable[[float], float]) -> tuple[Overload, ...]:
    """Return a function of one double that leaves infinities and what is no number as they are."""

    def of(value: float, _meter: Meter) -> float:
        return math.copysign(function(value), value) if math.isfinite(value) else value

    return (Overload(arguments=(DOUBLE,), result=DOUBLE, function=of),)


def _round(value: float) -> float:
    """Return the nearest integer, halves away from zero."""
    whole = math.trunc(value)
    return float(whole) if abs(value - whole) < 0.5 else whole + math.copysign(1.0, value)  # noqa: PLR2004 - half


def _test(function: Callable[[float], bool]) -> tuple[Overload, ...]:
    return (Overload(arguments=(DOUBLE,), result=BOOL, function=lambda value, _meter: function(value)),)


def _abs(value: int, _meter: Meter) -> int:
    if value == INT_MIN:
        raise EvalError("the absolute value of the least int is out of range")
    return abs(value)


def _sign(value: Value) -> int:
    return int(value > 0) - int(value < 0)


def _sign_double(value: float, _meter: Meter) -> float:
    return value if math.isnan(value) else float(_sign(value))


def _sqrt(value: Value, _meter: Meter) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def _signed(value: int) -> int:
    value &= UINT_MAX
    return value - UINT_MAX - 1 if value > INT_MAX else value


def _bits(function: Callable[[int, int], int]) -> tuple[Overload, ...]:
    return (
        Overload(arguments=(INT, INT), result=INT, function=lambda one, two, _meter: function(one, two)),
        Overload(
            arguments=(UINT, UINT),
            result=UINT,
            function=lambda one, two, _meter: UInt(function(int(one), int(two))),
        ),
    )


def _shift(function: Callable[[int, int], int]) -> tuple[Overload, ...]:
    """Return shifts of the 64 bits: what is pushed out is lost, and zeros come in."""

    def bits(value: int, by: int) -> int:
        if by < 0:
            raise EvalError("a shift by a negative number of bits")
        return function(value & UINT_MAX, by) & UINT_MAX if by < _BITS else 0

    return (
        Overload(
            arguments=(INT, INT), result=INT, function=lambda value, by, _meter: _signed(bits(value, by))
        ),
        Overload(
            arguments=(UINT, INT), result=UINT, function=lambda value, by, _meter: UInt(bits(value, by))
        ),
    )


FUNCTIONS: Final[Table] = {
    "math.greatest": _extreme("math.greatest", lambda one, other: bool(one > other)),
    "math.least": _extreme("math.least", lambda one, other: bool(one < other)),
    "math.ceil": _double(math.ceil),
    "math.floor": _double(math.floor),
    "math.round": _double(_round),
    "math.trunc": _double(math.trunc),
    "math.isInf": _test(math.isinf),
    "math.isNaN": _test(math.isnan),
    "math.isFinite": _test(math.isfinite),
    "math.abs": (
        Overload(arguments=(INT,), result=INT, function=_abs),
        Overload(arguments=(UINT,), result=UINT, function=lambda value, _meter: value),
        Overload(arguments=(DOUBLE,), result=DOUBLE, function=lambda value, _meter: abs(value)),
    ),
    "math.sign": (
        Overload(arguments=(INT,), result=INT, function=lambda value, _meter: _sign(value)),
        Overload(arguments=(UINT,), result=UINT, function=lambda value, _meter: UInt(_sign(value))),
        Overload(arguments=(DOUBLE,), result=DOUBLE, function=_sign_double),
    ),
    "math.sqrt": tuple(
        Overload(arguments=(each,), result=DOUBLE, function=_sqrt) for each in (DOUBLE, INT, UINT)
    ),
    "math.bitAnd": _bits(lambda one, other: one & other),
    "math.bitOr": _bits(lambda one, other: one | other),
    "math.bitXor": _bits(lambda one, other: one ^ other),
    "math.bitNot": (
        Overload(arguments=(INT,), result=INT, function=lambda value, _meter: ~value),
        Overload(arguments=(UINT,), result=UINT, function=lambda value, _meter: UInt(int(value) ^ UINT_MAX)),
    ),
    "math.bitShiftLeft": _shift(lambda value, by: value << by),
    "math.bitShiftRight": _shift(lambda value, by: value >> by),
}
