"""Rules for SPDX 3.0.1: who is who, whether every name finds somebody of the right class, and the document.

Source: SPDX 3.0.1, Core profile; SPDX 3.0.1 model (SHACL shapes).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.lint.spdx3_contents import expressions, hashes, times, versions
from stella_git.documents.lint.spdx3_profiles import profiles
from stella_git.documents.lint.spdx3_relationships import relationships
from stella_git.documents.problems import Complaint
from stella_git.documents.read import array
from stella_git.documents.spdx3graph import LISTED, Graph, Node, Reference, model
from stella_git.documents.wording import nearest, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from stella_git.documents.context import Context, Subject

# Comparing with every identifier of a large document, for every name that leads nowhere, would take minutes.
_NEAREST_AMONG = 500
_NEAREST_FOR = 20


def check(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """S001 to S010, over one graph."""
    if not isinstance(subject.value, dict):
        return
    graph = Graph(subject.value)
    for rule in _RULES:
        yield from rule(graph, context)


def repeated(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S001: every object has an identifier of its own."""
    for node, first in graph.repeated:
        name = "spdxId" if isinstance(node.value.get("spdxId"), str) else "@id"
        yield Complaint(
            rule="S001",
            pointer=node.at(name),
            message=f"{show(node.identity)} is the identifier of the object at {first.pointer or '/'} too",
            remedy="Give each object an identifier of its own, or write it once and name it elsewhere.",
        )


def names(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S002 and S003: every name finds an element, and one of the class that the property has."""
    known = model()
    hints = _NEAREST_FOR if len(graph.by_id) <= _NEAREST_AMONG else 0
    for reference in graph.references:
        kind = graph.kind_of(reference.to)
        if kind is None:
            if reference.to in graph.imported or reference.to.startswith(LISTED):
                continue
            if ":" in reference.to:  # or it is a matter of the schema
                yield _dangling(graph, reference, hint=hints > 0)
                hints -= 1
        elif kind in known.ancestors and not known.is_a(kind, known.targets[reference.name]):
            yield _misnamed(reference, kind, known.targets[reference.name])


def _dangling(graph: Graph, reference: Reference, *, hint: bool) -> Complaint:
    message = f"{show(reference.to)} is not in this document"
    blank = reference.to.startswith("_:")
    if not blank:
        message += ", and not imported"
    meant = _alike(graph, reference.to) if hint else None
    if meant is not None:
        message += f"; did you mean {show(meant)}?"
        remedy = f"Write {show(meant)}, or add the element."
    elif blank:
        remedy = "Add the object with this @id: a blank node cannot be anywhere else."
    else:
        remedy = (
            "Add the element, or an ExternalMap with this externalSpdxId to `import` of the SpdxDocument."
        )
    # Only an SpdxDocument can say what is defined elsewhere.
    certain = blank or next(graph.of("SpdxDocument"), None) is not None
    return Complaint(
        rule="S002",
        pointer=reference.pointer,
        message=message,
        remedy=remedy,
        severity=None if certain else "warning",
    )


def _alike(graph: Graph, name: str) -> str | None:
    """Return the identifier that a name is probably meant to be: what identifiers begin with says nothing."""
    space, last = _split(name)
    ends = {end: identity for identity in graph.by_id for start, end in (_split(identity),) if start == space}
    meant = nearest(last, ends)
    return None if meant is None else ends[meant]


def _split(name: str) -> tuple[str, str]:
    end = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
    return name[:end], name[end:]


def _misnamed(reference: Reference, kind: str, wanted: str) -> Complaint:
    return Complaint(
        rule="S003",
        pointer=reference.pointer,
        message=f"{show(reference.to)} is of the class {kind}; `{reference.name}` names objects of {wanted}",
        remedy=f"Name an object of the class {wanted}.",
    )


def documents(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S004: one SpdxDocument."""
    found = list(graph.of("SpdxDocument"))
    for node in found[1:]:
        yield Complaint(
            rule="S004",
            pointer=node.pointer,
            message=f"this is a second SpdxDocument; the first is at {found[0].pointer or '/'}",
            remedy="Keep one SpdxDocument; put the other into a file of its own, or make it a Bundle.",
        )
    if not found and graph.whole and graph.nodes:
        yield Complaint(
            rule="S004",
            severity="warning",
            pointer="/@graph",
            message="there is no SpdxDocument, so nothing says what this file describes as a whole",
            remedy="Add an SpdxDocument that names the elements and the root elements.",
        )


def roots(graph: Graph, _context: "Context") -> Iterator[Complaint]:
    """S005: a collection that has elements has a root among them, and no document is in a collection."""
    for node in graph.every("ElementCollection"):
        if not array(node.value, "rootElement") and _has_elements(graph, node):
            yield Complaint(
                rule="S005",
                # that a document has the elements of its file is not said in so many words
                severity=None if array(node.value, "element") else "warning",
                pointer=node.pointer,
                message=f"this {node.kind} has elements, but no rootElement",
                remedy="Name in `rootElement` what it is about.",
            )
        for name in ("element", "rootElement"):
            for index, one in enumerate(array(node.value, name)):
                if graph.kind_of(one) == "SpdxDocument":
                    yield Complaint(
                        rule="S005",
                        pointer=node.at(name, index),
                        message=f"an SpdxDocument cannot be in `{name}`",
                        remedy="Take it out of the collection.",
                    )


def _has_elements(graph: Graph, node: Node) -> bool:
    """A document has the elements of its file, named or not."""
    if node.kind == "SpdxDocument":
        return any(other is not node for other in graph.every("Element"))
    return bool(array(node.value, "element"))


_RULES: "tuple[Callable[[Graph, Context], Iterator[Complaint]], ...]" = (
    repeated,
    names,
    documents,
    roots,
    versions,
    times,
    relationships,
    expressions,
    hashes,
    profiles,
)
CHECKS = (check,)
