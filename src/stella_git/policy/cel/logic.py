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
        for at, operand in enumerate(operands):
            try:
                answer = operand(frame)
            except FuelError:
                raise
            except EvalError as error:
                return _despite(error, operands[at + 1 :], decisive, frame)
            if answer is decisive:
                return decisive
            if answer is not otherwise:
                return _despite(not_boolean(answer), operands[at + 1 :], decisive, frame)
        return otherwise

    return decide


def _despite(
    error: EvalError,
    rest: tuple[Closure, ...],
    decisive: bool,  # noqa: FBT001 - as above
    frame: Frame,
) -> Value:
    """Return the answer that decides if an operand after a failed one gives it; else raise the error."""
    for operand in rest:
        try:
            if operand(frame) is decisive:
                return decisive
        except FuelError:
            raise
        except EvalError:
            continue
    raise error.with_traceback(None)


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
