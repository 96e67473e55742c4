"""Which overload of a function is meant, by the types of the values it is called with."""

from collections.abc import Callable
from typing import Any, Final

from stella_git.policy.cel.functions import Overload
from stella_git.policy.cel.loops import Closure, Frame
from stella_git.policy.cel.meter import EvalError
from stella_git.policy.cel.values import KINDS, Value, kind

_REMEMBERED: Final = 4
"""Calls with more arguments than this look for their overload each time."""


class Dispatch:
    """The overloads of one function at one place where it is called.

    Args:
        name: as it was written.
        overloads: those that take this number of arguments.

    Attributes:
        found: functions that were found already, by the Python classes of the values.
    """

    __slots__ = ("_name", "_overloads", "found")

    def __init__(self, name: str, overloads: tuple[Overload, ...]) -> None:
        self._name = name
        self._overloads = overloads
        self.found: dict[tuple[type, ...], Callable[..., Value]] = {}

    def of(self, *values: Value) -> Callable[..., Value]:
        """Return the function for these values.

        Raises:
            EvalError: there is none.
        """
        classes = tuple(map(type, values))
        found = self.found.get(classes)
        if found is None:
            found = self._look(classes, values)
            if len(classes) <= _REMEMBERED:
                self.found[classes] = found
        return found

    def _look(self, classes: tuple[type, ...], values: tuple[Value, ...]) -> Callable[..., Value]:
        kinds = [KINDS.get(of, "dyn") for of in classes]
        for overload in self._overloads:
            types = wanted(overload, len(kinds))
            if all(of.name in {"dyn", name} for of, name in zip(types, kinds, strict=True)):
                return overload.function
        raise EvalError(f"{self._name} is not for {', '.join(map(kind, values))}")


def takes(overload: Overload, count: int) -> bool:
    """Return whether an overload can be called with so many arguments."""
    declared = len(overload.arguments)
    return count >= declared if overload.variadic else count == declared


def wanted(overload: Overload, count: int) -> tuple[Any, ...]:
    """Return the type of each of ``count`` arguments."""
    if not overload.variadic:
        return overload.arguments
    return overload.arguments + overload.arguments[-1:] * (count - len(overload.arguments))


def called(name: str, overloads: tuple[Overload, ...], arguments: tuple[Closure, ...]) -> Closure:
    """Return the closure of a call; few arguments have closures of their own, because most calls have few."""
    dispatch = Dispatch(name, tuple(each for each in overloads if takes(each, len(arguments))))
    of, known = dispatch.of, dispatch.found
    if len(arguments) == 1:
        (only,) = arguments

        def one(frame: Frame) -> Value:
            value = only(frame)
            function = known.get((type(value),)) or of(value)
            return function(value, frame[0])

        return one
    if len(arguments) == 2:  # noqa: PLR2004 - as many as there are names in the next line
        first, second = arguments

        def two(frame: Frame) -> Value:
            a, b = first(frame), second(frame)
            function = known.get((type(a), type(b))) or of(a, b)
            return function(a, b, frame[0])

        return two

    def many(frame: Frame) -> Value:
        values = [argument(frame) for argument in arguments]
        return of(*values)(*values, frame[0])

    return many
