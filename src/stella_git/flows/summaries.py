"""What `git log` shows: one line a commit, derived from what was verified here, and only here."""

from collections.abc import Iterable

from stella_git.errors import StellaError
from stella_git.flows.standing import CommitResult, Demand, Standing, VerifyResult
from stella_git.flows.workspace import WRITER, Workspace
from stella_git.gitstore import notes, refs
from stella_git.gitstore.summary import escape, write_summary

_ID_DIGITS = 12


def line(decision: str, environment: str, verdict_id: str, signers: Iterable[str]) -> str:
    """Return ``PASS prod verdict:<12 hex> by key:NAME``."""
    short = verdict_id.rsplit(":", 1)[-1][:_ID_DIGITS]
    return f"{decision.upper()} {environment} verdict:{short} by {', '.join(signers)}"


def refresh(workspace: Workspace, result: VerifyResult, demand: Demand) -> None:
    """Write the summaries of commits that were verified under this clone's own trust.

    A clone that cannot be written to has no summaries; that changes no answer.
    """
    if demand.policy_ref is not None or demand.keyring_file is not None:
        return
    texts = {found.commit.id: text for found in result.commits if (text := _text(found))}
    try:
        stale = _stale(workspace, texts)
        if stale:
            when = max(demand.now.seconds, 0)
            write_summary(workspace.backend, stale, who=WRITER, when=when)
    except StellaError:
        return


def _text(found: CommitResult) -> str:
    return "; ".join(_standing(standing) for standing in found.standings if standing.result != "missing")


def _standing(standing: Standing) -> str:
    place = standing.environment + (f"/{standing.component}" if standing.component else "")
    candidate = standing.candidate
    if standing.result == "refused" or candidate is None or candidate.predicate is None:
        return f"REFUSED {place} {standing.code}"
    return line(standing.result, place, candidate.predicate.verdict_id, candidate.signers)


def _stale(workspace: Workspace, texts: dict[str, str]) -> dict[str, str]:
    """Return the texts that the notes do not hold yet, so that verifying twice writes once."""
    tips = [(name, tip) for name, tip in workspace.backend.refs(refs.SUMMARY) if name == refs.SUMMARY]
    stale: dict[str, str] = {}
    for commit, text in texts.items():
        held = [row.data for row in notes.note_lines(workspace.backend, commit, tips).lines]
        if held != [escape(text).encode()]:
            stale[commit] = text
    return stale
