"""A policy file: its bytes, what they say, and where everything stands."""

from typing import TYPE_CHECKING

from stella_git.canon.digest import sha256
from stella_git.policy.stringplaces import inside

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.canon.yamlreader import YamlDocument
    from stella_git.errors import Where


class PolicyFile:
    """One file of a policy set.

    Args:
        path: as messages and verdicts name it, with ``/``.
        data: its bytes.
        document: what they say, with the places of everything.
    """

    __slots__ = ("_digest", "_lines", "data", "document", "path")

    def __init__(self, path: str, data: bytes, document: "YamlDocument") -> None:
        self.path = path
        self.data = data
        self.document = document
        self._digest = ""
        self._lines: list[str] | None = None

    @property
    def value(self) -> "Json":
        """Return the document as plain JSON."""
        return self.document.value

    @property
    def digest(self) -> str:
        """Return ``sha256:...`` of the bytes."""
        if not self._digest:
            self._digest = str(sha256(self.data))
        return self._digest

    def where(self, pointer: str = "") -> "Where":
        """Return the place of a JSON Pointer, or of its nearest parent that exists."""
        return self.document.where(pointer).within(self.path)

    def within(self, pointer: str, line: int, column: int) -> "Where":
        """Return a place inside the string at a JSON Pointer.

        Args:
            pointer: of a string.
            line: 1-based, in the string.
            column: 1-based, in characters.
        """
        text = self._at(pointer)
        if self._lines is None:
            self._lines = self.data.decode("utf-8", "replace").splitlines()
        where = self.where(pointer)
        return inside(self._lines, text, where, line, column) if isinstance(text, str) else where

    def _at(self, pointer: str) -> "Json":
        """Return what stands at a JSON Pointer; None if nothing does."""
        found = self.value
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list):
                found = found[int(name)] if name.isdecimal() and int(name) < len(found) else None
            else:
                found = found.get(name) if isinstance(found, dict) else None
        return found
