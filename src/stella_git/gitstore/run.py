"""Run git: one door, a hygienic environment, and errors that say what to do."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from stella_git import config
from stella_git.errors import EnvironmentFault, StellaError, UsageError, Where

TIMEOUT_SECONDS = 600
_SHOWN = 300  # characters of git's own message

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


def verb(arguments: Sequence[str]) -> str:
    """Return the git command among the words, for messages."""
    return next(
        word for index, word in enumerate(arguments) if word[:1] != "-" and arguments[index - 1] != "-c"
    )


def cannot_start(cwd: str | Path, error: OSError) -> EnvironmentFault:
    """Return the error for a machine without git, or a directory that is not there."""
    if not Path(cwd).is_dir():
        return EnvironmentFault(
            "there is no such directory", code="git-directory", where=Where(str(cwd)), remedy="check the path"
        )
    if isinstance(error, FileNotFoundError):
        return EnvironmentFault(
            "git is not installed, or not on PATH", code="git-missing", remedy="install git 2.36 or later"
        )
    return EnvironmentFault(
        f"git cannot be started: {error.strerror}", code="git-missing", remedy="check what `git` on PATH is"
    )


def fault(arguments: Sequence[str], stderr: bytes, cwd: str | Path) -> StellaError:
    """Return the error that the output of a failed git command stands for."""
    text = stderr.decode("utf-8", "replace").strip()
    for pattern, make in _CAUSES:
        found = pattern.search(text)
        if found:
            return make(found, str(cwd))
    return EnvironmentFault(
        f"git {verb(arguments)} failed: {_told(text)}",
        code="git-failed",
        where=Where(str(cwd)),
        remedy="mend what git says, then try again",
    )


def _told(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(("fatal: ", "error: "))]
    shown = (lines or text.splitlines() or ["it gave no message"])[-1]
    return shown.removeprefix("fatal: ").removeprefix("error: ")[:_SHOWN]


def _dubious(found: "re.Match[str]", _: str) -> StellaError:
    path = found[1]
    return EnvironmentFault(
        f"git refuses {path}: it belongs to another user",
        code="git-dubious-ownership",
        where=Where(path),
        remedy=f"if you trust it: git config --global --add safe.directory {shlex.quote(path)}",
    )


def _no_repository(_: "re.Match[str]", cwd: str) -> StellaError:
    return EnvironmentFault(
        "is not inside a git repository",
        code="git-no-repository",
        where=Where(cwd),
        remedy="run it in a repository, or name one with -C DIR",
    )


def _bad_revision(found: "re.Match[str]", _: str) -> StellaError:
    return UsageError(
        f"no revision is named {found[1]!r} here",
        code="git-revision",
        where=Where(ref=found[1]),
        remedy="check the spelling, or fetch it first",
    )


def _option(_: "re.Match[str]", __: str) -> StellaError:
    return UsageError(
        "a revision must not begin with '-'", code="git-revision", remedy="name a commit, branch or tag"
    )


def _quarantine(_: "re.Match[str]", cwd: str) -> StellaError:
    return EnvironmentFault(
        "refs cannot move while a push is being examined",
        code="git-quarantine",
        where=Where(cwd),
        remedy="in pre-receive only read; write in post-receive",
    )


def _locked(found: "re.Match[str]", _: str) -> StellaError:
    return _lock_error(found[1])


def _config_locked(found: "re.Match[str]", cwd: str) -> StellaError:
    return _lock_error(str(Path(cwd, f"{found[1]}.lock")))


def _lock_error(path: str) -> StellaError:
    return EnvironmentFault(
        "another git holds a lock, or one that was killed has left it behind",
        code="git-locked",
        where=Where(path),
        remedy=f"try again; if no git is running in this repository: rm {shlex.quote(path)}",
    )


def _unmerged(found: "re.Match[str]", cwd: str) -> StellaError:
    return EnvironmentFault(
        f"{found[1]} has conflicts, so that there is no tree to commit",
        code="git-index-unmerged",
        where=Where(cwd),
        remedy="resolve the conflicts and git add the file",
    )


def _in_the_way(found: "re.Match[str]", _: str) -> StellaError:
    return EnvironmentFault(
        f"the ref {found[2]} cannot exist beside {found[1]}",
        code="git-ref-in-the-way",
        where=Where(ref=found[1]),
        remedy=f"rename or delete {found[1]}",
    )


def _unwritable(found: "re.Match[str]", cwd: str) -> StellaError:
    return EnvironmentFault(
        f"git cannot write here: {found[0][:_SHOWN]}",
        code="git-unwritable",
        where=Where(cwd),
        remedy="check permissions, free space and whether the file system is mounted read-only",
    )


def _broken(found: "re.Match[str]", _: str) -> StellaError:
    return EnvironmentFault(
        f"git cannot read the ref {found[1]}",
        code="git-ref-broken",
        where=Where(ref=found[1]),
        remedy="restore it from its reflog or a remote, or delete it: git update-ref -d REF",
    )


def _conflict(found: "re.Match[str]", _: str) -> StellaError:
    return EnvironmentFault(
        f"another process moved the ref meanwhile: {found[0][:_SHOWN]}",
        code="git-ref-conflict",
        remedy="try again",
    )


# In this order: the message of a lock that cannot be taken also says which ref it was for.
_CAUSES = tuple(
    (re.compile(pattern, re.MULTILINE), make)
    for pattern, make in (
        (r"dubious ownership in repository at '([^']*)'", _dubious),
        (r"not a git repository", _no_repository),
        (r"bad revision '([^']*)'", _bad_revision),
        (r"options not supported in --stdin mode", _option),
        (r"forbidden inside quarantine environment", _quarantine),
        (r"Unable to create '(.*\.lock)': File exists", _locked),
        (r"could not lock config file (.*): File exists", _config_locked),
        (r"^(.*): unmerged \(", _unmerged),
        (r"'([^']*)' exists; cannot create '([^']*)'", _in_the_way),
        (r"cannot process '([^']*)' and '([^']*)' at the same time", _in_the_way),
        (
            r"^.*(?:Permission denied|Read-only file system|No space left|insufficient permission).*",
            _unwritable,
        ),
        (r"unable to resolve reference '([^']*)': reference broken", _broken),
        (r"cannot lock ref '[^']*': .*", _conflict),
    )
)
