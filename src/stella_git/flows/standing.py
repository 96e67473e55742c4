"""What verification finds out about commits: candidates, standings, results."""

from dataclasses import dataclass, field
from pathlib import Path

from stella_git.attest.predicates import VerdictPredicate
from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.gitstore.backend import Commit
from stella_git.trust.report import Check

# from best to worst: the worst of the verdicts that stand is the one that counts
DECISIONS = ("pass", "warn", "fail", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One verdict attestation on a commit and what became of it.

    `envelope` is the digest of the note line. Anybody can wrap what was signed once more, with a member or a
    signature of nobody's beside it: `statement` is the digest of the signed bytes, and `bare` that of the
    envelope with nothing but the signatures of known keys.
    """

    envelope: str
    refs: tuple[str, ...]
    checks: tuple[Check, ...]
    predicate: VerdictPredicate | None = None
    signers: tuple[str, ...] = ()
    superseded: bool = False
    statement: str = ""
    bare: str = ""

    @property
    def refusal(self) -> Check | None:
        """Return the first check that failed, None for an accepted candidate."""
        return next((check for check in self.checks if check.status == "failed"), None)

    @property
    def environment(self) -> str | None:
        """Return the environment the verdict is for."""
        return None if self.predicate is None else str(self.context.get("environment"))

    @property
    def component(self) -> str | None:
        """Return the component the verdict is for, None for the whole tree."""
        subject = None if self.predicate is None else self.predicate.verdict.get("subject")
        name = subject[0].get("name") if isinstance(subject, list) and isinstance(subject[0], dict) else None
        return name.partition("#")[2] or None if isinstance(name, str) else None

    @property
    def context(self) -> dict[str, Json]:
        """Return the verdict's context, empty when there is none."""
        context = None if self.predicate is None else self.predicate.verdict.get("context")
        return context if isinstance(context, dict) else {}

    @property
    def decision(self) -> str:
        """Return the decision it states: pass, warn, fail or error."""
        return "error" if self.predicate is None else str(self.predicate.verdict.get("decision"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for one environment (and component) of a commit.

    `result` is a decision, ``missing`` or ``refused``; `code` is empty, or says why it does not hold.
    """

    environment: str
    component: str | None
    result: str
    code: str
    detail: str
    remedy: str | None
    candidate: Candidate | None

    @property
    def ok(self) -> bool:
        """Return whether the commit may go there."""
        return self.result in {"pass", "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitResult:
    """Everything found out about one commit."""

    commit: Commit
    standings: tuple[Standing, ...]
    candidates: tuple[Candidate, ...]
    foreign_lines: int

    @property
    def ok(self) -> bool:
        """Return whether every required environment stands."""
        return bool(self.standings) and all(standing.ok for standing in self.standings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is asked for.

    `keyring_file` replaces the keyring of the trusted revision; `root_keys` are fingerprints that must have
    signed it. `environments` replaces the required ones.
    """

    policy_ref: str | None = None
    keyring_file: Path | None = None
    root_keys: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    ref: str | None = None
    recompute: bool = False
    now: Instant = field(default_factory=lambda: Instant(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyResult:
    """The report on every commit that was asked about.

    `mode` says how the keyring came to be believed; `trusted_commit` is the revision it was read from.
    """

    mode: str
    trusted_commit: str
    keyring_digest: str
    recomputed: bool
    commits: tuple[CommitResult, ...]

    @property
    def ok(self) -> bool:
        """Return whether every commit holds; asking about nothing is not a yes."""
        return bool(self.commits) and all(commit.ok for commit in self.commits)
