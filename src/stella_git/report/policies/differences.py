"""What verdicts would be under other policies."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.flows.policydiff import Change, Compared, Difference

SCHEMA = "stella.policy-diff/1"
_STYLES = {"pass": "good", "warn": "warning", "fail": "error", "error": "error"}


def text(found: "Difference", *, colour: bool) -> str:
    """Return the verdicts that change, each with what changes in it, and a summary."""
    lines: list[str] = []
    for each in found.compared:
        if not each.same:
            lines += [_head(each, colour=colour), *map(_line, each.changes), ""]
    for commit, why in found.failed:
        lines.append(f"{paint('not judged', 'error', colour=colour)}  {commit[:12]}  {printable(why)}")
    return "\n".join([*lines, *_notes(found), _summary(found), ""])


def _notes(found: "Difference") -> list[str]:
    why = "as files do not say who wrote them; commit, and compare revisions"
    return [f"note: no waiver of the folder {printable(name)} counts, {why}" for name in found.uncounted]


def _head(each: "Compared", *, colour: bool) -> str:
    before, after = (paint(word.upper(), _STYLES[word], colour=colour) for word in (each.before, each.after))
    arrow = f"{before} -> {after}" if each.before != each.after else before
    return f"{arrow}  {each.environment}/{each.stage}  commit {each.commit[:12]}  {printable(each.subject)}"


def _line(change: "Change") -> str:
    sign = "+" if not change.before else "-" if not change.after else "~"
    states = " -> ".join(state for state in (change.before, change.after) if state)
    name = f"{change.rule} {change.fp}".rstrip()
    return printable(f"  {sign} {name}  {states}  {change.message}")


def markdown(found: "Difference") -> str:
    """Return the same as a table, for a comment on a change."""
    from stella_git.report.markdown import escaped

    changed = [each for each in found.compared if not each.same]
    lines = ["| commit | environment | before | after | what changes |", "|---|---|---|---|---|"]
    for each in changed:
        what = "<br>".join(escaped(_line(change).strip()) for change in each.changes)
        place = escaped(f"{each.environment}/{each.stage}")
        lines.append(f"| `{each.commit[:12]}` | {place} | {each.before} | {each.after} | {what} |")
    notes = [line for note in _notes(found) for line in (escaped(note), "")]
    return "\n".join([*(lines if changed else []), "", *notes, _summary(found), ""]).lstrip("\n")


def _summary(found: "Difference") -> str:
    changed = sum(not each.same for each in found.compared)
    told = f"{count(len(found.compared), 'verdict')}, {changed} of them otherwise"
    if found.without:
        told += f"; {count(len(found.without), 'commit')} without a verdict"
    return told + (f"; {len(found.failed)} could not be judged" if found.failed else "")


def as_json(found: "Difference") -> "Json":
    """Return everything as JSON of the schema ``stella.policy-diff/1``."""
    return {
        "schema": SCHEMA,
        "before": found.before,
        "after": found.after,
        "verdicts": [_verdict(each) for each in found.compared],
        "without": [*found.without],
        "failed": [{"commit": commit, "reason": why} for commit, why in found.failed],
    }


def _verdict(each: "Compared") -> "Json":
    return {
        "commit": each.commit,
        "subject": each.subject,
        "environment": each.environment,
        "stage": each.stage,
        "before": each.before,
        "after": each.after,
        "changes": list["Json"](_changes(each)),
    }


def _changes(each: "Compared") -> "Iterator[Json]":
    for change in each.changes:
        states = {"before": change.before, "after": change.after, "fp": change.fp}
        said: dict[str, Json] = {name: value for name, value in states.items() if value}
        yield {"rule": change.rule, "message": change.message, **said}
