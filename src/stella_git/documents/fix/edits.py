"""Edits of a JSON text: where values stand in it, what to write there, and several edits as one.

Offsets are in characters. Strict UTF-8 decodes and encodes without loss, so what no edit covers keeps its
bytes: indentation, line ends, escapes, order of members.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from stella_git.canon import jcs
from stella_git.canon.places import MAX_DEPTH
from stella_git.canon.scanner import Scanner
from stella_git.documents.problems import Mend

# A scalar of a text that is known to be JSON.
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s,\[\]{}"]++')


class Edit(NamedTuple):
    """One change of a text.

    Attributes:
        start: offset of the first character that goes.
        end: offset behind the last one that goes.
        text: what comes in its place.
    """

    start: int
    end: int
    text: str


def spans(text: str, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return where scalars begin and end, by pointer; what is no scalar, or is not there, is left out.

    Args:
        text: a JSON document without defects.
        pointers: JSON Pointers (RFC 6901).
    """
    root = _Node()
    for pointer in pointers:
        root.at(pointer).pointer = pointer
    scanner = Scanner(text, MAX_DEPTH)
    trail: list[_Node | None] = []
    found: dict[str, tuple[int, int]] = {}
    for offset in scanner.values():
        level = len(scanner.path)
        above = trail[level - 1] if level else None
        node = root if not level else above and above.children.get(str(scanner.path[-1]))
        trail[level:] = [node]
        if node is not None and node.pointer is not None and (scalar := _SCALAR.match(text, offset)):
            found[node.pointer] = scalar.span()
    return found


class _Node:
    """A token of the pointers that are looked for."""

    __slots__ = ("children", "pointer")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.pointer: str | None = None

    def at(self, pointer: str) -> "_Node":
        node = self
        for token in pointer.split("/")[1:]:
            node = node.children.setdefault(token.replace("~1", "/").replace("~0", "~"), _Node())
        return node


def edits_of(text: str, mends: Mapping[str, Mend]) -> dict[str, Edit]:
    """Return the edit of each mend, by pointer; a mend that has no place in the text is left out.

    An item is taken out together with the comma before it, so the first item of an array cannot be.

    Args:
        text: a JSON document without defects.
        mends: by pointer.
    """
    before = {pointer: _before(pointer) for pointer, mend in mends.items() if mend.value is None}
    places = spans(text, {*mends, *filter(None, before.values())})
    found: dict[str, Edit] = {}
    for pointer, mend in mends.items():
        place = places.get(pointer)
        if place is None:
            continue
        if mend.value is not None:
            found[pointer] = Edit(*place, jcs.dumps(mend.value).decode())
        elif (neighbour := places.get(before[pointer])) is not None:
            found[pointer] = Edit(neighbour[1], place[1], "")
    return found


def _before(pointer: str) -> str:
    """Return the pointer of the item before one, or "" if there is none."""
    array, _, index = pointer.rpartition("/")
    return f"{array}/{int(index) - 1}" if index.isdecimal() and int(index) else ""


class Pieces:
    """A text under edits, as pieces of the original and of what was written; keeps what all edits make.

    Args:
        original: the text before any edit.
    """

    def __init__(self, original: str) -> None:
        self._original = original
        self._pieces: list[tuple[int, int] | str] = [(0, len(original))]

    def text(self) -> str:
        """Return the text as it is now."""
        return "".join(
            piece if isinstance(piece, str) else self._original[slice(*piece)] for piece in self._pieces
        )

    def edits(self) -> tuple[Edit, ...]:
        """Return all that was done as edits of the original, sorted, none touching another."""
        found: list[Edit] = []
        at, written = 0, ""
        for piece in (*self._pieces, (len(self._original), len(self._original))):
            if isinstance(piece, str):
                written += piece
            elif written or piece[0] > at:
                found.append(Edit(at, piece[0], written))
                written = ""
            if not isinstance(piece, str):
                at = piece[1]
        return tuple(found)

    def apply(self, edits: Sequence[Edit]) -> "Pieces":
        """Return this text with edits of it as it is now.

        Args:
            edits: sorted, none overlapping another.
        """
        made = Pieces(self._original)
        made._pieces = list(_spliced(self._pieces, edits))
        return made


def _spliced(
    pieces: Iterable[tuple[int, int] | str], edits: Sequence[Edit]
) -> Iterator[tuple[int, int] | str]:
    """Return pieces with edits worked into them; offsets of the edits are those of the text they make."""
    cuts = iter((*edits, None))
    cut = next(cuts)
    at = 0
    for piece in pieces:
        length = len(piece) if isinstance(piece, str) else piece[1] - piece[0]
        start = 0
        while cut is not None and cut.start < at + length:
            if cut.start - at > start:
                yield _part(piece, start, cut.start - at)
            if at <= cut.start and cut.text:
                yield cut.text
            start = min(cut.end - at, length)
            if cut.end > at + length:
                break  # the rest of what goes is in the next piece
            cut = next(cuts)
        if start < length:
            yield _part(piece, start, length)
        at += length


def _part(piece: tuple[int, int] | str, start: int, end: int) -> tuple[int, int] | str:
    return piece[start:end] if isinstance(piece, str) else (piece[0] + start, piece[0] + end)
