"""``verdict/1``: from plain inputs to a verdict, as a pure function.

1. Rows of all findings documents become one finding per vulnerability and component.
2. Every finding gets the VEX claims that name it, and the lattice resolves them.
3. What could not be established becomes an unknown.
4. Every budget of the environment is checked.
5. The decision is the worst of what came out: error > fail > warn > pass.

Nothing here reads a clock, a file or the environment, and no order of the inputs matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stella_git.budget import Budget, BudgetCheck, BudgetInputs, Unknown, check
from stella_git.budget.model import REASONS
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json, sha256
from stella_git.canon.reader import Json
from stella_git.config.source import Source
from stella_git.errors import ConfigError, InputError, Where
from stella_git.verdict.findings import Finding, RawFinding, grouped
from stella_git.verdict.lattice import Claim, resolve
from stella_git.verdict.matching import ClaimIndex, Products
from stella_git.verdict.model import DECISIONS, Evidence, Subject, Verdict
from stella_git.verdict.weights import Weights

RawClaim = Claim
Message = Mapping[str, Json]

__all__ = [
    "Decision",
    "DecisionInputs",
    "Evidence",
    "Finding",
    "Message",
    "RawClaim",
    "RawComponent",
    "RawFinding",
    "Subject",
    "Unknown",
    "Weights",
    "budgets_in",
    "decide",
    "policy_set_digest",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What came out.

    Attributes:
        verdict: the digested document.
        checks: outcome of every budget, sorted by budget id.
        findings: sorted by id and purl.
        unknowns: everything that could not be established, sorted by reason and id.
        messages: ``{code, text, ...}`` for readers; their wording may change, the verdict may not.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    verdict: Verdict
    checks: tuple[BudgetCheck, ...]
    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]
    messages: tuple[Message, ...]


def decide(inputs: DecisionInputs) -> Decision:
    """Return the decision on the inputs.

    Raises:
        ConfigError: a budget, policy file or trust table cannot be used.
        InputError: a member of the inputs is outside what a verdict can say.
    """
    as_of = Instant(seconds=inputs.as_of.seconds)
    products = Products()
    claims = ClaimIndex(inputs.claims, products)
    findings = tuple(
        group.merge(as_of, resolve(claims.about(group.ids, group.purl), inputs.weights, as_of, group.ids[0]))
        for group in grouped(inputs.findings, products)
    )
    unknowns = _unknowns(inputs, findings, products)
    budgets, messages = _budgets_of(inputs)
    counted = BudgetInputs(findings=tuple(finding.for_budget() for finding in findings), unknowns=unknowns)
    checks = tuple(check(budget, counted, environment=inputs.environment, as_of=as_of) for budget in budgets)
    if not inputs.has_findings:
        messages.append(
            _message("findings-missing", "no findings document was given: nobody looked for vulnerabilities")
        )
    messages += _exceeded(checks)
    results = [outcome.result for outcome in checks] + ["error"] * (not inputs.has_findings or not budgets)
    verdict = Verdict(
        subject=inputs.subject,
        environment=inputs.environment,
        stage=inputs.stage,
        as_of=as_of,
        params=inputs.params,
        policy_set_digest=policy_set_digest(inputs.policy_files),
        trust_digest=inputs.trust_digest,
        inputs=inputs.evidence,
        budgets=tuple(_outcome(budget, done) for budget, done in zip(budgets, checks, strict=True)),
        decision=max(results, key=DECISIONS.index),
    )
    verdict.to_json()  # refuses what the schema does not allow, before anybody signs it
    return Decision(
        verdict=verdict, checks=checks, findings=findings, unknowns=unknowns, messages=tuple(messages)
    )


def policy_set_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """Return ``sha256:...`` over JCS(sorted [{path, digest}]) of the policy files in force.

    Raises:
        ConfigError: one path stands for two files.
    """
    rows: dict[str, Json] = {}
    for path, data in files:
        row: Json = {"path": path, "digest": str(sha256(data))}
        if rows.setdefault(path, row) != row:
            raise ConfigError(
                f"two different policy files have the path {path}",
                code="policy-path-twice",
                where=Where(path),
                remedy="name every policy file once",
            )
    return str(of_json(sorted(rows.values(), key=_code_units)))


def _code_units(row: Json) -> bytes:
    return jcs.sort_key(jcs.dumps(row).decode())


def budgets_in(files: Iterable[tuple[str, bytes]]) -> tuple[Budget, ...]:
    """Return the budgets among policy files, by their ``kind``.

    A file of another kind is refused: a rule that is silently ignored would be a rule that passes.

    Args:
        files: (path, bytes) of YAML or JSON files.

    Raises:
        ConfigError: a file cannot be read, is not a valid budget, or is of a kind that nobody here applies.
    """
    return tuple(_budget(path, data) for path, data in sorted(dict(files).items()))


def _budget(path: str, data: bytes) -> Budget:
    source = Source.read(data, path=path)
    kind = source.value.get("kind", "Budget") if isinstance(source.value, dict) else "Budget"
    if kind != "Budget":
        raise ConfigError(
            f"policy files of the kind {kind!r} are not applied by this version",
            code="policy-kind-unsupported",
            where=source.where("/kind"),
            remedy="remove it from the policy set, or correct its kind to 'Budget'",
        )
    return Budget.from_source(source)


def _budgets_of(inputs: DecisionInputs) -> tuple[tuple[Budget, ...], list[Message]]:
    """The budgets of the environment and subject, sorted by id, or the reason why there are none."""
    known = inputs.budgets if inputs.budgets is not None else budgets_in(inputs.policy_files)
    names = tuple(subject.name for subject in inputs.subject)
    chosen: dict[str, Budget] = {}
    for budget in known:
        if budget.covers(inputs.environment, names) and chosen.setdefault(budget.id, budget) is not budget:
            raise ConfigError(
                f"two budgets of the environment {inputs.environment!r} have the id {budget.id!r}",
                code="budget-twice",
                where=Where(budget.path, pointer="/metadata/id"),
                remedy="give each budget an id of its own",
            )
    if chosen:
        return tuple(chosen[name] for name in sorted(chosen, key=jcs.sort_key)), []
    if not known:
        return (), [_message("no-rules", "there is no policy and no budget: nothing was checked")]
    return (), [
        _message(
            "budget-none-for-environment",
            f"no budget covers the environment {inputs.environment!r} for this subject: nothing was checked",
            environment=inputs.environment,
        )
    ]


def _unknowns(inputs: DecisionInputs, findings: Iterable[Finding], products: Products) -> tuple[Unknown, ...]:
    found = set(inputs.unknowns)
    for unknown in found:
        if unknown.reason not in REASONS or not unknown.id:
            raise InputError(
                f"the unknown {unknown.id!r} has the reason {unknown.reason!r}",
                code="unknown-malformed",
                remedy=f"give it an id and one of: {', '.join(REASONS)}",
            )
    for part in inputs.components:
        if part.purl is None or products.purl(part.purl) is None:
            found.add(Unknown(id=f"component:{part.name}#{part.ref}", reason="Identity"))
    for finding in findings:
        if products.purl(finding.purl) is None:
            found.add(Unknown(id=f"component:{finding.purl}", reason="Identity"))
        if finding.resolution.effective == "conflict":
            found.add(Unknown(id=f"vexconflict:{finding.fp}", reason="VexConflict"))
    return tuple(sorted(found, key=lambda item: (item.reason, jcs.sort_key(item.id))))


def _outcome(budget: Budget, done: BudgetCheck) -> dict[str, Json]:
    return {"id": budget.id, "checkId": done.check_id, "result": done.result, "state": done.state}


def _exceeded(checks: Iterable[BudgetCheck]) -> list[Message]:
    messages = []
    for outcome in checks:
        budget, violations = outcome.check["budget"], outcome.check["violations"]
        assert isinstance(budget, dict)
        assert isinstance(violations, list)
        for row in violations:
            assert isinstance(row, dict)
            text = f"budget {budget['id']}: {row['metric']} is {row['used']}, the limit is {row['limit']}"
            messages.append(
                _message("budget-exceeded", text, budget=budget["id"], result=outcome.result, **row)
            )
    return messages


def _message(code: str, text: str, **members: Json) -> Message:
    return {"code": code, "text": text, **members}
