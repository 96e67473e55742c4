"""Types that JSON Schemas declare."""

import json

import pytest

from house_cases import ROOT
from stella_git.errors import ConfigError
from stella_git.policy import cel
from stella_git.policy.cel.types import DYN, list_of

CYCLONEDX = json.loads((ROOT / "schemas" / "cyclonedx" / "bom-1.6.schema.json").read_bytes())

KINDS = {
    '{"type": "string"}': "string",
    '{"type": "boolean"}': "bool",
    '{"type": "integer"}': "int",
    '{"type": "null"}': "null",
    '{"type": "number"}': "dyn",
    '{"type": ["string", "null"]}': "dyn",
    '{"enum": ["a", "b"]}': "string",
    '{"enum": ["a", 1]}': "dyn",
    '{"enum": [1.0]}': "dyn",
    '{"const": true}': "bool",
    '{"const": null}': "null",
    '{"type": ["integer"]}': "int",
    '{"items": {"type": "string"}}': "list(string)",
    '{"type": "array", "items": [{"type": "string"}, {"enum": ["x"]}]}': "list(string)",
    '{"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}': "list(dyn)",
    '{"anyOf": [{"type": "string"}, {"type": "null"}]}': "dyn",
    '{"oneOf": [{"type": "string"}, {"enum": ["x"]}]}': "string",
    '{"oneOf": [{"items": {"type": "string"}}, {"items": {"type": "integer"}}]}': "list(dyn)",
    '{"oneOf": [{"type": "object"}, {"type": "object", "additionalProperties": false}]}': "map(string, dyn)",
    '{"type": "string", "anyOf": [{"minLength": 1}, {"maxLength": 9}]}': "string",
    '{"type": "string", "allOf": 1}': "string",
    '{"allOf": [{"type": "string"}, {"type": "integer"}]}': "dyn",
    '{"allOf": [{"items": {}}, {"type": "array", "items": {"type": "integer"}}]}': "list(int)",
    '{"allOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "object"}]}': (
        "map(string, int)"
    ),
    '{"type": "object", "patternProperties": {"x": {}}, "additionalProperties": {"type": "string"}}': (
        "map(string, dyn)"
    ),
    "true": "dyn",
    '{"type": "array"}': "list(dyn)",
    '{"type": "array", "items": {"type": "integer"}}': "list(int)",
    '{"type": "object"}': "map(string, dyn)",
    '{"type": "object", "additionalProperties": {"type": "integer"}}': "map(string, int)",
    '{"type": "object", "allOf": [], "additionalProperties": {"type": "integer"}}': "map(string, int)",
    '{"properties": {}}': "map(string, dyn)",
    '{"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "string"}}}': "string",
    '{"$ref": "#/$defs/a/b", "$defs": {"a": 1}}': "dyn",
    '{"$ref": "other.json#/a"}': "dyn",
    '{"$ref": 1}': "dyn",
    '{"$ref": "#"}': "dyn",
}


@pytest.mark.parametrize("schema", KINDS)
def test_what_a_schema_says_for_certain(schema):
    assert str(cel.type_of_schema(json.loads(schema))) == KINDS[schema]


def test_a_schema_that_contains_itself_ends():
    found = cel.type_of_schema({"type": "array", "items": {"$ref": "#"}})
    depth = 0
    while found != DYN:
        found, depth = found.parameters[0], depth + 1
    assert depth < 40


def compiled(source):
    return cel.compile(source, names={"sbom": cel.type_of_schema(CYCLONEDX)})


def test_a_misspelt_member_of_an_sbom_is_seen():
    for source, near in {
        "sbom.componentz": "components",
        "sbom.components.all(c, has(c.versoin))": "version",
        "sbom.components[0].components[0].components[0].nmae": "name",
    }.items():
        with pytest.raises(ConfigError) as caught:
            compiled(source)
        assert caught.value.remedy == f"write {near}"
    assert str(compiled("sbom.components.map(c, c.name)").type) == "list(string)"
    with pytest.raises(ConfigError, match="never equal"):
        compiled("sbom.version == '1'")


