"""Questions about history. A shallow clone answers what it can know, and says so where it cannot."""

from collections.abc import Iterable

from stella_git.errors import EnvironmentFault, Where
from stella_git.gitstore.backend import Backend


def root_commits(backend: Backend, commit: str) -> tuple[str, ...] | None:
    """Return the commits without parents that a commit builds on, sorted; None in a shallow clone."""
    if backend.is_shallow:
        return None
    return tuple(sorted(backend.rev_list(["--max-parents=0", commit])))


def commits_in(
    backend: Backend, tip: str, *, excluding: Iterable[str] = (), most: int | None = None
) -> list[str]:
    """Return the commits that ``tip`` builds on, itself first, without those that others build on.

    Args:
        tip: id or revision.
        excluding: ids or revisions; they and all they build on are left out.
        most: how many to return at most.

    Raises:
        UsageError: ``git-revision``: there is no such revision.
    """
    count = [] if most is None else [f"--max-count={most}"]
    return backend.rev_list([*count, tip, *(f"^{revision}" for revision in excluding)])


def parents(backend: Backend, commit: str) -> tuple[str, ...]:
    """Return the parents that the commit itself names, whether or not this clone has them."""
    return backend.commit(commit).parents


def committer_time(backend: Backend, commit: str) -> int:
    """Return the committer's time of a commit, seconds since the epoch, UTC."""
    return backend.commit(commit).committer_seconds


def is_ancestor(backend: Backend, older: str, newer: str) -> bool:
    """Return whether ``newer`` is ``older`` or builds on it.

    Args:
        older: id of a commit of this clone.
        newer: id of a commit of this clone.

    Raises:
        EnvironmentFault: ``git-history-shallow``: what is here does not tell, and what is missing might.
    """
    if older == newer or backend.is_ancestor(older, newer):
        return True
    # history has no circles: if the older one builds on the newer one, the answer is known
    if backend.is_shallow and not backend.is_ancestor(newer, older):
        raise _shallow(older)
    return False


def merge_base(backend: Backend, one: str, other: str) -> str | None:
    """Return the best common ancestor of two commits, None when they have none.

    Raises:
        EnvironmentFault: ``git-history-shallow``: none is here, and one might be where history is cut off.
    """
    found = backend.merge_base(one, other)
    if found is None and backend.is_shallow:
        raise _shallow(one)
    return found


def _shallow(commit: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"history is cut off in this clone, so that the ancestors of {commit[:12]} are not known",
        code="git-history-shallow",
        where=Where(ref=commit),
        remedy="git fetch --unshallow, or clone with more depth (in CI: fetch-depth: 0)",
    )


def changed_between(backend: Backend, older: str, newer: str, paths: Iterable[str]) -> list[str]:
    """Return the commits on ``newer`` and not on ``older`` that change one of the paths, newest first.

    Args:
        older: id of a commit.
        newer: id of a commit.
        paths: relative to the root of the tree, taken literally; no path, no commit.
    """
    literal = [f":(top,literal){path}" for path in paths]
    return backend.rev_list([newer, f"^{older}", "--", *literal]) if literal else []
