"""OSV-Scanner: the JSON report, whose vulnerabilities are whole OSV records.

- Aliases are those of the record, and the ids that the scanner put into one group; ``related`` never is one,
  and ``upstream`` only where a distribution gives the CVE id a prefix of its own (``DEBIAN-CVE-2026-0001``).
- A record that was withdrawn is no finding. That the scanner still reports it is the unknown ``FeedGap``.
- The severity is the word of the record, else that of its vectors, else the highest score of its group.
- Only versions of a package are fixes; commits are not.
- The report says neither the version of the scanner, nor the date of the database, nor EPSS, nor whether a
  vulnerability is known to be exploited.

Source: google/osv-scanner, ``pkg/models``; OSV schema 1.7.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stella_git.documents.ingest.ecosystems import purl_of
from stella_git.documents.ingest.model import Reading, Tool
from stella_git.documents.ingest.severity import Rating, of_vector, rate, score, word
from stella_git.documents.ingest.shapes import Facts, Options, called, finding, identity, listed, unnamed
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, flag, inner, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# id -> ids of its group, highest score of the group, whether the code is called
_Groups = dict[str, tuple[tuple[str, ...], int | None, bool | None]]


def read(value: "Json", options: Options) -> Reading:
    """Return what a report of OSV-Scanner holds.

    Raises:
        InputError: ``scan-invalid``: ``results``, or ``packages`` or ``vulnerabilities`` in it, is no array.
    """
    findings: list[RawFinding] = []
    unknowns: list[Unknown] = []
    for pointer, package in _packages(value):
        groups = _groups(package)
        part = _part(inner(package, "package"))
        for number, record in enumerate(listed(package, "vulnerabilities", pointer)):
            if text(record, "withdrawn"):
                unknowns.append(
                    Unknown(id=f"withdrawn:{text(record, 'id') or 'unidentified'}", reason="FeedGap")
                )
                continue
            if isinstance(record, dict):
                row = _row(record, inner(package, "package"), part, groups, options)
                findings.append(replace(row, pointer=pointer_to(pointer, "vulnerabilities", number)))
            else:
                unknowns.append(identity(None, record))
    unknowns += unnamed(findings)
    return Reading(tool=Tool(name="osv-scanner"), findings=tuple(findings), unknowns=tuple(unknowns))


def _packages(value: "Json") -> "Iterator[tuple[str, Json]]":
    for index, result in enumerate(listed(value, "results")):
        pointer = pointer_to("/results", index)
        for number, package in enumerate(listed(result, "packages", pointer)):
            yield pointer_to(pointer, "packages", number), package


def _part(package: "Json") -> str:
    name, version, ecosystem = (text(package, each) for each in ("name", "version", "ecosystem"))
    purl = text(package, "purl") or purl_of(ecosystem, name, version)
    return purl or called(name, version or text(package, "commit"))


def _groups(package: "Json") -> _Groups:
    found: _Groups = {}
    for group in array(package, "groups"):
        ids = tuple(each for each in array(group, "ids") if isinstance(each, str))
        highest = score(text(group, "max_severity"))
        analysis = inner(group, "experimentalAnalysis")
        for name in ids:
            found[name] = (ids, highest, flag(analysis.get(name), "called"))
    return found


def _row(record: "Json", package: "Json", part: str, groups: _Groups, options: Options) -> RawFinding:
    name = text(record, "id")
    ids, highest, is_called = groups.get(name or "", ((), None, None))
    affected = [each for each in array(record, "affected") if _is_about(each, package)]
    ratings = list(_ratings(record, affected))
    if highest is not None and not any(rating.cvss for rating in ratings):
        ratings.append(Rating(cvss=highest))
    severity, deci = rate(ratings, options.rating_sources)
    facts = Facts(
        severity=severity,
        cvss_deci=deci,
        fixes=_fixes(affected),
        reachability={True: "reachable", False: "unreachable", None: None}[is_called],
    )
    return finding(name, (*_aliases(record, name), *ids[:1]), part, facts, record)


def _aliases(record: "Json", name: str | None) -> Iterator[str]:
    for each in array(record, "aliases"):
        if isinstance(each, str):
            yield each
    for each in array(record, "upstream"):
        if isinstance(each, str) and each and name and name.partition("-")[2] == each:
            yield each


def _is_about(affected: "Json", package: "Json") -> bool:
    """Return whether a part of a record is about the package that was scanned; it may be about others too."""
    named = inner(affected, "package")
    ours, theirs = text(package, "ecosystem") or "", text(named, "ecosystem") or ""
    return text(named, "name") == text(package, "name") and theirs.partition(":")[0] == ours.partition(":")[0]


def _ratings(record: "Json", affected: "list[Json]") -> Iterator[Rating]:
    source = (text(record, "id") or "").partition("-")[0].casefold()
    named = [inner(record, "database_specific"), *(inner(each, "ecosystem_specific") for each in affected)]
    named += [inner(each, "database_specific") for each in affected]
    words = [word(text(each, "severity")) for each in named]
    scores = [item for holder in (record, *affected) for item in array(holder, "severity")]
    words += [word(text(item, "score")) for item in scores]
    for severity in words:
        yield Rating(severity=severity)
        yield Rating(source=source, severity=severity)
    for item in scores:
        yield of_vector(text(item, "score"), source)


def _fixes(affected: "list[Json]") -> Iterator[str]:
    for each in affected:
        for span in array(each, "ranges"):
            if text(span, "type") != "GIT":
                yield from (version for event in array(span, "events") if (version := text(event, "fixed")))
