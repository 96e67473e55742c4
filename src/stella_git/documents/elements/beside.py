"""What a profile asks and no inventory carries: read from the document itself, by the pointers of its parts.

An inventory is what two formats can both say, so it drops what one of them says of nothing (``NOASSERTION``)
and what only lists of minimum elements ask for.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from stella_git.documents.inventory.hashes import algorithm
from stella_git.documents.read import array, text
from stella_git.documents.walk import objects

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format
    from stella_git.documents.inventory.model import Inventory

# JSON Pointer of a part -> fact -> further values.
Beside = Mapping[str, Mapping[str, tuple[str, ...]]]
# A pointer, a fact and a value of it.
Row = tuple[str, str, str]

_SPDX2_MEMBERS = {
    "copyrightText": "copyright",
    "licenseConcluded": "concluded",
    "licenseDeclared": "declared",
    "originator": "producers",
    "supplier": "supplier",
    "versionInfo": "version",
}
_SPDX3_LICENCES = {"hasConcludedLicense": "concluded", "hasDeclaredLicense": "declared"}
_NO_LICENCE = ("/NoAssertionLicense", "/NoneLicense", "/Licensing/NoAssertion", "/Licensing/None")
_DEPENDENCIES = frozenset({"contains", "dependsOn"})


def read_beside(value: "Json", found: "Format", inventory: "Inventory") -> Beside:
    """Return what a document says of its parts beside its inventory.

    Args:
        value: the parsed document.
        found: what it is.
        inventory: its inventory.
    """
    reader = _READERS.get(found.kind if found.kind != "spdx" else f"spdx{found.version[:1]}")
    gathered: dict[str, dict[str, tuple[str, ...]]] = {}
    for pointer, fact, said in reader(value, inventory) if reader else ():
        facts = gathered.setdefault(pointer, {})
        facts[fact] = (*facts.get(fact, ()), said)
    return gathered


def _cyclonedx(value: "Json", inventory: "Inventory") -> Iterator[Row]:
    for part in inventory.parts:
        for reference in array(_resolve(value, part.pointer), "externalReferences"):
            kind = text(reference, "type")
            fact = {"distribution": "hashes", "source-distribution": "source-hashes"}.get(kind or "")
            for each in array(reference, "hashes") if fact else ():
                name = text(each, "alg")
                if fact and name and text(each, "content"):
                    yield part.pointer, fact, algorithm(name)
            url = text(reference, "url")
            if kind == "rfc-9116" and url:
                yield part.pointer, "security-txt", url


def _resolve(value: "Json", pointer: str) -> "Json":
    """Return the value at a pointer that names members and indices only; None if it is not there."""
    for token in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(token)] if token.isdecimal() and int(token) < len(value) else None
        else:
            value = value.get(token) if isinstance(value, dict) else None
    return value


def _spdx2(value: "Json", _: "Inventory") -> Iterator[Row]:
    for pointer, package in objects(value, "packages") if isinstance(value, dict) else ():
        for member, fact in _SPDX2_MEMBERS.items():
            said = text(package, member)
            if said in {"NOASSERTION", "NONE"}:
                yield pointer, fact, said


def _spdx3(value: "Json", inventory: "Inventory") -> Iterator[Row]:
    pointers = {part.ref: part.pointer for part in inventory.parts}
    for pointer, element in objects(value, "@graph") if isinstance(value, dict) else ():
        if text(element, "type") == "Relationship":
            source = pointers.get(text(element, "from") or "")
            if source is not None:
                yield from _relationship(element, source)
        for reference in array(element, "externalRef"):
            if text(reference, "externalRefType") == "securityOther":
                for url in array(reference, "locator"):
                    if isinstance(url, str):
                        yield pointer, "security-txt", url


def _relationship(element: "dict[str, Json]", source: str) -> Iterator[Row]:
    kind = text(element, "relationshipType") or ""
    if kind in _DEPENDENCIES and text(element, "completeness") == "noAssertion":
        yield source, "completeness", "unknown"
    fact = _SPDX3_LICENCES.get(kind)
    for target in array(element, "to") if fact else ():
        if fact and isinstance(target, str) and target.endswith(_NO_LICENCE):
            yield source, fact, "NOASSERTION"


_READERS: dict[str, Callable[["Json", "Inventory"], Iterator[Row]]] = {
    "cyclonedx": _cyclonedx,
    "spdx2": _spdx2,
    "spdx3": _spdx3,
}
