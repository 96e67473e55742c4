"""Which ways the conditions of policies came out in their cases: marks under what never did."""

from typing import TYPE_CHECKING

from stella_git.policy.testing.coverage import line_of, permille
from stella_git.report.markdown import code
from stella_git.report.policies.outcome import place_json, shown
from stella_git.report.problems import unicode_text
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.model import Policy
    from stella_git.policy.testing.coverage import Covered, Gap, Part

FORMATS = ("text", "json", "markdown")
_MOST = 200


def below(found: "Sequence[Covered]", least: int) -> "tuple[Covered, ...]":
    """Return the policies of which less was seen than ``least`` of a thousand outcomes."""
    return tuple(each for each in found if each.permille < least)


def text(found: "Sequence[Covered]", *, least: int = 0, colour: bool = False) -> str:
    """Return the gaps of every policy with their source, then one line for each policy, then the total."""
    lines = [line for each in found for line in _policy(each, colour=colour)]
    for each in found:
        style = "error" if each.permille < least else "good" if each.permille == permille(()) else "warning"
        lines.append(f"{paint(f'{each.permille:4}', style, colour=colour)}  {printable(each.policy.id)}")
    lines.append(f"{total(found):4}  of 1000 in all")
    if few := below(found, least):
        said = f"{_number(len(few))} below {least}"
        lines.append(paint(said, "error", colour=colour))
    return "\n".join([*lines, ""])


def _number(policies: int) -> str:
    return "1 policy is" if policies == 1 else f"{policies} policies are"


def total(found: "Sequence[Covered]") -> int:
    """Return the outcomes that were seen, of all policies, in thousandths."""
    return permille(tuple(part for each in found for part in each.parts))


def _policy(covered: "Covered", *, colour: bool) -> "Iterator[str]":
    for part in covered.parts:
        if not part.gaps:
            continue
        where = covered.policy.file.where(part.expression.pointer)
        name = f"{covered.policy.id}/{part.rule}" if part.rule else covered.policy.id
        seen = f"{part.seen} of {count(part.outcomes, 'outcome')}"
        yield printable(f"{shown(where)}  {name}  {part.name}: {seen}")
        yield from _marks(covered.policy, part, colour=colour)
        yield ""


def _marks(policy: "Policy", part: "Part", *, colour: bool) -> "Iterator[str]":
    source = part.expression.text
    for number, line in enumerate(source.split("\n"), 1):
        gaps = [gap for gap in part.gaps if line_of(source, gap.start)[0] == number]
        if not gaps:
            continue
        where = policy.file.within(part.expression.pointer, number, 1)
        head = f"{where.line or 0:6} | "
        yield f"{head}{printable(line)}"
        for gap in gaps:
            column = line_of(source, gap.start)[1] - 1
            width = max(1, len(printable(gap.text.split("\n")[0])))
            mark = f"{' ' * len(printable(line[:column]))}{'^' * width} {said(gap)}"
            yield f"{' ' * (len(head) - 2)}| {paint(mark, 'warning', colour=colour)}"


def said(gap: "Gap") -> str:
    """Return in two words what a condition never was."""
    return f"never {gap.never}" + (", and an error once" if gap.failed else "")


def place(policy: "Policy", part: "Part", gap: "Gap") -> "Where":
    """Return the place of a gap in the file of its policy."""
    return policy.file.within(part.expression.pointer, *line_of(part.expression.text, gap.start))


def markdown(found: "Sequence[Covered]", *, least: int = 0) -> str:
    """Return a table of policies, and a table of gaps."""
    few = below(found, least)
    lines = [f"### {'❌' if few else '✅'} Policy coverage: {total(found)} of 1000", ""]
    lines += ["| policy | of 1000 | outcomes |", "| --- | --- | --- |"]
    for each in found:
        seen, outcomes = _counts(each)
        lines.append(f"| {code(each.policy.id)} | {each.permille} | {seen} of {outcomes} |")
    gaps = [(each, part, gap) for each in found for part in each.parts for gap in part.gaps]
    if gaps:
        lines += ["", "| condition | never | rule | place |", "| --- | --- | --- | --- |"]
    for each, part, gap in gaps[:_MOST]:
        name = f"{each.policy.id}/{part.rule}" if part.rule else f"{each.policy.id} {part.name}"
        where = shown(place(each.policy, part, gap))
        lines.append(f"| {code(_one_line(gap.text))} | {gap.never} | {code(name)} | {code(where)} |")
    lines += [f"\nAnd {len(gaps) - _MOST} more." for _ in gaps[_MOST : _MOST + 1]]
    return "\n".join([*lines, ""])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _counts(covered: "Covered") -> tuple[int, int]:
    return sum(part.seen for part in covered.parts), sum(part.outcomes for part in covered.parts)


def as_json(found: "Sequence[Covered]", *, least: int = 0) -> "dict[str, Json]":
    """Return the outcomes of every policy, and its gaps.

    Source: ``schemas/stella/policy-coverage-report.v1.schema.json``.
    """
    return {
        "schema": "stella.policy-coverage-report/1",
        "policies": [_policy_json(each) for each in found],
        "summary": {"permille": total(found), "min": least, "ok": not below(found, least)},
    }


def _policy_json(covered: "Covered") -> "Json":
    seen, outcomes = _counts(covered)
    return {
        "policy": covered.policy.id,
        "permille": covered.permille,
        "seen": seen,
        "outcomes": outcomes,
        "gaps": [_gap(covered.policy, part, gap) for part in covered.parts for gap in part.gaps],
    }


def _gap(policy: "Policy", part: "Part", gap: "Gap") -> "Json":
    row: dict[str, Json] = {
        "expression": part.name,
        "text": unicode_text(gap.text),
        "never": gap.never,
        "failed": gap.failed,
        "place": place_json(place(policy, part, gap)),
    }
    if part.rule:
        row["rule"] = part.rule
    return row
