"""Rules for statements, envelopes and bundles (A)."""

from stella_git.documents.rules.model import Rule

_DSSE = "DSSE v1.0, envelope.md"
_STATEMENT = "in-toto Attestation Framework v1.1, statement.md"

RULES: dict[str, Rule] = {
    "A001": Rule(
        severity="error",
        what="The envelope is not one that a verifier reads.",
        why="A verifier refuses it before it looks at any signature.",
        remedy="Sign the payload again with a tool that writes DSSE envelopes.",
        source=_DSSE,
    ),
    "A002": Rule(
        severity="error",
        what="The payload of the envelope is not what its type says.",
        why="What is signed cannot be read, or is read differently by different readers.",
        remedy="Put a statement in strict JSON into the payload, and sign it again.",
        source=_DSSE,
    ),
    "A003": Rule(
        severity="error",
        what="The statement is not one that a verifier reads.",
        why="A verifier refuses it, so nothing is attested.",
        remedy="Correct the member and sign the statement again.",
        source=_STATEMENT,
    ),
    "A004": Rule(
        severity="warning",
        what="A subject has no digest that resists collisions.",
        why="Somebody who can make collisions can put another artifact in its place.",
        remedy="Add a SHA-256 digest of the subject.",
        source=_STATEMENT,
    ),
    "A005": Rule(
        severity="info",
        what="The predicate type is unknown here, so the predicate was not looked into.",
        why="A misspelt predicate type looks just like an unknown one, and verifiers compare it exactly.",
        remedy="Compare the URI with the one that its specification gives.",
        source="in-toto Attestation Framework v1.1, predicate.md",
    ),
    "A006": Rule(
        severity="error",
        what="The predicate is not what the predicate type says.",
        why="A consumer that chooses a reader by the type misreads it, or fails.",
        remedy="Write the predicate that belongs to the type, or the type that belongs to the predicate.",
        source="in-toto Attestation Framework v1.1, predicate.md",
    ),
    "A007": Rule(
        severity="error",
        what="The stated id is not the id of the bytes.",
        why="Whoever recomputes the id will find that this verdict or check was altered.",
        remedy="Compute it again; do not edit one by hand.",
    ),
    "A008": Rule(
        severity="error",
        what="The bundle is not one that a verifier reads.",
        why="A verifier refuses it before it looks at any signature.",
        remedy="Write it again with a tool that writes Sigstore bundles of version 0.1 to 0.3.",
        source="Sigstore bundle v0.3",
    ),
}
