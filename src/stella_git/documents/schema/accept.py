"""The quick "yes": schemas compiled to functions that only say whether a value conforms.

Most documents are valid, and for those nobody needs an explanation. A schema is turned into closures once;
a value that they accept is done, a value that they refuse goes to jsonschema, which finds and places every
violation. A schema that uses a keyword not listed here is not compiled at all, so the worst that an omission
can do is to be slow. Tests hold both engines, and a third one, to the same verdicts.

Source: JSON Schema draft-04, draft-07 and 2020-12, Validation.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from stella_git.documents.formats import FORMATS, ecma
from stella_git.documents.schema.keywords import (
    NotCompilableError,
    at_least,
    at_most,
    bound,
    dependent_required,
    itself,
    members_with_patterns,
    multiple_of,
    property_names,
    unevaluated,
)

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

    Check = Callable[[Any], bool]

# Keywords that assert nothing.
_ANNOTATIONS = frozenset(
    {"$comment", "$defs", "contentEncoding", "contentMediaType", "default", "definitions", "deprecated"}
    | {"description", "examples", "license", "meta:enum", "readOnly", "title"}
)
# Keywords that say something about members; they are compiled together.
_MEMBERS = frozenset({"additionalProperties", "patternProperties", "properties", "required"})
# Keywords that mean something only beside another one, which reads them.
_DEPENDENT = {"additionalItems": "items", "else": "if", "prefixItems": "items", "then": "if"}


_PLAIN: dict[str, type] = {"array": list, "boolean": bool, "null": type(None), "object": dict, "string": str}


def _is_number(value: Any) -> bool:
    return type(value) in {int, float}


def _is_plain_integer(value: Any) -> bool:
    return type(value) is int


def _is_integer(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _plain(wanted: type) -> "Check":
    return lambda value: type(value) is wanted


_TYPES: "dict[str, Check]" = {
    **{name: _plain(wanted) for name, wanted in _PLAIN.items()},
    "integer": _is_integer,
    "number": _is_number,
}


def _elsewhere(make: "Callable[[Callable[[Any], Check], Any, Any], Check]") -> Any:
    return lambda self, wanted, schema: make(self.compile, wanted, schema)


def _all(checks: "list[Check]") -> "Check":
    wanted = [check for check in checks if check is not _anything]
    if not wanted:
        return _anything
    if len(wanted) == 1:
        return wanted[0]
    if len(wanted) == 2:  # noqa: PLR2004 - type and one more is the most frequent shape
        first, second = wanted
        return lambda value: first(value) and second(value)

    def check(value: Any) -> bool:
        for each in wanted:  # noqa: SIM110 - as in Compiler._object
            if not each(value):
                return False
        return True

    return check


def _anything(_value: Any) -> bool:
    return True


def _nothing(_value: Any) -> bool:
    return False


class Compiler:
    """Compiles the schemas of one dialect; results are cached for as long as it lives.

    Args:
        resolve: gives the schema that an absolute reference names.
        identity: gives a hashable that is equal for equal JSON values.
        distinct: says whether no two items of an array are equal.
        dialect: "draft-04", "draft-07" or "2020-12".
    """

    def __init__(
        self,
        resolve: "Callable[[str], Json]",
        identity: Callable[[Any], object],
        distinct: "Callable[[list[Json]], bool]",
        dialect: str,
    ) -> None:
        self._resolve = resolve
        self._identity = identity
        self._distinct = distinct
        self._legacy = dialect in {"draft-04", "draft-07"}
        # In draft-04 alone 1.0 is no integer.
        self._types = {**_TYPES, "integer": _is_plain_integer} if dialect == "draft-04" else _TYPES
        self._references: dict[str, Check] = {}

    def compile(self, schema: "Json") -> "Check":
        """Return a function that says whether a parsed JSON value conforms to ``schema``.

        Raises:
            NotCompilableError: if the schema uses a keyword that is not known here; a referenced schema,
                and that of a member, is compiled, and this raised, when a value first reaches it.
        """
        if isinstance(schema, bool):
            return _anything if schema else _nothing
        if not isinstance(schema, dict):
            raise NotCompilableError
        if "$ref" in schema and self._legacy:
            return self._ref(schema["$ref"], schema)
        checks = [self._keyword(name, schema) for name in schema if name not in _ANNOTATIONS | _MEMBERS]
        if not _MEMBERS.isdisjoint(schema):
            checks.append(self._object(schema))
        return _all(checks)

    def _keyword(self, name: str, schema: "dict[str, Json]") -> "Check":
        method = self._KEYWORDS.get(name)
        if method is not None:
            return method(self, schema[name], schema)
        if _DEPENDENT.get(name) in schema:
            return _anything
        raise NotCompilableError

    def _ref(self, ref: Any, _schema: Any) -> "Check":
        references = self._references

        def check(value: Any) -> bool:
            target = references.get(ref)
            if target is None:
                target = references[ref] = self.compile(self._resolve(ref))
            return target(value)

        return check

    def _object(self, schema: Any) -> "Check":
        required = tuple(schema.get("required", ()))
        properties = schema.get("properties", {})
        rest = self.compile(schema.get("additionalProperties", True))
        if "patternProperties" in schema:
            known = {name: self.compile(each) for name, each in properties.items()}
            patterns = [(name, self.compile(each)) for name, each in schema["patternProperties"].items()]
            return members_with_patterns(required, known, patterns, rest)

        reached: dict[str, Check] = {}

        def check(value: Any) -> bool:
            if type(value) is not dict:
                return True
            for name in required:
                if name not in value:
                    return False
            for name, item in value.items():
                test = reached.get(name)
                if test is None and name in properties:  # compiled when a value first has the member
                    test = reached[name] = self.compile(properties[name])
                if not (test or rest)(item):
                    return False
            return True

        return check

    def _type(self, types: Any, _schema: Any) -> "Check":
        names = [types] if isinstance(types, str) else types
        if len(names) == 1 and names[0] in _PLAIN:
            wanted = _PLAIN[names[0]]
            return lambda value: type(value) is wanted
        tests = [self._types[name] for name in names]
        return lambda value: any(test(value) for test in tests)

    def _enum(self, members: Any, _schema: Any) -> "Check":
        identity = self._identity
        allowed = frozenset(member if type(member) is str else identity(member) for member in members)
        return lambda value: (value if type(value) is str else identity(value)) in allowed

    def _const(self, expected: Any, schema: Any) -> "Check":
        return self._enum([expected], schema)

    def _items(self, items: Any, schema: Any) -> "Check":
        if isinstance(items, list):
            first, after = items, schema.get("additionalItems", True)
        else:
            first, after = schema.get("prefixItems", []), items
        heads = [self.compile(each) for each in first]
        rest = self.compile(after)

        def check(value: Any) -> bool:
            if type(value) is not list:
                return True
            for index, item in enumerate(value):
                if not (heads[index] if index < len(heads) else rest)(item):
                    return False
            return True

        return check

    def _unique_items(self, wanted: Any, _schema: Any) -> "Check":
        distinct = self._distinct
        return (lambda value: type(value) is not list or distinct(value)) if wanted else _anything

    def _pattern(self, pattern: Any, _schema: Any) -> "Check":
        search = ecma(pattern).search
        return lambda value: type(value) is not str or search(value) is not None

    def _format(self, name: Any, _schema: Any) -> "Check":
        test = FORMATS.get(name)
        if test is None:
            return _anything
        return lambda value: type(value) is not str or test(value)

    def _all_of(self, branches: Any, _schema: Any) -> "Check":
        return _all([self.compile(branch) for branch in branches])

    def _any_of(self, branches: Any, _schema: Any) -> "Check":
        checks = [self.compile(branch) for branch in branches]
        return lambda value: any(check(value) for check in checks)

    def _one_of(self, branches: Any, _schema: Any) -> "Check":
        checks = [self.compile(branch) for branch in branches]
        return lambda value: sum(check(value) for check in checks) == 1

    def _not(self, schema: Any, _schema: Any) -> "Check":
        check = self.compile(schema)
        return lambda value: not check(value)

    def _if(self, condition: Any, schema: Any) -> "Check":
        test = self.compile(condition)
        then, otherwise = self.compile(schema.get("then", True)), self.compile(schema.get("else", True))
        return lambda value: then(value) if test(value) else otherwise(value)

    def _dependent_required(self, wanted: Any, _schema: Any) -> "Check":
        if self._legacy:
            raise NotCompilableError  # no keyword of these dialects
        return dependent_required(wanted)

    def _dispatch(self, rule: Any, _schema: Any) -> "Check":
        beside = frozenset(rule.get("beside", ()))
        classes = {name: self.compile(each) for name, each in rule["classes"].items()}

        def check(value: Any) -> bool:
            if type(value) is not dict:
                return True
            kind = value.get("type")
            chosen = classes.get(kind) if type(kind) is str else None
            if chosen is None:
                return False
            return chosen({key: value[key] for key in value if key not in beside} if beside else value)

        return check

    _KEYWORDS: ClassVar["dict[str, Callable[..., Check]]"] = {
        "$ref": _ref,
        "allOf": _all_of,
        "anyOf": _any_of,
        "const": _const,
        "dependentRequired": _dependent_required,
        "enum": _enum,
        "exclusiveMaximum": bound(_is_number, itself, lambda value, limit: bool(value < limit)),
        "exclusiveMinimum": bound(_is_number, itself, lambda value, limit: bool(value > limit)),
        "format": _format,
        "if": _if,
        "items": _items,
        "maxItems": bound(_TYPES["array"], len, at_most),
        "maxLength": bound(_TYPES["string"], len, at_most),
        "maxProperties": bound(_TYPES["object"], len, at_most),
        "maximum": bound(_is_number, itself, at_most),
        "minItems": bound(_TYPES["array"], len, at_least),
        "minLength": bound(_TYPES["string"], len, at_least),
        "minProperties": bound(_TYPES["object"], len, at_least),
        "minimum": bound(_is_number, itself, at_least),
        "multipleOf": _elsewhere(multiple_of),
        "not": _not,
        "oneOf": _one_of,
        "pattern": _pattern,
        "propertyNames": _elsewhere(property_names),
        "type": _type,
        "unevaluatedProperties": _elsewhere(unevaluated),
        "uniqueItems": _unique_items,
        "x-dispatch": _dispatch,
    }
