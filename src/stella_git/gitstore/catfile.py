"""Read objects through ``git cat-file``: one process that answers questions, and streams for many objects."""

import contextlib
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from stella_git import config
from stella_git.errors import EnvironmentFault, RefusedError, Where
from stella_git.gitstore.run import fault, git, missing

FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HEADER = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) ([0-9]{1,18})\n")
_STREAM_FROM = 32
_BUFFER = 1 << 16
# git streams a larger blob instead of loading it, so that refusing one costs nobody any memory.
_THRESHOLD = ["-c", "core.bigFileThreshold=16m"]


@dataclass(frozen=True, slots=True)
class Found:
    """What git says about an object; `size` in bytes."""

    id: str
    kind: str
    size: int


class CatFile:
    """One ``git cat-file --batch-command``, started at the first question.

    Args:
        cwd: a directory of the repository.
    """

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def info(self, name: str) -> Found | None:
        """Return what a revision names, or None; never an option, whatever the name looks like."""
        if not name or any(char in name for char in "\0\n\r"):
            return None
        return self._ask("info", name)

    def contents(self, identifier: str, kind: str, limit: int) -> bytes:
        """Return an object's bytes; one that is too large is refused before its contents are read.

        Raises:
            EnvironmentFault: ``git-object-missing``, ``git-failed``.
            RefusedError: ``git-object-type``, ``git-object-too-large``.
        """
        if not FULL_ID.fullmatch(identifier):
            raise absent(identifier)
        found = self._ask("contents", identifier)
        try:
            check(found, identifier, kind, limit)
        except RefusedError:
            self.close()  # what follows is not worth reading
            raise
        return self._read(identifier, kind, found.size if found else 0)

    def many(self, identifiers: Sequence[str], limit: int) -> Iterator[tuple[str, bytes]]:
        """Yield (id, bytes) of blobs, in the order asked for; git reads ahead while its answers are used."""
        if len(identifiers) < _STREAM_FROM:
            for identifier in identifiers:
                yield identifier, self.contents(identifier, "blob", limit)
            return
        wrong = next((name for name in identifiers if not FULL_ID.fullmatch(name)), None)
        if wrong is not None:
            raise absent(wrong)
        process = _start(["cat-file", "--batch", "--buffer"], self._cwd)
        assert process.stdin is not None
        assert process.stdout is not None
        feeder = Thread(target=_feed, args=(process.stdin, identifiers), daemon=True)
        feeder.start()
        try:
            yield from self._stream(process.stdout, identifiers, limit)
        finally:
            process.kill()
            feeder.join()
            _end(process)

    def _stream(
        self, answers: IO[bytes], identifiers: Sequence[str], limit: int
    ) -> Iterator[tuple[str, bytes]]:
        for identifier in identifiers:
            header = answers.readline()
            if not header:
                raise self._early(identifier, "blob")
            size = check(_parsed(header), identifier, "blob", limit)
            data = answers.read(size + 1)
            if len(data) != size + 1:
                raise self._early(identifier, "blob")
            yield identifier, data[:-1]

    def _ask(self, command: str, name: str) -> Found | None:
        if self._process is None:
            self._process = _start(["cat-file", "--batch-command"], self._cwd)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{command} {name}\n".encode("utf-8", "surrogateescape"))
            self._process.stdin.flush()
            header = self._process.stdout.readline()
        except OSError:
            header = b""
        if not header:
            raise self._early(name, "-t")
        return _parsed(header)

    def _read(self, identifier: str, kind: str, size: int) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        data = self._process.stdout.read(size + 1)
        if len(data) != size + 1:
            raise self._early(identifier, kind)
        return data[:-1]

    def _early(self, name: str, word: str) -> EnvironmentFault:
        """Return why git ended in the middle: a corrupt object, or one that could not be fetched."""
        self.close()
        if FULL_ID.fullmatch(name):
            done = git(["cat-file", word, name], cwd=self._cwd, check=False)
            if done.returncode != 0:
                return fault(["cat-file"], done.stderr, self._cwd)
        return EnvironmentFault(
            "git cat-file ended early", code="git-failed", where=Where(str(self._cwd)), remedy="run git fsck"
        )


def check(found: Found | None, identifier: str, kind: str, limit: int) -> int:
    """Return the size of an object that is here, is of the kind wanted and not larger than the limit."""
    if found is None:
        raise absent(identifier)
    if found.kind != kind:
        raise RefusedError(
            f"{identifier[:12]} is a {found.kind}, not a {kind}",
            code="git-object-type",
            where=Where(ref=identifier),
        )
    if found.size > limit:
        raise RefusedError(
            f"object {identifier[:12]} has {found.size} bytes, the limit here is {limit}",
            code="git-object-too-large",
            where=Where(ref=identifier),
            remedy="split it, or keep it out of what is attested",
        )
    return found.size


def absent(identifier: str) -> EnvironmentFault:
    """Return the error for an object that is not here."""
    return EnvironmentFault(
        f"object {identifier[:12]!a} is not in this clone",
        code="git-object-missing",
        where=Where(ref=identifier),
        remedy="the clone is shallow or partial: git fetch --unshallow, or fetch the object",
    )


def _parsed(header: bytes) -> Found | None:
    """Only a whole header counts: a name that is missing is printed back, whatever it holds."""
    match = _HEADER.fullmatch(header)
    return Found(match[1].decode(), match[2].decode(), int(match[3])) if match else None


def _start(arguments: list[str], cwd: Path) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            ["git", *_THRESHOLD, *arguments],
            cwd=cwd,
            env=config.git_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=_BUFFER,
        )
    except OSError as error:
        raise missing(cwd) from error


def _feed(questions: IO[bytes], identifiers: Sequence[str]) -> None:
    try:
        for start in range(0, len(identifiers), 1000):
            questions.write("".join(f"{name}\n" for name in identifiers[start : start + 1000]).encode())
        questions.close()
    except OSError:
        return  # the reader has stopped reading


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    with contextlib.suppress(OSError):  # it ended before it read everything
        process.stdin.close()
    process.wait()
