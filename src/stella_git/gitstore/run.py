"""Run git: one door, a hygienic environment, and errors that say what to do."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from stella_git import config
from stella_git.errors import EnvironmentFault, Where

TIMEOUT_SECONDS = 600
_CONFLICT = re.compile(
    r"cannot lock ref|is at [0-9a-f]+ but expected|Unable to create .*\.lock|reference already exists|"
    r"unable to resolve reference|multiple updates for ref",
    re.IGNORECASE,
)
_DUBIOUS = re.compile(r"dubious ownership in repository at '(?P<path>[^']*)'")


def git(
    arguments: Sequence[str], *, cwd: str | Path, data: bytes | None = None, check: bool = True
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
            input=data if data is not None else b"",
            capture_output=True,
            env=config.git_environment(),
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
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


def missing(cwd: str | Path) -> EnvironmentFault:
    """Return the error for a machine without git, or a directory that is not there."""
    if not Path(cwd).is_dir():
        return EnvironmentFault(
            "there is no such directory", code="git-directory", where=Where(str(cwd)), remedy="check the path"
        )
    return EnvironmentFault("git is not installed", code="git-missing", remedy="install git 2.39 or later")


def fault(arguments: Sequence[str], stderr: bytes, cwd: str | Path) -> EnvironmentFault:
    """Return the error that the output of a failed git command stands for."""
    text = stderr.decode("utf-8", "replace").strip()
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
    if _CONFLICT.search(text):
        return EnvironmentFault(
            f"somebody else moved or holds the ref: {_last_line(text)}",
            code="git-ref-conflict",
            remedy="try again; a lock that no running git holds may be removed",
        )
    return EnvironmentFault(
        f"git {arguments[0]} failed: {_last_line(text)}", code="git-failed", where=Where(str(cwd))
    )


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"
