"""Versions of CSAF documents, and their order.

Source: CSAF 2.0, section 3.1.11; Semantic Versioning 2.0.0, sections 9 to 11.
"""

import re
from dataclasses import dataclass

_NUMBER = r"0|[1-9][0-9]{0,17}"  # longer ones are versions too, but nobody counts that far
_IDENTIFIER = re.compile(r"[0-9A-Za-z-]+")
_VERSION = re.compile(
    rf"(?P<major>{_NUMBER})(?:\.(?P<minor>{_NUMBER})\.(?P<patch>{_NUMBER})"
    r"(?:-(?P<before>[0-9A-Za-z.-]+))?(?:\+(?P<build>[0-9A-Za-z.-]+))?)?"
)
_LIMIT = 200

_Identifier = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a document.

    Args:
        text: as it is written.
        semantic: whether it is of semantic versioning; else it is an integer.
        numbers: major, minor and patch; an integer is a major version.
        before: pre-release part; "" if there is none.
    """

    text: str
    semantic: bool
    numbers: tuple[int, int, int]
    before: str

    @property
    def major(self) -> int:
        """Return the first number."""
        return self.numbers[0]

    @property
    def order(self) -> tuple[tuple[int, int, int], bool, tuple[_Identifier, ...]]:
        """Return what versions are sorted by; build metadata does not count."""
        parts = self.before.split(".") if self.before else []
        return self.numbers, not self.before, tuple(_identifier(part) for part in parts)


def _identifier(part: str) -> _Identifier:
    """Return what a part of a pre-release is sorted by: numbers before words."""
    return (0, int(part), "") if part.isdigit() else (1, 0, part)


def parse(text: str | None) -> Version | None:
    """Return a version, or None if the text is none, or too long to be counted."""
    found = _VERSION.fullmatch(text) if text is not None and len(text) <= _LIMIT else None
    if found is None or text is None:
        return None
    before = found["before"] or ""
    if not all(_IDENTIFIER.fullmatch(part) for part in before.split(".") if before):
        return None
    numbers = (int(found["major"]), int(found["minor"] or 0), int(found["patch"] or 0))
    return Version(text=text, semantic=found["minor"] is not None, numbers=numbers, before=before)
