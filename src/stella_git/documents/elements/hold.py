"""Hold the bytes of a document to profiles, with the places of what is missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from stella_git.documents.context import LIMIT
from stella_git.documents.detect import SUPPORTED, TITLES, Format, detect
from stella_git.documents.elements.model import Judgement, Outcome, Profile
from stella_git.errors import InputError, Where

SHOWN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Who lacks an element, and where.

    Args:
        pointer: JSON Pointer of the component; "" for the document.
        name: of the component; "" for the document.
        line: 1-based.
        column: 1-based, in characters.
    """

    pointer: str
    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document, and what became of each profile that it was held to.

    Args:
        path: file name as the user wrote it.
        format: what it is.
        judgements: one for each profile, in the order that they were asked in.
        missing: for each of these, for each of its elements, the first of those that lack it: those who lack
            most elements, then in document order; at most ``SHOWN``.
    """

    path: str
    format: Format
    judgements: tuple[Judgement, ...]
    missing: tuple[tuple[tuple[Missing, ...], ...], ...]


def hold(data: bytes, profiles: Sequence[Profile], *, path: str, shown: int = SHOWN) -> Held:
    """Return what a document says of what profiles ask. Its schema is not looked at.

    Args:
        data: CycloneDX 1.4 to 1.7, SPDX 2.3 or SPDX 3.0.1 as JSON; at most 64 MiB.
        profiles: what it is held to.
        path: its name, for messages.
        shown: how many of those that lack an element are looked up.

    Raises:
        InputError: it is not strict JSON, or ``elements-format``, no SBOM of these formats.
    """
    from stella_git.canon.reader import parse_json, positions
    from stella_git.documents.elements.beside import read_beside
    from stella_git.documents.elements.judge import judge
    from stella_git.documents.inventory import read

    value = parse_json(data, path=path, limit=LIMIT)
    found = detect(value)
    if found is None or "sbom" not in found.roles or not found.supported:
        raise _refusal(found, path)
    inventory = read(value, found)
    beside = read_beside(value, found, inventory)
    judgements = tuple(judge(inventory, profile, beside) for profile in profiles)
    worst = [_worst(judgement, shown) for judgement in judgements]
    places = positions(data, {pointer for one in worst for pointers in one for pointer in pointers})
    return Held(
        path=path,
        format=found,
        judgements=judgements,
        missing=tuple(
            tuple(_located(judgement, pointers, places) for pointers in one)
            for judgement, one in zip(judgements, worst, strict=True)
        ),
    )


def _worst(judgement: Judgement, shown: int) -> list[list[str]]:
    """Return, for each element, the pointers of those that lack it; first those that lack most elements."""
    lacking = Counter(pointer for outcome in judgement.outcomes for pointer in outcome.missing)

    def first(outcome: Outcome) -> list[str]:
        ranked = ((-lacking[pointer], place, pointer) for place, pointer in enumerate(outcome.missing))
        return [pointer for _, _, pointer in nsmallest(shown, ranked)]

    return [first(outcome) for outcome in judgement.outcomes]


def _located(
    judgement: Judgement, pointers: list[str], places: Mapping[str, tuple[int, int]]
) -> tuple[Missing, ...]:
    return tuple(
        Missing(
            pointer=pointer,
            name=judgement.names.get(pointer, ""),
            line=places[pointer][0],
            column=places[pointer][1],
        )
        for pointer in pointers
    )


def _refusal(found: Format | None, path: str) -> InputError:
    kinds = ("cyclonedx", "spdx")
    listed = " or ".join(f"{TITLES[kind]} {', '.join(SUPPORTED.get(kind, ()))}" for kind in kinds)
    message = "this is no document of a known format" if found is None else f"this is {found.title}"
    return InputError(
        f"{message}, but minimum elements are asked of {listed}",
        code="elements-format",
        where=Where(path),
        remedy="give an SBOM",
    )
