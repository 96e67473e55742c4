"""What was mended, for people and for programs."""

from typing import TYPE_CHECKING

from stella_git.report.problems import representable
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.fix.mend import Change, Fixed

SCHEMA = "stella.fixes/1"

_SHOWN = 60


def text(results: "Sequence[Fixed]", *, written: bool, colour: bool) -> str:
    """Return what was mended, grouped by file, and a summary line.

    Args:
        results: one for each file.
        written: whether the files were changed.
        colour: whether to use colour.
    """
    lines: list[str] = []
    for result in results:
        if result.changed:
            title = f" ({printable(result.format.title)})"
            lines.append(paint(printable(result.path), "bold", colour=colour) + title)
            lines.extend(_entries(result.changes, colour=colour))
            if result.reordered:
                lines.append("  members put in the order of the schema")
            lines.append("")
    changed = sum(result.changed for result in results)
    verb = "changed" if written else "to change"
    summary = f"{count(len(results), 'file')}: " + (
        f"{changed} {verb}" if changed else "nothing to mend with certainty"
    )
    lines.append(paint(summary, "warning" if changed else "dim", colour=colour))
    return "\n".join([*lines, ""])


def _entries(changes: "Sequence[Change]", *, colour: bool) -> "Iterator[str]":
    places = [f"{change.line}:{change.column}" for change in changes]
    width = max(map(len, places), default=0)
    for place, change in zip(places, changes, strict=True):
        after = f"-> {_short(change.after)}" if change.after is not None else "taken out"
        yield f"  {place:<{width}}  {change.rule}: {_short(change.before)} {after}"
        yield paint(f"  {'':<{width}}  [{printable(change.pointer)}]", "dim", colour=colour)


def _short(literal: str) -> str:
    from stella_git.documents.problems import clip

    return printable(clip(literal, _SHOWN))


def as_json(results: "Sequence[Fixed]", *, written: bool) -> "Json":
    """Return what was mended as JSON of the schema ``stella.fixes/1``.

    Args:
        results: one for each file.
        written: whether the files were changed.
    """
    changed = sum(result.changed for result in results)
    return {
        "schema": SCHEMA,
        "files": [_file(result) for result in results],
        "summary": {"files": len(results), "changed": changed, "written": written},
    }


def _file(result: "Fixed") -> "Json":
    return {
        "path": representable(result.path),
        "format": {"kind": result.format.kind, "version": result.format.version},
        "changes": [_change(change) for change in result.changes],
        "reordered": result.reordered,
    }


def _change(change: "Change") -> "Json":
    members: dict[str, Json] = {
        "rule": change.rule,
        "pointer": change.pointer,
        "line": change.line,
        "column": change.column,
        "before": change.before,
    }
    if change.after is not None:
        members["after"] = change.after
    return members
