"""Run git: one door, a hygienic environment, and errors that say what to do."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from stella_git import config
from stella_git.errors import EnvironmentFault, Where
from stella_git.gitstore.faults import cannot_start, fault, verb

TIMEOUT_SECONDS = 600

# Variables that name a repository or a part of one. Relative ones hold for the directory of our process.
LOCATION_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
)
_SINGLE_PATHS = LOCATION_VARIABLES[:5]

# No hook of anybody runs on what we do: a hook that calls us again would never end.
NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


def environment() -> dict[str, str]:
    """Return the environment for git: of `config.git_environment`, with paths made absolute."""
    variables = config.git_environment()
    for name in _SINGLE_PATHS:
        if variables.get(name):
            variables[name] = str(Path(variables[name]).absolute())
    return variables


def own_environment() -> dict[str, str]:
    """Return the environment for work on a repository that is named, whatever hook we were started from."""
    return {name: value for name, value in environment().items() if name not in LOCATION_VARIABLES}


def git(
    arguments: Sequence[str],
    *,
    cwd: str | Path,
    data: bytes | None = None,
    good: Iterable[int] = (0,),
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> subprocess.CompletedProcess[bytes]:
    """Run git and return the finished process, with its output as bytes.

    Args:
        arguments: words after ``git``; never a shell line.
        cwd: directory to run in.
        data: bytes for its standard input.
        good: exit codes that are an answer; every other one raises.
        env: environment, `environment()` by default.
        timeout: seconds.

    Raises:
        EnvironmentFault: git is not installed, did not end in time, or failed (`fault` names the cause).
        UsageError: git knows no such revision.
    """
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            input=data if data is not None else b"",
            capture_output=True,
            env=env if env is not None else environment(),
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise cannot_start(cwd, error) from error
    except subprocess.TimeoutExpired as error:
        raise EnvironmentFault(
            f"git {verb(arguments)} did not end within {timeout:g} s",
            code="git-timeout",
            where=Where(str(cwd)),
            remedy="see what holds it up: a slow disk, a network file system, a remote that does not answer",
        ) from error
    if done.returncode not in tuple(good):
        raise fault(arguments, done.stderr, cwd)
    return done


def feed(
    arguments: Sequence[str], parts: Iterable[bytes], *, cwd: str | Path, env: Mapping[str, str]
) -> None:
    """Run git and stream ``parts`` into its standard input.

    Raises:
        EnvironmentFault: as `git`.
    """
    with TemporaryFile() as messages:
        process = start(arguments, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=None, stderr=messages)
        assert process.stdin is not None
        try:
            for part in parts:
                process.stdin.write(part)
            process.stdin.close()
        except OSError:  # it ended before it had read everything; its exit code and message say why
            pass
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            close_quietly(process.stdin)
        if process.returncode != 0:
            messages.seek(0)
            raise fault(arguments, messages.read(), cwd)


def start(
    arguments: Sequence[str],
    *,
    cwd: str | Path,
    env: Mapping[str, str],
    stdin: int | IO[bytes],
    stdout: int | None,
    stderr: int | IO[bytes],
    buffer: int = -1,
) -> "subprocess.Popen[bytes]":
    """Start git and return the running process; without ``stdout`` its output is dropped.

    Raises:
        EnvironmentFault: git is not installed.
    """
    try:
        return subprocess.Popen(
            ["git", *arguments],
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=subprocess.DEVNULL if stdout is None else stdout,
            stderr=stderr,
            bufsize=buffer,
        )
    except OSError as error:
        raise cannot_start(cwd, error) from error


def close_quietly(stream: IO[bytes]) -> None:
    """Close a pipe whose reader may be gone."""
    try:
        stream.close()
    except OSError:
        return
