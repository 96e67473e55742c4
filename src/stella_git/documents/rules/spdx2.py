"""Rules for SPDX 2.3."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {
    "2S01": Rule(
        severity="error",
        what="Two elements have the same SPDXID, or (a warning) one is not written as an SPDXID.",
        why="Relationships name elements by SPDXID: with two of one name, nobody knows which one is meant.",
        remedy="Give each element an SPDXID of its own: `SPDXRef-` and letters, digits, `.` or `-`.",
        source="SPDX 2.3 sections 6.3, 7.2, 8.2 and 9.1",
    ),
    "2S02": Rule(
        severity="error",
        what="An element is named that is not in the document.",
        why="What the relationship or the list says is about something that nobody can look up.",
        remedy="Add the element, correct its SPDXID, or name the document that has it in externalDocumentRefs.",
        source="SPDX 2.3 section 11.1 and section 6.6",
    ),
    "2S03": Rule(
        severity="error",
        what="Nothing says what the document describes.",
        why="Readers begin with the elements that the document describes; without them an SBOM is a heap of packages.",
        remedy="Add a relationship DESCRIBES from SPDXRef-DOCUMENT to the root package.",
        source="SPDX 2.3 section 11.1",
    ),
    "2S04": Rule(
        severity="error",
        what="A creator, supplier, originator, annotator or reviewer is not named as the format has it.",
        why="Programs read who is responsible from this text; what they cannot read is nobody.",
        remedy="Write `Person: NAME (EMAIL)`, `Organization: NAME (EMAIL)` or `Tool: NAME-VERSION`.",
        source="SPDX 2.3 sections 6.8, 7.5, 7.6 and 12.1",
    ),
    "2S05": Rule(
        severity="error",
        what="A time does not exist, or (a warning) is still to come or not written as the format has it.",
        why="What was created when decides which of two documents stands; other spellings are read differently.",
        remedy="Write YYYY-MM-DDThh:mm:ssZ, in UTC.",
        source="SPDX 2.3 section 6.9",
        fixable=True,
    ),
    "2S06": Rule(
        severity="error",
        what="A verification code is malformed or out of place, or (a warning) missing or not that of the files.",
        why="The code is what tells whether the files are those that were analysed; a wrong one proves nothing.",
        remedy="Write the code that the SHA-1 of the files give, or `filesAnalyzed: false` and no code.",
        source="SPDX 2.3 sections 7.8 and 7.9",
    ),
    "2S07": Rule(
        severity="error",
        what="A LicenseRef is used that is not defined in the document, or defined twice.",
        why="Nobody can read the licence that it stands for.",
        remedy="Add the licence to hasExtractedLicensingInfos, with its text.",
        source="SPDX 2.3 section 10.1 and Annex D",
    ),
    "2S08": Rule(
        severity="error",
        what="The value of a checksum has not the length of its algorithm, or is not hexadecimal.",
        why="It cannot be the digest of anything, so nothing can be verified by it.",
        remedy="Write the digest in hexadecimal, or correct the algorithm.",
        source="SPDX 2.3 sections 7.10 and 8.4",
    ),
    "2S09": Rule(
        severity="error",
        what="A licence expression is invalid, or (a warning) not written as the licence list has it.",
        why="Whoever checks licences by program skips what cannot be read, or takes it for another licence.",
        remedy="Write a licence expression of SPDX, NONE or NOASSERTION.",
        source="SPDX 2.3 Annex D, sections 7.13 to 7.15 and 8.5 to 8.6",
        fixable=True,
    ),
    "2S10": Rule(
        severity="error",
        what="The document has no namespace of its own, or (a warning) its data licence is not CC0-1.0.",
        why="The namespace is the identity of the document: without it no other document can name what is in this one.",
        remedy="Write a URI of its own in documentNamespace, without `#`, and CC0-1.0 in dataLicense.",
        source="SPDX 2.3 sections 6.2 and 6.5",
    ),
}
