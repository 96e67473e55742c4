"""Attest a verdict: state it, sign it, store it as a git note."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from stella_git import __version__
from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.predicates import TYPES, Binding, VerdictPredicate
from stella_git.attest.statement import Statement, commit_subjects
from stella_git.canon.clock import Instant
from stella_git.canon.digest import Digest
from stella_git.errors import ConfigError, Where
from stella_git.flows import audit, carry, roots, setup, summaries
from stella_git.flows.claims import Claims
from stella_git.flows.decide import Answer, Question, decide, run_time
from stella_git.flows.evidence import CAS
from stella_git.flows.workspace import WRITER, Workspace
from stella_git.gitstore import cas, history, notes, refs, summary
from stella_git.trust.keyring import Keyring
from stella_git.trust.report import FAILED
from stella_git.trust.signers import Signer, open_signer

TOOL = "stella"
KEY_CONFIG = "stella.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where an attestation went; `created` is False when the same verdict was attested before."""

    envelope: Digest
    ref: str
    created: bool


def create(workspace: Workspace, question: Question, signer: Signer) -> tuple[Answer, Stored]:
    """Decide, sign and store; a denial too.

    The same verdict under the same key is stored once; another verdict on the same commit and environment
    supersedes those before it by naming their envelopes.

    Raises:
        ConfigError: the keyring in force does not let this key sign verdicts.
        InputError: an invalid document.
        RefusedError: the statement would lack a claim that is required of it.
        EnvironmentFault: git could not write, or the signature could not be recorded.
    """
    with audit.recording(workspace, "attest.create", always=False) as record:
        record.know(key_id=signer.public_key.keyid, predicate_type=TYPES["verdict"])
        return _create(workspace, question, record.signer(signer))


