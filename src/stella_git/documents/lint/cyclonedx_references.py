"""Rules for references by bom-ref that the dependency graph and ``affects`` do not make: C009, and BOM-Links.

A BOM-Link to this very document and version is a reference like any other; one to another document is not
looked at.

Source: CycloneDX 1.4 to 1.7, ``refLinkType`` and ``bomLinkElementType``; https://cyclonedx.org/capabilities/bomlink/
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint
from stella_git.documents.read import integer, text
from stella_git.documents.sift import Sifted, sifted
from stella_git.documents.visit import Found, visit
from stella_git.documents.walk import BOM_LINK
from stella_git.documents.wording import nearest, show

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject
    from stella_git.documents.severity import Severity

# Comparing with every bom-ref of a large document, for every dangling ref, would take minutes.
_NEAREST_AMONG = 500
_NEAREST_TIMES = 100

# What an object is the value of, or an item of -> its members that refer to elements, one or several each.
_FIELDS: dict[str, tuple[str, ...]] = {
    "annotations": ("subjects",),
    "assertions": ("asserter",),
    "attestations": ("assessor",),
    "citations": ("attributedTo", "process"),
    "claims": ("counterEvidence", "evidence", "mitigationStrategies", "target"),
    "compositions": ("assemblies", "dependencies", "vulnerabilities"),
    "conformance": ("mitigationStrategies",),
    "datasets": ("ref",),
    "identity": ("tools",),
    "levels": ("requirements",),
    "map": ("claims", "counterClaims", "requirement"),
    "patentAssertions": ("asserter",),
    "patentFamily": ("members",),
    "requirements": ("parent",),
    "resource": ("ref",),
    "resourceReferences": ("ref",),
    "source": ("ref",),
    "target": ("ref",),
    "taskDependencies": ("dependsOn", "provides", "ref"),
}
# Elsewhere a dangling reference is a warning: nothing is decided by what these say, and the official examples
# of formulation, evidence and declarations refer to what they leave out.
_GRAVE = frozenset({"affects", "annotations", "compositions", "dependencies"})
# Of entries of a graph. Those of ``dependencies`` and ``affects`` are looked at in the module ``cyclonedx``
# already, but for BOM-Links.
_HELD = {"affects": "vulnerabilities", "dependencies": ""}
_VISITED = frozenset(name for names in _FIELDS.values() for name in names) | {"bom-ref", *_HELD}
_GRAPH = {"dependsOn": "C004", "provides": "C004", "ref": "C003"}


def references(subject: "Subject", _context: "Context") -> Iterator[Complaint]:
    """C009: every reference finds its element; C003 and C004 of what is written as a BOM-Link to here."""
    value = subject.value
    if not isinstance(value, dict):
        return
    own = _own_link(value)
    seen = sifted(subject)
    refs = seen.refs
    if all(ref in refs or _elsewhere(ref, own, refs) for ref in _referred(seen, own)):
        return
    referring = list(visit(value, _VISITED))
    candidates = sorted(refs)
    compared = 0 if len(candidates) <= _NEAREST_AMONG else _NEAREST_TIMES
    for found in referring:
        for rule, ref, tokens in _said(found, own):
            if ref not in refs and not _elsewhere(ref, own, refs):
                grave = found.name in _GRAVE or found.held_in() in _GRAVE
                meant = nearest(ref, candidates) if compared < _NEAREST_TIMES else None
                compared += 1
                yield _dangling(rule, ref, found.pointer(*tokens), meant, None if grave else "warning")


def _referred(seen: Sifted, own: str | None) -> Iterator[str]:
    """Return every reference that the rule is about."""
    for role, holder in seen.holders:
        names = _FIELDS.get(role, ())
        for name in names:
            if name in holder:
                yield from (ref for ref, _ in _texts(holder[name]))
        for name, wanted in _HELD.items():
            if own is not None and role == wanted and name in holder:
                found = Found(name, holder[name], holder, (None, role) if role else None)
                yield from (ref for _, ref, _ in _linked(found) if ref.startswith(own))


def _own_link(value: "dict[str, Json]") -> str | None:
    """Return how a BOM-Link to an element of this document begins, or None if nothing can link to it."""
    serial = text(value, "serialNumber")
    version = integer(value, "version") if "version" in value else 1
    if serial is None or version is None or not serial.startswith("urn:uuid:"):
        return None
    return f"{BOM_LINK}{serial.removeprefix('urn:uuid:')}/{version}#"


def _elsewhere(ref: str, own: str | None, refs: set[str]) -> bool:
    """Return whether a BOM-Link leads to another document, or to an element of this one."""
    if own is None or not ref.startswith(own):
        return ref.startswith(BOM_LINK)
    from urllib.parse import unquote

    element = ref[len(own) :]
    return element in refs or unquote(element) in refs


Tokens = tuple[str | int, ...]


def _said(found: "Found", own: str | None) -> Iterator[tuple[str, str, Tokens]]:
    """Return (rule, reference, its place inside the member) of what a member refers to."""
    if found.name in _FIELDS.get(found.held_in(), ()):
        rule = _GRAPH[found.name] if found.held_in() == "taskDependencies" else "C009"
        yield from ((rule, ref, tokens) for ref, tokens in _texts(found.value))
    elif own is not None and found.held_in() == _HELD.get(found.name):
        yield from (each for each in _linked(found) if each[1].startswith(own))


def _linked(found: "Found") -> Iterator[tuple[str, str, Tokens]]:
    for index, entry in enumerate(found.value if isinstance(found.value, list) else ()):
        if isinstance(entry, dict):
            for name, rule in _GRAPH.items():
                for ref, tokens in _texts(entry.get(name)):
                    yield "C009" if found.name == "affects" else rule, ref, (index, name, *tokens)


def _texts(value: "Json") -> Iterator[tuple[str, Tokens]]:
    if isinstance(value, str):
        yield value, ()
    elif isinstance(value, list):
        for index, each in enumerate(value):
            if isinstance(each, str):
                yield each, (index,)


def _dangling(rule: str, ref: str, pointer: str, meant: str | None, severity: "Severity | None") -> Complaint:
    message = f"{show(ref)} is no bom-ref of this document"
    remedy = "Add the element with this bom-ref, or correct the ref."
    if meant is not None:
        message += f"; did you mean {show(meant)}?"
        remedy = f"Write {show(meant)}, or add the element."
    return Complaint(rule=rule, pointer=pointer, message=message, remedy=remedy, severity=severity)


CHECKS = (references,)
