"""JSON values: their type, their places, and the integers that every reader agrees on."""

from collections.abc import Iterable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

Json: "TypeAlias" = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

MAX_INTEGER = 2**53 - 1

_EXPONENT_FROM = 1e21  # from here on canonical JSON writes an exponent


def pointer(tokens: Iterable[str | int]) -> str:
    """Return the JSON Pointer of a path of member names and 0-based indices.

    Source: RFC 6901 section 3.
    """
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def is_huge_integer(value: float) -> bool:
    """Return whether canonical JSON writes a float as an integer beyond +-(2^53-1).

    Such a number is refused in any spelling (``1e20`` too), or what we write we could not read.

    Source: RFC 8785 section 3.2.2.3.
    """
    return MAX_INTEGER < abs(value) < _EXPONENT_FROM
