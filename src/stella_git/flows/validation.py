"""Validate many files: each on its own, with what stands around it, on as many processors as it pays for.

1. Read a file. One that cannot be read does not keep the others from being validated.
2. Without a kind that is asked for, what is of no known format and claims no name is passed over.
3. Validate it; what was parsed is let go: a thousand documents would not fit in memory.
4. Results come in the order of the names, whoever made them.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from stella_git.canon.record import record, replace
from stella_git.documents.context import Context
from stella_git.documents.validate import Validated, validate
from stella_git.errors import EnvironmentFault, StellaError, Where

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from stella_git.canon.clock import Instant
    from stella_git.config import Config
    from stella_git.documents.settings import Settings

# What a validated file is; an error if it could not be read; None if it was passed over.
Outcome = Validated | StellaError | None
Reader = Callable[[str], bytes]

# Below this many bytes starting a second process costs more than it saves.
_WORTH_A_PROCESS = 8 << 20
# Of so many bytes a file is validated only to load what the others need too.
_SMALL = 64 << 10
_CHUNK_FILES = 64
_CHUNK_BYTES = 2 << 20


@record(frozen=True, slots=True, kw_only=True)
class Job:
    """How files are validated; can be sent to another process.

    Args:
        read: gives the bytes of a file argument.
        expect: kinds or roles that are acceptable; None sniffs.
        settings: severities of the repository's own.
        strict: whether rules speak that most producers do not satisfy.
        now: present time.
        git: whether to ask the repository around the working directory.
        against: the revision that documents are compared with.
        config: of the work tree.
        profiles: minimum-elements profiles that documents are held to.
    """

    read: Reader
    expect: frozenset[str] | None = None
    settings: "Settings | None" = None
    strict: bool = False
    now: "Instant | None" = None
    git: bool = False
    against: str = "HEAD"
    config: "Config | None" = None
    profiles: tuple[str, ...] = ()

    def outcomes(self, names: Sequence[str]) -> Iterator[Outcome]:
        """Validate files one after the other, in this process."""
        if not self.git:
            context = Context(now=self.now, strict=self.strict, profiles=self.profiles)
            yield from (self._outcome(name, context) for name in names)
            return
        from contextlib import closing

        from stella_git.flows.surroundings import GitSurroundings, stands_inside

        with closing(GitSurroundings(self.against, config=self.config)) as around:
            context = Context(
                now=self.now, strict=self.strict, profiles=self.profiles, history=around, shelf=around
            )
            # What comes through a pipe is new to nobody, and what lies elsewhere is no part of a commit here.
            piped = replace(context, history=None)
            elsewhere = replace(piped, shelf=None)
            for name in names:
                given = piped if name == "-" else context if stands_inside(name) else elsewhere
                yield self._outcome(name, given)

    def _outcome(self, name: str, context: Context) -> Outcome:
        try:
            data = self._bytes(name)
            if self.expect is None and _passed_over(name, data):
                return None
            done = validate(data, path=name, expect=self.expect, context=context, settings=self.settings)
        except StellaError as error:
            return error
        return replace(done, value=None)

    def _bytes(self, name: str) -> bytes:
        try:
            return self.read(name)
        except OSError as error:
            raise EnvironmentFault(
                f"cannot be read: {error.strerror}",
                code="file-unreadable",
                where=Where(name),
                remedy="check its permissions",
            ) from error


def _passed_over(name: str, data: bytes) -> bool:
    """Return whether a file is nobody's document: it neither looks like one nor is called like one."""
    from stella_git.documents.detect import may_be_document, recognised
    from stella_git.documents.names import claimed

    return not claimed(name) and not (may_be_document(data) and recognised(data))


def outcomes(job: Job, names: Sequence[str], *, processes: int) -> Iterator[Outcome]:
    """Yield what becomes of each file, in the order of the names.

    Args:
        job: how they are validated.
        names: as the user wrote them.
        processes: at most; one where the files are so small that a second would not pay.

    Raises:
        EnvironmentFault: ``process-ended``: one of the processes was killed.
    """
    chunks = list(_chunks(names))
    alone = processes < 2 or len(chunks) < 2 or sum(map(_size, names)) < _WORTH_A_PROCESS  # noqa: PLR2004 - one is none
    # Another process has another standard input, which is empty.
    if alone or "-" in names:
        yield from job.outcomes(names)
        return
    from concurrent.futures.process import BrokenProcessPool

    _warm(job, names)
    with _pool(min(processes, len(chunks))) as pool:
        waiting = [pool.submit(_work, job, chunk) for chunk in chunks]
        try:
            for future in waiting:
                yield from future.result()
        except BrokenProcessPool as error:
            raise EnvironmentFault(
                "a process that validates files was ended from outside",
                code="process-ended",
                remedy="look for the memory that is left, or give --jobs 1",
            ) from error
        except BaseException:
            _abandon(waiting)
            raise


def _warm(job: Job, names: Sequence[str]) -> None:
    """Validate a small file for nothing: processes that are forked share what is loaded and compiled then."""
    small = next((name for name in names if 0 < _size(name) <= _SMALL), None)
    if small is not None:
        deque(job.outcomes((small,)), maxlen=0)


def _work(job: Job, names: Sequence[str]) -> list[Outcome]:
    return list(job.outcomes(names))


def _abandon(waiting: "list[Future[list[Outcome]]]") -> None:
    for future in waiting:
        future.cancel()


def _pool(processes: int) -> "ProcessPoolExecutor":
    """Return processes that share what this one has loaded, where that is safe: with no other thread."""
    import multiprocessing
    import threading
    from concurrent.futures import ProcessPoolExecutor

    forks = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    method = multiprocessing.get_context("fork" if forks else "spawn")
    return ProcessPoolExecutor(processes, mp_context=method)


def _chunks(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    chunk: list[str] = []
    size = 0
    for name in names:
        chunk.append(name)
        size += _size(name)
        if len(chunk) >= _CHUNK_FILES or size >= _CHUNK_BYTES:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)


def _size(name: str) -> int:
    try:
        return os.stat(name).st_size  # noqa: PTH116 - many a run needs no pathlib
    except (OSError, ValueError):
        return 0  # its reader will say what is wrong
