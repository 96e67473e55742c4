"""The few git commands a story needs: init, commit, clone, fetch, log.

They work on the repository that is named, even when they are started from a hook of another one.
"""

from pathlib import Path

from stella_git.gitstore.backend import Identity, RefUpdate
from stella_git.gitstore.plumbing import Plumbing
from stella_git.gitstore.run import git, own_environment


def init(directory: Path, *, branch: str, object_format: str = "sha1") -> None:
    """Create an empty repository with a work tree."""
    directory.mkdir(parents=True, exist_ok=True)
    words = [f"--initial-branch={branch}", f"--object-format={object_format}"]
    git(["init", "--quiet", "--template=", *words, "."], cwd=directory, env=own_environment())


def commit_all(directory: Path, message: str, *, who: Identity, when: int) -> str:
    """Commit everything in the work tree and return the commit id; no hook runs."""
    git(["add", "--all"], cwd=directory, env=own_environment())
    backend = Plumbing(directory, own_environment)
    try:
        tip, ref = backend.resolve("HEAD"), backend.head_ref()
        parents = [tip] if tip else []
        commit = backend.write_commit(backend.index_tree(), parents, message, who=who, when=when)
        backend.update_refs([RefUpdate(name=ref or "HEAD", new=commit, old=tip)])
    finally:
        backend.close()
    return commit


def clone(source: Path, target: Path) -> None:
    """Clone a local repository."""
    git(
        ["clone", "--quiet", "--no-hardlinks", "--template=", str(source), str(target)],
        cwd=source,
        env=own_environment(),
    )


def fetch(directory: Path) -> None:
    """Fetch from the default remote."""
    git(["fetch", "--quiet"], cwd=directory, env=own_environment())


def log(directory: Path, *, most: int = 10) -> str:
    """Return what ``git log`` prints, with the notes that are configured to be shown."""
    words = ["log", f"--max-count={most}", "--no-color", "--date=iso-strict", "--no-decorate"]
    return git(words, cwd=directory, env=own_environment()).stdout.decode("utf-8", "replace")
