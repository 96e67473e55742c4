"""What a function of the language is: how libraries offer theirs.

A library is a module with a table ``FUNCTIONS: dict[str, tuple[Overload, ...]]``. Its keys are full names:
``"size"`` and ``"math.greatest"`` are called as written; ``".charAt"``, with a dot in front, is called
on its first argument, ``text.charAt(1)``. A function that may be called both ways stands under both names.

`stella_git.policy.cel.standard` has what the language cannot do without: operators (those of timestamps and
durations too), ``size``, ``contains``, ``startsWith``, ``endsWith``, ``type``, ``dyn``, conversions between
numbers, booleans, strings and bytes, optionals. `stella_git.policy.cel.library` has the rest: ``matches``,
``timestamp(...)``, ``duration(...)``, ``int(timestamp)``, ``string(timestamp)``, ``string(duration)``, what
reads the parts of a timestamp, strings, mathematics, and the functions of this project.
"""

from collections.abc import Callable
from typing import Final

from stella_git.canon.record import record
from stella_git.policy.cel.types import Type
from stella_git.policy.cel.values import Value


@record(frozen=True, slots=True, kw_only=True)
class Overload:
    """One signature of a function, and what computes it.

    Args:
        arguments: types, in order, the receiver first; ``DYN`` takes anything.
        result: type of what it gives.
        function: called with one value for each argument and then the `Meter`: ``function(a, b, meter)``. It
            raises `EvalError` for values that it has no answer for, nothing else, and changes no argument.
            A value has the type that was declared: `UInt` only for uint, never a ``bool`` for int.
        variadic: the last type may come once or more often.
    """

    arguments: tuple[Type, ...]
    result: Type
    function: Callable[..., Value]
    variadic: bool = False


Table = dict[str, tuple[Overload, ...]]

EMPTY: Final[Table] = {}


def joined(*tables: Table) -> Table:
    """Return one table of several; overloads of the same name are put one after another."""
    whole: Table = {}
    for table in tables:
        for name, overloads in table.items():
            whole[name] = (*whole.get(name, ()), *overloads)
    return whole
