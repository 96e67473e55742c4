"""Schemas that a repository brings."""

import pytest

from stella_git.documents.schema.inline import violation
from stella_git.errors import ConfigError

LIST = {"$ref": "#/$defs/list", "$defs": {"list": {"type": "array", "items": {"$ref": "#"}}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({}, 1),
        ({"type": "object", "required": ["a"]}, {"a": 1}),
        (LIST, [[], [[]]]),
        ({"$id": "https://example.org/s", "$schema": "https://json-schema.org/draft/2020-12/schema"}, 1),
        ({"pattern": "^[0-9]+$"}, "12"),
        ({"$defs": {"a/b~c": {"type": "string"}}, "$ref": "#/$defs/a~1b~0c"}, "x"),
    ],
)
def test_what_fits_passes(schema, value):
    assert violation(schema, value) is None


@pytest.mark.parametrize(
    ("schema", "value", "place"),
    [
        ({"type": "object"}, [], "/: "),
        ({"properties": {"a/b": {"type": "string"}}}, {"a/b": 1}, "/a~1b: "),
        (LIST, [[], [1]], "/1/0: "),
        ({"pattern": "^[0-9]+$"}, "12\n", "/: "),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "/: does not satisfy anyOf"),
    ],
)
def test_what_does_not_fit_is_placed(schema, value, place):
    assert violation(schema, value).startswith(place)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "thing"},
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"$ref": "https://example.org/x"},
        {"$ref": "other.json"},
        {"$ref": "#anchor"},
        {"$ref": "#/$defs/none"},
        {"$ref": "#"},
        {"$dynamicRef": "https://example.org/x"},
        {"pattern": "("},
    ],
)
def test_a_schema_that_cannot_be_used_is_a_mistake_of_its_author(schema):
    with pytest.raises(ConfigError) as caught:
        violation(schema, "x", path="s.json")

    assert caught.value.code == "schema-unusable"
    assert caught.value.where.path == "s.json"
