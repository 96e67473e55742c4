"""Files that hold a private key: read and written so that only their owner can.

On Windows the mode bits say nothing; there the key relies on the access list of the user's profile.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from stella_git.errors import ConfigError, EnvironmentFault, Where

LIMIT = 64 << 10
_POSIX = os.name == "posix"
# Not blocking: a FIFO in the place of a key must not hang a hook.
_READ = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY")
)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_CREATE |= sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"))


def write(path: Path, data: bytes) -> None:
    """Write a new file with mode 0600; never over an existing one, and whole or not at all.

    Args:
        path: the file; a missing parent directory is made with mode 0700.
        data: its bytes.

    Raises:
        ConfigError: something is there already.
        EnvironmentFault: the file system refuses.
    """
    try:
        _make_directory(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        descriptor = os.open(path, _CREATE, 0o600)
    except FileExistsError:
        raise ConfigError(
            "exists already; a key is never overwritten",
            code="key-file-exists",
            where=Where(str(path)),
            remedy="choose another name, or move the old key away first",
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        _write_all(descriptor, data)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise _unwritable(path, error) from None


def read(path: Path, *, private: bool = True) -> bytes:
    """Return the bytes of a key file.

    Args:
        path: the file.
        private: it holds a private key, and only its owner may be able to read or write it.

    Raises:
        ConfigError: missing, not a regular file, open to others, larger than 64 KiB.
        EnvironmentFault: the file system refuses to read it.
    """
    try:
        descriptor = os.open(path, _READ)
        try:
            # Asked of the open file, so that what is checked is what is read.
            _check(path, os.fstat(descriptor), private=private)
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                return stream.read(LIMIT)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise ConfigError(
            "does not exist",
            code="key-file-missing",
            where=Where(str(path)),
            remedy="correct the path, where it is said (--key, STELLA_KEY, git config stella.key, sign.key),"
            " or make a key: stella keys generate"
            if private
            else "correct the path of the public key",
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            f"cannot be read: {error.strerror}",
            code="key-file-unreadable",
            where=Where(str(path)),
            remedy="check who owns the file and its directory",
        ) from None


def _check(path: Path, found: os.stat_result, *, private: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(
            "is not a regular file",
            code="key-file-kind",
            where=Where(str(path)),
            remedy="name a file that holds a PKCS#8 PEM key",
        )
    if found.st_size > LIMIT:
        raise ConfigError(
            f"is larger than {LIMIT} bytes: not a key",
            code="key-file-too-large",
            where=Where(str(path)),
            remedy="name a file that holds one PKCS#8 PEM key",
        )
    if private and _POSIX and found.st_mode & 0o077:
        raise ConfigError(
            f"can be read or written by others (mode {stat.S_IMODE(found.st_mode):04o})",
            code="key-file-permissions",
            where=Where(str(path)),
            remedy=f"close it, and rotate the key if others use this machine: chmod 600 {path}",
        )


def _make_directory(path: Path) -> None:
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def _write_all(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _unwritable(path: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        f"cannot be written: {error.strerror}",
        code="key-file-unwritable",
        where=Where(str(path)),
        remedy="check the directory and the space on the disk",
    )
