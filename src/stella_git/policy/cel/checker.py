"""What an expression would fail at for any input: names, functions, members and types that do not fit.

Types are deduced as far as names and functions declare them; the rest is ``dyn``, and fits everywhere.

Source: Common Expression Language, language definition, section Gradual Type Checking.
"""

from collections.abc import Callable, Mapping
from typing import Final

from stella_git.config.shape import nearest
from stella_git.errors import ConfigError
from stella_git.policy.cel import deduction, words
from stella_git.policy.cel.dispatch import takes, wanted
from stella_git.policy.cel.evaluator import function_of
from stella_git.policy.cel.faults import mistyped, never, unknown
from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.macros import LOOPS
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
from stella_git.policy.cel.types import BOOL, DYN, INT, MAP, TYPE, Type, list_of, map_of, optional_of
from stella_git.policy.cel.values import kind

MOST: Final = 100
"""Faults of one expression that are reported."""
_KEYS: Final = frozenset({"bool", "int", "uint", "string", "dyn"})


class Checker:
    """Deduces types of nodes.

    Args:
        source: the expression, for places in messages.
        names: the type of each name that may be bound, None for an unknown one; None if any may be bound.
        functions: what may be called.
        container: where names are looked for.
        found: where faults go, each with its offset, `MOST` at the most; None to raise the first.
    """

    def __init__(
        self,
        source: str,
        names: Mapping[str, Type | None] | None,
        functions: Table,
        container: str,
        found: list[tuple[int, ConfigError]] | None = None,
    ) -> None:
        self.source = source
        self.names = names
        self.functions = functions
        self.scope = Scope(names, container)
        self.variables: dict[int, Type] = {}
        self.listed: dict[int, tuple[str, ...]] = {}  # offset of a text -> what could stand there instead
        self.found = found

    def of(self, node: Node) -> Type:
        """Return the type of a node.

        Raises:
            ConfigError: it, or a node below, would always fail (``cel-unknown``, ``cel-type``,
                ``cel-value``), unless faults are collected.
        """
        return _RULES[type(node)](self, node)

    def refuse(self, fault: Callable[..., ConfigError], offset: int, *about: object) -> Type:
        """Return ``dyn``, the type of what has a fault: nothing is wrong twice because of it.

        Raises:
            ConfigError: faults are not collected.
        """
        if self.found is None:
            raise fault(self.source, offset, *about)
        if len(self.found) < MOST:
            self.found.append((offset, fault(self.source, offset, *about)))
        return DYN

    def literal(self, node: Literal) -> Type:
        return Type(name=kind(node.value))

    def name(self, node: Name) -> Type:
        slot = None if node.absolute else self.scope.local(node.name)
        if slot is not None:
            return self.variables[slot]
        declared = self._declared(node.name, node)
        if declared is not None:
            return declared
        if node.name in TYPES:
            return TYPE
        if self.names is None:
            return DYN
        known = [name.partition(".")[0] for name in self.names]
        return self.refuse(unknown, node.start, "name", node.name, known)

    def _declared(self, chain: str, first: Name) -> Type | None:
        for name in self.scope.candidates(chain, first) if self.names else ():
            if self.names and name in self.names:
                return self.names[name] or DYN
        return None

    def select(self, node: Select) -> Type:
        first, chain = root(node), dotted(node)
        if first is not None and chain is not None and not self.scope.is_local(first):
            declared = self._declared(chain, first)
            if declared is not None:
                return declared
            if chain in TYPES:
                return TYPE
        held = self.of(node.operand)
        optional = node.optional or held.name == "optional_type"
        if held.name == "optional_type":
            held = held.parameters[0]
        found = self._member(node, held)
        if node.test:
            return BOOL
        return optional_of(found) if optional else found

    def _member(self, node: Select, of: Type) -> Type:
        if of.name == "dyn":
            return DYN
        if of.name != "map":
            return self.refuse(mistyped, node.start, f"{of.named} has no members, so no {node.member}")
        if of.members is None:
            return of.parameters[1] if of.parameters else DYN
        if node.member in of.members:
            return of.members[node.member]
        if of.closed:
            return self.refuse(unknown, node.at, "member", node.member, of.members)
        return DYN

    def index(self, node: Index) -> Type:
        of, at = self.of(node.operand), self.of(node.index)
        optional = node.optional or of.name == "optional_type"
        if of.name == "optional_type":
            of = of.parameters[0]
        found = self._element(node, of, at)
        return optional_of(found) if optional else found

    def _element(self, node: Index, of: Type, at: Type) -> Type:
        if of.name == "dyn":
            return DYN
        if of.name not in {"list", "map"}:
            return self.refuse(mistyped, node.start, f"{of.named} has no elements")
        if at.name not in ({"int", "uint", "dyn"} if of.name == "list" else _KEYS | {"double"}):
            return self.refuse(mistyped, node.index.start, f"{at.named} is no index of a {of.name}")
        if of.members is not None and isinstance(node.index, Literal):
            return of.members.get(node.index.value, DYN)
        return of.parameters[-1] if of.parameters else DYN

    def call(self, node: Call) -> Type:
        name, overloads, arguments = function_of(node, self.functions, self.scope)
        shown = name.removeprefix(".")
        if overloads is None:
            method = name != shown
            known = {of.removeprefix(".") for of in self.functions if of.startswith(".") == method}
            self.refuse(unknown, node.start, "function", shown, known | LOOPS if method else known)
            if method and nearest(shown, LOOPS):
                arguments = arguments[:1]  # nobody declared the variable of a misspelt macro
        types = [self.of(argument) for argument in arguments]
        return DYN if overloads is None else self._result(node, shown, overloads, types)

    def _result(self, node: Call, shown: str, overloads: tuple[Overload, ...], types: list[Type]) -> Type:
        fitting = [each for each in overloads if takes(each, len(types))]
        if not fitting:
            return self.refuse(mistyped, node.start, f"{shown} does not take {len(node.arguments)} arguments")
        fitting = [each for each in fitting if self._fits(each, types)]
        if not fitting:
            return self.refuse(mistyped, node.start, f"{shown} is not for {', '.join(map(str, types))}")
        results = [each.result for each in fitting]
        return results[0] if all(each == results[0] for each in results) else DYN

    def _fits(self, overload: Overload, types: list[Type]) -> bool:
        declared = wanted(overload, len(types))
        return all(deduction.fits(have, want) for have, want in zip(types, declared, strict=True))

    def operator(self, node: Operator) -> Type:
        types = [self.of(operand) for operand in node.operands]
        found = deduction.of_operator(node.sign, types)
        if found is None:
            unequal = " (they are never equal)" if node.sign in {"==", "!="} else ""
            kinds = " and ".join(map(str, types))
            return self.refuse(mistyped, node.start, f"{node.sign} is not for {kinds}{unequal}")
        for text, known in words.listed(node, types):
            self.listed[text.start] = known
            if text.value not in known:
                self.refuse(never, text.start, text.value, known)
        return found

    def boolean(self, node: Node) -> None:
        """Refuse a condition that cannot be a boolean.

        Raises:
            ConfigError: its type is another.
        """
        found = self.of(node)
        if found.name not in {"bool", "dyn"}:
            self.refuse(mistyped, node.start, f"a condition is a bool, not {found.named}")

    def logic(self, node: Logic) -> Type:
        for operand in node.operands:
            self.boolean(operand)
        return BOOL

    def conditional(self, node: Conditional) -> Type:
        self.boolean(node.test)
        return deduction.common([self.of(node.yes), self.of(node.no)])

    def opened(self, node: Node, *, optional: bool) -> Type:
        found = self.of(node)
        if not optional or found.name == "dyn":
            return DYN if optional else found
        if found.name != "optional_type":
            return self.refuse(
                mistyped, node.start, f"after a question mark stands an optional, not {found.named}"
            )
        return found.parameters[0]

    def list(self, node: ListOf) -> Type:
        items = zip(node.items, node.optional, strict=True)
        return list_of(deduction.common([self.opened(item, optional=may_lack) for item, may_lack in items]))

    def map(self, node: MapOf) -> Type:
        keys = [self.of(key) for key in node.keys]
        for at, (key, of) in enumerate(zip(node.keys, keys, strict=True)):
            if of.name not in _KEYS:
                keys[at] = self.refuse(mistyped, key.start, f"{of.named} is no key of a map")
        items = zip(node.values, node.optional, strict=True)
        values = [self.opened(value, optional=may_lack) for value, may_lack in items]
        return map_of(deduction.common(keys), deduction.common(values))

    def enter(self, names: tuple[str, ...], types: tuple[Type, ...]) -> None:
        """Declare variables of a macro."""
        self.variables.update(zip(self.scope.enter(*names), types, strict=True))

    def loop(self, node: Loop) -> Type:
        over = self.of(node.over)
        if over.name not in {"list", "map", "dyn"}:
            over = self.refuse(mistyped, node.over.start, f"{over.named} cannot be gone through")
        key, value = deduction.elements(over)
        types: tuple[Type, ...] = (key if over.name != "list" else INT, value)
        if len(node.variables) == 1:
            types = (key if over.name == "map" else value,)
        self.enter(node.variables, types)
        if node.test is not None:
            self.boolean(node.test)
        if node.macro in {"all", "exists", "exists_one", "filter"}:
            self.boolean(node.body)
            made = list_of(types[0]) if node.macro == "filter" else BOOL
        else:
            body = self.of(node.body)
            made = {"map": list_of(body), "transformMap": map_of(key, body)}.get(node.macro, MAP)
        self.scope.leave(*node.variables)
        return made

    def bind(self, node: Bind) -> Type:
        for name, value in zip(node.names, node.values, strict=True):
            found = self.of(value)
            self.enter((name,), (found,))
        body = self.of(node.body)
        self.scope.leave(*node.names)
        return body

    def opt_map(self, node: OptMap) -> Type:
        operand = self.of(node.operand)
        if operand.name not in {"optional_type", "dyn"}:
            operand = self.refuse(mistyped, node.start, f"{operand.named} is no optional")
        self.enter((node.name,), operand.parameters or (DYN,))
        body = self.of(node.body)
        self.scope.leave(node.name)
        if node.flat and body.name not in {"optional_type", "dyn"}:
            return self.refuse(mistyped, node.body.start, f"optFlatMap makes an optional, not {body.named}")
        return body if node.flat else optional_of(body)


_RULES: Final[dict[type[Node], Callable[..., Type]]] = {
    Literal: Checker.literal,
    Name: Checker.name,
    Select: Checker.select,
    Index: Checker.index,
    Call: Checker.call,
    Operator: Checker.operator,
    Logic: Checker.logic,
    Conditional: Checker.conditional,
    ListOf: Checker.list,
    MapOf: Checker.map,
    Loop: Checker.loop,
    Bind: Checker.bind,
    OptMap: Checker.opt_map,
}
