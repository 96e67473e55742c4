"""When a finding was first seen, as evidence of its own (role ``first-seen``).

Grace periods count from there. A scanner's document usually does not say it, and a finding that is new in
every verdict would never run out of grace; so a verdict takes over what an earlier verdict knew, in a
document that is pinned like any other input.

Document: ``{apiVersion, kind: FirstSeen, findings: [{ids, purl, firstSeen}]}``, canonical JSON, rows sorted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from stella_git.canon import jcs
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import InputError
from stella_git.flows.evidence import FIRST_SEEN, Located
from stella_git.verdict.decide import Finding, RawFinding

ROLE = FIRST_SEEN
KIND = "FirstSeen"

Known = dict[tuple[str, str], Instant]


def read(items: Iterable[Located]) -> Known:
    """Return the earliest known time by (vulnerability id, purl), from the documents of the role.

    Raises:
        InputError: one of them is not such a document.
    """
    known: Known = {}
    for item in items:
        if item.role != ROLE:
            continue
        for identifier, purl, when in _rows(parse_json(item.data, path=item.name)):
            key = (identifier, purl)
            known[key] = min(when, known.get(key, when))
    return known


def _rows(document: Json) -> Iterator[tuple[str, str, Instant]]:
    rows = document.get("findings") if isinstance(document, dict) and document.get("kind") == KIND else None
    if not isinstance(rows, list):
        raise InputError("is not a FirstSeen document", code="first-seen-malformed")
    for row in rows:
        ids = row.get("ids") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(ids, list):
            raise InputError("a row is not {ids, purl, firstSeen}", code="first-seen-malformed")
        when = parse_rfc3339(str(row.get("firstSeen")))
        for identifier in ids:
            yield str(identifier), str(row.get("purl")), when


def apply(findings: Iterable[RawFinding], known: Known) -> Iterator[RawFinding]:
    """Yield the findings; one whose source does not say when it was first seen gets the known time."""
    for finding in findings:
        times = [known[key] for key in _keys(finding) if key in known]
        if finding.first_seen is None and times:
            yield replace(finding, first_seen=min(times))
        else:
            yield finding


def carried(current: Iterable[RawFinding], earlier: Iterable[Finding], as_of: Instant) -> bytes | None:
    """Return the document that carries over what ``earlier`` knew about ``current``; None if that is nothing.

    Args:
        current: rows of the verdict to come.
        earlier: findings of an earlier verdict.
        as_of: time of the verdict to come; later times are of no use to it.
    """
    wanted = {key for finding in current if finding.first_seen is None for key in _keys(finding)}
    known: dict[tuple[tuple[str, ...], str], Instant] = {}
    for finding in earlier:
        ids = tuple(sorted({finding.id, *finding.aliases}))
        if finding.first_seen < as_of and any((name, finding.purl) in wanted for name in ids):
            row = (ids, finding.purl)
            known[row] = min(finding.first_seen, known.get(row, finding.first_seen))
    if not known:
        return None
    rows: list[Json] = [
        {"ids": list[Json](ids), "purl": purl, "firstSeen": str(when)} for (ids, purl), when in known.items()
    ]
    rows.sort(key=jcs.dumps)
    return jcs.dumps({"apiVersion": "stella.ops/v1", "kind": KIND, "findings": rows})


def _keys(finding: RawFinding) -> Iterator[tuple[str, str]]:
    for name in (finding.id, *finding.aliases):
        yield name, finding.purl
