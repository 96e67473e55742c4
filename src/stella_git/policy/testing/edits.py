"""Small changes of an expression, each of which means something else.

They are made in the text, at the places of the nodes, so that a change can be shown as it would be written.
Changes that mean the same as another one are left out where that can be seen.
"""

import re
from typing import TYPE_CHECKING, Final

from stella_git.canon.record import record
from stella_git.policy.cel.nodes import Conditional, Literal, Logic, Loop, Node, Operator
from stella_git.policy.cel.notation import written
from stella_git.policy.cel.parser import parse
from stella_git.policy.cel.values import INT_MAX, INT_MIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BOUNDARY: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_EQUAL: Final = {"==": "!=", "!=": "=="}
_ARITHMETIC: Final = {"+": "-", "-": "+"}
_SCALING: Final = frozenset({"*", "/", "%"})
_SWAPPED: Final = {"all": "exists", "exists": "all", "exists_one": "exists"}
_FACED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
# With the number on the right: the step that says the same as moving the boundary.
_SAME_STEP: Final = {">": -1, "<=": -1, ">=": 1, "<": 1}
_CONDITIONS: Final = frozenset({"all", "exists", "exists_one", "filter"})
_BINARY: Final = 2


@record(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of an expression.

    Args:
        kind: what kind of change it is: ``negate``, ``drop-operand``, ``boundary``, ``equality``,
            ``quantifier``, ``filter``, ``number``, ``string``, ``constant``, ``branch`` or ``arithmetic``.
        start: of what was changed, in characters from 0.
        old: what stood there.
        new: what stands there now.
        text: the whole expression after the change.
        hint: what a case has to be like to notice.
    """

    kind: str
    start: int
    old: str
    new: str
    text: str
    hint: str


def edits(
    source: str, *, condition: bool = False, listed: "Mapping[int, tuple[str, ...]] | None" = None
) -> tuple[Edit, ...]:
    """Return the changes of an expression, in the order of its text.

    Args:
        source: an expression that compiles.
        condition: whether it has to be true or false.
        listed: offset of a text -> what else can stand there: of the program.

    Raises:
        ConfigError: it is no expression.
    """
    tree = parse(source)
    editor = _Editor(source, listed or {})
    found = list(editor.of(tree, condition=condition))
    once = {edit.text: edit for edit in reversed(found) if edit.text != source}
    return tuple(sorted(once.values(), key=lambda edit: (edit.start, edit.kind, edit.text)))


class _Editor:
    def __init__(self, source: str, listed: "Mapping[int, tuple[str, ...]]") -> None:
        self.source = source
        self.listed = listed

    def of(self, tree: Node, *, condition: bool) -> "Iterator[Edit]":
        """Yield the changes of all nodes; no recursion, however deep the tree."""
        open_nodes: list[tuple[Node, bool, Node | None]] = [(tree, condition, None)]
        while open_nodes:
            node, decides, above = open_nodes.pop()
            if decides and not self._turns(node):
                yield from self._negated(node)
            if (make := _EDITS.get(type(node))) is not None:
                yield from make(self, node, above)
            inside = deciding(node)
            open_nodes += [(part, part in inside, node) for part in reversed(node.parts())]

    def _turns(self, node: Node) -> bool:
        """Return whether a change of its own says the opposite already."""
        return isinstance(node, Literal) or (isinstance(node, Operator) and node.sign in _EQUAL)

    def text(self, node: Node) -> str:
        return self.source[node.start : node.end]

    def edit(self, kind: str, node: Node, new: str, hint: str) -> Edit:
        text = self.source[: node.start] + new + self.source[node.end :]
        return Edit(kind=kind, start=node.start, old=self.text(node), new=new, text=text, hint=hint)

    def _negated(self, node: Node) -> "Iterator[Edit]":
        text = self.text(node)
        if isinstance(node, Operator) and node.sign == "!":
            new = self.text(node.operands[0])
        elif isinstance(node, Operator | Logic | Conditional) and not self._enclosed(node):
            new = f"!({text})"
        else:
            new = f"!{text}"
        yield self.edit("negate", node, new, f"a case that comes out otherwise when `{text}` is turned round")

    def _enclosed(self, node: Node) -> bool:
        """Return whether a node of several parts stands in parentheses, which belong to its text."""
        return self.source[node.start] == "(" and node.start < node.parts()[0].start

    def _kept(self, node: Node, text: str) -> str:
        """Return new text of a node, in parentheses if the old one has them."""
        return f"({text})" if self._enclosed(node) else text

    def logic(self, node: Logic, _above: Node | None) -> "Iterator[Edit]":
        texts = [self.text(operand) for operand in node.operands]
        value = "true" if node.sign == "||" else "false"
        for number, text in enumerate(texts):
            rest = f" {node.sign} ".join(texts[:number] + texts[number + 1 :])
            hint = f"a case in which only `{text}` is {value}, and the rest is not"
            yield self.edit("drop-operand", node, self._kept(node, rest), hint)

    def operator(self, node: Operator, _above: Node | None) -> "Iterator[Edit]":
        if len(node.operands) < _BINARY:
            return
        left, right = (self.text(operand) for operand in node.operands)
        if node.sign in _SCALING:
            hint = f"a case in which `{right}` makes a difference"
            yield self.edit("arithmetic", node, self._kept(node, left), hint)
        for kind, table in (("boundary", _BOUNDARY), ("equality", _EQUAL), ("arithmetic", _ARITHMETIC)):
            if node.sign in table:
                new = self._kept(node, f"{left} {table[node.sign]} {right}")
                yield self.edit(kind, node, new, _hint_of_operator(kind, left, right))

    def loop(self, node: Loop, _above: Node | None) -> "Iterator[Edit]":
        if node.macro in _SWAPPED:
            found = re.compile(rf"\s*\.\s*({node.macro}|existsOne)\s*\(").match(self.source, node.over.end)
            if found is not None:
                new = self.source[node.start : found.start(1)] + _SWAPPED[node.macro]
                new += self.source[found.end(1) : node.end]
                hint = f"a case in which some elements of `{self.text(node.over)}` meet it, and some do not"
                yield self.edit("quantifier", node, new, hint)
        test = node.body if node.macro == "filter" else node.test
        if test is not None:
            hint = f"a case with an element for which `{self.text(test)}` is false"
            yield self.edit("filter", test, "true", hint)

    def literal(self, node: Literal, above: Node | None) -> "Iterator[Edit]":
        value = node.value
        if isinstance(value, bool):
            new = "false" if value else "true"
            yield self.edit(
                "constant", node, new, f"a case in which it matters that this is {self.text(node)}"
            )
        elif type(value) is int:
            for step in (-1, 1):
                if INT_MIN <= value + step <= INT_MAX and not _is_elsewhere(node, above, step):
                    hint = f"a case at the edge: {value + step} or {value}"
                    yield self.edit("number", node, str(value + step), hint)
        elif isinstance(value, str):
            hint = f"a case in which it matters that it is exactly {written(value, limit=60)}"
            yield self.edit("string", node, written(self._other(node.start, value)), hint)

    def _other(self, start: int, value: str) -> str:
        """Return another text: of listed ones the next, because one that is not listed would not compile."""
        words = self.listed.get(start, ())
        return words[(words.index(value) + 1) % len(words)] if value in words else f"{value}~"

    def conditional(self, node: Conditional, _above: Node | None) -> "Iterator[Edit]":
        for value, branch in (("true", node.no), ("false", node.yes)):
            other = "false" if value == "true" else "true"
            hint = f"a case in which `{self.text(node.test)}` is {other}, and `{self.text(branch)}` matters"
            yield self.edit("branch", node.test, value, hint)


def deciding(node: Node, *, negated: bool = False) -> "tuple[Node, ...]":
    """Return the parts of a node that have to be true or false.

    Args:
        node: any node.
        negated: count what ``!`` turns round: it comes out as the ``!`` does, the other way.
    """
    if isinstance(node, Logic):
        return node.operands
    if isinstance(node, Operator):
        return node.operands if negated and node.sign == "!" else ()
    if isinstance(node, Conditional):
        return (node.test,)
    if isinstance(node, Loop):
        asked = (node.body,) if node.macro in _CONDITIONS else ()
        return asked if node.test is None else (*asked, node.test)
    return ()


def _hint_of_operator(kind: str, left: str, right: str) -> str:
    if kind == "boundary":
        return f"a case in which `{left}` is exactly `{right}`"
    if kind == "equality":
        return f"a case in which it matters whether `{left}` is `{right}`"
    return f"a case in which `{right}` is not 0"


def _is_elsewhere(node: Literal, above: Node | None, step: int) -> bool:
    """Return whether another change says what a step of an integer says, such as moving the boundary.

    A factor is left alone as well: whether it is 1000 or 1001 hardly ever matters; that it is there does.
    """
    if isinstance(above, Operator) and above.sign in _SCALING:
        return True
    if not isinstance(above, Operator) or above.sign not in _BOUNDARY:
        return False
    sign = above.sign if above.operands[1] is node else _FACED[above.sign]
    return _SAME_STEP[sign] == step


_EDITS: "Final[dict[type[Node], Callable[..., Iterator[Edit]]]]" = {
    Conditional: _Editor.conditional,
    Literal: _Editor.literal,
    Logic: _Editor.logic,
    Loop: _Editor.loop,
    Operator: _Editor.operator,
}
