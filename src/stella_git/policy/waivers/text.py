"""Waivers as YAML: new ones written, and approvals put into those that people wrote."""

import re
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from stella_git.canon import jcs
from stella_git.errors import ConfigError
from stella_git.policy import load
from stella_git.policy.fmt import formatted
from stella_git.policy.fmt.scalars import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Approval
    from stella_git.policy.source import PolicyFile

# Longer lines are not looked at: the patterns below take the square of a run of spaces.
_LINE: Final = 4096
_VALUE: Final = r"""(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s'"#|>](?:[^#]|(?<![ \t])#)*?)"""
_APPROVALS: Final = re.compile(r"( *)approvals:[ \t]*(\[[ \t]*\])?[ \t]*(#.*)?")


def render(document: "Mapping[str, Json]", *, path: str) -> bytes:
    """Return a document as YAML, laid out as `stella policy fmt` does.

    Args:
        document: of maps, lists and strings.
        path: its name, for messages.
    """
    return formatted(("\n".join(_map(document, "")) + "\n").encode(), path=path)


def _map(value: "Mapping[str, Json]", indent: str) -> "Iterator[str]":
    for name, item in value.items():
        yield from _member(name, item, indent)


def _member(name: str, item: "Json", indent: str) -> "Iterator[str]":
    if isinstance(item, dict):
        yield f"{indent}{name}:"
        yield from _map(item, f"{indent}  ")
    elif isinstance(item, list) and item:
        yield f"{indent}{name}:"
        for each in item:
            yield from _item(each, f"{indent}  ")
    else:
        yield f"{indent}{name}: {_scalar(item)}"


def _item(value: "Json", indent: str) -> "Iterator[str]":
    lines = list(_map(value, "")) if isinstance(value, dict) else [_scalar(value)]
    yield f"{indent}- {lines[0]}"
    yield from (f"{indent}  {line}" for line in lines[1:])


def _scalar(value: "Json") -> str:
    return one_line(value, flow=False) if isinstance(value, str) else jcs.dumps(value).decode()


def changed(
    file: "PolicyFile", approvals: "Iterable[Approval]", values: "Mapping[str, str] | None" = None
) -> bytes:
    """Return the bytes of a waiver with these approvals, and perhaps other values in its ``spec``.

    Nothing else changes, comments neither, if what changes stands on lines of its own; else the whole file is
    laid out first. If that does not help, it is written anew, unless it has comments, which would be lost.
    What is said beside an approval goes with it.

    Args:
        file: a waiver that keeps to its schema.
        approvals: all that it is to have; those that it has stay where they are, others follow, sorted.
        values: members of ``spec`` that are there already, and what they are to say.

    Raises:
        ConfigError: ``waiver-layout``.
    """
    document = cast("dict[str, Json]", file.value)
    spec = cast("dict[str, Json]", document["spec"])
    before = cast("list[Json]", spec["approvals"])
    rows: list[Json] = [
        {"identity": one.identity, "digest": one.digest, "signature": one.signature} for one in approvals
    ]
    new = sorted((row for row in rows if row not in before), key=jcs.dumps)
    change = _Change(tuple(row in rows for row in before), new, values or {})
    kept = [row for row in before if row in rows]
    wanted: dict[str, Json] = {**document, "spec": {**spec, **change.values, "approvals": [*kept, *new]}}
    for data in _attempts(file, change, wanted):
        if data is not None and _says(data, file.path, wanted):
            return data
    raise ConfigError(
        "cannot be changed without losing comments",
        code="waiver-layout",
        where=file.where("/spec/approvals"),
        remedy="write each member of spec on a line of its own, and try again",
    )


class _Change(NamedTuple):
    """What is to change: for each approval that is there whether it stays, new ones, and other values."""

    stay: tuple[bool, ...]
    new: "list[Json]"
    values: "Mapping[str, str]"


def _attempts(file: "PolicyFile", change: _Change, wanted: "dict[str, Json]") -> "Iterator[bytes | None]":
    yield _spliced(file.data.decode("utf-8"), change)
    yield _spliced(formatted(file.data, path=file.path).decode("utf-8"), change)
    if b"#" not in file.data:
        yield render(wanted, path=file.path)


def _says(data: bytes, path: str, wanted: "dict[str, Json]") -> bool:
    try:
        return load.plain(data, path=path).value == wanted
    except ConfigError:
        return False


def _spliced(text: str, change: _Change) -> bytes | None:
    """Return the text with what is to change, or None if some of it does not stand on lines of its own."""
    lines = text.split("\n")
    for name, value in change.values.items():
        found = _only(lines, re.compile(rf"( +{name}:[ \t]+){_VALUE}([ \t]+#.*)?"))
        if found is None:
            return None
        index, match = found
        lines[index] = f"{match[1]}{_scalar(value)}{match[2] or ''}"
    found = _only(lines, _APPROVALS)
    if found is None:
        return None
    start, match = found
    end = _end(lines, start, match[1])
    items = _items(lines[start + 1 : end])
    if len(items) != len(change.stay):
        return None
    block = _block(
        match[1], [item for item, stays in zip(items, change.stay, strict=True) if stays], change.new
    )
    if match[3]:
        block[0] += f"  {match[3]}"
    return "\n".join([*lines[:start], *block, *lines[end:]]).encode()


def _only(lines: "list[str]", pattern: "re.Pattern[str]") -> "tuple[int, re.Match[str]] | None":
    """Return the one line that a pattern means, and how; None if it is not one."""
    short = ((index, line) for index, line in enumerate(lines) if len(line) <= _LINE)
    found = [(index, match) for index, line in short if (match := pattern.fullmatch(line))]
    return found[0] if len(found) == 1 else None


def _end(lines: "list[str]", start: int, indent: str) -> int:
    """Return the line behind the list below a key: what is deeper, or an item at the same depth, is of it."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or _belongs(lines[end], indent)):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _belongs(line: str, indent: str) -> bool:
    return line.startswith(indent) and line[len(indent) : len(indent) + 1] in {" ", "-"}


def _items(lines: "list[str]") -> "list[list[str]]":
    """Return the lines of each item; comments before an item are of it, what follows the last one too."""
    items: list[list[str]] = []
    waiting: list[str] = []
    for line in lines:
        bare = line.strip()
        if bare == "-" or bare.startswith("- "):
            items.append([*waiting, line])
            waiting = []
        elif not bare or bare.startswith("#"):
            waiting.append(line)
        elif items:
            items[-1] += [*waiting, line]
            waiting = []
    if items:
        items[-1] += waiting
    return items


def _block(indent: str, kept: "list[list[str]]", new: "list[Json]") -> "list[str]":
    """Return the lines of the key and its items; new ones are as deep as those that stay."""
    if not kept and not new:
        return [f"{indent}approvals: []"]
    dash = next((line for item in kept for line in item if line.lstrip().startswith("-")), f"{indent}  -")
    deep = dash[: len(dash) - len(dash.lstrip())]
    added = (line for row in new for line in _item(row, deep))
    return [f"{indent}approvals:", *(line for item in kept for line in item), *added]
