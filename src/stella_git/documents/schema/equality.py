"""Equality of JSON values as JSON Schema means it: 1 equals 1.0, members have no order, true is no number."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


def identity(value: "Json") -> object:
    """Return a hashable that is equal for equal JSON values: 1 equals 1.0, but not true."""
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, list):
        return ("l", tuple([identity(item) for item in value]))
    if isinstance(value, dict):
        return ("o", frozenset([(key, identity(item)) for key, item in value.items()]))
    return value


def distinct(items: "list[Json]") -> bool:
    """Return whether no two items are equal, in linear time.

    Most items differ in a string that is a member of their own, so that is looked at first.
    """
    if len(items) <= 1 or len({_glance(item) for item in items}) == len(items):
        return True
    return len({identity(item) for item in items}) == len(items)


def _glance(value: "Json") -> object:
    """Return a hashable that is equal for equal JSON values, and often differs for different ones."""
    if isinstance(value, dict):
        return frozenset([(key, item) for key, item in value.items() if isinstance(item, str)])
    return value if isinstance(value, str) else None
