"""One inventory for every SBOM format: parts, and the links between them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One component, package, file or service.

    Args:
        ref: its identity inside the document: bom-ref, SPDXID, spdxId; ``#`` and the pointer if it has none.
        pointer: JSON Pointer of the element.
        kind: ``library``, ``application``, ``framework``, ``container``, ``platform``, ``operating-system``,
            ``firmware``, ``file``, ``device``, ``device-driver``, ``data``, ``machine-learning-model``,
            ``cryptographic-asset``, ``service`` and what else a format says, lower case with hyphens; ""
            if it says nothing.
        name: as written.
        group: namespace of the name; only CycloneDX has one.
        version: "" if not given.
        purl: canonical; None if absent or invalid. Of several, the first in sorted order.
        cpes: as written, sorted.
        identifiers: sorted (type, value) of other unique ids: ``swid``, ``swhid``, ``gitoid``, further purls.
        hashes: sorted (algorithm, lower hex); algorithms by the names of SPDX 3.0.1, such as ``sha256``,
            ``sha3_256``, ``blake2b256``.
        declared: licences as the producer of the part declares them: expressions, ids or names, sorted.
        concluded: licences as the author of the document concludes them, sorted.
        supplier: name of who distributes it.
        producers: names of who made it (manufacturer, originator, authors), sorted.
        contacts: sorted e-mail addresses and URLs of supplier and producers.
        copyright: as written.
        filename: of the file that it is distributed as.
        download: where it can be had.
        source_url: where its source is.
        properties: sorted (name, value): properties of CycloneDX, ``name=value`` annotations of SPDX.
        root: whether the document as a whole is about it.
        scope: ``required``, ``optional``, ``excluded`` or "".
    """

    ref: str = ""
    pointer: str = ""
    kind: str = ""
    name: str = ""
    group: str = ""
    version: str = ""
    purl: str | None = None
    cpes: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()
    declared: tuple[str, ...] = ()
    concluded: tuple[str, ...] = ()
    supplier: str | None = None
    producers: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    copyright: str | None = None
    filename: str | None = None
    download: str | None = None
    source_url: str | None = None
    properties: tuple[tuple[str, str], ...] = ()
    root: bool = False
    scope: str = ""

    @property
    def full_name(self) -> str:
        """Return ``group/name``, or the name alone."""
        return f"{self.group}/{self.name}" if self.group else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relationship of two elements.

    Args:
        source: ref of the one that depends, contains, provides.
        kind: ``depends-on``, ``contains``, ``provides``, or another relationship of SPDX, lower case with
            hyphens, read in its active direction (``DEPENDENCY_OF`` is turned round).
        target: ref of the other; it may lie in another document.
        complete: whether these are all links of this kind of the source; None if nobody says.
        scope: when it holds: ``runtime``, ``build``, ``development``, ``test``, ``optional``, ``provided``,
            ``design``, ``other``; "" if nobody says.
    """

    source: str
    kind: str
    target: str
    complete: bool | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a document says there is.

    Args:
        kind: of the format: ``cyclonedx`` or ``spdx``.
        version: of the format, such as ``1.6``, ``2.3``, ``3.0.1``.
        parts: in document order, the roots of CycloneDX first, nested ones after their parent.
        links: sorted, each once.
        authors: names of who made the data, sorted.
        author_contacts: sorted e-mail addresses and URLs of authors.
        tools: sorted names, with the version after a space if there is one.
        timestamp: when the data was made, as written.
        identifier: serialNumber, documentNamespace or spdxId.
        lifecycles: sorted phases, as the format writes them.
        data_licence: licence of the data itself.
        completeness: sorted (ref, aggregate) with the words of CycloneDX: ``complete``, ``incomplete``, ...
        licence_names: sorted (LicenseRef, name) of licences that are not listed, as far as they have names.
        external: sorted refs of link targets that lie in other documents, and are named as such.
    """

    kind: str
    version: str
    parts: tuple[Part, ...] = ()
    links: tuple[Link, ...] = ()
    authors: tuple[str, ...] = ()
    author_contacts: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    timestamp: str | None = None
    identifier: str | None = None
    lifecycles: tuple[str, ...] = ()
    data_licence: str | None = None
    completeness: tuple[tuple[str, str], ...] = ()
    licence_names: tuple[tuple[str, str], ...] = ()
    external: tuple[str, ...] = ()

    @property
    def root(self) -> Part | None:
        """Return the part that the document is about, the first of several, or None."""
        return next((part for part in self.parts if part.root), None)

    def by_ref(self) -> dict[str, Part]:
        """Return every part that has a ref, by its ref; of several with one ref, the first."""
        found: dict[str, Part] = {}
        for part in self.parts:
            if part.ref:
                found.setdefault(part.ref, part)
        return found
