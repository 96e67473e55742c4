"""Whether a document that was converted into another format still says the same.

The inventory has to be equal, both ways: what a conversion adds is as wrong as what it loses. Details that a
format cannot say are lost without fault; they are named all the same.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.inventory.compare import Comparison, compare
from stella_git.documents.inventory.normal import part_details
from stella_git.documents.read import array

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.inventory.model import Inventory

# How a part is called beside its identity: not every format has groups.
_NAMED = {"names"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A detail of a part that the conversion does not have.

    Args:
        id: identity of the part.
        member: of the details in the normal form, such as ``copyright``.
        values: what is lost of it, sorted.
    """

    id: str
    member: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of an inventory in another format.

    Args:
        comparison: of the inventories.
        lost: details of parts that both have, sorted.
    """

    comparison: Comparison
    lost: tuple[Loss, ...]


def check(original: "Inventory", converted: "Inventory") -> Conversion:
    """Return what a conversion lost, added or changed."""
    comparison = compare(original, converted)
    lost: list[Loss] = []
    for name, node in comparison.before.nodes.items():
        other = comparison.after.nodes.get(name)
        if other is None:
            continue
        had, has = part_details(node), part_details(other)
        for member in sorted(had.keys() - _NAMED):
            values = sorted(_texts(had, member) - _texts(has, member))
            if values:
                lost.append(Loss(id=name, member=member, values=tuple(values)))
    return Conversion(comparison=comparison, lost=tuple(lost))


def _texts(members: "dict[str, Json]", name: str) -> set[str]:
    return {value for value in array(members, name) if isinstance(value, str)}
