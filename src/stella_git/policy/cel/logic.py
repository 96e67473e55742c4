"""``&&``, ``||`` and ``? :`` as closures.

Both connectives are commutative: an operand that decides makes up for an error of another, whichever comes
first. Nothing makes up for fuel that is used up.

Source: Common Expression Language, language definition, section Logical Operators.
"""

from stella_git.policy.cel.loops import Closure, Frame, not_boolean
from stella_git.policy.cel.meter import EvalError, FuelError
from stella_git.policy.cel.values import Value


def connective(operands: tuple[Closure, ...], decisive: bool) -> Closure:  # noqa: FBT001 - the answer that decides
    """Return ``&&`` (False decides) or ``||`` (True decides) of the operands."""
    otherwise = not decisive

    def decide(frame: Frame) -> Value:
        error: EvalError | None = None
        for operand in operands:
            try:
                answer = operand(frame)
            except FuelError:
                raise
            except EvalError as failed:
                error = error or failed.with_traceback(None)
                continue
            if answer is decisive:
                return decisive
            if answer is not otherwise:
                error = error or not_boolean(answer)
        if error is not None:
            raise error
        return otherwise

    return decide


def conditional(test: Closure, yes: Closure, no: Closure) -> Closure:
    """Return ``test ? yes : no``."""

    def choose(frame: Frame) -> Value:
        answer = test(frame)
        if answer is True:
            return yes(frame)
        if answer is False:
            return no(frame)
        raise not_boolean(answer)

    return choose
