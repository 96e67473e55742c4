"""A signed verdict against the commit it is stored on and the rules in force: may it count here?

Who signed is known by now, and that it is bound to this commit. What is left: whether it names exactly this
repository or a part of it, whether its time can be true, and whether it was made under rules that are ours.
Nothing of this is taken from the commit under test.
"""

import re
from typing import TYPE_CHECKING

from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError, RefusedError
from stella_git.flows import trusted
from stella_git.flows.evidence import ATTESTATION
from stella_git.gitstore import history
from stella_git.trust.report import Check, failed, passed

if TYPE_CHECKING:
    from stella_git.attest.predicates import VerdictPredicate
    from stella_git.flows.trusted import TrustedRevision
    from stella_git.gitstore.backend import Backend, Commit
    from stella_git.trust.binding import CommitFacts
    from stella_git.verdict.model import Verdict

CLOCK_SKEW = 300  # seconds that the clocks of signer and verifier may differ
_AGAIN = "decide again: stella attest create"
_COMPONENT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def earliest_time(backend: "Backend", commit: "Commit", now: Instant) -> int:
    """Return the earliest time that a verdict on ``commit`` may be as of, seconds since the epoch, UTC.

    That is the parent's committer time; one that lies in the future binds nobody, since whoever commits may
    write any time.
    """
    present = [parent for parent in commit.parents[:1] if backend.resolve(f"{parent}^{{commit}}") is not None]
    times = [backend.commit(parent).committer_seconds for parent in present]
    return min([*times, now.seconds]) if times else 0


# Parameters that say which commit attestations are about; the others are the rules'.
_OF_THE_COMMIT = frozenset({"gitCommit", "gitTree"})


