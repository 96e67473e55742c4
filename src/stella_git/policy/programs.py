"""Run the expressions of one policy: with what they may read, fuel of their own, and errors with places."""

from typing import TYPE_CHECKING

from stella_git.policy.cel import FUEL, EvalError, Meter

if TYPE_CHECKING:
    from stella_git.policy.cel import Program
    from stella_git.policy.cel.values import Value
    from stella_git.policy.compiled import Compiled, CompiledRule
    from stella_git.policy.model import Expression, Policy
    from stella_git.policy.watching import Watch


class Runner:
    """Runs expressions of a policy.

    Every ``let`` is evaluated at most once, when a rule first reads it; with fuel of its own, so that the
    order of rules makes no difference.

    Args:
        bindings: evidence, params, context.
    """

    __slots__ = ("_bindings", "_compiled", "_lets", "_meter", "_policy", "_watch")

    def __init__(
        self, policy: "Policy", compiled: "Compiled", bindings: "dict[str, Value]", watch: "Watch | None"
    ) -> None:
        self._policy = policy
        self._compiled = compiled
        self._bindings = bindings
        self._watch = watch
        self._lets: dict[str, Value | EvalError] = {}
        self._meter = Meter(FUEL)

    def of(self, rule: "CompiledRule") -> "Runner":
        """Return a runner for a rule: full fuel, and the names of ``let`` that the rule reads.

        Raises:
            EvalError: one of these has no value; every rule that reads it fails for that reason.
        """
        for name in rule.needs:
            self._let(name)
        ready = {name: self._lets[name] for name in rule.needs}
        runner = Runner(self._policy, self._compiled, {**self._bindings, **ready}, self._watch)
        runner._lets = self._lets
        return runner

    def _let(self, name: str) -> None:
        if name not in self._lets:
            let = self._compiled.lets[name]
            ready = {other: self._lets[other] for other in let.needs}
            runner = Runner(self._policy, self._compiled, {**self._bindings, **ready}, self._watch)
            try:
                self._lets[name] = runner.run(let.program, let.expression)
            except EvalError as error:
                self._lets[name] = error
        found = self._lets[name]
        if isinstance(found, EvalError):
            raise found

    def bind(self, name: str, value: "Value") -> None:
        """Let expressions read a value by a name."""
        self._bindings[name] = value

    def run(
        self, program: "Program", expression: "Expression", key: "str | int | bool | None" = None
    ) -> "Value":
        """Return the value of an expression.

        Raises:
            EvalError: it has none; with its place in the file.
        """
        try:
            if self._watch is None:
                return program.evaluate(self._bindings, meter=self._meter)
            trace = program.trace(self._bindings, meter=self._meter)
        except EvalError as error:
            raise self._placed(error, expression) from None
        self._watch.saw(self._policy, expression, trace, key)
        if trace.error is not None:
            raise self._placed(trace.error, expression)
        return trace.value

    def write(self, characters: int, pointer: str) -> None:
        """Take fuel for text that leaves, as for text that expressions make.

        Args:
            characters: how long it is.
            pointer: of what says it.

        Raises:
            EvalError: there is not that much fuel.
        """
        try:
            self._meter.spend(characters // 16)
        except EvalError as error:
            error.place(self._policy.file.where(pointer))
            raise

    def _placed(self, error: EvalError, expression: "Expression") -> EvalError:
        line, column = error.where.line or 1, error.where.column or 1
        error.place(self._policy.file.within(expression.pointer, line, column))
        return error
