"""Compiled keywords of JSON Schema that are rarer than those in ``accept``, and what numbers divide.

Source: JSON Schema draft-04, draft-07 and 2020-12, Validation; 2020-12, Core, section 11.3.
"""

from typing import TYPE_CHECKING, Any

from stella_git.documents.formats import ecma

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[Any], bool]
    Compile = Callable[[Any], Check]


class NotCompilableError(Exception):
    """A schema uses a keyword that is not compiled; never leaves this package."""


def divides(factor: float, value: float) -> bool:
    """Return whether a number is a multiple of another one, as both are written in JSON.

    0.3 is a multiple of 0.1: what counts is the decimal that somebody wrote, not the binary fraction next to
    it. So do jsonschema-rs and the authors of the schemas; a division of floats says no.
    """
    from fractions import Fraction

    return Fraction(repr(value)) % Fraction(repr(factor)) == 0


def bound(kind: "Check", size: "Callable[[Any], Any]", holds: "Callable[[Any, Any], bool]") -> Any:
    """Return the keyword that compares the size of a value of some kind with a limit."""

    def keyword(_self: Any, limit: Any, _schema: Any) -> "Check":
        if isinstance(limit, bool):
            raise NotCompilableError  # exclusiveMaximum of draft-04
        return lambda value: not kind(value) or holds(size(value), limit)

    return keyword


def itself(value: Any) -> Any:
    """Return the value: the size of a number."""
    return value


def at_least(left: Any, right: Any) -> bool:
    """Return whether the first number is not less than the second."""
    return bool(left >= right)


def at_most(left: Any, right: Any) -> bool:
    """Return whether the first number is not more than the second."""
    return bool(left <= right)


def multiple_of(_compiler: "Compile", factor: Any, _schema: Any) -> "Check":
    """Return the check of ``multipleOf``."""
    return lambda value: type(value) not in {int, float} or divides(factor, value)


def property_names(compiler: "Compile", names: Any, _schema: Any) -> "Check":
    """Return the check of ``propertyNames``."""
    test = compiler(names)
    return lambda value: type(value) is not dict or all(map(test, value))


def dependent_required(wanted: "dict[str, list[str]]") -> "Check":
    """Return the check of ``dependentRequired``: who has one member has others too."""
    pairs = [(name, other) for name, others in wanted.items() for other in others]

    def check(value: Any) -> bool:
        return type(value) is not dict or all(other in value for name, other in pairs if name in value)

    return check


def members_with_patterns(
    required: tuple[str, ...],
    known: "dict[str, Check]",
    patterns: "list[tuple[str, Check]]",
    rest: "Check",
) -> "Check":
    """Return the check of members where names are matched: each by its name and by every pattern."""
    compiled = [(ecma(pattern).search, check) for pattern, check in patterns]

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return True
        if any(name not in value for name in required):
            return False
        for name, item in value.items():
            found = [each for search, each in compiled if search(name)]
            if name in known:
                found.append(known[name])
            if not all(each(item) for each in found or [rest]):
                return False
        return True

    return check


# Applicators whose members are not followed here.
_OTHERS = frozenset(
    {"$dynamicRef", "$ref", "additionalProperties", "dependentSchemas", "else", "if", "patternProperties"}
    | {"then", "unevaluatedProperties", "x-dispatch"}
)


def unevaluated(compiler: "Compile", wanted: Any, schema: Any) -> "Check":
    """Return the check of ``unevaluatedProperties: false``: no member that nothing beside it speaks of.

    Raises:
        NotCompilableError: it is not false, or something beside it is none of the usual applicators.
    """
    if wanted is not False:
        raise NotCompilableError
    beside = {name: item for name, item in schema.items() if name != "unevaluatedProperties"}
    always, sometimes = _evaluated(compiler, beside)

    def check(value: Any) -> bool:
        if type(value) is not dict:
            return True
        left = [name for name in value if name not in always]
        for condition, names in sometimes:
            if left and condition(value):
                left = [name for name in left if name not in names]
        return not left

    return check


def _evaluated(
    compiler: "Compile", schema: Any
) -> "tuple[frozenset[str], list[tuple[Check, frozenset[str]]]]":
    """Return the members that a schema always evaluates, and those of its alternatives that hold."""
    if not isinstance(schema, dict) or not _OTHERS.isdisjoint(schema):
        raise NotCompilableError
    always = frozenset(schema.get("properties", ()))
    sometimes: list[tuple[Check, frozenset[str]]] = []
    for branch in schema.get("allOf", ()):
        own, more = _evaluated(compiler, branch)
        always |= own
        sometimes += more
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        own, more = _evaluated(compiler, branch)
        if more:
            raise NotCompilableError
        sometimes.append((compiler(branch), own))
    return always, sometimes
