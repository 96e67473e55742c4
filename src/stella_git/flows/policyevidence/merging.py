"""What all documents come to: merged findings, weighed claims, unknowns, budget checks.

The code is that of a decision (`stella_git.flows.judge`, `stella_git.verdict.decide`): what a policy sees
while it is tried is what it sees in a verdict.
"""

from collections.abc import Hashable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from stella_git.errors import InputError
from stella_git.flows import firstseen
from stella_git.flows.evidence import CAS, TREE, Located
from stella_git.flows.intake import ISSUER_NOBODY, Intake
from stella_git.flows.policyevidence.reading import REPORTS
from stella_git.policy import predicates
from stella_git.verdict import views
from stella_git.verdict.decide import Decision, DecisionInputs, Subject, Weights, decide
from stella_git.verdict.matching import Products, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stella_git.budget import Budget, Unknown
    from stella_git.canon.clock import Instant
    from stella_git.errors import Where
    from stella_git.flows.policyevidence.reading import Piece
    from stella_git.policy.evidence import Evidence, Source
    from stella_git.verdict.decide import Finding, RawClaim, RawFinding

# Predicates that are, or hold, the report of a scanner.
SCANS = frozenset({predicates.VULNS, "https://cosign.sigstore.dev/attestation/vuln"})
_NOBODY = "0" * 64
Key = TypeVar("Key", bound=Hashable)
Stand = tuple[str, str]
"""Name of a document, and JSON Pointer in it."""


def is_inventory(piece: "Piece") -> bool:
    """Return whether a document is an SBOM; CycloneDX with vulnerabilities and no components is VEX."""
    if piece.kind != "cyclonedx":
        return piece.kind == "spdx"
    value = piece.value
    return isinstance(value, dict) and ("components" in value or "vulnerabilities" not in value)


def reports(piece: "Piece") -> bool:
    """Return whether a document says what was found, be it nothing."""
    if piece.kind in {"findings", *REPORTS} or piece.base in SCANS:
        return True
    value = piece.value
    return piece.kind == "cyclonedx" and isinstance(value, dict) and "vulnerabilities" in value


class Merger:
    """Takes documents in and says what they come to; their order plays no part.

    Args:
        weights: who is believed.
        as_of: the time of the decision.
        intake: one that has taken documents in already; None for a new one.
    """

    def __init__(self, weights: Weights, as_of: "Instant", intake: Intake | None = None) -> None:
        self.weights = weights
        self.as_of = as_of
        self.intake = intake or Intake({}, weights)
        self.reporting: list[Source] = []
        self.claiming: list[Source] = []
        self._scans: list[Piece] = []
        self._pieces: list[Piece] = []
        self._claimants: set[str] = set()
        self._counted = 0

    def note(self, piece: "Piece") -> None:
        """Remember a document that the intake has taken in already.

        Args:
            piece: valid.
        """
        self._pieces.append(piece)
        if reports(piece):
            self.reporting.append(piece.source)
        self._claimants.update(item.name for _, item, _ in self.intake.claimed[self._counted :])
        self._counted = len(self.intake.claimed)
        if piece.path in self._claimants or piece.kind in {"csaf", "openvex"}:
            self.claiming.append(piece.source)

    def add(self, piece: "Piece", *, components: bool = True) -> None:
        """Take in what a document says.

        Args:
            piece: valid.
            components: whether the parts of an SBOM count, those without identity as unknowns.

        Raises:
            InputError: the report of a scanner is not of the shape of its format.
        """
        item = self._located(piece, components=components)
        if piece.document is not None and self._has_role(piece):
            self.intake.add(item, piece.document, issuer=self._issuer(piece))
        elif reports(piece):
            self._report(item, piece)
        self.note(piece)
        if piece.base == predicates.VULNS:
            self._scans.append(piece)

    def _has_role(self, piece: "Piece") -> bool:
        """A CSAF document of another profile than VEX makes no claims, whatever it lists."""
        assert piece.document is not None
        found = piece.document.format
        return found is not None and bool(found.roles)

    def _located(self, piece: "Piece", *, components: bool) -> Located:
        role = "vex" if piece.kind in {"csaf", "openvex"} else "findings"
        if components and is_inventory(piece):
            role = "sbom"
        elif piece.kind == "spdx":
            role = "vex"
        # A bare document is taken for the repository's own word; an envelope that nobody signed for nobody's.
        uri = TREE + piece.path if piece.statement is None else CAS
        return Located(role=role, data=piece.data, uri=uri, path=piece.path)

    def _issuer(self, piece: "Piece") -> str | None:
        names = [signer.name for signer in piece.source.signers]
        if not names:
            return None if piece.statement is None else ISSUER_NOBODY
        return next((name for name in names if self.weights.class_of(name) is not None), names[0])

    def _report(self, item: Located, piece: "Piece") -> None:
        from stella_git.documents.ingest import Options, read_as

        kind, value = (piece.kind, piece.value) if piece.kind in REPORTS else ("in-toto", piece.statement)
        try:
            reading = read_as(kind, value, Options(rating_sources=self.intake.rating_sources))
        except InputError as error:
            raise InputError(
                error.message,
                code=error.code,
                where=_stand(piece, error.where.pointer or ""),
                remedy=error.remedy,
            ) from None
        self.intake.has_findings = True
        self.intake.report(item, reading.findings, reading.unknowns)

    def evidence(self, *, environment: str, budgets: "Sequence[Budget]" = ()) -> "Iterator[Evidence]":
        """Yield findings, scans, claims, unknowns and budget checks, as far as there is something to say.

        Args:
            environment: whose budgets are checked.
            budgets: those in force; without any, nothing is said of budgets.

        Raises:
            ConfigError: a budget or a class of issuers cannot be used.
        """
        every = self._decided(environment, tuple(budgets))
        origins = Origins(self)
        yield from views.findings_evidence(every.findings, self.reporting, origin=origins.of_finding)
        yield from self.scans()
        unmatched = views.unmatched_claims(every.findings, self.intake.claims, self.weights, self.as_of)
        yield from views.vex_evidence(
            every.findings, self.claiming, unmatched=unmatched, origin=origins.of_claim
        )
        sources = [piece.source for piece in self._pieces]
        yield views.unknowns_evidence(every.unknowns, sources, origin=origins.of_unknown)
        if budgets:
            yield views.budget_evidence(every.checks)

    def named(self, path: str) -> "Piece | None":
        """Return the document of a name."""
        return next((piece for piece in self._pieces if piece.path == path), None)

    def scans(self, seen: "firstseen.Known | None" = None) -> "Iterator[Evidence]":
        """Yield what attested scans found, by version of the predicate, with all that VEX says of it.

        Args:
            seen: when findings were first seen, as far as an earlier verdict knew.
        """
        for version in sorted({piece.version for piece in self._scans}):
            yield from self._scanned(version, seen or {})

    def _scanned(self, version: str, seen: "firstseen.Known") -> "Iterator[Evidence]":
        scans = [piece for piece in self._scans if piece.version == version]
        wanted = {piece.path for piece in scans}
        rows = [row for row, item, _ in self.intake.reported if item.name in wanted]
        found = self._decided("scans", (), tuple(firstseen.apply(rows, seen))).findings
        origins = Origins(self)
        yield from views.findings_evidence(
            found,
            [piece.source for piece in scans],
            origin=origins.of_finding,
            predicate_type=predicates.VULNS,
            version=version,
        )

    def _decided(
        self, environment: str, budgets: "tuple[Budget, ...]", rows: "tuple[RawFinding, ...] | None" = None
    ) -> Decision:
        return decide(
            DecisionInputs(
                subject=(Subject(name="evidence", digest={"gitTree": _NOBODY}),),
                environment=environment,
                stage="audit",
                as_of=self.as_of,
                trust_digest=f"sha256:{_NOBODY}",
                weights=self.weights,
                components=tuple(self.intake.components),
                findings=tuple(self.intake.findings) if rows is None else rows,
                unknowns=tuple(self.intake.unknowns),
                claims=tuple(self.intake.claims),
                has_findings=self.intake.has_findings,
                budgets=budgets,
            )
        )


