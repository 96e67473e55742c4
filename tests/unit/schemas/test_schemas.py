"""The schemas themselves, and good and bad documents for each."""

import json
import re

import jsonschema
import pytest
from referencing import Registry, Resource

from attest_cases import ROOT, SCHEMAS
from schema_cases import BAD, GONE, GOOD, NAMES, bad, load

DRAFT = "https://json-schema.org/draft/2020-12/schema"
REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in map(load, NAMES)
)


def validator(name):
    return jsonschema.Draft202012Validator(
        load(name), registry=REGISTRY, format_checker=jsonschema.FormatChecker()
    )


def _parts(schema, pointer=""):
    """Yield every schema inside a schema that is not a mere condition."""
    if isinstance(schema, dict):
        yield pointer, schema
        for name in ("items", "additionalProperties", "contains"):
            yield from _parts(schema.get(name), f"{pointer}/{name}")
        for name in ("properties", "$defs"):
            for key, part in schema.get(name, {}).items():
                yield from _parts(part, f"{pointer}/{name}/{key}")


def test_every_schema_has_examples_of_both_kinds():
    assert sorted(GOOD) == sorted(BAD) == NAMES
    assert len(NAMES) >= 16


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_says_what_it_is(name):
    schema = load(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DRAFT
    assert schema["$id"] == f"https://stella.ops/schemas/{name}.schema.json"
    assert schema["title"]
    assert schema["description"].endswith(".")
    assert schema["type"] == "object"


@pytest.mark.parametrize("name", NAMES)
def test_every_object_states_whether_it_is_open(name):
    silent = [
        pointer
        for pointer, part in _parts(load(name))
        if "object" in str(part.get("type", "")) and "additionalProperties" not in part
    ]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_every_array_says_what_is_in_it(name):
    assert [p for p, part in _parts(load(name)) if part.get("type") == "array" and "items" not in part] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_required_member_is_described(name):
    for pointer, part in _parts(load(name)):
        if "properties" in part and "type" in part:
            assert set(part.get("required", ())) <= set(part["properties"]), pointer


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere_and_every_definition_is_used(name):
    schema = load(name)
    found = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema)))
    assert {ref.removeprefix("#/$defs/") for ref in found if ref.startswith("#")} == set(
        schema.get("$defs", ())
    )
    for ref in found - {ref for ref in found if ref.startswith("#")}:
        assert (SCHEMAS / ref).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_patterns_cover_the_whole_string(name):
    for pointer, part in _parts(load(name)):
        pattern = part.get("pattern", "^$")
        assert pattern.startswith("^"), pointer
        assert pattern.endswith(("$", ".", ".+", "//")), pointer


@pytest.mark.parametrize("name", NAMES)
def test_files_are_written_alike(name):
    data = (SCHEMAS / f"{name}.schema.json").read_bytes().replace(b"\r\n", b"\n")
    assert data == json.dumps(json.loads(data), indent=2, ensure_ascii=False).encode() + b"\n"


def test_the_list_of_schemas_is_complete():
    text = (SCHEMAS / "README.md").read_text("utf-8")
    assert re.findall(r"\]\((.+)\.schema\.json\)", text) == sorted(NAMES, key=lambda name: name[:-3])


@pytest.mark.parametrize(
    ("name", "index"), [(name, index) for name in NAMES for index in range(len(GOOD[name]))]
)
def test_good_documents(name, index):
    validator(name).validate(GOOD[name][index])


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [pytest.param(name, *row, id=f"{name}-{row[0]}-{row[1]!r:.20}") for name in NAMES for row in BAD[name]],
)
def test_bad_documents(name, path, value):
    document = bad(name, path, value)
    assert list(validator(name).iter_errors(document)), "the schema accepts it"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_null(name):
    """An absent member is absent."""
    schema = validator(name)
    good = GOOD[name][0]
    for member in good:
        assert list(schema.iter_errors({**good, member: None})), member


def _old(folder, name):
    return jsonschema.Draft202012Validator(
        json.loads((ROOT / "tests" / "vectors" / folder / f"{name}.schema.json").read_bytes())
    )


@pytest.mark.parametrize(
    ("name", "folder", "widened"),
    [
        ("verdict.v1", "verdict", ()),
        ("budget-check.v1", "budget", ()),
        ("budget.v1", "budget", ("apiVersion",)),
    ],
)
def test_what_we_accept_the_published_schemas_accept(name, folder, widened):
    """Ours say more; the one widening each is the new apiVersion, and the mode `off`."""
    old = _old(folder, name)
    old.validate(GOOD[name][0])
    for document in GOOD[name]:
        assert {error.path[0] for error in old.iter_errors(document)} <= set(widened)


@pytest.mark.parametrize("member", ["mode", "effectiveMode"])
def test_a_policy_may_be_off(member):
    value = json.loads(json.dumps(GOOD["verdict.v1"][0]))
    value["policySet"]["policies"][0][member] = "off"
    validator("verdict.v1").validate(value)
    assert list(_old("verdict", "verdict.v1").iter_errors(value))


def test_gone_is_not_a_json_value():
    with pytest.raises(TypeError):
        json.dumps(GONE)
