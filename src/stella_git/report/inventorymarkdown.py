"""Differences of inventories as Markdown, for a comment on a pull request.

Names come from documents of others. Nothing in them may become markup: what is not plain is a character
reference, and all of it stands in ``<code>``, where no site looks for mentions.
"""

from typing import TYPE_CHECKING

from stella_git.report.inventory import own_links, summary
from stella_git.report.markdown import code, escaped
from stella_git.report.text import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stella_git.documents.inventory.compare import Comparison
    from stella_git.documents.inventory.merge import Node

_DIRECTIONS = {"upgrade": "upgrade", "downgrade": "**downgrade**", "change": "other version"}


def diff_markdown(comparison: "Comparison", names: tuple[str, str]) -> str:
    """Return what changed, as tables.

    Args:
        comparison: what changed.
        names: of the two documents.
    """
    title = f"### Inventory: {code(names[0])} → {code(names[1])}"
    lines = [title, "", f"{escaped(summary(comparison)).capitalize()}."]
    lines += _table("Other versions", ("part", "before", "after", "", "licences"), _versions(comparison))
    lines += _table("Other licences or hashes", ("part", "licences", "hashes"), _changed(comparison))
    lines += _table("Added", ("part", "licences"), _nodes(comparison.added))
    lines += _table("Removed", ("part", "licences"), _nodes(comparison.removed))
    roots = [("new", code(root)) for root in comparison.roots_added]
    roots += [("gone", code(root)) for root in comparison.roots_removed]
    lines += _table("What it is about", ("", "part"), roots)
    lines += _links(comparison)
    return "\n".join([*lines, ""])


def _table(title: str, heads: tuple[str, ...], rows: "Iterable[tuple[str, ...]]") -> list[str]:
    listed = [f"| {' | '.join(row)} |" for row in rows]
    if not listed:
        return []
    head = f"| {' | '.join(heads)} |"
    return ["", f"#### {title} ({len(listed)})", "", head, "|" + " --- |" * len(heads), *listed]


def _versions(comparison: "Comparison") -> "Iterator[tuple[str, ...]]":
    for change in comparison.versions:
        yield (
            code(change.base),
            code(change.version_before),
            code(change.version_after),
            _DIRECTIONS[change.direction or "change"],
            _signed(change.licences_added, change.licences_removed),
        )


def _changed(comparison: "Comparison") -> "Iterator[tuple[str, ...]]":
    for change in comparison.changed:
        hashes = [
            [f"{name}:{digits}" for name, digits in listed]
            for listed in (change.hashes_added, change.hashes_removed)
        ]
        yield (
            code(change.after),
            _signed(change.licences_added, change.licences_removed),
            _signed(*hashes),
        )


def _signed(added: "Iterable[str]", removed: "Iterable[str]") -> str:
    return "<br>".join(
        [*(f"new: {code(each)}" for each in added), *(f"gone: {code(each)}" for each in removed)]
    )


def _nodes(nodes: "Iterable[Node]") -> "Iterator[tuple[str, ...]]":
    for node in nodes:
        yield code(node.id), ", ".join(code(licence) for licence in node.licences)


def _links(comparison: "Comparison") -> list[str]:
    come, gone = own_links(comparison)
    rows = [
        f"- {sign}: {code(source)} {kind.replace('-', ' ')} {code(target)}"
        for sign, links in (("new", come), ("gone", gone))
        for source, kind, target in links
    ]
    if not rows:
        return []
    title = f"<details><summary>{count(len(rows), 'link')} between parts that stayed</summary>"
    return ["", title, "", *rows, "", "</details>"]
