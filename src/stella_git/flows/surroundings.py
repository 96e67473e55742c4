"""What stands around the documents of a work tree: the revision before, and the documents beside them.

1. No repository around the working directory: nothing is known, and rules that ask are silent.
2. The repository is opened when a rule first asks. A git that refuses it is an error, not silence: the rule
   could not be checked.
3. Paths are those of the command line; what lies outside the work tree has no history.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.globs import glob_matches
from stella_git.documents.names import may_be_counterpart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stella_git.canon.clock import Instant
    from stella_git.config import Config
    from stella_git.documents.settings import Settings
    from stella_git.gitstore.backend import Backend, Commit, TreeEntry

# A document is read up to this size, in bytes; a larger one is no counterpart.
LIMIT = 64 << 20


class GitSurroundings:
    """History and shelf of a repository; opened when first asked.

    Args:
        revision: what documents are compared with.
        directory: where paths are relative to; inside the work tree.
        config: which files are SBOM and VEX documents; without it, or where it does not say, those whose
            name says so.
    """

    def __init__(
        self, revision: str = "HEAD", *, directory: str = ".", config: "Config | None" = None
    ) -> None:
        self._revision = revision
        self._directory = Path(directory).absolute()
        self._globs = (*config.sbom, *config.vex) if config else ()
        self._folders: dict[str, Mapping[bytes, TreeEntry]] = {}

    @cached_property
    def _backend(self) -> "Backend":
        from stella_git.gitstore.open import open_repository

        return open_repository(self._directory)

    @cached_property
    def _commit(self) -> "Commit | None":
        found = self._backend.resolve(f"{self._revision}^{{commit}}")
        if found is not None:
            return self._backend.commit(found)
        if self._revision == "HEAD":
            return None  # before the first commit
        from stella_git.errors import UsageError, Where

        raise UsageError(
            f"no commit is named {self._revision!r} here",
            code="revision-unknown",
            where=Where(ref=self._revision),
            remedy="check the spelling, or fetch it",
        )

    def close(self) -> None:
        """Close what was opened."""
        if "_backend" in self.__dict__:
            self._backend.close()

    def earlier(self, path: str) -> bytes | None:
        """Return the bytes of a file in the revision, or None if no regular file is there.

        Raises:
            UsageError: ``revision-unknown``.
            EnvironmentFault: git cannot be asked.
        """
        from stella_git.gitstore.backend import MODE_BLOB, MODE_EXECUTABLE

        place = self._relative(path)
        if place is None or self._commit is None:
            return None
        tree = self._commit.tree
        *folders, name = os.fsencode(place).split(b"/")
        for folder in folders:
            entry = self._entries(tree).get(folder)
            if entry is None or not entry.is_tree:
                return None
            tree = entry.id
        entry = self._entries(tree).get(name)
        if entry is None or entry.mode not in {MODE_BLOB, MODE_EXECUTABLE}:
            return None
        return self._blob(entry.id)

    def _entries(self, tree: str) -> "Mapping[bytes, TreeEntry]":
        known = self._folders.get(tree)
        if known is None:
            known = self._folders[tree] = {entry.name: entry for entry in self._backend.tree(tree)}
        return known

    def _blob(self, identifier: str) -> bytes | None:
        from stella_git.errors import RefusedError

        try:
            return self._backend.blob(identifier, limit=LIMIT)
        except RefusedError:
            return None  # larger than any document

    def _relative(self, path: str) -> str | None:
        """Return a path relative to the top of the work tree, with ``/``; None if it is elsewhere."""
        if path == "-" or self._backend.work_tree is None:
            return None
        whole = self._directory / path
        # The folder may be reached through links; the file itself is what git has, link or not.
        place = Path(os.path.realpath(whole.parent), whole.name)
        top = Path(os.path.realpath(self._backend.work_tree))
        return place.relative_to(top).as_posix() if place.is_relative_to(top) else None

    def committed(self) -> "Instant | None":
        """Return the committer time of the revision, or None before the first commit."""
        from stella_git.canon.clock import Instant

        return None if self._commit is None else Instant(self._commit.committer_seconds)

    def documents(self) -> tuple[tuple[str, bytes], ...]:
        """Return (path, bytes) of every staged file that may be an SBOM or VEX document, sorted by path."""
        return self._documents

    @cached_property
    def _documents(self) -> tuple[tuple[str, bytes], ...]:
        from stella_git.gitstore.index import index_files

        chosen = [
            (path, identifier)
            for path, identifier in index_files(self._backend)
            if (glob_matches(path, self._globs) if self._globs else may_be_counterpart(path))
        ]
        found = [(path, self._blob(identifier)) for path, identifier in sorted(chosen)]
        return tuple((path, data) for path, data in found if data is not None)


def find_work_tree(directory: str = ".") -> Path | None:
    """Return the top of the work tree around a directory, or None; without running git.

    Where git says otherwise (``GIT_DIR``), the working directory counts as the top, as it does for git.
    """
    from stella_git.config import environment

    here = Path(directory).absolute()
    if environment().get("GIT_DIR"):
        return here
    # os.path says no where a folder cannot be searched; git would not find the repository either.
    return next((each for each in (here, *here.parents) if os.path.lexists(each / ".git")), None)


def stands_inside(path: str) -> bool:
    """Return whether a file, named from the working directory, lies in the work tree around it."""
    from stella_git.config import environment

    top = find_work_tree()
    if top is None or environment().get("GIT_DIR"):
        return True  # git says what the work tree is, when it is asked
    return Path(os.path.realpath(Path(path).absolute().parent)).is_relative_to(os.path.realpath(top))


def read_config(top: Path) -> "Config | None":
    """Return the configuration in the work tree, or None if there is none.

    Raises:
        ConfigError: it is not valid.
    """
    from stella_git.config import CONFIG_FILE

    path = top / CONFIG_FILE
    if not path.is_file():
        return None
    from stella_git import config
    from stella_git.flows.workspace import CONFIG_LIMIT, read_file

    return config.parse(read_file(path, limit=CONFIG_LIMIT), environment=config.environment())


def read_settings(path: Path, *, name: str) -> "Settings":
    """Return the severities in a file of the kind ``DocumentRules``.

    Raises:
        UsageError: it is missing, or not a regular file.
        ConfigError: it says something that rules cannot be.
        InputError: it is not strict YAML.
    """
    from stella_git.documents import settings
    from stella_git.flows.workspace import read_file

    return settings.parse(read_file(path, limit=settings.LIMIT), path=name)
