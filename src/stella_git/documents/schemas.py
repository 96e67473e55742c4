"""Official schemas, and the engine that asserts them.

What a compiled schema (``accept``) accepts is done. The rest goes to jsonschema, with keywords of our own
where the stock ones are quadratic (``uniqueItems``), read patterns as Python does (``pattern``), build
messages that hold the whole document, or could go online (``$ref``). A reference is looked up in the table
below and nowhere else, so no document and no schema can make this process open a connection.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from stella_git.documents.accept import Compiler, NotCompilableError
from stella_git.documents.formats import FORMATS, ecma
from stella_git.errors import DefectError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from stella_git.canon.reader import Json

    Schema = dict[str, Json]
    Errors = Iterator[ValidationError]

_CYCLONEDX = "http://cyclonedx.org/schema/"
_OPENVEX = "https://github.com/openvex/spec/"
_STELLA = "https://stella.ops/schemas/"

# Schema id -> file under schemas/. Only what is listed can be referred to.
FILES: dict[str, str] = {
    **{
        f"{_CYCLONEDX}{name}.schema.json": f"cyclonedx/{name}.schema.json"
        for name in (
            "bom-1.4",
            "bom-1.5",
            "bom-1.6",
            "bom-1.7",
            "cryptography-defs",
            "jsf-0.82",
            "spdx",
        )
    },
    f"{_OPENVEX}openvex_json_schema_0.2.0.json": "openvex/openvex_json_schema_0.2.0.json",
    f"{_STELLA}findings.v1.schema.json": "stella/findings.v1.schema.json",
}

# (kind, version) of detect.SUPPORTED -> (schema id, dialect).
ROOTS: dict[tuple[str, str], tuple[str, str]] = {
    **{
        ("cyclonedx", version): (f"{_CYCLONEDX}bom-{version}.schema.json", "draft-07")
        for version in ("1.4", "1.5", "1.6", "1.7")
    },
    ("openvex", "0.2.0"): (f"{_OPENVEX}openvex_json_schema_0.2.0.json", "2020-12"),
    ("findings", "stella.ops/v1"): (f"{_STELLA}findings.v1.schema.json", "2020-12"),
}

# How many errors of one alternative of anyOf/oneOf are kept to explain it: more than a report shows.
_BRANCH_LIMIT = 1001


def schema_errors(kind: str, version: str, value: "Json") -> "Errors":
    """Return the schema violations of a parsed document, lazily, in the order of the schema.

    Args:
        kind: a key of ``detect.SUPPORTED``.
        version: one of its versions.
        value: the parsed document.

    Raises:
        DefectError: ``schema-unknown`` if we ship no schema for this version.
    """
    try:
        identifier, dialect = ROOTS[kind, version]
    except KeyError:
        raise DefectError(f"no schema for {kind} {version}", code="schema-unknown") from None
    if _accepts(identifier, dialect, value):
        return iter(())
    return explained_errors(identifier, dialect, value)


def explained_errors(identifier: str, dialect: str, value: "Json") -> "Errors":
    """Return what jsonschema says, whatever the compiled schema says.

    Args:
        identifier: a key of ``FILES``.
        dialect: "draft-07" or "2020-12".
        value: the parsed document.
    """
    errors: Errors = _engine(dialect)(load(identifier), registry=_no_registry()).iter_errors(value)
    return errors


def _accepts(identifier: str, dialect: str, value: "Json") -> bool:
    try:
        return _compiled(identifier, dialect)(value)
    except NotCompilableError:
        return False


@cache
def _compiled(identifier: str, dialect: str) -> "Callable[[Json], bool]":
    return Compiler(resolve, identity, distinct, dialect).compile(load(identifier))


@cache
def load(identifier: str) -> "Schema":
    """Return the schema with this id, its references made absolute.

    Args:
        identifier: a key of ``FILES``.

    Raises:
        DefectError: ``schema-unknown`` if the id is not in the table.
    """
    from stella_git import resources
    from stella_git.canon.reader import parse_json

    if identifier not in FILES:
        raise DefectError(f"a schema refers to {identifier}, which is not shipped", code="schema-unknown")
    schema = parse_json(resources.schema(FILES[identifier]), path=FILES[identifier])
    if not isinstance(schema, dict):
        raise DefectError(f"{FILES[identifier]} is not a schema", code="schema-unknown")
    # Our engine decides the dialect; left in place, these two would switch jsonschema to a stock validator.
    schema.pop("$schema", None)
    schema.pop("$id", None)
    _make_absolute(schema, identifier)
    return schema


def _make_absolute(schema: "Json", base: str) -> None:
    """Rewrite every ``$ref`` to a full URI, in place (RFC 3986 section 5, for the shapes that occur)."""
    pending: list[Json] = [schema]
    folder = base.rpartition("/")[0] + "/"
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            ref = item.get("$ref")
            if isinstance(ref, str):
                item["$ref"] = base + ref if ref.startswith("#") else _join(folder, ref)
            pending.extend(item.values())


def _join(folder: str, ref: str) -> str:
    return ref if "://" in ref else folder + ref


@cache
def resolve(ref: str) -> "Schema":
    """Return the schema that an absolute reference names.

    Raises:
        DefectError: ``schema-unknown`` if nothing is there.
    """
    identifier, _, fragment = ref.partition("#")
    found: Json = load(identifier)
    for token in fragment.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or name not in found:
            raise DefectError(f"a schema refers to {ref}, where nothing is", code="schema-unknown")
        found = found[name]
    if not isinstance(found, dict):
        raise DefectError(f"a schema refers to {ref}, which is no schema", code="schema-unknown")
    return found


@cache
def _no_registry() -> Any:
    """Return an empty registry: the stock one of jsonschema would fetch what it does not know."""
    from referencing import Registry

    return Registry()


@cache
def _engine(dialect: str) -> "Callable[..., Validator]":
    from jsonschema import FormatChecker, validators

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(_string_check(check))
    base = {"draft-07": validators.Draft7Validator, "2020-12": validators.Draft202012Validator}[dialect]
    extend: Any = validators.extend  # its annotations are incomplete
    made = extend(base, KEYWORDS, format_checker=checker)
    return lambda schema, **options: made(schema, format_checker=checker, **options)


def _string_check(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def _failure(context: Iterable["ValidationError"] = ()) -> "ValidationError":
    """Return an error without words: ``explain`` finds them, from facts that jsonschema adds."""
    from jsonschema.exceptions import ValidationError

    return ValidationError("", context=tuple(context))


def _ref(validator: Any, ref: str, instance: "Json", _schema: "Schema") -> "Errors":
    yield from validator.descend(instance, resolve(ref))


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


def identity(value: "Json") -> object:
    """Return a hashable that is equal for equal JSON values: 1 equals 1.0, but not true."""
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, list):
        return ("l", tuple([identity(item) for item in value]))
    if isinstance(value, dict):
        return ("o", frozenset([(key, identity(item)) for key, item in value.items()]))
    return value


def distinct(items: "list[Json]") -> bool:
    """Return whether no two items are equal, in linear time.

    Most items differ in a string that is a member of their own, so that is looked at first.
    """
    if len(items) <= 1 or len({_glance(item) for item in items}) == len(items):
        return True
    return len({identity(item) for item in items}) == len(items)


def _glance(value: "Json") -> object:
    """Return a hashable that is equal for equal JSON values, and often differs for different ones."""
    if isinstance(value, dict):
        return frozenset([(key, item) for key, item in value.items() if isinstance(item, str)])
    return value if isinstance(value, str) else None


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


def _length(kind: type, fails: Callable[[int, int], bool]) -> Callable[..., "Errors"]:
    def keyword(_validator: Any, limit: int, instance: "Json", _schema: "Schema") -> "Errors":
        if isinstance(instance, kind) and fails(len(instance), limit):  # type: ignore[arg-type] # kind has a length
            yield _failure()

    return keyword


KEYWORDS: dict[str, Callable[..., Any]] = {
    "$ref": _ref,
    "anyOf": _any_of,
    "const": _const,
    "enum": _enum,
    "maxItems": _length(list, int.__gt__),
    "maxLength": _length(str, int.__gt__),
    "minItems": _length(list, int.__lt__),
    "minLength": _length(str, int.__lt__),
    "not": _not,
    "oneOf": _one_of,
    "pattern": _pattern,
    "required": _required,
    "type": _type,
    "uniqueItems": _unique_items,
}
