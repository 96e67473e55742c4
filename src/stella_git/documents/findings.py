"""Findings from either format: our own Findings document, or the vulnerabilities of a CycloneDX one."""

from typing import TYPE_CHECKING

from stella_git.documents import cyclonedx
from stella_git.documents.models import SEVERITIES, RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, flag, integer, purl_or_none, text, vulnerability_ids
from stella_git.errors import InputError, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format

Findings = tuple[tuple[RawFinding, ...], tuple[Unknown, ...]]


def from_document(value: "Json", found: "Format", *, rating_sources: "Sequence[str]" = ()) -> Findings:
    """Return findings and unknowns of a validated document.

    Args:
        value: the parsed document.
        found: its format.
        rating_sources: as in ``cyclonedx.findings``.

    Raises:
        InputError: ``findings-format`` if documents of this format carry no findings.
    """
    if found.kind == "findings":
        return from_json(value)
    if found.kind == "cyclonedx":
        return cyclonedx.findings(value, rating_sources=rating_sources)
    raise InputError(
        f"{found.title} carries no findings",
        code="findings-format",
        remedy="Give a Findings document, or CycloneDX with vulnerabilities.",
    )


def from_json(value: "Json") -> Findings:
    """Return findings and unknowns of a Findings document, in document order.

    A finding whose id or purl is malformed is counted all the same, under the text it has: a misspelt id must
    not make a critical finding harmless. A malformed id is an unknown with the reason ``Identity`` besides.

    Raises:
        InputError: ``findings-invalid`` if a finding has no id.
    """
    found: list[RawFinding] = []
    unknowns: list[Unknown] = []
    for index, item in enumerate(array(value, "findings")):
        pointer = pointer_to("/findings", index)
        own, aliases = vulnerability_ids(
            text(item, "id"), [alias for alias in array(item, "aliases") if isinstance(alias, str)]
        )
        name = own or _named(item, pointer)
        purl = purl_or_none(text(item, "purl")) or text(item, "purl") or text(item, "component") or pointer
        if own is None:
            unknowns.append(Unknown(id=name, reason="Identity", pointer=pointer))
        found.append(_finding(item, name, aliases, purl, pointer))
    for index, item in enumerate(array(value, "unknowns")):
        pointer = pointer_to("/unknowns", index)
        own, _ = vulnerability_ids(text(item, "id"), ())
        unknowns.append(
            Unknown(
                id=own or _named(item, pointer),
                reason=text(item, "reason") or "ConfigUnknown",
                purl=purl_or_none(text(item, "purl")),
                pointer=pointer,
            )
        )
    return tuple(found), tuple(unknowns)


def _finding(item: "Json", own: str, aliases: tuple[str, ...], purl: str, pointer: str) -> RawFinding:
    severity = text(item, "severity") or "unknown"
    return RawFinding(
        id=own,
        aliases=aliases,
        purl=purl,
        severity=severity if severity in SEVERITIES else "unknown",
        cvss_deci=integer(item, "cvssDeci"),
        epss_ppm=integer(item, "epssPpm"),
        epss_date=text(item, "epssDate"),
        kev=flag(item, "kev"),
        fixable=flag(item, "fixable") or False,
        fixed_version=text(item, "fixedVersion"),
        first_seen=text(item, "firstSeen"),
        reachability=text(item, "reachability"),
        pointer=pointer,
        sources=tuple(sorted({name for name in array(item, "sources") if isinstance(name, str)})),
    )


def _named(item: "Json", pointer: str) -> str:
    name = text(item, "id")
    if not name:
        raise InputError(
            "a finding has no id",
            code="findings-invalid",
            where=Where(pointer=pointer),
            remedy="Write the id of the vulnerability.",
        )
    return name