class Origins:
    """Where findings, claims and unknowns stand: in the first document that says so, by name.

    Args:
        merger: has taken all documents in.
    """

    def __init__(self, merger: Merger) -> None:
        self._merger = merger
        self._products = Products()

    def of_finding(self, finding: "Finding") -> "Where | None":
        """Return where a finding is reported; None if no document is known to."""
        names = (finding.id, *finding.aliases)
        return self._first(self._findings.get((name, finding.purl)) for name in names)

    def of_claim(self, claim: "RawClaim") -> "Where | None":
        """Return where a claim is made; None if no document is known to."""
        return self._first((self._claims.get(claim),))

    def of_unknown(self, unknown: "Unknown") -> "Where | None":
        """Return where an unknown is declared; None if no document does."""
        return self._first((self._unknowns.get(unknown),))

    @cached_property
    def _findings(self) -> "dict[tuple[str, str], Stand]":
        found: dict[tuple[str, str], Stand] = {}
        for row, item, pointer in self._merger.intake.reported:
            purl = self._products.name(row.purl)
            for name in {spelled(text) for text in (row.id, *row.aliases)}:
                _keep(found, (name, purl), (item.name, pointer))
        return found

    @cached_property
    def _claims(self) -> "dict[RawClaim, Stand]":
        found: dict[RawClaim, Stand] = {}
        for claim, item, pointer in self._merger.intake.claimed:
            _keep(found, claim, (item.name, pointer))
        return found

    @cached_property
    def _unknowns(self) -> "dict[Unknown, Stand]":
        found: dict[Unknown, Stand] = {}
        for unknown, item, pointer in self._merger.intake.doubted:
            _keep(found, unknown, (item.name, pointer))
        return found

    def _first(self, stands: "Iterable[Stand | None]") -> "Where | None":
        first = min((stand for stand in stands if stand is not None), default=None)
        piece = self._merger.named(first[0]) if first is not None else None
        return _stand(piece, first[1]) if piece is not None and first is not None else None


def _stand(piece: "Piece", pointer: str) -> "Where":
    """A scan is read with the statement around it, everything else without."""
    return piece.places.where(pointer) if piece.base in SCANS else piece.where(pointer)


def _keep(known: "dict[Key, Stand]", key: "Key", stand: Stand) -> None:
    known[key] = min(stand, known.get(key, stand))
