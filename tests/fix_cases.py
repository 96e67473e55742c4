"""Documents to be mended, written as nobody's formatter would write them, and the laws that mending keeps."""

import json
from collections import Counter

from stella_git.documents.fix.mend import fix
from stella_git.documents.validate import validate

ANY = frozenset({"sbom", "vex"})
SPACES = ("", " ", "\t", "\n", "\r\n", "\r\n\t", "\n  ")


def written(value, draw):
    """Return a document as text with spaces, line ends and escapes as they come.

    Args:
        value: JSON.
        draw: random.Random, or what acts like it.
    """
    space = lambda: draw.choice(SPACES)  # noqa: E731 - three letters, many times
    if isinstance(value, dict):
        members = [
            f"{space()}{text(key, draw)}{space()}:{space()}{written(each, draw)}"
            for key, each in value.items()
        ]
        return "{" + ",".join(f"{member}{space()}" for member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(f"{space()}{written(each, draw)}{space()}" for each in value) + "]"
    return text(value, draw) if isinstance(value, str) else json.dumps(value)


def text(value, draw):
    """Return a string literal, some of its characters as escapes."""
    return '"' + "".join(_character(char, draw) for char in value) + '"'


def _character(char, draw):
    if char in '"\\' or char < " " or draw.random() < 0.05:
        return "".join(f"\\u{unit:04x}" for unit in _units(char))
    return "\\/" if char == "/" and draw.random() < 0.2 else char


def _units(char):
    data = char.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def at(value, pointer):
    """Return the value that a JSON Pointer names."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def scalars(value, pointer=""):
    """Return every scalar of a document by its pointer."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {
            place: each
            for key, item in items
            for place, each in scalars(
                item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
            ).items()
        }
    return {pointer: value}


def rules(data, **options):
    return Counter(problem.rule for problem in validate(data, path="x.json", **options).problems)


def hold(data, **options):
    """Mend a document, hold the outcome to the laws, and return it."""
    fixed = fix(data, path="x.json", expect=ANY, **options)
    again = fix(fixed.data, path="x.json", expect=ANY, **options)
    assert (again.data, again.changes, again.edits) == (fixed.data, (), ())
    assert bool(fixed.changes or fixed.reordered) == fixed.changed == (fixed.data != data)
    assert spliced(data, fixed.edits) == fixed.data
    assert rules(fixed.data) <= rules(data)
    return fixed


def spliced(data, edits):
    """Return the bytes with edits, each made on its own, the last one first."""
    whole = data.decode()
    ends = [0, *(edge for edit in edits for edge in edit[:2]), len(whole)]
    assert ends == sorted(ends)
    for start, end, replacement in reversed(edits):
        whole = whole[:start] + replacement + whole[end:]
    return whole.encode()
