"""Mend files of a work tree: each whole, or not at all.

1. What is no regular file of its own is refused: behind a symbolic link may be a file of somebody else's.
2. Mend the document in memory.
3. Write the new bytes beside the file, with its mode, down to the disk.
4. If the file still holds what was read, put the new one in its place, in one step: whoever is killed
   leaves the old bytes or the new ones.
"""

import contextlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.documents.fix.mend import Fixed, fix
from stella_git.errors import EnvironmentFault, UsageError, Where
from stella_git.flows.lockfile import unwritable

if TYPE_CHECKING:
    from stella_git.documents.context import Context
    from stella_git.documents.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do with each file.

    Args:
        read: gives the bytes of a file argument.
        expect: kinds or roles that the command takes.
        only: rules whose problems are mended; None for all.
        settings: rules that are off are left alone.
        bump: surroundings with the revision before; None to leave versions alone.
        order: whether to put members in the order of the schema.
        write: whether files are changed, and not only looked at.
    """

    read: Callable[[str], bytes]
    expect: frozenset[str]
    only: frozenset[str] | None = None
    settings: "Settings | None" = None
    bump: "Context | None" = None
    order: bool = False
    write: bool = True


def fix_file(name: str, job: Job) -> Fixed:
    """Return what was mended in a file, and write it; standard input (``-``) is not written anywhere.

    Args:
        name: the argument.
        job: what to do with it.

    Raises:
        UsageError: ``file-symlink``, and whatever ``job.read`` raises.
        InputError: it is not strict JSON, or no document that is mended.
        EnvironmentFault: it cannot be written, or somebody else wrote it meanwhile (``file-changed``).
    """
    path = own_path(name)
    data = job.read(name)
    fixed = fix(
        data,
        path=name,
        expect=job.expect,
        only=job.only,
        settings=job.settings,
        bump=job.bump,
        order=job.order,
    )
    if job.write and name != "-" and fixed.data != data:
        replace_file(path, data, fixed.data)
    return fixed


def own_path(name: str) -> Path:
    """Return the path of a file that may be written in place; ``-`` is standard input.

    Raises:
        UsageError: ``file-symlink``.
    """
    path = Path(name)
    if name != "-" and path.is_symlink():
        raise UsageError(
            "is a symbolic link, and what it leads to may belong to somebody else",
            code="file-symlink",
            where=Where(name),
            remedy="name the file itself",
        )
    return path


def replace_file(path: Path, old: bytes, new: bytes) -> None:
    """Put new bytes in the place of the old ones of a file, in one step; its mode stays.

    Raises:
        EnvironmentFault: ``file-unwritable``, or ``file-changed`` if it does not hold the old bytes.
    """
    try:
        if not os.access(path, os.W_OK):
            raise PermissionError(0, "it is read-only")
        beside = _write_beside(path, new)
        try:
            _ensure_unchanged(path, old)
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise unwritable(path, error) from error


def _write_beside(path: Path, data: bytes) -> Path:
    from tempfile import mkstemp

    descriptor, name = mkstemp(prefix=".stella-fix-", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(stat.S_IMODE(path.stat().st_mode))
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    return beside


def _ensure_unchanged(path: Path, old: bytes) -> None:
    if path.is_symlink() or path.read_bytes() != old:
        raise EnvironmentFault(
            "was changed by somebody else while it was being mended",
            code="file-changed",
            where=Where(str(path)),
            remedy="run the command again",
        )
