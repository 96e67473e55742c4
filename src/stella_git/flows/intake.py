"""What documents say, in a verdict's own terms: components, findings, unknowns and claims."""

from collections.abc import Iterable, Iterator, Mapping

from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.reader import Json
from stella_git.documents import csaf, cyclonedx, findings, inventory, openvex, spdx3vex
from stella_git.documents import models as documented
from stella_git.documents.read import array, text
from stella_git.documents.validate import Validated, admit
from stella_git.errors import InputError, Where
from stella_git.flows.evidence import TREE, Located
from stella_git.verdict.decide import (
    Evidence,
    RawClaim,
    RawComponent,
    RawFinding,
    Unknown,
    Weights,
)

PREDICATE_TYPES = {
    "csaf": "https://docs.oasis-open.org/csaf/csaf/v2.0",
    "cyclonedx": "https://cyclonedx.org/bom",
    "openvex": "https://openvex.dev/ns/v0.2.0",
    "findings": "https://stella.ops/attestation/findings/v1",
    "spdx": "https://spdx.dev/Document",
}
CLAIMS = {
    "csaf": csaf.claims,
    "cyclonedx": cyclonedx.claims,
    "openvex": openvex.claims,
    "spdx": spdx3vex.claims,
}
DOCUMENTS = ("sbom", "vex", "findings")
# Unsigned VEX: in the commit's own tree it is the repository's word; from anywhere else it is nobody's.
ISSUER_REPOSITORY = "repository"
ISSUER_NOBODY = "unsigned"


def raw_findings(located: Iterable[Located], params: Mapping[str, Json]) -> tuple[RawFinding, ...]:
    """Return the findings that the documents report, before merging.

    Raises:
        InputError: a document is invalid.
    """
    intake = Intake(params, Weights())
    for item in located:
        if item.role in {"sbom", "findings"}:
            intake.take(item)
    return tuple(intake.findings)


class Intake:
    """What the documents say, in the verdict's own terms.

    Args:
        params: of the context.
        weights: who is believed.
    """

    def __init__(self, params: Mapping[str, Json], weights: Weights) -> None:
        self.weights = weights
        sources = params.get("ratingSources")
        self.rating_sources = tuple(str(name) for name in sources) if isinstance(sources, list) else ()
        self.evidence: list[Evidence] = []
        self.components: list[RawComponent] = []
        self.findings: list[RawFinding] = []
        self.unknowns: list[Unknown] = []
        self.claims: list[RawClaim] = []
        self.has_findings = False
        # (what was said, by which document, JSON Pointer in it), for places in messages
        self.reported: list[tuple[RawFinding, Located, str]] = []
        self.doubted: list[tuple[Unknown, Located, str]] = []
        self.claimed: list[tuple[RawClaim, Located, str]] = []

    def take(self, item: Located) -> Validated:
        """Validate one document and take what its role offers.

        Raises:
            InputError: it is invalid.
        """
        document = admit(item.data, path=item.name, expect=frozenset({item.role}))
        require_valid(document, item)
        self.add(item, document)
        return document

    def add(self, item: Located, document: Validated, *, issuer: str | None = None) -> None:
        """Take what the role of a valid document offers.

        Args:
            item: its bytes and its role.
            document: what it says.
            issuer: who signed it; None for nobody.
        """
        assert document.format is not None
        kind = document.format.kind
        self.evidence.append(
            Evidence(role=item.role, predicate_type=PREDICATE_TYPES[kind], digest=item.digest)
        )
        if item.role == "sbom":
            self._components(document)
        if item.role == "findings" or (item.role == "sbom" and _has_vulnerabilities(document.value)):
            self._findings(item, document)
        if kind in CLAIMS:
            self._claims(item, CLAIMS[kind](document.value), issuer)

    def _components(self, document: Validated) -> None:
        assert document.format is not None
        if document.format.kind == "cyclonedx":
            for part in cyclonedx.components(document.value):
                if not part.root:
                    self.components.append(
                        RawComponent(purl=part.purl, name=part.name, ref=part.ref or part.pointer)
                    )
            return
        for each in inventory.read(document.value, document.format).parts:
            if not each.root and not _is_file(document.value, each):
                self.components.append(RawComponent(purl=each.purl, name=each.name, ref=each.ref))

    def _findings(self, item: Located, document: Validated) -> None:
        assert document.format is not None
        self.has_findings = True
        rows, unknowns = findings.from_document(
            document.value, document.format, rating_sources=self.rating_sources
        )
        self.report(item, rows, unknowns)

    def report(
        self, item: Located, rows: Iterable[documented.RawFinding], unknowns: Iterable[documented.Unknown]
    ) -> None:
        """Take findings and unknowns that a document reports."""
        for row in rows:
            self.reported.append((_raw_finding(row, item.name), item, row.pointer))
            self.findings.append(self.reported[-1][0])
        for one in unknowns:
            self.doubted.append((Unknown(id=one.id, reason=one.reason), item, one.pointer))
            self.unknowns.append(self.doubted[-1][0])

    def _claims(self, item: Located, rows: Iterable[documented.RawClaim], issuer: str | None) -> None:
        who = issuer or (ISSUER_REPOSITORY if item.uri.startswith(TREE) else ISSUER_NOBODY)
        vouched = self.weights.class_of(who)
        digest = item.digest  # of all its bytes: not once for every claim
        for row in rows:
            for product in _products(row):
                claim = _raw_claim(row, product, (who, vouched), (digest, item.name))
                self.claimed.append((claim, item, row.pointer))
                self.claims.append(claim)


