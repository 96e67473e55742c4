"""Members of maps, elements of lists, and both through optionals."""

from stella_git.policy.cel.meter import EvalError
from stella_git.policy.cel.values import (
    ABSENT,
    FALSE_KEY,
    NONE,
    TRUE_KEY,
    Optional,
    UInt,
    Value,
    a_kind,
    key_of,
    keys_in_order,
    value_of,
)

_SHOWN = 60


def shown(value: Value) -> str:
    """Return a value for a message: short, and printable; of lists and maps the type alone."""
    if type(value) is str:
        value = value[: _SHOWN + 1]
    text = ascii(value) if isinstance(value, str | int | float) else a_kind(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def select(of: Value, member: str) -> Value:
    """Return ``of.member``; of an optional, an optional.

    Raises:
        EvalError: not a map, or no such member.
    """
    if type(of) is dict:
        try:
            return of[member]
        except KeyError:
            raise EvalError(f"there is no member {shown(member)}") from None
    if type(of) is Optional:
        return select_optional(of, member)
    raise EvalError(f"{a_kind(of)} has no members, so no {shown(member)}")


def select_optional(of: Value, member: str) -> Optional:
    """Return ``of.?member``: an optional, which is empty if there is no such member.

    Raises:
        EvalError: not a map.
    """
    held = of.value if type(of) is Optional else of
    if held is ABSENT:
        return NONE
    if type(held) is not dict:
        raise EvalError(f"{a_kind(held)} has no members, so no {shown(member)}")
    return Optional(held[member]) if member in held else NONE


def has(of: Value, member: str) -> bool:
    """Return ``has(of.member)``.

    Raises:
        EvalError: not a map.
    """
    return select_optional(of, member) is not NONE


def index(of: Value, at: Value) -> Value:
    """Return ``of[at]``; of an optional, an optional.

    Raises:
        EvalError: not a list or a map, an index outside of the list, no such key.
    """
    if type(of) is Optional:
        return index_optional(of, at)
    found = _found(of, at)
    if found is ABSENT:
        what = "key" if type(of) is dict else "index"
        raise EvalError(f"there is no {what} {shown(at)}")
    return found


def index_optional(of: Value, at: Value) -> Optional:
    """Return ``of[?at]``: an optional, which is empty if there is nothing at that key or index.

    Raises:
        EvalError: not a list or a map, or a key of a type that they do not have.
    """
    held = of.value if type(of) is Optional else of
    if held is ABSENT:
        return NONE
    found = _found(held, at)
    return NONE if found is ABSENT else Optional(found)


def _found(of: Value, at: Value) -> Value:
    kinds = type(of)
    if kinds is dict:
        return of.get(key_of(at), ABSENT)
    if kinds is not list and kinds is not tuple:
        raise EvalError(f"{a_kind(of)} has no elements")
    whole = type(at)
    if whole is not int and whole is not UInt and not (whole is float and at.is_integer()):
        raise EvalError(f"{shown(at)} is no index of a list")
    return of[int(at)] if 0 <= at < len(of) else ABSENT


def keys(of: Value) -> list[Value]:
    """Return the keys of a map in order, as values."""
    found = keys_in_order(of)
    return [value_of(key) for key in found] if TRUE_KEY in of or FALSE_KEY in of else found


def elements(of: Value) -> Value:
    """Return what a macro with one variable goes through: elements of a list, keys of a map in order.

    Raises:
        EvalError: neither a list nor a map.
    """
    if type(of) is list or type(of) is tuple:
        return of
    if type(of) is dict:
        return keys(of)
    raise EvalError(f"{a_kind(of)} cannot be gone through")


def pairs(of: Value) -> list[tuple[Value, Value]]:
    """Return what a macro with two variables goes through: index and element, or key and value.

    Raises:
        EvalError: neither a list nor a map.
    """
    if type(of) is list or type(of) is tuple:
        return list(enumerate(of))
    if type(of) is dict:
        return [(value_of(key), of[key]) for key in keys_in_order(of)]
    raise EvalError(f"{a_kind(of)} cannot be gone through")
