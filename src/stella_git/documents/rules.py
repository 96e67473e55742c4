"""The rules, one id each. Their table in the documentation is checked against this one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.documents.problems import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a rule id means.

    Args:
        severity: what its problems are, unless configured otherwise.
        what: one line, for documentation and reports.
        remedy: one line, in the imperative.
    """

    severity: "Severity"
    what: str
    remedy: str


def _error(what: str, remedy: str) -> Rule:
    return Rule(severity="error", what=what, remedy=remedy)


RULES: dict[str, Rule] = {
    # Bytes.
    "J000": _error("The file is not JSON.", "Correct the syntax at this place."),
    "J001": _error("An object has the same member twice.", "Keep one of them."),
    "J002": _error("A number is NaN, infinite or too large to be represented.", "Write a finite number."),
    "J003": _error("The bytes are not UTF-8, or begin with a byte order mark.", "Save as UTF-8 without BOM."),
    "J004": _error("A string holds half of a surrogate pair.", "Write the whole character."),
    "J005": _error("Arrays and objects are nested too deeply.", "Flatten the document."),
    "J006": _error("An integer is beyond 2^53-1; readers disagree about it.", "Write it as a string."),
    "J007": _error("The file is larger than we read.", "Split the document."),
    # Documents.
    "D001": _error("The content is of no known format.", "Give a document of a known format."),
    "D002": _error("The version of the format is not validated.", "Convert it to a version we validate."),
    "D003": _error(
        "The document is of another kind than the command takes.", "Use the command for its kind."
    ),
    "D004": _error("There may be more problems than are shown.", "Correct the first ones and run again."),
    # Schema keywords.
    "K-additionalItems": _error("An array has more items than are allowed.", "Remove items."),
    "K-additionalProperties": _error("A member is unknown here.", "Remove it or correct its name."),
    "K-anyOf": _error("None of the alternatives matches.", "Write one of the alternatives."),
    "K-const": _error("A fixed value is different.", "Write the fixed value."),
    "K-enum": _error("A value is not in the list.", "Write a value of the list."),
    "K-exclusiveMaximum": _error("A number is too large.", "Write a smaller number."),
    "K-exclusiveMinimum": _error("A number is too small.", "Write a larger number."),
    "K-false": _error("Nothing may be written here.", "Remove it."),
    "K-format": _error("A string has not the format.", "Write it in the format."),
    "K-maxItems": _error("An array is too long.", "Remove items."),
    "K-maxLength": _error("A string is too long.", "Shorten it."),
    "K-maximum": _error("A number is too large.", "Write a smaller number."),
    "K-minItems": _error("An array is too short.", "Add items."),
    "K-minLength": _error("A string is too short.", "Write more."),
    "K-minimum": _error("A number is too small.", "Write a larger number."),
    "K-not": _error("Something excluded is written.", "Remove it."),
    "K-oneOf": _error("None, or more than one, of the alternatives matches.", "Write exactly one."),
    "K-pattern": _error("A string does not match the pattern.", "Write a string that matches."),
    "K-required": _error("A required member is missing.", "Add it."),
    "K-type": _error("A value is of the wrong type.", "Write a value of the right type."),
    "K-uniqueItems": _error("An array repeats an item.", "Remove the repeated item."),
    # CycloneDX.
    "C001": _error("Two elements have the same bom-ref.", "Give each element a bom-ref of its own."),
    "C003": _error("A dependency entry is about an element that is not there.", "Correct the ref."),
    "C004": _error("A dependency names an element that is not there.", "Correct the ref."),
    "C009": _error("A vulnerability affects an element that is not there.", "Correct the ref."),
    "C010": _error("A purl is invalid, or (a warning) not in canonical form.", "Write the canonical purl."),
}
