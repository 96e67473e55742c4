"""What a failed git command says, as an error with a code and advice.

git answers for people; the locale is pinned, so that its words can be recognised. A message that nobody
has listed here becomes ``git-failed`` with git's own words.
"""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from stella_git.errors import EnvironmentFault, StellaError, UsageError, Where

_SHOWN = 300  # characters of git's own message


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


def _too_old(_: "re.Match[str]", __: str) -> StellaError:
    return EnvironmentFault(
        "this git is too old",
        code="git-too-old",
        remedy="install git 2.36 or later; git --version tells yours",
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
        (r"unknown option `(?:batch-command|path-format|show-object-format|fixed-value)", _too_old),
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
