"""Our own Findings document, of this or of an earlier release."""

from typing import TYPE_CHECKING

from stella_git.documents import findings
from stella_git.documents.ingest.model import Reading, Source, Tool
from stella_git.documents.ingest.shapes import moment
from stella_git.documents.read import array, inner, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.ingest.shapes import Options


def read(value: "Json", options: "Options") -> Reading:  # noqa: ARG001 - every reader takes its options
    """Return what a validated Findings document holds.

    Raises:
        InputError: ``findings-invalid`` if a finding has no id.
    """
    metadata = inner(value, "metadata")
    source = inner(metadata, "source")
    found, unknowns = findings.from_json(value)
    return Reading(
        tool=Tool(
            name=text(source, "name") or "",
            version=text(source, "version") or "",
            database=text(source, "database") or "",
            database_date=moment(text(source, "databaseDate")),
            generated_at=moment(text(metadata, "generatedAt")),
        ),
        findings=found,
        unknowns=unknowns,
        sources=tuple(_source(item) for item in array(value, "sources")),
    )


def _source(item: "Json") -> Source:
    return Source(
        name=text(item, "name") or "",
        format=text(item, "format") or "",
        digest=text(item, "digest") or "",
        version=text(item, "version") or "",
        database=text(item, "database") or "",
        database_date=moment(text(item, "databaseDate")),
        generated_at=moment(text(item, "generatedAt")),
    )
