"""What the readers of all formats do with parsed JSON that nobody has validated."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.ingest.model import WHOLE
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import purl_or_none, vulnerability_ids
from stella_git.documents.wording import show
from stella_git.errors import InputError, Where

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

_MILLION = 1_000_000
# Of a purl or a version, in characters. One that is repeated in every finding must not multiply a report.
_LONGEST = 4096
_NAMELESS = "unidentified:"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# Go's zero time, which stands for "not set".
_ZERO = "0001-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the readers are told.

    Args:
        rating_sources: sources whose ratings count, the preferred one first.
    """

    rating_sources: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a report says of one vulnerability in one component, as ``RawFinding``."""

    severity: str
    cvss_deci: int | None = None
    epss_ppm: int | None = None
    epss_date: str | None = None
    kev: bool | None = None
    fixes: Iterable[str] = ()
    fixable: bool = False
    reachability: str | None = None


def listed(value: "Json", name: str, pointer: str = "") -> "list[Json]":
    """Return the array member ``name``; an empty one if it is absent or null.

    Raises:
        InputError: ``scan-invalid`` if it is something else: a report that cannot be read found nothing out.
    """
    found = value.get(name) if isinstance(value, dict) else None
    if found is None:
        return []
    if not isinstance(found, list):
        raise invalid(f"`{name}` is {show(found)}, and has to be an array", pointer_to(pointer, name))
    return found


def invalid(message: str, pointer: str = "") -> InputError:
    """Return the error of a report that is not of the shape of its format."""
    return InputError(
        message,
        code="scan-invalid",
        where=Where(pointer=pointer),
        remedy="Let the scanner write its report again, and do not edit it.",
    )


def finding(
    name: str | None, others: Iterable[str | None], part: str, facts: Facts, element: "Json"
) -> RawFinding:
    """Return a finding. What has a malformed id, or none at all, is counted all the same.

    Args:
        name: what the report calls the vulnerability; one of the others stands in for what is no id.
        others: other ids of the same vulnerability.
        part: purl of the component, or what it is called where it has none; "" for the whole document.
        facts: the rest.
        element: what the report says; names a vulnerability that has no id.

    Raises:
        InputError: ``scan-invalid``: the component has a name of thousands of characters.
    """
    if len(part) > _LONGEST:
        raise invalid(f"a component has a name of {len(part)} characters")
    own, aliases = vulnerability_ids(name, others)
    if own is None and aliases:
        own, aliases = aliases[0], aliases[1:]
    fixes = sorted({version for version in facts.fixes if version})
    return RawFinding(
        id=own or name or identity(None, element).id,
        aliases=aliases,
        purl=purl_or_none(part) or part or WHOLE,
        severity=facts.severity,
        cvss_deci=facts.cvss_deci,
        epss_ppm=facts.epss_ppm,
        epss_date=facts.epss_date if facts.epss_ppm is not None else None,
        kev=facts.kev,
        fixable=facts.fixable or bool(fixes),
        fixed_version=fixes[0] if len(fixes) == 1 and len(fixes[0]) <= _LONGEST else None,
        reachability=facts.reachability,
    )


def identity(name: str | None, element: "Json") -> Unknown:
    """Return the unknown that an element of a report is which names no vulnerability, or no component.

    Where it has no name at all, it is called by a digest of what it says, so that two are two.
    """
    return Unknown(id=name or f"{_NAMELESS}{_short(element)}", reason="Identity")


def _short(element: "Json") -> str:
    from stella_git.canon.digest import of_json

    return of_json(element).hex[:16]


def unnamed(findings: Iterable[RawFinding]) -> Iterator[Unknown]:
    """Yield the unknown that a finding is which has no id, or one of no known form."""
    for each in findings:
        if each.id.startswith(_NAMELESS) or vulnerability_ids(each.id, ())[0] is None:
            yield Unknown(id=each.id, reason="Identity")


def called(name: str | None, version: str | None) -> str:
    """Return what to call a component that has no purl: its name and version."""
    return f"{name}@{version}" if name and version else name or ""


def ppm(share: "Json") -> int | None:
    """Return a probability between 0 and 1 in parts per million, half up, or None if it is none."""
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        return None
    from decimal import ROUND_HALF_UP, Decimal

    return int((Decimal(repr(share)) * _MILLION).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def day(given: str | None) -> str | None:
    """Return an RFC 3339 full-date, the first part of a time too; None if it is none, or Go's zero."""
    from stella_git.documents.formats import is_date

    date = (given or "")[:10]
    return date if _DATE.fullmatch(date) and date != _ZERO and is_date(date) else None


def moment(given: str | None) -> str:
    """Return an RFC 3339 time in UTC; "" if it is none, or Go's zero."""
    from stella_git.canon.clock import parse_rfc3339

    if not given or given.startswith(_ZERO):
        return ""
    try:
        return str(parse_rfc3339(given))
    except InputError:
        return ""
