"""Match paths with globs: ``*`` and ``?`` inside a name, ``**`` as a whole name across names.

Nothing else is special: brackets and braces are themselves, names that begin with a dot are like others,
and case counts. Matching takes at most the product of both lengths, whatever the glob.
"""

from collections.abc import Iterable, Sequence


def glob_matches(path: str, globs: Iterable[str]) -> bool:
    """Return whether any glob matches a whole path, both with forward slashes.

    ``a/**`` matches everything below ``a``; ``**/a`` matches ``a`` at any depth, the top included.
    """
    names = path.split("/")
    return any(_names(names, glob.split("/")) for glob in globs)


def may_hold(folder: str, globs: Iterable[str]) -> bool:
    """Return whether any glob can match something below a folder: keeps a walk out of most of a tree."""
    names = folder.split("/")
    return any(_leads(names, glob.split("/")) for glob in globs)


def _names(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Greedy, going back to the latest ``**`` only: an earlier one can take no more than that."""
    at = part = 0
    star, resume = -1, 0
    while at < len(names):
        if part < len(parts) and parts[part] == "**":
            star, resume, part = part, at, part + 1
            if part == len(parts):
                return True
        elif part < len(parts) and _name(names[at], parts[part]):
            at, part = at + 1, part + 1
        elif star >= 0:
            resume += 1
            at, part = resume, star + 1
        else:
            return False
    return part == len(parts)


def _name(name: str, pattern: str) -> bool:
    """The same for characters of one name."""
    at = part = 0
    star, resume = -1, 0
    while at < len(name):
        if part < len(pattern) and pattern[part] == "*":
            star, resume, part = part, at, part + 1
        elif part < len(pattern) and pattern[part] in {name[at], "?"}:
            at, part = at + 1, part + 1
        elif star >= 0:
            resume += 1
            at, part = resume, star + 1
        else:
            return False
    return all(char == "*" for char in pattern[part:])


def _leads(names: Sequence[str], parts: Sequence[str]) -> bool:
    for index, name in enumerate(names):
        if index < len(parts) and parts[index] == "**":
            return True
        if index >= len(parts) - 1 or not _name(name, parts[index]):
            return False
    return True