def _is_file(value: Json, part: inventory.Part) -> bool:
    """Return whether an element is a file, which is what packages are made of.

    A package whose purpose is to be a file is a component like any other.
    """
    if part.kind != "file":
        return False
    index = part.pointer.removeprefix("/@graph/")
    if not index.isdecimal():
        return part.pointer.startswith("/files/")
    return text(array(value, "@graph")[int(index)], "type") == "software_File"


def _products(row: documented.RawClaim) -> Iterator[str]:
    """A claim about parts of a product is about those parts; without a purl it names nothing."""
    for product in row.subcomponents or (row.product,):
        if product.purl is not None:
            yield product.purl


def _raw_claim(
    row: documented.RawClaim, product: str, issuer: tuple[str, str | None], document: tuple[str, str]
) -> RawClaim:
    return RawClaim(
        vulnerabilities=(row.vulnerability, *row.aliases),
        product=product,
        issuer=issuer[0],
        issuer_class=issuer[1],
        status=row.status,
        justification=row.justification,
        timestamp=None if row.timestamp is None else parse_rfc3339(row.timestamp),
        version=row.version,
        document=document[0],
        source=document[1],
    )


def _raw_finding(row: documented.RawFinding, source: str) -> RawFinding:
    return RawFinding(
        id=row.id,
        aliases=row.aliases,
        purl=row.purl,
        severity=row.severity,
        cvss_deci=row.cvss_deci,
        epss_ppm=row.epss_ppm,
        epss_date=row.epss_date,
        kev=row.kev,
        fixable=row.fixable,
        fixed_version=row.fixed_version,
        first_seen=None if row.first_seen is None else parse_rfc3339(row.first_seen),
        reachability=row.reachability or "unknown",
        source=source,
    )


def _has_vulnerabilities(value: Json) -> bool:
    """An SBOM that carries the member, even empty, says that somebody looked."""
    return isinstance(value, dict) and "vulnerabilities" in value


def require_valid(document: Validated, item: Located) -> None:
    """Refuse an invalid document, naming its first error.

    Raises:
        InputError: it has one.
    """
    errors = [problem for problem in document.problems if problem.severity == "error"]
    if not errors:
        return
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    # no command validates a findings document alone
    hint = f"; stella {item.role} validate shows all problems" if item.role in {"sbom", "vex"} else ""
    raise InputError(
        f"{first.message}{more}",
        code="document-invalid",
        where=Where(item.name, line=first.line, column=first.column, pointer=first.pointer),
        remedy=f"{(first.remedy or 'mend it').removesuffix('.')}{hint}",
    )
