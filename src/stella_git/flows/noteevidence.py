"""Attestations in the notes of a commit, as far as a policy in force asks for their type.

What nobody asks for is left out: a verdict would otherwise be another one with every note that is added. So
is an earlier verdict on the same question, which this one would supersede. Whether a signature holds is not
looked at here: `stella_git.flows.judge` does, from the same bytes, again at every replay.
"""

from typing import TYPE_CHECKING

from stella_git.attest.evidence import envelope_of, read_evidence
from stella_git.attest.predicates import VerdictPredicate, resolve
from stella_git.attest.statement import Statement
from stella_git.errors import StellaError
from stella_git.flows.evidence import ATTESTATION, CAS, Located
from stella_git.gitstore import notes
from stella_git.policy.predicates import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stella_git.flows.judge import Context
    from stella_git.flows.workspace import Workspace
    from stella_git.policy.ruleset import Rules


def gather(
    workspace: "Workspace", commit: str, rules: "Rules | None", context: "Context", taken: "Iterable[Located]"
) -> tuple[Located, ...]:
    """Return the attestations of a commit that policies ask for, sorted by digest.

    Args:
        commit: id of the commit.
        rules: what is in force; without policies nothing is asked for.
        context: of the verdict to come.
        taken: evidence that is there already; the same bytes do not count twice.
    """
    if rules is None:
        return ()
    asked = {split(name)[0] for name in rules.predicate_types}
    known = {item.digest for item in taken}
    found: dict[str, Located] = {}
    for data, statement in _statements(workspace, commit):
        item = Located(role=ATTESTATION, data=data, uri=CAS)
        wanted = split(statement.predicate_type)[0] in asked and not _same_question(statement, context)
        if wanted and item.digest not in known:
            found[item.digest] = item
    return tuple(found[digest] for digest in sorted(found))


def _statements(workspace: "Workspace", commit: str) -> "Iterator[tuple[bytes, Statement]]":
    for line in notes.note_lines(workspace.backend, commit).lines:
        try:
            envelope = envelope_of(read_evidence(line.data, canonical=True))
            if envelope is not None:
                yield line.data, Statement.from_bytes(envelope.payload)
        except StellaError:
            continue  # anybody may write a note


def _same_question(statement: Statement, context: "Context") -> bool:
    """Return whether a statement is a verdict for the same subject, environment and stage."""
    if resolve(statement.predicate_type) != "verdict":
        return False
    try:
        verdict = VerdictPredicate.from_json(statement.predicate).verdict
    except StellaError:
        return True  # not a verdict that anybody could rely on
    stated, subject = verdict.get("context"), verdict.get("subject")
    first = subject[0] if isinstance(subject, list) and subject else None
    if not isinstance(stated, dict) or not isinstance(first, dict):
        return True
    same = (stated.get("environment"), stated.get("stage"), first.get("name"))
    return same == (context.environment, context.stage, context.subject_name)
