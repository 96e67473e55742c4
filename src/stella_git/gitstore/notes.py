"""Notes of commits: one line, one envelope.

A note is JSON Lines, sorted and unique. What it means is for the floors above; here a line is bytes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from stella_git.errors import RefusedError, StellaError, Where
from stella_git.gitstore import refs
from stella_git.gitstore.backend import Backend, Identity
from stella_git.gitstore.catfile import FULL_ID
from stella_git.gitstore.notestree import Defect, NotesTree, Trees, find_one, read_all, unreadable
from stella_git.gitstore.notewriter import Writer
from stella_git.gitstore.pending import Pending
from stella_git.gitstore.retry import swap

NOTE_LIMIT = 64 << 20
LINE_LIMIT = 16 << 20
LINES_LIMIT = 10_000
_WIDTH = {"sha1": 40, "sha256": 64}
_AT_ONCE = 1000  # objects whose notes are in memory at one time


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a note, and the refs that hold it."""

    data: bytes
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLines:
    """What all refs together say about one object; lines sorted and unique.

    A ref with a defect contributes no lines; the others do.
    """

    lines: tuple[Line, ...]
    defects: tuple[Defect, ...]


def sources(backend: Backend) -> list[tuple[str, str]]:
    """Return (ref, tip) of everything that carries attestations: inboxes, sealed union, tracking refs."""
    found = backend.refs(refs.SEALED, refs.INBOXES, refs.TRACKING)
    return [(name, tip) for name, tip in found if refs.carries_notes(name)]


def note_lines(
    backend: Backend,
    target: str,
    tips: Iterable[tuple[str, str]] | None = None,
    *,
    trees: Trees | None = None,
) -> NoteLines:
    """Return the union of all notes of one object, with what is wrong about them.

    Args:
        target: id of a commit or tree.
        tips: refs to look at, as `sources` gives them; looked up when absent.
        trees: trees that were read before; whoever asks about many objects gives the same one each time.

    Raises:
        EnvironmentFault: git could not read.
    """
    shelf = Trees(backend) if trees is None else trees
    sheets = [_find(shelf, ref, tip, target) for ref, tip in (sources(backend) if tips is None else tips)]
    return _union(target, sheets, {blob: _blob(backend, blob) for _, blob, _ in sheets if blob is not None})


def note_lines_of(backend: Backend, targets: Iterable[str]) -> Iterator[tuple[str, NoteLines]]:
    """Yield (target, lines) for many objects, in the order asked for; each tree is read once.

    Raises:
        EnvironmentFault: git could not read.
    """
    trees = Trees(backend)
    tips = sources(backend)
    listed = list(targets)
    for first in range(0, len(listed), _AT_ONCE):
        part = listed[first : first + _AT_ONCE]
        found = {target: [_find(trees, ref, tip, target) for ref, tip in tips] for target in part}
        wanted = list(
            dict.fromkeys(blob for rows in found.values() for _, blob, _ in rows if blob is not None)
        )
        contents = _blobs(backend, wanted)
        for target in part:
            yield target, _union(target, found[target], contents)


_Sheet = tuple[str, str | None, tuple[Defect, ...]]


def _find(trees: Trees, ref: str, tip: str, target: str) -> _Sheet:
    blob, defects = find_one(trees, ref, tip, target)
    return ref, blob, defects


def _blob(backend: Backend, blob: str) -> bytes | StellaError:
    try:
        return backend.blob(blob, limit=NOTE_LIMIT)
    except StellaError as error:
        return error


def _blobs(backend: Backend, wanted: list[str]) -> dict[str, bytes | StellaError]:
    """Read ahead in one go; where one of them cannot be read, read them one by one."""
    try:
        return dict(backend.read_many(wanted, limit=NOTE_LIMIT))
    except StellaError:
        return {blob: _blob(backend, blob) for blob in wanted}


def _union(target: str, sheets: list[_Sheet], contents: Mapping[str, bytes | StellaError]) -> NoteLines:
    lines: dict[bytes, list[str]] = {}
    defects: list[Defect] = []
    for ref, blob, wrong in sheets:
        defects += wrong
        if blob is None:
            continue
        try:
            data = contents[blob]
            for line in split(_bytes(data)):
                lines.setdefault(line, []).append(ref)
        except StellaError as error:
            defects.append(unreadable(ref, error, target))
    rows = tuple(Line(line, tuple(sorted(set(where)))) for line, where in sorted(lines.items()))
    return NoteLines(lines=rows, defects=tuple(defects))


def _bytes(data: bytes | StellaError) -> bytes:
    if isinstance(data, StellaError):
        raise data
    return data


def split(data: bytes) -> list[bytes]:
    """Return the lines of a note that are not empty.

    Raises:
        RefusedError: ``UNREADABLE``: too many lines, or one that is too long.
    """
    if data.count(b"\n") > LINES_LIMIT:
        raise _out_of_bounds()
    lines = [line for line in data.split(b"\n") if line]
    if len(lines) > LINES_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
        raise _out_of_bounds()
    return lines


