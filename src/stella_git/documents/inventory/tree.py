"""The inventory as a tree: what depends on what, from the roots down, or from a part up.

Each part is opened once: where it stands again it is a repetition, and on a path to itself a cycle. So a tree
has as many rows as there are links, however the parts are tangled. Nothing here recurs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stella_git.documents.inventory.merge import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stella_git.documents.inventory.merge import Merged, Node

# Identity -> (identity, kind of link) of what stands below it.
Children = Mapping[str, Sequence[tuple[str, str]]]
Mark = Literal["", "repeated", "cycle", "cut", "external"]
# Links that lead from a part to what it is made of, or needs.
DOWNWARD = frozenset(
    {
        "contains", "depends-on", "has-dynamic-link", "has-optional-component", "has-prerequisite",
        "has-static-link",
    }
)  # fmt: skip
# So many names are compared with one that is misspelt.
_COMPARED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a tree.

    Args:
        id: identity of the part.
        depth: 0 for a root.
        kind: of the link that leads to it, "" for a root. Of several kinds to one part, ``depends-on``.
        last: whether no sibling follows.
        mark: "repeated" (its children stand above), "cycle" (it is its own ancestor), "cut" (its children are
            deeper than asked for), "external" (it lies in another document), or "".
    """

    id: str
    depth: int
    kind: str
    last: bool
    mark: Mark = ""


def rows(merged: "Merged", *, depth: int | None = None) -> "Iterator[Row]":
    """Return the tree of an inventory, siblings sorted by identity.

    The roots are those of the document, and then what no link leads to; of parts that only lead to each other
    the first by identity.

    Args:
        merged: the inventory.
        depth: how many levels to show below the roots; None for all.
    """
    children = _children(merged)
    return _walk(_tops(merged, children), children, merged, depth)


def inverted(merged: "Merged", wanted: str, *, depth: int | None = None) -> "Iterator[Row]":
    """Return the tree of what depends on some parts, directly and through others.

    Args:
        merged: the inventory.
        wanted: what `find` takes.
        depth: how many levels to show above them; None for all.
    """
    return _walk([node.id for node in find(merged, wanted)], _children(merged, up=True), merged, depth)


def find(merged: "Merged", wanted: str) -> "list[Node]":
    """Return the parts that a text names, sorted by identity.

    Args:
        merged: the inventory.
        wanted: a purl, with its version or without, in any spelling; an identity; a name, with its group or
            without.
    """
    from stella_git.documents.read import purl_or_none

    names = {wanted, purl_or_none(wanted) or wanted, f"name:{quoted(wanted)}"}
    return [
        node
        for node in merged.nodes.values()
        if node.id in names
        or node.base in names
        or any(wanted in {part.name, part.full_name} for part in node.parts)
    ]


def near(merged: "Merged", wanted: str) -> str | None:
    """Return the name of a part that is probably meant where ``find`` finds none, or None."""
    from stella_git.documents.wording import nearest

    names = sorted({part.name for node in merged.nodes.values() for part in node.parts if part.name})
    bare = wanted.rpartition("/")[2].partition("@")[0].casefold()
    holding = [name for name in names if bare in name.casefold()] if bare else []
    if holding:
        return min(holding, key=lambda name: (len(name), name))
    return nearest(bare, names) if len(names) <= _COMPARED else None


def _children(merged: "Merged", *, up: bool = False) -> Children:
    """Return identity -> sorted (identity, kind) of what is below it, each once."""
    found: dict[str, dict[str, str]] = {}
    for source, kind, target in merged.links:
        if kind in DOWNWARD:
            above, below = (target, source) if up else (source, target)
            known = found.setdefault(above, {})
            known[below] = kind if kind == "depends-on" else known.get(below, kind)
    return {above: sorted(below.items()) for above, below in found.items()}


def _tops(merged: "Merged", children: Children) -> "list[str]":
    below = {target for listed in children.values() for target, _ in listed}
    roots = set(merged.roots)
    tops = [*merged.roots, *(name for name in merged.nodes if name not in below and name not in roots)]
    reached: set[str] = set()
    _reach(tops, children, reached)
    for name in merged.nodes:
        if name not in reached:
            tops.append(name)
            _reach([name], children, reached)
    return tops


def _reach(starts: "Iterable[str]", children: Children, seen: set[str]) -> None:
    """Add to ``seen`` what can be reached from some parts."""
    pending = list(starts)
    seen.update(pending)
    while pending:
        for child, _ in children.get(pending.pop(), ()):
            if child not in seen:
                seen.add(child)
                pending.append(child)


def _walk(
    tops: "list[str]",
    children: Children,
    merged: "Merged",
    limit: int | None,
) -> "Iterator[Row]":
    opened: set[str] = set()
    path: set[str] = set()
    trail: list[str] = []
    # what is still to be shown, the next one last: (identity, depth, kind, last of its siblings)
    pending = [(name, 0, "", index == len(tops) - 1) for index, name in enumerate(tops)][::-1]
    while pending:
        name, depth, kind, last = pending.pop()
        path.difference_update(trail[depth:])
        del trail[depth:]
        below = children.get(name, ())
        mark = _mark(name, merged, path, below, opened=opened, cut=depth == limit)
        yield Row(id=name, depth=depth, kind=kind, last=last, mark=mark)
        if not below or mark:
            continue
        opened.add(name)
        path.add(name)
        trail.append(name)
        end = len(below) - 1
        pending += [(child, depth + 1, how, index == end) for index, (child, how) in enumerate(below)][::-1]


def _mark(
    name: str,
    merged: "Merged",
    path: set[str],
    below: Sequence[tuple[str, str]],
    *,
    opened: set[str],
    cut: bool,
) -> Mark:
    if name not in merged.nodes:
        return "external"
    if name in path:
        return "cycle"
    if name in opened:
        return "repeated"
    return "cut" if below and cut else ""


def depths(merged: "Merged") -> dict[str, int]:
    """Return how many links lead from the nearest root to each part; what no root leads to is left out."""
    children = _children(merged)
    found = dict.fromkeys(merged.roots, 0)
    level = list(merged.roots)
    while level:
        below = dict.fromkeys(child for name in level for child, _ in children.get(name, ()))
        distance = found[level[0]] + 1
        level = [name for name in below if name in merged.nodes and name not in found]
        found.update(dict.fromkeys(level, distance))
    return found
