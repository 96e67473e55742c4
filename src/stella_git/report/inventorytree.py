"""Inventories as trees and as counts."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stella_git.canon.reader import Json
    from stella_git.documents.inventory.statistics import Counts, Statistics
    from stella_git.documents.inventory.tree import Row

# Deeper rows are not indented further: a chain of 10,000 would be half a gigabyte of indentation.
_INDENTED = 40
_MARKS = {"": "", "repeated": " (*)", "cycle": " (cycle)", "cut": " …", "external": " (in another document)"}


def tree_text(rows: "Iterable[Row]", *, colour: bool) -> "Iterator[str]":
    """Return the lines of a tree, each with its line end.

    ``(*)``: its children are shown above. ``(cycle)``: it depends on itself through its ancestors. ``…``: it
    has children below the depth that was asked for.

    Args:
        rows: of the tree, in order.
        colour: whether to use colour.
    """
    bars: list[str] = []
    for row in rows:
        del bars[max(row.depth - 1, 0) :]
        lead = "".join(bars[:_INDENTED])
        if row.depth > _INDENTED:
            lead += f"[{row.depth}] "
        elif row.depth:
            lead += "└── " if row.last else "├── "
        if row.depth:
            bars.append("    " if row.last else "│   ")
        kind = f" ({row.kind})" if row.kind not in {"", "depends-on"} else ""
        mark = paint(_MARKS[row.mark], "dim", colour=colour and bool(row.mark))
        name = paint(printable(row.id), "bold", colour=colour and not row.depth)
        yield f"{lead}{name}{kind}{mark}\n"


def tree_json(rows: "Iterable[Row]") -> "dict[str, Json]":
    """Return a tree as JSON of the schema ``stella.inventory-tree/1``: rows with depths, not nested."""
    return {"schema": "stella.inventory-tree/1", "rows": [_row(row) for row in rows]}


def _row(row: "Row") -> "dict[str, Json]":
    told: dict[str, Json] = {"id": row.id, "depth": row.depth}
    if row.kind:
        told["kind"] = row.kind
    if row.mark:
        told["mark"] = row.mark
    return told


def stats_text(found: "Statistics", *, colour: bool) -> str:
    """Return counts as a table.

    Args:
        found: the counts.
        colour: whether to use colour.
    """
    lines = [
        f"{count(found.parts, 'part')} in {count(found.elements, 'element')}, {count(found.roots, 'root')}",
        f"depth {found.depth}, {count(found.unreached, 'part')} that no root leads to",
    ]
    without = (
        ("without purl", found.without_purl),
        ("without version", found.without_version),
        ("without licence", found.without_licence),
        ("without hash", found.without_hash),
    )
    lines += _rows("gaps", without, colour=colour)
    for title, counts in (
        ("ecosystems", found.ecosystems),
        ("kinds", found.kinds),
        ("licences", found.licences),
        ("links", found.links),
    ):
        lines += _rows(title, counts, colour=colour)
    return "\n".join([*lines, ""])


def _rows(title: str, counts: "Iterable[tuple[str, int]]", *, colour: bool) -> list[str]:
    listed = list(counts)
    if not listed:
        return []
    width = max(len(str(number)) for _, number in listed)
    rows = [f"  {number:>{width}}  {printable(name) or '(none)'}" for name, number in listed]
    return ["", paint(title, "bold", colour=colour), *rows]


def stats_json(found: "Statistics") -> "dict[str, Json]":
    """Return counts as JSON of the schema ``stella.inventory-stats/1``."""
    return {
        "schema": "stella.inventory-stats/1",
        "elements": found.elements,
        "parts": found.parts,
        "roots": found.roots,
        "depth": found.depth,
        "unreached": found.unreached,
        "without": {
            "purl": found.without_purl,
            "version": found.without_version,
            "licence": found.without_licence,
            "hash": found.without_hash,
        },
        "ecosystems": _table(found.ecosystems),
        "kinds": _table(found.kinds),
        "licences": _table(found.licences),
        "links": _table(found.links),
    }


def _table(counts: "Counts") -> "list[Json]":
    return [{"name": name, "count": number} for name, number in counts]
