"""From bytes to verdict: the one function that `decide`, `attest`, `verify --recompute` and `replay` share.

It reads nothing: documents, policy files, keyring and trust file come in as bytes, the subject and the
context as plain data. Whoever has the same bytes gets the same verdict, byte for byte.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.documents.validate import Validated
from stella_git.flows import firstseen, roots, waiverfacts, waivers
from stella_git.flows.evidence import ATTESTATION, Located
from stella_git.flows.intake import DOCUMENTS, Intake
from stella_git.flows.policyevidence import offered as policyevidence
from stella_git.flows.policyevidence.signers import About
from stella_git.flows.trusted import trust_digest
from stella_git.trust.keyring import Keyring
from stella_git.verdict import decide as verdict_decide
from stella_git.verdict import rulebook
from stella_git.verdict.decide import Decision, DecisionInputs, Evidence, RawFinding, Subject, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a verdict is about and for; every member is digested.

    `tree_sha256` is the tree's id in SHA-256, 64 hex digits, whatever the repository's object format.
    """

    subject_name: str
    tree_sha256: str
    environment: str
    stage: str
    as_of: Instant
    params: Mapping[str, Json] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a parameter that is a text; None if there is none."""
        found = self.params.get(name)
        return found if isinstance(found, str) else None


def judge(located: Iterable[Located], context: Context, *, places: bool = False) -> Decision:
    """Return the decision on the evidence.

    Args:
        located: documents (roles sbom, vex, findings), attestations, what only time tells (first-seen,
            waiver-facts) and what is in force (policy, keyring, trust, trusted-root), in any order.
        context: subject and context of the verdict.
        places: find out where in the evidence violations are; the verdict is the same.

    Raises:
        ConfigError: a budget, a policy, the keyring or the trust file cannot be used.
        InputError: a document is invalid; the first problem is named, ``stella sbom validate`` shows all.
    """
    everything = tuple(located)
    keyring = next((item.data for item in everything if item.role == "keyring"), None)
    trust = next((item for item in everything if item.role == "trust"), None)
    weights = Weights.from_bytes(trust.data, path=trust.name) if trust else Weights()
    intake = Intake(context.params, weights)
    taken = _taken(intake, everything)
    files = tuple((item.path or "", item.data) for item in everything if item.role == "policy")
    book = rulebook.read(files)
    facts = waiverfacts.read(everything)
    offered = _offered(everything, taken if book.rules is not None else [], context, keyring, intake)
    seen = firstseen.read(everything)
    decision = verdict_decide.decide(
        DecisionInputs(
            subject=(Subject(name=context.subject_name, digest={"gitTree": context.tree_sha256}),),
            environment=context.environment,
            stage=context.stage,
            as_of=context.as_of,
            params=context.params,
            policy_files=files,
            trust_digest=trust_digest(keyring, trust.data if trust else None),
            weights=weights,
            evidence=(*intake.evidence, *offered.inputs),
            components=tuple(intake.components),
            findings=tuple(firstseen.apply(intake.findings, seen)),
            unknowns=tuple(intake.unknowns),
            claims=tuple(intake.claims),
            has_findings=intake.has_findings,
            budgets=book.budgets,
            rules=book.rules,
            approved=_approved(book, keyring, context, facts),
            orphans=facts.since,
            offered=(*offered.evidence, *offered.scans(seen)),
            sources=offered.sources,
            ref=context.text("ref"),
            places=places,
            origins=offered.origins,
        )
    )
    return replace(decision, messages=(*decision.messages, *offered.messages))


def reported(located: Iterable[Located], context: Context) -> tuple[RawFinding, ...]:
    """Return the findings that documents and attestations report, before merging.

    Args:
        located: as for `judge`.
        context: as for `judge`.

    Raises:
        ConfigError: the keyring cannot be used.
        InputError: a document is invalid.
    """
    everything = tuple(located)
    keyring = next((item.data for item in everything if item.role == "keyring"), None)
    intake = Intake(context.params, Weights())
    _offered(everything, _taken(intake, everything), context, keyring, intake)
    return tuple(intake.findings)


def _taken(intake: "Intake", items: Iterable[Located]) -> "list[tuple[Located, Validated]]":
    """Return the documents, with what they say, after the intake has taken what counts in a verdict."""
    taken: list[tuple[Located, Validated]] = []
    for item in items:
        if item.role in DOCUMENTS:
            taken.append((item, intake.take(item)))
        elif item.role in {firstseen.ROLE, waiverfacts.ROLE}:
            intake.evidence.append(Evidence(role=item.role, digest=item.digest))
    return taken


def _offered(
    everything: tuple[Located, ...],
    taken: list[tuple[Located, Validated]],
    context: Context,
    keyring: bytes | None,
    intake: Intake,
) -> policyevidence.Offered:
    """Return what documents and attestations offer to policies; the intake takes what attestations say."""
    return policyevidence.of_located(
        taken,
        [item for item in everything if item.role == ATTESTATION],
        about=_about(context),
        as_of=context.as_of,
        keyring=keyring,
        roots=roots.located(everything),
        intake=intake,
    )


def _about(context: Context) -> About:
    """Return what attestations have to be about: ids of this repository come as parameters of a verdict."""
    tree, commit = context.text("gitTree"), context.text("gitCommit")
    return About(
        trees=frozenset({context.tree_sha256, *([tree] if tree else [])}),
        commits=frozenset([commit] if commit else []),
    )


def _approved(
    book: rulebook.Rulebook, keyring: bytes | None, context: Context, facts: waiverfacts.Facts
) -> dict[str, tuple[str, ...]]:
    """Return who approved which waiver, by the keyring in force at the time of the decision."""
    if book.rules is None or not book.rules.waivers:
        return {}
    return waivers.approved(
        book.rules.waivers,
        keyring=None if keyring is None else Keyring.from_bytes(keyring),
        repository_id=context.subject_name.partition("#")[0],
        at=context.as_of,
        authors=facts.authors,
    )
