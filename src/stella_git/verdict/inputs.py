"""Everything that a verdict depends on, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stella_git.budget import Budget, Unknown
from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.policy.evidence import Evidence as PolicyEvidence
from stella_git.policy.evidence import Source
from stella_git.policy.ruleset import Rules
from stella_git.verdict.findings import RawFinding
from stella_git.verdict.lattice import Claim
from stella_git.verdict.model import Evidence, Subject
from stella_git.verdict.views import Origins
from stella_git.verdict.weights import Weights

RawClaim = Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class RawComponent:
    """One component of an SBOM, not the one that the SBOM is about.

    Attributes:
        purl: package URL, or None: then nobody can look for its vulnerabilities, and it is an unknown.
        ref: reference inside the SBOM.
    """

    purl: str | None
    name: str
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInputs:
    """Everything a verdict depends on; no order matters.

    Attributes:
        subject: what the verdict is about.
        stage: ``pre-commit``, ``pre-push``, ``ci``, ``release``, ``deploy`` or ``audit``.
        as_of: the instant of the decision; a fraction of a second is dropped before anything else.
        params: what else the decision depends on, by name; strings, integers, booleans and arrays of these.
        policy_files: (path, bytes) of every policy and budget file in force.
        trust_digest: ``sha256:...`` of keyring and trust file together.
        evidence: what goes into the ``inputs`` of the verdict.
        unknowns: unknowns that the documents declare.
        has_findings: at least one findings document was given, even an empty one.
        budgets: the budgets in force; None means those found in ``policy_files``.
        rules: the policies in force; None means those found in ``policy_files``.
        offered: evidence for policies, beside what the decision itself comes to.
        sources: what findings and VEX were read from, by role (``findings``, ``vex``), as policies see it.
        approved: by id of a waiver, who is known to have approved it.
        orphans: by id of a waiver, when it was first noticed to cover nothing.
        ref: full name of the ref; None if no policy asks for it.
        places: find out where in the evidence violations are; the verdict is the same.
        origins: where documents say what there is; None if nobody knows.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    subject: tuple[Subject, ...]
    environment: str
    stage: str
    as_of: Instant
    params: Mapping[str, Json] = field(default_factory=dict)
    policy_files: tuple[tuple[str, bytes], ...] = ()
    trust_digest: str
    weights: Weights = field(default_factory=Weights)
    evidence: tuple[Evidence, ...] = ()
    components: tuple[RawComponent, ...] = ()
    findings: tuple[RawFinding, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    claims: tuple[RawClaim, ...] = ()
    has_findings: bool
    budgets: tuple[Budget, ...] | None = None
    rules: Rules | None = None
    offered: tuple[PolicyEvidence, ...] = ()
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    approved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    orphans: Mapping[str, Instant] = field(default_factory=dict)
    ref: str | None = None
    places: bool = False
    origins: Origins | None = None
