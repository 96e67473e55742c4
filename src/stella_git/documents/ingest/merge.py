"""Reports of several scanners, merged to one finding for each vulnerability and component.

Every member is joined on its own, and every join is the least upper bound of an order, so merging is
commutative, associative and idempotent: neither order nor grouping nor repetition changes a byte. The rule is
that of the verdict: in every respect the worst that anybody says, and what is known over what is not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from stella_git.canon import jcs
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.ingest.aliases import Aliases, is_cve
from stella_git.documents.ingest.model import Report
from stella_git.documents.ingest.shapes import invalid
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.read import vulnerability_ids

# Ascending. Unknown is worse than none: who says "none" may not know what the other one knows.
SEVERITY_ORDER = ("none", "unknown", "low", "medium", "high", "critical")
# Ascending; what nobody looked at is worse than unreachable.
_REACHABILITY_ORDER: tuple[str | None, ...] = ("unreachable", None, "reachable")

_MENTIONS = 2_000_000

_T = TypeVar("_T")


def merge(reports: Iterable[Report]) -> Report:
    """Return one report with all that the reports say, in normal form.

    Merging one report alone brings it into normal form.

    Raises:
        InputError: ``scan-invalid``: there are so many aliases that to list them with every component would
            be a document of another order of size.
    """
    given = tuple(reports)
    rows = [_identified(row) for report in given for row in report.findings]
    aliases = Aliases((row.id, *row.aliases) for row in rows)
    # By the first id of each vulnerability: to hash all of them for every row is quadratic work.
    groups: dict[tuple[str, str], list[RawFinding]] = {}
    for row in rows:
        groups.setdefault((aliases.members(row.id)[0], row.purl), []).append(row)
    if sum(len(aliases.members(name)) - 1 for name, _ in groups) > _MENTIONS:
        raise invalid(f"the aliases of the vulnerabilities come to more than {_MENTIONS} mentions")
    findings = [_join(aliases.members(name), purl, members) for (name, purl), members in groups.items()]
    return Report(
        sources=tuple(sorted({source for report in given for source in report.sources})),
        findings=tuple(sorted(findings, key=lambda each: (jcs.sort_key(each.id), jcs.sort_key(each.purl)))),
        unknowns=_unknowns([*(one for report in given for one in report.unknowns), *_bridged(findings)]),
    )


def _bridged(findings: Iterable[RawFinding]) -> Iterator[Unknown]:
    """Return an unknown for every CVE id that aliases took for another one.

    Two CVE ids are two vulnerabilities: whoever says that they are one may have made a mistake, or may
    want one of them not to be counted. The finding stands for both; the unknown counts the other.
    """
    for finding in findings:
        for name in finding.aliases:
            if is_cve(name):
                purl = finding.purl if finding.purl.startswith("pkg:") else None
                yield Unknown(id=name, reason="Identity", purl=purl)


def _identified(row: RawFinding) -> RawFinding:
    """Return the finding under a proper id, if it has one; what is no id is no alias either."""
    if not row.aliases or vulnerability_ids(row.id, ())[0] is not None:
        return row
    return replace(row, id=row.aliases[0], aliases=row.aliases[1:])


def _join(ids: tuple[str, ...], purl: str, rows: list[RawFinding]) -> RawFinding:
    ppm, date = max(
        ((row.epss_ppm, row.epss_date or "") for row in rows if row.epss_ppm is not None), default=(None, "")
    )
    return RawFinding(
        id=ids[0],
        aliases=tuple(sorted(ids[1:], key=jcs.sort_key)),
        purl=purl,
        severity=max((row.severity for row in rows), key=SEVERITY_ORDER.index),
        cvss_deci=_most((row.cvss_deci for row in rows), max),
        epss_ppm=ppm,
        epss_date=date or None,
        kev=_most((row.kev for row in rows), any),
        fixable=any(row.fixable for row in rows),
        fixed_version=_most((row.fixed_version for row in rows), _smallest),
        first_seen=_most((row.first_seen for row in rows), _earliest),
        reachability=max((_reach(row.reachability) for row in rows), key=_REACHABILITY_ORDER.index),
        sources=tuple(sorted({name for row in rows for name in row.sources}, key=jcs.sort_key)),
    )


def _most(values: Iterable[_T | None], join: Callable[[list[_T]], _T]) -> _T | None:
    known = [value for value in values if value is not None]
    return join(known) if known else None


def _smallest(texts: list[str]) -> str:
    return min(texts, key=jcs.sort_key)


def _earliest(times: list[str]) -> str:
    return str(min(parse_rfc3339(time) for time in times))


def _reach(given: str | None) -> str | None:
    return given if given in _REACHABILITY_ORDER else None


def _unknowns(unknowns: Iterable[Unknown]) -> tuple[Unknown, ...]:
    kept = {replace(unknown, pointer="") for unknown in unknowns}
    return tuple(
        sorted(kept, key=lambda each: (each.reason, jcs.sort_key(each.id), jcs.sort_key(each.purl or "")))
    )
