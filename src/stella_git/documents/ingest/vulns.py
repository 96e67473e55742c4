"""The in-toto predicate ``vulns``, in a statement or alone; the one of cosign, around another report.

- The predicate names no package. One in an annotation (``purl``, ``package``) counts; else the finding is in
  the one subject of the statement, else in the document as a whole.
- A score is a CVSS score if its method is called so; the word of another method is a severity of that source.
- A statement is taken at its word here. Who signed it is for ``stella attest verify`` to say.

Source: in-toto/attestation, predicates vulns v0.1 and v0.2; sigstore/cosign, vulnerability scan record v1.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stella_git.documents.detect import detect
from stella_git.documents.ingest.model import WHOLE, Reading, Tool
from stella_git.documents.ingest.severity import Rating, of_vector, rate, score, source_name, word
from stella_git.documents.ingest.shapes import (
    Facts,
    Options,
    finding,
    identity,
    invalid,
    listed,
    moment,
    unnamed,
)
from stella_git.documents.models import RawFinding, Unknown
from stella_git.documents.problems import pointer_to
from stella_git.documents.read import array, inner, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

_TYPES = ("https://in-toto.io/attestation/vulns", "https://cosign.sigstore.dev/attestation/vuln/")
# Names that annotations give a package.
_PACKAGES = ("purl", "packageUrl", "package_url", "package")
# Reports that the predicate of cosign carries.
_CARRIED = frozenset({"grype", "osv-scanner", "sarif", "trivy"})


def read(value: "Json", options: Options) -> Reading:
    """Return what a statement or a bare predicate holds.

    Raises:
        InputError: ``scan-invalid``: a statement of another predicate, or a result that is no array.
    """
    predicate, pointer = value, ""
    if text(value, "_type") is not None:
        kind = text(value, "predicateType") or ""
        if not kind.startswith(_TYPES):
            raise invalid(
                f"the predicate is of the type {kind!a}, which carries no findings", "/predicateType"
            )
        predicate, pointer = inner(value, "predicate"), "/predicate"
    scanner = inner(predicate, "scanner")
    tool = _tool(scanner, inner(predicate, "metadata"))
    if isinstance(scanner.get("result"), dict):
        return _carried(scanner["result"], tool, options, pointer_to(pointer, "scanner", "result"))
    findings: list[RawFinding] = []
    unknowns: list[Unknown] = []
    place = pointer_to(pointer, "scanner")
    whole = _subject(value)
    for index, item in enumerate(listed(scanner, "result", place)):
        if isinstance(item, dict):
            findings.append(replace(_row(item, whole, options), pointer=pointer_to(place, "result", index)))
        else:
            unknowns.append(identity(None, item))
    unknowns += unnamed(findings)
    return Reading(tool=tool, findings=tuple(findings), unknowns=tuple(unknowns))


def _carried(result: "Json", tool: Tool, options: Options, pointer: str) -> Reading:
    """Return what the report inside is, with the state of the database that only the predicate says."""
    from stella_git.documents.ingest import read_as

    found = detect(result)
    if found is None or found.kind not in _CARRIED:
        raise invalid("the result is no report of a known scanner", pointer)
    reading = read_as(found.kind, result, options)
    own = reading.tool
    return replace(
        reading,
        tool=Tool(
            name=own.name or tool.name,
            version=own.version or tool.version,
            database=own.database or tool.database,
            database_date=own.database_date or tool.database_date,
            generated_at=own.generated_at or tool.generated_at,
        ),
    )


def _tool(scanner: "Json", metadata: "Json") -> Tool:
    database = inner(scanner, "db")
    return Tool(
        name=text(scanner, "uri") or "",
        version=text(scanner, "version") or "",
        database=text(database, "version") or text(database, "uri") or "",
        database_date=moment(text(database, "lastUpdate")),
        generated_at=moment(text(metadata, "scanFinishedOn")),
    )


def _subject(value: "Json") -> str:
    subjects = array(value, "subject")
    only = subjects[0] if len(subjects) == 1 else None
    return text(only, "uri") or text(only, "name") or WHOLE


def _row(item: "Json", whole: str, options: Options) -> RawFinding:
    record = inner(item, "vulnerability") or item
    severity, deci = rate(_ratings(record), options.rating_sources)
    part = next(_named(record), None) or next(_named(item), whole)
    return finding(text(record, "id"), (), part, Facts(severity=severity, cvss_deci=deci), item)


def _named(item: "Json") -> Iterator[str]:
    annotations = inner(item, "annotations")
    for holder in (item, annotations, *array(item, "annotations")):
        for name in _PACKAGES:
            found = text(holder, name)
            if found:
                yield found


def _ratings(record: "Json") -> Iterator[Rating]:
    severities = array(record, "severity") or [inner(record, "severity")]
    for each in severities:
        method, given = text(each, "method") or "", each.get("score") if isinstance(each, dict) else None
        if "cvss" in method.casefold():
            legacy = source_name(method).startswith(("cvss2", "cvssv2", "cvss_v2"))
            vector = given if isinstance(given, str) else None
            deci = score(given)
            yield Rating(cvss=deci, legacy=legacy) if deci is not None else of_vector(vector)
        elif isinstance(given, str):
            yield Rating(source=source_name(method), severity=word(given))
