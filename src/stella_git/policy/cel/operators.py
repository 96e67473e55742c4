"""Operators on values: arithmetic that does not wrap, order, membership.

Each takes its operands and the `Meter`.

Source: Common Expression Language, language definition, section List of Standard Definitions.
"""

import operator
from collections.abc import Callable
from typing import Final

from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.values import (
    INT_MAX,
    INT_MIN,
    LONG,
    UINT_MAX,
    Duration,
    Timestamp,
    UInt,
    Value,
    equal,
    kind,
    looked_for,
)

Binary = Callable[[Value, Value, Meter], Value]

SECOND: Final = 1_000_000_000
EARLIEST: Final = -62_135_596_800 * SECOND
LATEST: Final = 253_402_300_800 * SECOND - 1
"""First and last nanosecond of a timestamp: those of the years 1 and 9999."""


def integer(value: int) -> int:
    """Return ``value`` if it is an int.

    Raises:
        EvalError: it does not fit into 64 bits.
    """
    if INT_MIN <= value <= INT_MAX:
        return value
    raise EvalError("the result does not fit into an int")


def unsigned(value: int) -> UInt:
    """Return ``value`` as a uint.

    Raises:
        EvalError: it does not fit into 64 bits.
    """
    if 0 <= value <= UINT_MAX:
        return UInt(value)
    raise EvalError("the result does not fit into a uint")


def duration(nanos: int) -> Duration:
    """Return the duration of so many nanoseconds.

    Raises:
        EvalError: longer than 64 bits of nanoseconds can say (292 years).
    """
    if INT_MIN <= nanos <= INT_MAX:
        return Duration(nanos)
    raise EvalError("the duration is longer than 292 years")


def timestamp(nanos: int) -> Timestamp:
    """Return the instant so many nanoseconds after the epoch.

    Raises:
        EvalError: before the year 1 or after the year 9999.
    """
    if EARLIEST <= nanos <= LATEST:
        return Timestamp(*divmod(nanos, SECOND))
    raise EvalError("the timestamp is outside of the years 1 to 9999")


def _quotient(a: int, b: int) -> int:
    if not b:
        raise EvalError("division by zero")
    whole = abs(a) // abs(b)
    return whole if (a < 0) == (b < 0) else -whole


def _remainder(a: int, b: int) -> int:
    if not b:
        raise EvalError("remainder of a division by zero")
    if b == -1 and a == INT_MIN:
        raise EvalError("the quotient does not fit into an int")
    return a - b * _quotient(a, b)


def _divided(a: float, b: float, meter: Meter) -> float:  # noqa: ARG001 - every operator has a meter
    if b:
        return a / b
    negative = str(a)[0] == "-" if str(b)[0] != "-" else str(a)[0] != "-"
    if a == 0 or a != a:  # noqa: PLR0124 - not a number is what does not equal itself
        return float("nan")
    return float("-inf") if negative else float("inf")


def _joined(a: Value, b: Value, meter: Meter) -> Value:
    meter.spend((len(a) + len(b)) // 16 + 1)
    return a + b


def _listed(a: Value, b: Value, meter: Meter) -> Value:
    meter.spend(len(a) + len(b))
    return [*a, *b]


def _ints(of: Callable[[int, int], int]) -> Binary:
    return lambda a, b, meter: integer(of(a, b))  # noqa: ARG005 - every operator has a meter


def _uints(of: Callable[[int, int], int]) -> Binary:
    return lambda a, b, meter: unsigned(of(int(a), int(b)))  # noqa: ARG005 - every operator has a meter


def _doubles(of: Callable[[float, float], float]) -> Binary:
    return lambda a, b, meter: of(a, b)  # noqa: ARG005 - every operator has a meter


def _spans(make: Callable[[int], Value], of: Callable[[int, int], int]) -> Binary:
    return lambda a, b, meter: make(of(a.total, b.total))  # noqa: ARG005 - every operator has a meter


_LISTS: Final = ((list, list), (list, tuple), (tuple, list), (tuple, tuple))

ARITHMETIC: Final[dict[str, dict[tuple[type, type], Binary]]] = {
    "+": {
        (int, int): _ints(operator.add),
        (UInt, UInt): _uints(operator.add),
        (float, float): _doubles(operator.add),
        (str, str): _joined,
        (bytes, bytes): _joined,
        **dict.fromkeys(_LISTS, _listed),
        (Timestamp, Duration): _spans(timestamp, operator.add),
        (Duration, Timestamp): _spans(timestamp, operator.add),
        (Duration, Duration): _spans(duration, operator.add),
    },
    "-": {
        (int, int): _ints(operator.sub),
        (UInt, UInt): _uints(operator.sub),
        (float, float): _doubles(operator.sub),
        (Timestamp, Duration): _spans(timestamp, operator.sub),
        (Timestamp, Timestamp): _spans(duration, operator.sub),
        (Duration, Duration): _spans(duration, operator.sub),
    },
    "*": {
        (int, int): _ints(operator.mul),
        (UInt, UInt): _uints(operator.mul),
        (float, float): _doubles(operator.mul),
    },
    "/": {(int, int): _ints(_quotient), (UInt, UInt): _uints(_quotient), (float, float): _divided},
    "%": {(int, int): _ints(_remainder), (UInt, UInt): _uints(_remainder)},
}
"""Sign, and Python classes of both operands, to what computes the result."""

ORDER: Final[dict[str, Callable[[Value, Value], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS: Final = frozenset({int, UInt, float})
_ORDERED: Final = frozenset({str, bytes, bool})
_TIMES: Final = frozenset({Timestamp, Duration})


def no_operator(sign: str, *operands: Value) -> EvalError:
    """Return the error of operands that an operator has no meaning for."""
    return EvalError(f"{sign} is not for {' and '.join(map(kind, operands))}")


def ordered(sign: str, a: Value, b: Value, meter: Meter) -> bool:
    """Return ``a < b`` or another order; numbers of any type compare exactly.

    Raises:
        EvalError: values that have no order, or of two types.
    """
    of, other = type(a), type(b)
    if of in _NUMBERS and other in _NUMBERS:
        return ORDER[sign](a, b)
    if of is other:
        if of in _ORDERED:
            if of is not bool and len(a) > LONG:
                meter.spend(len(a) // LONG)
            return ORDER[sign](a, b)
        if of in _TIMES:
            return ORDER[sign](a.total, b.total)
    raise no_operator(sign, a, b)


def contained(a: Value, b: Value, meter: Meter) -> bool:
    """Return ``a in b``: whether a list has an element that equals ``a``, or a map such a key.

    Raises:
        EvalError: ``b`` is neither; or out of fuel, one for each element of a list.
    """
    of = type(b)
    if of is list or of is tuple:
        if type(a) is str:
            meter.spend(len(b) * (1 + len(a) // LONG))
            return a in b
        meter.spend(len(b))
        return any(equal(a, item, meter) for item in b)
    if of is dict:
        return looked_for(a, meter) in b
    raise no_operator("in", a, b)


def negative(a: Value, meter: Meter) -> Value:  # noqa: ARG001 - every operator has a meter
    """Return ``-a``.

    Raises:
        EvalError: not an int or a double, or the least int.
    """
    if type(a) is int:
        return integer(-a)
    if type(a) is float:
        return -a
    raise no_operator("-", a)


def opposite(a: Value, meter: Meter) -> bool:  # noqa: ARG001 - every operator has a meter
    """Return ``!a``.

    Raises:
        EvalError: not a boolean.
    """
    if a is True:
        return False
    if a is False:
        return True
    raise no_operator("!", a)
