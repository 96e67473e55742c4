"""From a tree to closures: what an expression is when it runs.

A frame is a list: the meter, then a slot for every name. Slots are given out while the closures are made, so
that nothing looks a name up while they run.
"""

from collections.abc import Callable
from typing import Final

from stella_git.policy.cel import access, closures, logic
from stella_git.policy.cel.dispatch import called
from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.loops import LOOPS, Closure, Frame, Parts, unpacked
from stella_git.policy.cel.nodes import (
    Bind,
    Call,
    Conditional,
    Index,
    ListOf,
    Literal,
    Logic,
    Loop,
    MapOf,
    Name,
    Node,
    Operator,
    OptMap,
    Select,
)
from stella_git.policy.cel.scope import TYPES, Scope, dotted, root
from stella_git.policy.cel.values import Value

Watch = Callable[[Node, Closure], Closure]
_WEIGHED: Final = 32
"""A unit of fuel for an element pays for a body of so many nodes."""
_ORDER: Final = frozenset({"<", "<=", ">", ">="})


class Maker:
    """Makes closures of nodes.

    Args:
        scope: what names mean.
        functions: what may be called.
        watch: puts something around the closure of every node, to see its values; None for nothing.
    """

    def __init__(self, scope: Scope, functions: Table, watch: Watch | None = None) -> None:
        self.scope = scope
        self.functions = functions
        self.watch = watch

    def make(self, node: Node) -> Closure:
        """Return the closure of a node."""
        made = _MAKERS[type(node)](self, node)
        return made if self.watch is None else self.watch(node, made)

    def all(self, nodes: tuple[Node, ...]) -> tuple[Closure, ...]:
        """Return the closures of several nodes."""
        return tuple(self.make(node) for node in nodes)

    def literal(self, node: Literal) -> Closure:
        return closures.constant(node.value)

    def name(self, node: Name) -> Closure:
        if self.scope.is_local(node):
            return closures.variable(self._slot(node.name))
        known = TYPES.get(node.name)
        otherwise = closures.constant(known) if known else closures.failing(self._nothing(node.name))
        return self._outside(node.name, node, otherwise)

    def _nothing(self, name: str) -> str:
        return f"nothing is bound to {name}" if self.scope.declared is None else f"there is no name {name}"

    def _slot(self, name: str) -> int:
        slot = self.scope.local(name)
        assert slot is not None
        return slot

    def _outside(self, chain: str, first: Name, otherwise: Closure) -> Closure:
        """Return what reads a chain of names that is bound from outside under one of its full names."""
        names = list(self.scope.candidates(chain, first))
        if self.scope.declared is None:
            return closures.first_bound([self.scope.slot(name) for name in names], otherwise)
        for name in names:
            if name in self.scope.declared:
                return closures.bound(name, self.scope.slot(name))
        return otherwise

    def select(self, node: Select) -> Closure:
        operand, name = node.operand, node.member
        variable = self._variable(operand)
        if node.test and variable is not None:
            return closures.test_of_variable(variable, name)
        if node.test:
            of = self.make(operand)
            return lambda frame: access.has(of(frame), name)
        if node.optional:
            of = self.make(operand)
            return lambda frame: access.select_optional(of(frame), name)
        first = root(node)
        chain = dotted(node)
        if first is not None and chain is not None and not self.scope.is_local(first):
            known = TYPES.get(chain)
            plain = closures.constant(known) if known else closures.member(self.make(operand), name)
            return self._outside(chain, first, plain)
        if variable is not None:
            return closures.member_of_variable(variable, name)
        return closures.member(self.make(operand), name)

    def _variable(self, node: Node) -> int | None:
        """Return the slot of a variable of a macro; None for other nodes, and while they are watched."""
        if self.watch is None and isinstance(node, Name) and self.scope.is_local(node):
            return self._slot(node.name)
        return None

    def index(self, node: Index) -> Closure:
        of, at = self.make(node.operand), self.make(node.index)
        return closures.element(of, at, optional=node.optional)

    def call(self, node: Call) -> Closure:
        name, overloads, arguments = function_of(node, self.functions, self.scope)
        node.qualified = node.target is not None and len(arguments) == len(node.arguments)
        if node.target is not None and name in {".or", ".orValue"} and len(arguments) == 2:  # noqa: PLR2004 - a.or(b)
            return closures.either(*self.all(arguments), value=name == ".orValue")
        if overloads is None:
            return closures.failing(f"there is no function {name.removeprefix('.')}")
        return called(name.removeprefix("."), overloads, self.all(arguments))

    def operator(self, node: Operator) -> Closure:
        sign = node.sign
        made = self.all(node.operands)
        if len(made) == 1:
            return closures.unary(sign, made[0])
        left, right = made
        if sign in {"==", "!="}:
            text = node.operands[1]
            if isinstance(text, Literal) and isinstance(text.value, str):
                return closures.equals_text(left, text.value, same=sign == "==")
            return closures.equality(left, right, same=sign == "==")
        if sign in _ORDER:
            return closures.order(sign, left, right)
        if sign == "in":
            return closures.membership(left, right)
        return closures.arithmetic(sign, left, right)

    def logic(self, node: Logic) -> Closure:
        return logic.connective(self.all(node.operands), node.sign == "||")

    def conditional(self, node: Conditional) -> Closure:
        return logic.conditional(self.make(node.test), self.make(node.yes), self.make(node.no))

    def list(self, node: ListOf) -> Closure:
        constants = tuple(item.value for item in node.items if isinstance(item, Literal))
        made_once = len(constants) == len(node.items) and not any(node.optional)
        if made_once and self.watch is None:
            return closures.constant(constants)
        # What is watched costs what it costs otherwise.
        return closures.a_list(
            self.all(node.items), node.optional, cost=0 if made_once else 1 + len(node.items)
        )

    def map(self, node: MapOf) -> Closure:
        return closures.a_map(self.all(node.keys), self.all(node.values), node.optional)

    def loop(self, node: Loop) -> Closure:
        over = self.make(node.over)
        slots = self.scope.enter(*node.variables)
        double = len(slots) > 1
        slot = self.scope.new() if double else slots[0]
        test = None if node.test is None else self.make(node.test)
        body = self.make(node.body)
        self.scope.leave(*node.variables)
        if double:
            test = None if test is None else unpacked(slot, slots[0], slots[1], test)
            body = unpacked(slot, slots[0], slots[1], body)
        size = sum(1 for _ in node.body.walk()) + (sum(1 for _ in node.test.walk()) if node.test else 0)
        parts = Parts(over, slot, double=double, cost=1 + size // _WEIGHED, test=test, body=body)
        return LOOPS[node.macro](parts)

    def bind(self, node: Bind) -> Closure:
        values: list[tuple[int, Closure]] = []
        for name, value in zip(node.names, node.values, strict=True):
            made = self.make(value)
            values.append((self.scope.enter(name)[0], made))
        body = self.make(node.body)
        self.scope.leave(*node.names)

        def run(frame: Frame) -> Value:
            for slot, value in values:
                frame[slot] = value(frame)
            return body(frame)

        return run

    def opt_map(self, node: OptMap) -> Closure:
        operand = self.make(node.operand)
        (slot,) = self.scope.enter(node.name)
        body = self.make(node.body)
        self.scope.leave(node.name)
        return closures.opt_map(operand, slot, body, flat=node.flat)


def function_of(
    node: Call, functions: Table, scope: Scope
) -> tuple[str, tuple[Overload, ...] | None, tuple[Node, ...]]:
    """Return the full name of what is called, its overloads (None if there is none), and all its arguments.

    ``math.greatest(1, 2)`` is a function of that name; ``x.size()`` is ``.size``, with ``x`` in front.
    """
    if node.target is None:
        for name in scope.candidates(node.name, Name(node.start, node.end, node.name)):
            if name in functions:
                return name, functions[name], node.arguments
        return node.name, None, node.arguments
    first, chain = root(node.target), dotted(node.target)
    if first is not None and chain is not None and not scope.is_local(first):
        for name in scope.candidates(f"{chain}.{node.name}", first):
            if name in functions:
                return name, functions[name], node.arguments
    method = f".{node.name}"
    return method, functions.get(method), (node.target, *node.arguments)


_MAKERS: Final[dict[type[Node], Callable[..., Closure]]] = {
    Literal: Maker.literal,
    Name: Maker.name,
    Select: Maker.select,
    Index: Maker.index,
    Call: Maker.call,
    Operator: Maker.operator,
    Logic: Maker.logic,
    Conditional: Maker.conditional,
    ListOf: Maker.list,
    MapOf: Maker.map,
    Loop: Maker.loop,
    Bind: Maker.bind,
    OptMap: Maker.opt_map,
}
