"""A configuration file with the place of everything in it."""

from collections.abc import Iterable, Mapping

from stella_git.canon.reader import Json, parse_json, parse_yaml, positions
from stella_git.canon.record import record
from stella_git.config.shape import Defect
from stella_git.errors import ConfigError, InputError, Where

LIMIT = 1 << 20


@record(frozen=True, slots=True, kw_only=True)
class Source:
    """A parsed file: YAML, JSON, or a value that never was a file.

    Attributes:
        value: the document as plain JSON.
        path: file name for messages.
        data: the bytes, for JSON, where places are found only when a message needs them.
        places: (line, column) by pointer, both 1-based, for YAML.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    value: Json
    path: str | None = None
    data: bytes | None = None
    places: Mapping[str, tuple[int, int]] | None = None

    @classmethod
    def read(cls, data: bytes, *, path: str | None = None) -> "Source":
        """Return a parsed file: JSON if its name ends in ``.json``, else YAML.

        Raises:
            ConfigError: ``config-unreadable``: it is not one strict YAML or JSON document.
        """
        try:
            if (path or "").endswith(".json"):
                return cls(value=parse_json(data, path=path, limit=LIMIT), path=path, data=data)
            document = parse_yaml(data, path=path, limit=LIMIT)
        except InputError as error:
            raise ConfigError(
                error.message,
                code="config-unreadable",
                where=error.where.within(path) if path else error.where,
                remedy=error.remedy or "make it one strict YAML or JSON document",
            ) from error
        return cls(value=document.value, path=path, places=document.positions)

    def where(self, pointer: str) -> Where:
        """Return the place of a value, or of its nearest parent that exists."""
        places = self.places
        if places is None:
            places = positions(self.data, [pointer]) if self.data is not None else {}
        parent = pointer
        while parent not in places and parent:
            parent = parent.rpartition("/")[0]
        line, column = places.get(parent, (None, None))
        return Where(self.path, line=line, column=column, pointer=pointer)

    def located(self, found: Iterable[Defect]) -> tuple[tuple[Where, Defect], ...]:
        """Return defects with their places, in the order of the file."""
        pairs = [(self.where(defect.pointer), defect) for defect in found]
        return tuple(sorted(pairs, key=lambda pair: (pair[0].line or 0, pair[0].column or 0)))

    def require(self, found: Iterable[Defect]) -> None:
        """Raise the first defect, if there is one.

        Raises:
            ConfigError: with the code, place and remedy of the first defect, and the number of the others.
        """
        located = self.located(found)
        if not located:
            return
        where, first = located[0]
        others = f" (and {len(located) - 1} more)" if len(located) > 1 else ""
        raise ConfigError(first.message + others, code=first.code, where=where, remedy=first.remedy)
