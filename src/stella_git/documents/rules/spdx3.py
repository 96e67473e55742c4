"""Rules for SPDX 3.0.1."""

from stella_git.documents.rules.model import Rule

_CORE = "SPDX 3.0.1, Core"

RULES: dict[str, Rule] = {
    "S001": Rule(
        severity="error",
        what="Two objects have the same spdxId, or the same @id.",
        why="In the graph they become one element with the properties of both, so each reader sees another element.",
        remedy="Give each object an identifier of its own, or write it once.",
        source=f"{_CORE}, Element, spdxId",
    ),
    "S002": Rule(
        severity="error",
        what="A property names an element that is neither in the document nor imported.",
        why="Nobody can look up what is named, so what the document says about it is lost.",
        remedy="Add the element, correct its identifier, or import it in the SpdxDocument.",
        source=f"{_CORE}, ElementCollection and ExternalMap",
    ),
    "S003": Rule(
        severity="error",
        what="A property names an element of another class than the model allows there.",
        why="A reader that follows the property expects the members of one class and finds those of another.",
        remedy="Name an element of the class that the property has.",
        source="SPDX 3.0.1 model, SHACL shapes (sh:class)",
    ),
    "S004": Rule(
        severity="error",
        what="There is more than one SpdxDocument, or (a warning) none.",
        why="The SpdxDocument says what the file as a whole describes, imports and conforms to; with two of them, nothing is certain.",
        remedy="Keep exactly one SpdxDocument.",
        source=f"{_CORE}, SpdxDocument",
    ),
    "S005": Rule(
        severity="error",
        what="A collection has no root element, or holds an SpdxDocument.",
        why="Without a root nobody knows what the collection is about, and a tree has nothing to begin with.",
        remedy="Name in rootElement what the collection is about.",
        source=f"{_CORE}, ElementCollection, constraints",
    ),
    "S006": Rule(
        severity="error",
        what="A time does not exist, or (a warning) is still to come; or specVersion is not that of the document.",
        why="What was created when decides which of two statements stands, and the version decides how they are read.",
        remedy="Write times that exist, in UTC, and the version of SPDX that the context names.",
        source=f"{_CORE}, CreationInfo and DateTime",
    ),
    "S007": Rule(
        severity="error",
        what="A relationship is of a class, or (a warning) joins elements of classes, that its type does not have.",
        why="Readers look for a type at its own class and between its own ends; elsewhere it is overlooked.",
        remedy="Write the class, and join the elements, that the type has.",
        source=f"{_CORE}, Relationship and RelationshipType; Security",
    ),
    "S008": Rule(
        severity="error",
        what="A licence expression is invalid, or (a warning) not written as the licence list has it.",
        why="Whoever checks licences by program skips what cannot be read, or takes it for another licence.",
        remedy="Write a licence expression of SPDX.",
        source="SPDX 3.0.1, SimpleLicensing, LicenseExpression; annex on licence expressions",
        fixable=True,
    ),
    "S009": Rule(
        severity="error",
        what="The value of a hash has not the length of its algorithm, or is not hexadecimal.",
        why="It cannot be the digest of anything, so nothing can be verified by it.",
        remedy="Write the digest in hexadecimal, or correct the algorithm.",
        source=f"{_CORE}, Hash and HashAlgorithm",
    ),
    "S010": Rule(
        severity="error",
        what="A profile is declared that the elements do not conform to, or (a warning, or info) one is used undeclared.",
        why="Readers choose what they look for by the declared profiles; a declaration that is wrong misleads them.",
        remedy="Declare the profiles that the elements conform to.",
        source=f"{_CORE}, ElementCollection, profileConformance; Lite, profile conformance",
    ),
}
