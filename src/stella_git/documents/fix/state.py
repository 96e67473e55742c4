"""A document at one moment of being mended: its text, its value, and what is said about it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from stella_git.documents.context import ALONE, Subject
from stella_git.documents.fix.edits import Edit, Pieces
from stella_git.errors import DefectError, InputError, Where

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format
    from stella_git.documents.problems import Complaint, Mend
    from stella_git.documents.settings import Settings

Tally = str | tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A document at one moment.

    Args:
        data: its bytes.
        pieces: its text, and what of it is the original.
        subject: the same, parsed.
        complaints: of schema and rules, on its own.
        settings: that the complaints went through.
    """

    data: bytes
    pieces: Pieces
    subject: Subject
    complaints: tuple["Complaint", ...]
    settings: "Settings | None"

    @classmethod
    def read(cls, data: bytes, path: str, expect: frozenset[str], settings: "Settings | None") -> "State":
        """Return a document as it was given.

        Raises:
            InputError: as for ``mend.fix``.
        """
        from stella_git.documents.detect import detect

        value = _parse(data, path)
        found = detect(value)
        refused = _refused(value, found, path, expect)
        if refused is not None:
            raise refused
        assert found is not None  # or it would have been refused
        subject = Subject(value=value, format=found, path=path)
        pieces = Pieces(data.decode())
        return cls(
            data=data,
            pieces=pieces,
            subject=subject,
            complaints=_complaints(subject, settings, size=len(data)),
            settings=settings,
        )

    def tally(self, *, moving: bool) -> Counter[Tally]:
        """Count complaints: by rule and place, or, where places move, by rule."""
        if moving:
            return Counter(complaint.rule for complaint in self.complaints)
        return Counter((complaint.rule, complaint.pointer) for complaint in self.complaints)

    def edited(self, mends: Mapping[str, "Mend"], edits: Mapping[str, Edit]) -> "State":
        """Return the document after some of the edits, having made sure that they did what they should.

        Raises:
            DefectError: ``fix-diverged``.
        """
        pieces = self.pieces.apply(sorted(edits.values()))
        data = pieces.text().encode()
        expected = _mended(_parse(self.data, self.subject.path), {name: mends[name] for name in edits})
        value = self._reread(data, expected)
        subject = Subject(value=value, format=self.subject.format, path=self.subject.path)
        said = _complaints(subject, self.settings, size=len(data))
        return State(data=data, pieces=pieces, subject=subject, complaints=said, settings=self.settings)

    def put_in_order(self) -> "State":
        """Return the document with its members in the order of the schema; itself if they are.

        Raises:
            DefectError: ``fix-diverged``.
        """
        from stella_git.documents.fix.order import ordered

        old = self.pieces.text()
        new = ordered(old, self.subject.format)
        if new == old:
            return self
        # The same characters in another order: what is before the first and behind the last difference stays.
        start = _alike(old, new)
        end = len(old) - _alike(reversed(old), reversed(new))
        pieces = self.pieces.apply([Edit(start, end, new[start:end])])
        value = self._reread(new.encode(), self.subject.value)
        subject = Subject(value=value, format=self.subject.format, path=self.subject.path)
        return replace(self, data=new.encode(), pieces=pieces, subject=subject)

    def _reread(self, data: bytes, expected: "Json") -> "Json":
        try:
            value = _parse(data, self.subject.path)
        except InputError:
            value = None
        if value != expected:
            raise DefectError("an edit of a document did not do what it should", code="fix-diverged")
        return value


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """Return with how many characters both begin; they differ somewhere."""
    return next(at for at, (left, right) in enumerate(zip(one, other, strict=True)) if left != right)


def _parse(data: bytes, path: str) -> "Json":
    from stella_git.canon.reader import parse_json
    from stella_git.documents.validate import DOCUMENT_LIMIT

    return parse_json(data, path=path, limit=DOCUMENT_LIMIT)


def _refused(value: "Json", found: "Format | None", path: str, expect: frozenset[str]) -> InputError | None:
    """Return why a document is not mended, or None if it is: bytes that somebody signed are left alone."""
    from stella_git.documents.refusals import refusal
    from stella_git.documents.settings import FOREIGN

    complaint = refusal(value, found, expect)
    if complaint is not None:
        return InputError(complaint.message, code="fix-format", where=Where(path), remedy=complaint.remedy)
    if found is None or found.kind not in FOREIGN:
        message = "documents of this kind are signed or digested as they are, so they are not mended"
        remedy = "take it out of the list of files"
        return InputError(message, code="fix-format", where=Where(path), remedy=remedy)
    return None


def _complaints(subject: Subject, settings: "Settings | None", *, size: int) -> tuple["Complaint", ...]:
    """Return what the schema and the rules say of a document on its own."""
    from stella_git.documents.lint import lint, unsaid
    from stella_git.documents.schema.engine import schema_errors
    from stella_git.documents.schema.explain import explain

    found = subject.format
    schema = explain(schema_errors(found.kind, found.version, subject.value, size=size), found.title)
    said = chain(unsaid(schema, subject), lint(subject, ALONE))
    return tuple(said if settings is None else settings.apply(said, subject))


def _mended(value: "Json", mends: Mapping[str, "Mend"]) -> "Json":
    """Return a parsed document with the mends in it; the argument is changed."""
    gone: dict[int, tuple[list[Json], set[int]]] = {}
    for pointer, mend in mends.items():
        *tokens, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        holder = value
        for token in tokens:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]  # type: ignore[index]  # the scanner found a value there
        if isinstance(holder, dict):
            holder[last] = mend.value
        elif isinstance(holder, list) and mend.value is not None:
            holder[int(last)] = mend.value
        elif isinstance(holder, list):
            gone.setdefault(id(holder), (holder, set()))[1].add(int(last))
    for array, indices in gone.values():
        array[:] = [item for index, item in enumerate(array) if index not in indices]
    return value
