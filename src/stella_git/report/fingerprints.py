"""Fingerprints of problems: the same problem keeps its own when lines or neighbours of it move."""

import re
from typing import TYPE_CHECKING

from stella_git.report.problems import representable
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.documents.problems import Problem

# An index of an array, in a pointer or in a message that quotes one: it changes when a neighbour is added.
_INDEX = re.compile(r"/\d+(?![^/\s,;.)])")


def fingerprints(problems: "Sequence[Problem]") -> "Iterator[str]":
    """Return the fingerprint of each problem, 64 hexadecimal digits, in the same order.

    It is of the file, the rule, the place without indices of arrays, and the message. Of several that are
    alike in all that, each has its number: none of them shares a fingerprint.
    """
    from stella_git.canon.digest import of_json

    seen: dict[tuple[str, ...], int] = {}
    for problem in problems:
        said = (
            file_name(problem.path),
            problem.rule,
            _INDEX.sub("/*", printable(problem.pointer)),
            _INDEX.sub("/*", printable(problem.message)),
        )
        seen[said] = seen.get(said, 0) + 1
        yield of_json([*said, seen[said]]).hex


def file_name(path: str) -> str:
    """Return a file name as reports about a repository write it: slashes, no ``./`` in front."""
    from pathlib import Path

    return representable(Path(path).as_posix())
