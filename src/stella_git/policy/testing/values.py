"""What the parts of a rule were in a case that failed: enough lines to see why, and no more."""

from typing import TYPE_CHECKING

from stella_git.policy.cel import EvalError, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.policy.cel import Step, Trace
    from stella_git.policy.model import Expression, Policy
    from stella_git.policy.results import RuleResult
    from stella_git.policy.select import Selection

MOST = 12
_MOST_OF_LET = 4
_TEXT = 70
_VALUE = 90


class Kept:
    """Keeps, of every expression, the first evaluation and the one of each element that did not hold."""

    def __init__(self) -> None:
        self._first: dict[str, Trace] = {}
        self._failing: dict[str, Trace] = {}

    def selected(self, _policy: "Policy", _selections: "tuple[Selection, ...]") -> None:
        """Take what requirements selected: results say what was missing."""

    def saw(
        self, _policy: "Policy", expression: "Expression", trace: "Trace", _key: "str | int | bool | None"
    ) -> None:
        """Take one evaluation."""
        self._first.setdefault(expression.pointer, trace)
        if trace.value is not True:
            self._failing.setdefault(expression.pointer, trace)

    def lines(self, result: "RuleResult", needs: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return what the condition of a rule was, or its list if there was no element; indented lines.

        Args:
            result: what the rule said.
            needs: names of ``let`` that it reads; what they were is shown behind, as far as there is room.
        """
        rule = result.rule
        pointer = rule.condition.pointer
        trace = self._failing.get(pointer) or self._first.get(pointer)
        if trace is None and rule.for_each is not None:
            trace = self._first.get(rule.for_each.source.pointer)
        if trace is None:
            return ()
        found = list(_lines(trace.steps(), MOST + 1))
        for name in reversed(needs):
            let = self._first.get(f"/spec/let/{name}")
            if let is not None and len(found) < MOST:
                found += (f"{name}:", *(f"  {line}" for line in _lines(let.steps(), _MOST_OF_LET)))
        return (*found[:MOST], "...") if len(found) > MOST else tuple(found)


def _lines(step: "Step", most: int) -> "Iterator[str]":
    open_steps = [(step, 0)]
    while open_steps and most:
        each, depth = open_steps.pop()
        most -= 1
        yield f"{'  ' * depth}{_cut(each.text)}  ->  {_value(each)}"
        open_steps += [(part, depth + 1) for part in reversed(each.parts) if _tells(part)]


def _tells(step: "Step") -> bool:
    """Return whether a part is worth a line: a name of a document is not, what was taken out of it is."""
    return not (step.text.isidentifier() and isinstance(step.last, dict | list | tuple))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 3]}..."


def _value(step: "Step") -> str:
    if not step.times:
        return "never asked"
    last = step.last
    if isinstance(last, EvalError):
        return f"error: {last.message}"
    return written(last, limit=_VALUE)
