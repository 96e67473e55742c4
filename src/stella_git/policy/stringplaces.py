"""Where a character of a YAML string stands in its file: errors of expressions point into the file.

Source: YAML 1.2.2 sections 7.3 (flow scalars) and 8.1 (block scalars).
"""

from typing import TYPE_CHECKING

from stella_git.errors import Where

if TYPE_CHECKING:
    from collections.abc import Sequence


def inside(lines: "Sequence[str]", text: str, begin: Where, line: int, column: int) -> Where:
    """Return the place of a character of the string that begins at a place.

    Exact where the file says the string up to that character as it is: on one line, unquoted or quoted,
    without escapes before it, and in literal blocks. Of other strings, the place where they begin.

    Args:
        lines: of the file.
        text: the string.
        begin: where the string begins, its quote or its ``|``.
        line: 1-based, in the string.
        column: 1-based, in characters.
    """
    if begin.line is None or begin.column is None:
        return begin
    said = text.split("\n")
    if not 1 <= line <= len(said):
        return begin
    first = lines[begin.line - 1][begin.column - 1 :]
    row, start = begin.line, begin.column - 1 + (first[:1] in {"'", '"'})
    if first[:1] == "|":
        row, start = begin.line + line, _indent(lines, begin.line)
    elif line > 1:
        return begin
    wanted = said[line - 1][:column]
    if row > len(lines) or lines[row - 1][start : start + len(wanted)] != wanted:
        return begin  # it is folded or escaped
    return Where(begin.path, line=row, column=start + column, pointer=begin.pointer)


def _indent(lines: "Sequence[str]", header: int) -> int:
    """Return how deep a block is, as its first line that is not empty says.

    Args:
        lines: of the file.
        header: 1-based line of its ``|``.
    """
    for index in range(header, len(lines)):
        if lines[index].strip():
            return len(lines[index]) - len(lines[index].lstrip(" "))
    return 0
