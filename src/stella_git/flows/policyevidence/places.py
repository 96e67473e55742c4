"""Where parts of a JSON document stand, for many questions about one large document.

The document is gone through once, when the first question comes; every further answer takes steps along its
pointer. Kept are two numbers for each value: where it begins, and how many values it has inside.

Source: RFC 6901.
"""

import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from stella_git.errors import Where

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

_DEPTH = 256
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_SPACE = r"[ \t\r\n]*+"
# What opens or closes a container, or is a value of its own; the name of a member goes with its value.
_VALUE = re.compile(
    rf'[ \t\r\n,]*+(?:{_STRING}{_SPACE}:{_SPACE})?+(?:([\[{{])|([\]}}])|({_STRING}|[^ \t\r\n,:"\[\]{{}}]++))',
    re.DOTALL,
)
_OPENS, _CLOSES = 1, 2


class Places:
    """Places in one document.

    Args:
        path: what to call it.
        data: its bytes: strict JSON.
        value: what they say.
        pointer: of the member that holds what is asked for in another form, as a payload does; every answer
            is its place then. None if pointers are of this document.
    """

    __slots__ = ("_children", "_data", "_lines", "_offsets", "_pointer", "_sizes", "_value", "path")

    def __init__(self, path: str, data: bytes, value: "Json", pointer: str | None = None) -> None:
        self.path = path
        self._data = data
        self._value = value
        self._pointer = pointer
        self._offsets = array("Q")
        self._sizes = array("Q")
        self._lines = array("Q")
        self._children: dict[int, dict[str, int]] = {}

    def where(self, pointer: str) -> Where:
        """Return the place of a value, or of its nearest parent that exists.

        Args:
            pointer: JSON Pointer.
        """
        if not self._offsets:
            self._look()
        index, value, reached = 0, self._value, ""
        for token in (self._pointer or pointer).split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            found = self._inside(index, value).get(name)
            if found is None:
                break
            index, reached = found, f"{reached}/{token}"
            value = value[name] if isinstance(value, dict) else value[int(name)]  # type: ignore[index] # what has children is an object or an array
        offset = self._offsets[index]
        line = bisect_right(self._lines, offset)
        return Where(self.path, line=line, column=offset - self._lines[line - 1] + 1, pointer=reached)

    def _inside(self, index: int, value: "Json") -> dict[str, int]:
        """Return the number of each value inside another, in the order of the document."""
        found = self._children.get(index)
        if found is None:
            names = (
                value
                if isinstance(value, dict)
                else map(str, range(len(value) if isinstance(value, list) else 0))
            )
            found, at = {}, index + 1
            for name in names:
                found[name] = at
                at += self._sizes[at]
            self._children[index] = found
        return found

    def _look(self) -> None:
        text = self._data.decode("utf-8", "replace")
        if not self._stride(text):
            self._walk(text)
        self._lines.append(0)
        at = text.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = text.find("\n", at + 1)

    def _stride(self, text: str) -> bool:
        """Note every value of a sound document; return whether it is one, as far as values go."""
        offsets, sizes = array("Q"), array("Q")
        open_: list[int] = []
        reached = 0
        for match in _VALUE.finditer(text):
            if match.start() != reached:
                return False
            reached, kind = match.end(), match.lastindex
            if kind == _CLOSES:
                if not open_:
                    return False
                last = open_.pop()
                sizes[last] = len(offsets) - last
                continue
            if kind == _OPENS:
                open_.append(len(offsets))
            offsets.append(match.start(kind or 0))
            sizes.append(1)
        if open_ or not offsets or sizes[0] != len(offsets) or text[reached:].strip(" \t\r\n"):
            return False
        self._offsets, self._sizes = offsets, sizes
        return True

    def _walk(self, text: str) -> None:
        """Note the values of a document up to its first defect."""
        from stella_git.canon.scanner import Scanner, Stop

        scanner = Scanner(text, _DEPTH)
        offsets, sizes, number = self._offsets, self._sizes, 0
        open_: list[int] = []
        path = scanner.path
        try:
            for offset in scanner.values():
                while len(open_) > len(path):
                    last = open_.pop()
                    sizes[last] = number - last
                open_.append(number)
                offsets.append(offset)
                sizes.append(1)
                number += 1
        except Stop:
            pass
        for last in open_:
            sizes[last] = number - last
