"""Trees of notes: read with any fan-out, refused when two readers could see two things.

A tree may hold a note of one object at both ``abcdef..`` and ``ab/cdef..``. git accepts it and shows both,
other readers one or the other: so an alias is a defect, as are odd modes, odd names and duplicates.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from stella_git.errors import EnvironmentFault, StellaError
from stella_git.gitstore.backend import MODE_BLOB, Backend, TreeEntry

_HEX = re.compile(rb"[0-9a-f]+")
PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something about a notes ref that makes a reader mistrust it.

    `target` is the object whose note it concerns, None when it concerns the whole ref.
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


def root_tree(backend: Backend, ref: str, tip: str) -> tuple[str | None, Defect | None]:
    """Return the tree of a notes ref, or the defect of a tip that is not a commit."""
    kind = backend.object_type(tip)
    if kind != "commit":
        reason = f"its tip is a {kind}" if kind else "its tip is not in this clone"
        return None, Defect(ref=ref, code="UNREADABLE", message=f"{ref} is no notes ref: {reason}")
    try:
        return backend.commit(tip).tree, None
    except StellaError as error:
        return None, unreadable(ref, error)


def unreadable(ref: str, error: StellaError, target: str | None = None) -> Defect:
    """Return the defect of an object that is missing or malformed; a failing git is raised again."""
    if isinstance(error, EnvironmentFault) and error.code != "git-object-missing":
        raise error
    return Defect(ref=ref, code="UNREADABLE", message=f"{ref}: {error.message}", target=target)


def read_all(backend: Backend, ref: str, tip: str) -> NotesTree:
    """Return every note of a ref, whatever its fan-out."""
    tree, defect = root_tree(backend, ref, tip)
    if tree is None:
        assert defect is not None
        return NotesTree(ref=ref, defects=(defect,))
    return read_below(backend, ref, tree, b"", len(tip))


def read_below(backend: Backend, ref: str, tree: str, prefix: bytes, width: int) -> NotesTree:
    """Return the notes in a directory of a notes tree.

    Args:
        prefix: the hex digits that lead to the directory.
        width: hex digits of an object id, 40 or 64.
    """
    walk = _Walk(backend, ref, width)
    walk.visit(tree, prefix)
    bad = {defect.target for defect in walk.defects}
    notes = {
        name: blob
        for name, blob in walk.notes.items()
        if name not in bad and not name.startswith(tuple(walk.doubtful))
    }
    return NotesTree(ref=ref, notes=notes, defects=tuple(walk.defects))


class _Walk:
    """One reading of a notes tree: notes, defects, and prefixes below which nothing can be relied on."""

    def __init__(self, backend: Backend, ref: str, width: int) -> None:
        self.notes: dict[str, str] = {}
        self.defects: list[Defect] = []
        self.doubtful: set[str] = set()
        self._backend = backend
        self._ref = ref
        self._width = width

    def visit(self, tree: str, prefix: bytes) -> None:
        try:
            entries = self._backend.tree(tree)
        except StellaError as error:
            self.defects.append(unreadable(self._ref, error))
            self.doubtful.add(prefix.decode())
            return
        fans = Counter(entry.name for entry in entries if self._is_fan(prefix, entry))
        for name in sorted(name for name, count in fans.items() if count > 1):
            shown = (prefix + name).decode()
            self._wrong("ALIASED_NOTE", f"has two directories for {shown}")
            self.doubtful.add(shown)
        for entry in entries:
            if self._is_fan(prefix, entry):
                self.visit(entry.id, prefix + entry.name)
            else:
                self._note(prefix + entry.name, entry)

    def _is_fan(self, prefix: bytes, entry: TreeEntry) -> bool:
        return entry.is_tree and is_pair(entry.name) and len(prefix) + PAIR < self._width

    def _note(self, path: bytes, entry: TreeEntry) -> None:
        shown = path[:64].decode("ascii", "backslashreplace")
        if len(path) != self._width or not _HEX.fullmatch(path):
            self._wrong("UNREADABLE", f"has the entry {shown!a}, which names no object")
            return
        name = path.decode()
        if entry.mode != MODE_BLOB:
            self._wrong("UNREADABLE", f"has an entry of mode {entry.mode:o} for {shown[:12]}", name)
        if name in self.notes:
            self._wrong("ALIASED_NOTE", f"has two notes for {shown[:12]}", name)
        self.notes[name] = entry.id

    def _wrong(self, code: str, message: str, target: str | None = None) -> None:
        self.defects.append(Defect(ref=self._ref, code=code, message=f"{self._ref} {message}", target=target))


def is_pair(name: bytes) -> bool:
    """Return whether an entry has the name of a fan-out directory: two lower hex digits."""
    return len(name) == PAIR and _HEX.fullmatch(name) is not None


def find_one(backend: Backend, ref: str, tip: str, target: str) -> tuple[str | None, tuple[Defect, ...]]:
    """Return the note blob of one object, looking at every place where it could be, and only there."""
    tree, defect = root_tree(backend, ref, tip)
    if tree is None:
        assert defect is not None
        return None, (defect,)
    found: list[TreeEntry] = []
    doubled = False
    rest = target.encode()
    while tree is not None:
        try:
            entries = backend.tree(tree)
        except StellaError as error:
            return None, (unreadable(ref, error, target),)
        found += [entry for entry in entries if entry.name == rest]
        name, rest = rest[:PAIR], rest[PAIR:]
        fans = [entry.id for entry in entries if entry.is_tree and entry.name == name] if rest else []
        doubled |= len(fans) > 1
        tree = fans[0] if fans else None
    return _only(ref, target, found, doubled=doubled)


def _only(
    ref: str, target: str, found: list[TreeEntry], *, doubled: bool
) -> tuple[str | None, tuple[Defect, ...]]:
    defects = [
        Defect(
            ref=ref,
            code="UNREADABLE",
            message=f"{ref} has an entry of mode {entry.mode:o} for {target[:12]}",
            target=target,
        )
        for entry in found
        if entry.mode != MODE_BLOB
    ]
    if doubled or len(found) > 1:
        message = f"{ref} has two notes for {target[:12]}, or two directories that lead to it"
        defects.append(Defect(ref=ref, code="ALIASED_NOTE", message=message, target=target))
    return (found[0].id if found and not defects else None), tuple(defects)
