"""A document as entries with their comments: what is put in order and written again."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stella_git.canon.yamlnodes import YamlNode, YamlTree


class Entry:
    """A member of a mapping, an item of a sequence, or the document.

    Attributes:
        key: of a member; None of the others.
        node: the value.
        inside: the collection that it is in; None for the document.
        lead: comments on lines of their own before it; "" is a blank line.
        hang: comments on the line of its key or of its opening bracket.
        trail: comments behind its value, on the last line of it.
        exact: whether its text is an expression: places in it are shown, so it is not folded.
    """

    __slots__ = ("exact", "hang", "inside", "key", "lead", "node", "trail")

    def __init__(self, key: "YamlNode | None", inside: "Node | None") -> None:
        self.key = key
        self.inside = inside
        self.lead: list[str] = []
        self.hang: list[str] = []
        self.trail: list[str] = []
        self.exact = False
        self.node: Node


class Node:
    """A value.

    Attributes:
        source: the node as it was written.
        entry: whose value it is.
        entries: of a collection; None of a scalar.
        foot: comments behind its last entry.
        commented: whether comments stand inside.
        inline: how it is written on one line; None if it is not, because it is long, or a block, or has
            comments inside.
    """

    __slots__ = ("commented", "entries", "entry", "foot", "inline", "source")

    def __init__(self, source: "YamlNode", entry: Entry) -> None:
        self.source = source
        self.entry = entry
        self.entries: list[Entry] | None = None if source.members is None else []
        self.foot: list[str] = []
        self.commented = False
        self.inline: str | None = None


class Leaf(NamedTuple):
    """What comments stand between: a key, a scalar, a bracket.

    Attributes:
        start: offset of its first character.
        end: offset behind its last one.
        role: "key", "scalar", "open" or "close".
        entry: that it belongs to.
    """

    start: int
    end: int
    role: str
    entry: Entry


def grow(tree: "YamlTree") -> tuple[Entry, list[Leaf]]:
    """Return the document as an entry, and its leaves in the order of the text."""
    document = Entry(None, None)
    document.node = Node(tree.root, document)
    leaves: list[Leaf] = []
    _gather(document, tree.text, leaves)
    return document, leaves


def _gather(entry: Entry, text: str, leaves: list[Leaf]) -> None:
    node, source = entry.node, entry.node.source
    if source.members is None or node.entries is None:
        end = source.end
        if source.style in {"|", ">"}:  # the next node begins behind its last line, blank ones included
            end = source.start + len(text[source.start : end].rstrip(" \n"))
        leaves.append(Leaf(source.start, end, "scalar", entry))
        return
    bracketed = is_bracketed(node, text)
    if bracketed:
        leaves.append(Leaf(source.start, source.start + 1, "open", entry))
    for key, value in source.members:
        inner = Entry(key, node)
        inner.node = Node(value, inner)
        node.entries.append(inner)
        if key is not None:
            leaves.append(Leaf(key.start, key.end, "key", inner))
        _gather(inner, text, leaves)
    if bracketed:
        leaves.append(Leaf(source.end - 1, source.end, "close", entry))


def is_bracketed(node: Node, text: str) -> bool:
    """Return whether brackets stand around a collection: not around a block, nor the pair in ``[a: b]``."""
    return node.source.flow and text[node.source.start] in "[{"
