"""What is taken out of documents for decisions: components, findings, unknowns and claims."""

from dataclasses import dataclass

SEVERITIES = ("unknown", "none", "low", "medium", "high", "critical")  # ascending


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of an SBOM.

    Args:
        ref: its bom-ref; None if it has none.
        name: with its group, as ``group/name``, if it has one.
        version: "" if not given.
        purl: canonical; None if absent or invalid.
        hashes: sorted (algorithm, lower hex) pairs, algorithms as the document spells them.
        root: whether it is what the document as a whole describes.
        pointer: JSON Pointer in the document.
    """

    ref: str | None
    name: str
    version: str
    purl: str | None
    hashes: tuple[tuple[str, str], ...] = ()
    root: bool = False
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFinding:
    """A vulnerability in a component, as a document reports it; None means *not checked*.

    Args:
        id: canonical vulnerability id; what the document calls it, if that is no proper id.
        aliases: sorted canonical ids of the same vulnerability, without ``id``.
        purl: canonical purl of the component; what the document calls it, if it has none.
        severity: one of ``SEVERITIES``.
        cvss_deci: CVSS base score in tenths, 0 to 100.
        epss_ppm: EPSS probability in parts per million.
        epss_date: day of the EPSS value, RFC 3339 full-date.
        kev: whether it is known to be exploited.
        fixable: whether a fixed version is known.
        fixed_version: that version, if exactly one is known.
        first_seen: RFC 3339 time of the first report.
        reachability: as the document says it.
        pointer: JSON Pointer in the document.
        sources: sorted names of the scanners that report it, where a document says them.
    """

    id: str
    aliases: tuple[str, ...] = ()
    purl: str
    severity: str
    cvss_deci: int | None = None
    epss_ppm: int | None = None
    epss_date: str | None = None
    kev: bool | None = None
    fixable: bool = False
    fixed_version: str | None = None
    first_seen: str | None = None
    reachability: str | None = None
    pointer: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that a document could not establish.

    Args:
        id: canonical vulnerability id, or what the document calls it.
        reason: reason code of budgets, such as ``Identity``.
        purl: canonical purl, if known.
        pointer: JSON Pointer in the document.
    """

    id: str
    reason: str
    purl: str | None = None
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a claim is about.

    Args:
        purl: canonical; None if it has none.
        ids: sorted other identifiers: IRI, CPE, ``algorithm:hex`` digests.
    """

    purl: str | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawClaim:
    """One VEX statement about one product, before anybody asked who signed it.

    Args:
        vulnerability: canonical vulnerability id.
        aliases: sorted canonical ids of the same vulnerability, without ``vulnerability``.
        product: what it is about.
        subcomponents: the parts of the product that it is about; empty for the product as such.
        status: "not_affected", "affected", "fixed" or "under_investigation".
        justification: a label of OpenVEX; None if absent, or if it has no counterpart there.
        impact_statement: whether the impact is explained in words.
        timestamp: RFC 3339, of the statement, else of the document; None if neither has one.
        version: version of the document.
        author: what the document says of itself; informational, never an issuer.
        pointer: JSON Pointer in the document.
    """

    vulnerability: str
    aliases: tuple[str, ...] = ()
    product: Product
    subcomponents: tuple[Product, ...] = ()
    status: str
    justification: str | None = None
    impact_statement: bool = False
    timestamp: str | None = None
    version: int = 1
    author: str | None = None
    pointer: str = ""
