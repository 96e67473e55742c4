"""Inventories for people and programs: differences, counts and trees."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.inventory.compare import Change, Comparison, Link
    from stella_git.documents.inventory.conversion import Conversion
    from stella_git.documents.inventory.merge import Merged, Node

_VERBS = {"contains": "contains", "depends-on": "depends on"}
_STYLES = {"upgrade": "info", "downgrade": "warning", "change": "info"}


def diff_text(comparison: "Comparison", names: tuple[str, str], *, colour: bool) -> str:
    """Return what changed, one line for each part, and a summary.

    Links of parts that came or went are not listed: they came and went with them.

    Args:
        comparison: what changed.
        names: of the two documents.
        colour: whether to use colour.
    """
    lines = [
        paint(f"--- {printable(names[0])}", "bold", colour=colour),
        paint(f"+++ {printable(names[1])}", "bold", colour=colour),
    ]
    for change in comparison.versions:
        lines.extend(_version(change, colour=colour))
    for change in comparison.changed:
        lines.append(f"  ! {printable(change.after)}")
        lines.extend(_contents(change))
    lines += [paint(f"  + {_named(node)}", "good", colour=colour) for node in comparison.added]
    lines += [paint(f"  - {_named(node)}", "error", colour=colour) for node in comparison.removed]
    come, gone = own_links(comparison)
    lines += [f"  + {_link(link)}" for link in come]
    lines += [f"  - {_link(link)}" for link in gone]
    lines += [f"  + it is about {printable(root)}" for root in comparison.roots_added]
    lines += [f"  - it is about {printable(root)}" for root in comparison.roots_removed]
    return "\n".join([*lines, summary(comparison), ""])


def _version(change: "Change", *, colour: bool) -> "Iterator[str]":
    told = {"upgrade": "upgrade", "downgrade": "downgrade", "change": "other version"}
    direction = change.direction or "change"
    versions = f"{_shown(change.version_before)} -> {_shown(change.version_after)}"
    line = f"  ~ {printable(change.base)}  {versions}  ({told[direction]})"
    yield paint(line, _STYLES[direction], colour=colour)
    yield from _contents(change)


def _shown(version: str) -> str:
    return printable(version) or "(none)"


def _contents(change: "Change") -> "Iterator[str]":
    for sign, licences in (("+", change.licences_added), ("-", change.licences_removed)):
        for licence in licences:
            yield f"      {sign} licence {printable(licence)}"
    for sign, hashes in (("+", change.hashes_added), ("-", change.hashes_removed)):
        for name, digits in hashes:
            yield f"      {sign} {printable(name)} {printable(digits)}"


def _named(node: "Node") -> str:
    return printable(f"{node.id}  {', '.join(node.licences)}".rstrip())


def _link(link: "Link") -> str:
    source, kind, target = link
    return printable(f"{source} {_VERBS.get(kind, kind)} {target}")


def own_links(comparison: "Comparison") -> "tuple[list[Link], list[Link]]":
    """Return the links added and removed between parts that neither came nor went."""
    come = {node.id for node in comparison.added}
    gone = {node.id for node in comparison.removed}
    return (
        [link for link in comparison.links_added if come.isdisjoint((link[0], link[2]))],
        [link for link in comparison.links_removed if gone.isdisjoint((link[0], link[2]))],
    )


def summary(comparison: "Comparison") -> str:
    """Return the counts of what changed, in one line."""
    if comparison.equal:
        return f"the same inventory: {count(len(comparison.after.nodes), 'part')}"
    told = (
        (len(comparison.added), "added"),
        (len(comparison.removed), "removed"),
        (len(comparison.versions), "of another version"),
        (len(comparison.changed), "with other licences or hashes"),
    )
    links = len(comparison.links_added), len(comparison.links_removed)
    said = [f"{number} {what}" for number, what in told if number]
    if any(links):
        said.append(f"links: {links[0]} added, {links[1]} removed")
    return ", ".join(said) or "it is about something else"


def diff_json(comparison: "Comparison", names: tuple[str, str]) -> "dict[str, Json]":
    """Return what changed as JSON of the schema ``stella.inventory-diff/1``."""
    return {
        "schema": "stella.inventory-diff/1",
        "before": _side(names[0], comparison.before),
        "after": _side(names[1], comparison.after),
        "equal": comparison.equal,
        "added": [_node(node) for node in comparison.added],
        "removed": [_node(node) for node in comparison.removed],
        "versions": [_change(change) for change in comparison.versions],
        "changed": [_change(change) for change in comparison.changed],
        "links": {
            "added": [_edge(link) for link in comparison.links_added],
            "removed": [_edge(link) for link in comparison.links_removed],
        },
        "roots": {"added": list(comparison.roots_added), "removed": list(comparison.roots_removed)},
    }


def _side(name: str, merged: "Merged") -> "dict[str, Json]":
    from stella_git.canon.digest import of_json
    from stella_git.documents.inventory.normal import core
    from stella_git.report.problems import representable

    return {"name": representable(name), "digest": str(of_json(core(merged))), "parts": len(merged.nodes)}


def _node(node: "Node") -> "dict[str, Json]":
    return {"id": node.id, "version": node.version, "licences": list(node.licences)}


def _edge(link: "Link") -> "dict[str, Json]":
    return {"source": link[0], "kind": link[1], "target": link[2]}


def _change(change: "Change") -> "dict[str, Json]":
    told: dict[str, Json] = {
        "licencesAdded": list(change.licences_added),
        "licencesRemoved": list(change.licences_removed),
    }
    if change.direction is None:
        return told | {
            "id": change.after,
            "hashesAdded": _hashes(change.hashes_added),
            "hashesRemoved": _hashes(change.hashes_removed),
        }
    return told | {
        "base": change.base,
        "before": change.before,
        "after": change.after,
        "versionBefore": change.version_before,
        "versionAfter": change.version_after,
        "direction": change.direction,
    }


def _hashes(hashes: "Iterable[tuple[str, str]]") -> "list[Json]":
    return [f"{name}:{digits}" for name, digits in hashes]


def conversion_text(conversion: "Conversion", names: tuple[str, str], *, colour: bool) -> str:
    """Return whether a conversion holds the same inventory, and what it lost.

    Args:
        conversion: what became of it.
        names: of original and conversion.
        colour: whether to use colour.
    """
    comparison = conversion.comparison
    lines = [] if comparison.equal else [diff_text(comparison, names, colour=colour)]
    if conversion.lost:
        lines.append("details that the conversion does not have, which not every format can say:")
        lines += [
            f"  {printable(loss.id)}  {loss.member}: {printable(', '.join(loss.values))}"
            for loss in conversion.lost
        ]
    if comparison.equal:
        told = f"the conversion holds the same inventory: {count(len(comparison.after.nodes), 'part')}"
        lines.append(paint(told, "good", colour=colour))
    else:
        lines.append(paint("the conversion does not hold the same inventory", "error", colour=colour))
    return "\n".join([*lines, ""])


def conversion_json(conversion: "Conversion", names: tuple[str, str]) -> "dict[str, Json]":
    """Return what became of a conversion as JSON of the schema ``stella.conversion/1``."""
    lost: Sequence[Json] = [
        {"id": loss.id, "member": loss.member, "values": list(loss.values)} for loss in conversion.lost
    ]
    return {
        "schema": "stella.conversion/1",
        "holds": conversion.comparison.equal,
        "diff": diff_json(conversion.comparison, names),
        "lost": list(lost),
    }
