"""The syntax tree: what an expression says, with macros recognised."""

from typing import TYPE_CHECKING, Final

from stella_git.policy.cel.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES: Final = 5_000
DEPTH: Final = 64


class Node:
    """A part of an expression.

    Args:
        start: first character in the source, from 0.
        end: the character after the last.
    """

    __slots__ = ("depth", "end", "start")

    def __init__(self, start: int, end: int, *parts: "Node") -> None:
        self.start = start
        self.end = end
        self.depth: int = 1 + max((part.depth for part in parts), default=0)

    def parts(self) -> "tuple[Node, ...]":
        """Return the nodes right below, in the order of the source."""
        return ()

    def walk(self) -> "Iterator[Node]":
        """Yield this node and all below it."""
        yield self
        for part in self.parts():
            yield from part.walk()


def span(node: Node) -> tuple[int, int]:
    """Return where the text of a node begins and ends, its parentheses included: ``source[start:end]``."""
    return node.start, node.end


class Literal(Node):
    """A value that is written out."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Value) -> None:
        super().__init__(start, end)
        self.value = value


class Name(Node):
    """A name; ``absolute`` has a dot in front, and is not looked for in the container."""

    __slots__ = ("absolute", "name")

    def __init__(self, start: int, end: int, name: str, *, absolute: bool = False) -> None:
        super().__init__(start, end)
        self.name = name
        self.absolute = absolute


class Select(Node):
    """``operand.member``; ``optional`` is ``operand.?member``, ``test`` is ``has(operand.member)``.

    Args:
        at: first character of the member.
    """

    __slots__ = ("at", "member", "operand", "optional", "test")

    def __init__(self, at: int, end: int, operand: Node, member: str, *, optional: bool) -> None:
        super().__init__(operand.start, end, operand)
        self.at = at
        self.operand = operand
        self.member = member
        self.optional = optional
        self.test = False

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


class Index(Node):
    """``operand[index]``; ``optional`` is ``operand[?index]``."""

    __slots__ = ("index", "operand", "optional")

    def __init__(self, end: int, operand: Node, index: Node, *, optional: bool) -> None:
        super().__init__(operand.start, end, operand, index)
        self.operand = operand
        self.index = index
        self.optional = optional

    def parts(self) -> tuple[Node, ...]:
        return self.operand, self.index


class Call(Node):
    """``name(arguments)`` or ``target.name(arguments)``.

    Attributes:
        qualified: the target turned out to be the beginning of the name: ``math`` in ``math.abs(x)``.
    """

    __slots__ = ("arguments", "name", "qualified", "target")

    def __init__(
        self, start: int, end: int, name: str, arguments: tuple[Node, ...], target: Node | None = None
    ) -> None:
        super().__init__(start, end, *arguments, *([target] if target else []))
        self.name = name
        self.arguments = arguments
        self.target = target
        self.qualified = False

    def parts(self) -> tuple[Node, ...]:
        if self.target is None or self.qualified:
            return self.arguments
        return self.target, *self.arguments


class Operator(Node):
    """An operator and its one or two operands; ``!``, ``-``, ``+``, ``==``, ``in`` and so on."""

    __slots__ = ("operands", "sign")

    def __init__(self, start: int, sign: str, *operands: Node) -> None:
        super().__init__(start, operands[-1].end, *operands)
        self.sign = sign
        self.operands = operands

    def parts(self) -> tuple[Node, ...]:
        return self.operands


class Logic(Node):
    """``&&`` or ``||`` of two or more operands."""

    __slots__ = ("operands", "sign")

    def __init__(self, sign: str, operands: tuple[Node, ...]) -> None:
        super().__init__(operands[0].start, operands[-1].end, *operands)
        self.sign = sign
        self.operands = operands

    def parts(self) -> tuple[Node, ...]:
        return self.operands


class Conditional(Node):
    """``test ? yes : no``."""

    __slots__ = ("no", "test", "yes")

    def __init__(self, test: Node, yes: Node, no: Node) -> None:
        super().__init__(test.start, no.end, test, yes, no)
        self.test = test
        self.yes = yes
        self.no = no

    def parts(self) -> tuple[Node, ...]:
        return self.test, self.yes, self.no


class ListOf(Node):
    """``[a, ?b]``: items, and whether each is an optional that may be left out."""

    __slots__ = ("items", "optional")

    def __init__(self, start: int, end: int, items: tuple[Node, ...], optional: tuple[bool, ...]) -> None:
        super().__init__(start, end, *items)
        self.items = items
        self.optional = optional

    def parts(self) -> tuple[Node, ...]:
        return self.items


class MapOf(Node):
    """``{a: b, ?c: d}``: keys, values, and whether each value is an optional that may be left out."""

    __slots__ = ("keys", "optional", "values")

    def __init__(
        self,
        start: int,
        end: int,
        keys: tuple[Node, ...],
        values: tuple[Node, ...],
        optional: tuple[bool, ...],
    ) -> None:
        super().__init__(start, end, *keys, *values)
        self.keys = keys
        self.values = values
        self.optional = optional

    def parts(self) -> tuple[Node, ...]:
        return tuple(part for pair in zip(self.keys, self.values, strict=True) for part in pair)


class Loop(Node):
    """A macro that goes through a list or a map.

    Args:
        macro: all, exists, exists_one, map, filter, transformMap or transformMapEntry.
        over: what is gone through.
        variables: one or two names.
        test: of ``map`` and ``transform``: elements for which it is false are left out.
        body: what is asked or made of each element.
    """

    __slots__ = ("body", "macro", "over", "test", "variables")

    def __init__(
        self, end: int, macro: str, over: Node, variables: tuple[str, ...], test: Node | None, body: Node
    ) -> None:
        super().__init__(over.start, end, over, body, *([test] if test else []))
        self.macro = macro
        self.over = over
        self.variables = variables
        self.test = test
        self.body = body

    def parts(self) -> tuple[Node, ...]:
        return (self.over, self.body) if self.test is None else (self.over, self.test, self.body)


class Bind(Node):
    """``cel.bind(name, value, body)`` and ``cel.block([values], body)``: names of values, and their use."""

    __slots__ = ("body", "names", "values")

    def __init__(
        self, start: int, end: int, names: tuple[str, ...], values: tuple[Node, ...], body: Node
    ) -> None:
        super().__init__(start, end, *values, body)
        self.names = names
        self.values = values
        self.body = body

    def parts(self) -> tuple[Node, ...]:
        return *self.values, self.body


class OptMap(Node):
    """``operand.optMap(name, body)``; ``flat`` is ``optFlatMap``, whose body gives an optional."""

    __slots__ = ("body", "flat", "name", "operand")

    def __init__(self, end: int, operand: Node, name: str, body: Node, *, flat: bool) -> None:
        super().__init__(operand.start, end, operand, body)
        self.operand = operand
        self.name = name
        self.body = body
        self.flat = flat

    def parts(self) -> tuple[Node, ...]:
        return self.operand, self.body
