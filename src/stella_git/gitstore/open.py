"""Open a repository with the backend that fits the work."""

from pathlib import Path

from stella_git.gitstore.backend import Backend
from stella_git.gitstore.plumbing import Plumbing


def open_repository(directory: str | Path = ".", *, bulk: bool = False) -> Backend:
    """Return a backend for the repository around ``directory``.

    libgit2 cannot open SHA-256 or reftable repositories, cannot fetch lazily in a partial clone and does not
    see quarantined objects; importing it costs more than a short command needs altogether. So it serves bulk
    work on ordinary repositories, and git's own plumbing everything else.

    Args:
        bulk: many objects will be read or written.

    Raises:
        EnvironmentFault: git is missing, there is no repository, or git refuses it.
    """
    backend = Plumbing(directory)
    if not bulk or not libgit2_fits(backend):
        return backend
    backend.close()
    from stella_git.gitstore.libgit2 import Libgit2

    return Libgit2(directory)


def libgit2_fits(backend: Plumbing) -> bool:
    """Return whether libgit2 reads everything there is in this repository."""
    from stella_git import config

    return (
        backend.object_format == "sha1"
        and backend.config_get("extensions.refstorage") in {None, "files"}
        and backend.config_get("extensions.partialclone") is None
        and "GIT_QUARANTINE_PATH" not in config.git_environment()
        and "GIT_OBJECT_DIRECTORY" not in config.git_environment()
    )
