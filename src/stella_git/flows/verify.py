"""Verify one commit, or each of a range."""

from collections.abc import Sequence

from stella_git.errors import EnvironmentFault, UsageError, Where
from stella_git.flows.standing import Demand, VerifyResult
from stella_git.flows.verifier import Verifier
from stella_git.flows.workspace import Workspace
from stella_git.gitstore.backend import Commit


def verify(workspace: Workspace, revisions: str, demand: Demand) -> VerifyResult:
    """Verify one commit, or each of a range ``A..B``.

    Raises:
        ConfigError: no trusted revision or keyring.
        RefusedError: the keyring is not to be believed.
        UsageError: no such commit.
        EnvironmentFault: the range is not all here.
    """
    return _result(Verifier(workspace, demand), commits_of(workspace, revisions), demand)


def history_of(workspace: Workspace, revisions: str, demand: Demand, *, most: int) -> VerifyResult:
    """Return what is attested about up to ``most`` commits, newest first."""
    found = workspace.backend.rev_list([f"--max-count={most}", *_range(workspace, revisions)])
    commits = [workspace.backend.commit(identifier) for identifier in found]
    return _result(Verifier(workspace, demand), commits, demand)


def _result(verifier: Verifier, commits: Sequence[Commit], demand: Demand) -> VerifyResult:
    if len(commits) > 1:
        verifier.expect_ancestors_of(commits[0].id)
    ref = demand.ref or verifier.workspace.backend.head_ref()
    return VerifyResult(
        mode=verifier.anchor.mode,
        trusted_commit=verifier.in_force.commit,
        keyring_digest=str(verifier.anchor.keyring.digest),
        recomputed=demand.recompute,
        commits=tuple(verifier.verify(commit, ref=ref) for commit in commits),
    )


def commits_of(workspace: Workspace, revisions: str) -> list[Commit]:
    """Return one commit, or those of a range ``A..B``, newest first.

    Raises:
        UsageError: no such commit.
        EnvironmentFault: the range is not all here.
    """
    if ".." not in revisions:
        return [workspace.commit(revisions)]
    found = workspace.backend.rev_list(_range(workspace, revisions))
    commits = [workspace.backend.commit(identifier) for identifier in found]
    if workspace.backend.is_shallow:
        _require_whole(workspace, commits)
    return commits


def _require_whole(workspace: Workspace, commits: Sequence[Commit]) -> None:
    """Refuse a range that history is cut off in: what is missing would count as verified."""
    for commit in commits:
        for parent in commit.parents:
            if workspace.backend.resolve(f"{parent}^{{commit}}") is None:
                raise EnvironmentFault(
                    f"history is cut off in this clone at {commit.id[:12]}, inside the range",
                    code="range-cut-off",
                    where=Where(ref=commit.id),
                    remedy="git fetch --unshallow, or clone with more depth (in CI: fetch-depth: 0)",
                )


def _range(workspace: Workspace, revisions: str) -> list[str]:
    """Return a range as object ids, so that no name is ever taken for an option."""
    if ".." not in revisions:
        return [workspace.commit(revisions).id]
    older, _, newer = revisions.partition("..")
    if newer.startswith("."):
        raise UsageError(
            f"{revisions!r} is a symmetric difference", code="range-unsupported", remedy="write A..B"
        )
    return [workspace.commit(newer or "HEAD").id, "^" + workspace.commit(older or "HEAD").id]
