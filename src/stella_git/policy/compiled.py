"""A policy whose expressions are programs: every name is known, every member of closed evidence exists.

Names are, and nothing else: the evidence that the policy requires, ``params``, ``context``, ``evidence``
(where the evidence came from), the names of ``let``, and the element that a rule is about.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel import types
from stella_git.policy.names import CONTEXT, RESERVED, SOURCES, type_of_param
from stella_git.policy.results import Fault
from stella_git.policy.templates import problems as template_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.cel.types import Type
    from stella_git.policy.model import Expression, Policy, Rule

_KEYS = frozenset({"string", "int", "bool", "dyn"})
_FACTS = frozenset({"string", "int", "bool", "list", "dyn"})


@record(frozen=True, slots=True, kw_only=True)
class Let:
    """A named expression.

    Args:
        needs: the other names of ``let`` that it reads, and those that they read, each after its own.
    """

    expression: "Expression"
    program: cel.Program
    needs: tuple[str, ...]


@record(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule whose expressions are programs.

    Args:
        source: the list of a rule with ``forEach``, else None.
        key: of an element; None without ``forEach``.
        params: (name, program), sorted by name.
        at: None if the violation does not say where it is.
        needs: the names of ``let`` that it reads, each after those that it reads itself.
    """

    rule: "Rule"
    source: cel.Program | None
    key: cel.Program | None
    condition: cel.Program
    params: tuple[tuple[str, cel.Program], ...]
    at: cel.Program | None
    needs: tuple[str, ...]


