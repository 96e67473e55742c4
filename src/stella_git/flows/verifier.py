"""Verify what commits are attested to be: anchor, candidates, the one that counts, required environments.

The state machine of one commit: every note line becomes a candidate or is counted as foreign; a candidate
is *accepted* or *refused* with a code; accepted ones that another accepted one supersedes step back; of what
is left for an environment the worst decision counts, so that a failure cannot be hidden behind a pass.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from stella_git.attest.envelope import Envelope
from stella_git.attest.evidence import envelope_of, read_evidence
from stella_git.attest.predicates import VerdictPredicate, resolve
from stella_git.attest.statement import Statement
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, InputError, RefusedError, StellaError
from stella_git.flows import anchoring, evidence, roots, trusted, waiverfacts
from stella_git.flows.acceptance import Acceptance
from stella_git.flows.claims import Claims
from stella_git.flows.standing import DECISIONS, Candidate, CommitResult, Demand, Standing
from stella_git.flows.workspace import Workspace
from stella_git.gitstore import history, notes
from stella_git.gitstore.backend import Commit
from stella_git.gitstore.objects import tree_twin
from stella_git.trust.binding import CommitFacts, check_binding
from stella_git.trust.evidence import verify_evidence
from stella_git.trust.report import Check
from stella_git.verdict.model import Verdict

if TYPE_CHECKING:
    from stella_git.flows.trusted import TrustedRevision
    from stella_git.trust.anchor import Anchor
    from stella_git.trust.roots import KnownRoot


class Verifier:
    """Verifies commits of one repository against one trust anchor."""

    def __init__(self, workspace: Workspace, demand: Demand) -> None:
        self.workspace = workspace
        self.demand = demand
        tip = trusted.trusted_commit(workspace.backend, demand.policy_ref, workspace.environment)
        self.in_force: TrustedRevision = trusted.load(workspace.backend, tip)
        self.anchor: Anchor = anchoring.establish(
            workspace,
            self.in_force,
            keyring_file=demand.keyring_file,
            root_keys=demand.root_keys,
            remember=demand.policy_ref is None,
            now=demand.now,
        )
        self._replays: dict[tuple[str, str], Check] = {}
        self.acceptance = Acceptance(workspace.backend, self.in_force)
        # one look at the refs: every commit of a range is judged by the same notes
        self._tips = notes.sources(workspace.backend)
        self._claims = Claims(workspace.backend, self.in_force)
        self._only_root: tuple[str, ...] | None = None

    def expect_ancestors_of(self, newest: str) -> None:
        """Say that only ``newest`` and what it builds on will be asked about.

        With a single root commit, as in most repositories, every one of them has that root, and a range
        need not walk the history once a commit.
        """
        roots = history.root_commits(self.workspace.backend, newest)
        self._only_root = roots if roots is not None and len(roots) == 1 else None

    def verify(self, commit: Commit, *, ref: str | None = None) -> CommitResult:
        """Return what holds for one commit."""
        found = notes.note_lines(self.workspace.backend, commit.id, self._tips)
        candidates: list[Candidate] = []
        foreign = 0
        facts = self._facts(commit)
        for line in found.lines:
            candidate = self._candidate(commit, facts, line.data, line.refs, ref or self.demand.ref)
            if candidate is None:
                foreign += 1
            else:
                candidates.append(candidate)
        candidates = _mark_superseded(candidates)
        defects = tuple(
            Candidate(
                envelope="",
                refs=(defect.ref,),
                checks=(
                    Check(
                        name="notes",
                        status="failed",
                        code=defect.code,
                        detail=defect.message,
                        remedy="do not rely on this ref; ask its writer to repair it",
                    ),
                ),
            )
            for defect in found.defects
        )
        standings = tuple(
            self._standing(candidates, defects, environment, component)
            for environment, component in self._required(ref or self.demand.ref)
        )
        return CommitResult(
            commit=commit, standings=standings, candidates=(*candidates, *defects), foreign_lines=foreign
        )

    def _required(self, ref: str | None) -> Iterator[tuple[str, str | None]]:
        config = self.in_force.config
        required = self.demand.environments or config.required_environments(ref)
        for environment in required:
            for component in config.components or (None,):
                if component is None:
                    yield environment, None
                elif component.environment in {None, environment}:
                    yield environment, component.name
        if self.demand.environments:
            return
        # where [environments] says nothing of a component's own environment, its verdict is still owed
        known = {*required, *(entry.name for entry in config.environments)}
        for component in config.components:
            if component.environment is not None and component.environment not in known:
                yield component.environment, component.name

    def _facts(self, commit: Commit) -> CommitFacts:
        backend = self.workspace.backend
        return CommitFacts(
            repository_id=self.in_force.repository_id,
            root_commits=self._only_root or history.root_commits(backend, commit.id),
            commit=commit.id,
            tree=commit.tree,
            tree_sha256=tree_twin(backend, commit.tree),
            object_format=backend.object_format,
        )

    def _candidate(
        self, commit: Commit, facts: CommitFacts, line: bytes, refs: tuple[str, ...], ref: str | None
    ) -> Candidate | None:
        """Return a candidate, or None for a line that is not a verdict attestation of ours."""
        try:
            found = read_evidence(line)
        except InputError:
            return None
        envelope = envelope_of(found)
        if envelope is None:
            return None
        base = Candidate(envelope=str(envelope.digest()), refs=refs, checks=())
        if found.to_bytes() != line:
            check = Check(
                name="envelope",
                status="failed",
                code="UNREADABLE",
                detail="the note line is not in canonical form",
            )
            return replace(base, checks=(check,))
        outcome = verify_evidence(found, keyring=self.anchor.keyring, roots=self._roots, now=self.demand.now)
        checks = tuple(outcome.report.checks)
        if outcome.statement is None:
            return replace(base, checks=checks)
        if resolve(outcome.statement.predicate_type) != "verdict":
            return None
        base = replace(
            base,
            signers=outcome.signers,
            statement=str(sha256(envelope.pae())),
            bare=str(self._bare(envelope).digest()),
        )
        return self._judge_statement(commit, facts, base, checks, outcome.statement, ref)

    @cached_property
    def _roots(self) -> "tuple[KnownRoot, ...]":
        return roots.at_hand(self.in_force, self.anchor.keyring)

    def _bare(self, envelope: Envelope) -> Envelope:
        """Return the envelope without what nobody whom the keyring knows has put there."""
        known = [one for one in envelope.signatures if self.anchor.keyring.by_keyid(one.keyid) is not None]
        # the one signature of a bundle names no key: its certificate or hint does
        kept = known or envelope.signatures
        return replace(envelope, signatures=tuple(replace(one, extra={}) for one in kept), extra={})

    def _judge_statement(
        self,
        commit: Commit,
        facts: CommitFacts,
        base: Candidate,
        checks: tuple[Check, ...],
        statement: Statement,
        ref: str | None,
    ) -> Candidate:
        try:
            predicate = VerdictPredicate.from_json(statement.predicate)
            verdict = Verdict.from_json(dict(predicate.verdict))
        except StellaError as error:
            return replace(base, checks=(*checks, _failed("predicate", "UNREADABLE", str(error))))
        base = replace(base, predicate=predicate)
        globs = next(
            (entry.refs for entry in self.in_force.config.environments if entry.name == base.environment), ()
        )
        checks = (
            *checks,
            *check_binding(
                statement, predicate.binding, replace(facts, ref_patterns=globs), now=self.demand.now
            ),
            self.acceptance.check_verdict(facts, predicate, verdict),
            self.acceptance.check_time(commit, verdict, self.demand.now),
            self.acceptance.check_policy(commit, predicate),
            *self.acceptance.check_about(commit, verdict),
            *self.acceptance.check_ref(verdict, ref),
            *self.acceptance.check_stage(verdict),
            *((self._claims.check(statement),) if self._claims.policy else ()),
        )
        if self.demand.recompute and all(check.status != "failed" for check in checks):
            checks = (*checks, self._replayed(commit, predicate, base.statement))
        return replace(base, checks=checks)

    def _replayed(self, commit: Commit, predicate: VerdictPredicate, statement: str) -> Check:
        """Recompute what was signed once, however often somebody has wrapped it."""
        key = (commit.id, statement)
        if key not in self._replays:
            self._replays[key] = self._check_replay(commit, predicate)
        return self._replays[key]

    def _check_replay(self, commit: Commit, predicate: VerdictPredicate) -> Check:
        from stella_git.flows.replay import replay

        try:
            result = replay(self.workspace, predicate, commit.tree)
            if result.identical:
                self._require_complete(commit, predicate, result.located)
                revisions = (self.in_force.commit, predicate.binding.policy_revision)
                waiverfacts.require_authors(
                    self.workspace.backend, revisions, result.decision, result.located
                )
        except (ConfigError, InputError, RefusedError) as error:
            return _failed("recompute", error.code, error.message, error.remedy)
        if not result.identical:
            return _failed(
                "recompute", "NOT_RECOMPUTED", f"recomputed bytes differ, first at {result.difference}"
            )
        return Check(
            name="recompute", status="passed", code="", detail=f"{len(result.recomputed)} bytes, identical"
        )

    def _require_complete(
        self, commit: Commit, predicate: VerdictPredicate, located: Iterable[evidence.Located]
    ) -> None:
        config = self.in_force.config
        name = _component_name(predicate)
        component = next((part for part in config.components if part.name == name), None)
        evidence.require_complete(self.workspace, commit.tree, config, component=component, used=located)

    def _standing(
        self,
        candidates: Iterable[Candidate],
        defects: tuple[Candidate, ...],
        environment: str,
        component: str | None,
    ) -> Standing:
        mine = [
            one for one in candidates if one.environment in {environment, None} and one.component == component
        ]
        standing = [one for one in mine if one.refusal is None and not one.superseded]
        refused = [*defects, *(one for one in mine if one.refusal is not None)]

        def result(kind: str, code: str, detail: str, remedy: str | None, one: Candidate | None) -> Standing:
            return Standing(
                environment=environment,
                component=component,
                result=kind,
                code=code,
                detail=detail,
                remedy=remedy,
                candidate=one,
            )

        if defects or (refused and not standing):
            check = refused[0].refusal
            assert check is not None
            return result("refused", check.code or "", check.detail, check.remedy, refused[0])
        if not standing:
            remedy = "fetch the notes (stella init once, then git fetch), or decide: stella attest create"
            return result("missing", "MISSING", f"no verdict for {environment}", remedy, None)
        worst = max(standing, key=lambda one: (DECISIONS.index(one.decision), one.envelope))
        if worst.decision in {"fail", "error"}:
            return result(
                worst.decision, "DENIED", f"the verdict is {worst.decision}", "see stella show", worst
            )
        return result(worst.decision, "", worst.predicate.verdict_id if worst.predicate else "", None, worst)


def _mark_superseded(candidates: list[Candidate]) -> list[Candidate]:
    """Only an accepted verdict for the same environment and component supersedes another."""
    replaced = {
        (digest, one.environment, one.component)
        for one in candidates
        if one.refusal is None and one.predicate is not None
        for digest in one.predicate.binding.supersedes
        if digest != one.envelope
    }
    gone = {
        (one.statement, one.environment, one.component)
        for one in candidates
        if {(name, one.environment, one.component) for name in (one.envelope, one.bare)} & replaced
    }
    return [
        replace(one, superseded=(one.statement, one.environment, one.component) in gone) for one in candidates
    ]


def _component_name(predicate: VerdictPredicate) -> str | None:
    subject = predicate.verdict["subject"]
    name = subject[0].get("name") if isinstance(subject, list) and isinstance(subject[0], dict) else ""
    return str(name).partition("#")[2] or None


def _failed(name: str, code: str, detail: str, remedy: str | None = None) -> Check:
    return Check(name=name, status="failed", code=code, detail=detail, remedy=remedy)
