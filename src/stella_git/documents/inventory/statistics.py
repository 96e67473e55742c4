"""What there is in an inventory, counted."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.inventory.merge import merge
from stella_git.documents.inventory.tree import depths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.documents.inventory.merge import Node
    from stella_git.documents.inventory.model import Inventory

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of parts; the roots count too. Tables are sorted, the highest count first; "" is *none*.

    Args:
        elements: components, packages, files and services of the document.
        parts: distinct ones among them.
        roots: what the document is about.
        links: by kind.
        ecosystems: by type of purl.
        kinds: by kind; a part that two elements call differently counts for both.
        licences: by term; a part under two counts for both.
        without_purl: parts without a purl.
        without_version: parts without a version.
        without_licence: parts without a licence.
        without_hash: parts without a hash that every format has.
        depth: how many links the farthest part is away from the nearest root; 0 without links.
        unreached: parts that no links lead to from a root.
    """

    elements: int
    parts: int
    roots: int
    links: Counts
    ecosystems: Counts
    kinds: Counts
    licences: Counts
    without_purl: int
    without_version: int
    without_licence: int
    without_hash: int
    depth: int
    unreached: int


def statistics(inventory: "Inventory") -> Statistics:
    """Return the counts of an inventory."""
    merged = merge(inventory)
    nodes = list(merged.nodes.values())
    reached = depths(merged)
    return Statistics(
        elements=len(inventory.parts),
        parts=len(nodes),
        roots=len(merged.roots),
        links=_counts(kind for _, kind, _ in merged.links),
        ecosystems=_counts(node.ecosystem for node in nodes),
        kinds=_counts(kind for node in nodes for kind in _kinds(node)),
        licences=_counts(licence for node in nodes for licence in node.licences or ("",)),
        without_purl=sum(not node.ecosystem for node in nodes),
        without_version=sum(not node.version for node in nodes),
        without_licence=sum(not node.licences for node in nodes),
        without_hash=sum(not node.hashes for node in nodes),
        depth=max(reached.values(), default=0),
        unreached=len(nodes) - len(reached),
    )


def _kinds(node: "Node") -> set[str]:
    return {part.kind for part in node.parts}


def _counts(names: "Iterable[str]") -> Counts:
    return tuple(sorted(Counter(names).items(), key=lambda each: (-each[1], each[0])))
