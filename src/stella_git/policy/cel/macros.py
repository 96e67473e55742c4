"""Calls that are more than calls: ``has``, ``all``, ``map``, ``cel.bind`` and the like.

Source: Common Expression Language, language definition, section Macros; the extensions for bindings, blocks,
two-variable comprehensions and optionals.
"""

from collections.abc import Callable
from typing import Final

from stella_git.policy.cel.faults import syntax
from stella_git.policy.cel.nodes import Bind, Call, ListOf, Literal, Loop, Name, Node, OptMap, Select

_LOOPS: Final = {
    ("all", 2): "all",
    ("exists", 2): "exists",
    ("exists_one", 2): "exists_one",
    ("existsOne", 2): "exists_one",
    ("map", 2): "map",
    ("map", 3): "map",
    ("filter", 2): "filter",
    ("all", 3): "all",
    ("exists", 3): "exists",
    ("exists_one", 3): "exists_one",
    ("existsOne", 3): "exists_one",
    ("transformList", 3): "map",
    ("transformList", 4): "map",
    ("transformMap", 3): "transformMap",
    ("transformMap", 4): "transformMap",
    ("transformMapEntry", 3): "transformMapEntry",
    ("transformMapEntry", 4): "transformMapEntry",
}
"""Name and number of arguments; a third of ``map`` is a test, of the others a second variable."""


LOOPS: Final = frozenset(name for name, _ in _LOOPS)
"""Names of the macros that go through something."""


def expanded(source: str, call: Call) -> Node | None:
    """Return what a call of a macro stands for, or None when it is a call of a function.

    Raises:
        ConfigError: the arguments are not those of the macro.
    """
    if call.target is None:
        return _has(source, call) if call.name == "has" and len(call.arguments) == 1 else None
    if isinstance(call.target, Name) and call.target.name == "cel" and call.name in _CEL:
        return _CEL[call.name](source, call)
    if (call.name, len(call.arguments)) in _LOOPS:
        return _loop(source, call, call.target)
    if (call.name, len(call.arguments)) in {("optMap", 2), ("optFlatMap", 2)}:
        name = _variable(source, call.arguments[0])
        return OptMap(call.end, call.target, name, call.arguments[1], flat=call.name == "optFlatMap")
    return None


def _has(source: str, call: Call) -> Node:
    asked = call.arguments[0]
    if not isinstance(asked, Select) or asked.optional or asked.test:
        syntax(source, asked.start, "has() asks for a member", "write has(x.member)")
    asked.test = True
    asked.start, asked.end = call.start, call.end
    return asked


def _variable(source: str, node: Node) -> str:
    if not isinstance(node, Name) or node.absolute:
        syntax(source, node.start, f"{source[node.start : node.end]} cannot be the name of a variable")
    return node.name


def _loop(source: str, call: Call, over: Node) -> Node:
    macro = _LOOPS[call.name, len(call.arguments)]
    *heads, body = call.arguments
    test = None
    if call.name == "map":
        heads, rest = heads[:1], heads[1:]
    elif call.name.startswith("transform"):
        heads, rest = heads[:2], heads[2:]
    else:
        rest = []
    if rest:
        test = rest[0]
    variables = tuple(_variable(source, head) for head in heads)
    if len(set(variables)) != len(variables):
        syntax(source, heads[1].start, f"both variables have the name {variables[0]}")
    return Loop(call.end, macro, over, variables, test, body)


def _bind(source: str, call: Call) -> Node:
    if len(call.arguments) != len(("name", "value", "body")):
        syntax(source, call.start, "cel.bind takes a name, a value, and what uses the name")
    name, value, body = call.arguments
    return Bind(call.start, call.end, (_variable(source, name),), (value,), body)


def _block(source: str, call: Call) -> Node:
    if (
        len(call.arguments) != len(("values", "body"))
        or not isinstance(values := call.arguments[0], ListOf)
        or any(values.optional)
    ):
        syntax(source, call.start, "cel.block takes a list of values, and what uses them")
    names = tuple(f"@index{number}" for number in range(len(values.items)))
    return Bind(call.start, call.end, names, values.items, call.arguments[1])


def _numbered(prefix: str, count: int) -> Callable[[str, Call], Node]:
    def made(source: str, call: Call) -> Node:
        numbers = [node.value for node in call.arguments if isinstance(node, Literal)]
        if len(call.arguments) != count or [type(number) for number in numbers] != [int] * count:
            syntax(source, call.start, f"cel.{call.name} takes {count} numbers that are written out")
        return Name(call.start, call.end, prefix + ":".join(map(str, numbers)))

    return made


_CEL: Final[dict[str, Callable[[str, Call], Node]]] = {
    "bind": _bind,
    "block": _block,
    "index": _numbered("@index", 1),
    "iterVar": _numbered("@iter", 2),
}
