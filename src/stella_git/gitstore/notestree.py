"""Trees of notes: read with any fan-out, refused when two readers could see two things.

A tree may hold a note of one object at both ``abcdef..`` and ``ab/cdef..``, or at ``AB/cdef..``. git accepts
it and shows both, other readers one or the other: so an alias is a defect, as are odd modes, odd names and
duplicates. Looking up one object and reading the whole tree agree on every object.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stella_git.errors import EnvironmentFault, StellaError
from stella_git.gitstore.backend import MODE_BLOB, Backend, TreeEntry

ALIASED = "ALIASED_NOTE"
UNREADABLE = "UNREADABLE"
DIRECTORIES_LIMIT = 100_000
ENTRIES_LIMIT = 5_000_000
PAIR = 2
_HEX = re.compile(rb"[0-9a-f]+")
_SHOWN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something about a notes ref that makes a reader mistrust it.

    `target` is the object whose note it concerns, None when it concerns more than one object.
    """

    ref: str
    code: str
    message: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesTree:
    """Notes of one ref: blob ids by target id, and what is wrong.

    A target with a defect is left out of `notes`.
    """

    ref: str
    notes: dict[str, str] = field(default_factory=dict)
    defects: tuple[Defect, ...] = ()


class Shelf:
    """One tree: its entries by name in lower case, because git reads ``AB/`` and ``ab/`` as the same."""

    __slots__ = ("entries", "odd_lengths")

    def __init__(self, entries: tuple[TreeEntry, ...]) -> None:
        self.entries: dict[bytes, list[TreeEntry]] = {}
        self.odd_lengths: set[int] = set()
        for entry in entries:
            self.entries.setdefault(entry.name.lower(), []).append(entry)
            if entry.is_tree and len(entry.name) != PAIR:
                self.odd_lengths.add(len(entry.name))

    def fans(self, pair: bytes) -> list[TreeEntry]:
        """Return the fan-out directories for the next two digits."""
        return [entry for entry in self.entries.get(pair, ()) if entry.is_tree]

    def odd_fans(self, rest: bytes) -> list[TreeEntry]:
        """Return directories that some readers take for fan-out, and others do not."""
        lengths = sorted(length for length in self.odd_lengths if length < len(rest))
        return [entry for length in lengths for entry in self.entries.get(rest[:length], ()) if entry.is_tree]


