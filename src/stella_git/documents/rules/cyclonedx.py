"""Rules for CycloneDX."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {
    "C001": Rule(
        severity="error",
        what="Two elements have the same bom-ref.",
        why="References by bom-ref become ambiguous: a dependency or a vulnerability may be taken for another element's.",
        remedy="Give each element a bom-ref of its own.",
    ),
    "C003": Rule(
        severity="error",
        what="A dependency entry is about an element that is not there.",
        why="The dependency graph speaks of an element that nobody can look up, so what it needs is lost.",
        remedy="Correct the ref.",
    ),
    "C004": Rule(
        severity="error",
        what="A dependency names an element that is not there.",
        why="The dependency graph leads nowhere at this edge, so what is behind it is never looked at.",
        remedy="Correct the ref.",
    ),
    "C009": Rule(
        severity="error",
        what="A vulnerability affects an element that is not there.",
        why="A statement about an element that is not there is a statement about nothing.",
        remedy="Correct the ref.",
    ),
    "C010": Rule(
        severity="error",
        what="A purl is invalid, or (a warning) not in canonical form.",
        why="Vulnerabilities are matched by purl: one that is malformed matches nothing, and one that is spelt otherwise is missed by whoever compares texts.",
        remedy="Write the canonical purl.",
        fixable=True,
    ),
}
