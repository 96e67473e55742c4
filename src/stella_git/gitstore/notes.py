"""Notes of commits: one line, one envelope.

A note is JSON Lines, sorted and unique. What it means is for the floors above; here a line is bytes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from stella_git.errors import EnvironmentFault, RefusedError, StellaError
from stella_git.gitstore import refs
from stella_git.gitstore.backend import Backend, Identity
from stella_git.gitstore.notestree import Defect, find_one, read_all
from stella_git.gitstore.notewriter import Writer
from stella_git.gitstore.retry import swap

NOTE_LIMIT = 64 << 20
LINE_LIMIT = 16 << 20
LINES_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note, and the refs that hold it."""

    data: bytes
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLines:
    """What all refs together say about one object; lines sorted and unique."""

    lines: tuple[Line, ...]
    defects: tuple[Defect, ...]


def sources(backend: Backend) -> list[tuple[str, str]]:
    """Return (ref, tip) of everything that carries attestations: inboxes, sealed union, tracking refs."""
    found = [(name, tip) for name, tip in backend.refs(refs.NOTES) if _carries(name)]
    tracked = [(name, tip) for name, tip in backend.refs(refs.TRACKING) if "/notes/" in name]
    return [*found, *tracked]


def _carries(name: str) -> bool:
    return name == refs.SEALED or name.startswith(refs.INBOXES)


def note_lines(backend: Backend, target: str, tips: Iterable[tuple[str, str]] | None = None) -> NoteLines:
    """Return the union of all notes of one object, with what is wrong about them.

    Args:
        target: id of a commit or tree.
        tips: refs to look at, as `sources` gives them; looked up when absent.
    """
    lines: dict[bytes, list[str]] = {}
    defects: list[Defect] = []
    for ref, tip in sources(backend) if tips is None else tips:
        blob, wrong = find_one(backend, ref, tip, target)
        defects += wrong
        if blob is None:
            continue
        try:
            for line in split(backend.blob(blob, limit=NOTE_LIMIT)):
                lines.setdefault(line, []).append(ref)
        except StellaError as error:
            defects.append(
                Defect(ref=ref, code="UNREADABLE", message=f"{ref}: {error.message}", target=target)
            )
    rows = tuple(Line(line, tuple(sorted(where))) for line, where in sorted(lines.items()))
    return NoteLines(lines=rows, defects=tuple(defects))


def split(data: bytes) -> list[bytes]:
    """Return the lines of a note that are not empty.

    Raises:
        RefusedError: ``UNREADABLE``: too many lines, or one that is too long.
    """
    lines = [line for line in data.split(b"\n") if line]
    if len(lines) > LINES_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
        raise RefusedError(
            f"a note has more than {LINES_LIMIT} lines, or a line of more than {LINE_LIMIT} bytes",
            code="UNREADABLE",
        )
    return lines


def join(lines: Iterable[bytes]) -> bytes:
    """Return the bytes of a note: lines sorted, unique, each ended."""
    return b"".join(line + b"\n" for line in sorted(set(lines)))


def add_notes(
    backend: Backend,
    ref: str,
    additions: Mapping[str, Iterable[bytes]],
    *,
    message: str,
    who: Identity,
    when: int,
) -> str:
    """Add lines to the notes of many objects, in one commit, and return its id.

    What is there already is kept; the same line is stored once. When another process moves the ref, the
    union is made again on its new tip, a bounded number of times.

    Args:
        additions: lines without line ends, by target id.
        when: seconds since the epoch, UTC.

    Raises:
        EnvironmentFault: git could not write, or the ref never held still.
        RefusedError: a line holds a line end, or the ref has defects that a writer would bury.
    """
    wanted = {target: [bytes(line) for line in lines] for target, lines in additions.items()}
    if any(b"\n" in line or not line for lines in wanted.values() for line in lines):
        raise RefusedError("a note line holds a line end, or nothing", code="note-line")

    def merge(old: Callable[[str], Iterable[bytes]], target: str) -> bytes:
        return join((*old(target), *wanted[target]))

    def attempt(tip: str | None) -> str:
        return _commit(backend, ref, tip, wanted, merge, message=message, who=who, when=when)

    return swap(backend, ref, attempt)


def _commit(  # noqa: PLR0913 - the parts of one commit
    backend: Backend,
    ref: str,
    tip: str | None,
    wanted: Mapping[str, list[bytes]],
    merge: Callable[[Callable[[str], Iterable[bytes]], str], bytes],
    *,
    message: str,
    who: Identity,
    when: int,
) -> str:
    writer = Writer(backend, ref, tip)
    existing = {target: writer.current(target) for target in wanted}

    def old(target: str) -> Iterable[bytes]:
        blob = existing[target]
        return () if blob is None else split(backend.blob(blob, limit=NOTE_LIMIT))

    contents = {target: merge(old, target) for target in wanted}
    return writer.commit(contents, message=message, who=who, when=when)


def read_notes(backend: Backend, ref: str) -> dict[str, str]:
    """Return blob ids by target id of one ref.

    Raises:
        RefusedError: ``ALIASED_NOTE`` or ``UNREADABLE``.
    """
    tip = backend.resolve(ref)
    if tip is None:
        return {}
    tree = read_all(backend, ref, tip)
    if tree.defects:
        first = tree.defects[0]
        raise RefusedError(first.message, code=first.code, remedy="do not rely on this ref; ask its writer")
    return tree.notes


__all__ = [
    "EnvironmentFault",
    "Line",
    "NoteLines",
    "add_notes",
    "join",
    "note_lines",
    "read_notes",
    "sources",
    "split",
]
