"""Open a repository with the backend that fits the work."""

from pathlib import Path

from stella_git.errors import EnvironmentFault
from stella_git.gitstore.backend import Backend
from stella_git.gitstore.plumbing import Plumbing
from stella_git.gitstore.run import environment

_ELSEWHERE = {"GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}


def open_repository(directory: str | Path = ".", *, bulk: bool = False) -> Backend:
    """Return a backend for the repository around ``directory``.

    libgit2 cannot open SHA-256 or reftable repositories, cannot fetch lazily in a partial clone and does not
    see quarantined objects; importing it costs more than a short command needs altogether. So it serves bulk
    work on ordinary repositories, and git's own plumbing everything else.

    Args:
        directory: any directory inside a work tree or git directory; ``GIT_DIR`` goes before it.
        bulk: many objects will be read or written.

    Raises:
        EnvironmentFault: git is missing, there is no repository, or git refuses it.
    """
    backend = Plumbing(directory)
    if not bulk or not libgit2_fits(backend):
        return backend
    from stella_git.gitstore.libgit2 import Libgit2

    try:
        return Libgit2(directory)
    except EnvironmentFault as error:
        if error.code != "git-libgit2":
            raise
        return backend  # an extension that this libgit2 does not know


def libgit2_fits(backend: Plumbing) -> bool:
    """Return whether libgit2 reads everything there is in this repository."""
    return (
        backend.object_format == "sha1"
        and _ELSEWHERE.isdisjoint(environment())
        and backend.config_get("extensions.refstorage") in {None, "files"}
        and backend.config_get("extensions.partialclone") is None
    )
