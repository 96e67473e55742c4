"""Expressions of policies: what the compiler refuses, what is constant, what is never read."""

from collections import Counter
from typing import TYPE_CHECKING

from stella_git.errors import ConfigError
from stella_git.policy.lint import trees
from stella_git.policy.lint.found import Found, at
from stella_git.policy.lint.world import made_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.cel.nodes import Node
    from stella_git.policy.lint.world import World
    from stella_git.policy.model import Expression, Policy
    from stella_git.policy.results import Fault

_CODES = {
    "cel-limit": "P002",
    "cel-syntax": "P001",
    "cel-type": "P005",
    "cel-unknown": "P003",
    "cel-value": "P019",
    "policy-cycle": "P009",
    "policy-name": "P016",
    "policy-placeholder": "P012",
    "policy-own-schema": "P115",
}
# The type of a whole expression is not the one that its place asks for.
_WHOLE = {"assert": "P006", "at": "P017", "in": "P007", "key": "P008"}


def check(world: "World") -> "Iterator[Found]":
    """Yield problems of the expressions of every policy."""
    for policy in world.policies:
        schemas = dict(_schemas(world, policy))
        refused = list(_compiler(policy, schemas))
        yield from refused
        trees_of = [(each, trees.parsed(each.text)) for each in expressions(policy)]
        good = [(each, tree) for each, tree in trees_of if tree is not None]
        yield from _constants(policy, dict(good))
        wrong = {each.where.pointer for each in refused}
        yield from _keys(policy, {each: tree for each, tree in good if each.pointer not in wrong})
        yield from _patterns(policy, good)
        if len(good) == len(trees_of):
            # What an expression that cannot be read was meant to read, nobody knows.
            yield from _unused(policy, dict(good))
        yield from _words(policy)


def expressions(policy: "Policy") -> "Iterator[Expression]":
    """Yield every expression of a policy."""
    yield from (expression for _, expression in policy.lets)
    for rule in policy.rules:
        if rule.for_each is not None:
            yield rule.for_each.source
            yield rule.for_each.key
        yield rule.condition
        yield from (expression for _, expression in rule.violation.params)
        if rule.violation.at is not None:
            yield rule.violation.at


def _schemas(world: "World", policy: "Policy") -> "Iterator[tuple[str, Json]]":
    from stella_git.canon.reader import parse_json
    from stella_git.errors import InputError
    from stella_git.policy.load import LIMIT
    from stella_git.policy.paths import beside
    from stella_git.policy.ruleset import SCHEMA_SUFFIX

    for need in policy.requires:
        try:
            path = beside(policy.file, need.schema, "") if need.schema is not None else ""
            data = world.beside(path) if path.endswith(SCHEMA_SUFFIX) else None
            if data is not None:
                yield path, parse_json(data, path=path, limit=LIMIT)
        except (ConfigError, InputError):
            continue  # told by the compiler: there is none


def _compiler(policy: "Policy", schemas: "Mapping[str, Json]") -> "Iterator[Found]":
    from stella_git.policy.compiled import problems_of

    try:
        faults = problems_of(policy, schemas=schemas)
    except ConfigError as error:
        yield Found(
            rule="P117",
            file=policy.file,
            where=error.where,
            message=error.message,
            remedy=error.remedy or "",
        )
        return
    lets = {f"there is no name {name}" for name, _ in policy.lets}
    for fault in faults:
        if fault.code == "cel-unknown" and fault.message in lets:
            continue  # there is, but it stands in a circle, which is told
        yield Found(
            rule=_rule_of(fault),
            file=policy.file,
            where=fault.where,
            message=fault.message,
            remedy=fault.remedy,
        )


def _rule_of(fault: "Fault") -> str:
    rule = _CODES.get(fault.code, "P005")
    if fault.code == "cel-unknown" and fault.message.startswith("there is no member "):
        return "P004"
    if fault.code == "cel-type" and fault.message.startswith("this is "):
        tokens = (fault.where.pointer or "").split("/")
        return "P017" if "params" in tokens else _WHOLE.get(tokens[-1], rule)
    return rule


def _constants(policy: "Policy", known: "Mapping[Expression, Node]") -> "Iterator[Found]":
    for rule in policy.rules:
        tree = known.get(rule.condition)
        if tree is not None and trees.always(tree, rule.condition.text) is True:
            yield at(
                policy.file,
                rule.condition.pointer,
                "P010",
                "this is always true, so the rule can never be violated",
            )


def _keys(policy: "Policy", known: "Mapping[Expression, Node]") -> "Iterator[Found]":
    for rule in policy.rules:
        each = rule.for_each
        tree = known.get(each.key) if each is not None else None
        if each is not None and tree is not None and each.item not in trees.names(tree):
            yield at(policy.file, each.key.pointer, "P018", f"the key does not read `{each.item}`")


def _patterns(policy: "Policy", known: "list[tuple[Expression, Node]]") -> "Iterator[Found]":
    from stella_git.policy.cel.faults import place

    for expression, tree in known:
        for node, pattern in trees.patterns(tree):
            why = trees.refused(pattern)
            if why is not None:
                inside = place(expression.text, node.start)
                where = policy.file.within(expression.pointer, inside.line or 1, inside.column or 1)
                yield Found(rule="P011", file=policy.file, where=where, message=why)


def _unused(policy: "Policy", known: "Mapping[Expression, Node]") -> "Iterator[Found]":
    read = Counter(name for tree in known.values() for name in trees.names(tree))
    for name, expression in policy.lets:
        if read[name] == (name in trees.names(known[expression])):
            yield at(policy.file, expression.pointer, "P013", f"nothing reads `{name}`")
    params = _members(known, "params")
    for param in policy.params:
        if params is not None and param.name not in params:
            yield at(policy.file, param.pointer, "P014", f"nothing reads `params.{param.name}`")
    sources = _members(known, "evidence")
    for need in policy.requires:
        seen = made_up(need.name) or read[need.name] or sources is None or need.name in sources
        if not seen and need.signed_by is None and need.max_age_days is None:
            yield at(policy.file, f"{need.pointer}/as", "P015", f"nothing reads `{need.name}`")


def _members(known: "Mapping[Expression, Node]", name: str) -> frozenset[str] | None:
    """Return the members that all expressions together read of a name, None if one reads it as a whole."""
    found = frozenset[str]()
    for tree in known.values():
        part = trees.members(tree, name)
        if part is None:
            return None
        found |= part
    return found


def _words(policy: "Policy") -> "Iterator[Found]":
    """Yield names that mean something in the language already."""
    from stella_git.policy.cel.lexer import RESERVED
    from stella_git.policy.cel.program import everything
    from stella_git.policy.cel.scope import TYPES

    spaces = {name.partition(".")[0] for name in everything() if "." in name[1:]}
    taken = {*RESERVED, *TYPES, *spaces, "false", "in", "null", "true"}
    given = [(need.name, f"{need.pointer}/as") for need in policy.requires]
    given += [(name, expression.pointer) for name, expression in policy.lets]
    given += [(rule.for_each.item, f"{rule.pointer}/forEach/item") for rule in policy.rules if rule.for_each]
    for name, pointer in given:
        if name in taken:
            yield at(policy.file, pointer, "P016", f"`{name}` is a word of the language", "rename it")
