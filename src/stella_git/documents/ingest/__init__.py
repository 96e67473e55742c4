"""What scanners wrote, read into findings (part of documents, floor 4).

One module for each format, each with ``read(value, options) -> Reading``. A reader believes nothing: what is
of the wrong type is absent, an element that names no vulnerability is an unknown, and only a report whose
outer shape is wrong is refused. ``merge`` brings reports together, ``canonical`` writes the one document.
"""

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from stella_git.documents.detect import detect
from stella_git.documents.ingest.canonical import to_json
from stella_git.documents.ingest.merge import merge
from stella_git.documents.ingest.model import Reading, Report, Source
from stella_git.documents.ingest.shapes import Options
from stella_git.documents.problems import clip
from stella_git.errors import InputError, Where

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.detect import Format

__all__ = ("FORMATS", "LIMIT", "Options", "Report", "Source", "merge", "read", "to_json")

LIMIT = 64 << 20
# What is signed is verified first, by whoever knows who had to sign it.
_ENVELOPES = frozenset({"dsse", "sigstore-bundle"})
_SIGNED = "Run `stella attest verify FILE --payload | stella findings normalize -`."
_NAME = 200

# Kind of a document, as ``detect`` names it -> module of this package that reads it.
FORMATS: dict[str, str] = {
    "cyclonedx": "bom",
    "findings": "own",
    "grype": "grype",
    "in-toto": "vulns",
    "osv-scanner": "osv",
    "sarif": "sarif",
    "trivy": "trivy",
    "vulns": "vulns",
}
# Validated by schema and rules before anything is taken out of them, as a decision does.
_VALIDATED = frozenset({"cyclonedx", "findings"})


def read(data: bytes, *, path: str, options: Options | None = None, name: str | None = None) -> Report:
    """Return what one report holds; ``merge`` brings it into normal form.

    Args:
        data: the raw bytes.
        path: what to call it in messages.
        options: how to read it.
        name: what to call the scanner, instead of what the report says.

    Raises:
        InputError: ``scan-unrecognised``: it is of no known format; ``scan-invalid``: it is not of the shape
            of its format; ``findings-format``: documents of its format carry no findings;
            ``findings-invalid``; what the strict reader refuses.
    """
    from stella_git.canon.digest import sha256
    from stella_git.canon.reader import parse_json

    value = parse_json(data, path=path, limit=LIMIT)
    try:
        found = _format(value)
        if found.kind in _VALIDATED:
            _admit(data, path)
        reading = read_as(found.kind, value, options or Options())
    except InputError as error:
        if error.where.path is None:
            error.where = error.where.within(path)
        raise
    return _report(reading, found.kind, str(sha256(data)), name)


def read_as(kind: str, value: "Json", options: Options) -> Reading:
    """Return what a parsed report of a known kind holds.

    Args:
        kind: a key of ``FORMATS``.
        value: the parsed report.
        options: how to read it.

    Raises:
        InputError: as ``read``.
    """
    module = import_module(f"stella_git.documents.ingest.{FORMATS[kind]}")
    reading: Reading = module.read(value, options)
    return reading


def _format(value: "Json") -> "Format":
    found = detect(value)
    if found is None:
        raise InputError(
            "this is no report of a known scanner",
            code="scan-unrecognised",
            remedy="Give JSON of Grype, Trivy or OSV-Scanner, SARIF, CycloneDX with vulnerabilities, an "
            "in-toto vulns predicate, or a Findings document.",
        )
    if found.kind not in FORMATS:
        raise InputError(
            f"{found.title} carries no findings",
            code="findings-format",
            remedy=_SIGNED if found.kind in _ENVELOPES else "Give the report of a scanner.",
        )
    return found


def _admit(data: bytes, path: str) -> None:
    from stella_git.documents.validate import admit

    document = admit(data, path=path, expect=frozenset({"findings"}))
    for problem in document.problems:
        if problem.severity == "error":
            raise InputError(
                problem.message,
                code="scan-invalid",
                where=Where(path, line=problem.line, column=problem.column, pointer=problem.pointer),
                remedy=problem.remedy,
            )


def _report(reading: Reading, kind: str, digest: str, name: str | None) -> Report:
    tool = reading.tool
    own = Source(
        name=clip(name or tool.name or kind, _NAME),
        format=kind,
        digest=digest,
        version=tool.version,
        database=tool.database,
        database_date=tool.database_date,
        generated_at=tool.generated_at,
    )
    return Report(
        sources=reading.sources or (own,),
        findings=tuple(
            row if row.sources or reading.sources else replace(row, sources=(own.name,))
            for row in reading.findings
        ),
        unknowns=reading.unknowns,
    )
