"""Questions about history, each one ``git rev-list`` or ``git merge-base``."""

from collections.abc import Iterable

from stella_git.gitstore.backend import Backend


def root_commits(backend: Backend, commit: str) -> tuple[str, ...] | None:
    """Return the commits without parents that a commit builds on, sorted; None in a shallow clone."""
    if backend.is_shallow:
        return None
    return tuple(sorted(backend.rev_list(["--max-parents=0", commit])))


def is_ancestor(backend: Backend, older: str, newer: str) -> bool:
    """Return whether ``newer`` is ``older`` or builds on it."""
    return older == newer or not backend.rev_list(["--max-count=1", older, f"^{newer}"])


def changed_between(backend: Backend, older: str, newer: str, paths: Iterable[str]) -> list[str]:
    """Return the commits on ``newer`` and not on ``older`` that change one of the paths, newest first."""
    return backend.rev_list([newer, f"^{older}", "--", *(f":(literal){path}" for path in paths)])
