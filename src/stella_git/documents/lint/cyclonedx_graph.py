"""Rules for the dependency graph of CycloneDX: C005 to C008.

Tasks of a workflow depend on one another in a graph of their own, of the same form.

Source: CycloneDX 1.4 to 1.7, definition of ``dependency``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stella_git.documents.lint.cyclonedx_values import COMPONENTS
from stella_git.documents.problems import Complaint, clip, pointer_to
from stella_git.documents.read import array, inner, text
from stella_git.documents.visit import pointer_of, visit
from stella_git.documents.walk import objects
from stella_git.documents.wording import SHOWN, show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

    Entries = list[tuple[str, dict[str, Json]]]  # pointer and value of each entry of a graph

_EDGES = ("dependsOn", "provides")
# Nodes of a cycle that a message names.
_NAMED = 6


def graphs(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """C005, C006, C007: an element that is there twice, needs itself, or needs what needs it."""
    for holder, place in _graphs(subject.value):
        name = "taskDependencies" if place else "dependencies"
        if _orderly(array(holder, name)):
            continue
        entries = list(objects(holder, name, place))
        yield from _repeated(entries)
        yield from _selves(entries)
        yield from _cyclic(entries)


def _graphs(value: "Json") -> "Iterator[tuple[dict[str, Json], str]]":
    """Return what has a graph, and its pointer: "" for the document."""
    if isinstance(value, dict):
        yield value, ""
        made = {"formulation": value.get("formulation")}
        for found in visit(made, frozenset({"taskDependencies"})):
            yield found.holder, pointer_of(found.outer)


def _orderly(entries: "list[Json]") -> bool:
    """Return whether a quick look is enough to say that nothing is wrong."""
    from stella_git.documents.graph import is_acyclic

    graph: dict[str, list[Any]] = {}
    for entry in entries:
        ref = text(entry, "ref")
        if ref is None:
            continue
        if ref in graph or ref in array(entry, "provides"):
            return False
        graph[ref] = array(entry, "dependsOn")
    try:
        return is_acyclic(graph)
    except TypeError:  # an array or an object where a reference belongs
        return False


def _repeated(entries: "Entries") -> Iterator[Complaint]:
    first: dict[str, str] = {}
    for pointer, entry in entries:
        ref = text(entry, "ref")
        if ref is None:
            continue
        if ref in first:
            yield Complaint(
                rule="C005",
                pointer=pointer_to(pointer, "ref"),
                message=f"{show(ref)} has an entry already, at {first[ref]}",
                remedy="Put both into one entry.",
            )
        else:
            first[ref] = pointer


def _edges(entry: "dict[str, Json]", name: str) -> Iterator[tuple[int, str]]:
    for index, ref in enumerate(array(entry, name)):
        if isinstance(ref, str) and ref:
            yield index, ref


def _selves(entries: "Entries") -> Iterator[Complaint]:
    for pointer, entry in entries:
        for name in _EDGES:
            for index, ref in _edges(entry, name):
                if ref == entry.get("ref"):
                    yield Complaint(
                        rule="C006",
                        pointer=pointer_to(pointer, name, index),
                        message=f"{show(ref)} names itself in `{name}`",
                        remedy="Remove it.",
                    )


def _cyclic(entries: "Entries") -> Iterator[Complaint]:
    from stella_git.documents.graph import cycles

    graph: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    for pointer, entry in entries:
        ref = text(entry, "ref")
        if ref is not None:
            places.setdefault(ref, pointer)
            graph.setdefault(ref, []).extend(each for _, each in _edges(entry, "dependsOn"))
    for cycle in cycles(graph):
        start = cycle.index(min(cycle, key=lambda node: (len(places[node]), places[node])))
        turned = cycle[start:] + cycle[:start]
        names = [clip(each, SHOWN) for each in turned[:_NAMED]]
        more = len(turned) - len(names)
        way = " → ".join([*names, *([f"… {more} more"] if more else []), names[0]])
        yield Complaint(
            rule="C007",
            pointer=places[turned[0]],
            message=f"dependencies lead back to where they started: {way}",
            remedy="Look whether one of them is wrong; some package managers allow cycles.",
        )


def complete(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """C008, where strictness is asked for: every component has an entry, even if it needs nothing."""
    value = subject.value
    if not context.strict or not isinstance(value, dict):
        return
    nodes = _nodes(value)
    if not array(value, "dependencies"):
        if next(nodes, None) is None:
            return
        yield Complaint(
            rule="C008",
            pointer="",
            message="the document has no `dependencies`, so nothing says on what anything in it depends",
            remedy="Let the tool that makes the document write them.",
        )
        return
    known = {text(entry, "ref") for _, entry in objects(value, "dependencies")} | _unknown(value)
    for ref, pointer in nodes:
        if ref not in known:
            yield Complaint(
                rule="C008",
                pointer=pointer,
                message=f"nothing says on what {show(ref)} depends, not even that it depends on nothing",
                remedy=f'Add {{"ref": {show(ref)}}} to `dependencies`, with what it depends on.',
            )


def _unknown(value: "dict[str, Json]") -> set[str | None]:
    """Return what compositions say is not completely known."""
    return {
        ref
        for _, each in objects(value, "compositions")
        if text(each, "aggregate") != "complete"
        for ref in array(each, "dependencies")
        if isinstance(ref, str)
    }


def _nodes(value: "dict[str, Json]") -> Iterator[tuple[str, str]]:
    """Return (bom-ref, its pointer) of what a document is about: components and services, not files."""
    parts: dict[str, Json] = {
        "metadata": {"component": inner(value, "metadata").get("component")},
        "components": value.get("components"),
        "services": value.get("services"),
    }
    for found in visit(parts, frozenset({"bom-ref"})):
        if not isinstance(found.value, str) or found.held_in() not in COMPONENTS | {"services"}:
            continue
        pointer = found.pointer()
        if "/pedigree/" not in pointer and text(found.holder, "type") != "file":
            yield found.value, pointer


CHECKS = (graphs, complete)
