"""Attest a verdict: state it, sign it, store it as a git note."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from stella_git import __version__
from stella_git.attest.predicates import TYPES, Binding, VerdictPredicate
from stella_git.attest.statement import Statement, commit_subjects
from stella_git.canon.clock import Instant
from stella_git.canon.digest import Digest
from stella_git.flows import audit, carry, roots, signing, summaries
from stella_git.flows.claims import Claims
from stella_git.flows.decide import Answer, Question, decide, run_time
from stella_git.flows.evidence import CAS
from stella_git.flows.workspace import WRITER, Workspace
from stella_git.gitstore import cas, history, notes, refs, summary
from stella_git.trust.keyring import Keyring
from stella_git.trust.report import FAILED
from stella_git.trust.signers import makes_bundles

if TYPE_CHECKING:
    from stella_git.trust.signers import BundleSigner, Signer

TOOL = "stella"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where an attestation went; `created` is False when the same verdict was attested before."""

    envelope: Digest
    ref: str
    created: bool


def create(
    workspace: Workspace, question: Question, signer: "Signer | BundleSigner"
) -> tuple[Answer, Stored]:
    """Decide, sign and store; a denial too.

    The same verdict under the same key is stored once; another verdict on the same commit and environment
    supersedes those before it by naming their envelopes. An identity without a key signs each time anew.

    Raises:
        ConfigError: the keyring in force does not let this key or identity sign verdicts.
        InputError: an invalid document.
        RefusedError: the statement would lack a claim that is required of it.
        EnvironmentFault: git could not write, or the signature could not be recorded.
    """
    with audit.recording(workspace, "attest.create", always=False) as record:
        record.know(predicate_type=TYPES["verdict"])
        answer = decide(workspace, question)
        keyring = signing.keyring_in_force(answer.in_force)
        if makes_bundles(signer.uri):
            return answer, _by_identity(workspace, answer, cast("BundleSigner", signer), keyring, record)
        key = cast("Signer", signer)
        record.know(key_id=key.public_key.keyid)
        return answer, _by_key(workspace, answer, record.signer(key), keyring)


def _by_identity(
    workspace: Workspace, answer: Answer, signer: "BundleSigner", keyring: Keyring, record: "audit.Recording"
) -> Stored:
    supersedes = [str(one.digest) for one in earlier_verdicts(workspace, answer, keyring)]
    statement = state(workspace, answer, supersedes=supersedes, started=run_time(workspace))
    Claims(workspace.backend, answer.in_force).require(statement)
    now = workspace.clock.now()
    signed = signing.sign_by_identity(
        statement.to_bytes(), signer, answer.in_force, keyring, now=now, record=record
    )
    return store(workspace, answer, signed)


def _by_key(workspace: Workspace, answer: Answer, signer: "Signer", keyring: Keyring) -> Stored:
    signing.require_role(answer.in_force, keyring, signer, workspace.clock.now())
    claims = Claims(workspace.backend, answer.in_force)
    draft = state(workspace, answer, supersedes=(), started=run_time(workspace))
    claims.require(draft)
    earlier = list(earlier_verdicts(workspace, answer, keyring))
    verdict_id = answer.decision.verdict.verdict_id
    entry = keyring.by_keyid(signer.public_key.keyid)
    name = None if entry is None else f"key:{entry.name}"
    replaced = {digest for one in earlier for digest in one.predicate.binding.supersedes}
    for one in earlier:
        same = one.predicate.verdict_id == verdict_id and name in one.signers
        same = same and claims.check(replace(draft, predicate=one.predicate.to_json())).status != FAILED
        if same and one.predicate.binding.ref == answer.ref and str(one.digest) not in replaced:
            ref = refs.inbox_ref(signer.public_key.keyid)
            return Stored(envelope=one.digest, ref=ref, created=False)
    supersedes = [str(one.digest) for one in earlier]
    statement = state(workspace, answer, supersedes=supersedes, started=run_time(workspace))
    return store(workspace, answer, signing.sign_by_key(statement.to_bytes(), signer, keyring))


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A trusted verdict that is already stored on the commit, and who signed it (``key:NAME``)."""

    digest: Digest
    signers: tuple[str, ...]
    predicate: VerdictPredicate


def earlier_verdicts(workspace: Workspace, answer: Answer, keyring: Keyring) -> Iterator[Earlier]:
    """Yield the trusted verdicts made for the same commit, subject name and environment."""
    at_hand = roots.at_hand(answer.in_force, keyring)
    for line in notes.note_lines(workspace.backend, answer.commit.id).lines:
        found = carry.read_verdict(line.data, keyring, at_hand, workspace.clock.now())
        if found is None or not carry.bound_to(found.predicate, answer.commit):
            continue
        if carry.same_question(found.predicate, answer.context):
            digest = found.envelope.digest()
            yield Earlier(digest=digest, signers=found.signers, predicate=found.predicate)


def state(workspace: Workspace, answer: Answer, *, supersedes: Iterable[str], started: Instant) -> Statement:
    """Return the in-toto statement that carries a verdict, bound to its commit and repository."""
    commit = answer.commit
    identifier = answer.in_force.repository_id
    roots = history.root_commits(workspace.backend, commit.id)
    binding = Binding(
        repository_id=identifier,
        root_commits=roots or (),
        shallow=roots is None,
        ref=answer.ref,
        git_commit=commit.id,
        git_tree=commit.tree,
        tree_sha256=answer.context.tree_sha256,
        policy_revision=answer.in_force.commit,
        supersedes=tuple(sorted(supersedes)),
    )
    verdict = answer.decision.verdict.to_json()
    predicate = VerdictPredicate(
        verdict_id=answer.decision.verdict.verdict_id,
        verdict=verdict,
        binding=binding,
        run={
            "tool": TOOL,
            "toolVersion": __version__,
            "startedOn": str(started),
            "inputs": [
                item.locator()
                for item in sorted(answer.located, key=lambda item: (item.role, item.uri, item.digest))
            ],
            "messages": [dict(message) for message in answer.decision.messages],
        },
    )
    return Statement(
        subject=commit_subjects(
            identifier, git_commit=commit.id, git_tree=commit.tree, tree_sha256=answer.context.tree_sha256
        ),
        predicate_type=TYPES["verdict"],
        predicate=predicate.to_json(),
    )


def store(workspace: Workspace, answer: Answer, signed: signing.Signed) -> Stored:
    """Store a signed verdict as a note; evidence that the tree does not hold goes to the cas first.

    Raises:
        EnvironmentFault: git could not write.
    """
    when = run_time(workspace).seconds
    outside = [item.data for item in answer.located if item.uri == CAS]
    if outside:
        cas.put(workspace.backend, signed.writer, outside, who=WRITER, when=when)
    ref = refs.inbox_ref(signed.writer)
    notes.add_notes(
        workspace.backend,
        ref,
        {answer.commit.id: [signed.line]},
        message=f"Attest {answer.commit.id}",
        who=WRITER,
        when=when,
    )
    text = summary_line(answer, signed.name)
    summary.write_summary(workspace.backend, {answer.commit.id: text}, who=WRITER, when=when)
    return Stored(envelope=signed.envelope.digest(), ref=ref, created=True)


def summary_line(answer: Answer, name: str) -> str:
    """Return the one line that `git log` shows until the next verification; ``name`` is who signed."""
    verdict = answer.decision.verdict
    place = answer.context.environment + (f"/{answer.component.name}" if answer.component else "")
    return summaries.line(verdict.decision, place, verdict.verdict_id, [name])
