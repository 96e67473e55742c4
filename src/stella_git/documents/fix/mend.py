"""From the complaints of a document to its mended bytes.

1. Every complaint that carries a mend becomes an edit of the text.
2. The edits are made: first those that write another value, which move nothing, then those that take items
   out. The new text has to say what the old one said but for what was mended, and no rule may speak where
   it did not; edits after which one does are left out, found by halving.
3. That again, until nothing more is mended. So a second run has nothing to do.
4. Where it is asked for, a document that now differs from the revision before gets its next version, and
   members are put in the order of the schema.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.fix.edits import Edit, edits_of
from stella_git.documents.fix.state import State, Tally

if TYPE_CHECKING:
    from stella_git.documents.context import Context
    from stella_git.documents.detect import Format
    from stella_git.documents.problems import Mend
    from stella_git.documents.settings import Settings

# How often a document is looked at again. Only one that is made for it needs more than three rounds.
_ROUNDS = 16
# How often edits are tried in a round: as often as this many bytes are looked at, within bounds.
_BYTES = 8 << 20
_FEWEST, _MOST = 8, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that was mended.

    Args:
        rule: that asked for it.
        pointer: JSON Pointer of the value, as it was when it was mended.
        line: of the value then, 1-based.
        column: of the value then, 1-based, in characters.
        before: the value's text in the document.
        after: what is written now; None for an item that was taken out.
    """

    rule: str
    pointer: str
    line: int
    column: int
    before: str
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A document and what was mended in it.

    Args:
        path: file name as the user wrote it.
        format: what it is.
        before: its text.
        data: its bytes, mended; the same as before where nothing was.
        changes: in the order they were made.
        edits: all of them as edits of ``before``, sorted.
        reordered: whether members were put in the order of the schema.
    """

    path: str
    format: "Format"
    before: str
    data: bytes
    changes: tuple[Change, ...]
    edits: tuple[Edit, ...]
    reordered: bool = False

    @property
    def changed(self) -> bool:
        """Return whether the document is another one now."""
        return bool(self.edits)


def fix(
    data: bytes,
    *,
    path: str,
    expect: frozenset[str],
    only: frozenset[str] | None = None,
    settings: "Settings | None" = None,
    bump: "Context | None" = None,
    order: bool = False,
) -> Fixed:
    """Return a document with everything mended that is certain.

    Args:
        data: the raw bytes.
        path: file name for messages.
        expect: kinds or roles that are acceptable, as for ``validate``.
        only: rules whose problems are mended; None for all.
        settings: what is off there is left alone.
        bump: surroundings with the revision before, to give a changed document its next version; None to
            leave versions alone.
        order: whether to put members in the order of the schema.

    Raises:
        InputError: the bytes are not strict JSON (``json-*``), or no document that is taken here
            (``fix-format``).
        DefectError: ``fix-diverged``, before anything is written: an edit did something else than it should.
    """
    state = State.read(data, path, expect, settings)
    work = _Work(state, only)
    work.settle()
    if bump is not None:
        work.bump(bump)
    last = work.text.put_in_order() if order else work.text
    return Fixed(
        path=path,
        format=state.subject.format,
        before=state.pieces.text(),
        data=last.data,
        changes=tuple(work.changes),
        edits=last.pieces.edits(),
        reordered=last is not work.text,
    )


class _Work:
    """A document being mended, and what was done to it."""

    def __init__(self, text: State, only: frozenset[str] | None) -> None:
        self.text = text
        self.changes: list[Change] = []
        self._only = only

    def settle(self) -> None:
        """Mend until nothing more can be."""
        for _ in range(_ROUNDS):
            rules: dict[str, str] = {}
            mends: dict[str, Mend] = {}
            for complaint in self.text.complaints:
                if complaint.mend is not None and self._asked(complaint.rule):
                    rules.setdefault(complaint.pointer, complaint.rule)
                    mends.setdefault(complaint.pointer, complaint.mend)
            edits = edits_of(self.text.pieces.text(), mends) if mends else {}
            written = {pointer: edit for pointer, edit in edits.items() if edit.text}
            taken = {pointer: edit for pointer, edit in edits.items() if not edit.text}
            chosen = _chosen(self.text, mends, written) or _chosen(self.text, mends, taken)
            if chosen is None:
                return
            self._take(*chosen, rules)

    def _asked(self, rule: str) -> bool:
        return self._only is None or rule in self._only

    def bump(self, context: "Context") -> None:
        """Give the document its next version, if it differs from the revision before and has the same one."""
        from stella_git.documents.fix.bump import next_version

        rule, mends = next_version(self.text.subject, context, self.text.settings)
        if mends and self._asked(rule):
            edits = edits_of(self.text.pieces.text(), mends)
            self._take(self.text.edited(mends, edits), edits, dict.fromkeys(edits, rule))

    def _take(self, after: State, edits: Mapping[str, Edit], rules: Mapping[str, str]) -> None:
        self.changes += _changes(self.text, edits, rules)
        self.text = after


def _chosen(
    base: State, mends: Mapping[str, "Mend"], edits: dict[str, Edit]
) -> tuple[State, dict[str, Edit]] | None:
    """Return a text after those of the edits that do no harm, and those; None if there are none."""
    choice = _Choice(base, mends)
    choice.add(edits)
    return (choice.text, choice.edits) if choice.edits else None


class _Choice:
    """Collects the edits of a text that do no harm."""

    def __init__(self, base: State, mends: Mapping[str, "Mend"]) -> None:
        self.text = base
        self.edits: dict[str, Edit] = {}
        self._base = base
        self._mends = mends
        self._attempts = min(max(_BYTES // len(base.data), _FEWEST), _MOST)

    def add(self, edits: dict[str, Edit]) -> None:
        """Add edits if they do no harm, together with those before; else what does none of each half."""
        if not edits or not self._attempts:
            return
        self._attempts -= 1
        together = self.edits | edits
        after = self._base.edited(self._mends, together)
        moving = not all(edit.text for edit in together.values())
        if _better(self.text.tally(moving=moving), after.tally(moving=moving)):
            self.text, self.edits = after, together
        elif len(edits) > 1:
            for part in self._parts(after, edits):
                self.add(part)

    def _parts(self, after: State, edits: dict[str, Edit]) -> Iterator[dict[str, Edit]]:
        """Yield edits that may do no harm: those where nothing new is said, or else each half of them."""
        new = {each.pointer for each in after.complaints} - {each.pointer for each in self._base.complaints}
        guilty = {name for name in edits if any(above in new for above in _above(name))}
        if guilty and len(guilty) < len(edits):
            yield {name: edit for name, edit in edits.items() if name not in guilty}
            return
        names = list(edits)
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            yield {name: edits[name] for name in half}


def _above(pointer: str) -> Iterator[str]:
    """Return a pointer and those of all that the value is in, but for the document."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _better(before: Counter[Tally], after: Counter[Tally]) -> bool:
    """Return whether there are fewer complaints than before, and nowhere more."""
    return after.total() < before.total() and after <= before


def _changes(text: State, edits: Mapping[str, Edit], rules: Mapping[str, str]) -> Iterable[Change]:
    from stella_git.canon.reader import positions

    places = positions(text.data, edits)
    whole = text.pieces.text()
    for pointer, edit in sorted(edits.items(), key=lambda item: item[1]):
        gone = whole[edit.start : edit.end]
        yield Change(
            rule=rules[pointer],
            pointer=pointer,
            line=places[pointer][0],
            column=places[pointer][1],
            before=gone if edit.text else gone.lstrip().removeprefix(",").lstrip(),
            after=edit.text or None,
        )
