"""Types of operators, of elements, and of several values together."""

from typing import Final

from stella_git.policy.cel.operators import ARITHMETIC
from stella_git.policy.cel.types import BOOL, DURATION, DYN, LIST, STRING, TIMESTAMP, Type, list_of
from stella_git.policy.cel.values import KINDS
from stella_git.policy.cel.words import joined

_NUMBERS: Final = frozenset({"int", "uint", "double"})
_ORDERED: Final = frozenset({"string", "bytes", "bool", TIMESTAMP.name, DURATION.name})


def fits(have: Type, want: Type) -> bool:
    """Return whether a value of one type may stand where another is wanted."""
    if have.name == "dyn" or want.name == "dyn":
        return True
    if have.name != want.name:
        return False
    return all(map(fits, have.parameters, want.parameters))


def common(types: list[Type]) -> Type:
    """Return the type that all have, or ``dyn``."""
    first = types[0] if types else DYN
    if {each.name for each in types} == {"string"}:
        return joined(types)
    return first if all(each == first for each in types) else DYN


def elements(of: Type) -> tuple[Type, Type]:
    """Return the types of keys (or indices) and values of what a macro goes through."""
    if of.name == "list" and of.parameters:
        return DYN, of.parameters[0]
    if of.name == "map" and of.members is None and of.parameters:
        return of.parameters[0], of.parameters[1]
    return DYN, DYN


def of_operator(sign: str, types: list[Type]) -> Type | None:
    """Return the type of an operator's result, or None if it has no meaning for these operands."""
    names = [of.name for of in types]
    if len(types) == 1:
        allowed = {"bool", "dyn"} if sign == "!" else {"int", "double", "dyn"}
        return types[0] if names[0] in allowed else None
    if sign in {"==", "!="}:
        return BOOL if _comparable(*names) or "null_type" in names else None
    if sign in {"<", "<=", ">", ">="}:
        return BOOL if _comparable(*names) and set(names) <= _NUMBERS | _ORDERED | {"dyn"} else None
    if sign == "in":
        return BOOL if names[1] in {"list", "map", "dyn"} else None
    return _arithmetic(sign, types)


def _comparable(left: str, right: str) -> bool:
    return left == right or "dyn" in {left, right} or {left, right} <= _NUMBERS


def _arithmetic(sign: str, types: list[Type]) -> Type | None:
    left, right = types
    pairs = {(KINDS[one], KINDS[other]) for one, other in ARITHMETIC[sign]}
    if left.name == "dyn" or right.name == "dyn":
        known = right.name if left.name == "dyn" else left.name
        return DYN if known == "dyn" or any(known in pair for pair in pairs) else None
    if (left.name, right.name) not in pairs:
        return None
    if left.name == "list":
        return list_of(common([*left.parameters, *right.parameters])) if left.parameters else LIST
    if left.name == TIMESTAMP.name and right.name == TIMESTAMP.name:
        return DURATION
    if left.name == "string":
        return STRING  # of any words, whatever the two can be
    return TIMESTAMP if TIMESTAMP.name in {left.name, right.name} else left
