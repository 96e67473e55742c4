"""Where in the evidence an element is: elements are parts of it, and are found by identity."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.cel.values import Value
    from stella_git.policy.evidence import Evidence


class Elements:
    """Finds elements in the evidence of a policy; looks at it only when it is asked.

    Args:
        evidence: what the policy looks at.
    """

    __slots__ = ("_evidence", "_known")

    def __init__(self, evidence: "tuple[Evidence, ...]") -> None:
        self._evidence = evidence
        self._known: dict[int, tuple[Evidence, str]] | None = None

    def place(self, element: "Value", pointer: "Value") -> "Where | None":
        """Return where an element stands; None if nobody knows.

        Args:
            element: of a list in the evidence; None for a rule that is asked once.
            pointer: JSON Pointer in the evidence of the element, or in the only evidence; None for the
                element itself.
        """
        found = self._find(element) if isinstance(element, dict | list) else None
        if found is None and len(self._evidence) == 1:
            found = self._evidence[0], ""
        if found is None:
            return None
        evidence, own = found
        return evidence.place(pointer if isinstance(pointer, str) else own)

    def _find(self, element: "dict[str, Json] | list[Json]") -> "tuple[Evidence, str] | None":
        if self._known is None:
            self._known = {}
            for evidence in self._evidence:
                for part, pointer in _parts(evidence.value):
                    self._known.setdefault(id(part), (evidence, pointer))
        return self._known.get(id(element))


def _parts(value: "Json") -> "Iterator[tuple[Json, str]]":
    """Yield all objects and arrays in a value, with their pointers; without recursion."""
    pending: list[tuple[Json, str]] = [(value, "")]
    while pending:
        part, pointer = pending.pop()
        if isinstance(part, dict):
            yield part, pointer
            pending.extend(
                (item, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
                for name, item in part.items()
                if isinstance(item, dict | list)
            )
        elif isinstance(part, list):
            yield part, pointer
            pending.extend(
                (item, f"{pointer}/{index}")
                for index, item in enumerate(part)
                if isinstance(item, dict | list)
            )
