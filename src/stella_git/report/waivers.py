"""Waivers, as text, Markdown and JSON."""

from typing import TYPE_CHECKING

from stella_git.report.markdown import escaped
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.flows.waiverslisting import Listed
    from stella_git.policy.model import Waiver

SCHEMA = "stella.waivers-report/1"
_STYLES = {"live": "good", "pending": "info"}


def covers(waiver: "Waiver") -> str:
    """Return in a few words what a waiver covers."""
    what = waiver.fingerprint or f"{waiver.vuln} in {waiver.purl}"
    where = f" in {', '.join(waiver.environments)}" if waiver.environments else ""
    of = f" of {', '.join(waiver.subjects)}" if waiver.subjects else ""
    return what + where + of


def target(waiver: "Waiver") -> str:
    """Return ``POLICY`` or ``POLICY/RULE``."""
    return waiver.policy if waiver.rule is None else f"{waiver.policy}/{waiver.rule}"


def left(row: "Listed") -> str:
    """Return how long a waiver holds still."""
    waiver = row.standing.waiver
    if row.state == "expired":
        return f"since {waiver.expires}"
    if row.state == "pending":
        return f"from {waiver.effective_from}"
    return f"{count(row.days_left, 'day')} left"


def problems(row: "Listed") -> "Iterator[str]":
    """Yield what is wrong with a waiver, in one clause each."""
    if row.standing.unchecked:
        yield row.standing.unchecked
    for one in row.standing.checked:
        if one.code:
            yield f"approval of {one.identity} does not count: {one.detail} ({one.code})"
    if row.orphan:
        yield "it covers nothing: delete it (waiver-orphan)"


def waivers_text(rows: "Sequence[Listed]", *, colour: bool) -> str:
    """Return waivers as lines for a terminal, in the order in which they are given."""
    if not rows:
        return "no waivers\n"
    lines = []
    for row in rows:
        waiver = row.standing.waiver
        word = paint(f"{row.state:<10}", _STYLES.get(row.state, "error"), colour=colour)
        lines.append(f"{word}  {printable(waiver.id)}  {left(row)}")
        lines.append(f"            {printable(f'{target(waiver)}: {waiver.effect} {covers(waiver)}')}")
        names = ", ".join(row.standing.names) or "nobody"
        lines.append(f"            {printable(f'{waiver.kind}, {waiver.owner}; approved by {names}')}")
        lines += [f"            {printable(text)}" for text in problems(row)]
    return "".join(f"{line}\n" for line in lines)


def waivers_markdown(rows: "Sequence[Listed]") -> str:
    """Return waivers as a table of GitHub Flavored Markdown."""
    lines = [
        "| waiver | state | until | policy | covers | type | owner | approved by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        waiver = row.standing.waiver
        cells = (
            waiver.id,
            f"{row.state}, orphan" if row.orphan else row.state,
            str(waiver.expires),
            target(waiver),
            f"{waiver.effect} {covers(waiver)}",
            waiver.kind,
            waiver.owner,
            ", ".join(row.standing.names) or "nobody",
        )
        lines.append("| " + " | ".join(escaped(cell) for cell in cells) + " |")
    return "".join(f"{line}\n" for line in lines)


def waivers_json(rows: "Sequence[Listed]", *, at: "Instant") -> "dict[str, Json]":
    """Return the waivers as JSON of the schema ``stella.waivers-report/1``."""
    return {"schema": SCHEMA, "asOf": str(at), "waivers": [_row(row) for row in rows]}


def _row(row: "Listed") -> "dict[str, Json]":
    waiver = row.standing.waiver
    match: dict[str, Json] = {"fingerprint": waiver.fingerprint, "vuln": waiver.vuln, "purl": waiver.purl}
    match |= {"environments": _listed(waiver.environments), "subjects": _listed(waiver.subjects)}
    found: dict[str, Json] = {
        "id": waiver.id,
        "path": waiver.file.path,
        "digest": waiver.file.digest,
        "policy": waiver.policy,
        "rule": waiver.rule,
        "match": {name: value for name, value in match.items() if value is not None},
        "type": waiver.kind,
        "effect": waiver.effect,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "owner": waiver.owner,
        "author": row.standing.author,
        "created": str(waiver.created),
        "effectiveFrom": str(waiver.effective_from),
        "expires": str(waiver.expires),
        "state": row.state,
        "daysLeft": row.days_left,
        "orphan": row.orphan,
        "approvers": list(row.standing.names),
        "problems": list(problems(row)),
    }
    return {name: value for name, value in found.items() if value is not None}


def _listed(texts: tuple[str, ...] | None) -> "Json":
    return None if texts is None else list(texts)
