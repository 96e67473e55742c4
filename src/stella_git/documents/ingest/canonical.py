"""The Findings document of a merged report: plain JSON that only ``jcs.dumps`` makes bytes of."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stella_git.canon import jcs
from stella_git.documents.read import purl_or_none

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.ingest.model import Report, Source
    from stella_git.documents.models import RawFinding, Unknown

API_VERSION = "stella.ops/v1"
_NOTHING = "nothing"


def to_json(report: "Report") -> "dict[str, Json]":
    """Return the document of a report in normal form, as ``findings.v1.schema.json`` describes it.

    The source of the whole is the one source, or all of them by name; its times are the oldest ones, and are
    absent if one source does not say: a document is as old as the oldest thing that it stands on.

    Args:
        report: what ``merge`` returned.
    """
    sources = report.sources
    return {
        "apiVersion": API_VERSION,
        "kind": "Findings",
        "metadata": _present(
            {
                "source": _present(_heading(sources)),
                "generatedAt": oldest(source.generated_at for source in sources),
            }
        ),
        "sources": [_source(source) for source in sources],
        "findings": [_finding(finding) for finding in report.findings],
        "unknowns": [_unknown(unknown) for unknown in report.unknowns],
    }


def oldest(times: Iterable[str]) -> str:
    """Return the earliest of RFC 3339 times, or "" if there is none or one of them is ""."""
    from stella_git.canon.clock import parse_rfc3339

    given = tuple(times)
    return str(min(parse_rfc3339(time) for time in given)) if given and all(given) else ""


def fingerprint(vulnerability: str, component: str) -> str:
    """Return ``fp:`` and 16 hex digits: what a verdict calls it, if nobody knows more of its aliases."""
    from stella_git.canon.digest import of_json

    return "fp:" + of_json([vulnerability, component]).hex[:16]


def _heading(sources: "tuple[Source, ...]") -> "dict[str, Json]":
    names = sorted({source.name for source in sources}, key=jcs.sort_key)
    single = sources[0] if len(sources) == 1 else None
    return {
        "name": ", ".join(names) or _NOTHING,
        "version": single.version if single else "",
        "database": single.database if single else "",
        "databaseDate": oldest(source.database_date for source in sources),
    }


def _source(source: "Source") -> "dict[str, Json]":
    return _present(
        {
            "name": source.name,
            "format": source.format,
            "digest": source.digest,
            "version": source.version,
            "database": source.database,
            "databaseDate": source.database_date,
            "generatedAt": source.generated_at,
        }
    )


def _finding(finding: "RawFinding") -> "dict[str, Json]":
    named = "purl" if purl_or_none(finding.purl) == finding.purl else "component"
    return _present(
        {
            "fp": fingerprint(finding.id, finding.purl),
            "id": finding.id,
            "aliases": list(finding.aliases) or None,
            named: finding.purl,
            "severity": finding.severity,
            "cvssDeci": finding.cvss_deci,
            "epssPpm": finding.epss_ppm,
            "epssDate": finding.epss_date,
            "kev": finding.kev,
            "fixable": finding.fixable,
            "fixedVersion": finding.fixed_version,
            "firstSeen": finding.first_seen,
            "reachability": finding.reachability,
            "sources": list(finding.sources) or None,
        }
    )


def _unknown(unknown: "Unknown") -> "dict[str, Json]":
    return _present({"id": unknown.id, "reason": unknown.reason, "purl": unknown.purl})


def _present(members: "dict[str, Json]") -> "dict[str, Json]":
    return {name: value for name, value in members.items() if value is not None and value != ""}
