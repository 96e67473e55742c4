"""Reading arguments and printing results, the same way in every command."""

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from stella_git.errors import EnvironmentFault, UsageError, Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from stella_git.canon.reader import Json
    from stella_git.errors import StellaError
    from stella_git.trust.keys import PublicKey

LIMIT = 64 << 20


def read_argument(name: str, *, limit: int = LIMIT) -> bytes:
    """Return the bytes of a file argument; ``-`` is standard input.

    Raises:
        UsageError: missing, larger than ``limit`` bytes, or not a regular file (a FIFO would wait for ever).
        EnvironmentFault: it cannot be read.
    """
    with open_argument(name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise UsageError(
            f"is larger than {limit} bytes", code="file-too-large", where=Where(name), remedy="split it"
        )
    return data


def read_public_key(name: str, algorithm: str | None = None) -> "PublicKey":
    """Return the public key in a file argument, PEM or OpenSSH; ``-`` is standard input.

    Args:
        name: the argument.
        algorithm: what an RSA key is used for.

    Raises:
        UsageError: no such file, or one that is too large.
        InputError: it holds no public key that we take.
        EnvironmentFault: it cannot be read.
    """
    from stella_git.errors import InputError
    from stella_git.trust.publicfile import read_public

    try:
        return read_public(read_argument(name, limit=64 << 10), algorithm)
    except InputError as error:
        error.where = error.where.within(name)
        raise


@contextmanager
def open_argument(name: str) -> "Iterator[BinaryIO]":
    """Open a file argument for reading; ``-`` is standard input.

    Raises:
        UsageError: missing, or not a regular file (a FIFO would wait for ever).
        EnvironmentFault: it cannot be read.
    """
    where = Where(name)
    if name == "-":
        yield sys.stdin.buffer
    else:
        mode = _mode(name)
        if mode is None:
            raise UsageError(
                "there is no such file", code="file-missing", where=where, remedy="check the path"
            )
        if not stat.S_ISREG(mode):
            raise UsageError(
                "is not a regular file",
                code="file-not-regular",
                where=where,
                remedy="name a file, or - for standard input",
            )
        try:
            with open(name, "rb") as stream:  # noqa: PTH123 - as in _mode
                yield stream
        except OSError as error:
            raise EnvironmentFault(
                f"cannot be read: {error.strerror}",
                code="file-unreadable",
                where=where,
                remedy="check its permissions",
            ) from error


def _mode(name: str) -> int | None:
    """Return the mode of a file, or None if there is none."""
    try:
        return os.stat(name).st_mode  # noqa: PTH116 - a hook would load pathlib for nothing else
    except ValueError:  # NUL in the name
        return None
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP}:
            return None
        raise


def write_argument(name: str, data: bytes) -> None:
    """Write a file whole or not at all; what is no file, such as ``/dev/null``, is written into.

    Raises:
        EnvironmentFault: it cannot be written.
    """
    from pathlib import Path

    path = Path(name)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace_file(path, data)
    except OSError as error:
        raise EnvironmentFault(
            f"cannot be written: {error.strerror}",
            code="file-unwritable",
            where=Where(name),
            remedy="check the directory and its permissions",
        ) from error


def _replace_file(path: "Path", data: bytes) -> None:
    # A name that nobody else has, and no link that somebody left there.
    beside = path.with_name(f".{path.name}.stella-new")
    beside.unlink(missing_ok=True)
    try:
        with beside.open("xb") as file:
            file.write(data)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def complain(failure: "StellaError") -> None:
    """Print an error about one of several files on standard error."""
    from stella_git.report.text import printable

    print(f"error[{failure.code}]: {printable(str(failure))}", file=sys.stderr)
    if failure.remedy:
        print(f"  remedy: {printable(failure.remedy)}", file=sys.stderr)


def print_json(value: "Json") -> None:
    """Print canonical JSON and a newline."""
    from stella_git.canon import jcs

    sys.stdout.buffer.write(jcs.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def use_colour(choice: str) -> bool:
    """Return whether to colour standard output: ``--color``, then NO_COLOR, then whether it is a terminal."""
    from stella_git.config import environment

    if choice != "auto":
        return choice == "always"
    variables = environment()
    if variables.get("NO_COLOR"):
        return False
    return bool(variables.get("CLICOLOR_FORCE")) or sys.stdout.isatty()
