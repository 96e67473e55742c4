"""Texts that are compared with what can never be one of them: ``severity == "ciritcal"``.

A schema lists the texts that a member can have. What is compared with another one is misspelt, and the rule
would hold, or fail, whatever the evidence says.

Source: JSON Schema draft 2020-12, validation, sections 6.1.2 (enum) and 6.1.3 (const).
"""

from collections.abc import Iterator, Sequence

from stella_git.policy.cel.nodes import ListOf, Literal, Node, Operator
from stella_git.policy.cel.types import STRING, Type


def joined(types: Sequence[Type]) -> Type:
    """Return the type of any of some types of strings: with the words of all, if each lists its words."""
    words: list[str] = []
    for each in types:
        if each.words is None:
            return STRING
        words += each.words
    return Type(name="string", words=tuple(dict.fromkeys(words)))


def listed(node: Operator, types: Sequence[Type]) -> Iterator[tuple[Literal, tuple[str, ...]]]:
    """Yield texts that are compared with what has listed words, each with these words.

    Args:
        node: an operator.
        types: of its operands.
    """
    if node.sign in {"==", "!="}:
        (left, right), (of_left, of_right) = node.operands, types
        yield from _held(left, of_right)
        yield from _held(right, of_left)
    elif node.sign == "in":
        (left, right), (of_left, of_right) = node.operands, types
        for item in right.items if isinstance(right, ListOf) else ():
            yield from _held(item, of_left)
        if of_right.name == "list":
            yield from _held(left, of_right.parameters[0] if of_right.parameters else STRING)


def _held(node: Node, of: Type) -> Iterator[tuple[Literal, tuple[str, ...]]]:
    if of.words is not None and isinstance(node, Literal) and isinstance(node.value, str):
        yield node, of.words
