"""Members of a policy file, each with its place: what a strict loader asks of them."""

import re
from typing import TYPE_CHECKING, TypeVar

from stella_git.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from stella_git.canon.reader import Json
    from stella_git.canon.yamlreader import YamlDocument

_CODE = "minimum-elements-invalid"
_SLUG = re.compile(r"[a-z0-9]++(?:-[a-z0-9]++)*+")
_DOTTED = re.compile(r"[a-z0-9]++(?:[-.][a-z0-9]++)*+")
_TEXT = 300
_NOTE = 2000
_WEIGHT = 1000

Word = TypeVar("Word", bound=str)


class Reading:
    """One file; every refusal is a `ConfigError` with a line and a column."""

    def __init__(self, document: "YamlDocument") -> None:
        self._document = document

    def document(self) -> "Json":
        """Return the whole of it."""
        return self._document.value

    def invalid(self, message: str, pointer: str) -> ConfigError:
        """Return the refusal of a value."""
        remedy = "see docs/how-to/minimum-elements.md"
        return ConfigError(message, code=_CODE, where=self._document.where(pointer), remedy=remedy)

    def members(self, value: "Json", known: set[str], pointer: str) -> "dict[str, Json]":
        """Return the members of an object that has none but those."""
        if not isinstance(value, dict):
            raise self.invalid("this has to be an object", pointer)
        for name in value:
            if name not in known:
                raise self.invalid(f"{ascii(name)[:60]} is unknown here{hint(name, known)}", pointer)
        return value

    def required(self, members: "dict[str, Json]", name: str, pointer: str) -> "Json":
        """Return a member that has to be there."""
        if name not in members:
            raise self.invalid(f"`{name}` is missing", pointer)
        return members[name]

    def items(self, value: "Json", pointer: str) -> "Iterator[tuple[str, Json]]":
        """Return (pointer, item) of an array that has items."""
        if not isinstance(value, list) or not value:
            raise self.invalid("this has to be an array with items", pointer)
        for number, item in enumerate(value):
            yield f"{pointer}/{number}", item

    def text(self, members: "dict[str, Json]", name: str, pointer: str, *, limit: int = _TEXT) -> str:
        """Return a text that is not empty."""
        value = self.required(members, name, pointer)
        if not isinstance(value, str) or not value.strip():
            raise self.invalid(f"`{name}` has to be a text", f"{pointer}/{name}")
        if len(value) > limit:
            raise self.invalid(f"`{name}` has more than {limit} characters", f"{pointer}/{name}")
        return " ".join(value.split())

    def optional(self, members: "dict[str, Json]", name: str, pointer: str) -> str:
        """Return a text that may be left out; "" if it is."""
        return self.text(members, name, pointer, limit=_NOTE) if name in members else ""

    def slug(self, members: "dict[str, Json]", name: str, pointer: str, *, dots: bool = False) -> str:
        """Return an id: lower case letters, digits and hyphens, and dots where they are wanted."""
        value = self.text(members, name, pointer, limit=60)
        # As it is written: white space around an id is no part of a text, but makes another id.
        if value != members[name] or not (_DOTTED if dots else _SLUG).fullmatch(value):
            allowed = "lower case letters, digits, hyphens" + (" and dots" if dots else "")
            raise self.invalid(f"`{name}` is an id: {allowed}", f"{pointer}/{name}")
        return value

    def choice(self, members: "dict[str, Json]", name: str, known: tuple[Word, ...], pointer: str) -> Word:
        """Return one of several words."""
        value = self.required(members, name, pointer)
        return self.word(value, known, f"{pointer}/{name}")

    def word(self, value: "Json", known: tuple[Word, ...], pointer: str) -> Word:
        """Return the value, if it is one of several words."""
        for each in known:
            if value == each:
                return each
        given = value if isinstance(value, str) else ""
        message = f"{ascii(value)[:60]} is none of {', '.join(known)}{hint(given, known)}"
        raise self.invalid(message, pointer)

    def words(
        self, members: "dict[str, Json]", name: str, pointer: str, *, known: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Return an array of texts that may be left out, sorted; each has to be known, if some are."""
        if name not in members:
            return ()
        found: set[str] = set()
        for place, item in self.items(members[name], f"{pointer}/{name}"):
            if not isinstance(item, str) or not item:
                raise self.invalid("this has to be a text", place)
            found.add(self.word(item, known, place) if known else item)
        return tuple(sorted(found))

    def count(self, members: "dict[str, Json]", name: str, pointer: str) -> int:
        """Return a number from 1 to 1000."""
        value = self.required(members, name, pointer)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _WEIGHT:
            raise self.invalid(f"`{name}` is a whole number from 1 to {_WEIGHT}", f"{pointer}/{name}")
        return value

    def flag(self, members: "dict[str, Json]", name: str, pointer: str) -> bool:
        """Return true or false."""
        value = self.required(members, name, pointer)
        if not isinstance(value, bool):
            raise self.invalid(f"`{name}` is true or false", f"{pointer}/{name}")
        return value

    def once(self, name: str, found: "Container[str]", pointer: str) -> None:
        """Refuse an id that was there before."""
        if name in found:
            raise self.invalid(f"the id {name} is there twice", f"{pointer}/id")


def hint(name: str, known: "Iterable[str]") -> str:
    """Return the question whether something like it was meant, or nothing."""
    from stella_git.documents.wording import nearest

    meant = nearest(name, sorted(known))
    return f"; did you mean {meant}?" if meant else ""
