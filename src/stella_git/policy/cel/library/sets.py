"""Lists as sets: order and repetition do not count.

Source: CEL extension "sets".
"""

from collections.abc import Sequence
from typing import Final

from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import Meter
from stella_git.policy.cel.types import BOOL, LIST
from stella_git.policy.cel.values import FALSE_KEY, LONG, TRUE_KEY, UInt, Value, equal

_HASHED: Final = frozenset({int, UInt, float, str, bytes})


class Bag:
    """Values that are looked for by equality of the language; those that Python can hash, at once.

    Args:
        values: what is in it.
        meter: gives one unit for each value, here and for each that one looked for is compared with.
    """

    __slots__ = ("_hashed", "_meter", "_others")

    def __init__(self, values: Sequence[Value], meter: Meter) -> None:
        self._meter = meter
        self._hashed: set[Value] = set()
        self._others: list[Value] = []
        for value in values:
            self.add(value)

    def add(self, value: Value) -> None:
        """Put one more value in.

        Raises:
            FuelError: the fuel does not last.
        """
        key = self._key(value)
        if key is None:
            self._others.append(value)
        else:
            self._hashed.add(key)

    def _key(self, value: Value) -> Value:
        """Return what a value can be found by, or None; a long text is paid for, as it is compared."""
        self._meter.spend(1 + len(value) // LONG if type(value) in {str, bytes} else 1)
        return _key(value)

    def __contains__(self, value: Value) -> bool:
        key = self._key(value)
        if key is not None:
            return key in self._hashed
        for other in self._others:
            self._meter.spend(1)
            if equal(value, other, self._meter):
                return True
        return False


def _key(value: Value) -> Value:
    """Return what a value can be found by, or None: numbers are the same in Python as in the language.

    What is no number (NaN) is equal to nothing, and compared like lists and maps, so that it is never found.
    """
    if type(value) is bool:
        return TRUE_KEY if value else FALSE_KEY
    return value if type(value) in _HASHED and value == value else None  # noqa: PLR0124 - NaN is not itself


def _contains(values: Sequence[Value], parts: Sequence[Value], meter: Meter) -> bool:
    bag = Bag(values, meter)
    return all(part in bag for part in parts)


def _equivalent(one: Sequence[Value], other: Sequence[Value], meter: Meter) -> bool:
    return _contains(one, other, meter) and _contains(other, one, meter)


def _intersects(one: Sequence[Value], other: Sequence[Value], meter: Meter) -> bool:
    bag = Bag(one, meter)
    return any(part in bag for part in other)


FUNCTIONS: Final[Table] = {
    "sets.contains": (Overload(arguments=(LIST, LIST), result=BOOL, function=_contains),),
    "sets.equivalent": (Overload(arguments=(LIST, LIST), result=BOOL, function=_equivalent),),
    "sets.intersects": (Overload(arguments=(LIST, LIST), result=BOOL, function=_intersects),),
}
