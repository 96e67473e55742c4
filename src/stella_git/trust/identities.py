"""Patterns for the subjects of keyless signers: anchored at both ends, and matched in linear time.

::

    ^ literal  *  literal  **  literal $
      │        │            └─ one or more characters of any kind
      │        └────────────── one or more characters, none of them "/" or "@": stays inside a segment
      └─────────────────────── itself, and nothing else

The whole subject matches or nothing does. A regular expression is no such pattern, and what looks like one is
refused when the keyring is read, because it would mean something else than its author believes: ``.*``,
parentheses, brackets, braces, ``|``, ``+``, ``?``, a backslash, ``^`` and ``$`` inside.

Every character of the subject is looked at once, with one set of bits for all places of the pattern: no
subject, whoever chose it, makes matching slow.

Source: Navarro and Raffinot, Flexible Pattern Matching in Strings (bit-parallel simulation of an automaton).
"""

from functools import lru_cache
from typing import NamedTuple

SEPARATORS = frozenset("/@")
STAR, STARS = "*", "**"
_REFUSED = frozenset("()[]{}|+?\\^$")
_ANCHORS = 2


class Automaton(NamedTuple):
    """A pattern, ready to be run: one bit a place, the lowest for the beginning.

    Args:
        literal: for each character, the places that it leads out of.
        inside: places that stay where they are for a character inside a segment.
        anywhere: places that stay where they are for every character.
        accept: the last place.
    """

    literal: dict[str, int]
    inside: int
    anywhere: int
    accept: int


def defect(pattern: str) -> str | None:
    """Return what is wrong with a pattern, as the rest of a sentence that begins with "must be", or None.

    Args:
        pattern: with its anchors, such as ``^https://ci.example/*/build$``.
    """
    if len(pattern) <= _ANCHORS or not (pattern.startswith("^") and pattern.endswith("$")):
        return "anchored: '^' at its beginning, '$' at its end, and something between"
    body = pattern[1:-1]
    strange = sorted(_REFUSED.intersection(body))
    if strange:
        return f"text with '*' and '**', not a regular expression (it has {strange[0]!r})"
    if ".*" in body:
        return "text with '*' and '**', not a regular expression (for '.*' write '**', or '*' in a segment)"
    if "***" in body:
        return "without '***': write '*' inside a segment, '**' across segments"
    return None


def matches(pattern: str, subject: str) -> bool:
    """Return whether the whole of a subject is as a pattern says.

    Args:
        pattern: one without `defect`.
        subject: of a certificate, as it stands there: compared by code point, upper and lower case apart.
    """
    automaton = _compiled(pattern)
    places = 1
    for character in subject:
        # a wildcard takes its first character like a literal, and further ones by staying where it is
        staying = automaton.anywhere if character in SEPARATORS else automaton.anywhere | automaton.inside
        moving = places & (automaton.literal.get(character, 0) | staying >> 1)
        places = moving << 1 | places & staying
        if not places:
            return False
    return bool(places & automaton.accept)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Automaton:
    literal: dict[str, int] = {}
    inside = anywhere = 0
    place = 0
    body = pattern[1:-1]
    index = 0
    while index < len(body):
        # places are numbered from 0; a wildcard at `place` leads to `place + 1`, where it may stay
        if body.startswith(STARS, index):
            anywhere |= 1 << place + 1
            index += len(STARS)
        elif body[index] == STAR:
            inside |= 1 << place + 1
            index += 1
        else:
            literal[body[index]] = literal.get(body[index], 0) | 1 << place
            index += 1
        place += 1
    return Automaton(literal=literal, inside=inside, anywhere=anywhere, accept=1 << place)
