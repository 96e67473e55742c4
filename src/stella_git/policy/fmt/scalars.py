"""Strings: plain where that is safe, else in quotes; long ones and those with several lines as blocks.

Source: YAML 1.2.2 sections 5.7 (escapes), 7.3 (flow scalars), 8.1 (block scalars).
"""

import re
from typing import NamedTuple

from stella_git.canon.yamlnodes import YamlNode, is_plain_string
from stella_git.canon.yamlreader import FORBIDDEN

WIDTH = 100

_NOT_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`=")
_NOT_IN_FLOW = re.compile(r"[\[\]{},?]")
_NOT_PLAIN = re.compile(r": | #|:\Z|\A\.\.\.")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", '"': '\\"'}
_ESCAPED = re.compile(f'[\\\\"\n]|{FORBIDDEN.pattern}|\r')
_HEADER = re.compile(r"[|>]([-+0-9]*+)[^\n]*+(?:\n|\Z)")
_TRAILING = re.compile(r" (?:\n|\Z)")
_BYTE, _SHORT_ESCAPE = 0xFF, 0xFFFF


Block = tuple[str, list[str]]  # header, lines without indentation


class Room(NamedTuple):
    """How many characters there are on the line of the key, and on a line of a block."""

    line: int
    block: int


def one_line(text: str, *, flow: bool) -> str:
    """Return a string on one line: plain, else in single quotes, else in double ones.

    Double quotes are for what holds a single quote, unless it also holds what they would have to escape; and
    for characters that only an escape can write.

    Args:
        text: the string.
        flow: whether it stands between brackets.
    """
    if _is_plain(text, flow=flow):
        return text
    raw = "\n" not in text and not FORBIDDEN.search(text) and "\r" not in text
    if raw and ("'" not in text or "\\" in text or '"' in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _SHORT_ESCAPE else f"\\U{code:08x}"


def _is_plain(text: str, *, flow: bool) -> bool:
    if not text or text[0] in _NOT_FIRST or text != text.strip(" ") or "\n" in text or "\r" in text:
        return False
    if _NOT_PLAIN.search(text) or FORBIDDEN.search(text) or (flow and _NOT_IN_FLOW.search(text)):
        return False
    return is_plain_string(text)


def block(node: YamlNode, source: str, base: int, room: Room, *, exact: bool) -> Block | None:
    """Return a string as a block: its header, and its lines without indentation; None to put it on one line.

    What its author wrote as a block stays one of that style. Of the rest, what has several lines becomes a
    literal block, and what does not fit one line a literal one if it is ``exact``, else a folded one.

    Args:
        node: the scalar.
        source: the text of the document.
        base: column of the collection that it was in, 0-based.
        room: how many characters there are for it.
        exact: whether it must not be folded.
    """
    text = node.text
    if not _fits_a_block(text):
        return None
    if node.style == ">":
        return _headed(">", text, _folded_lines(node, source, base))
    lines = text.removesuffix("\n").split("\n")
    if node.style == "|":
        return _headed("|", text, lines)
    if _TRAILING.search(text) or text[0] in " \n":
        return None
    if len(lines) > 1 or text.endswith("\n"):
        return _headed("|", text, lines)
    if len(one_line(text, flow=False)) <= room.line:
        return None
    if exact:
        return _headed("|", text, lines)
    if " " not in text or "  " in text:
        return None
    return _headed(">", text, _wrapped(text, room.block))


def _fits_a_block(text: str) -> bool:
    """Return whether a block can say a text, and end where it seems to end."""
    last = text.removesuffix("\n").rpartition("\n")[2]
    return bool(last.strip(" ")) and not FORBIDDEN.search(text)


def _headed(style: str, text: str, lines: list[str]) -> Block:
    indicator = "2" if _begins_with_space(lines) else ""
    return style + indicator + ("" if text.endswith("\n") else "-"), lines


def _begins_with_space(lines: list[str]) -> bool:
    """Return whether the indentation of a block cannot be told by its first line."""
    first = next((index for index, line in enumerate(lines) if line.strip(" ")), 0)
    return any(line.startswith(" ") for line in lines[: first + 1])


def _folded_lines(node: YamlNode, source: str, base: int) -> list[str]:
    """Return the lines of a folded block as they were broken."""
    written = source[node.start : node.end]
    header = _HEADER.match(written)
    assert header is not None
    lines = written[header.end() :].rstrip("\n").split("\n")
    while not lines[-1].strip(" "):
        lines.pop()
    digits = header[1].strip("+-")
    if digits:
        indent = base + int(digits)
    else:
        first = next(line for line in lines if line.strip(" "))
        indent = len(first) - len(first.lstrip(" "))
    return [line[indent:] for line in lines]


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
