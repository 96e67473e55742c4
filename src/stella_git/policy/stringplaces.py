"""Where a character of a YAML string stands in its file: errors of expressions point into the file.

Source: YAML 1.2.2 sections 7.3 (flow scalars) and 8.1 (block scalars).
"""

from stella_git.errors import Where


def inside(data: bytes, begin: Where, line: int, column: int) -> Where:
    """Return the place of a character of the string that begins at a place.

    Exact for strings that stand on one line, unquoted or quoted, without escapes before the character, and
    for literal blocks; of other strings, the place where they begin.

    Args:
        data: the file.
        begin: where the string begins, its quote or its ``|``.
        line: 1-based, in the string.
        column: 1-based, in characters.
    """
    if begin.line is None or begin.column is None:
        return begin
    lines = data.decode("utf-8", "replace").splitlines()
    first = lines[begin.line - 1][begin.column - 1 :]
    if first[:1] == "|":
        return _in_block(lines, begin, line, column)
    if first[:1] == ">" or line > 1:
        return begin
    if first[:1] not in {"'", '"'}:
        return _at(begin, begin.line, begin.column + column - 1)
    escape = "''" if first[0] == "'" else "\\"
    before = first[1:column]
    return begin if escape in before else _at(begin, begin.line, begin.column + column)


def _in_block(lines: list[str], begin: Where, line: int, column: int) -> Where:
    assert begin.line is not None
    body = lines[begin.line :]
    indent = next((len(text) - len(text.lstrip(" ")) for text in body if text.strip()), 0)
    if line > len(body):
        return begin
    return _at(begin, begin.line + line, indent + column)


def _at(begin: Where, line: int, column: int) -> Where:
    return Where(begin.path, line=line, column=column, pointer=begin.pointer)
