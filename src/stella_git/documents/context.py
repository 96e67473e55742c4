"""What a rule may look at: a document, and as much of its surroundings as somebody offers.

Nothing is fetched, nothing is guessed: what is not offered is not known, and a rule that needs it is silent.
This package knows no git; whoever wires it (``flows``) offers the revision before, and the files beside.
"""

from typing import TYPE_CHECKING, Protocol

from stella_git.canon.record import field, record
from stella_git.documents.detect import Format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json


class History(Protocol):
    """The revision that documents are compared with: HEAD, for what is about to be committed."""

    def earlier(self, path: str) -> bytes | None:
        """Return the bytes of a file in that revision, or None if it is not there.

        Args:
            path: as the user wrote it, relative to the working directory or absolute.
        """
        ...

    def committed(self) -> "Instant | None":
        """Return the committer time of that revision, or None if it is not known."""
        ...


class Shelf(Protocol):
    """The documents beside the one in hand: those of the index, or of a tree."""

    def documents(self) -> "Iterable[tuple[str, bytes]]":
        """Return (path, bytes) of every file that may be a document, sorted by path; always the same."""
        ...


@record(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of a document.

    Args:
        now: present time, for rules about the future; None if nobody says.
        history: the revision before; None outside a repository.
        shelf: the documents beside; None outside a repository.
        strict: whether rules speak that most producers do not satisfy.
        profiles: ids of minimum-elements profiles that documents are held to.
    """

    now: "Instant | None" = None
    history: History | None = None
    shelf: Shelf | None = None
    strict: bool = False
    profiles: tuple[str, ...] = ()

    def earlier(self, subject: "Subject") -> "Json":
        """Return the document of the same path in the revision before, parsed; None if it cannot be had.

        A file that is not strict JSON there is as good as none: it was never accepted.
        """
        data = self.history.earlier(subject.path) if self.history else None
        if data is None:
            return None
        from stella_git.canon.reader import parse_json
        from stella_git.errors import InputError

        try:
            return parse_json(data, limit=LIMIT)
        except InputError:
            return None


LIMIT = 64 * 1024 * 1024

# A document on its own.
ALONE = Context()


@record(frozen=True, slots=True, kw_only=True)
class Subject:
    """A parsed document in hand.

    Args:
        value: what it says; it may violate its schema, so rules look before they step.
        format: what it is.
        path: its file name, as the user wrote it.
        memo: what a rule has found out that another one needs too, by a name of their own. It may be that of
            another value, in a copy.
    """

    value: "Json"
    format: Format
    path: str = ""
    memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
