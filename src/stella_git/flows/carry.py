"""Find the nearest attested ancestor and take over when it first saw its findings."""

from collections.abc import Iterator

from stella_git.attest.envelope import Envelope
from stella_git.attest.predicates import VerdictPredicate, resolve
from stella_git.canon.clock import Instant
from stella_git.errors import StellaError
from stella_git.flows import firstseen
from stella_git.flows.evidence import CAS, Located
from stella_git.flows.judge import Context, raw_findings
from stella_git.flows.replay import replay
from stella_git.flows.trusted import TrustedRevision
from stella_git.flows.workspace import Workspace
from stella_git.gitstore import notes
from stella_git.gitstore.backend import Commit
from stella_git.trust.keyring import Keyring
from stella_git.trust.verify import verify_envelope

ANCESTORS = 64


def carry_over(
    workspace: Workspace,
    commit: Commit,
    context: Context,
    located: tuple[Located, ...],
    in_force: TrustedRevision,
) -> tuple[Located, ...]:
    """Return the evidence of role ``first-seen`` for a verdict on ``commit``: one document, or none.

    Raises:
        InputError: a document of the commit is invalid.
        RefusedError: the earlier verdict needs evidence that is not here; fetch it.
    """
    current = raw_findings(located, context)
    if in_force.keyring is None or all(finding.first_seen is not None for finding in current):
        return ()
    keyring = Keyring.from_bytes(in_force.keyring, in_force.signatures)
    for ancestor, predicate in _attested(workspace, commit, context, keyring):
        earlier = replay(workspace, predicate, ancestor.tree).decision.findings
        data = firstseen.carried(current, earlier, context.as_of)
        return () if data is None else (Located(role=firstseen.ROLE, data=data, uri=CAS),)
    return ()


def _attested(
    workspace: Workspace, commit: Commit, context: Context, keyring: Keyring
) -> Iterator[tuple[Commit, VerdictPredicate]]:
    """Yield verdicts for the same subject name and environment on first-parent ancestors, nearest first."""
    current = commit
    for _ in range(ANCESTORS):
        parent = current.parents[0] if current.parents else None
        if parent is None or workspace.backend.resolve(f"{parent}^{{commit}}") is None:
            return
        current = workspace.backend.commit(parent)
        for line in notes.note_lines(workspace.backend, current.id).lines:
            found = read_verdict(line.data, keyring, workspace.clock.now())
            if found is not None and same_question(found[1], context):
                yield current, found[1]


def read_verdict(line: bytes, keyring: Keyring, now: Instant) -> tuple[Envelope, VerdictPredicate] | None:
    """Return the verdict of a note line that a key of the keyring signed, with its envelope, or None."""
    try:
        envelope = Envelope.from_bytes(line)
        outcome = verify_envelope(envelope, keyring=keyring, now=now)
        if outcome.statement is None or resolve(outcome.statement.predicate_type) != "verdict":
            return None
        return envelope, VerdictPredicate.from_json(outcome.statement.predicate)
    except StellaError:
        return None


def same_question(predicate: VerdictPredicate, context: Context) -> bool:
    """Return whether a verdict answers for the same subject name and environment."""
    stated, subject = predicate.verdict.get("context"), predicate.verdict.get("subject")
    if not isinstance(stated, dict) or not isinstance(subject, list) or not isinstance(subject[0], dict):
        return False
    return stated.get("environment") == context.environment and subject[0].get("name") == context.subject_name
