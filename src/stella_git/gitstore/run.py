"""Run git: one door, a hygienic environment, and errors that say what to do."""

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from stella_git import config
from stella_git.errors import EnvironmentFault, Where

TIMEOUT_SECONDS = 600
_CONFLICT = re.compile(
    r"is at [0-9a-f]+ but expected|reference already exists|unable to resolve reference|"
    r"reference is missing but expected",
    re.IGNORECASE,
)
_IN_THE_WAY = re.compile(r"'(?P<other>[^']*)' exists; cannot create '(?P<name>[^']*)'")
_LOCKED = re.compile(
    r"Unable to create '(?P<path>[^']*\.lock)': File exists|"
    r"could not lock config file (?P<file>.*): File exists"
)
_DUBIOUS = re.compile(r"dubious ownership in repository at '(?P<path>[^']*)'")
_UNMERGED = re.compile(r"^(?P<path>.*): unmerged \(", re.MULTILINE)


def git(
    arguments: Sequence[str], *, cwd: str | Path, data: bytes = b"", check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run git and return the finished process, with its output as bytes.

    Args:
        arguments: words after ``git``; never a shell line.
        cwd: directory to run in.
        data: bytes for its standard input.
        check: raise when it ends with another code than 0.

    Raises:
        EnvironmentFault: git is not installed, did not end in time, or failed (`fault` names the cause).
    """
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            input=data,
            capture_output=True,
            env=config.git_environment(),
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except OSError as error:
        raise missing(cwd) from error
    except subprocess.TimeoutExpired as error:
        raise EnvironmentFault(
            f"git {arguments[0]} did not end within {TIMEOUT_SECONDS} s",
            code="git-timeout",
            where=Where(str(cwd)),
        ) from error
    if check and done.returncode != 0:
        raise fault(arguments, done.stderr, cwd)
    return done


def feed(arguments: Sequence[str], parts: Iterable[bytes], *, cwd: str | Path) -> None:
    """Run git and stream ``parts`` to it, so that they are never in memory all at once.

    Raises:
        EnvironmentFault: as `git`.
    """
    try:
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=cwd,
            env=config.git_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            bufsize=1 << 16,
        )
    except OSError as error:
        raise missing(cwd) from error
    assert process.stdin is not None
    try:
        for part in parts:
            process.stdin.write(part)
    except OSError:
        pass  # git has ended, and says why
    except BaseException:
        process.kill()
        process.communicate()
        raise
    stderr = process.communicate()[1]
    if process.returncode != 0:
        raise fault(arguments, stderr, cwd)


def missing(cwd: str | Path) -> EnvironmentFault:
    """Return the error for a machine without git, or a directory that is not there."""
    if not Path(cwd).is_dir():
        return EnvironmentFault(
            "there is no such directory", code="git-directory", where=Where(str(cwd)), remedy="check the path"
        )
    return EnvironmentFault("git cannot be run", code="git-missing", remedy="install git 2.39 or later")


def fault(arguments: Sequence[str], stderr: bytes, cwd: str | Path) -> EnvironmentFault:
    """Return the error that the output of a failed git command stands for."""
    text = stderr.decode("utf-8", "replace").strip()
    for known in (_repository_fault, _ref_fault, _index_fault):
        error = known(text, cwd)
        if error is not None:
            return error
    return EnvironmentFault(
        f"git {arguments[0]} failed: {_last_line(text)}", code="git-failed", where=Where(str(cwd))
    )


def _repository_fault(text: str, cwd: str | Path) -> EnvironmentFault | None:
    dubious = _DUBIOUS.search(text)
    if dubious:
        path = dubious["path"]
        return EnvironmentFault(
            f"git refuses {path}: it belongs to another user",
            code="git-dubious-ownership",
            where=Where(path),
            remedy=f"if you trust it: git config --global --add safe.directory {path}",
        )
    if "not a git repository" in text:
        return EnvironmentFault(
            "is not inside a git repository",
            code="git-no-repository",
            where=Where(str(cwd)),
            remedy="run it in a repository, or name one with -C DIR",
        )
    return None


def _ref_fault(text: str, cwd: str | Path) -> EnvironmentFault | None:
    locked = _LOCKED.search(text)
    if locked:
        path = locked["path"] or f"{locked['file']}.lock"
        return EnvironmentFault(
            "another git holds a lock, or one that was killed has left it behind",
            code="git-locked",
            where=Where(path),
            remedy=f"try again; if no git is running here, remove {path}",
        )
    blocked = _IN_THE_WAY.search(text)
    if blocked:
        return EnvironmentFault(
            f"the ref {blocked['name']} cannot exist beside {blocked['other']}",
            code="git-ref-in-the-way",
            where=Where(ref=blocked["other"]),
            remedy=f"rename or delete {blocked['other']}",
        )
    if _CONFLICT.search(text):
        return EnvironmentFault(
            f"somebody else has moved the ref: {_last_line(text)}",
            code="git-ref-conflict",
            where=Where(str(cwd)),
            remedy="try again",
        )
    return None


def _index_fault(text: str, cwd: str | Path) -> EnvironmentFault | None:
    unmerged = _UNMERGED.search(text)
    if unmerged is None:
        return None
    return EnvironmentFault(
        f"{unmerged['path']} has conflicts, so that there is no tree to commit",
        code="git-index-unmerged",
        where=Where(str(cwd)),
        remedy="resolve the conflicts and add the file",
    )


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"
