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
    '{"enum": ["a"]}': "dyn",
    "true": "dyn",
    '{"type": "array"}': "list(dyn)",
    '{"type": "array", "items": {"type": "integer"}}': "list(int)",
    '{"type": "object"}': "map(string, dyn)",
    '{"type": "object", "additionalProperties": {"type": "integer"}}': "map(string, int)",
    '{"type": "object", "allOf": [], "additionalProperties": {"type": "integer"}}': "map(string, dyn)",
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
    assert hash(found.members) == hash(cel.type_of_schema(schema).members)
    assert cel.compile("s.anything", names={"s": found}).type == DYN
