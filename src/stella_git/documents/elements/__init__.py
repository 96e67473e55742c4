"""Minimum elements: what an SBOM has to say at the least, as profiles that are data (floor 4).

A profile (a file of the kind ``MinimumElements``) lists elements, each a predicate over the inventory of a
document. ``load`` reads profiles strictly, ``judge`` counts who satisfies what and gives a score,
``complain`` makes every missing element a problem with a place.
"""

from stella_git.documents.elements.hold import Held, hold
from stella_git.documents.elements.judge import judge
from stella_git.documents.elements.load import builtin, find, ids, parse
from stella_git.documents.elements.model import Asked, Element, Judgement, Level, Outcome, Profile, Source

__all__ = (
    "Asked",
    "Element",
    "Held",
    "Judgement",
    "Level",
    "Outcome",
    "Profile",
    "Source",
    "builtin",
    "find",
    "hold",
    "ids",
    "judge",
    "parse",
)
