"""What can be said of an expression without asking it: what it reads, what is constant in it."""

from typing import TYPE_CHECKING

from stella_git.errors import ConfigError
from stella_git.policy.cel import EvalError
from stella_git.policy.cel.nodes import (
    Bind,
    Call,
    Conditional,
    Index,
    Literal,
    Logic,
    Loop,
    Name,
    Node,
    Operator,
    OptMap,
    Select,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUEL = 100_000
_SAME = frozenset({"==", "<=", ">="})
_TWO = 2


def parsed(text: str) -> Node | None:
    """Return the tree of an expression; None if it is none."""
    from stella_git.policy.cel.parser import parse

    try:
        return parse(text)
    except ConfigError:
        return None


def names(tree: Node) -> frozenset[str]:
    """Return the names that an expression reads, other than the variables of its own macros."""
    return frozenset(name.name for name, _ in free(tree))


def free(tree: Node) -> "Iterator[tuple[Name, Node | None]]":
    """Yield every name that is read from outside, and the node right above it."""
    stack: list[tuple[Node, Node | None, frozenset[str]]] = [(tree, None, frozenset())]
    while stack:
        node, above, bound = stack.pop()
        if isinstance(node, Name) and node.name not in bound:
            yield node, above
        stack += [(part, node, bound | _bound(node, part)) for part in _parts(node)]


def _parts(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node; that a function is called by, ``semver`` of ``semver.compare``, is none."""
    from stella_git.policy.cel.program import everything
    from stella_git.policy.cel.scope import dotted

    if isinstance(node, Call) and node.target is not None:
        space = dotted(node.target)
        if space is not None and f"{space}.{node.name}" in everything():
            return node.arguments
    return node.parts()


def _bound(node: Node, part: Node) -> frozenset[str]:
    """Return the variables that a node declares for one of its parts."""
    if isinstance(node, Loop) and part is not node.over:
        return frozenset(node.variables)
    if isinstance(node, OptMap) and part is node.body:
        return frozenset({node.name})
    if isinstance(node, Bind):
        before = len(node.values) if part is node.body else node.values.index(part)
        return frozenset(node.names[:before])
    return frozenset()


def members(tree: Node, name: str) -> frozenset[str] | None:
    """Return the members that are read of a name, or None if it is read as a whole."""
    found = set()
    for node, above in free(tree):
        if node.name != name:
            continue
        if isinstance(above, Select):
            found.add(above.member)
        elif isinstance(above, Index) and isinstance(above.index, Literal):
            found.add(str(above.index.value))
        else:
            return None
    return frozenset(found)


def patterns(tree: Node) -> "Iterator[tuple[Node, str]]":
    """Yield the regular expressions that are written out in calls of ``matches``, and where."""
    for node in tree.walk():
        if isinstance(node, Call) and node.name == "matches" and node.arguments:
            last = node.arguments[-1]
            if isinstance(last, Literal) and isinstance(last.value, str):
                yield last, last.value


def refused(pattern: str) -> str | None:
    """Return why a regular expression does not compile; None if it does."""
    from stella_git.policy.cel.regex import Regex

    try:
        Regex(pattern)
    except EvalError as error:
        return error.message
    return None


def always(tree: Node, text: str) -> bool | None:
    """Return what an expression is whenever it has a value, if that is certain; else None.

    Args:
        tree: of the expression.
        text: the expression.
    """
    if isinstance(tree, Literal):
        return tree.value if isinstance(tree.value, bool) else None
    if isinstance(tree, Logic):
        return _logic(tree, text)
    if isinstance(tree, Conditional):
        return _conditional(tree, text)
    if isinstance(tree, Operator):
        return _operator(tree, text)
    return _constant(tree, text)


def _logic(tree: Logic, text: str) -> bool | None:
    decides = tree.sign == "||"
    found = {always(operand, text) for operand in tree.operands}
    if decides in found:
        return decides
    return None if None in found else not decides


def _conditional(tree: Conditional, text: str) -> bool | None:
    test = always(tree.test, text)
    yes, no = always(tree.yes, text), always(tree.no, text)
    if test is not None:
        return yes if test else no
    return yes if yes == no else None


def _operator(tree: Operator, text: str) -> bool | None:
    if tree.sign == "!":
        found = always(tree.operands[0], text)
        return None if found is None else not found
    if tree.sign in _SAME and len(tree.operands) == _TWO:
        left, right = (text[node.start : node.end] for node in tree.operands)
        if left == right:
            return True
    return _constant(tree, text)


def _constant(tree: Node, text: str) -> bool | None:
    """Return the value of a part that reads nothing from outside, if it is a boolean."""
    from stella_git.policy import cel

    if names(tree):
        return None
    try:
        value = cel.compile(text[tree.start : tree.end]).evaluate({}, fuel=_FUEL)
    except (ConfigError, EvalError):
        return None
    return value if isinstance(value, bool) else None
