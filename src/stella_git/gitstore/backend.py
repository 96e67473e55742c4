"""What every part of this package needs of a repository, and the values it deals in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

BLOB_LIMIT = 64 << 20
MODE_TREE = 0o040000
MODE_BLOB = 0o100644
MODE_EXECUTABLE = 0o100755
MODE_LINK = 0o120000
MODE_COMMIT = 0o160000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Author and committer of the commits that we write."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; `committer_seconds` since the epoch, UTC; `message` decoded as UTF-8, bad bytes replaced."""

    id: str
    tree: str
    parents: tuple[str, ...]
    committer_seconds: int
    author: str
    message: str


@dataclass(frozen=True, slots=True)
class TreeEntry:
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
        return self.name + b"/" if self.is_tree else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class RefUpdate:
    """One line of a ref transaction: `new` None deletes; `old` None means it must not exist yet."""

    name: str
    new: str | None
    old: str | None


class Backend(Protocol):
    """A repository.

    `object_format` is ``sha1`` or ``sha256``; ids are lower hex, 40 or 64 digits. Directories are absolute
    paths; `work_tree` is None in a bare repository.
    """

    object_format: str
    git_dir: str
    common_dir: str
    work_tree: str | None
    is_shallow: bool

    def close(self) -> None:
        """Let go of processes and files."""
        ...

    def resolve(self, revision: str) -> str | None:
        """Return the id of the object that a revision names, or None; no name is ever taken for an option."""
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
        """Yield (id, bytes) of blobs, in the order asked for."""
        ...

    def object_type(self, identifier: str) -> str | None:
        """Return ``blob``, ``tree``, ``commit`` or ``tag``; None for an object that is not here."""
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

    def write_objects(self, objects: Sequence[tuple[str, bytes]]) -> None:
        """Store many (type, bytes) objects at once."""
        ...

    def refs(self, *prefixes: str) -> list[tuple[str, str]]:
        """Return (name, id) of refs, sorted; a prefix is a whole name, or ends in a slash."""
        ...

    def update_refs(self, updates: Sequence[RefUpdate]) -> None:
        """Change refs in one transaction, or none of them."""
        ...

    def rev_list(self, arguments: Sequence[str]) -> list[str]:
        """Return the output lines of ``git rev-list``; arguments are ids and fixed options."""
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
