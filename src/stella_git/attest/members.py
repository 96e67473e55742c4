"""Reading one JSON object, member by member: every refusal names the member's JSON Pointer.

A document of another's making is read leniently (unknown members are kept), one of ours strictly (unknown
members are errors): `Members.rest` and `Members.close` are these two endings.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.digest import DigestSet
from stella_git.canon.jcs import sort_key
from stella_git.canon.pattern import Pattern
from stella_git.canon.reader import Json, pointer
from stella_git.errors import InputError, Where

T = TypeVar("T")

Path = tuple[str | int, ...]
Object = dict[str, Json]

SHA256 = Pattern(r"sha256:[0-9a-f]{64}")
WHAT_DIGEST = "a digest such as sha256:... in lower-case hex"
OBJECT_ID = Pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
HEX_256 = Pattern(r"[0-9a-f]{64}")
REF = Pattern(r"HEAD|refs/[^\x00-\x20\x7f~^:?*\[\\]+")
WHAT_REF = "HEAD, or a full ref name such as refs/heads/main"


def refuse(message: str, path: Path, *, code: str, remedy: str) -> InputError:
    """Return the error that says that the value at ``path`` is wrong."""
    return InputError(message, code=code, where=Where(pointer=pointer(path)), remedy=remedy)


class Members:
    """The members of one JSON object.

    Args:
        value: any JSON value; anything but an object is refused.
        path: where in the document it is.
        code: code of every refusal, unless a method names another.

    Raises:
        InputError: with ``code``; the value is not an object.
    """

    __slots__ = ("_asked", "_value", "code", "path")

    def __init__(self, value: Json, path: Path = (), *, code: str) -> None:
        self.path = path
        self.code = code
        self._asked: set[str] = set()
        if not isinstance(value, dict):
            raise self._wrong((), "must be an object")
        self._value = value

    def has(self, name: str) -> bool:
        """Return whether a member is present."""
        return name in self._value

    def names(self) -> tuple[str, ...]:
        """Return the names of all members, in the order of the document."""
        return tuple(self._value)

    def peek(self, name: str) -> Json:
        """Return a member without asking for it: `rest` still gives it."""
        return self._value.get(name)

    def raw(self, name: str) -> Json:
        """Return a member that must be present, whatever its kind."""
        if name not in self._value:
            raise self._wrong((), f"has no {name}", remedy=f"add {name}")
        self._asked.add(name)
        return self._value[name]

    def object(self, name: str) -> Object:
        """Return a member that must be an object."""
        value = self.raw(name)
        if not isinstance(value, dict):
            raise self._wrong((name,), "must be an object")
        return value

    def inner(self, name: str) -> "Members":
        """Return a member that must be an object, to be read in its turn."""
        return Members(self.raw(name), (*self.path, name), code=self.code)

    def text(self, name: str, pattern: Pattern | None = None, what: str = "of the known form") -> str:
        """Return a member that must be a string with something in it.

        Args:
            name: the member.
            pattern: what the whole string must match.
            what: the pattern in words, to follow "must be".
        """
        return self._text(self.raw(name), (name,), pattern, what)

    def text_or_none(
        self, name: str, pattern: Pattern | None = None, what: str = "of the known form"
    ) -> str | None:
        """Return what `text` returns, or None for an absent member."""
        return self.text(name, pattern, what) if self.has(name) else None

    def any_text_or_none(self, name: str) -> str | None:
        """Return a string, even an empty one, or None for an absent member."""
        if not self.has(name):
            return None
        value = self.raw(name)
        if not isinstance(value, str):
            raise self._wrong((name,), "must be a string")
        return value

    def time_or_none(self, name: str) -> str | None:
        """Return an RFC 3339 time as it is written, or None for an absent member."""
        return self.time(name) if self.has(name) else None

    def time(self, name: str) -> str:
        """Return an RFC 3339 time as it is written."""
        text = self.text(name)
        self.instant(name, text)
        return text

    def instant(self, name: str, text: str) -> Instant:
        """Return the instant of a time, refusing what is none at the member's place."""
        try:
            return parse_rfc3339(text)
        except InputError as error:
            raise self._wrong((name,), error.message, remedy=error.remedy) from None

    def flag_or_none(self, name: str) -> bool | None:
        """Return a boolean, or None for an absent member."""
        if not self.has(name):
            return None
        value = self.raw(name)
        if not isinstance(value, bool):
            raise self._wrong((name,), "must be true or false")
        return value

    def digests(self, name: str) -> DigestSet:
        """Return a digest set.

        Raises:
            InputError: ``digest-malformed`` or ``digest-set-empty``.
        """
        return DigestSet(self.raw(name), where=Where(pointer=pointer((*self.path, name))))

    def array(self, name: str, read: Callable[[Json, Path], T]) -> tuple[T, ...]:
        """Return what ``read`` makes of each item of an array."""
        items = self.raw(name)
        if not isinstance(items, list):
            raise self._wrong((name,), "must be an array")
        return tuple(read(item, (*self.path, name, index)) for index, item in enumerate(items))

    def array_or_none(self, name: str, read: Callable[[Json, Path], T]) -> tuple[T, ...] | None:
        """Return what `array` returns, or None for an absent member."""
        return self.array(name, read) if self.has(name) else None

    def text_set(self, name: str, pattern: Pattern, what: str) -> tuple[str, ...]:
        """Return an array of strings that must be sorted and free of duplicates.

        Raises:
            InputError: also when the order is not that of UTF-16 code units.
        """
        found = self.array(name, lambda item, path: self._text(item, path[len(self.path) :], pattern, what))
        if list(found) != sorted(set(found), key=sort_key):
            raise self._wrong((name,), "must be sorted, without duplicates")
        return found

    def rest(self) -> Object:
        """Return the members that nobody asked for, to be kept."""
        return {name: value for name, value in self._value.items() if name not in self._asked}

    def close(self) -> None:
        """Refuse the members that nobody asked for."""
        for name in self.rest():
            raise self._wrong((name,), "is unknown here", remedy="remove it, or use the version that has it")

    def _text(self, value: Json, path: Path, pattern: Pattern | None, what: str) -> str:
        if not isinstance(value, str) or not value:
            raise self._wrong(path, "must be a string that is not empty")
        if pattern is not None and pattern.fullmatch(value) is None:
            raise self._wrong(path, f"must be {what}")
        return value

    def _wrong(self, path: Path, message: str, *, remedy: str | None = None) -> InputError:
        place = (*self.path, *path)
        name = "the value" if not place else str(place[-1])
        return refuse(f"{name} {message}", place, code=self.code, remedy=remedy or "correct this member")


def present(members: Mapping[str, Json | None]) -> Iterator[tuple[str, Json]]:
    """Yield the members that are there: an absent member is absent, never null."""
    for name, value in members.items():
        if value is not None:
            yield name, value
