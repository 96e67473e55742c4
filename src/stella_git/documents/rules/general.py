"""Rules about bytes (J), about what a document is (D), and about licence ids (L)."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {
    "J000": Rule(
        severity="error",
        what="The file is not JSON.",
        why="A reader that guesses at broken syntax may guess differently from the next one.",
        remedy="Correct the syntax at this place.",
    ),
    "J001": Rule(
        severity="error",
        what="An object has the same member twice.",
        why="One reader keeps the first member, another the last: the same bytes then mean two things.",
        remedy="Keep one of them.",
    ),
    "J002": Rule(
        severity="error",
        what="A number is NaN, infinite or too large to be represented.",
        why="JSON has no such number, and readers that take it disagree about what it is.",
        remedy="Write a finite number.",
    ),
    "J003": Rule(
        severity="error",
        what="The bytes are not UTF-8, or begin with a byte order mark.",
        why="Readers that guess an encoding read different characters out of the same bytes.",
        remedy="Save as UTF-8 without BOM.",
    ),
    "J004": Rule(
        severity="error",
        what="A string holds half of a surrogate pair.",
        why="Half a pair is no character: readers replace it, drop it or fail, so names no longer compare.",
        remedy="Write the whole character.",
    ),
    "J005": Rule(
        severity="error",
        what="Arrays and objects are nested too deeply.",
        why="Deep nesting exhausts the stack of many readers, and no real document needs it.",
        remedy="Flatten the document.",
    ),
    "J006": Rule(
        severity="error",
        what="An integer is beyond 2^53-1; readers disagree about it.",
        why="Many readers hold numbers as doubles and round beyond 2^53-1, so two of them see two numbers.",
        remedy="Write it as a string.",
    ),
    "J007": Rule(
        severity="error",
        what="The file is larger than we read.",
        why="What is read is bounded, so that no document can exhaust the memory of a hook or of a server.",
        remedy="Split the document.",
    ),
    "D001": Rule(
        severity="error",
        what="The content is of no known format.",
        why="What is not recognised is not checked, and that must not look like a pass.",
        remedy="Give a document of a known format.",
    ),
    "D002": Rule(
        severity="error",
        what="The version of the format is not validated.",
        why="Without the rules of a version nothing can be said about a document of it.",
        remedy="Convert it to a version we validate.",
    ),
    "D003": Rule(
        severity="error",
        what="The document is of another kind than the command takes.",
        why="A command that takes documents of another kind would judge them by rules that are not theirs.",
        remedy="Use the command for its kind.",
    ),
    "D004": Rule(
        severity="error",
        what="There may be more problems than are shown.",
        why="Reports are bounded: they show a thousand errors and a thousand lesser problems. Where only lesser ones are left out, this is a warning.",
        remedy="Correct the first ones and run again.",
    ),
    "L001": Rule(
        severity="error",
        what="The id of a licence is not on the SPDX licence list.",
        why="The schema allows only ids of the list, and who looks up the terms by an id that is not there finds none. The list has a version of its own, which the message names: a newer one may have the id.",
        remedy="Write an id of the list, or the licence as a name or an expression.",
        source="CycloneDX 1.4 to 1.7, definition of license.id; SPDX licence list",
        fixable=True,
    ),
    "Y001": Rule(
        severity="error",
        what="A policy file is not strict YAML.",
        why="Anchors, implicit types and repeated keys are read differently by different readers, and a policy has one meaning.",
        remedy="Write plain mappings, sequences and quoted strings.",
        source="YAML 1.2.2, restricted to the JSON types",
    ),
}
