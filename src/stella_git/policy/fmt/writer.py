"""From entries to text: two spaces for a level, items of sequences indented, comments where they belong."""

from typing import TYPE_CHECKING

from stella_git.policy.fmt import scalars
from stella_git.policy.fmt.scalars import WIDTH, Room

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.canon.yamlnodes import YamlNode
    from stella_git.policy.fmt.tree import Entry, Node

_STEP = 2
_LONGEST_KEY = 1000  # a parser looks 1,024 characters ahead for the colon


def write(document: "Entry", text: str) -> str:
    """Return a document in the one layout, ended by one line feed.

    Args:
        document: with its comments attached, and its members in order.
        text: what it was made from.
    """
    root = document.node
    _measure(root)
    writer = _Writer(text)
    if not root.entries:
        lines = [*_tidy([*document.lead, *document.hang, *root.foot]), root.inline or ""]
        return "\n".join(lines) + "\n"
    lead, lines = writer.collection(root, 0)
    head = _tidy([*document.lead, *document.hang, *lead])
    return "\n".join([*head, *lines]) + "\n"


def _measure(node: "Node") -> None:
    """Find out what is written on one line: what its author wrote so, if it is short."""
    source = node.source
    if node.entries is None:
        node.inline = _scalar(source, flow=True)
        return
    for entry in node.entries:
        _measure(entry.node)
    node.commented = _is_commented(node)
    opening, closing = "{}" if source.mapping else "[]"
    if not node.entries:
        node.inline = opening + closing
    elif source.flow and not node.commented:
        written = _joined(node)
        node.inline = None if written is None else opening + written + closing


def _is_commented(node: "Node") -> bool:
    """Return whether comments stand inside a collection, whose collections have been asked."""
    return bool(node.foot) or any(
        entry.hang or entry.trail or any(entry.lead) or entry.node.commented for entry in node.entries or ()
    )


def _joined(node: "Node") -> str | None:
    """Return the entries of a collection between commas; None if they are too long, or have several lines."""
    parts: list[str] = []
    length = 0
    for entry in node.entries or ():
        inline = entry.node.inline
        if inline is None or "\n" in entry.node.source.text:
            return None
        key = "" if entry.key is None else scalars.one_line(entry.key.text, flow=True) + ": "
        parts.append(key + inline)
        length += len(parts[-1]) + 2
        if length > WIDTH:
            return None
    return ", ".join(parts)


def _scalar(source: "YamlNode", *, flow: bool) -> str:
    """Return a scalar on one line; what is no string is written as it was."""
    if not source.string:
        return source.text
    return scalars.one_line(source.text, flow=flow)


class _Writer:
    """Writes collections and what is in them; all lines come indented."""

    def __init__(self, text: str) -> None:
        self._text = text

    def collection(self, node: "Node", indent: int) -> tuple[list[str], list[str]]:
        """Return the comments before the first entry, without indentation, and the lines."""
        first: list[str] = []
        lines: list[str] = []
        for index, entry in enumerate(node.entries or ()):
            lead, written = self._entry(entry, indent)
            if index:
                lines += _indented(_tidy(lead, inside=True), indent)
            else:
                first = _tidy(lead)
            lines += written
        return first, lines + _indented(_tidy(node.foot, inside=True), indent)

    def _entry(self, entry: "Entry", indent: int) -> tuple[list[str], list[str]]:
        """Return the comments before an entry, without indentation, and its lines."""
        node = entry.node
        before = " " * indent + _label(entry, indent)
        if node.entries is None:
            return self._scalar(entry, before, indent)
        width = len(before.rpartition("\n")[2]) + 1 + len(node.inline or "")
        if node.inline is not None and (width <= WIDTH or not node.entries):
            lead, tail = _told_apart(entry, [*entry.hang, *_comments(node), *entry.trail])
            return lead, [f"{before} {node.inline}{tail}"]
        return self._nested(entry, before, indent)

    def _nested(self, entry: "Entry", before: str, indent: int) -> tuple[list[str], list[str]]:
        node = entry.node
        if entry.trail and not entry.hang and not node.commented:
            entry.hang, entry.trail = entry.trail, []  # it is about the whole, which has one line no more
        node.foot += entry.trail
        entry.trail = []
        inner, lines = self.collection(node, indent + _STEP)
        if entry.key is None:
            lines[0] = before + " " + lines[0][indent + _STEP :]
            return [*entry.lead, *entry.hang, *inner], lines
        lead, tail = _told_apart(entry, entry.hang)
        return lead, [before + tail, *_indented(inner, indent + _STEP), *lines]

    def _scalar(self, entry: "Entry", before: str, indent: int) -> tuple[list[str], list[str]]:
        source = entry.node.source
        lead, tail = _told_apart(entry, [*entry.hang, *entry.trail])
        width = len(before.rpartition("\n")[2]) + 1
        written = self._block(entry, Room(WIDTH - width, WIDTH - indent - _STEP)) if source.string else None
        if written is None:
            return lead, [f"{before} {_scalar(source, flow=False)}{tail}"]
        header, lines = written
        return lead, [f"{before} {header}{tail}", *_indented(lines, indent + _STEP)]

    def _block(self, entry: "Entry", room: Room) -> scalars.Block | None:
        assert entry.inside is not None
        base = entry.inside.source.column
        return scalars.block(entry.node.source, self._text, base, room, exact=entry.exact)


def _label(entry: "Entry", indent: int) -> str:
    if entry.key is None:
        return "-"
    written = scalars.one_line(entry.key.text, flow=False)
    return f"{written}:" if len(written) <= _LONGEST_KEY else f"? {written}\n{' ' * indent}:"


def _told_apart(entry: "Entry", comments: list[str]) -> tuple[list[str], str]:
    """Return the comments that go before an entry, and what stands at the end of its line."""
    if not comments:
        return entry.lead, ""
    return [*entry.lead, *comments[:-1]], f"  {comments[-1]}"


def _comments(node: "Node") -> list[str]:
    return [comment for comment in node.foot if comment]


def _indented(lines: "Iterable[str]", indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _tidy(lines: list[str], *, inside: bool = False) -> list[str]:
    """Return comments with no more than one blank line between two; none at the front but ``inside``."""
    kept: list[str] = []
    for line in lines:
        if line or (kept[-1] if kept else inside):
            kept.append(line)
    return kept
