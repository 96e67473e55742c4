"""Values of expressions that may leave: into fingerprints, messages and verdicts."""

from typing import TYPE_CHECKING, Final, TypeGuard

if TYPE_CHECKING:
    from stella_git.policy.cel.values import Value

_LARGEST: Final = 2**53 - 1


def is_key(value: "Value") -> "TypeGuard[str | int | bool]":
    """Return whether a value can identify an element: a string, a boolean, an integer up to 2^53-1."""
    if isinstance(value, str):
        return _is_unicode(value)
    return isinstance(value, bool) or (type(value) is int and abs(value) <= _LARGEST)


def is_fact(value: "Value") -> bool:
    """Return whether a value can stand in a verdict: what identifies an element, or a list of these."""
    if isinstance(value, list):
        return all(is_key(item) for item in value)
    return is_key(value)


def _is_unicode(text: str) -> bool:
    """Half a surrogate pair has no UTF-8, so nothing could be digested that holds it."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
