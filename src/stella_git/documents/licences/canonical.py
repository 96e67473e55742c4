"""One text for all expressions that mean the same by the laws of AND and OR."""

from dataclasses import replace

from stella_git.documents.licences.grammar import parse
from stella_git.documents.licences.listed import listed
from stella_git.documents.licences.model import Compound, Exemption, Expression, Licence, With


def spelt(expression: Expression) -> Expression:
    """Return the same expression with every id as the SPDX licence list spells it, in the same order."""
    if isinstance(expression, Compound):
        return replace(expression, operands=tuple(spelt(each) for each in expression.operands))
    if isinstance(expression, With):
        licence = (
            _licence(expression.licence) if isinstance(expression.licence, Licence) else expression.licence
        )
        addition = expression.addition
        if isinstance(addition, Exemption):
            addition = replace(addition, id=listed().exceptions.find(addition.id) or addition.id)
        return With(licence=licence, addition=addition)
    return _licence(expression) if isinstance(expression, Licence) else expression


def _licence(licence: Licence) -> Licence:
    whole = listed().licences.find(str(licence))
    found = whole.removesuffix("+") if whole else listed().licences.find(licence.id)
    return replace(licence, id=found or licence.id)


def canonical(text: str) -> str:
    """Return the canonical form of a licence expression.

    Ids are spelt as the list does; there are no needless parentheses. Operands of AND and of OR are sorted
    and said once; nothing is distributed, and no id is replaced.

    Args:
        text: the expression.

    Raises:
        InputError: ``licence-expression-invalid``.
    """
    return str(_sorted(spelt(parse(text))))


def _sorted(expression: Expression) -> Expression:
    if not isinstance(expression, Compound):
        return expression
    once: dict[str, Expression] = {}
    for each in expression.operands:
        inner = _sorted(each)
        same = inner.operands if _is(inner, expression) and isinstance(inner, Compound) else (inner,)
        once.update((str(one), one) for one in same)
    operands = tuple(once[name] for name in sorted(once))
    return operands[0] if len(operands) == 1 else replace(expression, operands=operands)


def _is(inner: Expression, outer: Compound) -> bool:
    """Return whether an operand has come to have the operator of the whole, as ``(A OR A) AND B`` may."""
    return isinstance(inner, Compound) and inner.operator == outer.operator
