"""Which changes of policies no case noticed, and what a case has to be like to notice them."""

from typing import TYPE_CHECKING

from stella_git.policy.testing.coverage import line_of
from stella_git.policy.testing.mutate import INVALID, KILLED, SURVIVED
from stella_git.report.markdown import code
from stella_git.report.policies.outcome import place_json, shown
from stella_git.report.problems import unicode_text
from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.model import Policy
    from stella_git.policy.testing.mutants import Mutant
    from stella_git.policy.testing.mutate import Mutated

FORMATS = ("text", "json", "markdown")
_MOST = 200


def ok(found: "Sequence[Mutated]") -> bool:
    """Return whether every change was noticed, and every case holds without one."""
    return not any(each.of(SURVIVED) or each.failing for each in found)


def text(found: "Sequence[Mutated]", *, colour: bool = False) -> str:
    """Return the changes that nobody noticed, then a summary."""
    lines = [line for each in found for line in _survivors(each, colour=colour)]
    for each in found:
        for name in each.failing:
            head = paint("FAIL", "error", colour=colour)
            lines.append(f"{head} {printable(f'{each.tested.policy.id}: {name}')}: fails without any change")
    lines.append(paint(summary(found), "good" if ok(found) else "error", colour=colour))
    return "\n".join([*lines, ""])


def summary(found: "Sequence[Mutated]") -> str:
    """Return one line of numbers."""
    numbers = {state: sum(len(each.of(state)) for each in found) for state in (KILLED, SURVIVED, INVALID)}
    policies = "1 policy" if len(found) == 1 else f"{len(found)} policies"
    line = f"{count(numbers[KILLED] + numbers[SURVIVED], 'mutant')} of {policies}: "
    line += f"{numbers[KILLED]} killed, {numbers[SURVIVED]} survived"
    if numbers[INVALID]:
        line += f"; {numbers[INVALID]} more did not compile"
    left_out = sum(each.left_out for each in found)
    failing = sum(len(each.failing) for each in found)
    line += f"; {left_out} not tried" if left_out else ""
    return line + (f"; {count(failing, 'case')} failed before any change" if failing else "")


def _survivors(mutated: "Mutated", *, colour: bool) -> "Iterator[str]":
    policy = mutated.tested.policy
    for each in mutated.of(SURVIVED):
        mutant = each.mutant
        head = paint("SURVIVED", "error", colour=colour)
        yield f"{head} {printable(f'{shown(place(policy, mutant))}  {name(policy, mutant)}  {mutant.kind}')}"
        yield f"  - {printable(_one_line(mutant.old))}"
        yield f"  + {printable(_one_line(mutant.new)) or '(removed)'}"
        yield f"  missing: {printable(_one_line(mutant.hint))}"
        yield ""


def name(policy: "Policy", mutant: "Mutant") -> str:
    """Return ``POLICY/RULE``, or the policy alone for what is part of no rule."""
    return f"{policy.id}/{mutant.rule}" if mutant.rule else policy.id


def place(policy: "Policy", mutant: "Mutant") -> "Where":
    """Return the place of a change in the file of its policy."""
    if mutant.expression is None:
        return policy.file.where(mutant.pointer)
    return policy.file.within(mutant.pointer, *line_of(mutant.expression.text, mutant.offset))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def markdown(found: "Sequence[Mutated]") -> str:
    """Return a heading with the numbers, and a table of survivors."""
    lines = [f"### {'✅' if ok(found) else '❌'} Policy mutants: {summary(found)}", ""]
    rows = [(each.tested.policy, judged.mutant) for each in found for judged in each.of(SURVIVED)]
    if rows:
        lines += ["| place | rule | before | after | missing |", "| --- | --- | --- | --- | --- |"]
    for policy, mutant in rows[:_MOST]:
        texts = (shown(place(policy, mutant)), name(policy, mutant), mutant.old, mutant.new, mutant.hint)
        lines.append(f"| {' | '.join(code(_one_line(each)) for each in texts)} |")
    lines += [f"\nAnd {len(rows) - _MOST} more." for _ in rows[_MOST : _MOST + 1]]
    return "\n".join([*lines, ""])


def as_json(found: "Sequence[Mutated]") -> "dict[str, Json]":
    """Return what became of the mutants of every policy.

    Source: ``schemas/stella/policy-mutation-report.v1.schema.json``.
    """
    return {
        "schema": "stella.policy-mutation-report/1",
        "policies": [_policy_json(each) for each in found],
        "summary": {
            "killed": sum(len(each.of(KILLED)) for each in found),
            "survived": sum(len(each.of(SURVIVED)) for each in found),
            "invalid": sum(len(each.of(INVALID)) for each in found),
            "leftOut": sum(each.left_out for each in found),
            "ok": ok(found),
        },
    }


def _policy_json(mutated: "Mutated") -> "Json":
    policy = mutated.tested.policy
    return {
        "policy": policy.id,
        "failing": [unicode_text(each) for each in mutated.failing],
        "killed": len(mutated.of(KILLED)),
        "invalid": len(mutated.of(INVALID)),
        "leftOut": mutated.left_out,
        "survivors": [_mutant(policy, each.mutant) for each in mutated.of(SURVIVED)],
    }


def _mutant(policy: "Policy", mutant: "Mutant") -> "Json":
    row: dict[str, Json] = {
        "kind": mutant.kind,
        "old": unicode_text(mutant.old),
        "new": unicode_text(mutant.new),
        "missing": unicode_text(mutant.hint),
        "place": place_json(place(policy, mutant)),
    }
    if mutant.rule:
        row["rule"] = mutant.rule
    return row
