"""What a licence expression is, once it is read."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["AND", "OR"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence of the SPDX list, or what claims to be one.

    Args:
        id: as written, without ``+``.
        later: whether a ``+`` follows: this version or any later one.
        column: where it begins, 1-based, in characters.
    """

    id: str
    later: bool
    column: int

    def __str__(self) -> str:
        return f"{self.id}+" if self.later else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A licence or an addition that a document defines itself.

    Args:
        prefix: ``LicenseRef`` or ``AdditionRef``.
        name: what follows the prefix.
        document: what follows ``DocumentRef-``; None if it is defined in the same document.
        column: where it begins, 1-based, in characters.
        exact: whether the prefixes are written in the case that the specification has.
    """

    prefix: str
    name: str
    document: str | None
    column: int
    exact: bool = True

    def __str__(self) -> str:
        document = "" if self.document is None else f"DocumentRef-{self.document}:"
        return f"{document}{self.prefix}-{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """An exception of the SPDX list, or what claims to be one.

    Args:
        id: as written.
        column: where it begins, 1-based, in characters.
    """

    id: str
    column: int

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class With:
    """A licence with an exception or another addition.

    Args:
        licence: what is added to.
        addition: what is added.
    """

    licence: Licence | Reference
    addition: Exemption | Reference

    def __str__(self) -> str:
        return f"{self.licence} WITH {self.addition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """Two or more expressions joined by one operator, none of them joined by the same.

    Args:
        operator: ``AND`` (all of them hold) or ``OR`` (one may be chosen).
        operands: in the order in which they are written.
    """

    operator: Operator
    operands: "tuple[Expression, ...]"

    def __str__(self) -> str:
        tight = self.operator == "AND"
        return f" {self.operator} ".join(
            f"({each})" if tight and isinstance(each, Compound) else str(each) for each in self.operands
        )


Expression = Licence | Reference | With | Compound
