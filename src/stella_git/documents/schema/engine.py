"""The engines that assert a schema.

What a compiled schema (``accept``) accepts is done. The rest goes to jsonschema, with keywords of our own
where the stock ones are quadratic (``uniqueItems``), read patterns as Python does (``pattern``), build
messages that hold the whole document, or could go online (``$ref``).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from stella_git.documents.formats import FORMATS, ecma
from stella_git.documents.schema.accept import Compiler
from stella_git.documents.schema.equality import distinct, identity
from stella_git.documents.schema.keywords import NotCompilableError, divides
from stella_git.documents.schema.native import WORTH, accepts
from stella_git.documents.schema.registry import ROOTS, load, resolve
from stella_git.errors import DefectError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from stella_git.canon.reader import Json
    from stella_git.documents.schema.registry import Schema

    Errors = Iterator[ValidationError]

# How many errors of one alternative of anyOf/oneOf are kept to explain it: more than a report shows.
_BRANCH_LIMIT = 1001


def schema_errors(kind: str, version: str, value: "Json", *, size: int = 0) -> "Errors":
    """Return the schema violations of a parsed document, lazily, in the order of the schema.

    Args:
        kind: a key of ``detect.SUPPORTED``.
        version: one of its versions.
        value: the parsed document.
        size: how many bytes it has, so that a large one may be accepted by native code; 0 forbids that.

    Raises:
        DefectError: ``schema-unknown`` if we ship no schema for this version.
    """
    try:
        identifier, dialect = ROOTS[kind, version]
    except KeyError:
        raise DefectError(f"no schema for {kind} {version}", code="schema-unknown") from None
    if size >= WORTH and accepts(identifier, value):
        return iter(())
    if _accepts(identifier, dialect, value):
        return iter(())
    return explained_errors(identifier, dialect, value, skip=True)


def conforms(identifier: str, dialect: str, value: "Json") -> bool:
    """Return whether a value conforms to a schema: for a part of a document that a rule is about.

    Args:
        identifier: a key of ``FILES``.
        dialect: that of the schema.
        value: parsed JSON.
    """
    try:
        return _compiled(identifier, dialect)(value)
    except NotCompilableError:
        return not any(explained_errors(identifier, dialect, value))


def explained_errors(identifier: str, dialect: str, value: "Json", *, skip: bool = False) -> "Errors":
    """Return what jsonschema says, whatever the compiled schema says.

    Args:
        identifier: a key of ``FILES``.
        dialect: "draft-07" or "2020-12".
        value: the parsed document.
        skip: pass over items of arrays that the compiled schema accepts: one component of thousands is
            wrong more often than all of them. The errors are the same.
    """
    made = _engine(dialect, skip=skip)(load(identifier), registry=_no_registry())
    errors: Errors = made.iter_errors(value)
    return errors


def _accepts(identifier: str, dialect: str, value: "Json") -> bool:
    try:
        return _compiled(identifier, dialect)(value)
    except NotCompilableError:
        return False


@cache
def _compiler(dialect: str) -> Compiler:
    return Compiler(resolve, identity, distinct, dialect)


@cache
def _compiled(identifier: str, dialect: str) -> "Callable[[Json], bool]":
    return _compiler(dialect).compile(load(identifier))


@cache
def _no_registry() -> Any:
    """Return an empty registry: the stock one of jsonschema would fetch what it does not know."""
    from referencing import Registry

    return Registry()


@cache
def _engine(dialect: str, *, skip: bool) -> "Callable[..., Validator]":
    from jsonschema import FormatChecker, validators

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(_string_check(check))
    base = {
        "draft-04": validators.Draft4Validator,
        "draft-07": validators.Draft7Validator,
        "2020-12": validators.Draft202012Validator,
    }[dialect]
    extend: Any = validators.extend  # its annotations are incomplete
    own = {**KEYWORDS, "x-dispatch": _dispatch}
    if skip:
        own["items"] = _skipping(base.VALIDATORS["items"], dialect)
    made = extend(base, own, format_checker=checker)
    return lambda schema, **options: made(schema, format_checker=checker, **options)


def _string_check(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def _failure(context: Iterable["ValidationError"] = ()) -> "ValidationError":
    """Return an error without words: ``explain`` finds them, from facts that jsonschema adds."""
    from jsonschema.exceptions import ValidationError

    return ValidationError("", context=tuple(context))


def _ref(validator: Any, ref: str, instance: "Json", _schema: "Schema") -> "Errors":
    yield from validator.descend(instance, resolve(ref))


def _skipping(stock: Callable[..., "Errors"], dialect: str) -> Callable[..., "Errors"]:
    """Return the keyword ``items`` that descends only into what the compiled schema does not accept."""
    # By the identity of the schema, which is kept beside it and so lives as long.
    compiled: dict[int, tuple[Json, Callable[[Json], bool]]] = {}

    def keyword(validator: Any, items: "Json", instance: "Json", schema: "Schema") -> "Errors":
        if not (isinstance(items, dict) and isinstance(instance, list)) or "prefixItems" in schema:
            yield from stock(validator, items, instance, schema)
            return
        try:
            known = compiled.get(id(items))
            if known is None:
                known = compiled[id(items)] = items, _compiler(dialect).compile(items)
            accepted = known[1]
            wrong = [index for index, item in enumerate(instance) if not accepted(item)]
        except NotCompilableError:
            wrong = list(range(len(instance)))
        for index in wrong:
            yield from validator.descend(instance[index], items, path=index)

    return keyword


def _pattern(_validator: Any, pattern: str, instance: "Json", _schema: "Schema") -> "Errors":
    if isinstance(instance, str) and not ecma(pattern).search(instance):
        yield _failure()


def _type(validator: Any, types: "str | list[str]", instance: "Json", _schema: "Schema") -> "Errors":
    names = [types] if isinstance(types, str) else types
    if not any(validator.is_type(instance, name) for name in names):
        yield _failure()


# Keyed by the identity of the list, which lives as long as its cached schema.
_TEXTS: dict[int, tuple[list["Json"], frozenset[str]]] = {}


def _enum(_validator: Any, members: "list[Json]", instance: "Json", _schema: "Schema") -> "Errors":
    known = _TEXTS.get(id(members))
    if known is None:
        known = members, frozenset(item for item in members if isinstance(item, str))
        _TEXTS[id(members)] = known
    if isinstance(instance, str):
        if instance not in known[1]:
            yield _failure()
    elif not any(identity(item) == identity(instance) for item in members):
        yield _failure()


def _required(_validator: Any, names: list[str], instance: "Json", _schema: "Schema") -> "Errors":
    if isinstance(instance, dict) and not all(name in instance for name in names):
        yield _failure()  # one for all of them: explain lists what is missing


def _const(_validator: Any, expected: "Json", instance: "Json", _schema: "Schema") -> "Errors":
    if identity(expected) != identity(instance):
        yield _failure()


def _unique_items(_validator: Any, wanted: object, instance: "Json", _schema: "Schema") -> "Errors":
    if wanted is True and isinstance(instance, list) and not distinct(instance):
        yield _failure()


def _any_of(validator: Any, branches: "list[Schema]", instance: "Json", _schema: "Schema") -> "Errors":
    context: list[ValidationError] = []
    for index, branch in enumerate(branches):
        errors = list(islice(validator.descend(instance, branch, schema_path=index), _BRANCH_LIMIT))
        if not errors:
            return
        context += errors
    yield _failure(context)


def _one_of(validator: Any, branches: "list[Schema]", instance: "Json", _schema: "Schema") -> "Errors":
    context: list[ValidationError] = []
    valid = 0
    for index, branch in enumerate(branches):
        errors = list(islice(validator.descend(instance, branch, schema_path=index), _BRANCH_LIMIT))
        context += errors
        valid += not errors
    if valid != 1:
        yield _failure(() if valid else context)


def _not(validator: Any, schema: "Schema", instance: "Json", _schema: "Schema") -> "Errors":
    if next(validator.descend(instance, schema), None) is None:
        yield _failure()


def _dispatch(validator: Any, rule: "Schema", instance: "Json", _schema: "Schema") -> "Errors":
    """Apply the schema that a table of classes has for the member ``type``; see schemas/spdx/derived."""
    if not isinstance(instance, dict):
        return
    classes: Any = rule["classes"]
    kind = instance.get("type")
    if not isinstance(kind, str) or kind not in classes:
        yield from validator.descend(instance, _one_of_classes(tuple(classes)))
        return
    beside: Any = rule.get("beside", ())
    plain = {name: item for name, item in instance.items() if name not in beside} if beside else instance
    yield from validator.descend(plain, classes[kind])


@cache
def _one_of_classes(names: tuple[str, ...]) -> "Schema":
    return {"properties": {"type": {"type": "string", "enum": list(names)}}, "required": ["type"]}


def _length(kind: type, fails: Callable[[int, int], bool]) -> Callable[..., "Errors"]:
    def keyword(_validator: Any, limit: int, instance: "Json", _schema: "Schema") -> "Errors":
        if isinstance(instance, kind) and fails(len(instance), limit):  # type: ignore[arg-type] # kind has a length
            yield _failure()

    return keyword


# What a schema that somebody brings may use too (``inline``); ``x-dispatch`` is for ours.
def _multiple_of(validator: Any, factor: float, instance: Any, _schema: "Schema") -> "Errors":
    if validator.is_type(instance, "number") and not divides(factor, instance):
        yield _failure()


KEYWORDS: dict[str, Callable[..., Any]] = {
    "$ref": _ref,
    "anyOf": _any_of,
    "const": _const,
    "enum": _enum,
    "maxItems": _length(list, int.__gt__),
    "maxLength": _length(str, int.__gt__),
    "maxProperties": _length(dict, int.__gt__),
    "minItems": _length(list, int.__lt__),
    "minLength": _length(str, int.__lt__),
    "minProperties": _length(dict, int.__lt__),
    "multipleOf": _multiple_of,
    "not": _not,
    "oneOf": _one_of,
    "pattern": _pattern,
    "required": _required,
    "type": _type,
    "uniqueItems": _unique_items,
}
