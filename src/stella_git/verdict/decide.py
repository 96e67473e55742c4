"""``verdict/1``: from plain inputs to a verdict, as a pure function.

1. Rows of all findings documents become one finding per vulnerability and component.
2. Every finding gets the VEX claims that name it, and the lattice resolves them.
3. What could not be established becomes an unknown.
4. Every budget of the environment is checked; waivers of findings count in it.
5. Every policy is asked; what came out of the steps before is evidence for it.
6. The decision is the worst of what came out: error > fail > warn > pass.

Nothing here reads a clock, a file or the environment, and no order of the inputs matters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stella_git.budget import Budget, BudgetCheck, BudgetInputs, Unknown, check
from stella_git.budget.model import REASONS
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json, sha256
from stella_git.canon.reader import Json
from stella_git.errors import ConfigError, InputError, Where
from stella_git.policy.results import Run
from stella_git.verdict import budgeting, policies, rulebook
from stella_git.verdict.findings import Finding, RawFinding, grouped
from stella_git.verdict.inputs import DecisionInputs, RawClaim, RawComponent
from stella_git.verdict.lattice import resolve
from stella_git.verdict.matching import ClaimIndex, Products
from stella_git.verdict.messages import Message, message
from stella_git.verdict.model import DECISIONS, Evidence, Subject, Verdict
from stella_git.verdict.rulebook import Rulebook
from stella_git.verdict.weights import Weights

# Nothing was checked, or not what somebody asks for.
_DENYING = frozenset({"budget-none-for-environment", "findings-missing", "no-rules"})

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
    "decide",
    "policy_set_digest",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What came out.

    Attributes:
        verdict: the digested document.
        checks: outcome of every budget, sorted by budget id.
        findings: sorted by id and purl.
        unknowns: everything that could not be established, sorted by reason and id.
        messages: ``{code, text, ...}`` for readers; their wording may change, the verdict may not.
        run: what the policies said; None if there is none in force.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    verdict: Verdict
    checks: tuple[BudgetCheck, ...]
    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]
    messages: tuple[Message, ...]
    run: Run | None = None


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
    rulebook = read_rulebook(inputs)
    waived = policies.waivers_of_findings(inputs, rulebook.rules, findings, as_of)
    budgets = budgeting.chosen(rulebook.budgets, inputs.environment, inputs.subject)
    counted = BudgetInputs(
        findings=tuple(finding.for_budget() for finding in findings), unknowns=unknowns, waivers=waived
    )
    checks = tuple(check(budget, counted, environment=inputs.environment, as_of=as_of) for budget in budgets)
    facts = policies.Facts(findings=findings, unknowns=unknowns, checks=checks, waived=waived, as_of=as_of)
    run = None if rulebook.rules is None else policies.ask(inputs, rulebook.rules, facts)
    messages = [*_missing(inputs, rulebook, budgets, run), *budgeting.exceeded(checks)]
    results = [outcome.result for outcome in checks] + ["error"] * any(
        message["code"] in _DENYING for message in messages
    )
    if run is not None:
        messages += policies.messages(run)
        results.append(policies.decision(run))
    verdict = Verdict(
        subject=inputs.subject,
        environment=inputs.environment,
        stage=inputs.stage,
        as_of=as_of,
        params=inputs.params,
        policy_set_digest=policy_set_digest(inputs.policy_files),
        policies=() if run is None else run.policies,
        trust_digest=inputs.trust_digest,
        inputs=inputs.evidence,
        results=() if run is None else tuple(result.to_json() for result in run.results),
        waivers=policies.rows(run, waived),
        budgets=tuple(budgeting.outcome(*pair) for pair in zip(budgets, checks, strict=True)),
        decision=max(results, key=DECISIONS.index),
    )
    verdict.to_json()  # refuses what the schema does not allow, before anybody signs it
    return Decision(
        verdict=verdict,
        checks=checks,
        findings=findings,
        unknowns=unknowns,
        messages=tuple(messages),
        run=run,
    )


def read_rulebook(inputs: DecisionInputs) -> Rulebook:
    """Return the budgets and policies in force: those that are given, else those of the policy files.

    Raises:
        ConfigError: a policy file cannot be used.
    """
    if inputs.budgets is not None:
        return Rulebook(budgets=inputs.budgets, rules=inputs.rules)
    return rulebook.read(inputs.policy_files)


def _missing(
    inputs: DecisionInputs, book: Rulebook, budgets: tuple[Budget, ...], run: Run | None
) -> Iterator[Message]:
    """Yield what was not checked though somebody asks for it, or because nobody does."""
    asked = run is not None and run.ran > 0
    if not budgets and book.budgets:
        yield message(
            "budget-none-for-environment",
            f"no budget covers the environment {inputs.environment!r} for this subject: nothing was checked",
            environment=inputs.environment,
        )
    elif not budgets and not asked:
        yield message("no-rules", "there is no policy and no budget that applies: nothing was checked")
    if not inputs.has_findings and (budgets or not asked):
        yield message("findings-missing", "no findings document was given: nobody looked for vulnerabilities")


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
