"""What changed from one inventory to another.

A part that is gone and one that has come, which differ in nothing but the version, are one change of version.
Links and roots are compared as if it had kept its identity: an upgrade is one change, not one for each part
that depends on it. Two inventories are equal if, and only if, they have the same digest.
"""

from dataclasses import dataclass
from functools import cmp_to_key
from typing import TYPE_CHECKING, Literal, TypeVar

from stella_git.documents.inventory.merge import merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.documents.inventory.merge import Merged, Node
    from stella_git.documents.inventory.model import Inventory

Direction = Literal["upgrade", "downgrade", "change"]
Link = tuple[str, str, str]
Item = TypeVar("Item")

# More versions of one thing than this are paired in the order of their text: comparing them would take long.
_ORDERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A part that is in both inventories and differs.

    Args:
        before: its identity in the first.
        after: its identity in the second; the same unless the version changed.
        base: the identity without the version.
        version_before: version in the first.
        version_after: version in the second.
        direction: of the version; "change" where the order of the versions is not known, None if they are
            the same.
        licences_added: terms that only the second has, sorted.
        licences_removed: terms that only the first has, sorted.
        hashes_added: (algorithm, hex) that only the second has, sorted; of an other version not compared.
        hashes_removed: the same of the first.
    """

    before: str
    after: str
    base: str
    version_before: str
    version_after: str
    direction: Direction | None
    licences_added: tuple[str, ...] = ()
    licences_removed: tuple[str, ...] = ()
    hashes_added: tuple[tuple[str, str], ...] = ()
    hashes_removed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed; everything sorted.

    Args:
        before: the first inventory.
        after: the second inventory.
        added: parts that only the second has.
        removed: parts that only the first has.
        versions: parts with another version, whatever else changed of them.
        changed: parts of the same version with other licences or hashes.
        links_added: (source, kind, target) that only the second has, by its identities.
        links_removed: the same of the first, by its identities.
        roots_added: what only the second is about.
        roots_removed: what only the first is about.
    """

    before: "Merged"
    after: "Merged"
    added: "tuple[Node, ...]"
    removed: "tuple[Node, ...]"
    versions: tuple[Change, ...]
    changed: tuple[Change, ...]
    links_added: tuple[Link, ...]
    links_removed: tuple[Link, ...]
    roots_added: tuple[str, ...]
    roots_removed: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Return whether nothing changed."""
        return not (
            self.added
            or self.removed
            or self.versions
            or self.changed
            or self.links_added
            or self.links_removed
            or self.roots_added
            or self.roots_removed
        )


def compare(first: "Inventory", second: "Inventory") -> Comparison:
    """Return what changed from the first inventory to the second; in linear time, but for sorting."""
    before, after = merge(first), merge(second)
    gone = [node for name, node in before.nodes.items() if name not in after.nodes]
    come = [node for name, node in after.nodes.items() if name not in before.nodes]
    pairs = _pairs(gone, come)
    kept = [(node, after.nodes[name]) for name, node in before.nodes.items() if name in after.nodes]
    renamed = {old.id: new.id for old, new in pairs}
    back = {new: old for old, new in renamed.items()}
    links = _renamed(before.common_links, renamed), set(after.common_links)
    roots = {renamed.get(root, root) for root in before.roots}, set(after.roots)
    return Comparison(
        before=before,
        after=after,
        added=tuple(node for node in come if node.id not in back),
        removed=tuple(node for node in gone if node.id not in renamed),
        versions=tuple(_change(old, new) for old, new in pairs),
        changed=tuple(_change(old, new) for old, new in kept if _differ(old, new)),
        links_added=tuple(sorted(links[1] - links[0])),
        links_removed=tuple(sorted(_renamed(links[0] - links[1], back))),
        roots_added=tuple(sorted(roots[1] - roots[0])),
        roots_removed=tuple(sorted(back.get(root, root) for root in roots[0] - roots[1])),
    )


def _renamed(links: "Iterable[Link]", names: "Mapping[str, str]") -> set[Link]:
    return {(names.get(source, source), kind, names.get(target, target)) for source, kind, target in links}


def _differ(old: "Node", new: "Node") -> bool:
    return old.licences != new.licences or old.hashes != new.hashes


def _change(old: "Node", new: "Node") -> Change:
    same = old.id == new.id
    return Change(
        before=old.id,
        after=new.id,
        base=old.base,
        version_before=old.version,
        version_after=new.version,
        direction=None if same else _direction(old, new),
        licences_added=_without(new.licences, old.licences),
        licences_removed=_without(old.licences, new.licences),
        hashes_added=_without(new.hashes, old.hashes) if same else (),
        hashes_removed=_without(old.hashes, new.hashes) if same else (),
    )


def _without(some: tuple[Item, ...], others: tuple[Item, ...]) -> tuple[Item, ...]:
    known = set(others)
    return tuple(each for each in some if each not in known)


def _direction(old: "Node", new: "Node") -> Direction:
    order = _order(old, new)
    return "change" if not order else "upgrade" if order < 0 else "downgrade"


def _order(old: "Node", new: "Node") -> int | None:
    from stella_git.documents.versions import compare as compare_versions

    if not old.version or not new.version:
        return None
    return compare_versions(old.ecosystem, old.version, new.version)


def _pairs(gone: "Iterable[Node]", come: "Iterable[Node]") -> "list[tuple[Node, Node]]":
    """Return which parts are the same but for the version, each at most once.

    Where several versions of one thing are gone and come, the newest are a pair, then the next.
    """
    old, new = _by_base(gone), _by_base(come)
    return [pair for base in old if base in new for pair in zip(old[base], new[base], strict=False)]


def _by_base(nodes: "Iterable[Node]") -> "dict[str, list[Node]]":
    groups: dict[str, list[Node]] = {}
    for node in nodes:
        groups.setdefault(node.base, []).append(node)
    for group in groups.values():
        group.sort(key=lambda node: node.id, reverse=True)
        if len(group) <= _ORDERED:
            group.sort(key=cmp_to_key(lambda one, other: _order(one, other) or 0), reverse=True)
    return groups
