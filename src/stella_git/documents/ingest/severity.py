"""Severities and scores of any scanner, as one scale.

One table for words, one rule for numbers, and one order in which ratings count. The table is also in
``docs/reference/documents.md``; a test holds the two together.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.cyclonedx import cvss_deci
from stella_git.documents.ingest import vectors
from stella_git.documents.models import SEVERITIES

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# Words of scanners and advisories, without case. What is not listed is unknown, never harmless; what is
# called negligible is no promise of harmlessness either.
WORDS: dict[str, str] = {
    "critical": "critical",
    "high": "high",
    "important": "high",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "minor": "low",
    "negligible": "low",
    "unimportant": "low",
    "info": "low",
    "informational": "low",
    "none": "none",
}
_VECTOR = 512
_SCORE = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,6})?", re.ASCII)
_SOURCE_ENDS = re.compile(r"[:@]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What one source says of a vulnerability.

    Args:
        source: its name, as ``source_name`` gives it; "" for the scanner itself.
        severity: one of ``SEVERITIES``, or None if it names none.
        cvss: base score in tenths, or None.
        legacy: whether the score is of CVSS 2.
    """

    source: str = ""
    severity: str | None = None
    cvss: int | None = None
    legacy: bool = False


def word(given: str | None) -> str | None:
    """Return the severity that a word names; None if there is none or it says that nobody knows."""
    return None if given is None else WORDS.get(given.strip().casefold())


def source_name(given: str | None) -> str:
    """Return a name as ``decide.rating_sources`` has it: ``nvd`` for ``nvd:cpe`` and for ``nvd@nist.gov``."""
    return _SOURCE_ENDS.split(given or "", maxsplit=1)[0].strip().casefold()


def score(given: "Json") -> int | None:
    """Return a CVSS score in tenths, of a number or of its decimal text; None if it is no score."""
    if isinstance(given, str):
        if not _SCORE.fullmatch(given.strip()):
            return None
        return cvss_deci(float(given))
    return cvss_deci(given)


def of_vector(vector: str | None, source: str = "") -> Rating:
    """Return what a CVSS vector says, which is nothing if it is no vector."""
    found = vectors.scored(vector) if vector and len(vector) < _VECTOR else None
    return Rating(source=source) if found is None else Rating(source=source, cvss=found[0], legacy=found[1])


def rate(ratings: Iterable[Rating], preferred: Sequence[str]) -> tuple[str, int | None]:
    """Return severity and CVSS score in tenths that a list of ratings comes to.

    The first preferred source that says anything decides. Without one, what the scanner itself says stands;
    without that, the highest severity that anybody names, and without any, the one of the highest score. The
    score is the highest of the ratings that decide, else of all; CVSS 2 counts only where there is no other.

    Args:
        ratings: of one vulnerability, in any order.
        preferred: names of sources, the best one first; compared without case.
    """
    every = [each for each in ratings if each.severity is not None or each.cvss is not None]
    for name in preferred:
        chosen = [each for each in every if each.source == source_name(name)]
        if chosen:
            severity, highest = _severity(chosen), _highest(chosen)
            return severity or "unknown", highest if highest is not None else _highest(every)
    own = [each for each in every if not each.source and each.severity is not None]
    return _severity(own) or _severity(every) or "unknown", _highest(every)


def _severity(ratings: list[Rating]) -> str | None:
    named = [each.severity for each in ratings if each.severity is not None]
    if named:
        return max(named, key=SEVERITIES.index)
    top = _top(ratings)
    return None if top is None or top.cvss is None else vectors.severity(top.cvss, legacy=top.legacy)


def _highest(ratings: list[Rating]) -> int | None:
    top = _top(ratings)
    return None if top is None else top.cvss


def _top(ratings: list[Rating]) -> Rating | None:
    scored = [each for each in ratings if each.cvss is not None]
    return max(scored, key=lambda each: (not each.legacy, each.cvss or 0), default=None)
