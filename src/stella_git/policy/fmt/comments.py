"""Comments and blank lines: found between the leaves of a document, and given to its entries.

A comment on the line of a leaf belongs to that leaf. One on lines of its own belongs to the entry that
follows; but where collections end before that entry, and the comment is indented as one of them is or more,
it is the last word of that collection.

Source: YAML 1.2.2 section 6.6 (comments).
"""

import re
from typing import TYPE_CHECKING

from stella_git.policy.fmt.tree import Entry, Leaf, Node, is_bracketed

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(r"#[^\n]*+|\n|[^\s#]++")
_HEADER = re.compile(r"[|>][-+0-9]*+[ ]*+(#[^\n]*+)")


def attach(text: str, document: Entry, leaves: "Sequence[Leaf]") -> None:
    """Give every comment, and every blank line between entries, to the entry that it belongs to.

    Args:
        text: of the document.
        document: of the nodes of that text.
        leaves: of the document, sorted.
    """
    befores: list[Leaf | None] = [None, *leaves]
    afters: list[Leaf | None] = [*leaves, None]
    for before, after in zip(befores, afters, strict=True):
        if before is not None and before.role == "scalar":
            _read_header(text, before)
        _Gap(text, document, before, after).read()


def _read_header(text: str, leaf: Leaf) -> None:
    """Take the comment that stands beside the header of a block."""
    if leaf.entry.node.source.style in {"|", ">"} and (header := _HEADER.match(text, leaf.start)):
        leaf.entry.trail.append(header[1].rstrip())


class _Gap:
    """The text between two leaves."""

    def __init__(self, text: str, document: Entry, before: Leaf | None, after: Leaf | None) -> None:
        self._text = text
        self._document = document
        self._before = before
        self._after = after
        self._closing: list[Node] | None = None  # blocks that end here, the innermost first
        self._column = -1  # of the block that goes on

    def read(self) -> None:
        start = self._before.end if self._before else 0
        end = self._after.start if self._after else len(self._text)
        fresh = empty = self._before is None
        blank = False
        for match in _TOKEN.finditer(self._text, start, end):
            found = match[0]
            if found == "\n":
                blank = blank or empty
                fresh = empty = True
                continue
            empty = False
            if found[0] == "#" and not fresh:
                assert self._before is not None
                _beside(self._before).append(found.rstrip())
            elif found[0] == "#":
                line = self._text.rfind("\n", 0, match.start()) + 1
                self._own_line(found.rstrip(), match.start() - line, blank=blank)
                blank = False
            else:  # a dash, a question mark: what comes next has begun
                self._closing = []
        if blank and self._after and _begins(self._after):
            self._next().append("")

    def _own_line(self, comment: str, column: int, *, blank: bool) -> None:
        sink = self._sink(column)
        if blank:
            sink.append("")
        sink.append(comment)

    def _sink(self, column: int) -> list[str]:
        """Return where a comment goes that stands alone on its line: never before one that went earlier."""
        if self._before is None:
            return self._document.lead
        if self._closing is None:
            self._closing = self._find_closing()
        while self._closing and self._closing[0].source.column > column:
            del self._closing[0]
        if self._closing and column > self._column:
            return self._closing[0].foot
        self._closing.clear()
        return self._next()

    def _find_closing(self) -> list[Node]:
        assert self._before is not None
        going_on = _around(self._after.entry) if self._after else []
        if self._after and self._after.role == "close":
            going_on.append(self._after.entry.node)
        closing: list[Node] = []
        for node in _around(self._before.entry):
            if node in going_on:
                self._column = node.source.column
                break
            if not node.source.flow:
                closing.append(node)
        return closing

    def _next(self) -> list[str]:
        """Return the comments before what comes next."""
        if self._before is None:
            return self._document.lead
        if self._after is None:
            return self._document.node.foot
        entry = self._after.entry
        if self._after.role == "close":
            return entry.node.foot
        first = _outermost(entry, self._text)
        if not _begins(self._after):  # between a key and its value
            first.lead += entry.hang
            entry.hang.clear()
        return first.lead


def _begins(leaf: Leaf) -> bool:
    """Return whether an entry begins with a leaf."""
    return leaf.role == "key" or (leaf.role != "close" and leaf.entry.key is None)


def _beside(leaf: Leaf) -> list[str]:
    if leaf.role == "close" and leaf.entry.inside is None:
        return leaf.entry.node.foot
    return leaf.entry.hang if leaf.role in {"key", "open"} else leaf.entry.trail


def _around(entry: Entry) -> list[Node]:
    """Return the collections that an entry is in, the innermost first."""
    found: list[Node] = []
    while entry.inside is not None:
        found.append(entry.inside)
        entry = entry.inside.entry
    return found


def _outermost(entry: Entry, text: str) -> Entry:
    """Return the item of a sequence that begins where an entry begins, without a bracket; or the entry."""
    while True:
        inside = entry.inside
        if inside is None or inside.entries is None or entry is not inside.entries[0]:
            return entry
        above = inside.entry
        if above.key is not None or above.inside is None or is_bracketed(inside, text):
            return entry
        entry = above
