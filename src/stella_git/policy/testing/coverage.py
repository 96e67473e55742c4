"""Which ways the conditions of a policy came out in its cases, and which they never did.

A condition is what has to be true or false: what a rule asserts, operands of ``&&``, ``||`` and ``!``, the
test of ``? :``, what macros ask of elements, and every comparison. It has two outcomes, and a good set of
cases sees both. What was never asked was cut short in every case, or stands in a branch that none took.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.policy.cel.faults import place
from stella_git.policy.cel.nodes import Literal, Logic, Loop, Node, Operator, Select
from stella_git.policy.testing.edits import deciding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.policy.cel import Program, Trace
    from stella_git.policy.compiled import Compiled, CompiledRule
    from stella_git.policy.model import Expression, Policy
    from stella_git.policy.select import Selection
    from stella_git.policy.testing.runner import Tested

_COMPARING = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})
_ASKING = frozenset({"all", "exists", "exists_one"})
WHOLE = 1000


@record(frozen=True, slots=True, kw_only=True)
class Gap:
    """A condition that did not come out both ways.

    Args:
        text: as it is written.
        start: in the expression, in characters from 0.
        never: ``true``, ``false``, or ``asked`` for one that never ran.
        failed: whether it was an error in some case.
    """

    text: str
    start: int
    never: str
    failed: bool = False


@record(frozen=True, slots=True, kw_only=True)
class Part:
    """The coverage of one expression.

    Args:
        rule: id of its rule; "" for a name of ``let``.
        name: what it is: ``assert``, ``forEach in``, ``let open``, ...
        asked: how often it ran.
        outcomes: how many there are.
        seen: how many of them there were.
        gaps: in the order of the text.
    """

    rule: str
    name: str
    expression: "Expression"
    asked: int
    outcomes: int
    seen: int
    gaps: tuple[Gap, ...]


@record(frozen=True, slots=True, kw_only=True)
class Covered:
    """The coverage of one policy: names of ``let`` first, then the rules in their order."""

    policy: "Policy"
    parts: tuple[Part, ...]

    @property
    def permille(self) -> int:
        """Return the outcomes that were seen, of all, in thousandths."""
        return permille(self.parts)


def cover(policies: "Sequence[Tested]") -> "tuple[Covered, ...]":
    """Return the coverage of policies by their cases, whatever these expect; sorted by policy id.

    Raises:
        ConfigError: a case names what its policy does not have.
    """
    return tuple(_covered(tested) for tested in sorted(policies, key=lambda each: each.policy.id))


def _covered(tested: "Tested") -> Covered:
    from stella_git.policy.testing.runner import ask, require_fitting

    seen = Seen()
    for suite, case in tested.cases:
        require_fitting(tested, suite, case)
        ask(tested, suite, case, watch=seen)
    return Covered(policy=tested.policy, parts=seen.parts(tested.compiled))


class Seen:
    """Watches the expressions of one policy over many cases."""

    def __init__(self) -> None:
        self._booleans: dict[Node, set[bool]] = {}
        self._times: dict[Node, int] = {}
        self._failed: set[Node] = set()

    def selected(self, _policy: "Policy", _selections: "tuple[Selection, ...]") -> None:
        """Take what requirements selected: it is no condition."""

    def saw(
        self, _policy: "Policy", _expression: "Expression", trace: "Trace", _key: "str | int | bool | None"
    ) -> None:
        """Take one evaluation."""
        from stella_git.policy.cel import EvalError

        for node, seen in trace.seen.items():
            self._times[node] = self._times.get(node, 0) + seen.times
            if seen.booleans:
                self._booleans.setdefault(node, set()).update(seen.booleans)
            if isinstance(seen.first, EvalError) or isinstance(seen.last, EvalError):
                self._failed.add(node)

    def parts(self, compiled: "Compiled") -> tuple[Part, ...]:
        """Return the coverage of every expression, in the order of names of ``let`` and of the rules.

        Args:
            compiled: the policy that was watched; the very programs that ran.
        """
        return (
            *(
                self._part("", f"let {name}", let.expression, let.program, condition=False)
                for name, let in sorted(compiled.lets.items())
            ),
            *(part for rule in compiled.rules for part in self._of_rule(rule)),
        )

    def _of_rule(self, compiled: "CompiledRule") -> "Iterator[Part]":
        rule = compiled.rule
        each = rule.for_each
        if each is not None and compiled.source is not None and compiled.key is not None:
            yield self._part(rule.id, "forEach in", each.source, compiled.source, condition=False)
            yield self._part(rule.id, "forEach key", each.key, compiled.key, condition=False)
        yield self._part(rule.id, "assert", rule.condition, compiled.condition, condition=True)
        expressions = dict(rule.violation.params)
        for name, program in compiled.params:
            yield self._part(rule.id, f"violation {name}", expressions[name], program, condition=False)

    def _part(
        self, rule: str, name: str, expression: "Expression", program: "Program", *, condition: bool
    ) -> Part:
        conditions = list(self._conditions(program.tree, condition=condition))
        gaps = [gap for node in conditions if (gap := self._gap(program.source, node)) is not None]
        outcomes = 2 * len(conditions)
        missing = sum(2 if gap.never == "asked" else 1 for gap in gaps)
        return Part(
            rule=rule,
            name=name,
            expression=expression,
            asked=self._times.get(program.tree, 0),
            outcomes=outcomes,
            seen=outcomes - missing,
            gaps=tuple(sorted(gaps, key=lambda gap: (gap.start, -len(gap.text)))),
        )

    def _conditions(self, tree: Node, *, condition: bool) -> "Iterator[Node]":
        open_nodes = [(tree, condition)]
        while open_nodes:
            node, decides = open_nodes.pop()
            turned = isinstance(node, Operator) and node.sign == "!"
            plain = not isinstance(node, Literal) and not turned
            if plain and (decides or _compares(node) or node in self._booleans):
                yield node
            # What ! turns round comes out as the ! does: it is one condition, and the innermost is named.
            inside = deciding(node, negated=True)
            open_nodes += [(part, part in inside) for part in node.parts()]

    def _gap(self, source: str, node: Node) -> Gap | None:
        booleans = self._booleans.get(node, set())
        if len(booleans) > 1:
            return None
        never = "asked" if not booleans else "false" if True in booleans else "true"
        text = source[node.start : node.end]
        return Gap(text=text, start=node.start, never=never, failed=node in self._failed)


def _compares(node: Node) -> bool:
    if isinstance(node, Operator):
        return node.sign in _COMPARING
    if isinstance(node, Loop):
        return node.macro in _ASKING
    return isinstance(node, Logic) or (isinstance(node, Select) and node.test)


def line_of(source: str, start: int) -> tuple[int, int]:
    """Return line and column, from 1, of a character of an expression."""
    where = place(source, start)
    return where.line or 1, where.column or 1


def permille(parts: "tuple[Part, ...]") -> int:
    """Return the outcomes that were seen, of all, in thousandths, rounded down; all of none is 1000."""
    outcomes = sum(part.outcomes for part in parts)
    return WHOLE * sum(part.seen for part in parts) // outcomes if outcomes else WHOLE
