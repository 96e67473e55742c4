"""Values and names in messages: short, quoted, and with the nearest match."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stella_git.documents.problems import clip

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

SHOWN = 60
_LISTED = 8
_NEAR_LIMIT = 80


def show(value: "Json") -> str:
    """Return a short rendering of a value for a message."""
    if isinstance(value, dict):
        return f"an object with {len(value)} members" if len(value) != 1 else "an object with 1 member"
    if isinstance(value, list):
        return f"an array of {len(value)} items" if len(value) != 1 else "an array of 1 item"
    if isinstance(value, str):
        return f'"{clip(value, SHOWN)}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that ``text`` is probably meant to be, or None."""
    known = list(candidates)
    if not text or len(text) > _NEAR_LIMIT:
        return None
    folded = text.casefold().replace("_", "-").replace(" ", "-")
    for candidate in known:
        if candidate.casefold().replace("_", "-") == folded:
            return candidate
    from difflib import get_close_matches

    return next(iter(get_close_matches(text, known, n=1, cutoff=0.7)), None)


def listing(names: Iterable[object]) -> str:
    """Return names in backquotes, the first few of them."""
    known = [f"`{name}`" for name in names]
    more = len(known) - _LISTED
    return ", ".join(known[:_LISTED]) + (f" and {more} more" if more > 0 else "")
