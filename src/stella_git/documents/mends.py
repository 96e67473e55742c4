"""What is certainly meant by a value that its schema refuses: a spelling, an instant, a repetition.

Certain means that no reader could take it for anything else. A guess, however good, is a remedy for people.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stella_git.documents.problems import Mend

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# A list of so many values is that of licences, where a separator may be all that keeps two ids apart.
_LONG_LIST = 100
_SEPARATORS = str.maketrans("", "", "-_ ")
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))? ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)", re.ASCII
)
_WORD = re.compile(r"[^() \t\r\n]+")
# How the schema of SPDX 3 states an instant: in UTC, to the second.
_SPDX_INSTANT = "^[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z$"


def mend_of(keyword: str, wanted: "Json", found: "Json") -> Mend | None:
    """Return what mends a schema violation, or None where that is not certain.

    Args:
        keyword: of JSON Schema.
        wanted: what the keyword asks for.
        found: the value that violates it; of ``uniqueItems`` the whole array, and each repeated item of it
            is mended by taking it out.
    """
    if keyword == "uniqueItems":
        scalars = isinstance(found, list) and all(isinstance(item, (str, int)) for item in found)
        return Mend(None) if scalars else None
    if not isinstance(found, str) or not found.isascii():
        return None  # beyond ASCII, characters that look alike fold together
    meant = None
    if keyword == "enum" and isinstance(wanted, list):
        meant = spelling(found, (item for item in wanted if isinstance(item, str)))
    elif keyword == "format" and wanted == "date-time":
        meant = date_time(found)
    elif keyword == "pattern" and wanted == _SPDX_INSTANT:
        meant = utc_second(found)
    return None if meant is None or meant == found else Mend(meant)


def spelling(text: str, known: Iterable[str]) -> str | None:
    """Return the known value that ``text`` is in other letter case or with other separators, if it is one.

    In long lists only the case may differ.
    """
    values = list(known)
    folded = text.casefold()
    same = [value for value in values if value.casefold() == folded]
    bare = folded.translate(_SEPARATORS)
    if bare and not same and len(values) <= _LONG_LIST:
        same = [value for value in values if value.casefold().translate(_SEPARATORS) == bare]
    return same[0] if len(same) == 1 else None


def date_time(text: str) -> str | None:
    """Return the RFC 3339 spelling of a date and time with an offset, if that is what ``text`` is.

    Only how it is written changes: a space for the ``T``, a comma before the fraction, an offset without its
    colon or minutes. What has no offset names no instant, and what has no seconds is not made precise.

    Source: RFC 3339 section 5.6, ISO 8601:2004 section 4.3.
    """
    from stella_git.documents.formats import is_date_time

    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    day, time, fraction, utc, hours, minutes = found.groups()
    offset = "Z" if utc else f"{hours}:{minutes or '00'}"
    meant = f"{day}T{time}{'.' + fraction if fraction else ''}{offset}"
    return meant if is_date_time(meant) else None


def utc_second(text: str) -> str | None:
    """Return the instant that ``text`` names as UTC with ``Z``, to the second; None if that would lose any.

    Source: SPDX 3.0.1, Core, DateTime.
    """
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    meant = date_time(text)
    if meant is None:
        return None
    try:
        instant = parse_rfc3339(meant)
    except InputError:  # a leap second, or a fraction of more than nine digits
        return None
    return None if instant.nanos else str(instant)


def licence(text: str) -> str | None:
    """Return a licence expression with ids, prefixes and operators in the letter case that they have.

    Spaces and parentheses stay. None if it is no expression.

    Args:
        text: the expression.
    """
    from stella_git.documents.licences import parse, spelt
    from stella_git.errors import InputError

    try:
        words = _WORD.findall(str(spelt(parse(text))))
    except InputError:
        return None
    if [word.casefold() for word in words] != [word.casefold() for word in _WORD.findall(text)]:
        return None
    left = iter(words)
    return _WORD.sub(lambda _: next(left), text)


def licence_mend(text: str) -> Mend | None:
    """Return what mends the letter case in a licence expression, or None if nothing does."""
    meant = licence(text) if text.isascii() else None
    return None if meant is None or meant == text else Mend(meant)
