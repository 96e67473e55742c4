"""What an ingested report is: where it comes from, what it found, what it could not establish."""

from dataclasses import dataclass

from stella_git.documents.models import RawFinding, Unknown

# Stands for a component where a report names none.
WHOLE = "the document"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Source:
    """One report that findings come from; "" means that the report does not say.

    Args:
        name: the scanner, such as ``grype``.
        format: kind of the report, a key of ``FORMATS``.
        digest: ``sha256:`` and 64 hex digits of the bytes of the report.
        version: of the scanner.
        database: name or version of its vulnerability database.
        database_date: RFC 3339 in UTC; state of that database.
        generated_at: RFC 3339 in UTC; when the report was made.
    """

    name: str
    format: str
    digest: str
    version: str = ""
    database: str = ""
    database_date: str = ""
    generated_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What a report says of the scanner that made it, as ``Source``."""

    name: str
    version: str = ""
    database: str = ""
    database_date: str = ""
    generated_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the reader of one format took out of one report.

    Args:
        tool: what made it.
        findings: in document order.
        unknowns: in document order.
        sources: the reports behind it, for a document that names them itself; then ``tool`` does not count.
    """

    tool: Tool
    findings: tuple[RawFinding, ...]
    unknowns: tuple[Unknown, ...]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Findings of one or more reports.

    Args:
        sources: the reports they come from; sorted after ``merge``.
        findings: after ``merge`` one for each vulnerability and component, sorted.
        unknowns: after ``merge`` without repetition, sorted.
    """

    sources: tuple[Source, ...]
    findings: tuple[RawFinding, ...]
    unknowns: tuple[Unknown, ...]
