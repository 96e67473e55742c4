"""Two layouts of a file as a unified diff.

Lines are compared, which may take quadratic time: of long files only the part that differs is shown whole.
"""

from difflib import SequenceMatcher
from itertools import accumulate

from stella_git.documents.fix.edits import Edit
from stella_git.report.patch import patch

_COMPARED = 5000  # lines


def patch_of(name: str, before: bytes, after: bytes) -> str:
    """Return a unified diff of a file before and after; "" if nothing differs.

    Args:
        name: of the file.
        before: UTF-8 bytes.
        after: UTF-8 bytes.
    """
    text = before.decode("utf-8")
    return patch(name, text, _edits(_lines(text), _lines(after.decode("utf-8"))))


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")[:-1]] + [text.rpartition("\n")[2]]


def _edits(old: list[str], new: list[str]) -> tuple[Edit, ...]:
    """Return what makes the new lines of the old ones."""
    if old == new:
        return ()
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    offsets = [0, *accumulate(map(len, old))]
    middle, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle) + len(other) > _COMPARED:
        return (Edit(offsets[head], offsets[head + len(middle)], "".join(other)),)
    blocks = SequenceMatcher(None, middle, other, autojunk=False).get_opcodes()
    return tuple(
        Edit(offsets[head + first], offsets[head + last], "".join(other[start:end]))
        for kind, first, last, start, end in blocks
        if kind != "equal"
    )


def _common(old: list[str], new: list[str]) -> int:
    """Return how many lines two lists have in common at the front."""
    shorter = min(len(old), len(new))
    return next((index for index in range(shorter) if old[index] != new[index]), shorter)
