"""What rules for SPDX 2 and for SPDX 3 have in common."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.documents.context import Context


def is_later(written: str, context: "Context") -> bool:
    """Return whether a time is after the present one; False where the present time is not known."""
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    try:
        return context.now is not None and parse_rfc3339(written) > context.now
    except InputError:  # a leap second
        return False


def references(expression: object) -> Iterator[str]:
    """Return what an expression refers to, each as it is written in the canonical spelling."""
    from stella_git.documents.licences import Compound, Reference, With

    if isinstance(expression, Compound):
        for each in expression.operands:
            yield from references(each)
    elif isinstance(expression, With):
        yield from references(expression.licence)
        yield from references(expression.addition)
    elif isinstance(expression, Reference):
        yield str(expression)
