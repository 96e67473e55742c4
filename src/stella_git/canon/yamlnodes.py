"""YAML as its author wrote it: nodes with their extent and style, for what writes a document again.

Read strictly first, so every node is of the kinds that JSON has. What is between the nodes, white space and
comments, is left to whoever asks: the text is there.

Source: YAML 1.2.2 sections 3.2.2 (serialisation tree) and 3.2.3 (presentation details).
"""

from typing import TYPE_CHECKING, Any

from stella_git.canon.yamlreader import LOOK_ALIKE, NUMBER, WORDS, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.canon.values import Json

_NO_MERGE = frozenset({"", "<<", "="})  # what some parsers read as an instruction


class YamlNode:
    """A node of a document.

    Attributes:
        start: offset of its first character in the text, 0-based.
        end: offset behind its last one; of a block, where the next node begins or later.
        column: of its first character, 0-based.
        style: of a scalar, ``'``, ``"``, ``|``, ``>``, or "" if it is plain; of a collection "".
        text: of a scalar, what it says.
        string: whether it is a scalar that is a string.
        flow: whether a collection is written between brackets, or as a pair within some.
        members: of a mapping, pairs of nodes; of a sequence, pairs of None and a node; None of a scalar.
        mapping: whether it is a mapping.
    """

    __slots__ = ("column", "end", "flow", "mapping", "members", "start", "string", "style", "text")

    def __init__(self, event: Any, kind: str) -> None:
        self.start: int = event.start_mark.index
        self.column: int = event.start_mark.column
        self.end: int = event.end_mark.index
        scalar = kind == "ScalarEvent"
        self.text: str = event.value if scalar else ""
        self.style: str = (event.style or "") if scalar else ""
        plain_value = scalar and not event.style and (self.text in WORDS or NUMBER.fullmatch(self.text))
        self.string: bool = scalar and not plain_value
        self.flow: bool = not scalar and bool(event.flow_style)
        self.mapping: bool = kind == "MappingStartEvent"
        self.members: list[tuple[YamlNode | None, YamlNode]] | None = None if scalar else []


class YamlTree:
    """A document as nodes.

    Attributes:
        text: the document, lines ended by U+000A.
        root: its node.
        value: what it says.
    """

    __slots__ = ("root", "text", "value")

    def __init__(self, text: str, root: YamlNode, value: "Json") -> None:
        self.text = text
        self.root = root
        self.value = value


def read_tree(data: bytes, *, path: str | None, limit: int, depth: int) -> YamlTree:
    """Return the nodes of a document; see `stella_git.canon.reader.parse_yaml_tree`."""
    import yaml

    value = read_yaml(data, path=path, limit=limit, depth=depth).value
    text = data.decode("utf-8").replace("\r\n", "\n")
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    return YamlTree(text, _compose(yaml.parse(text, Loader=loader)), value)


def _compose(events: "Iterable[Any]") -> YamlNode:
    """Return the root, without recursion; the reader has taken the same events before."""
    top: list[tuple[YamlNode | None, YamlNode]] = []
    opened: list[YamlNode] = []
    keys: list[YamlNode | None] = [None]
    for event in events:
        kind = type(event).__name__
        if kind in {"MappingEndEvent", "SequenceEndEvent"}:
            opened.pop().end = event.end_mark.index
            keys.pop()
        elif kind in {"ScalarEvent", "MappingStartEvent", "SequenceStartEvent"}:
            node = YamlNode(event, kind)
            if opened and opened[-1].mapping and keys[-1] is None:
                keys[-1] = node
                continue
            members = opened[-1].members if opened else top
            assert members is not None
            members.append((keys[-1], node))
            keys[-1] = None
            if node.members is not None:
                opened.append(node)
                keys.append(None)
    return top[0][1]


def is_plain_string(text: str) -> bool:
    """Return whether every YAML version takes a plain scalar for a string, as far as its words go.

    Args:
        text: without characters that mean something to the syntax.
    """
    return not (text in WORDS or text in _NO_MERGE or LOOK_ALIKE.fullmatch(text) or NUMBER.fullmatch(text))
