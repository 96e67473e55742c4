"""Parts under identities that no tool can rename, each part once.

A part is identified by its purl, else by its CPE (the first in sorted order), else by group and name; always
with its version. Two elements with one identity are one part, with the hashes and licences of both. What kind
of part it is does not count: the formats draw that line in different places.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.inventory.hashes import COMMON
from stella_git.documents.inventory.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.documents.inventory.model import Inventory, Part

# What every format can say.
COMMON_LINKS = frozenset({"contains", "depends-on"})
_PLAIN = "!$&'()*+,;=:/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One part of the merged inventory.

    Args:
        id: its identity.
        base: the identity without the version: what an upgrade keeps.
        version: "" if not given.
        hashes: sorted (algorithm, lower hex), algorithms that every format has.
        licences: sorted terms.
        parts: the elements that it was made of, in document order.
    """

    id: str
    base: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    licences: tuple[str, ...]
    parts: "tuple[Part, ...]"

    @property
    def ecosystem(self) -> str:
        """Return the type of its purl, or ""."""
        return self.id[4:].partition("/")[0] if self.id.startswith("pkg:") else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An inventory whose parts have identities.

    Args:
        nodes: by identity, sorted.
        links: sorted (source, kind, target) identities of every kind; a target in another document is
            ``ref:`` and its reference there. No link leads from a part to itself.
        roots: sorted identities.
    """

    nodes: "Mapping[str, Node]"
    links: tuple[tuple[str, str, str], ...]
    roots: tuple[str, ...]

    @property
    def common_links(self) -> tuple[tuple[str, str, str], ...]:
        """Return the links of kinds that every format has."""
        return tuple(link for link in self.links if link[1] in COMMON_LINKS)


def merge(inventory: "Inventory") -> Merged:
    """Return the merged inventory of a document; in linear time, but for sorting."""
    names = dict(inventory.licence_names)
    groups: dict[str, list[Part]] = {}
    identities: dict[str, str] = {}
    bases: dict[str, tuple[str, str]] = {}
    for part in inventory.parts:
        identity, base, version = identify(part)
        bases[identity] = base, version
        groups.setdefault(identity, []).append(part)
        # of several elements with one ref, which no valid document has, the order does not decide
        identities[part.ref] = min(identity, identities.get(part.ref, identity))
    external = {ref: f"ref:{ref}" for ref in inventory.external if ref not in identities}
    return Merged(
        nodes={name: _node(name, *bases[name], groups[name], names) for name in sorted(groups)},
        links=_links(inventory, identities, external),
        roots=tuple(sorted({identities[part.ref] for part in inventory.parts if part.root})),
    )


def _links(
    inventory: "Inventory", identities: dict[str, str], external: dict[str, str]
) -> tuple[tuple[str, str, str], ...]:
    found: set[tuple[str, str, str]] = set()
    for link in inventory.links:
        source = identities.get(link.source)
        target = identities.get(link.target) or external.get(link.target)
        if source and target and source != target:
            found.add((source, link.kind, target))
    return tuple(sorted(found))


def _node(
    identity: str, base: str, version: str, parts: "Iterable[Part]", names: "Mapping[str, str]"
) -> Node:
    parts = tuple(parts)
    hashes = {each for part in parts for each in part.hashes if each[0] in COMMON}
    licences = (each for part in parts for each in (*part.declared, *part.concluded))
    return Node(
        id=identity,
        base=base,
        version=version,
        hashes=tuple(sorted(hashes)),
        licences=terms(licences, names),
        parts=parts,
    )


def identify(part: "Part") -> tuple[str, str, str]:
    """Return identity, identity without version, and version of a part.

    The identity is the purl; behind a space the version, if the purl has another or none. Without a purl the
    CPE, and behind a space the version; else ``name:``, the name with its group, ``@`` and the version.
    What is not plain in a name or version is percent-encoded: no two parts have one identity by accident.
    """
    if part.purl:
        return _by_purl(part.purl, part.version)
    # What only stands where a CPE belongs must not pass for a purl or a name.
    cpes = [each.lower() for each in part.cpes if each[:4].lower() == "cpe:"]
    if cpes:
        return _by_cpe(min(cpes), part.version)
    name = part.full_name.removeprefix("./") if part.kind == "file" else part.full_name
    base = f"name:{quoted(name)}"
    return _versioned(base, "@", part.version), base, part.version


def _by_purl(purl: str, version: str) -> tuple[str, str, str]:
    before, separator, rest = purl, "", ""
    for mark in "?#":
        found, separator, rest = purl.partition(mark)
        if separator:
            before = found
            break
    name, at, own = before.rpartition("@")
    if not at:
        return _versioned(purl, " ", version), purl, version
    from urllib.parse import unquote

    decoded = unquote(own)
    base = f"{name}{separator}{rest}"
    if not version or version.lower() == decoded.lower():  # some types have versions in lower case
        return purl, base, decoded
    return _versioned(purl, " ", version), base, version


def _by_cpe(cpe: str, version: str) -> tuple[str, str, str]:
    """Return the same for a CPE; its base is part, vendor and product."""
    cpe = cpe.replace(" ", "%20")
    fields = cpe.split(":")
    bare = ":".join(fields[:5] if cpe.startswith("cpe:2.3:") else fields[:4])
    return _versioned(cpe, " ", version), bare, version


def _versioned(base: str, mark: str, version: str) -> str:
    return f"{base}{mark}{quoted(version)}" if version else base


def quoted(text: str) -> str:
    """Return text with ``%``, ``@``, spaces, controls and what is not ASCII percent-encoded."""
    from urllib.parse import quote

    # lone surrogates cannot come out of the strict reader, but nothing is to fail on them here
    return quote(text, safe=_PLAIN, errors="replace")
