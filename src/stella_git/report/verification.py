"""What verification found: text, one line a commit, and canonical JSON."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable
from stella_git.report.verdicts import STYLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stella_git.canon.reader import Json
    from stella_git.flows.replay import Replayed
    from stella_git.flows.standing import Candidate, CommitResult, Standing, VerifyResult

SCHEMA = "stella.verification/1"
_MODES = {
    "pinned-root": "the root key you named stands behind the keyring",
    "pinned-seen": "the keyring is the one this clone accepted before, or its successor",
    "first-use": "trust on first use: name a fingerprint with --root-key to be sure",
}


def verification_json(result: "VerifyResult") -> "Json":
    """Return the whole result as plain JSON, sorted, without a clock."""
    return {
        "schema": SCHEMA,
        "ok": result.ok,
        "trust": {
            "mode": result.mode,
            "revision": result.trusted_commit,
            "keyring": result.keyring_digest,
        },
        "recomputed": result.recomputed,
        "commits": [_commit_json(commit) for commit in result.commits],
    }


def _commit_json(result: "CommitResult") -> "dict[str, Json]":
    return {
        "commit": result.commit.id,
        "ok": result.ok,
        "standings": [_standing_json(standing) for standing in result.standings],
        "attestations": [
            _candidate_json(one) for one in sorted(result.candidates, key=lambda one: one.envelope)
        ],
        "foreignLines": result.foreign_lines,
    }


def _standing_json(standing: "Standing") -> "dict[str, Json]":
    row: dict[str, Json] = {"environment": standing.environment, "result": standing.result, "ok": standing.ok}
    optional = {
        "component": standing.component,
        "code": standing.code,
        "detail": standing.detail,
        "remedy": standing.remedy,
        "envelope": standing.candidate.envelope if standing.candidate else None,
    }
    return row | {key: value for key, value in optional.items() if value}


def _candidate_json(one: "Candidate") -> "dict[str, Json]":
    row: dict[str, Json] = {
        "envelope": one.envelope,
        "refs": list(one.refs),
        "signers": list(one.signers),
        "superseded": one.superseded,
        "checks": [check.to_json() for check in one.checks],
    }
    if one.predicate is not None:
        row |= {
            "verdictId": one.predicate.verdict_id,
            "decision": one.decision,
            "environment": one.environment,
        }
    return row


def verification_text(result: "VerifyResult", *, colour: bool) -> str:
    """Return the answer for each commit, and how far it can be believed."""
    lines = [line for commit in result.commits for line in _commit_lines(commit, colour=colour)]
    good = sum(commit.ok for commit in result.commits)
    total = f"{good} of {count(len(result.commits), 'commit')} verified"
    if result.recomputed:
        total += ", every verdict recomputed from git"
    lines += [
        "",
        paint(total, "good" if result.ok else "error", colour=colour),
        f"rules from {result.trusted_commit[:12]}; {_MODES.get(result.mode, result.mode)}",
    ]
    return "\n".join(lines) + "\n"


def _commit_lines(result: "CommitResult", *, colour: bool) -> "Iterator[str]":
    yield f"{paint(result.commit.id[:12], 'bold', colour=colour)}  {_subject(result)}"
    for standing in result.standings:
        yield _standing_line(standing, colour=colour)
        if not standing.ok and standing.remedy:
            yield f"      remedy: {printable(standing.remedy)}"
    if not result.standings:
        yield "  no environment is required of this ref: nothing was verified"
    if result.foreign_lines:
        yield paint(f"  {count(result.foreign_lines, 'note line')} of other tools", "dim", colour=colour)


def _standing_line(standing: "Standing", *, colour: bool) -> str:
    word = standing.result.upper()
    style = STYLES.get(standing.result, "error")
    place = standing.environment + (f"/{standing.component}" if standing.component else "")
    if standing.ok and standing.candidate:
        tail = f"{standing.detail[:27]}  by {', '.join(standing.candidate.signers)}"
    else:
        tail = f"{standing.code}: {standing.detail}"
    return f"  {paint(f'{word:<8}', style, colour=colour)} {printable(place):<12} {printable(tail)}"


def _subject(result: "CommitResult") -> str:
    return printable(result.commit.message.partition("\n")[0])


def log_text(result: "VerifyResult", *, colour: bool) -> str:
    """Return one line a commit, newest first."""
    lines = [_log_line(commit, colour=colour) for commit in result.commits]
    return "".join(f"{line}\n" for line in lines)


def _log_line(result: "CommitResult", *, colour: bool) -> str:
    parts = []
    for standing in result.standings:
        text = f"{standing.environment}:{standing.result}"
        parts.append(paint(text, STYLES.get(standing.result, "dim"), colour=colour))
    return f"{result.commit.id[:12]}  {' '.join(parts) or '-':<14}  {_subject(result)}"


def show_text(result: "VerifyResult", *, colour: bool) -> str:
    """Return every attestation on a commit, with every check."""
    lines: list[str] = []
    for commit in result.commits:
        lines += _commit_lines(commit, colour=colour)
        for one in commit.candidates:
            lines += ["", *_candidate_lines(one, colour=colour)]
        if not commit.candidates:
            lines.append("  no attestation is stored here; fetch notes, or stella attest create")
    return "\n".join(lines) + "\n"


def _candidate_lines(one: "Candidate", *, colour: bool) -> "Iterator[str]":
    state = "refused" if one.refusal else "superseded" if one.superseded else "accepted"
    style = {"refused": "error", "superseded": "dim"}.get(state, "good")
    yield f"{paint(state, style, colour=colour)}  {printable(one.envelope or ', '.join(one.refs))}"
    if one.predicate is not None:
        yield f"  {one.decision} for {printable(str(one.environment))} as of {one.context.get('asOf')}"
        yield f"  {one.predicate.verdict_id}"
    yield f"  stored in {printable(', '.join(one.refs))}"
    for check in one.checks:
        code = f" {check.code}" if check.code else ""
        yield f"  {check.status:<8}{code} {check.name}: {printable(check.detail)}"


def replay_json(result: "Replayed") -> "Json":
    """Return one replay as plain JSON."""
    row: dict[str, Json] = {
        "identical": result.identical,
        "statedId": result.stated_id,
        "recomputedId": result.recomputed_id,
        "bytes": len(result.recomputed),
    }
    return row if result.difference is None else row | {"difference": result.difference}


def replay_text(results: "Iterable[Replayed]", *, colour: bool) -> str:
    """Return whether each verdict came out the same, and where it first differs."""
    lines: list[str] = []
    for result in results:
        word, style = ("IDENTICAL", "good") if result.identical else ("DIFFERENT", "error")
        lines.append(
            f"{paint(word, style, colour=colour)}  {len(result.recomputed)} bytes recomputed from git"
        )
        lines.append(f"  stated      {printable(result.stated_id)}")
        lines.append(f"  recomputed  {result.recomputed_id}")
        if result.difference is not None:
            lines.append(f"  first difference at {printable(result.difference or '/')}")
    return "".join(f"{line}\n" for line in lines)
