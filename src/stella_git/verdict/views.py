"""What a decision comes to, as evidence for policies: findings, VEX claims, unknowns, budget checks.

Every value is plain JSON without floats, in one order whatever the order of the documents was, and made only
if a policy asks for it.

Source: ``schemas/stella/evidence-findings.v1.schema.json``, ``evidence-vex``, ``evidence-unknowns``,
``budget-check``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from stella_git.budget import BudgetCheck, Unknown
from stella_git.canon import jcs
from stella_git.policy import predicates
from stella_git.policy.predicatevalue import Deferred
from stella_git.verdict.lattice import Claim, Weighed, Weights, resolve

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.evidence import Source
    from stella_git.verdict.findings import Finding

T = TypeVar("T")
Origin = Callable[[T], "Where | None"]
"""From a row of a view to the place where a document says it."""


class Origins(Protocol):
    """Where documents say what a decision goes by; None for what no document says, or nobody knows where."""

    def of_finding(self, finding: "Finding") -> "Where | None":
        """Return where a finding is reported."""
        ...

    def of_claim(self, claim: Claim) -> "Where | None":
        """Return where a claim is made."""
        ...

    def of_unknown(self, unknown: Unknown) -> "Where | None":
        """Return where an unknown is declared."""
        ...


EVERY_COMPONENT = "*"
UNMATCHED = "unmatched"
# What becomes of a claim on its own, whatever it is about.
_ON_ITS_OWN = frozenset({"later", "neutral", "superseded", "unverified", "weightless"})


def findings_evidence(
    findings: "Sequence[Finding]",
    sources: "Sequence[Source]",
    *,
    origin: "Origin[Finding] | None" = None,
    predicate_type: str = predicates.FINDINGS,
    version: str = "v1",
) -> tuple[Deferred, ...]:
    """Return findings as evidence; nothing without sources, because then nobody looked for any.

    Args:
        findings: as a decision has them: merged, sorted, resolved.
        sources: the documents that report findings, even those that report none.
        origin: where a finding is reported.
        predicate_type: what to offer them as.
        version: of that.
    """
    if not sources:
        return ()
    rows = tuple(findings)
    return (
        Deferred(
            predicate_type,
            version,
            ordered(sources),
            lambda: list(map(_finding, rows)),
            _located(rows, origin),
        ),
    )


def vex_evidence(
    findings: "Sequence[Finding]",
    sources: "Sequence[Source]",
    *,
    unmatched: Iterable[Weighed] = (),
    origin: "Origin[Claim] | None" = None,
) -> tuple[Deferred, ...]:
    """Return all VEX claims as evidence; nothing without sources.

    Args:
        findings: as a decision has them, with the claims about each.
        sources: the documents that make claims.
        unmatched: claims that are about no finding; see `unmatched_claims`.
        origin: where a claim is made.
    """
    if not sources:
        return ()
    pairs = [(row, finding.fp) for finding in findings for row in finding.resolution.claims]
    every: list[tuple[Weighed, str | None]] = [*pairs, *((row, None) for row in unmatched)]
    claims = sorted(((_claim(row, fp), row.claim) for row, fp in every), key=lambda pair: _order(pair[0]))
    places = tuple(claim for _, claim in claims)
    values: list[Json] = [value for value, _ in claims]
    return (Deferred(predicates.VEX, "v1", ordered(sources), lambda: values, _located(places, origin)),)


def unmatched_claims(
    findings: "Iterable[Finding]", claims: Iterable[Claim], weights: Weights, as_of: "Instant"
) -> tuple[Weighed, ...]:
    """Return the claims that are about no finding, each with its weight.

    Args:
        findings: as a decision has them.
        claims: every claim there is.
        weights: who is believed.
        as_of: the time of the decision.

    Raises:
        ConfigError: an issuer has a class that the table does not know.
    """
    seen = {row.claim for finding in findings for row in finding.resolution.claims}
    rest = [claim for claim in dict.fromkeys(claims) if claim not in seen]
    rows = [row for claim in rest for row in resolve((claim,), weights, as_of).claims]
    return tuple(
        row
        if row.outcome in _ON_ITS_OWN
        else Weighed(claim=row.claim, weight=row.weight, outcome=UNMATCHED, why="it is about no finding")
        for row in rows
    )


def unknowns_evidence(
    unknowns: Iterable[Unknown],
    sources: "Sequence[Source]" = (),
    *,
    origin: "Origin[Unknown] | None" = None,
) -> Deferred:
    """Return what could not be established as evidence; an empty list says that all was.

    Args:
        unknowns: as a decision has them.
        sources: the documents that it was derived from.
        origin: where an unknown is declared.
    """
    rows = tuple(sorted(unknowns, key=lambda row: (row.reason, jcs.sort_key(row.id))))
    return Deferred(
        predicates.UNKNOWNS,
        "v1",
        ordered(sources),
        lambda: [{"id": row.id, "reason": row.reason} for row in rows],
        _located(rows, origin),
    )


def budget_evidence(checks: Iterable[BudgetCheck]) -> Deferred:
    """Return the outcome of every budget as evidence, sorted by the id of the budget.

    Args:
        checks: of this decision; one that was attested earlier is about other evidence.
    """
    rows = tuple(checks)

    def make() -> "Json":
        values = sorted((row.to_predicate() for row in rows), key=_budget_order)
        return [*values]

    return Deferred(predicates.BUDGET_CHECK, "v1", (), make)


def ordered(sources: "Iterable[Source]") -> "tuple[Source, ...]":
    """Return sources in one order: by digest, then by name."""
    return tuple(sorted(sources, key=lambda source: (source.digest, source.path or "")))


def _finding(finding: "Finding") -> "Json":
    row = finding.to_json()
    vex = row["vex"]
    assert isinstance(vex, dict)
    said = [_said(claim) for claim in finding.resolution.claims]
    return row | {"vex": {**vex, "claims": list["Json"](said)}}


def _said(row: Weighed) -> "dict[str, Json]":
    claim = row.claim
    members: dict[str, Json] = {
        "issuer": claim.issuer,
        "status": claim.status,
        "weight": row.weight,
        "outcome": row.outcome,
    }
    if claim.issuer_class is not None:
        members["issuerClass"] = claim.issuer_class
    if claim.justification is not None:
        members["justification"] = claim.justification
    return members


def _claim(row: Weighed, fp: str | None) -> "dict[str, Json]":
    claim = row.claim
    members: dict[str, Json] = {
        "vulnerabilities": [*sorted(set(claim.vulnerabilities), key=jcs.sort_key)],
        "product": claim.product or EVERY_COMPONENT,
        **_said(row),
        "version": claim.version,
        "document": claim.document,
        "source": claim.source,
    }
    if fp is not None:
        members["finding"] = fp
    if claim.timestamp is not None:
        members["timestamp"] = str(claim.timestamp)
    return members


def _budget_order(row: "Mapping[str, Json]") -> tuple[str, bytes]:
    check = row["check"]
    budget = check.get("budget") if isinstance(check, dict) else None
    return str(budget.get("id")) if isinstance(budget, dict) else "", _order(row)


def _order(row: "Mapping[str, Json]") -> bytes:
    return jcs.dumps(dict(row))


def _located(rows: Sequence[T], origin: "Origin[T] | None") -> "Callable[[str], Where | None] | None":
    """Return what tells the place of a pointer into a list: that of the row which it points into."""
    if origin is None:
        return None

    def locate(pointer: str) -> "Where | None":
        index = pointer.split("/")[1] if pointer else ""
        return origin(rows[int(index)]) if index.isdecimal() and int(index) < len(rows) else None

    return locate
