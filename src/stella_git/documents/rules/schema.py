"""Rules of the official schemas: one for each keyword that can be violated."""

from stella_git.documents.rules.model import Rule

_WHY = "The official schema of the format requires it; a tool that relies on the schema fails or misreads it."

_ROWS = {
    "K-additionalItems": ("An array has more items than are allowed.", "Remove items."),
    "K-additionalProperties": ("A member is unknown here.", "Remove it or correct its name."),
    "K-anyOf": ("None of the alternatives matches.", "Write one of the alternatives."),
    "K-const": ("A fixed value is different.", "Write the fixed value."),
    "K-dependentRequired": ("A member that another one needs is missing.", "Add it."),
    "K-enum": ("A value is not in the list.", "Write a value of the list."),
    "K-exclusiveMaximum": ("A number is too large.", "Write a smaller number."),
    "K-exclusiveMinimum": ("A number is too small.", "Write a larger number."),
    "K-false": ("Nothing may be written here.", "Remove it."),
    "K-format": ("A string has not the format.", "Write it in the format."),
    "K-maxItems": ("An array is too long.", "Remove items."),
    "K-maxLength": ("A string is too long.", "Shorten it."),
    "K-maxProperties": ("An object has too many members.", "Remove members."),
    "K-maximum": ("A number is too large.", "Write a smaller number."),
    "K-minItems": ("An array is too short.", "Add items."),
    "K-minLength": ("A string is too short.", "Write more."),
    "K-minProperties": ("An object has too few members.", "Add members."),
    "K-minimum": ("A number is too small.", "Write a larger number."),
    "K-multipleOf": ("A number is not a multiple of another one.", "Write a multiple of it."),
    "K-not": ("Something excluded is written.", "Remove it."),
    "K-oneOf": ("None, or more than one, of the alternatives matches.", "Write exactly one."),
    "K-pattern": ("A string does not match the pattern.", "Write a string that matches."),
    "K-required": ("A required member is missing.", "Add it."),
    "K-type": ("A value is of the wrong type.", "Write a value of the right type."),
    "K-unevaluatedProperties": ("A member is unknown here.", "Remove it or correct its name."),
    "K-uniqueItems": ("An array repeats an item.", "Remove the repeated item."),
}

# Where it is certain what is meant: see ``documents.mends``.
_FIXABLE = frozenset({"K-enum", "K-format", "K-pattern", "K-uniqueItems"})

RULES: dict[str, Rule] = {
    name: Rule(severity="error", what=what, why=_WHY, remedy=remedy, fixable=name in _FIXABLE)
    for name, (what, remedy) in _ROWS.items()
}