def _out_of_bounds() -> RefusedError:
    return RefusedError(
        f"a note has more than {LINES_LIMIT} lines, or a line of more than {LINE_LIMIT} bytes",
        code="UNREADABLE",
        remedy="keep large evidence in the tree or in the cas, and only its digest in the note",
    )


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
) -> str | None:
    """Add lines to the notes of many objects, in one commit, and return its id.

    What is there already is kept; the same line is stored once. When another process moves the ref, the
    union is made again on its new tip, a bounded number of times. Where nothing changes nothing is written,
    and the present tip is returned, None when the ref does not exist.

    Args:
        additions: lines without line ends, by target id.
        when: seconds since the epoch, UTC.

    Raises:
        EnvironmentFault: git could not write, or the ref never held still.
        RefusedError: ``note-target``: not a full object id of this repository. ``note-line``: a line is empty
            or holds a line end. ``note-too-large``: a note would have more than a reader takes.
            ``ALIASED_NOTE``, ``UNREADABLE``: the ref has defects that a writer would bury.
    """
    wanted = {target: sorted({bytes(line) for line in lines}) for target, lines in additions.items()}
    for target, lines in wanted.items():
        _check_target(target, _WIDTH[backend.object_format])
        _check_lines(target, lines)
    wanted = {target: lines for target, lines in wanted.items() if lines}
    if not wanted:
        return backend.ref(ref)
    pending = Pending(backend)

    def attempt(tip: str | None) -> str:
        writer = Writer(backend, ref, tip, wanted)
        contents = _merged(backend, writer, wanted)
        return writer.commit(contents, pending, message=message, who=who, when=when)

    return swap(backend, ref, attempt)


def _merged(
    backend: Backend, writer: Writer, wanted: Mapping[str, list[bytes]]
) -> Iterator[tuple[str, bytes]]:
    """Yield (target, note); one note is in memory at a time."""
    existing: dict[str, str] = {}
    for target, lines in wanted.items():
        blob = writer.current(target)
        if blob is not None:
            existing[target] = blob
        else:
            yield target, _bounded(target, lines)
    blobs = backend.read_many(existing.values(), limit=NOTE_LIMIT)
    for target, (_, data) in zip(existing, blobs, strict=True):
        yield target, _bounded(target, {*split(data), *wanted[target]})


def _bounded(target: str, lines: Collection[bytes]) -> bytes:
    data = join(lines)
    if len(lines) > LINES_LIMIT or len(data) > NOTE_LIMIT:
        raise RefusedError(
            f"the note of {target[:12]} would have {len(lines)} lines and {len(data)} bytes",
            code="note-too-large",
            where=Where(ref=target),
            remedy="keep large evidence in the tree or the cas, and only its digest in the note",
        )
    return data


def _check_target(target: str, digits: int) -> None:
    if len(target) != digits or not FULL_ID.fullmatch(target):
        raise RefusedError(
            f"{target[:64]!a} is not a full object id",
            code="note-target",
            remedy="resolve the revision first",
        )


def _check_lines(target: str, lines: Iterable[bytes]) -> None:
    for line in lines:
        if not line or b"\n" in line:
            raise RefusedError(
                "a note line is empty, or holds a line end",
                code="note-line",
                where=Where(ref=target),
                remedy="write one envelope per line, in canonical JSON",
            )
        if len(line) > LINE_LIMIT:
            raise RefusedError(
                f"a note line of {len(line)} bytes is longer than {LINE_LIMIT}",
                code="note-too-large",
                where=Where(ref=target),
                remedy="keep large evidence in the tree or the cas, and only its digest in the note",
            )


def read_notes(backend: Backend, ref: str) -> dict[str, str]:
    """Return blob ids by target id of one ref.

    Raises:
        RefusedError: ``ALIASED_NOTE`` or ``UNREADABLE``.
        EnvironmentFault: git could not read.
    """
    tree = read_tree(backend, ref)
    if tree.defects:
        first = tree.defects[0]
        raise RefusedError(
            first.message,
            code=first.code,
            where=Where(ref=ref),
            remedy="do not rely on this ref; ask its writer, or fetch it again",
        )
    return tree.notes


def read_tree(backend: Backend, ref: str) -> NotesTree:
    """Return the notes of one ref together with everything that is wrong about it.

    Raises:
        EnvironmentFault: git could not read.
    """
    tip = backend.ref(ref)
    return NotesTree(ref=ref) if tip is None else read_all(backend, ref, tip)


def read_lines(backend: Backend, ref: str) -> Iterator[tuple[str, list[bytes]]]:
    """Yield (target, lines) of every note of a ref, sorted by target, reading ahead.

    Raises:
        EnvironmentFault: git could not read, or an object is missing.
        RefusedError: as `read_notes` and `split`.
    """
    found = sorted(read_notes(backend, ref).items())
    blobs = backend.read_many([blob for _, blob in found], limit=NOTE_LIMIT)
    for (target, _), (_, data) in zip(found, blobs, strict=True):
        yield target, split(data)
