"""Grype: the JSON report.

- Related records are other ids of the same vulnerability if they name one CVE id at most. A record of a
  distribution that is about several CVE ids is one finding for each: as aliases they would become one.
- The severity is that of the matched record; related records count where it says nothing, or where a
  preferred source is theirs.
- A component that is not on the list of known-exploited vulnerabilities was looked up only if the database
  says that it holds that list.
- What the scanner was told to ignore is no finding; that something was ignored is one unknown.

Source: anchore/grype, ``grype/presenter/models`` (schema v6 and earlier).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stella_git.documents.ingest.model import Reading, Tool
from stella_git.documents.ingest.severity import Rating, of_vector, rate, score, source_name, word
from stella_git.documents.ingest.shapes import (
    Facts,
    Options,
    called,
    day,
    finding,
    identity,
    listed,
    moment,
    ppm,
    unnamed,
)
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, integer, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# Reasons that the scanner gives itself: the distribution has fixed it, which is no decision of anybody.
_OF_THE_SCANNER = frozenset({"DistroPackageFixed"})


def read(value: "Json", options: Options) -> Reading:
    """Return what a report of Grype holds.

    Raises:
        InputError: ``scan-invalid``: ``matches`` is no array.
    """
    descriptor = inner(value, "descriptor")
    known_exploited = "kev" in inner(inner(descriptor, "db"), "providers")
    findings: list[RawFinding] = []
    unknowns: list[Unknown] = []
    for index, match in enumerate(listed(value, "matches")):
        if isinstance(match, dict):
            findings += _rows(
                match, options, looked_up=known_exploited, pointer=pointer_to("/matches", index)
            )
        else:
            unknowns.append(identity(None, match))
    unknowns += unnamed(findings)
    if any(_ignored(match) for match in array(value, "ignoredMatches")):
        unknowns.append(Unknown(id="ignored-matches", reason="ConfigUnknown"))
    return Reading(tool=_tool(descriptor), findings=tuple(findings), unknowns=tuple(unknowns))


def _tool(descriptor: "Json") -> Tool:
    database = inner(descriptor, "db")
    status = inner(database, "status") or database
    schema = text(status, "schemaVersion") or str(integer(status, "schemaVersion") or "")
    return Tool(
        name=text(descriptor, "name") or "grype",
        version=text(descriptor, "version") or "",
        database=f"grype-db {schema}" if schema else "",
        database_date=moment(text(status, "built")),
        generated_at=moment(text(descriptor, "timestamp")),
    )


def _ignored(match: "Json") -> bool:
    rules = array(match, "appliedIgnoreRules")
    return not rules or any(text(rule, "reason") not in _OF_THE_SCANNER for rule in rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """What is the same for every vulnerability of a match; lists are walked once, however many there are."""

    part: str
    own: tuple[Rating, ...]
    related: "dict[str, list[Json]]"
    fixes: tuple[str, ...]
    fixable: bool
    epss: dict[str, tuple[int, str]]
    exploited: frozenset[str]
    looked_up: bool


def _rows(match: "Json", options: Options, *, looked_up: bool, pointer: str) -> Iterator[RawFinding]:
    record = inner(match, "vulnerability")
    related = [each for each in array(match, "relatedVulnerabilities") if isinstance(each, dict)]
    name, others = text(record, "id"), [text(each, "id") for each in related]
    known = _match(match, related, looked_up=looked_up)
    several = sorted({each.upper() for each in (name, *others) if each and each.upper().startswith("CVE-")})
    names: list[tuple[str | None, list[str | None]]] = [(name, others)]
    if len(several) > 1:
        names = [(each, []) for each in several]
        severity, deci = rate(known.own, options.rating_sources)
        whole = (Rating(severity=None if severity == "unknown" else severity), Rating(cvss=deci))
        known = replace(known, own=whole)
    for own, aliases in names:
        facts = _facts(known, (own, *aliases), options)
        yield replace(finding(own, aliases, known.part, facts, match), pointer=pointer)


def _match(match: "Json", related: "list[dict[str, Json]]", *, looked_up: bool) -> _Match:
    record, artifact = inner(match, "vulnerability"), inner(match, "artifact")
    by_id: dict[str, list[Json]] = {}
    for each in related:
        by_id.setdefault((text(each, "id") or "").upper(), []).append(each)
    fix = inner(record, "fix")
    versions = tuple(each for each in array(fix, "versions") if isinstance(each, str))
    suggested = {text(inner(each, "fix"), "suggestedVersion") or "" for each in array(match, "matchDetails")}
    chosen = tuple(sorted(suggested - {""}))
    return _Match(
        part=text(artifact, "purl") or called(text(artifact, "name"), text(artifact, "version")),
        own=tuple(_ratings(record, own=True)),
        related=by_id,
        fixes=chosen if len(chosen) == 1 else tuple(sorted(set(versions)))[:2],
        fixable=text(fix, "state") == "fixed" or bool(versions),
        epss=_epss([record, *related]),
        exploited=frozenset(
            (text(item, "cve") or "").upper()
            for each in (record, *related)
            for item in array(each, "knownExploited")
        ),
        looked_up=looked_up,
    )


def _facts(known: _Match, names: tuple[str | None, ...], options: Options) -> Facts:
    ids = {name.upper() for name in names if name}
    ratings = list(known.own)
    for name in sorted(ids):
        for record in known.related.get(name, ()):
            ratings += _ratings(record, own=False)
    severity, deci = rate(ratings, options.rating_sources)
    share, date = max((known.epss[name] for name in (*ids, "") if name in known.epss), default=(None, ""))
    absent = False if known.looked_up and any(name.startswith("CVE-") for name in ids) else None
    return Facts(
        severity=severity,
        cvss_deci=deci,
        epss_ppm=share,
        epss_date=date or None,
        kev=True if not known.exploited.isdisjoint((*ids, "")) else absent,
        fixes=known.fixes,
        fixable=known.fixable,
    )


def _ratings(record: "Json", *, own: bool) -> Iterator[Rating]:
    source = source_name(text(record, "namespace"))
    severity = word(text(record, "severity"))
    if own:
        yield Rating(severity=severity)
    yield Rating(source=source, severity=severity)
    for item in array(record, "cvss"):
        version, vector = text(item, "version") or "", text(item, "vector")
        named = source_name(text(item, "source")) or source
        base = score(inner(item, "metrics").get("baseScore"))
        # Go writes 0 where nobody gave a score.
        scored = Rating(source=named, cvss=base, legacy=version.startswith("2"))
        yield scored if base else of_vector(vector, named)


def _epss(records: "list[dict[str, Json]]") -> dict[str, tuple[int, str]]:
    """Return the highest probability with its day, by CVE id; under "" where none is named."""
    found: dict[str, tuple[int, str]] = {}
    for record in records:
        for item in array(record, "epss"):
            share = ppm(item.get("epss")) if isinstance(item, dict) else None
            if share is not None:
                name = (text(item, "cve") or "").upper()
                found[name] = max(found.get(name, (-1, "")), (share, day(text(item, "date")) or ""))
    return found
