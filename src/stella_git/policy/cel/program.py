"""An expression that was compiled: evaluate it, or watch it while it is evaluated."""

from collections.abc import Mapping
from typing import Final

from stella_git.canon.record import record
from stella_git.errors import ConfigError, DefectError
from stella_git.policy.cel.checker import Checker
from stella_git.policy.cel.closures import MISSING
from stella_git.policy.cel.evaluator import Maker
from stella_git.policy.cel.faults import place
from stella_git.policy.cel.functions import Table
from stella_git.policy.cel.loops import Closure, Frame
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.nodes import Node
from stella_git.policy.cel.parser import parse
from stella_git.policy.cel.scope import TYPES, Scope
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
        listed: offset of each text that is compared with what has listed words, and these words.
    """

    __slots__ = (
        "_container",
        "_functions",
        "_names",
        "_plain",
        "_watched",
        "listed",
        "source",
        "tree",
        "type",
    )

    def __init__(
        self,
        source: str,
        tree: Node,
        *,
        type_: Type,
        names: frozenset[str] | None,
        options: Options,
        listed: Mapping[int, tuple[str, ...]],
    ) -> None:
        self.source = source
        self.tree = tree
        self.type = type_
        self.listed = listed
        self._names = names
        self._container = options.container
        self._functions = everything() if options.functions is None else options.functions
        scope = Scope(names, options.container)
        self._plain = _Runnable(Maker(scope, self._functions).make(tree), scope)
        self._watched: _Runnable | None = None

    @property
    def names(self) -> frozenset[str]:
        """Return the names that the expression reads from outside: no variables of macros, no names of types.

        Of names that are declared with dots, those that a chain of names may stand for.
        """
        found = frozenset(self._plain.names)
        if self._names is not None:
            return found
        return frozenset(name for name in found if "." not in name and name not in TYPES)

    def evaluate(
        self, bindings: Mapping[str, Value], *, fuel: int = FUEL, meter: Meter | None = None
    ) -> Value:
        """Return the value of the expression.

        Args:
            bindings: name to value: parsed JSON as it is, or values of `stella_git.policy.cel.values`. Lists
                and maps of the result may be parts of them.
            fuel: units of work, the same on every machine.
            meter: the work that is left to this evaluation and others; it takes the place of ``fuel``.

        Raises:
            EvalError: it has no value for these bindings (``cel-evaluation``), or out of fuel (``cel-fuel``);
                with line and column.
            DefectError: a function failed in a way that functions do not.
        """
        meter = Meter(fuel) if meter is None else meter
        fuel = meter.left
        try:
            return self._plain.run(bindings, meter)
        except EvalError as failed:
            # Nothing notes where it is while all is well. Whatever failed fails again, and is seen then.
            raise self.trace(bindings, fuel=fuel).error or failed from None

    def trace(self, bindings: Mapping[str, Value], *, fuel: int = FUEL, meter: Meter | None = None) -> Trace:
        """Return the value, or the error, and what every part of the expression was on the way.

        Args:
            bindings: as for `evaluate`.
            fuel: as for `evaluate`.
            meter: as for `evaluate`: watching costs no fuel.

        Raises:
            DefectError: a function failed in a way that functions do not.
        """
        if self._watched is None:
            scope = Scope(self._names, self._container)
            self._watched = _Runnable(Maker(scope, self._functions, watch).make(self.tree), scope)
        witness = Witness(fuel if meter is None else meter.left)
        value, error = None, None
        try:
            value = self._watched.run(bindings, witness)
        except EvalError as failed:
            error = failed
            error.place(place(self.source, failed.offset or 0))
        if meter is not None:
            meter.left = witness.left
        return Trace(source=self.source, tree=self.tree, value=value, error=error, seen=witness.seen)


class _Runnable:
    __slots__ = ("_closure", "_names", "_size")

    def __init__(self, closure: Closure, scope: Scope) -> None:
        self._closure = closure
        self._names = tuple(scope.slots.items())
        self._size = scope.size

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._names)

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
            (``cel-type``), texts that a member never is (``cel-value``).
    """
    options = options or Options()
    tree = parse(source)
    found, listed = DYN, dict[int, tuple[str, ...]]()
    if options.check:
        functions = everything() if options.functions is None else options.functions
        checker = Checker(source, names, functions, options.container)
        found, listed = checker.of(tree), checker.listed
    declared = None if names is None else frozenset(names)
    return Program(source, tree, type_=found, names=declared, options=options, listed=listed)


def problems(
    source: str, *, names: Mapping[str, Type | None] | None = None, options: Options | None = None
) -> tuple[ConfigError, ...]:
    """Return all that `compile` would refuse, in the order of the source; text that cannot be read has one.

    What has a fault is of any type from there on, so that nothing is reported because of something else. A
    hundred are returned at most.

    Args:
        source: as for `compile`.
        names: as for `compile`.
        options: as for `compile`.
    """
    options = options or Options()
    try:
        tree = parse(source)
    except ConfigError as error:
        return (error,)
    if not options.check:
        return ()
    found: list[tuple[int, ConfigError]] = []
    functions = everything() if options.functions is None else options.functions
    Checker(source, names, functions, options.container, found).of(tree)
    return tuple(error for _, error in sorted(found, key=lambda each: each[0]))
