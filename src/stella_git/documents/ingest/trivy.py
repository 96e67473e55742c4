"""Trivy: the JSON report.

- The severity is the one that Trivy chose; ratings of vendors count where a preferred source is theirs.
- Ids of vendors are advisories, which may be about several vulnerabilities: they are no aliases.
- Misconfigurations, secrets and licences are no vulnerabilities of components, and are left alone.
- An operating system whose support has ended gets no advisories any more: that is the unknown ``FeedGap``.
- What the scanner was told to ignore is no finding; that something was ignored is one unknown.
- The report says neither the date of the database, nor EPSS, nor what is known to be exploited.

Source: aquasecurity/trivy, ``pkg/types`` (SchemaVersion 2), and trivy-db, ``pkg/types``.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stella_git.documents.ingest.model import Reading, Tool
from stella_git.documents.ingest.severity import Rating, of_vector, rate, score, source_name, word
from stella_git.documents.ingest.shapes import (
    Facts,
    Options,
    called,
    finding,
    identity,
    listed,
    moment,
    unnamed,
)
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, flag, inner, integer, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# VendorSeverity writes numbers.
_NUMBERS = ("unknown", "low", "medium", "high", "critical")
_SCORES = (("V40Score", "V40Vector", False), ("V3Score", "V3Vector", False), ("V2Score", "V2Vector", True))
_Places = dict[tuple[str, str], str]


def read(value: "Json", options: Options) -> Reading:
    """Return what a report of Trivy holds.

    Raises:
        InputError: ``scan-invalid``: ``Results``, or ``Vulnerabilities`` in it, is no array.
    """
    findings: list[RawFinding] = []
    unknowns: list[Unknown] = []
    ignored = False
    for index, result in enumerate(listed(value, "Results")):
        pointer = pointer_to("/Results", index)
        places = _places(result)
        ignored = ignored or any(
            text(each, "Type") == "vulnerability" for each in array(result, "ExperimentalModifiedFindings")
        )
        for number, item in enumerate(listed(result, "Vulnerabilities", pointer)):
            if isinstance(item, dict):
                place = pointer_to(pointer, "Vulnerabilities", number)
                findings.append(replace(_row(item, places, options), pointer=place))
            else:
                unknowns.append(identity(None, item))
    unknowns += unnamed(findings)
    if ignored:
        unknowns.append(Unknown(id="ignored-matches", reason="ConfigUnknown"))
    unknowns += _unsupported(inner(inner(value, "Metadata"), "OS"))
    return Reading(tool=_tool(value), findings=tuple(findings), unknowns=tuple(unknowns))


def _tool(value: "Json") -> Tool:
    return Tool(
        name="trivy",
        version=text(inner(value, "Trivy"), "Version") or "",
        generated_at=moment(text(value, "CreatedAt")),
    )


def _unsupported(system: "Json") -> Iterator[Unknown]:
    if flag(system, "EOSL"):
        name = " ".join(filter(None, (text(system, "Family"), text(system, "Name"))))
        yield Unknown(id=f"end-of-support:{name or 'operating system'}", reason="FeedGap")


def _places(result: "Json") -> _Places:
    """Return purls of packages by name and version, for vulnerabilities that name no purl themselves."""
    found: _Places = {}
    for package in array(result, "Packages"):
        purl = text(inner(package, "Identifier"), "PURL")
        if purl:
            found.setdefault((text(package, "Name") or "", text(package, "Version") or ""), purl)
    return found


def _row(item: "Json", places: _Places, options: Options) -> RawFinding:
    name, version = text(item, "PkgName"), text(item, "InstalledVersion")
    part = (
        text(inner(item, "PkgIdentifier"), "PURL")
        or places.get((name or "", version or ""))
        or called(name, version)
    )
    severity, deci = rate(_ratings(item), options.rating_sources)
    fixed = text(item, "FixedVersion") or ""
    return finding(
        text(item, "VulnerabilityID"),
        (),
        part,
        Facts(severity=severity, cvss_deci=deci, fixes=[each.strip() for each in fixed.split(",")]),
        item,
    )


def _ratings(item: "Json") -> Iterator[Rating]:
    own = word(text(item, "Severity"))
    yield Rating(severity=own)
    yield Rating(source=source_name(text(item, "SeveritySource")), severity=own)
    vendors = inner(item, "VendorSeverity")
    for name in sorted(vendors):
        number = integer(vendors, name)
        if number is not None and 0 < number < len(_NUMBERS):
            yield Rating(source=source_name(name), severity=_NUMBERS[number])
    sources = inner(item, "CVSS")
    for name in sorted(sources):
        for member, vector, legacy in _SCORES:
            yield _scored(sources[name], member, vector, name, legacy=legacy)


def _scored(given: "Json", member: str, vector: str, name: str, *, legacy: bool) -> Rating:
    source = source_name(name)
    deci = score(given.get(member)) if isinstance(given, dict) else None
    return Rating(source=source, cvss=deci, legacy=legacy) if deci else of_vector(text(given, vector), source)
