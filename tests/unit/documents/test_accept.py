import itertools

import jsonschema
import pytest

from stella_git.documents.schema.accept import Compiler, NotCompilableError
from stella_git.documents.schema.equality import distinct, identity

VALUES = [
    None, True, False, 0, 1, 1.0, 1.5, -1, 7, "", "a", "ab", "abc", "2026-01-31", [], [1], [1, 1.0],
    [1, True],
    ["a"], ["a", 1], ["a", 1, 2], [[1], [1.0]], [{"a": 1}, {"a": 1.0}], [{"a": 1}, {"a": True}], {}, {"a": 1},
    {"a": "x"}, {"b": 1}, {"a": 1, "b": 2}, {"a": {"a": {"a": 1}}},
]  # fmt: skip

SCHEMAS = [
    True, False, {}, {"title": "x"}, {"type": "string"}, {"type": "integer"}, {"type": "number"},
    {"type": "null"}, {"type": "boolean"}, {"type": "array"}, {"type": "object"},
    {"type": ["string", "null"]},
    {"type": ["integer"]}, {"enum": ["a", 1, None, [1], {"a": 1}]}, {"enum": [True]}, {"const": 1},
    {"const": False}, {"minimum": 1}, {"maximum": 1}, {"exclusiveMinimum": 1}, {"exclusiveMaximum": 1},
    {"minLength": 1}, {"maxLength": 1}, {"minItems": 1}, {"maxItems": 1}, {"pattern": "b$"},
    {"uniqueItems": True}, {"uniqueItems": False}, {"items": {"type": "integer"}}, {"items": False},
    {"properties": {"a": {"type": "integer"}}}, {"required": ["a"]}, {"required": ["a", "b"]},
    {"properties": {"a": {}}, "additionalProperties": False}, {"additionalProperties": {"type": "integer"}},
    {"additionalProperties": False}, {"anyOf": [{"type": "string"}, {"minimum": 1}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 1}]}, {"allOf": [{"minimum": 0}, {"maximum": 1}]},
    {"not": {"type": "string"}}, {"not": {}},
    {"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"type": "integer"}},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"then": False, "type": "string", "if": True},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}, "minimum": 3},
    {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "a"},
]  # fmt: skip

LEGACY = [
    {"items": [{"type": "string"}, {"type": "integer"}]},
    {"items": [{"type": "string"}], "additionalItems": False},
    {"items": [{"type": "string"}], "additionalItems": {"type": "integer"}},
    {"items": {"type": "integer"}, "additionalItems": False},
]
MODERN = [
    {"prefixItems": [{"type": "string"}], "items": False},
    {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
    {"dependentRequired": {"a": ["b"]}},
    {"dependentRequired": {"b": ["a"], "a": []}},
]


def compiler(dialect, references=None):
    return Compiler((references or {}).__getitem__, identity, distinct, dialect)


@pytest.mark.parametrize(
    ("dialect", "judge", "schemas"),
    [
        ("draft-07", jsonschema.Draft7Validator, SCHEMAS + LEGACY),
        ("2020-12", jsonschema.Draft202012Validator, SCHEMAS + MODERN),
    ],
)
def test_compiled_schemas_agree_with_jsonschema(dialect, judge, schemas):
    for schema, value in itertools.product(schemas, VALUES):
        compiled = compiler(dialect).compile(schema)
        assert compiled(value) == judge(schema).is_valid(value), (schema, value)


@pytest.mark.parametrize(
    "schema",
    [
        {"contains": {}},
        {"patternProperties": {"a": {"contains": {}}}},
        {"exclusiveMaximum": True},
        {"unevaluatedProperties": {}},
        {"unevaluatedProperties": False, "if": {}},
        {"unevaluatedProperties": False, "anyOf": [{"anyOf": [{"properties": {"a": {}}}]}]},
        {"items": [{}, {"dependentSchemas": {}}]},
        {"prefixItems": [{}]},
        {"then": {}},
        "string",
    ],
)
def test_an_unknown_keyword_is_never_ignored(schema):
    with pytest.raises(NotCompilableError):
        compiler("2020-12").compile(schema)


@pytest.mark.parametrize("dialect", ["draft-04", "draft-07"])
def test_a_keyword_of_a_later_dialect_is_unknown(dialect):
    with pytest.raises(NotCompilableError):
        compiler(dialect).compile({"dependentRequired": {"a": ["b"]}})


def test_an_unknown_keyword_behind_a_reference_is_never_ignored():
    compiled = compiler("2020-12", {"x": {"contains": {}}}).compile({"items": {"$ref": "x"}})
    assert compiled([])
    with pytest.raises(NotCompilableError):
        compiled([1])


def test_an_unknown_keyword_of_a_member_is_never_ignored():
    compiled = compiler("2020-12").compile({"properties": {"a": {"dependentSchemas": {}}}})
    assert compiled({"b": 1})
    for _ in range(2):
        with pytest.raises(NotCompilableError):
            compiled({"a": 1})


def test_references_may_be_recursive():
    tree = {"type": "object", "properties": {"a": {"anyOf": [{"$ref": "tree"}, {"const": 1}]}}}
    compiled = compiler("draft-07", {"tree": tree}).compile({"$ref": "tree"})
    assert compiled({"a": {"a": {"a": 1}}})
    assert not compiled({"a": {"a": {"a": 2}}})


def test_what_stands_beside_a_reference_counts_in_2020_12_only():
    schema = {"$ref": "any", "type": "string"}
    assert compiler("draft-07", {"any": {}}).compile(schema)(1)
    assert not compiler("2020-12", {"any": {}}).compile(schema)(1)


def test_formats_are_asserted():
    compiled = compiler("draft-07").compile({"format": "date"})
    assert compiled("2026-01-31")
    assert compiled(7)
    assert not compiled("31.1.2026")
    assert compiler("draft-07").compile({"format": "unheard-of"})("x")