def test_members_are_told_apart_by_where_they_stand():
    schema = {
        "properties": {"a": {"type": "array", "items": {"$ref": "#/properties/b"}}, "b": {"properties": {}}}
    }
    found = cel.type_of_schema(schema)
    assert list_of(found.members["b"]) == found.members["a"]
    assert found.members != {}
    assert len(found.members) == len({*found.members}) == 2
    assert 1 not in found.members
    assert hash(found.members) == hash(cel.type_of_schema(schema).members)
    assert cel.compile("s.anything", names={"s": found}).type == DYN


A = '{"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}'
B = '{"type": "object", "properties": {"b": {"type": "integer"}}, "additionalProperties": false}'
C = '{"type": "object", "properties": {"a": {"type": "integer"}}}'
MEMBERS = {
    f'{{"anyOf": [{A}, {B}]}}': ({"a": "string", "b": "int"}, True),
    f'{{"oneOf": [{A}, {C}, {{"type": "object"}}]}}': ({"a": "dyn"}, False),
    f'{{"oneOf": [{A}, {A}]}}': ({"a": "string"}, True),
    f'{{"oneOf": [{B}, {C}]}}': ({"b": "dyn", "a": "int"}, False),
    f'{{"allOf": [{A}, {B}]}}': ({}, True),
    f'{{"allOf": [{B}, {C}, {{"type": "object"}}]}}': ({"b": "int"}, True),
    f'{{"allOf": [{C}, {{"type": "object", "properties": {{"c": {{"type": "null"}}}}}}]}}': (
        {"a": "int", "c": "null"},
        False,
    ),
    f'{{"allOf": [{A}, {{"properties": {{"a": {{"minLength": 1}}}}}}]}}': ({"a": "string"}, True),
    f'{{"$ref": "#/$defs/a", "description": "x", "$defs": {{"a": {A}}}}}': ({"a": "string"}, True),
    '{"properties": {}, "additionalProperties": false, "patternProperties": {"^x-": {}}}': ({}, False),
}


@pytest.mark.parametrize("schema", MEMBERS)
def test_members_of_alternatives_and_of_conditions_that_hold_together(schema):
    wanted, closed = MEMBERS[schema]
    found = cel.type_of_schema(json.loads(schema))
    assert {name: str(of) for name, of in found.members.items()} == wanted
    assert found.closed == closed
    with pytest.raises(KeyError):
        found.members["nobody"]
    assert found != cel.type_of_schema({"properties": {}})


def test_types_of_the_same_alternatives_are_the_same():
    schema = {"properties": {}, "$defs": {"a": json.loads(A), "b": json.loads(B)}}
    schema["properties"] = {
        name: {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}, {"type": "object"}]} for name in "xy"
    }
    members = cel.type_of_schema(schema).members
    assert members["x"] == members["y"]


def test_a_schema_leads_to_another_file():
    other = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "integer"}}, "$ref": "third.json"}
    files = {"other.json": ("other", other), "third.json": ("third", {"type": "string"})}
    asked = []

    def elsewhere(base, name):
        asked.append((base, name))
        return files.get(name)

    def found(reference):
        schema = {
            "properties": {"x": {"$ref": reference}, "y": {"$ref": "#/$defs/y"}},
            "$defs": {"y": {"const": 1}},
        }
        members = cel.type_of_schema(schema, base="first", elsewhere=elsewhere).members
        return str(members["x"]), str(members["y"])

    assert found("other.json#/$defs/a") == ("int", "int")
    assert found("other.json") == ("string", "int")
    assert found("nowhere.json#/$defs/a") == ("dyn", "int")
    assert asked == [("first", "other.json")] * 2 + [("other", "third.json"), ("first", "nowhere.json")]


def test_alternatives_without_end_are_given_up():
    deep = {"type": "string", "anyOf": [{"$ref": "#"}] * 8, "items": {"oneOf": [{"$ref": "#"}] * 8}}
    assert str(cel.type_of_schema(deep)) == "string"
    wide = {"type": "array", "items": {"anyOf": [{"$ref": "#"}] * 8}}
    assert cel.type_of_schema(wide).name == "list"


def test_alternatives_within_components_are_seen_through():
    for source in (
        "sbom.components.all(c, c.licenses.all(l, l.expresion == 'MIT'))",
        "sbom.metadata.componnt",
    ):
        with pytest.raises(ConfigError):
            compiled(source)
    assert compiled("sbom.components.all(c, c.licenses.all(l, has(l.expression) || has(l.license.id)))")
