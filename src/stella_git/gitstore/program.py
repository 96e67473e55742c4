"""Run a program that the user of this clone configured: words, never a shell line."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from stella_git import config
from stella_git.errors import EnvironmentFault, Where

TIMEOUT_SECONDS = 300


def run(
    words: Sequence[str],
    data: bytes,
    *,
    cwd: str | Path,
    timeout: float = TIMEOUT_SECONDS,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program to its end; its output goes where ours goes.

    Args:
        words: the program and its arguments.
        data: bytes for its standard input.
        cwd: directory to run in.
        timeout: seconds.
        environment: what it inherits; None is all that we have.

    Raises:
        EnvironmentFault: ``program-failed``: it cannot be started, did not end in time, or exited with
            another code than 0.
    """
    inherited = dict(config.environment() if environment is None else environment)
    try:
        done = subprocess.run(list(words), cwd=cwd, input=data, env=inherited, timeout=timeout, check=False)
    except OSError as error:
        raise _failed(words, f"cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise _failed(words, f"did not end within {timeout:g} s") from error
    if done.returncode != 0:
        raise _failed(words, f"exited with {done.returncode}")


def _failed(words: Sequence[str], what: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"the program {what}",
        code="program-failed",
        where=Where(str(words[0])[:200]),
        remedy="see what it printed, mend it, and run it again by hand",
    )
