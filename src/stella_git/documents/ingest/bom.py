"""CycloneDX with vulnerabilities: as a decision reads it, with the tool that made it."""

from typing import TYPE_CHECKING

from stella_git.documents import cyclonedx
from stella_git.documents.ingest.model import Reading, Tool
from stella_git.documents.ingest.shapes import Options, moment
from stella_git.documents.read import array, inner, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json


def read(value: "Json", options: Options) -> Reading:
    """Return what a validated CycloneDX document reports, by the rules of ``cyclonedx.findings``."""
    findings, unknowns = cyclonedx.findings(value, rating_sources=options.rating_sources)
    return Reading(tool=_tool(inner(value, "metadata")), findings=findings, unknowns=unknowns)


def _tool(metadata: "Json") -> Tool:
    tools = array(metadata, "tools") or array(inner(metadata, "tools"), "components")
    first = tools[0] if tools else None
    return Tool(
        name=text(first, "name") or "",
        version=text(first, "version") or "",
        generated_at=moment(text(metadata, "timestamp")),
    )