def _create(workspace: Workspace, question: Question, signer: Signer) -> tuple[Answer, Stored]:
    answer = decide(workspace, question)
    keyring = require_role(answer, signer, workspace.clock.now())
    claims = Claims(workspace.backend, answer.in_force)
    draft = state(workspace, answer, supersedes=(), started=run_time(workspace))
    claims.require(draft)
    earlier = list(earlier_verdicts(workspace, answer, keyring))
    verdict_id = answer.decision.verdict.verdict_id
    replaced = {digest for one in earlier for digest in one.predicate.binding.supersedes}
    for one in earlier:
        same = one.predicate.verdict_id == verdict_id and signer.public_key.keyid in one.keyids
        same = same and claims.check(replace(draft, predicate=one.predicate.to_json())).status != FAILED
        if same and one.predicate.binding.ref == answer.ref and str(one.digest) not in replaced:
            ref = refs.inbox_ref(signer.public_key.keyid)
            return answer, Stored(envelope=one.digest, ref=ref, created=False)
    supersedes = [str(one.digest) for one in earlier]
    return answer, store(workspace, answer, signer, supersedes=supersedes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A trusted verdict that is already stored on the commit."""

    digest: Digest
    keyids: frozenset[str]
    predicate: VerdictPredicate


def earlier_verdicts(workspace: Workspace, answer: Answer, keyring: Keyring) -> Iterator[Earlier]:
    """Yield the trusted verdicts made for the same commit, subject name and environment."""
    at_hand = roots.at_hand(answer.in_force, keyring)
    for line in notes.note_lines(workspace.backend, answer.commit.id).lines:
        found = carry.read_verdict(line.data, keyring, at_hand, workspace.clock.now())
        if found is None or not carry.bound_to(found[1], answer.commit):
            continue
        envelope, predicate = found
        if carry.same_question(predicate, answer.context):
            keyids = frozenset(signature.keyid for signature in envelope.signatures)
            yield Earlier(digest=envelope.digest(), keyids=keyids, predicate=predicate)


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


def store(workspace: Workspace, answer: Answer, signer: Signer, *, supersedes: Iterable[str]) -> Stored:
    """Sign the verdict and store it; evidence that the tree does not hold goes to the cas first.

    Raises:
        EnvironmentFault: git could not write.
    """
    statement = state(workspace, answer, supersedes=supersedes, started=run_time(workspace))
    unsigned = Envelope(payload_type=PAYLOAD_TYPE, payload=statement.to_bytes(), signatures=())
    envelope = unsigned.with_signature(signer.sign(unsigned.pae()))
    keyid = signer.public_key.keyid
    when = run_time(workspace).seconds
    outside = [item.data for item in answer.located if item.uri == CAS]
    if outside:
        cas.put(workspace.backend, keyid, outside, who=WRITER, when=when)
    ref = refs.inbox_ref(keyid)
    notes.add_notes(
        workspace.backend,
        ref,
        {answer.commit.id: [envelope.to_bytes()]},
        message=f"Attest {answer.commit.id}",
        who=WRITER,
        when=when,
    )
    text = summary_line(answer, signer)
    summary.write_summary(workspace.backend, {answer.commit.id: text}, who=WRITER, when=when)
    return Stored(envelope=envelope.digest(), ref=ref, created=True)


def summary_line(answer: Answer, signer: Signer) -> str:
    """Return the one line that `git log` shows until the next verification."""
    verdict = answer.decision.verdict
    place = answer.context.environment + (f"/{answer.component.name}" if answer.component else "")
    return summaries.line(verdict.decision, place, verdict.verdict_id, [signer_name(answer, signer)])


def signer_name(answer: Answer, signer: Signer) -> str:
    """Return the name the keyring gives the key, or its short id."""
    keyid = signer.public_key.keyid
    if answer.in_force.keyring is None:
        return keyid[:12]
    entry = Keyring.from_bytes(answer.in_force.keyring, answer.in_force.signatures).by_keyid(keyid)
    return f"key:{entry.name}" if entry else keyid[:12]


def require_role(answer: Answer, signer: Signer, now: Instant) -> Keyring:
    """Return the keyring in force; refuse a key that nobody would believe, before anything is written.

    Raises:
        ConfigError: no keyring, or the key is not in it with the role, active and valid.
    """
    where = Where(f"{answer.in_force.commit[:12]}:{answer.in_force.config.keyring}")
    if answer.in_force.keyring is None:
        raise ConfigError(
            "there is no keyring in force",
            code="keyring-missing",
            where=where,
            remedy="run stella init and commit what it writes",
        )
    keyring = Keyring.from_bytes(answer.in_force.keyring, answer.in_force.signatures)
    entry = keyring.by_keyid(signer.public_key.keyid)
    if entry is None or not entry.usable(TYPES["verdict"], now):
        reason = "is not in the keyring" if entry is None else "may not sign verdicts now"
        raise ConfigError(
            f"the key {signer.public_key.keyid[:12]} ({signer.uri}) {reason}",
            code="key-not-trusted",
            where=where,
            remedy="sign with another key (--key), or have this one added to the keyring",
        )
    return keyring


def find_signer(workspace: Workspace, named: str | None) -> Signer | None:
    """Return the signer to use, or None when this clone has no key.

    In this order: ``named``, ``STELLA_KEY`` or ``sign.key`` of stella.toml, git's ``stella.key``, the only
    key that `stella init` or `stella keys generate` left in this clone.

    Raises:
        ConfigError: several keys and none is named, or the key cannot be opened.
    """
    uri = named or workspace.local.sign_key or workspace.backend.config_get(KEY_CONFIG)
    if uri:
        base = Path(workspace.backend.work_tree or workspace.backend.git_dir)
        return open_signer(uri, environment=workspace.environment, base=base)
    keys = sorted(setup.keys_directory(workspace).glob("*.pem"))
    if not keys:
        return None
    if len(keys) > 1:
        raise ConfigError(
            "this clone has several keys: " + ", ".join(key.stem for key in keys),
            code="key-ambiguous",
            remedy=f"choose one with --key, or once: git config {KEY_CONFIG} file:{keys[0]}",
        )
    return open_signer(f"file:{keys[0]}", environment=workspace.environment)
