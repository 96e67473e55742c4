"""stella.toml, its schema and its page say the same."""

import json
import re

import pytest

from house_cases import ROOT
from stella_git import config
from stella_git.config import reader

PAGE = ROOT / "docs/reference/configuration.md"
SCHEMA = json.loads((ROOT / "schemas/stella/config.v1.schema.json").read_text(encoding="utf-8"))


def leaves(schema, path=()):
    if schema.get("type") == "array" and "items" in schema and "properties" in schema["items"]:
        yield from leaves(schema["items"], path)
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from leaves(schema["additionalProperties"], (*path, "NAME"))
    elif "properties" in schema:
        for name, child in schema["properties"].items():
            yield from leaves(child, (*path, name))
    else:
        yield ".".join(path)


KEYS = sorted(leaves(SCHEMA))


def test_the_schema_and_the_parser_know_the_same_keys():
    plain = {key for key in KEYS if key.split(".")[0] not in {"component", "environments", "hooks"}}
    assert plain == set(config.KEYS)
    assert {key.removeprefix("component.") for key in KEYS if key.startswith("component.")} == set(
        reader._COMPONENT_KEYS
    )
    nested = {key.rpartition(".")[2] for key in KEYS if key.startswith("environments.")}
    assert nested == set(reader._ENVIRONMENT_KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_a_row(key):
    assert re.search(rf"(?m)^\| `{re.escape(key)}` \| .+ \|$", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("variable", config.VARIABLES)
def test_every_environment_variable_has_a_row(variable):
    assert re.search(rf"(?m)^\| `{variable}` \| .+ \|$", PAGE.read_text(encoding="utf-8"))


def test_the_page_documents_nothing_else():
    rows = re.findall(r"(?m)^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"))
    assert set(rows) - set(KEYS) - set(config.VARIABLES) == set()


def test_the_example_on_the_page_is_valid():
    (example,) = re.findall(r"(?s)```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"))
    parsed = config.parse(example.encode(), path="configuration.md")
    assert parsed.repository_id
    assert parsed.environments
