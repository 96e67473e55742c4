"""An expression that was compiled: evaluate it, or watch it while it is evaluated."""

from collections.abc import Mapping
from typing import Final

from stella_git.canon.record import record
from stella_git.errors import DefectError
from stella_git.policy.cel.checker import Checker
from stella_git.policy.cel.closures import MISSING
from stella_git.policy.cel.evaluator import Maker
from stella_git.policy.cel.faults import place
from stella_git.policy.cel.functions import Table
from stella_git.policy.cel.loops import Closure, Frame
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.nodes import Node
from stella_git.policy.cel.parser import parse
from stella_git.policy.cel.scope import Scope
from stella_git.policy.cel.tracing import Trace, Witness, watch
from stella_git.policy.cel.types import DYN, Type
from stella_git.policy.cel.values import Value

FUEL: Final = 2_000_000


@record(frozen=True, slots=True, kw_only=True)
class Options:
    """How an expression is compiled.

    Args:
        check: refuse names, functions, members and types that can only fail.
        container: a name with dots; names are looked for in it first.
        functions: what may be called; None for all that this package has.
    """

    check: bool = True
    container: str = ""
    functions: Table | None = None


class Program:
    """A compiled expression; it holds no state, and may be evaluated as often as one likes.

    Args:
        source: the expression.
        tree: what it says.
        type: what it gives, as far as it was deduced.
        names: the names that may be bound, or None for any.
        functions: what may be called.
        container: where names are looked for.
    """

    __slots__ = ("_container", "_functions", "_names", "_plain", "_watched", "source", "tree", "type")

    def __init__(
        self, source: str, tree: Node, *, type_: Type, names: frozenset[str] | None, options: Options
    ) -> None:
        self.source = source
        self.tree = tree
        self.type = type_
        self._names = names
        self._container = options.container
        self._functions = everything() if options.functions is None else options.functions
        scope = Scope(names, options.container)
        self._plain = _Runnable(Maker(scope, self._functions).make(tree), scope)
        self._watched: _Runnable | None = None

    def evaluate(self, bindings: Mapping[str, Value], *, fuel: int = FUEL) -> Value:
        """Return the value of the expression.

        Args:
            bindings: name to value: parsed JSON as it is, or values of `stella_git.policy.cel.values`. Lists
                and maps of the result may be parts of them.
            fuel: units of work, the same on every machine.

        Raises:
            EvalError: it has no value for these bindings (``cel-evaluation``), or out of fuel (``cel-fuel``);
                with line and column.
            DefectError: a function failed in a way that functions do not.
        """
        try:
            return self._plain.run(bindings, Meter(fuel))
        except EvalError as failed:
            # Nothing notes where it is while all is well. Whatever failed fails again, and is seen then.
            raise self.trace(bindings, fuel=fuel).error or failed from None

    def trace(self, bindings: Mapping[str, Value], *, fuel: int = FUEL) -> Trace:
        """Return the value, or the error, and what every part of the expression was on the way.

        Args:
            bindings: as for `evaluate`.
            fuel: as for `evaluate`.

        Raises:
            DefectError: a function failed in a way that functions do not.
        """
        if self._watched is None:
            scope = Scope(self._names, self._container)
            self._watched = _Runnable(Maker(scope, self._functions, watch).make(self.tree), scope)
        witness = Witness(fuel)
        value, error = None, None
        try:
            value = self._watched.run(bindings, witness)
        except EvalError as failed:
            error = failed
            error.place(place(self.source, failed.offset or 0))
        return Trace(source=self.source, tree=self.tree, value=value, error=error, seen=witness.seen)


class _Runnable:
    __slots__ = ("_closure", "_names", "_size")

    def __init__(self, closure: Closure, scope: Scope) -> None:
        self._closure = closure
        self._names = tuple(scope.slots.items())
        self._size = scope.size

    def run(self, bindings: Mapping[str, Value], meter: Meter) -> Value:
        frame: Frame = [MISSING] * self._size
        frame[0] = meter
        for name, slot in self._names:
            frame[slot] = bindings.get(name, MISSING)
        try:
            return self._closure(frame)
        except EvalError:
            raise
        except Exception as error:
            raise DefectError(
                f"an expression failed with {type(error).__name__}",
                code="cel-defect",
                remedy="report the expression",
            ) from error


def everything() -> Table:
    """Return all functions that this package has."""
    from stella_git.policy.cel.registry import FUNCTIONS

    return FUNCTIONS


def compile(  # noqa: A001 - the verb of the language; it is called with its module in front
    source: str, *, names: Mapping[str, Type | None] | None = None, options: Options | None = None
) -> Program:
    """Return the program of an expression.

    Args:
        source: at most 8 KiB in UTF-8.
        names: what may be bound, with its type (None for one that is not known); None if any name may be.
        options: see `Options`.

    Raises:
        ConfigError: not an expression (``cel-syntax``), too large (``cel-limit``), a name, a function or a
            member that does not exist (``cel-unknown``, with the nearest one), types that do not fit
            (``cel-type``).
    """
    options = options or Options()
    tree = parse(source)
    found = DYN
    if options.check:
        functions = everything() if options.functions is None else options.functions
        found = Checker(source, names, functions, options.container).of(tree)
    return Program(
        source, tree, type_=found, names=None if names is None else frozenset(names), options=options
    )
