"""One process at a time: a lock that the operating system lets go of when its holder dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stella_git.errors import EnvironmentFault, Where

_MODE = 0o600
_FLAGS = os.O_RDWR | os.O_CREAT | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW"))


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file for a while; whoever comes second waits.

    Args:
        path: the lock file; made if it is missing, with its directory (mode 0700), and left where it is.

    Raises:
        EnvironmentFault: the file system refuses.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, _FLAGS, _MODE)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)  # lets go of the lock


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows has another call for it
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def unwritable(path: Path, error: OSError) -> EnvironmentFault:
    """Return the error for a file of ours that cannot be written."""
    return EnvironmentFault(
        f"cannot be written: {error.strerror}",
        code="file-unwritable",
        where=Where(str(path)),
        remedy="check who owns the directory, and the space on the disk",
    )
