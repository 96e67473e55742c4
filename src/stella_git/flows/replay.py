"""Recompute a verdict from what git holds, and compare the bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stella_git.attest.envelope import Envelope
from stella_git.attest.predicates import VerdictPredicate, resolve
from stella_git.attest.statement import Statement
from stella_git.canon import jcs
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError, RefusedError, Where
from stella_git.flows import evidence
from stella_git.flows.evidence import Located
from stella_git.flows.judge import Context, judge
from stella_git.flows.workspace import Workspace, read_file
from stella_git.gitstore import notes
from stella_git.gitstore.objects import tree_twin
from stella_git.verdict import replay as comparison
from stella_git.verdict.decide import Decision
from stella_git.verdict.model import Verdict

FILE_LIMIT = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a recomputation gave.

    `difference` is the JSON Pointer of the first member that differs, None when all bytes are equal.
    """

    stated_id: str
    recomputed_id: str
    difference: str | None
    recomputed: bytes
    decision: Decision
    located: tuple[Located, ...]

    @property
    def identical(self) -> bool:
        """Return whether every byte is the same."""
        return self.difference is None and self.stated_id == self.recomputed_id


def replay(workspace: Workspace, predicate: VerdictPredicate, tree: str) -> Replayed:
    """Recompute the verdict that ``predicate`` states, over ``tree``.

    Args:
        tree: id of the subject's tree in this repository, whatever its object format.

    Raises:
        RefusedError: evidence is missing or changed, the tree is another one, or the semantics are unknown.
        InputError: a locator or a document cannot be read.
    """
    verdict = predicate.verdict
    comparison.decider(verdict)
    Verdict.from_json(dict(verdict))  # a statement may hold anything; what follows relies on its shape
    twin = tree_twin(workspace.backend, tree)
    stated = _stated_tree(verdict)
    if stated != twin:
        raise RefusedError(
            f"the verdict is about tree {stated[:12]}, this one is {twin[:12]}",
            code="STALE_TREE",
            where=Where(ref=tree, pointer="/subject/0/digest/gitTree"),
            remedy="name the commit that the verdict is about",
        )
    located = tuple(evidence.fetch(workspace.backend, tree, row) for row in locators(predicate))
    decision = judge(located, context_of(verdict, twin))
    recomputed = decision.verdict.to_json()
    return Replayed(
        stated_id=predicate.verdict_id,
        recomputed_id=decision.verdict.verdict_id,
        difference=comparison.compare(dict(verdict), recomputed),
        recomputed=jcs.dumps(recomputed),
        decision=decision,
        located=located,
    )


def locators(predicate: VerdictPredicate) -> list[Mapping[str, Json]]:
    """Return the rows of ``run.inputs``.

    Raises:
        RefusedError: there are none, so nothing can be recomputed.
    """
    rows = predicate.run.get("inputs")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefusedError(
            "the statement does not say where its evidence is",
            code="LOCATORS_MISSING",
            where=Where(pointer="/run/inputs"),
            remedy="replay the attestation (stella verdict replay REV), not the bare verdict",
        )
    return [row for row in rows if isinstance(row, dict)]


def context_of(verdict: Mapping[str, Json], twin: str) -> Context:
    """Return the context that a verdict states, about the tree that is really there."""
    context = verdict["context"]
    subject = verdict["subject"]
    assert isinstance(context, dict)
    assert isinstance(subject, list)
    assert isinstance(subject[0], dict)
    params = context.get("params") or {}
    assert isinstance(params, dict)
    return Context(
        subject_name=str(subject[0].get("name", "")),
        tree_sha256=twin,
        environment=str(context["environment"]),
        stage=str(context["stage"]),
        as_of=parse_rfc3339(str(context["asOf"])),
        params=params,
    )


def _stated_tree(verdict: Mapping[str, Json]) -> str:
    subject = verdict.get("subject")
    digest = subject[0].get("digest") if isinstance(subject, list) and isinstance(subject[0], dict) else None
    return str(digest.get("gitTree", "")) if isinstance(digest, dict) else ""


def replay_target(workspace: Workspace, target: str, revision: str | None = None) -> tuple[Replayed, ...]:
    """Recompute the verdicts of a commit's notes, or of a file.

    Args:
        target: a file with an envelope, statement or predicate; else a revision.
        revision: the commit that the file is about; None means the one it names, else HEAD.

    Raises:
        RefusedError: there is nothing to replay, or evidence is missing or changed.
        InputError: the file is none of these.
        UsageError: no such commit.
    """
    path = Path(target)
    if path.is_file() and workspace.backend.resolve(f"{target}^{{commit}}") is None:
        predicate = read_predicate(read_file(path, limit=FILE_LIMIT), str(path))
        return (replay(workspace, predicate, _tree_of(workspace, predicate, revision)),)
    commit = workspace.commit(target)
    found = tuple(stored(workspace, commit.id))
    if not found:
        raise RefusedError(
            "no verdict is stored on this commit",
            code="MISSING",
            where=Where(ref=commit.id),
            remedy="fetch the notes (stella init once, then git fetch), or decide: stella attest create",
        )
    return tuple(replay(workspace, predicate, commit.tree) for predicate in found)


def _tree_of(workspace: Workspace, predicate: VerdictPredicate, revision: str | None) -> str:
    """The commit a statement names may not exist here under that id, as in a SHA-256 clone."""
    named = predicate.binding.git_commit
    if revision is None and named and workspace.backend.resolve(f"{named}^{{commit}}") is not None:
        return workspace.backend.commit(named).tree
    return workspace.commit(revision or "HEAD").tree


def stored(workspace: Workspace, commit: str) -> Iterator[VerdictPredicate]:
    """Yield the verdicts in the notes of a commit, whoever signed them."""
    for line in notes.note_lines(workspace.backend, commit).lines:
        try:
            statement = Statement.from_bytes(Envelope.from_bytes(line.data).payload)
            if resolve(statement.predicate_type) == "verdict":
                yield VerdictPredicate.from_json(statement.predicate)
        except InputError:
            continue


def read_predicate(data: bytes, path: str) -> VerdictPredicate:
    """Return the verdict predicate in an envelope, a statement or a predicate file.

    Raises:
        InputError: the bytes are none of these.
    """
    document = parse_json(data, path=path)
    if isinstance(document, dict) and "payload" in document:
        document = parse_json(Envelope.from_bytes(data).payload, path=path)
    if isinstance(document, dict) and "predicate" in document:
        document = document["predicate"]
    if not isinstance(document, dict) or "binding" not in document:
        raise InputError(
            "holds no attestation of a verdict",
            code="attestation-expected",
            where=Where(path),
            remedy="give an envelope, an in-toto statement, or {verdictId, verdict, binding, run}",
        )
    return VerdictPredicate.from_json(document)
