"""Edits of a text as a unified diff.

Made of the edits, not by comparing two texts: that would take quadratic time on a large document.

Source: POSIX ``diff``, "Diff -u or -U Output Format".
"""

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.documents.fix.edits import Edit

_CONTEXT = 3
_UNFINISHED = "\n\\ No newline at end of file\n"


class _Block(NamedTuple):
    """Lines that edits change: from ``first`` to before ``last``, 0-based."""

    first: int
    last: int
    edits: "list[Edit]"


def patch(name: str, text: str, edits: "Sequence[Edit]") -> str:
    """Return a unified diff of a text and the same text with edits; "" if there are none.

    Args:
        name: of the file.
        text: before the edits; lines end at U+000A.
        edits: sorted, none overlapping another.
    """
    if not edits:
        return ""
    starts = [0, *(match.end() for match in re.finditer("\n", text) if match.end() < len(text))]
    edges = [*starts, len(text)]
    shown = printable(name.removeprefix("/"))
    lines = [f"--- a/{shown}\n", f"+++ b/{shown}\n"]
    shift = 0
    for hunk in _hunks(_blocks(starts, edits)):
        written, added = _hunk(hunk, text, edges, shift)
        lines += written
        shift += added
    return "".join(lines)


def _blocks(starts: list[int], edits: "Sequence[Edit]") -> "Iterator[_Block]":
    """Yield the lines that edits change, those that share a line together."""
    block: _Block | None = None
    for edit in edits:
        first = bisect_right(starts, edit.start) - 1
        # whole lines: then the line that begins where they end is none of them
        whole = edit.text.endswith("\n") or (not edit.text and edit.start == starts[first])
        last = (bisect_left if whole else bisect_right)(starts, edit.end)
        last = max(last, first) if edit.end == edit.start else last
        if block is None or first >= block.last:
            if block is not None:
                yield block
            block = _Block(first, last, [edit])
        else:
            block = _Block(block.first, max(block.last, last), [*block.edits, edit])
    if block is not None:
        yield block


def _hunks(blocks: "Iterator[_Block]") -> "Iterator[list[_Block]]":
    hunk: list[_Block] = []
    for block in blocks:
        if hunk and block.first - hunk[-1].last > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    yield hunk


def _hunk(hunk: list[_Block], text: str, starts: list[int], shift: int) -> tuple[list[str], int]:
    """Return the lines of a hunk, and how many lines longer it makes the text."""
    top = max(hunk[0].first - _CONTEXT, 0)
    bottom = min(hunk[-1].last + _CONTEXT, len(starts) - 1)
    body: list[str] = []
    added, at = 0, top
    for block in hunk:
        body += _marked(" ", text[starts[at] : starts[block.first]])
        old = _marked("-", text[starts[block.first] : starts[block.last]])
        new = _marked("+", _edited(text, starts[block.first], starts[block.last], block.edits))
        body += [*old, *new]
        added += len(new) - len(old)
        at = block.last
    body += _marked(" ", text[starts[at] : starts[bottom]])
    size = bottom - top
    return [f"@@ -{top + 1},{size} +{top + 1 + shift},{size + added} @@\n", *body], added


def _edited(text: str, start: int, end: int, edits: "Sequence[Edit]") -> str:
    parts: list[str] = []
    for edit in edits:
        parts += [text[start : edit.start], edit.text]
        start = edit.end
    return "".join([*parts, text[start:end]])


def _marked(mark: str, text: str) -> list[str]:
    return [
        mark + _safe(line.removesuffix("\n")) + ("\n" if line.endswith("\n") else _UNFINISHED)
        for line in re.findall(r"[^\n]*\n|[^\n]+", text)
    ]


def _safe(line: str) -> str:
    """Return a line as it is, but for what a terminal would obey; what JSON text is made of stays."""
    if line.isprintable():
        return line
    return "".join(char if char in "\t\r" else printable(char) for char in line)
