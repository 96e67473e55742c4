"""Rules for VEX together with the SBOMs and the other VEX beside it."""

from stella_git.documents.rules.model import Rule

_MINIMUM = "CISA, Minimum Requirements for Vulnerability Exploitability eXchange (VEX), April 2023"

RULES: dict[str, Rule] = {
    "X001": Rule(
        severity="warning",
        what="No SBOM beside the document lists the product of a statement.",
        why="A statement is applied to what an SBOM lists: one about something else is never applied, and nobody is told.",
        remedy="Write the product as the SBOM does, or add the SBOM that lists it.",
        source='OpenVEX 0.2.0, "Product"',
    ),
    "X002": Rule(
        severity="error",
        what="A component is said not to be present, and the SBOM of the product lists it.",
        why="One of two documents of the repository is wrong: either the vulnerability is ignored on a false ground, or the SBOM lists what is not there.",
        remedy="Give the justification that holds, or make the SBOM again.",
        source='OpenVEX 0.2.0, "Status Justifications"',
    ),
    "X003": Rule(
        severity="warning",
        what="A fix is claimed for a version that is older than the one the SBOM lists.",
        why="A statement holds for the versions that it names: of the one that is shipped now it says nothing.",
        remedy="Add the version that is listed, or a statement about it.",
        source=_MINIMUM,
    ),
    "X004": Rule(
        severity="warning",
        what="Another document has a later statement of the same author about the same vulnerability and product.",
        why="The later statement holds: whoever reads only this document is told what is no longer so.",
        remedy="Remove the older statement, or keep both in one document.",
        source='OpenVEX 0.2.0, "The VEX Statement"',
    ),
}
