"""The few git commands a story needs: init, commit, clone, fetch, log."""

from pathlib import Path

from stella_git.gitstore.backend import Identity, RefUpdate
from stella_git.gitstore.plumbing import Plumbing
from stella_git.gitstore.run import git


def init(directory: Path, *, branch: str, object_format: str = "sha1") -> None:
    """Create an empty repository with a work tree."""
    directory.mkdir(parents=True, exist_ok=True)
    words = [f"--initial-branch={branch}", f"--object-format={object_format}"]
    git(["init", "--quiet", "--template=", *words, "."], cwd=directory)


def commit_all(directory: Path, message: str, *, who: Identity, when: int) -> str:
    """Commit everything in the work tree and return the commit id; no hook runs."""
    git(["add", "--all"], cwd=directory)
    backend = Plumbing(directory)
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
    git(["clone", "--quiet", "--no-hardlinks", "--template=", str(source), str(target)], cwd=source)


def fetch(directory: Path) -> None:
    """Fetch from the default remote."""
    git(["fetch", "--quiet"], cwd=directory)


def log(directory: Path, *, most: int = 10) -> str:
    """Return what ``git log`` prints, with the notes that are configured to be shown."""
    words = ["log", f"--max-count={most}", "--no-color", "--date=iso-strict", "--no-decorate"]
    return git(words, cwd=directory).stdout.decode("utf-8", "replace")
