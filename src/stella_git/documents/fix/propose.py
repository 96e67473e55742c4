"""What would mend each problem of a document, for tools that let people choose."""

from typing import NamedTuple

from stella_git.documents.fix.edits import edits_of
from stella_git.documents.fix.state import State
from stella_git.errors import InputError


class Proposal(NamedTuple):
    """One edit that mends one problem.

    Attributes:
        rule: of the problem.
        pointer: of the problem.
        start: line and column of the first character that goes, 1-based.
        end: line and column behind the last character that goes.
        text: what comes in its place.
    """

    rule: str
    pointer: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def propose(data: bytes, *, path: str) -> tuple[Proposal, ...]:
    """Return what would mend the problems of a document, in its order; () for what is no document.

    Args:
        data: the raw bytes.
        path: file name, for rules that look at it.
    """
    from stella_git.canon.scanner import Places
    from stella_git.documents.settings import FOREIGN

    try:
        state = State.read(data, path, FOREIGN, None)
    except InputError:
        return ()
    asked = [each for each in state.complaints if each.mend is not None]
    if not asked:
        return ()
    text = data.decode()
    edits = edits_of(text, {each.pointer: each.mend for each in asked if each.mend is not None})
    places = Places(text)
    where = {
        offset: places.at(offset) for offset in sorted({at for edit in edits.values() for at in edit[:2]})
    }
    found = [
        Proposal(each.rule, each.pointer, where[edit.start], where[edit.end], edit.text)
        for each in asked
        if (edit := edits.get(each.pointer)) is not None
    ]
    return tuple(sorted(set(found), key=lambda one: (one.start, one.end, one.rule)))
