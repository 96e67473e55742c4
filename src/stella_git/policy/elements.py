"""Where in the evidence an element is: elements are parts of it, and are found by identity."""

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.cel.values import Value
    from stella_git.policy.evidence import Evidence


class Elements:
    """Finds elements in the evidence of a policy; looks no further than the last element it was asked for.

    Args:
        evidence: what the policy looks at.
    """

    __slots__ = ("_evidence", "_known", "_rest")

    def __init__(self, evidence: "tuple[Evidence, ...]") -> None:
        self._evidence = evidence
        self._known: dict[int, tuple[Evidence, str]] = {}
        self._rest = _parts(evidence)

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
        wanted = id(element)
        if wanted in self._known:
            return self._known[wanted]
        for part, evidence, pointer in self._rest:
            self._known.setdefault(id(part), (evidence, pointer))
            if part is element:
                break
        return self._known.get(wanted)


def _parts(evidence: "tuple[Evidence, ...]") -> "Iterator[tuple[Json, Evidence, str]]":
    """Yield all objects and arrays in evidence, with their pointers; what is less deep comes first.

    Elements stand near the top, and most of a document stands inside of them.
    """
    pending: deque[tuple[Json, Evidence, str]] = deque((item.value, item, "") for item in evidence)
    while pending:
        part, item, pointer = pending.popleft()
        if isinstance(part, dict):
            yield part, item, pointer
            pending.extend(
                (value, item, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
                for name, value in part.items()
                if isinstance(value, dict | list)
            )
        elif isinstance(part, list):
            yield part, item, pointer
            pending.extend(
                (value, item, f"{pointer}/{index}")
                for index, value in enumerate(part)
                if isinstance(value, dict | list)
            )
