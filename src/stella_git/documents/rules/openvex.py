"""Rules for OpenVEX 0.2.0: V00x the document, V01x its statements, V02x what they name, V03x its history.

What the official schema sees already (a member that is missing, an empty list of statements, a version below
1) it says itself; the rules here are about what it cannot see.
"""

from stella_git.documents.rules.model import Rule

_DOCUMENT = 'OpenVEX 0.2.0, "Document"'
_STATEMENT = 'OpenVEX 0.2.0, "Statement"'

RULES: dict[str, Rule] = {
    "V001": Rule(
        severity="error",
        what="The context is that of OpenVEX 0.2.0, but spelt otherwise.",
        why="Readers tell versions apart by the text of the context; one that does not know the spelling refuses the document, or reads it as an older version.",
        remedy="Write `https://openvex.dev/ns/v0.2.0`.",
        source='OpenVEX 0.2.0, "Document Struct Fields"',
    ),
    "V002": Rule(
        severity="error",
        what="An @id names more than one thing, or (a warning) lies in a namespace kept for examples.",
        why="Documents and statements are superseded and referred to by their @id: two things under one id replace each other.",
        remedy="Give each document and each statement an @id of its own, under a domain of yours.",
        source='OpenVEX 0.2.0, "Public IRI Namespaces"; RFC 3987',
    ),
    "V003": Rule(
        severity="error",
        what="The author is empty, or (a warning) a placeholder.",
        why="A claim is worth what its author is worth, and statements supersede only those of the same author.",
        remedy="Write the person or organization that makes the statements, best with an e-mail address.",
        source='OpenVEX 0.2.0, "Document Struct Fields"',
    ),
    "V004": Rule(
        severity="error",
        what="The document is issued in the future.",
        why="The newest statement wins: one from the future would win over every correction until then.",
        remedy="Write the time at which the document was issued.",
        source=_DOCUMENT,
    ),
    "V005": Rule(
        severity="warning",
        what="The document was modified after it was issued, and its version is still 1.",
        why="The version has to grow with every change: readers that know version 1 do not look again.",
        remedy="Increment `version`.",
        source='OpenVEX 0.2.0, "Document Struct Fields"',
    ),
    "V006": Rule(
        severity="warning",
        what="A statement says again what another one of the document says.",
        why="Whoever corrects one of them leaves the other standing, and the document then contradicts itself.",
        remedy="Remove one of the two statements.",
        source=_DOCUMENT,
    ),
    "V010": Rule(
        severity="error",
        what="The vulnerability has no usable name, or (a warning) an unusual spelling or a malformed alias.",
        why="Scanners find statements by the id of the vulnerability: one that is malformed is never found.",
        remedy="Write the id, such as CVE-2021-44228 or GHSA-jfh8-c2jp-5v3q.",
        source='OpenVEX 0.2.0, "Vulnerability Data Structure"',
    ),
    "V011": Rule(
        severity="error",
        what="The status or the justification is no label of OpenVEX; this rule speaks in place of the schema.",
        why="Labels are read by machines: one of another format, or of nobody's, says nothing to them.",
        remedy="Write one of the labels.",
        source='OpenVEX 0.2.0, "Status Labels" and "Status Justifications"',
        fixable=True,
    ),
    "V012": Rule(
        severity="error",
        what="A statement names no product that can be found, or (a warning) no statement of the document does.",
        why="A statement without a product applies to nothing, unless it is carried inside an attestation about the product.",
        remedy="Name the product by its purl.",
        source='OpenVEX 0.2.0, "Data Inheritance"',
    ),
    "V013": Rule(
        severity="warning",
        what="A statement is newer than the document that holds it, or (an error) lies in the future.",
        why="A document cannot hold what was known only later: one of the two times is wrong, and times decide which statement counts.",
        remedy="Correct the time of the statement, or update `timestamp` or `last_updated` of the document.",
        source='OpenVEX 0.2.0, "Inheritance Flow"',
    ),
    "V014": Rule(
        severity="error",
        what="A product is said to be not affected, and no reason is given in fact.",
        why="An empty impact statement satisfies the schema and tells nobody why the vulnerability may be ignored.",
        remedy="Add a `justification`.",
        source='OpenVEX 0.2.0, "Note on justification and impact_statement"',
    ),
    "V015": Rule(
        severity="warning",
        what="A product is said to be not affected for a reason in words alone.",
        why="Prose cannot be read by policies, so many of them treat such a statement as one without reason.",
        remedy="Add the `justification` that fits, and keep the words beside it.",
        source='OpenVEX 0.2.0, "Note on justification and impact_statement"',
    ),
    "V016": Rule(
        severity="error",
        what="A product is affected, and the action statement is empty.",
        why="Who is affected has to be told what to do, even if it is that nothing can be done yet.",
        remedy="Write in `action_statement` what to do.",
        source=_STATEMENT,
    ),
    "V017": Rule(
        severity="warning",
        what="A statement has a member that belongs to another status.",
        why="Readers disagree about it: some drop the member, some refuse the document.",
        remedy="Remove the member, or correct the status.",
        source='OpenVEX 0.2.0, "Statement Fields"',
    ),
    "V020": Rule(
        severity="error",
        what="A purl is invalid, or (a warning) not in canonical form.",
        why="Statements are matched to components by purl: one that is malformed matches nothing, and one that is spelt otherwise is missed by whoever compares texts.",
        remedy="Write the canonical purl.",
        source="ECMA-427 (Package-URL)",
        fixable=True,
    ),
    "V021": Rule(
        severity="error",
        what="A digest is not hexadecimal, or not of the length of its algorithm.",
        why="A digest that cannot be one of its algorithm never matches, so the statement applies to nothing.",
        remedy="Write the whole digest in lower-case hexadecimal digits.",
        source='OpenVEX 0.2.0, "Hash Names Table"',
    ),
    "V022": Rule(
        severity="warning",
        what="A subcomponent is not in the SBOM of its product.",
        why="Readers look for the subcomponent in the SBOM; a statement about one that is not listed is never applied.",
        remedy="Write the subcomponent as the SBOM lists it, or make the SBOM again.",
        source='OpenVEX 0.2.0, "Subcomponent"',
    ),
    "V023": Rule(
        severity="warning",
        what="Something was updated before it was issued.",
        why="Times decide which statement counts; where they contradict each other, readers decide differently.",
        remedy="Correct one of the two times.",
        source='OpenVEX 0.2.0, "Statement Fields"',
    ),
    "V024": Rule(
        severity="error",
        what="Two statements of one time give the same product and vulnerability different statuses.",
        why="The newest statement wins, and neither is the newest: each reader takes another one.",
        remedy="Keep the one that holds, or give the later one its own `timestamp`.",
        source='OpenVEX 0.2.0, "Overview" and "Inheritance Flow"',
    ),
    "V030": Rule(
        severity="error",
        what="The document changed against the revision before, and its version was not incremented.",
        why="Readers that know the version do not read the document again, and keep what it said before.",
        remedy="Increment `version`, or give a new document an @id of its own.",
        source='OpenVEX 0.2.0, "Document Struct Fields"',
        fixable=True,
    ),
    "V031": Rule(
        severity="error",
        what="The time of a statement moved that did not change against the revision before.",
        why="A statement that seems newer than it is wins over later ones of others; the specification demands that untouched statements keep their time when the document is updated.",
        remedy="Write the time it had as the `timestamp` of the statement.",
        source='OpenVEX 0.2.0, "Updating Statements with Inherited Data"',
    ),
}
