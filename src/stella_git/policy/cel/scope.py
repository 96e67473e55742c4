"""What names mean: variables of macros, declared names, types; and where a frame keeps their values."""

from collections.abc import Collection, Iterator
from typing import Final

from stella_git.policy.cel.nodes import Name, Node, Select
from stella_git.policy.cel.values import KINDS, TypeValue

TYPES: Final = {name: TypeValue(name) for name in sorted({*KINDS.values(), "type"})}
"""Names of types, which stand for types unless somebody declared them."""


def dotted(node: Node) -> str | None:
    """Return ``a.b.c`` of a chain of names, or None for anything else."""
    names: list[str] = []
    while isinstance(node, Select):
        if node.optional or node.test:
            return None
        names.append(node.member)
        node = node.operand
    if not isinstance(node, Name):
        return None
    names.append(node.name)
    return ".".join(reversed(names))


def root(node: Node) -> Name | None:
    """Return the name that a chain of names begins with."""
    while isinstance(node, Select):
        node = node.operand
    return node if isinstance(node, Name) else None


class Scope:
    """Names and their places in the frame.

    Args:
        declared: names that may be bound, some of them with dots; None if any may.
        container: a name with dots, such as ``a.b``: ``x`` is looked for as ``a.b.x``, ``a.x``, ``x``.
    """

    __slots__ = ("_container", "_local", "declared", "size", "slots")

    def __init__(self, declared: Collection[str] | None, container: str) -> None:
        self.declared = declared
        self.slots: dict[str, int] = {}
        self.size = 1
        self._local: dict[str, list[int]] = {}
        parts = container.split(".") if container else []
        self._container = [".".join(parts[:length]) + "." for length in range(len(parts), 0, -1)]

    def local(self, name: str) -> int | None:
        """Return the slot of a variable of the macros around, or None."""
        found = self._local.get(name)
        return found[-1] if found else None

    def enter(self, *names: str) -> list[int]:
        """Return new slots for variables; they hide others of these names until `leave`."""
        slots = [self.new() for _ in names]
        for name, slot in zip(names, slots, strict=True):
            self._local.setdefault(name, []).append(slot)
        return slots

    def leave(self, *names: str) -> None:
        """Forget the variables that were entered last."""
        for name in names:
            self._local[name].pop()

    def new(self) -> int:
        """Return the number of a slot that nothing else uses."""
        self.size += 1
        return self.size - 1

    def slot(self, name: str) -> int:
        """Return the slot of a name that is bound from outside."""
        if name not in self.slots:
            self.slots[name] = self.new()
        return self.slots[name]

    def candidates(self, chain: str, first: Name) -> Iterator[str]:
        """Yield the full names that a chain may stand for, from the innermost container outwards."""
        if not first.absolute:
            for prefix in self._container:
                yield prefix + chain
        yield chain

    def is_local(self, first: Name) -> bool:
        """Return whether a chain begins with a variable of a macro."""
        return not first.absolute and self.local(first.name) is not None