class Acceptance:
    """Holds verdicts against the rules in force, reading each revision of the rules once.

    Args:
        backend: the repository.
        in_force: what is in force at the trusted revision.
    """

    def __init__(self, backend: "Backend", in_force: "TrustedRevision") -> None:
        self._backend = backend
        self._in_force = in_force
        self._revisions: dict[str, TrustedRevision | None] = {in_force.commit: in_force}

    def check_verdict(self, facts: "CommitFacts", predicate: "VerdictPredicate", verdict: "Verdict") -> Check:
        """Return whether the verdict has its id, and is about this tree and this repository."""
        name = "verdict"
        if predicate.computed_id() != predicate.verdict_id or verdict.verdict_id != predicate.verdict_id:
            detail = "the verdict's bytes do not have the id that is stated"
            return failed(name, detail, code="VERDICT_ID", remedy=_AGAIN)
        first = verdict.subject[0]
        if len(verdict.subject) != 1 or dict(first.digest) != {"gitTree": facts.tree_sha256}:
            return failed(name, "the verdict is about another tree", code="STALE_TREE", remedy=_AGAIN)
        repository, separator, component = first.name.partition("#")
        if repository != facts.repository_id:
            return failed(
                name, "the verdict names another repository", code="WRONG_REPOSITORY", remedy=_AGAIN
            )
        if separator and not _COMPONENT.fullmatch(component):
            detail = "the verdict names neither the repository nor a component of it"
            return failed(name, detail, code="WRONG_SUBJECT", remedy=_AGAIN)
        return passed(name, predicate.verdict_id)

    def check_time(self, commit: "Commit", verdict: "Verdict", now: Instant) -> Check:
        """Return whether the time of the verdict can be true: grace, waivers and VEX are judged by it."""
        as_of = verdict.as_of
        if as_of.seconds > now.seconds + CLOCK_SKEW:
            return failed("as-of", f"{as_of} lies in the future", code="AS_OF", remedy=_AGAIN)
        if as_of.seconds < earliest_time(self._backend, commit, now):
            return failed("as-of", f"{as_of} lies before the parent commit", code="AS_OF", remedy=_AGAIN)
        return passed("as-of", str(as_of))

    def check_policy(self, commit: "Commit", predicate: "VerdictPredicate") -> Check:
        """Return whether the rules of a verdict are ours, and not older than what the commit builds on."""
        stated, ref = _stated(predicate), predicate.binding.ref
        if stated == _rules(self._in_force, ref):
            return passed("policy", "the rules in force")
        revision, tip = predicate.binding.policy_revision, self._in_force.commit
        known = self._backend.resolve(f"{revision}^{{commit}}") is not None
        if not known or not history.is_ancestor(self._backend, revision, tip):
            return _untrusted(f"{revision[:12]} is not part of the trusted history")
        rules = self._load(revision)
        if rules is None or stated != _rules(rules, ref):
            return _untrusted(f"the rules of {revision[:12]} are others than the verdict's")
        for parent in commit.parents:
            newer = self._newer(rules, parent)
            if newer is not None:
                return failed(
                    "policy",
                    f"the rules changed up to {newer[:12]}, on which the commit builds",
                    code="POLICY_ROLLBACK",
                    remedy=_AGAIN,
                )
        return passed("policy", f"the rules of {revision[:12]}")

    def check_about(self, commit: "Commit", verdict: "Verdict") -> tuple[Check, ...]:
        """Return whether a verdict with attestations took those that are about this commit.

        Nothing for other verdicts.
        """
        # without them, those about another commit of the same tree would count, and some about this one not
        owed = any(item.role == ATTESTATION for item in verdict.inputs)
        wrong = [
            name
            for name, value in (("gitCommit", commit.id), ("gitTree", commit.tree))
            if verdict.params.get(name, None if owed else value) != value
        ]
        if wrong:
            detail = f"attestations were taken that are about another commit ({', '.join(wrong)})"
            return (failed("attestations", detail, code="WRONG_SUBJECT", remedy=_AGAIN),)
        return ()

    def check_ref(self, verdict: "Verdict", ref: str | None) -> tuple[Check, ...]:
        """Return whether a verdict whose policies look at the ref is for the ref that is asked about.

        Nothing for other verdicts: they hold on every ref that their environment allows.
        """
        stated = verdict.params.get("ref")
        if stated is None:
            return ()
        if stated == ref:
            return (passed("policy-ref", str(ref)),)
        asked = "it is not known which ref is asked about" if ref is None else f"{ref} is asked about"
        detail = f"policies decided for {ascii(stated)[:200]}, and {asked}"
        remedy = "name the ref: --ref" if ref is None else _AGAIN
        return (failed("policy-ref", detail, code="WRONG_REF", remedy=remedy),)

    def check_stage(self, verdict: "Verdict") -> tuple[Check, ...]:
        """Return whether verdicts of a stage count for their environment: policies may apply to some only.

        Nothing where the configuration does not say.
        """
        environments = self._in_force.config.environments
        stages = next((one.stages for one in environments if one.name == verdict.environment), ())
        if not stages:
            return ()
        if verdict.stage in stages:
            return (passed("stage", verdict.stage),)
        detail = (
            f"it was made at the stage {verdict.stage}, and {verdict.environment} takes {', '.join(stages)}"
        )
        return (failed("stage", detail, code="WRONG_STAGE", remedy=f"{_AGAIN} --stage {stages[0]}"),)

    def _newer(self, rules: "TrustedRevision", parent: str) -> str | None:
        """Return a commit of the trusted history, below ``parent``, that has other rules and is newer."""
        backend, tip = self._backend, self._in_force.commit
        changes = history.changed_between(backend, rules.commit, parent, rules.paths())
        newer = next((change for change in changes if history.is_ancestor(backend, change, tip)), None)
        if newer is not None:
            return newer
        # a file of rules that was added since is not among the paths of then: compare what came of it
        base = history.merge_base(backend, parent, tip)
        if base is None or history.is_ancestor(backend, base, rules.commit):
            return None
        present = self._load(base)
        same = present is not None and _rules(present, None) == _rules(rules, None)
        return None if same else base

    def _load(self, revision: str) -> "TrustedRevision | None":
        """Return what was in force at a commit, None where there was nothing that can be read."""
        if revision not in self._revisions:
            try:
                found = trusted.load(self._backend, revision)
                found.params_for("HEAD")  # policies of then that cannot be read vouch for nothing
                self._revisions[revision] = found
            except (ConfigError, RefusedError):
                self._revisions[revision] = None
        return self._revisions[revision]


def _rules(revision: "TrustedRevision", ref: str | None) -> tuple[str, str, bytes]:
    return revision.policy_digest, revision.trust_digest, jcs.dumps(revision.params_for(ref))


def _stated(predicate: "VerdictPredicate") -> tuple[str, str, bytes]:
    """Return what a verdict of the right shape says of the rules it was made under."""
    verdict = predicate.verdict
    policy, trust, context = verdict["policySet"], verdict["trust"], verdict["context"]
    assert isinstance(policy, dict)
    assert isinstance(trust, dict)
    assert isinstance(context, dict)
    params = context.get("params", {})
    assert isinstance(params, dict)
    own = {name: value for name, value in params.items() if name not in _OF_THE_COMMIT}
    return str(policy["digest"]), str(trust["digest"]), jcs.dumps(own)


def _untrusted(detail: str) -> Check:
    return failed("policy", detail, code="UNTRUSTED_POLICY", remedy=_AGAIN)