class Trees:
    """The trees of a repository, each read once."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._shelves: dict[str, Shelf] = {}
        self._roots: dict[str, str] = {}

    def shelf(self, tree: str) -> Shelf:
        """Return a tree.

        Raises:
            StellaError: it cannot be read.
        """
        if tree not in self._shelves:
            self._shelves[tree] = Shelf(self.backend.tree(tree))
        return self._shelves[tree]

    def root(self, tip: str) -> str:
        """Return the tree of the commit at the tip of a notes ref; as `shelf` it raises `StellaError`."""
        if tip not in self._roots:
            self._roots[tip] = self.backend.commit(tip).tree
        return self._roots[tip]


def unreadable(ref: str, error: StellaError, target: str | None = None) -> Defect:
    """Return the defect of a ref, or of one note, that cannot be read.

    Raises:
        EnvironmentFault: git itself failed, which says nothing about the evidence.
    """
    if isinstance(error, EnvironmentFault) and error.code != "git-object-missing":
        raise error
    return Defect(ref=ref, code=UNREADABLE, message=f"{ref}: {error.message}", target=target)


def find_one(trees: Trees, ref: str, tip: str, target: str) -> tuple[str | None, tuple[Defect, ...]]:
    """Return the note blob of one object, looking at every place where it could be, and only there."""
    found: list[TreeEntry] = []
    defects: list[Defect] = []
    rest = target.encode()
    tree: str | None
    try:
        tree = trees.root(tip)
    except StellaError as error:
        return None, (unreadable(ref, error),)
    while tree is not None:
        try:
            shelf = trees.shelf(tree)
        except StellaError as error:
            return None, (*defects, unreadable(ref, error, target))
        found += shelf.entries.get(rest, ())
        defects += [_odd(ref, target, entry) for entry in shelf.odd_fans(rest)]
        fans = shelf.fans(rest[:PAIR]) if len(rest) > PAIR else []
        if len(fans) > 1:
            defects.append(_alias(ref, target))
        elif fans and fans[0].name != rest[:PAIR]:
            defects.append(_odd(ref, target, fans[0]))
        tree, rest = (fans[0].id if fans else None), rest[PAIR:]
    defects += [_odd(ref, target, entry) for entry in found if not _is_note(entry)]
    if len(found) > 1:
        defects.append(_alias(ref, target))
    return (found[0].id if found and not defects else None), tuple(defects)


def _is_note(entry: TreeEntry) -> bool:
    return entry.mode == MODE_BLOB and entry.name == entry.name.lower()


def _odd(ref: str, target: str | None, entry: TreeEntry) -> Defect:
    name = entry.name[:_SHOWN].decode("ascii", "backslashreplace")
    message = f"{ref}: entry {name!r} of mode {entry.mode:o} is no note and no fan-out"
    return Defect(ref=ref, code=UNREADABLE, message=message, target=target)


def _alias(ref: str, target: str) -> Defect:
    message = f"{ref} has two notes for {target[:12]}"
    return Defect(ref=ref, code=ALIASED, message=message, target=target)


def read_all(backend: Backend, ref: str, tip: str) -> NotesTree:
    """Return every note of a ref, whatever its fan-out."""
    walk = _Walk(backend, ref, len(tip))
    try:
        walk.run(backend.commit(tip).tree)
    except StellaError as error:
        return NotesTree(ref=ref, defects=(unreadable(ref, error),))
    except _TooLargeError:
        message = f"{ref} has more than {DIRECTORIES_LIMIT} directories or {ENTRIES_LIMIT} entries"
        return NotesTree(ref=ref, defects=(Defect(ref=ref, code=UNREADABLE, message=message),))
    return walk.result()


class _TooLargeError(Exception):
    """A small tree can name itself a million times; a reader must not follow."""


class _Walk:
    """One pass over a notes tree.

    `_doubted` holds prefixes (whole names among them) below which nothing is believed.
    """

    def __init__(self, backend: Backend, ref: str, width: int) -> None:
        self.backend = backend
        self.ref = ref
        self.width = width
        self.notes: dict[str, str] = {}
        self.defects: list[Defect] = []
        self._doubted: set[str] = set()
        self._directories = 0
        self._entries = 0

    def run(self, root: str) -> None:
        """Visit every directory."""
        waiting = [(b"", root)]
        while waiting:
            prefix, tree = waiting.pop()
            self._directories += 1
            if self._directories > DIRECTORIES_LIMIT or self._entries > ENTRIES_LIMIT:
                raise _TooLargeError
            try:
                shelf = Shelf(self.backend.tree(tree))
            except StellaError as error:
                self._doubt(prefix, unreadable(self.ref, error))
                continue
            for name, entries in shelf.entries.items():
                self._entries += len(entries)
                waiting += self._visit(prefix + name, name, entries)

    def _visit(self, path: bytes, name: bytes, entries: list[TreeEntry]) -> Iterator[tuple[bytes, str]]:
        """Take in the entries of one name, and yield the fan-out directories among them."""
        fans = [entry for entry in entries if self._is_fan(path, name, entry)]
        if len(fans) > 1:
            self._doubt(path, _alias(self.ref, path.decode()))
        for entry in entries:
            if entry in fans:
                if entry.name != name:
                    self._doubt(path, _odd(self.ref, None, entry))
                yield path, entry.id
            elif len(path) == self.width and _HEX.fullmatch(path):
                self._note(path.decode(), entry)
            else:
                self._odd_entry(path, entry)

    def _is_fan(self, path: bytes, name: bytes, entry: TreeEntry) -> bool:
        named = len(name) == PAIR and _HEX.fullmatch(name) is not None
        return entry.is_tree and named and len(path) < self.width

    def _note(self, target: str, entry: TreeEntry) -> None:
        if not _is_note(entry):
            self._doubt(target.encode(), _odd(self.ref, target, entry))
        elif target in self.notes:
            self._doubt(target.encode(), _alias(self.ref, target))
        else:
            self.notes[target] = entry.id

    def _odd_entry(self, path: bytes, entry: TreeEntry) -> None:
        """A directory of an odd length is fan-out to some readers: nothing below it is believed."""
        defect = _odd(self.ref, None, entry)
        if entry.is_tree and len(path) < self.width and _HEX.fullmatch(path):
            self._doubt(path, defect)
        else:
            self.defects.append(defect)

    def _doubt(self, path: bytes, defect: Defect) -> None:
        self.defects.append(defect)
        self._doubted.add(path.decode())

    def result(self) -> NotesTree:
        """Return the notes that nothing casts doubt on."""
        lengths = sorted({len(prefix) for prefix in self._doubted})
        notes = {
            target: blob
            for target, blob in self.notes.items()
            if not any(target[:length] in self._doubted for length in lengths)
        }
        return NotesTree(ref=self.ref, notes=notes, defects=tuple(self.defects))
