"""Trees of notes: read with any fan-out, refused when two readers could see two things.

A tree may hold a note of one object at both ``abcdef..`` and ``ab/cdef..``. git accepts it and shows both,
other readers one or the other: so an alias is a defect, as are odd modes, odd names and duplicates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stella_git.errors import StellaError
from stella_git.gitstore.backend import MODE_BLOB, Backend, TreeEntry

_HEX = re.compile(rb"[0-9a-f]+")
_PAIR = 2


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
    if kind == "commit":
        return backend.commit(tip).tree, None
    reason = f"its tip is a {kind}" if kind else "its tip is not in this clone"
    return None, Defect(ref=ref, code="UNREADABLE", message=f"{ref} is no notes ref: {reason}")


def read_all(backend: Backend, ref: str, tip: str) -> NotesTree:
    """Return every note of a ref, whatever its fan-out."""
    tree, defect = root_tree(backend, ref, tip)
    if tree is None:
        assert defect is not None
        return NotesTree(ref=ref, defects=(defect,))
    width = len(tip)
    notes: dict[str, str] = {}
    defects: list[Defect] = []
    doubled: set[str] = set()
    for path, entry in _walk(backend, tree, b"", width):
        problem = _entry_problem(path, entry, width)
        if problem is not None:
            target = path.decode() if _HEX.fullmatch(path) and len(path) == width else None
            defects.append(Defect(ref=ref, code="UNREADABLE", message=f"{ref}: {problem}", target=target))
            doubled |= {target} if target else set()
            continue
        name = path.decode()
        if name in notes or name in doubled:
            doubled.add(name)
            defects.append(_alias(ref, name))
        else:
            notes[name] = entry.id
    for name in doubled:
        notes.pop(name, None)
    return NotesTree(ref=ref, notes=notes, defects=tuple(defects))


def _walk(backend: Backend, tree: str, prefix: bytes, width: int) -> Iterator[tuple[bytes, TreeEntry]]:
    """Yield (path without slashes, entry) of everything that is not a fan-out directory."""
    for entry in backend.tree(tree):
        path = prefix + entry.name
        if entry.is_tree and _HEX.fullmatch(entry.name) and len(entry.name) == _PAIR and len(path) < width:
            yield from _walk(backend, entry.id, path, width)
        else:
            yield path, entry


def _entry_problem(path: bytes, entry: TreeEntry, width: int) -> str | None:
    shown = path[:64].decode("ascii", "backslashreplace")
    if entry.mode != MODE_BLOB:
        return f"entry {shown} has the mode {entry.mode:o}"
    if len(path) != width or not _HEX.fullmatch(path):
        return f"entry {shown} names no object"
    return None


def _alias(ref: str, target: str) -> Defect:
    message = f"{ref} has two notes for {target[:12]}"
    return Defect(ref=ref, code="ALIASED_NOTE", message=message, target=target)


def find_one(backend: Backend, ref: str, tip: str, target: str) -> tuple[str | None, tuple[Defect, ...]]:
    """Return the note blob of one object, looking at every place where it could be, and only there."""
    tree, defect = root_tree(backend, ref, tip)
    if tree is None:
        assert defect is not None
        return None, (defect,)
    found: list[TreeEntry] = []
    defects: list[Defect] = []
    rest = target.encode()
    while tree is not None:
        try:
            entries = backend.tree(tree)
        except StellaError as error:
            return None, (Defect(ref=ref, code="UNREADABLE", message=error.message, target=target),)
        found += [entry for entry in entries if entry.name == rest]
        fans = [entry for entry in entries if entry.is_tree and entry.name == rest[:_PAIR]]
        if len(fans) > 1:
            defects.append(_alias(ref, target))
        tree, rest = (fans[0].id if fans and len(rest) > _PAIR else None), rest[_PAIR:]
    defects += [
        Defect(
            ref=ref,
            code="UNREADABLE",
            message=f"{ref}: note of {target[:12]} has mode {e.mode:o}",
            target=target,
        )
        for e in found
        if e.mode != MODE_BLOB
    ]
    if len(found) > 1:
        defects.append(_alias(ref, target))
    return (found[0].id if found and not defects else None), tuple(defects)
