"""The graph of an SPDX 3 document, as rules see it: who is there, and who names whom.

An element is an object anywhere in the document; what names it is a string where the model has an object. The
table of the model (``schemas/spdx/derived``) is derived from its official SHACL shapes.

Source: SPDX 3.0.1, "Model and serializations", JSON-LD; SPDX 3.0.1 model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from stella_git.documents.problems import pointer_to
from stella_git.documents.read import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json

_TABLE = "spdx/derived/spdx-3.0.1-classes.json"
# Licences and exceptions of the SPDX licence list are elements that every reader knows.
LISTED = ("https://spdx.org/licenses/", "http://spdx.org/licenses/")
# What is inside an extension belongs to whoever defined it.
_OPEN = "extension"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What the official model says of classes; every name as in JSON documents.

    Args:
        targets: property -> class of the objects that it names.
        ancestors: class -> the class itself, and those that it is a subclass of.
        individuals: every way of writing an element that the model itself defines -> its class.
        times: properties that are times.
    """

    targets: Mapping[str, str]
    ancestors: Mapping[str, frozenset[str]]
    individuals: Mapping[str, str]
    times: frozenset[str]

    def is_a(self, kind: str, wanted: str) -> bool:
        """Return whether a class is the one that is wanted, or a subclass of it."""
        return wanted in self.ancestors.get(kind, ())


@cache
def model() -> Model:
    """Return the table of the model."""
    from typing import Any, cast

    from stella_git import resources
    from stella_git.canon.reader import parse_json

    table = cast("Any", parse_json(resources.schema(_TABLE), path=_TABLE))
    listed = set(table["vocabularies"])
    return Model(
        targets={name: target for _, name, target in table["properties"] if target not in listed},
        ancestors={name: frozenset(each) for name, each in table["ancestors"].items()},
        individuals=table["individuals"],
        times=frozenset(table["times"]),
    )


class Node(NamedTuple):
    """An object of the document: its JSON Pointer, its class as written ("" if it has none), its members."""

    pointer: str
    kind: str
    value: "dict[str, Json]"

    @property
    def identity(self) -> str:
        """Return its spdxId, or the ``@id`` of what is no element; "" if it has none."""
        return text(self.value, "spdxId") or text(self.value, "@id") or ""

    def at(self, *tokens: str | int) -> str:
        """Return the JSON Pointer of something in it."""
        return pointer_to(self.pointer, *tokens)


class Reference(NamedTuple):
    """A string that stands where the model has an object.

    Args:
        node: where it is written.
        name: the property.
        place: 0-based index, if the property is an array.
        to: the string.
    """

    node: Node
    name: str
    place: int | None
    to: str

    @property
    def pointer(self) -> str:
        """Return where it is written."""
        return self.node.at(self.name) if self.place is None else self.node.at(self.name, self.place)


class Graph:
    """The objects of a document, those of ``@graph`` before those inside them, and what they name.

    Args:
        value: the parsed document; of any shape.

    Attributes:
        nodes: every object.
        by_id: identity -> the first object that has it.
        repeated: (later object, first object) of one identity.
        references: every string that names an object.
        imported: identities that the document says are defined elsewhere.
    """

    def __init__(self, value: "dict[str, Json]") -> None:
        self.nodes: list[Node] = []
        self.by_id: dict[str, Node] = {}
        self.repeated: list[tuple[Node, Node]] = []
        self.references: list[Reference] = []
        self.whole = "@graph" in value
        self._kinds: dict[str, list[Node]] = {}
        pending: list[tuple[str, dict[str, Json]]] = []
        listed = value.get("@graph") if self.whole else None
        if not self.whole:
            pending.append(("", value))
        elif isinstance(listed, list):
            pending += [
                (f"/@graph/{index}", item) for index, item in enumerate(listed) if isinstance(item, dict)
            ]
        for pointer, item in pending:
            node = Node(pointer, text(item, "type") or "", item)
            self._add(node)
            self._enter(node, pending)
        self.imported = {
            name for node in self.of("ExternalMap") if (name := text(node.value, "externalSpdxId"))
        }

    def _add(self, node: Node) -> None:
        self.nodes.append(node)
        self._kinds.setdefault(node.kind, []).append(node)
        name = node.identity
        if name:
            first = self.by_id.setdefault(name, node)
            if first is not node:
                self.repeated.append((node, first))

    def _enter(self, node: Node, pending: "list[tuple[str, dict[str, Json]]]") -> None:
        """Note what an object names, and what is inside it."""
        targets = model().targets
        for name, each in node.value.items():
            several = isinstance(each, list)
            values = each if isinstance(each, list) else (each,)
            for index, one in enumerate(values):
                if isinstance(one, str):
                    if name in targets:
                        self.references.append(Reference(node, name, index if several else None, one))
                elif isinstance(one, dict) and name != _OPEN:
                    pending.append((node.at(name, index) if several else node.at(name), one))

    def of(self, *kinds: str) -> "Iterator[Node]":
        """Return the objects of some classes, subclasses not included."""
        for kind in kinds:
            yield from self._kinds.get(kind, ())

    def every(self, wanted: str) -> "Iterator[Node]":
        """Return the objects of a class, or of a subclass of it."""
        known = model()
        for kind, nodes in self._kinds.items():
            if known.is_a(kind, wanted):
                yield from nodes

    def kind_of(self, named: "Json") -> str | None:
        """Return the class of what stands in a property, an object or its name; None if not known."""
        if isinstance(named, dict):
            return text(named, "type")
        if not isinstance(named, str):
            return None
        found = self.by_id.get(named)
        if found is not None:
            return found.kind
        return model().individuals.get(named)
