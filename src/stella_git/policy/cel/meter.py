"""Fuel, and the error of an expression that has no value."""

from stella_git.errors import InputError, Where


class EvalError(InputError):
    """An expression has no value for this input; other operands of ``&&`` and ``||`` may make up for it.

    Args:
        message: one sentence, no final full stop.
        offset: where in the source, in characters from 0; whoever called a function adds it.
    """

    def __init__(self, message: str, *, offset: int | None = None, code: str = "cel-evaluation") -> None:
        super().__init__(message, code=code)
        self.offset = offset

    def __reduce__(self) -> "tuple[object, ...]":
        """Return what makes the same error in another process."""
        return _again, (type(self), self.message, self.offset, self.where, self.remedy)

    def place(self, where: Where) -> None:
        """Say where in a file it happened."""
        self.where = where


def _again(
    kind: type[EvalError], message: str, offset: int | None, where: Where, remedy: str | None
) -> EvalError:
    error = kind(message, offset=offset)
    error.where, error.remedy = where, remedy
    return error


class FuelError(EvalError):
    """The expression did more work than it was given; nothing makes up for that."""

    def __init__(self, message: str, *, offset: int | None = None, code: str = "cel-fuel") -> None:
        super().__init__(message, offset=offset, code=code)
        self.remedy = "filter earlier, or compare less with less"


class Meter:
    """The work that is left: a count that is the same on every machine.

    Args:
        fuel: units; one is an element looked at, 16 bytes of text made, or a character matched.
    """

    __slots__ = ("left",)

    def __init__(self, fuel: int) -> None:
        self.left = fuel

    def spend(self, units: int) -> None:
        """Take ``units``, zero or more.

        Raises:
            FuelError: there are not that many.
        """
        self.left -= units
        if self.left < 0:
            raise FuelError("the expression needs more work than it may do")
