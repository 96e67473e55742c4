"""The same evidence in another order: what rules say must not depend on it.

The orders are made by a small generator that starts from a number, so that they are the same on every
machine.
"""

from typing import TYPE_CHECKING, TypeVar

from stella_git.policy.evidence import Given

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.policy.evidence import Evidence

# Knuth's generator for 64 bits; it need not be good, only the same everywhere.
_FACTOR = 6_364_136_223_846_793_005
_STEP = 1_442_695_040_888_963_407
_MASK = (1 << 64) - 1

Each = TypeVar("Each")

REVERSED = 0
"""The seed whose order is the reverse."""
SEEDS = (REVERSED, 1)


def shuffled(evidence: "Sequence[Evidence]", seed: int, *, only: str | None = None) -> "tuple[Evidence, ...]":
    """Return evidence with its pieces, and the lists and maps in them, in another order.

    Args:
        evidence: stays as it is.
        seed: which order.
        only: the lists at this `paths` entry, "" for the pieces themselves; None for everything.
    """
    order = _Order(seed)
    pieces: list[Evidence] = [
        Given(
            predicate_type=each.predicate_type,
            version=each.version,
            value=_other(each.value, order, _name(each), only),
            sources=each.sources,
        )
        for each in evidence
    ]
    return tuple(order.of(pieces)) if only in {None, ""} else tuple(pieces)


def paths(evidence: "Sequence[Evidence]") -> tuple[str, ...]:
    """Return where in evidence lists of two or more items stand, sorted; ``*`` stands for any index."""
    found: set[str] = set()
    for each in evidence:
        found.update(_lists(each.value, _name(each)))
    return tuple(sorted(found))


def _name(evidence: "Evidence") -> str:
    return evidence.predicate_type.rpartition("/")[2]


def _lists(value: "Json", at: str) -> "Iterator[str]":
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _lists(member, f"{at}/{name}")
    elif isinstance(value, list):
        if len(value) > 1:
            yield at
        for item in value:
            yield from _lists(item, f"{at}/*")


def _other(value: "Json", order: "_Order", at: str, only: str | None) -> "Json":
    if isinstance(value, dict):
        rows = [(name, _other(member, order, f"{at}/{name}", only)) for name, member in value.items()]
        return dict(rows if only is not None else order.of(rows))
    if isinstance(value, list):
        items = [_other(item, order, f"{at}/*", only) for item in value]
        return order.of(items) if only in {None, at} else items
    return value


class _Order:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._state = seed

    def of(self, items: list[Each]) -> list[Each]:
        """Return the items in another order."""
        if self._seed == REVERSED:
            return items[::-1]
        found = items[:]
        for last in range(len(found) - 1, 0, -1):
            self._state = (self._state * _FACTOR + _STEP) & _MASK
            other = (self._state >> 33) % (last + 1)
            found[last], found[other] = found[other], found[last]
        return found
