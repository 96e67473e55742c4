"""What every part of this package needs of a repository, and the values it deals in."""

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from stella_git.canon.record import record

BLOB_LIMIT = 64 << 20
MODE_TREE = 0o040000
MODE_BLOB = 0o100644
MODE_EXECUTABLE = 0o100755
MODE_LINK = 0o120000
MODE_COMMIT = 0o160000


@record(frozen=True, slots=True, kw_only=True)
class Identity:
    """Author and committer of the commits that we write."""

    name: str
    email: str


@record(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; `committer_seconds` since the epoch, UTC; `message` decoded as UTF-8, bad bytes replaced."""

    id: str
    tree: str
    parents: tuple[str, ...]
    committer_seconds: int
    author: str
    message: str


class TreeEntry(NamedTuple):
    """One entry of a tree; `name` is raw bytes, as git keeps it."""

    mode: int
    name: bytes
    id: str

    @property
    def is_tree(self) -> bool:
        """Return whether it is a directory."""
        return self.mode == MODE_TREE

    @property
    def order(self) -> bytes:
        """Return what git sorts entries by: the name, with a slash after that of a directory."""
        return self.name + b"/" if self.mode == MODE_TREE else self.name


@record(frozen=True, slots=True, kw_only=True)
class RefUpdate:
    """One line of a ref transaction: `new` None deletes; `old` None means it must not exist yet."""

    name: str
    new: str | None
    old: str | None


class Backend(Protocol):
    """A repository; used as a context manager it is closed at the end.

    `object_format` is ``sha1`` or ``sha256``; ids are lower hex, 40 or 64 digits. Directories are absolute
    paths; `work_tree` is None in a bare repository and inside a git directory. Not to be shared between
    threads.

    Every method may raise `EnvironmentFault` (``git-missing``, ``git-failed``, ``git-timeout``); what it
    raises besides is said where it is defined in `Plumbing`.
    """

    object_format: str
    git_dir: str
    common_dir: str
    work_tree: str | None
    is_bare: bool
    is_shallow: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Let go of processes and files."""
        ...

    def resolve(self, revision: str) -> str | None:
        """Return the id of the object that a revision names, or None."""
        ...

    def head_ref(self) -> str | None:
        """Return the full name of the branch that is checked out, None for a detached HEAD."""
        ...

    def commit(self, identifier: str) -> Commit:
        """Return a commit."""
        ...

    def tree(self, identifier: str) -> tuple[TreeEntry, ...]:
        """Return the entries of a tree, in the order git keeps them."""
        ...

    def blob(self, identifier: str, *, limit: int = BLOB_LIMIT) -> bytes:
        """Return the bytes of a blob of at most ``limit`` bytes."""
        ...

    def read_many(
        self, identifiers: Iterable[str], *, limit: int = BLOB_LIMIT
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (id, bytes) of blobs of at most ``limit`` bytes, in the order asked for."""
        ...

    def sha256_ids(self, identifiers: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield (id, id in a SHA-256 repository) of blobs of any size, in the order asked for."""
        ...

    def object_type(self, identifier: str) -> str | None:
        """Return ``blob``, ``tree``, ``commit`` or ``tag``; None for an object that is not here."""
        ...

    def write_objects(self, objects: Sequence[tuple[str, bytes]]) -> None:
        """Store (type, bytes) objects, few or many, with one process at most."""
        ...

    def write_blob(self, data: bytes) -> str:
        """Store a blob and return its id."""
        ...

    def write_tree(self, entries: Iterable[TreeEntry]) -> str:
        """Store a tree and return its id."""
        ...

    def write_commit(
        self, tree: str, parents: Sequence[str], message: str, *, who: Identity, when: int
    ) -> str:
        """Store a commit and return its id; ``when`` is seconds since the epoch, UTC."""
        ...

    def ref(self, name: str) -> str | None:
        """Return the id that a ref of exactly this name holds, None when there is none."""
        ...

    def refs(self, *prefixes: str) -> list[tuple[str, str]]:
        """Return (name, id) of the refs at or below the prefixes, sorted; a broken one has an id of zeros."""
        ...

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        """Change refs in one transaction, or none of them."""
        ...

    def rev_list(self, arguments: Sequence[str]) -> list[str]:
        """Return the commits that ``git rev-list`` prints, newest first."""
        ...

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits, None when there is none."""
        ...

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return whether ``newer`` is ``older`` or builds on it, as far as this clone knows."""
        ...

    def index_tree(self) -> str:
        """Return the id of the tree that a commit would have now."""
        ...

    def config_get(self, name: str) -> str | None:
        """Return one value of git's configuration, or None."""
        ...

    def config_get_all(self, name: str) -> list[str]:
        """Return all values of a key."""
        ...

    def config_set(self, name: str, value: str) -> None:
        """Set a key in the configuration of this clone."""
        ...

    def config_add(self, name: str, value: str) -> None:
        """Add a value to a key of this clone."""
        ...

    def config_unset(self, name: str, value: str | None = None) -> None:
        """Remove a key of this clone, or one of its values."""
        ...
