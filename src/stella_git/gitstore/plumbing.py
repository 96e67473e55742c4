"""The backend over git's own plumbing: every repository format, no native library.

Single reads go through one ``git cat-file`` process, which is started on first use and also resolves
revisions; everything that is written together goes through one process. A short command costs three or
four processes, however many objects it touches.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from stella_git.errors import RefusedError, UsageError, Where
from stella_git.gitstore import catfile, objectformat
from stella_git.gitstore.backend import BLOB_LIMIT, Commit, Identity, RefUpdate, TreeEntry
from stella_git.gitstore.catfile import FULL_ID, CatFile, Environment
from stella_git.gitstore.faults import fault
from stella_git.gitstore.run import NO_HOOKS, environment, git

ZERO = {"sha1": "0" * 40, "sha256": "0" * 64}
COMMIT_LIMIT = 1 << 20
TREE_LIMIT = 256 << 20
_FEW = 31  # reads that are not worth a process of their own
_FACTS = ("--show-object-format", "--is-bare-repository", "--is-shallow-repository", "--path-format=absolute")
_PLACES = ("--absolute-git-dir", "--git-common-dir", "--show-toplevel")
_FATAL = 128
_NOT_THERE = 5  # git-config: "you try to unset an option which does not exist"

# What rev-list may be asked for; anything else that begins with "-" is somebody's odd revision.
_REV_LIST_OPTIONS = ("--max-count=", "--max-parents=", "--first-parent", "--topo-order", "--reverse")


class Plumbing:
    """A repository, read and written with git commands.

    Args:
        directory: any directory inside a work tree or git directory. Where ``GIT_DIR`` is set, as git does
            for some hooks, that repository is meant.
        env: gives the environment for git; the hygienic one by default.

    Raises:
        EnvironmentFault: ``git-missing``, ``git-directory``, ``git-no-repository``,
            ``git-dubious-ownership``.
    """

    def __init__(self, directory: str | Path, env: Environment = environment) -> None:
        self._env = env
        # With GIT_DIR and no GIT_WORK_TREE git takes the directory it runs in for the work tree.
        self._cwd = Path.cwd() if "GIT_DIR" in env() else Path(directory).absolute()
        self._reader = CatFile(self._cwd, env)
        # The last question fails where there is no work tree; the answers before it are printed all the same.
        done = git(["rev-parse", *_FACTS, *_PLACES], cwd=self._cwd, good=(0, _FATAL), env=env())
        answers = os.fsdecode(done.stdout).split("\n")[:-1]
        if len(answers) < len(_FACTS) - 1 + len(_PLACES) - 1:
            raise fault(["rev-parse"], done.stderr, self._cwd)
        self.object_format, bare, shallow, *places = answers
        self.is_bare = bare == "true"
        self.is_shallow = shallow == "true"
        if len(places) != len(_PLACES) - (done.returncode != 0):
            places = [place for word in _PLACES if (place := self._place(word))]  # a line end in a path
        self.git_dir, self.common_dir = places[:2]
        self.work_tree = places[2] if len(places) == len(_PLACES) else None

    def _place(self, word: str) -> str | None:
        words = ["rev-parse", "--path-format=absolute", word]
        done = git(words, cwd=self._cwd, good=(0, _FATAL), env=self._env())
        return os.fsdecode(done.stdout)[:-1] if done.returncode == 0 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process; the next read starts another one."""
        self._reader.close()

    def _git(
        self, *words: str, data: bytes | None = None, good: Iterable[int] = (0,), hooks: bool = True
    ) -> bytes:
        arguments = words if hooks else (*NO_HOOKS, *words)
        return git(arguments, cwd=self._cwd, data=data, good=good, env=self._env()).stdout

    # --- reading ---------------------------------------------------------------------------------------

    def resolve(self, revision: str) -> str | None:
        """Return the id of the object that a revision names, or None."""
        found = self._reader.info(revision)
        return None if found is None else found[0]

    def object_type(self, identifier: str) -> str | None:
        """Return the type of an object; None when it is not here."""
        found = self._reader.info(identifier) if FULL_ID.fullmatch(identifier) else None
        return None if found is None else found[1]

    def _contents(self, identifier: str, kind: str, limit: int) -> bytes:
        return self._reader.contents(identifier, kind, limit)

    def commit(self, identifier: str) -> Commit:
        """Return a commit.

        Raises:
            EnvironmentFault: ``git-object-missing``.
            RefusedError: ``git-object-type``, ``git-commit-malformed``.
        """
        return objectformat.parse_commit(identifier, self._contents(identifier, "commit", COMMIT_LIMIT))

    def tree(self, identifier: str) -> tuple[TreeEntry, ...]:
        """Return the entries of a tree.

        Raises:
            EnvironmentFault: ``git-object-missing``.
            RefusedError: ``git-object-type``, ``git-tree-malformed``, ``git-object-too-large`` (256 MiB).
        """
        data = self._contents(identifier, "tree", TREE_LIMIT)
        return objectformat.parse_tree(data, len(ZERO[self.object_format]) // 2, identifier)

    def blob(self, identifier: str, *, limit: int = BLOB_LIMIT) -> bytes:
        """Return the bytes of a blob.

        Raises:
            EnvironmentFault: ``git-object-missing``.
            RefusedError: ``git-object-type``, ``git-object-too-large``.
        """
        return self._contents(identifier, "blob", limit)

    def read_many(
        self, identifiers: Iterable[str], *, limit: int = BLOB_LIMIT
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (id, bytes) of blobs; raises as `blob`."""
        wanted = list(identifiers)
        if len(wanted) <= _FEW:
            return ((identifier, self.blob(identifier, limit=limit)) for identifier in wanted)
        return catfile.read_many(wanted, limit=limit, cwd=self._cwd, env=self._env)

    def sha256_ids(self, identifiers: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield (id, id in a SHA-256 repository) of blobs; raises as `blob`, without a limit."""
        return catfile.sha256_ids(identifiers, cwd=self._cwd, env=self._env)

    def rev_list(self, arguments: Sequence[str]) -> list[str]:
        """Return the commits that ``git rev-list`` prints.

        Args:
            arguments: options that are known here, revisions, and paths after ``--``. A revision that
                begins with ``-`` is refused, never taken for an option.

        Raises:
            UsageError: ``git-revision``: git knows no such revision.
        """
        words = list(arguments)
        paths = words[words.index("--") + 1 :] if "--" in words else []
        words = words[: words.index("--")] if "--" in words else words
        options = [word for word in words if word.startswith(_REV_LIST_OPTIONS)]
        revisions = [word for word in words if not word.startswith(_REV_LIST_OPTIONS)]
        if any("\n" in word or "\0" in word or not word for word in revisions):
            raise UsageError("a revision is one line of text", code="git-revision", remedy="name a commit")
        data = "".join(f"{word}\n" for word in revisions).encode("utf-8", "surrogateescape")
        return self._git("rev-list", *options, "--stdin", "--", *paths, data=data).decode().split()

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits; ids, not revisions."""
        return self._git("merge-base", "--", one, other, good=(0, 1)).decode().strip() or None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return whether ``newer`` is ``older`` or builds on it; ids, not revisions."""
        words = ["merge-base", "--is-ancestor", older, newer]
        return git(words, cwd=self._cwd, good=(0, 1), env=self._env()).returncode == 0

    def index_tree(self) -> str:
        """Return the tree that a commit would have now.

        Raises:
            EnvironmentFault: ``git-index-unmerged``, ``git-index-locked``.
        """
        return self._git("write-tree", hooks=False).decode().strip()

    # --- writing ---------------------------------------------------------------------------------------

    def write_objects(self, objects: Sequence[tuple[str, bytes]]) -> None:
        """Store objects: a few as loose objects, many as one pack.

        Raises:
            EnvironmentFault: ``git-unwritable``.
        """
        from stella_git.gitstore import pack

        if objects:
            pack.store(objects, object_format=self.object_format, cwd=self._cwd, env=self._env())

    def _write(self, kind: str, data: bytes) -> str:
        self.write_objects([(kind, data)])
        return objectformat.object_id(kind, data, self.object_format)

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

    # --- refs ------------------------------------------------------------------------------------------

    def head_ref(self) -> str | None:
        """Return the branch that is checked out."""
        done = self._git("symbolic-ref", "--quiet", "HEAD", good=(0, 1))
        return done.decode("utf-8", "surrogateescape").strip() or None

    def ref(self, name: str) -> str | None:
        """Return the id that a ref of exactly this name holds.

        Raises:
            EnvironmentFault: ``git-ref-broken``: there is something, and git cannot read it.
        """
        found = dict(self.refs(name)).get(name)
        if found == ZERO[self.object_format]:
            message = f"unable to resolve reference '{name}': reference broken"
            raise fault(["for-each-ref"], message.encode("utf-8", "surrogateescape"), self._cwd)
        return found

    def refs(self, *prefixes: str) -> list[tuple[str, str]]:
        """Return (name, id) of the refs at or below the prefixes.

        A ref that git cannot read is not left out, as git would: its id is all zeros, which no reader will
        find, so that a file lost on disk is seen as a defect and not as an absence.
        """
        words = ["for-each-ref", "--format=%(refname) %(objectname)", *prefixes]
        done = git(words, cwd=self._cwd, env=self._env())
        lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")
        found = dict(line.rsplit(" ", 1) for line in lines if line)
        for line in done.stderr.decode("utf-8", "surrogateescape").split("\n"):
            _, broken, name = line.partition("ignoring broken ref ")
            if broken:
                found[name] = ZERO[self.object_format]
        return sorted(found.items())

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        """Change refs in one transaction, or none of them; no hook runs.

        Raises:
            EnvironmentFault: ``git-ref-conflict`` when a ref is not what was expected, ``git-locked`` when
                another process holds it, ``git-ref-in-the-way``, ``git-quarantine``, ``git-unwritable``.
            RefusedError: ``git-ref-name``.
        """
        zero = ZERO[self.object_format]
        parts = ["start"]
        for update in updates:
            if "\0" in update.name or (update.name != "HEAD" and not update.name.startswith("refs/")):
                raise RefusedError(
                    f"{update.name[:80]!a} is no name of a ref",
                    code="git-ref-name",
                    where=Where(ref=update.name),
                    remedy="use another name",
                )
            if update.new is not None:
                parts += [f"update {update.name}", update.new, update.old or zero]
            else:
                parts += [f"{'delete' if update.old else 'verify'} {update.name}", update.old or zero]
        data = "".join(f"{part}\0" for part in [*parts, "prepare", "commit"])
        encoded = data.encode("utf-8", "surrogateescape")
        self._git("update-ref", "--no-deref", "--stdin", "-z", data=encoded, hooks=False)

    # --- configuration ---------------------------------------------------------------------------------

    def config_get(self, name: str) -> str | None:
        """Return one value, the last one where there are several."""
        found = self.config_get_all(name)
        return found[-1] if found else None

    def config_get_all(self, name: str) -> list[str]:
        """Return all values."""
        done = self._git("config", "--null", "--get-all", name, good=(0, 1))
        return done.decode("utf-8", "surrogateescape").split("\0")[:-1]

    def config_set(self, name: str, value: str) -> None:
        """Set a key in this clone."""
        self._git("config", "--local", "--replace-all", name, value)

    def config_add(self, name: str, value: str) -> None:
        """Add a value in this clone."""
        self._git("config", "--local", "--add", name, value)

    def config_unset(self, name: str, value: str | None = None) -> None:
        """Remove a key of this clone, or one of its values; nothing happens when it is not there."""
        words = ["--unset-all", name] if value is None else ["--fixed-value", "--unset-all", name, value]
        self._git("config", "--local", *words, good=(0, _NOT_THERE))
