"""Lists: parts of them, sorted, flattened, without repetition.

Source: CEL extension "lists", version 2.
"""

import math
from collections.abc import Sequence
from typing import Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.library.sets import Bag
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.types import DYN, INT, LIST, OPTIONAL, list_of
from stella_git.policy.cel.values import LONG, NONE, Duration, Optional, Timestamp, UInt, Value, kind

_DEEPEST: Final = 64
_SORTED: Final = frozenset({int, UInt, float, str, bytes, bool, Timestamp, Duration})


def _slice(values: Sequence[Value], begin: int, end: int, meter: Meter) -> list[Value]:
    if not 0 <= begin <= end <= len(values):
        raise EvalError(f"the part from {begin} to {end} is not in a list of {len(values)} elements")
    meter.spend(end - begin)
    return list(values[begin:end])


def _flatten(values: Sequence[Value], meter: Meter) -> list[Value]:
    return _flatten_deep(values, 1, meter)


def _flatten_deep(values: Sequence[Value], depth: int, meter: Meter) -> list[Value]:
    """Return the elements, and in place of lists what is in them, ``depth`` lists down."""
    if not 0 <= depth <= _DEEPEST:
        raise EvalError(f"flatten goes 0 to {_DEEPEST} lists down, not {depth}")
    for _ in range(depth):
        flat: list[Value] = []
        for value in values:
            inner = value if type(value) in {list, tuple} else (value,)
            meter.spend(1 + len(inner))
            flat += inner
        if len(flat) == len(values) and not any(type(value) in {list, tuple} for value in flat):
            return flat
        values = flat
    return list(values)


def _distinct(values: Sequence[Value], meter: Meter) -> list[Value]:
    """Return the first of all elements that are equal, in their order."""
    bag = Bag((), meter)
    once = []
    for value in values:
        if value not in bag:
            bag.add(value)
            once.append(value)
    return once


def _sort(values: Sequence[Value], meter: Meter) -> list[Value]:
    meter.spend(len(values) * len(values).bit_length())
    kinds = {type(value) for value in values}
    if len(kinds) > 1:
        raise EvalError(f"sort takes elements of one type, not {' and '.join(sorted(map(_name, kinds)))}")
    if not kinds:
        return []
    (one,) = kinds
    if one in {str, bytes}:
        meter.spend(sum(len(value) // LONG for value in values) * len(values).bit_length())
    if one not in _SORTED:
        raise EvalError(f"sort cannot order values of the type {kind(values[0])}")
    if one is float and any(map(math.isnan, values)):
        raise EvalError("sort cannot order what is not a number")
    if one in {Timestamp, Duration}:
        return sorted(values, key=lambda value: value.total)
    return sorted(values)


def _name(of: type) -> str:
    return of.__name__.lower()


def _reverse(values: Sequence[Value], meter: Meter) -> list[Value]:
    meter.spend(len(values))
    return list(values[::-1])


def _range(count: int, meter: Meter) -> list[Value]:
    meter.spend(max(count, 0))
    return list(range(count))


def _first(values: Sequence[Value], _meter: Meter) -> Optional:
    return Optional(values[0]) if values else NONE


def _last(values: Sequence[Value], _meter: Meter) -> Optional:
    return Optional(values[-1]) if values else NONE


FUNCTIONS: Final[Table] = {
    ".distinct": (Overload(arguments=(LIST,), result=LIST, function=_distinct),),
    ".first": (Overload(arguments=(LIST,), result=OPTIONAL, function=_first),),
    ".flatten": (
        Overload(arguments=(LIST,), result=LIST, function=_flatten),
        Overload(arguments=(LIST, INT), result=LIST, function=_flatten_deep),
    ),
    ".last": (Overload(arguments=(LIST,), result=OPTIONAL, function=_last),),
    ".reverse": (Overload(arguments=(LIST,), result=list_of(DYN), function=_reverse),),
    ".slice": (Overload(arguments=(LIST, INT, INT), result=LIST, function=_slice),),
    ".sort": (Overload(arguments=(LIST,), result=LIST, function=_sort),),
    "lists.range": (Overload(arguments=(INT,), result=list_of(INT), function=_range),),
}
