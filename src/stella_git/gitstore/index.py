"""What is staged: the files of the index, without writing a tree."""

import os
from collections.abc import Iterator

from stella_git.gitstore.backend import MODE_BLOB, MODE_EXECUTABLE, Backend
from stella_git.gitstore.run import git

_FILES = {f"{MODE_BLOB:o}".encode(), f"{MODE_EXECUTABLE:o}".encode()}


def index_files(backend: Backend) -> Iterator[tuple[str, str]]:
    """Yield (path, blob id) of every regular file in the index, in its order: by the bytes of the path.

    Paths are relative to the top of the work tree, with forward slashes; bytes that are not UTF-8 are
    surrogates. Conflicting versions, links and submodules are left out; so is all of a bare repository.

    Raises:
        EnvironmentFault: git cannot read the index.
    """
    if backend.work_tree is None:
        return
    listed = git(["ls-files", "--stage", "-z", "--full-name"], cwd=backend.work_tree).stdout
    for entry in listed.split(b"\0")[:-1]:
        facts, _, path = entry.partition(b"\t")
        mode, identifier, stage = facts.split(b" ")
        if mode in _FILES and stage == b"0":
            yield os.fsdecode(path), identifier.decode()
