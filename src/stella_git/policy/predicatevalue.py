"""Evidence whose value is made when somebody looks at it, once."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.evidence import Source

_UNMADE: Final = object()


class Deferred:
    """A piece of evidence; of many documents, policies look at few.

    Args:
        predicate_type: URI without version.
        version: of the predicate type; "" if it has none.
        sources: what it was made of.
        make: makes the value; it holds only what JSON can say, and is the same whenever it is made.
        locate: from a JSON Pointer in the value to a place; None if nobody knows.
    """

    __slots__ = ("_locate", "_make", "_value", "predicate_type", "sources", "version")

    def __init__(
        self,
        predicate_type: str,
        version: str,
        sources: "tuple[Source, ...]",
        make: "Callable[[], Json]",
        locate: "Callable[[str], Where | None] | None" = None,
    ) -> None:
        self.predicate_type = predicate_type
        self.version = version
        self.sources = sources
        self._make = make
        self._locate = locate
        self._value: object = _UNMADE

    @property
    def value(self) -> "Json":
        """Return what expressions see."""
        if self._value is _UNMADE:
            self._value = self._make()
        return self._value  # type: ignore[return-value] # what `make` gave, no longer the mark

    def place(self, pointer: str) -> "Where | None":
        """Return where a part of the value stands in its source.

        Args:
            pointer: JSON Pointer in the value.
        """
        return self._locate(pointer) if self._locate is not None else None
