"""Results of policies as Markdown: for a step summary, or a comment on a pull request.

What comes from documents stands in ``<code>``, with everything but letters, digits and a few signs as
character references: it can be no markup, no link, no cell of a table, and nobody is mentioned.
"""

from typing import TYPE_CHECKING, Final

from stella_git.report.markdown import code
from stella_git.report.policies.outcome import because, counts, place, shown, waived_by
from stella_git.report.text import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.report.policies.outcome import Outcome

_SHOWN: Final = 200
_MARKS: Final = {"pass": "✅", "warn": "⚠️", "fail": "❌", "error": "⛔"}
_TABLES: Final = (
    ("fail", "Denied"),
    ("warn", "Warnings"),
    ("waived", "Waived"),
    ("known", "Known"),
    ("audit", "Recorded"),
)


def render(outcome: "Outcome") -> str:
    """Return the decision, and a table of errors and of violations of each state."""
    decision, context = outcome.decision, outcome.context
    found = counts(outcome)
    asked = f"{count(outcome.run.ran, 'rule')} asked, {found['pass']} passed"
    asked += f", {found['not_applicable']} not applicable"
    lines = [
        f"### {_MARKS[decision]} Policies: {decision}",
        "",
        f"{code(context.environment)}, {context.stage}, as of {context.as_of}: {asked}.",
    ]
    lines += _table(
        "Could not be asked", ("rule", "why", "what to do", "place", "owner"), [*_faults(outcome)]
    )
    for state, title in _TABLES:
        heads = ("rule", "what", "why", "place", "by" if state == "waived" else "fix", "owner", "fingerprint")
        lines += _table(title, heads, [*_violations(outcome, state)])
    if outcome.run.notices:
        lines += ["", *(f"- {code(str(notice.get('text', '')))}" for notice in outcome.run.notices)]
    if outcome.compared is not None and outcome.compared.gone:
        rows = [(code(f"{row.policy}/{row.rule}"), code(row.fp)) for row in outcome.compared.gone]
        lines += _table("In the baseline, and no longer there", ("rule", "fingerprint"), rows)
    return "\n".join([*lines, ""])


def _faults(outcome: "Outcome") -> "Iterator[tuple[str, ...]]":
    for result in outcome.run.results:
        if result.fault is not None:
            fault = result.fault
            texts = (result.name, fault.message, fault.remedy, shown(fault.where), result.policy.owner)
            yield tuple(map(code, texts))


def _violations(outcome: "Outcome", wanted: str) -> "Iterator[tuple[str, ...]]":
    for result, violation, state in outcome.rows():
        if state == wanted:
            said = waived_by(outcome, violation) if state == "waived" else violation.fix
            notes = "".join(f"<br>{code(note)}" for note in violation.notes)
            yield (
                code(result.name),
                code(violation.message) + notes,
                code(because(violation)),
                code(shown(place(result, violation))),
                code(said),
                code(result.policy.owner),
                code(violation.fp),
            )


def _table(title: str, heads: tuple[str, ...], rows: "Sequence[tuple[str, ...]]") -> list[str]:
    if not rows:
        return []
    lines = ["", f"#### {title} ({len(rows)})", "", f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    lines += [f"| {' | '.join(row)} |" for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        lines += ["", f"And {len(rows) - _SHOWN} more."]
    return lines
