"""The backend over git's own plumbing: every repository format, no native library.

Reads go through one ``git cat-file --batch-command`` process, which is started on first use and also
resolves revisions, so a short command costs two processes, not one per object.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from stella_git import config
from stella_git.errors import EnvironmentFault, RefusedError, Where
from stella_git.gitstore import objectformat
from stella_git.gitstore.backend import BLOB_LIMIT, Commit, Identity, RefUpdate, TreeEntry
from stella_git.gitstore.run import git, missing

ZERO = {"sha1": "0" * 40, "sha256": "0" * 64}
COMMIT_LIMIT = 1 << 20
TREE_LIMIT = 256 << 20


class Plumbing:
    """A repository, read and written with git commands.

    Args:
        directory: any directory inside a work tree or git directory.

    Raises:
        EnvironmentFault: git is missing, the directory is in no repository, or git refuses it.
    """

    def __init__(self, directory: str | Path) -> None:
        self._cwd = Path(directory)
        if not self._cwd.is_dir():
            raise missing(directory)
        words = [
            "--show-object-format",
            "--is-bare-repository",
            "--is-shallow-repository",
            "--absolute-git-dir",
        ]
        answer = git(["rev-parse", *words, "--git-common-dir"], cwd=self._cwd).stdout.decode().split("\n")
        self.object_format, bare, shallow, self.git_dir, common = answer[:5]
        self.common_dir = str((self._cwd / common).resolve())
        self.is_shallow = shallow == "true"
        self.work_tree = None if bare == "true" else self._top()
        self._reader: subprocess.Popen[bytes] | None = None

    def _top(self) -> str | None:
        """Inside ``.git`` there is no work tree to speak of."""
        done = git(["rev-parse", "--show-toplevel"], cwd=self._cwd, check=False)
        return done.stdout.decode().rstrip("\n") or None if done.returncode == 0 else None

    def close(self) -> None:
        """End the reading process."""
        if self._reader is not None:
            assert self._reader.stdin is not None
            assert self._reader.stdout is not None
            self._reader.stdin.close()
            self._reader.stdout.close()
            self._reader.wait()
            self._reader = None

    # --- reading ---------------------------------------------------------------------------------------

    def _ask(self, command: str, name: str) -> tuple[str, str, int] | None:
        """Return (id, type, size) of an object, None for one that is not here; contents follow if asked."""
        if "\n" in name or "\0" in name:
            return None
        reader = self._process()
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            reader.stdin.write(f"{command} {name}\n".encode("utf-8", "surrogateescape"))
            reader.stdin.flush()
        except BrokenPipeError as error:
            raise EnvironmentFault(
                "git cat-file ended early", code="git-failed", where=Where(self.git_dir)
            ) from error
        header = reader.stdout.readline()
        parts = header.decode("utf-8", "surrogateescape").rstrip("\n").rsplit(" ", 2)
        if not header:
            raise EnvironmentFault("git cat-file ended early", code="git-failed", where=Where(self.git_dir))
        if len(parts) != 3 or not parts[2].isdigit():  # noqa: PLR2004 - "<id> <type> <size>"; else "... missing"
            return None
        return parts[0], parts[1], int(parts[2])

    def _process(self) -> "subprocess.Popen[bytes]":
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "cat-file", "--batch-command"],
                cwd=self._cwd,
                env=config.git_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._reader

    def _contents(self, identifier: str, kind: str, limit: int) -> bytes:
        """Return an object's bytes; its size is asked for first, so that nothing too large is ever read."""
        found = self._ask("info", identifier)
        if found is None:
            raise absent(identifier)
        if found[1] != kind:
            raise RefusedError(
                f"{identifier[:12]} is a {found[1]}, not a {kind}",
                code="git-object-type",
                where=Where(ref=identifier),
            )
        if found[2] > limit:
            raise too_large(identifier, found[2], limit)
        self._ask("contents", identifier)
        reader = self._process()
        assert reader.stdout is not None
        return _exactly(reader.stdout, found[2])

    def resolve(self, revision: str) -> str | None:
        """Return the id of the object that a revision names, or None."""
        found = self._ask("info", revision)
        return None if found is None else found[0]

    def object_type(self, identifier: str) -> str | None:
        """Return the type of an object; None when it is not here."""
        found = self._ask("info", identifier)
        return None if found is None else found[1]

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
        for identifier in identifiers:
            yield identifier, self.blob(identifier, limit=limit)

    def refs(self, prefix: str) -> list[tuple[str, str]]:
        """Return (name, id) of the refs below ``prefix``."""
        done = git(["for-each-ref", "--format=%(refname) %(objectname)", prefix.rstrip("*")], cwd=self._cwd)
        rows = (line.rsplit(" ", 1) for line in done.stdout.decode("utf-8", "surrogateescape").splitlines())
        return sorted((name, identifier) for name, identifier in rows)

    def head_ref(self) -> str | None:
        """Return the branch that is checked out."""
        done = git(["symbolic-ref", "--quiet", "HEAD"], cwd=self._cwd, check=False)
        return done.stdout.decode().strip() or None

    def rev_list(self, arguments: Sequence[str]) -> list[str]:
        """Return the output lines of ``git rev-list``."""
        return git(["rev-list", *arguments], cwd=self._cwd).stdout.decode().split()

    def index_tree(self) -> str:
        """Return the tree that a commit would have now."""
        return git(["write-tree"], cwd=self._cwd).stdout.decode().strip()

    # --- writing ---------------------------------------------------------------------------------------

    def write_blob(self, data: bytes) -> str:
        """Store a blob."""
        return (
            git(["hash-object", "-w", "--stdin", "--no-filters"], cwd=self._cwd, data=data)
            .stdout.decode()
            .strip()
        )

    def write_tree(self, entries: Iterable[TreeEntry]) -> str:
        """Store a tree."""
        data = objectformat.tree_bytes(entries)
        words = ["hash-object", "-w", "--stdin", "-t", "tree"]
        return git(words, cwd=self._cwd, data=data).stdout.decode().strip()

    def write_commit(
        self, tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int
    ) -> str:
        """Store a commit."""
        data = objectformat.commit_bytes(tree, parents, message, who=who, when=when)
        words = ["hash-object", "-w", "--stdin", "-t", "commit"]
        return git(words, cwd=self._cwd, data=data).stdout.decode().strip()

    def write_pack(self, objects: Iterable[tuple[str, bytes]]) -> None:
        """Store many objects as one pack."""
        from stella_git.gitstore import pack

        pack.store(objects, object_format=self.object_format, cwd=self._cwd)

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        """Change refs in one transaction, or none of them.

        Raises:
            EnvironmentFault: ``git-ref-conflict`` when a ref is not what was expected, or is locked.
        """
        zero = ZERO[self.object_format]
        lines = ["start"]
        for update in updates:
            old = update.old or zero
            words = (
                f"update {update.name} {update.new} {old}" if update.new else f"delete {update.name} {old}"
            )
            lines.append(words)
        data = "\n".join([*lines, "prepare", "commit", ""]).encode()
        git(["update-ref", "--stdin", "--no-deref"], cwd=self._cwd, data=data)

    # --- configuration ---------------------------------------------------------------------------------

    def config_get(self, name: str) -> str | None:
        """Return one value."""
        found = self.config_get_all(name)
        return found[-1] if found else None

    def config_get_all(self, name: str) -> list[str]:
        """Return all values."""
        done = git(["config", "--null", "--get-all", name], cwd=self._cwd, check=False)
        return [value for value in done.stdout.decode("utf-8", "surrogateescape").split("\0") if value]

    def config_set(self, name: str, value: str) -> None:
        """Set a key in this clone."""
        git(["config", "--local", name, value], cwd=self._cwd)

    def config_add(self, name: str, value: str) -> None:
        """Add a value in this clone."""
        git(["config", "--local", "--add", name, value], cwd=self._cwd)

    def config_unset(self, name: str, value: str | None = None) -> None:
        """Remove a key of this clone, or one of its values; nothing happens when it is not there."""
        words = ["--unset-all", name] if value is None else ["--fixed-value", "--unset-all", name, value]
        git(["config", "--local", *words], cwd=self._cwd, check=False)


def absent(identifier: str) -> EnvironmentFault:
    """Return the error for an object that is not here."""
    return EnvironmentFault(
        f"object {identifier[:12]} is not in this clone",
        code="git-object-missing",
        where=Where(ref=identifier),
        remedy="the clone is shallow or partial: git fetch --unshallow, or fetch the object",
    )


def too_large(identifier: str, size: int, limit: int) -> RefusedError:
    """Return the error for an object that is larger than what its reader takes."""
    return RefusedError(
        f"object {identifier[:12]} has {size} bytes, the limit here is {limit}",
        code="git-object-too-large",
        where=Where(ref=identifier),
        remedy="split it, or keep it out of what is attested",
    )


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    end = stream.read(1)
    if len(data) != size or end != b"\n":
        raise EnvironmentFault("git cat-file ended early", code="git-failed")
    return data
