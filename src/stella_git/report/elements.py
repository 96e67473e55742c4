"""What documents have of the minimum elements, for people and for programs."""

from typing import TYPE_CHECKING

from stella_git.report.markdown import escaped
from stella_git.report.problems import representable
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.elements import Asked, Held, Judgement, Outcome, Profile
    from stella_git.documents.elements.hold import Missing

SCHEMA = "stella.elements-report/1"
LISTING = "stella.profiles/1"
_WORST = 3


def text(results: "Sequence[Held]", asked: "Asked", *, colour: bool) -> str:
    """Return a table for each file and profile, with the places of the worst offenders, and a summary line.

    Args:
        results: one for each file.
        asked: what each has to have.
        colour: whether to use colour.
    """
    lines: list[str] = []
    for held in results:
        title = f"{paint(printable(held.path), 'bold', colour=colour)} ({printable(held.format.title)})"
        for judgement, missing in zip(held.judgements, held.missing, strict=True):
            lines += [f"{title}: {_verdict(judgement, asked, colour=colour)}"]
            lines += [*_table(held, judgement, missing, colour=colour), ""]
    unmet = _unmet(results, asked)
    files = count(len(results), "file")
    told = (
        f"{files}: {count(unmet, 'profile')} not met" if unmet else f"{files}: everything asked for is there"
    )
    return "\n".join([*lines, paint(told, "error" if unmet else "good", colour=colour), ""])


def _verdict(judgement: "Judgement", asked: "Asked", *, colour: bool) -> str:
    met = judgement.satisfies(asked)
    draft = " (draft)" if judgement.profile.status == "draft" else ""
    told = paint("met" if met else "not met", "good" if met else "error", colour=colour)
    return f"{judgement.profile.id}{draft} {told}, score {judgement.score} of 1000{_levels(judgement)}"


def _levels(judgement: "Judgement") -> str:
    levels = judgement.profile.levels
    if len(levels) == 1:
        return ""
    return f" ({', '.join(f'{level.id} {judgement.level_score(level)}' for level in levels)})"


def _table(
    held: "Held", judgement: "Judgement", missing: "Sequence[Sequence[Missing]]", *, colour: bool
) -> "Iterator[str]":
    width = max(len("element"), *(len(outcome.element.id) for outcome in judgement.outcomes))
    level_width = max(len("level"), *(len(level.id) for level in judgement.profile.levels))
    yield paint(f"  {'element':<{width}}  {'level':<{level_width}}  has it", "dim", colour=colour)
    for outcome, lacking in zip(judgement.outcomes, missing, strict=True):
        element = outcome.element
        style = element.level.severity if outcome.missing else "good"
        share = paint(_share(outcome), style, colour=colour)
        yield f"  {element.id:<{width}}  {element.level.id:<{level_width}}  {share}"
        for each in lacking[:_WORST]:
            yield paint(f"    {_place(held, each)}", "dim", colour=colour)
        if len(outcome.missing) > _WORST:
            yield paint(f"    and {len(outcome.missing) - _WORST} more", "dim", colour=colour)


def _share(outcome: "Outcome") -> str:
    return f"{outcome.satisfied} of {outcome.total}" if outcome.total else "not asked"


def _place(held: "Held", missing: "Missing") -> str:
    name = f" {missing.name}" if missing.name else ""
    return printable(f"{held.path}:{missing.line}:{missing.column}{name}")


def markdown(results: "Sequence[Held]", asked: "Asked") -> str:
    """Return the same as tables of Markdown."""
    lines: list[str] = []
    for held in results:
        for judgement, missing in zip(held.judgements, held.missing, strict=True):
            lines += [f"## {escaped(held.path)}: {judgement.profile.id}", ""]
            lines += [f"{_verdict(judgement, asked, colour=False)}.", ""]
            lines += ["| element | level | has it | missing at |", "|---|---|---|---|"]
            lines += [
                _markdown_row(held, outcome, lacking)
                for outcome, lacking in zip(judgement.outcomes, missing, strict=True)
            ]
            lines += [""]
    return "\n".join(lines)


def _markdown_row(held: "Held", outcome: "Outcome", lacking: "Sequence[Missing]") -> str:
    places = [escaped(_place(held, each)) for each in lacking[:_WORST]]
    if len(outcome.missing) > _WORST:
        places.append(f"{len(outcome.missing) - _WORST} more")
    title = escaped(outcome.element.title)
    return f"| {title} | {outcome.element.level.id} | {_share(outcome)} | {', '.join(places)} |"


def as_json(results: "Sequence[Held]", asked: "Asked") -> "Json":
    """Return the report as JSON of the schema ``stella.elements-report/1``."""
    return {
        "schema": SCHEMA,
        "files": [_file(held, asked) for held in results],
        "summary": {"files": len(results), "unmet": _unmet(results, asked)},
    }


def _file(held: "Held", asked: "Asked") -> "Json":
    return {
        "path": representable(held.path),
        "format": {"kind": held.format.kind, "version": held.format.version},
        "profiles": [
            _profile(judgement, missing, asked)
            for judgement, missing in zip(held.judgements, held.missing, strict=True)
        ],
    }


def _profile(judgement: "Judgement", missing: "Sequence[Sequence[Missing]]", asked: "Asked") -> "Json":
    profile = judgement.profile
    return {
        "id": profile.id,
        "title": profile.title,
        "status": profile.status,
        "score": judgement.score,
        "baseline": judgement.baseline,
        "met": judgement.satisfies(asked),
        "levels": [
            {"id": level.id, "score": judgement.level_score(level), "met": judgement.meets(level)}
            for level in profile.levels
        ],
        "elements": [
            _element(outcome, lacking) for outcome, lacking in zip(judgement.outcomes, missing, strict=True)
        ],
    }


def _element(outcome: "Outcome", lacking: "Sequence[Missing]") -> "Json":
    element = outcome.element
    return {
        "id": element.id,
        "title": element.title,
        "scope": element.scope,
        "level": element.level.id,
        "satisfied": outcome.satisfied,
        "total": outcome.total,
        "missing": [
            {"pointer": each.pointer, "name": each.name, "line": each.line, "column": each.column}
            for each in lacking
        ],
    }


def _unmet(results: "Sequence[Held]", asked: "Asked") -> int:
    return sum(not judgement.satisfies(asked) for held in results for judgement in held.judgements)


def listing(profiles: "Sequence[Profile]", *, elements: bool) -> str:
    """Return profiles, one in a line, with their elements if they are wanted."""
    width = max(len(profile.id) for profile in profiles)
    lines: list[str] = []
    for profile in profiles:
        lines.append(printable(f"{profile.id:<{width}}  {profile.status:<5}  {profile.title}"))
        if elements:
            lines += [
                printable(f"  {element.id}: {element.title} ({element.scope}, {element.level.id})")
                for element in profile.elements
            ]
    return "\n".join([*lines, ""])


def listing_json(profiles: "Sequence[Profile]") -> "Json":
    """Return profiles with their elements as JSON of the schema ``stella.profiles/1``."""
    return {
        "schema": LISTING,
        "profiles": [
            {
                "id": profile.id,
                "title": representable(profile.title),
                "status": profile.status,
                "elements": [
                    {
                        "id": element.id,
                        "title": representable(element.title),
                        "scope": element.scope,
                        "level": element.level.id,
                        "rule": profile.rule(element),
                    }
                    for element in profile.elements
                ],
            }
            for profile in profiles
        ],
    }
