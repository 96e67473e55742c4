"""The backend over git's own plumbing: every repository format, no native library.

Reads go through one ``git cat-file`` process, which is started on first use and also resolves revisions, so
a short command costs two processes, not one per object.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stella_git.errors import RefusedError, Where
from stella_git.gitstore import objectformat, pack
from stella_git.gitstore.backend import BLOB_LIMIT, Commit, Identity, RefUpdate, TreeEntry
from stella_git.gitstore.catfile import FULL_ID, CatFile
from stella_git.gitstore.run import fault, git

ZERO = {"sha1": "0" * 40, "sha256": "0" * 64}
COMMIT_LIMIT = 1 << 20
TREE_LIMIT = 256 << 20
_FACTS = ("--show-object-format", "--is-shallow-repository", "--path-format=absolute")
_PLACES = ("--absolute-git-dir", "--git-common-dir", "--show-toplevel")
_NOT_THERE = {"get": 1, "unset": 5}  # how git config ends when there is no such value


class Plumbing:
    """A repository, read and written with git commands.

    Args:
        directory: any directory inside a work tree or git directory.

    Raises:
        EnvironmentFault: git is missing, the directory is in no repository, or git refuses it.
    """

    def __init__(self, directory: str | Path) -> None:
        self._cwd = Path(directory)
        # The last question fails where there is no work tree; the answers before it are printed all the same.
        done = git(["rev-parse", *_FACTS, *_PLACES], cwd=self._cwd, check=False)
        answers = os.fsdecode(done.stdout).split("\n")[:-1]
        if len(answers) < len(_FACTS) + len(_PLACES) - 2:
            raise fault(["rev-parse"], done.stderr, self._cwd)
        self.object_format, shallow, *places = answers
        self.is_shallow = shallow == "true"
        if len(places) != len(_PLACES) - (done.returncode != 0):
            places = [place for word in _PLACES if (place := self._place(word))]  # a line end in a path
        self.git_dir, self.common_dir = places[:2]
        self.work_tree = places[2] if len(places) == len(_PLACES) else None
        self._reader = CatFile(self._cwd)

    def _place(self, word: str) -> str | None:
        done = git(["rev-parse", "--path-format=absolute", word], cwd=self._cwd, check=False)
        return os.fsdecode(done.stdout)[:-1] if done.returncode == 0 else None

    def close(self) -> None:
        """End the reading process."""
        self._reader.close()

    # --- reading ---------------------------------------------------------------------------------------

    def _contents(self, identifier: str, kind: str, limit: int) -> bytes:
        return self._reader.contents(identifier, kind, limit)

    def resolve(self, revision: str) -> str | None:
        """Return the id of the object that a revision names, or None."""
        found = self._reader.info(revision)
        return None if found is None else found.id

    def object_type(self, identifier: str) -> str | None:
        """Return the type of an object; None when it is not here."""
        found = self._reader.info(identifier) if FULL_ID.fullmatch(identifier) else None
        return None if found is None else found.kind

    def commit(self, identifier: str) -> Commit:
        """Return a commit."""
        return objectformat.parse_commit(identifier, self._contents(identifier, "commit", COMMIT_LIMIT))

    def tree(self, identifier: str) -> tuple[TreeEntry, ...]:
        """Return the entries of a tree."""
        data = self._contents(identifier, "tree", TREE_LIMIT)
        return objectformat.parse_tree(data, len(identifier) // 2)

    def blob(self, identifier: str, *, limit: int = BLOB_LIMIT) -> bytes:
        """Return the bytes of a blob."""
        return self._contents(identifier, "blob", limit)

    def read_many(
        self, identifiers: Iterable[str], *, limit: int = BLOB_LIMIT
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (id, bytes) of blobs."""
        return self._reader.many(list(identifiers), limit)

    def refs(self, *prefixes: str) -> list[tuple[str, str]]:
        """Return (name, id) of refs."""
        done = git(["for-each-ref", "--format=%(refname) %(objectname)", *prefixes], cwd=self._cwd)
        rows = (line.rsplit(" ", 1) for line in done.stdout.decode("utf-8", "surrogateescape").split("\n"))
        return sorted((row[0], row[1]) for row in rows if row[0])

    def head_ref(self) -> str | None:
        """Return the branch that is checked out."""
        done = git(["symbolic-ref", "--quiet", "HEAD"], cwd=self._cwd, check=False)
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n") or None

    def rev_list(self, arguments: Sequence[str]) -> list[str]:
        """Return the output lines of ``git rev-list``."""
        return git(["rev-list", *arguments], cwd=self._cwd).stdout.decode().split()

    def index_tree(self) -> str:
        """Return the tree that a commit would have now."""
        return git(["write-tree"], cwd=self._cwd).stdout.decode().strip()

    # --- writing ---------------------------------------------------------------------------------------

    def _write(self, kind: str, data: bytes) -> str:
        words = ["hash-object", "-w", "--stdin", "--no-filters", "-t", kind]
        return git(words, cwd=self._cwd, data=data).stdout.decode().strip()

    def write_blob(self, data: bytes) -> str:
        """Store a blob."""
        return self._write("blob", data)

    def write_tree(self, entries: Iterable[TreeEntry]) -> str:
        """Store a tree."""
        return self._write("tree", objectformat.tree_bytes(entries))

    def write_commit(
        self, tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int
    ) -> str:
        """Store a commit."""
        return self._write("commit", objectformat.commit_bytes(tree, parents, message, who=who, when=when))

    def write_objects(self, objects: Sequence[tuple[str, bytes]]) -> None:
        """Store many objects with one process: few become loose, many one pack."""
        pack.store(objects, object_format=self.object_format, cwd=self._cwd)

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        """Change refs in one transaction, or none of them.

        Raises:
            EnvironmentFault: ``git-ref-conflict`` when a ref is not what was expected, ``git-locked`` when
                another process holds it.
            RefusedError: ``git-ref-name``.
        """
        zero = ZERO[self.object_format]
        commands = [b"start\0"]
        for update in updates:
            name = os.fsencode(update.name)
            if b"\0" in name:
                raise RefusedError("a ref name holds NUL", code="git-ref-name", where=Where(ref=update.name))
            old, new = (update.old or zero).encode(), (update.new or "").encode()
            if update.new is not None:
                commands.append(b"update %s\0%s\0%s\0" % (name, new, old))
            else:
                commands.append(b"%s %s\0%s\0" % (b"delete" if update.old else b"verify", name, old))
        data = b"".join([*commands, b"prepare\0", b"commit\0"])
        git(["update-ref", "-z", "--stdin", "--no-deref"], cwd=self._cwd, data=data)

    # --- configuration ---------------------------------------------------------------------------------

    def _config(self, *words: str, absent: int = 0) -> bytes:
        """``absent`` is how git ends when there is no such value, which is no failure here."""
        done = git(["config", *words], cwd=self._cwd, check=False)
        if done.returncode not in {0, absent}:
            raise fault(["config"], done.stderr, self._cwd)
        return done.stdout

    def config_get(self, name: str) -> str | None:
        """Return one value."""
        found = self.config_get_all(name)
        return found[-1] if found else None

    def config_get_all(self, name: str) -> list[str]:
        """Return all values."""
        data = self._config("--null", "--get-all", name, absent=_NOT_THERE["get"])
        return data.decode("utf-8", "surrogateescape").split("\0")[:-1]

    def config_set(self, name: str, value: str) -> None:
        """Set a key in this clone, in place of all values it had."""
        self._config("--local", "--replace-all", name, value)

    def config_add(self, name: str, value: str) -> None:
        """Add a value in this clone."""
        self._config("--local", "--add", name, value)

    def config_unset(self, name: str, value: str | None = None) -> None:
        """Remove a key of this clone, or one of its values; nothing happens when it is not there."""
        words = ["--unset-all", name] if value is None else ["--fixed-value", "--unset-all", name, value]
        self._config("--local", *words, absent=_NOT_THERE["unset"])
