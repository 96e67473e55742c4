"""Find the nearest attested ancestor, and take over what only time tells.

That is when findings were first seen, and since when waivers cover nothing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest.envelope import Envelope
from stella_git.attest.evidence import envelope_of, read_evidence
from stella_git.attest.predicates import VerdictPredicate, resolve
from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError, EnvironmentFault, InputError, RefusedError, StellaError
from stella_git.flows import firstseen, roots, waiverfacts
from stella_git.flows.evidence import ATTESTATION, CAS, Located
from stella_git.flows.intake import raw_findings
from stella_git.flows.judge import Context, reported
from stella_git.flows.replay import replay
from stella_git.flows.trusted import TrustedRevision
from stella_git.flows.workspace import Workspace
from stella_git.gitstore import notes
from stella_git.gitstore.backend import Commit
from stella_git.trust.evidence import verify_evidence
from stella_git.trust.keyring import Keyring
from stella_git.verdict.decide import Decision

if TYPE_CHECKING:
    from stella_git.trust.roots import KnownRoot

ANCESTORS = 64


def carry_over(
    workspace: Workspace,
    commit: Commit,
    context: Context,
    located: tuple[Located, ...],
    in_force: TrustedRevision,
) -> tuple[Located, ...]:
    """Return the evidence of the roles ``first-seen`` and ``waiver-facts`` for a verdict on ``commit``.

    At most one document of each.

    Raises:
        ConfigError: the policies in force cannot be used.
        InputError: a document of the commit is invalid.
        EnvironmentFault: an earlier verdict needs evidence that is not here; fetch it.
    """
    if any(item.role == ATTESTATION for item in located):
        current = reported(located, context)
    else:
        current = raw_findings(located, context.params)
    rules = in_force.rulebook.rules
    waived = rules is not None and bool(rules.waivers)
    if all(finding.first_seen is not None for finding in current) and not waived:
        return ()
    earlier = _earlier(workspace, commit, context, in_force)
    known = [finding for decision in earlier for finding in decision.findings]
    data = firstseen.carried(current, known, context.as_of)
    found = () if data is None else (Located(role=firstseen.ROLE, data=data, uri=CAS),)
    if rules is None:
        return found
    return (*found, *waiverfacts.gather(workspace.backend, in_force.commit, rules, earlier))


def _earlier(
    workspace: Workspace, commit: Commit, context: Context, in_force: TrustedRevision
) -> list[Decision]:
    """Return the decisions on the nearest ancestor that has any which follow from their evidence."""
    if in_force.keyring is None:
        return []
    keyring = Keyring.from_bytes(in_force.keyring, in_force.signatures)
    at_hand = roots.at_hand(in_force, keyring)
    for ancestor, predicates in _attested(workspace, commit, context, keyring, at_hand):
        told = [found for one in predicates if (found := _decision(workspace, one, ancestor)) is not None]
        if told:
            return told
    return []


def _decision(workspace: Workspace, predicate: VerdictPredicate, ancestor: Commit) -> Decision | None:
    """Return what a verdict says, or None for one that does not follow from its evidence."""
    try:
        found = replay(workspace, predicate, ancestor.tree)
    except RefusedError as error:
        if error.code != "EVIDENCE_MISSING":
            return None
        # what was not fetched is no answer about this commit
        raise EnvironmentFault(
            f"{error.message}, and findings of {ancestor.id[:12]} may be older than they look here",
            code="EVIDENCE_MISSING",
            where=error.where,
            remedy=error.remedy,
        ) from error
    except (ConfigError, InputError):
        return None
    return found.decision if found.identical else None


def _attested(
    workspace: Workspace,
    commit: Commit,
    context: Context,
    keyring: Keyring,
    at_hand: "tuple[KnownRoot, ...]",
) -> Iterator[tuple[Commit, list[VerdictPredicate]]]:
    """Yield first-parent ancestors, nearest first, with their verdicts for the same subject and environment.

    All of them: which one comes first is chosen by nobody who may be believed.
    """
    current = commit
    for _ in range(ANCESTORS):
        parent = current.parents[0] if current.parents else None
        if parent is None or workspace.backend.resolve(f"{parent}^{{commit}}") is None:
            return
        current = workspace.backend.commit(parent)
        lines = notes.note_lines(workspace.backend, current.id).lines
        read = (read_verdict(line.data, keyring, at_hand, workspace.clock.now()) for line in lines)
        predicates = [
            found.predicate
            for found in read
            if found is not None
            and bound_to(found.predicate, current)
            and same_question(found.predicate, context)
        ]
        if predicates:
            yield current, predicates


class Signed(NamedTuple):
    """A verdict that somebody in the keyring signed: ``key:NAME`` or ``identity:NAME``."""

    envelope: Envelope
    predicate: VerdictPredicate
    signers: tuple[str, ...]


def read_verdict(
    line: bytes, keyring: Keyring, at_hand: "tuple[KnownRoot, ...]", now: Instant
) -> Signed | None:
    """Return the verdict of a note line, or None for one that verification would not accept."""
    try:
        found = read_evidence(line, canonical=True)
        envelope = envelope_of(found)
        outcome = verify_evidence(found, keyring=keyring, roots=at_hand, now=now)
        if envelope is None or outcome.statement is None:
            return None
        if resolve(outcome.statement.predicate_type) != "verdict":
            return None
        predicate = VerdictPredicate.from_json(outcome.statement.predicate)
        return Signed(envelope, predicate, outcome.signers)
    except StellaError:
        return None


def bound_to(predicate: VerdictPredicate, commit: Commit) -> bool:
    """Return whether a verdict was made for this commit: notes can be copied by anybody."""
    binding = predicate.binding
    return binding.git_commit in {None, commit.id} and binding.git_tree == commit.tree


def same_question(predicate: VerdictPredicate, context: Context) -> bool:
    """Return whether a verdict answers for the same subject name and environment."""
    stated, subject = predicate.verdict.get("context"), predicate.verdict.get("subject")
    if not isinstance(stated, dict) or not isinstance(subject, list) or not isinstance(subject[0], dict):
        return False
    return stated.get("environment") == context.environment and subject[0].get("name") == context.subject_name
