"""Read objects through ``git cat-file``: one process for single reads, one for each bulk read.

Source: git-cat-file, section BATCH OUTPUT: ``<id> SP <type> SP <size> LF <contents> LF``.
"""

import hashlib
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from stella_git.errors import EnvironmentFault, RefusedError, Where
from stella_git.gitstore.faults import fault
from stella_git.gitstore.run import close_quietly, start

FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HEADER = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) ([0-9]{1,18})\n")
_CHUNK = 1 << 20
# git streams a larger blob instead of loading it, so that refusing one costs nobody any memory
_CAT_FILE = ["-c", "core.bigFileThreshold=16m", "cat-file"]

Environment = Callable[[], dict[str, str]]


class CatFile:
    """The process of one repository that answers about single objects; started on first use."""

    def __init__(self, cwd: str | Path, env: Environment) -> None:
        self._cwd = cwd
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: IO[bytes] | None = None

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        messages, self._messages = self._messages, None
        if process is None or messages is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        close_quietly(process.stdin)
        process.stdout.close()  # it may still be writing an object that was too large
        process.wait()
        messages.close()

    def info(self, name: str) -> tuple[str, str, int] | None:
        """Return (id, type, size in bytes) of an object, None for one that is not here.

        Args:
            name: an id or any revision; it cannot be taken for an option.

        Raises:
            EnvironmentFault: git ended early.
        """
        if not name or any(char in name for char in "\0\n\r"):
            return None
        return self._ask("info", name)

    def contents(self, identifier: str, kind: str, limit: int) -> bytes:
        """Return an object's bytes; one that is too large is never read.

        Raises:
            RefusedError: ``git-object-type``, ``git-object-too-large``.
            EnvironmentFault: ``git-object-missing``, or git ended early.
        """
        if not FULL_ID.fullmatch(identifier):
            raise absent(identifier)
        found = self._ask("contents", identifier)
        if found is None:
            raise absent(identifier)
        try:
            require(identifier, found, kind, limit)
            assert self._process is not None
            assert self._process.stdout is not None
            return _exactly(self._process.stdout, found[2])
        except BaseException:
            self.close()  # an answer that nobody read to its end must not be taken for the next one
            raise

    def _ask(self, command: str, name: str) -> tuple[str, str, int] | None:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{command} {name}\n".encode("utf-8", "surrogateescape"))
            process.stdin.flush()
            header = process.stdout.readline()
        except OSError as error:
            raise self._ended() from error
        except BaseException:
            self.close()
            raise
        if not header:
            raise self._ended()
        return _parse(header)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            messages = TemporaryFile()  # noqa: SIM115 - closed with the process
            try:
                self._process = start(
                    [*_CAT_FILE, "--batch-command"],
                    cwd=self._cwd,
                    env=self._env(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=messages,
                )
            except EnvironmentFault:
                messages.close()
                raise
            self._messages = messages
        return self._process

    def _ended(self) -> Exception:
        assert self._messages is not None
        self._messages.seek(0)
        told = self._messages.read()
        self.close()
        return fault(["cat-file"], told or b"fatal: it ended early", self._cwd)


def read_many(
    identifiers: Iterable[str], *, limit: int, cwd: str | Path, env: Environment
) -> Iterator[tuple[str, bytes]]:
    """Yield (id, bytes) of blobs in the order asked for; git reads ahead while the caller works.

    Raises:
        RefusedError: ``git-object-type``, ``git-object-too-large``.
        EnvironmentFault: ``git-object-missing``, or git ended early.
    """
    for identifier, size, stream in _bulk(list(identifiers), limit, cwd, env):
        yield identifier, _exactly(stream, size)


def sha256_ids(identifiers: Iterable[str], *, cwd: str | Path, env: Environment) -> Iterator[tuple[str, str]]:
    """Yield (id, id in a SHA-256 repository) of blobs of any size, holding one piece at a time.

    Raises:
        RefusedError: ``git-object-type``.
        EnvironmentFault: ``git-object-missing``, or git ended early.
    """
    for identifier, size, stream in _bulk(list(identifiers), None, cwd, env):
        hasher = hashlib.sha256(b"blob %d\0" % size)
        left = size
        while left:
            piece = stream.read(min(left, _CHUNK))
            if not piece:
                raise _early()
            hasher.update(piece)
            left -= len(piece)
        _exactly(stream, 0)
        yield identifier, hasher.hexdigest()


def _bulk(
    identifiers: list[str], limit: int | None, cwd: str | Path, env: Environment
) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Yield (id, size, stream); the caller reads exactly size bytes and the line end before the next."""
    odd = next((identifier for identifier in identifiers if not FULL_ID.fullmatch(identifier)), None)
    if odd is not None:
        raise absent(odd)
    with TemporaryFile() as wanted:  # a file, not a pipe: git never waits for us, nor we for it
        wanted.write("".join(f"{identifier}\n" for identifier in identifiers).encode())
        wanted.seek(0)
        process = start(
            [*_CAT_FILE, "--batch", "--buffer"],
            cwd=cwd,
            env=env(),
            stdin=wanted,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            buffer=_CHUNK,
        )
        assert process.stdout is not None
        try:
            for identifier in identifiers:
                header = process.stdout.readline()
                if not header:
                    raise _early()
                found = _parse(header)
                if found is None:
                    raise absent(identifier)
                require(identifier, found, "blob", limit)
                yield identifier, found[2], process.stdout
        finally:
            process.stdout.close()
            process.kill()
            process.wait()


def _parse(header: bytes) -> tuple[str, str, int] | None:
    """Only a whole header counts: a name that is missing is printed back, whatever it holds."""
    match = _HEADER.fullmatch(header)
    return (match[1].decode(), match[2].decode(), int(match[3])) if match else None


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size + 1)
    if len(data) != size + 1:
        raise _early()
    return data[:-1]


def _early() -> EnvironmentFault:
    return EnvironmentFault(
        "git cat-file ended early", code="git-failed", remedy="run git fsck, then try again"
    )


def require(identifier: str, found: tuple[str, str, int], kind: str, limit: int | None) -> None:
    """Refuse an object of another type, or one that is larger than its reader takes.

    Raises:
        RefusedError: ``git-object-type``, ``git-object-too-large``.
        EnvironmentFault: ``git-failed``: it is an answer to another question.
    """
    if found[0] != identifier:
        raise _early()
    if found[1] != kind:
        raise RefusedError(
            f"{identifier[:12]} is a {found[1]}, not a {kind}",
            code="git-object-type",
            where=Where(ref=identifier),
            remedy=f"name a {kind}",
        )
    if limit is not None and found[2] > limit:
        raise RefusedError(
            f"object {identifier[:12]} has {found[2]} bytes, the limit here is {limit}",
            code="git-object-too-large",
            where=Where(ref=identifier),
            remedy="split it, or keep it out of what is attested",
        )


def absent(identifier: str) -> EnvironmentFault:
    """Return the error for an object that is not here."""
    return EnvironmentFault(
        f"object {identifier[:12]!a} is not in this clone",
        code="git-object-missing",
        where=Where(ref=identifier),
        remedy="the clone is shallow, partial or damaged: git fetch --unshallow, or git fsck",
    )