@record(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A policy that can be asked."""

    policy: "Policy"
    lets: "Mapping[str, Let]"
    rules: tuple[CompiledRule, ...]


def compile_policy(policy: "Policy", *, schemas: "Mapping[str, Json] | None" = None) -> Compiled:
    """Return the policy as programs.

    What is refused here makes a verdict impossible, also one that was made before: once there is a release, a
    further check belongs in `stella_git.policy.lint` instead (``docs/adr/0022``).

    Args:
        policy: as it was loaded.
        schemas: parsed JSON Schemas by path, for requirements that name one of their own.

    Raises:
        ConfigError: the first problem of an expression or a message, with its place in the file:
            ``cel-syntax``, ``cel-limit``, ``cel-unknown``, ``cel-type``, ``policy-name``, ``policy-cycle``,
            ``policy-placeholder``, ``policy-own-schema``.
    """
    builder = _Builder(policy, schemas or {})
    compiled = builder.build()
    for fault in sorted(builder.faults, key=_place):
        more = f" (and {len(builder.faults) - 1} more)" if len(builder.faults) > 1 else ""
        raise ConfigError(
            fault.message + more, code=fault.code, where=fault.where, remedy=fault.remedy or None
        )
    assert compiled is not None
    return compiled


def problems_of(policy: "Policy", *, schemas: "Mapping[str, Json] | None" = None) -> tuple[Fault, ...]:
    """Return every problem of expressions and messages, in the order of the file; empty if it compiles.

    Args:
        policy: as for `compile_policy`.
        schemas: as for `compile_policy`.
    """
    builder = _Builder(policy, schemas or {})
    builder.build()
    return tuple(sorted(builder.faults, key=_place))


def _place(fault: Fault) -> tuple[int, int, str]:
    return fault.where.line or 0, fault.where.column or 0, fault.code


class _Builder:
    def __init__(self, policy: "Policy", schemas: "Mapping[str, Json]") -> None:
        self.policy = policy
        self.faults: list[Fault] = []
        self._schemas = schemas
        self._names: dict[str, Type | None] = {}
        self._lets: dict[str, Let] = {}
        self._expressions = dict(policy.lets)

    def build(self) -> Compiled | None:
        self._declare()
        for name in self._order():
            self._let(name)
        rules = tuple(self._rule(rule) for rule in self.policy.rules)
        if self.faults:
            return None
        return Compiled(policy=self.policy, lets=self._lets, rules=tuple(rule for rule in rules if rule))

    def _fault(self, code: str, message: str, pointer: str, remedy: str) -> None:
        self.faults.append(
            Fault(code=code, message=message, where=self.policy.file.where(pointer), remedy=remedy)
        )

    def _declare(self) -> None:
        """Give types to what every expression of the policy may read."""
        from stella_git.policy.predicates import type_of

        names, sources = self._names, {}
        for need in self.policy.requires:
            schema = None
            if need.schema is not None:
                schema = self._schema(need.schema, need.pointer)
            found = type_of(need.predicate_type, need.versions or (), schema)
            names[need.name] = types.list_of(found) if need.many else found
            sources[need.name] = SOURCES
        for name in (*(need.name for need in self.policy.requires), *(let for let, _ in self.policy.lets)):
            if name in RESERVED:
                self._fault(
                    "policy-name", f"{name!a} is a name that every policy has", self._home(name), "rename it"
                )
        for name, expression in self.policy.lets:
            if name in names:
                self._fault(
                    "policy-name",
                    f"{name!a} is required evidence and a name of let",
                    expression.pointer,
                    "rename one of the two",
                )
        names["params"] = types.an_object({param.name: type_of_param(param) for param in self.policy.params})
        names["context"] = CONTEXT
        names["evidence"] = types.an_object(sources)

    def _home(self, name: str) -> str:
        for need in self.policy.requires:
            if need.name == name:
                return f"{need.pointer}/as"
        return f"/spec/let/{name}"

    def _schema(self, path: str, pointer: str) -> "Json":
        from stella_git.policy.paths import beside

        found = self._schemas.get(beside(self.policy.file, path, f"{pointer}/schema"))
        if found is None:
            self._fault(
                "policy-own-schema",
                f"the schema {path[:80]!a} is not there",
                f"{pointer}/schema",
                "add it to the files of the policy set, or correct the path",
            )
        return found

    def _order(self) -> "Iterator[str]":
        """Yield the names of ``let``, each after those that it reads; a circle is a problem."""
        lets = dict(self.policy.lets)
        reads = {name: self._reads(expression, lets) for name, expression in lets.items()}
        done: set[str] = set()
        for first in lets:
            above: dict[str, Iterator[str]] = {} if first in done else {first: iter(reads[first])}
            while above:
                name = next(reversed(above))
                other = next(above[name], None)
                if other is None:
                    del above[name]
                    done.add(name)
                    yield name
                elif other in above:
                    self._circle((*above, other))
                elif other not in done:
                    above[other] = iter(reads[other])

    def _circle(self, names: tuple[str, ...]) -> None:
        circle = names[names.index(names[-1]) :]
        shown = " reads ".join(circle[:8]) + (" ..." if len(circle) > 8 else "")  # noqa: PLR2004 - what fits
        self._fault("policy-cycle", f"{shown}: a circle", f"/spec/let/{names[-1]}", "break the circle")

    def _reads(self, expression: "Expression", lets: "Mapping[str, Expression]") -> tuple[str, ...]:
        try:
            program = cel.compile(expression.text, options=cel.Options(check=False))
        except ConfigError:
            return ()  # told when it is compiled
        return tuple(sorted(program.names & lets.keys()))

    def _let(self, name: str) -> None:
        expression = self._expressions[name]
        program = self._program(expression, self._names)
        self._names.setdefault(name, program.type if program else None)
        if program is not None:
            needs = self._needs((program,))
            self._lets[name] = Let(expression=expression, program=program, needs=needs)

    def _needs(self, programs: "tuple[cel.Program | None, ...]") -> tuple[str, ...]:
        found: dict[str, None] = {}
        for program in programs:
            for name in sorted(program.names) if program else ():
                let = self._lets.get(name)
                if let is not None:
                    found |= dict.fromkeys((*let.needs, name))
        return tuple(found)

    def _program(self, expression: "Expression", names: "Mapping[str, Type | None]") -> cel.Program | None:
        try:
            return cel.compile(expression.text, names=names)
        except ConfigError:
            self._place_errors(expression, cel.problems(expression.text, names=names))
            return None

    def _place_errors(self, expression: "Expression", errors: tuple[ConfigError, ...]) -> None:
        for error in errors:
            where = self.policy.file.within(
                expression.pointer, error.where.line or 1, error.where.column or 1
            )
            self.faults.append(
                Fault(code=error.code, message=error.message, where=where, remedy=error.remedy or "")
            )

    def _rule(self, rule: "Rule") -> CompiledRule | None:
        names, source, key = dict(self._names), None, None
        each = rule.for_each
        if each is not None:
            source = self._typed(each.source, names, frozenset({"list", "dyn"}), "a list")
            if each.item in names:
                self._fault(
                    "policy-name",
                    f"{each.item!a} is the name of something else already",
                    f"{rule.pointer}/forEach/item",
                    "rename the element",
                )
            names[each.item] = source.type.parameters[0] if source and source.type.name == "list" else None
            key = self._typed(each.key, names, _KEYS, "a string, an integer or a boolean")
        condition = self._typed(rule.condition, names, frozenset({"bool", "dyn"}), "true or false")
        params = [
            (name, self._typed(expression, names, _FACTS, "a string, an integer, a boolean or a list"))
            for name, expression in rule.violation.params
        ]
        at = rule.violation.at
        place = self._typed(at, names, frozenset({"string", "dyn"}), "a JSON Pointer") if at else None
        self.faults += template_problems(self.policy, rule)
        if condition is None:
            return None
        good = tuple((name, program) for name, program in params if program is not None)
        return CompiledRule(
            rule=rule,
            source=source,
            key=key,
            condition=condition,
            params=good,
            at=place,
            needs=self._needs((source, key, condition, *(program for _, program in good), place)),
        )

    def _typed(
        self,
        expression: "Expression",
        names: "Mapping[str, Type | None]",
        wanted: frozenset[str],
        what: str,
    ) -> cel.Program | None:
        program = self._program(expression, names)
        if program is not None and program.type.name not in wanted:
            self._fault(
                "cel-type", f"this is {program.type.named}, not {what}", expression.pointer, f"make it {what}"
            )
            return None
        return program
