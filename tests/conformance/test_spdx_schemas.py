"""The schemas of SPDX say what the official ones say, from every engine."""

import hashlib
import json
import random
import re
import sys

import pytest

from documents_cases import GOLDEN, expected, mutate
from spdx_cases import CONTEXT, spdx2, spdx3
from stella_git import resources
from stella_git.documents.schema import engine, registry
from stella_git.documents.validate import validate

SPDX = resources.data_path("schemas/spdx")
LOWERED = registry.ROOTS["spdx", "3.0.1"]
ROOT = GOLDEN.parent.parent.parent
ROWS = [(name, wanted) for name, form, wanted in expected() if form == "spdx-3"]


@pytest.fixture(scope="module")
def official():
    """Return what jsonschema-rs makes of the official schema of 3.0.1."""
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    schema = json.loads((SPDX / "spdx-3.0.1.schema.json").read_bytes())
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def load(name):
    return json.loads((GOLDEN / name).read_bytes())


def seeds():
    """Return the corpus as documents of 3.0.1, and one document with an object of every class."""
    values = [{**load(name), "@context": CONTEXT} for name, _ in ROWS]
    alone = [{"@context": CONTEXT, **each} for each in specimens()]
    return [*values, spdx3(), {"@context": CONTEXT, "@graph": specimens()}, *alone]


def specimens():
    """Return an object of every class, with every property; values are what the schema asks for first."""
    definitions = registry.load(LOWERED[0])["$defs"]
    classes = definitions["AnyClass"]["x-dispatch"]["classes"]
    return [specimen(name, definitions) for name in classes]


def specimen(name, definitions, depth=0):
    made = {"type": name}
    for key, schema in definitions[name]["properties"].items():
        if key != "type" and (depth == 0 or key in definitions[name]["required"]):
            made[key] = example(schema, definitions, depth)
    return made


def example(schema, definitions, depth):
    """Return a value that satisfies a schema of the shapes that properties have."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "x-dispatch" in schema.get("then", {}) and depth == 0:
        return specimen(next(iter(schema["then"]["x-dispatch"]["classes"])), definitions, depth + 1)
    if schema.get("type") == "array":
        return [example(schema["items"], definitions, depth)] * schema.get("minItems", 1)
    candidates = ["https://example.com/x", "2026-01-31T09:30:00Z", "3.0.1", "text/plain", True, 1, "1.5"]
    candidates += schema.get("enum", [])[:1]
    judge = engine.Compiler(registry.resolve, engine.identity, engine.distinct, "2020-12").compile(schema)
    return next(value for value in candidates if judge(value))


def test_every_official_file_is_unmodified():
    table = (SPDX / "SOURCES.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    there = [
        path
        for path in SPDX.iterdir()
        if path.is_file() and path.name not in {"SOURCES.md", ".gitattributes"}
    ]
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def test_the_lowered_schema_is_what_is_derived(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import lower_spdx3

    wanted = lower_spdx3.lowered((SPDX / "spdx-3.0.1.schema.json").read_bytes())
    assert (SPDX / "derived" / "spdx-3.0.1-lowered.json").read_text("utf-8") == wanted
    sys.modules.pop("lower_spdx3")


def test_another_official_schema_is_not_misread(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import lower_spdx3

    schema = json.loads((SPDX / "spdx-3.0.1.schema.json").read_bytes())
    schema["$defs"]["Agent"]["then"]["allOf"][0]["maxProperties"] = 9
    with pytest.raises(SystemExit, match="another shape"):
        lower_spdx3.lowered(json.dumps(schema).encode())
    sys.modules.pop("lower_spdx3")


def test_the_table_of_the_model_goes_with_the_schema():
    # `nox -s spdx_model` derives it again from the model; here it is held to what the schema knows.
    table = json.loads((SPDX / "derived" / "spdx-3.0.1-classes.json").read_bytes())
    definitions = registry.load(LOWERED[0])["$defs"]
    classes = set(definitions["AnyClass"]["x-dispatch"]["classes"])
    assert len(table["properties"]) == 71
    assert classes <= set(table["ancestors"])
    for owner, name, target in table["properties"]:
        concrete = [kind for kind, ups in table["ancestors"].items() if owner in ups and kind in classes]
        assert concrete, owner
        for kind in concrete:
            allowed = choices(definitions[kind]["properties"][name], definitions)
            if allowed is not None:
                assert allowed == {kind for kind in classes if target in table["ancestors"][kind]}, name


def choices(schema, definitions):
    """Return the classes that the schema allows inside a property; None if it is a text of a list."""
    schema = schema.get("items", schema)
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return set(schema["then"]["x-dispatch"]["classes"]) if "x-dispatch" in schema.get("then", {}) else None


@pytest.mark.parametrize(("name", "wanted"), ROWS)
def test_the_schema_of_301_gives_the_official_verdict(name, wanted):
    assert engine._accepts(*LOWERED, load(name)) is (wanted == "valid")


def test_an_object_of_every_class_is_accepted(official):
    for value in specimens():
        alone = {"@context": CONTEXT, **value}
        for document in (alone, {"@context": CONTEXT, "@graph": [value]}):
            assert official.is_valid(document), value
            assert engine._accepts(*LOWERED, document), value


def renamed(value, rng):
    """Return a copy in which one object has another class, or a member that another one has."""
    value = json.loads(json.dumps(value))
    things = [thing for thing in objects(value) if "type" in thing]
    if things:
        thing, other = rng.choice(things), rng.choice(SPECIMENS)
        if rng.randrange(2):
            thing["type"] = other["type"]
        else:
            key = rng.choice(list(other))
            thing[key] = other[key]
    return value


def objects(value):
    """Return every object inside a value."""
    pending, found = [value], []
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            found.append(item)
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return found


SPECIMENS = specimens()
TEXTS = ["_:x", "_:", "urn:x", ":", "a:b", "x\n:y", "NoneElement", "SpdxOrganization", "NoAssertionElement"]


def mutants3(count):
    rng = random.Random("spdx 3.0.1")
    values = seeds()
    for _ in range(count):
        value = mutate(rng.choice(values), rng) if rng.randrange(3) else renamed(rng.choice(values), rng)
        things = objects(value)
        if things and not rng.randrange(3):
            thing = rng.choice(things)
            names = [name for name in thing if isinstance(thing[name], (str, dict))]
            if names:
                thing[rng.choice(names)] = rng.choice(TEXTS)
        yield value


def test_the_lowered_schema_says_what_the_official_one_says(official):
    accepted = 0
    for value in mutants3(12_000):
        verdict = official.is_valid(value)
        assert engine._accepts(*LOWERED, value) is verdict, value
        accepted += verdict
    assert 600 < accepted < 11_400  # mutants of one kind would prove nothing


def test_the_explaining_engine_says_what_the_official_schema_says(official):
    for value in mutants3(1_200):
        refused = next(engine.explained_errors(*LOWERED, value), None) is not None
        assert refused is not official.is_valid(value), value


def test_both_engines_agree_on_mutants_of_23():
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    identifier, dialect = registry.ROOTS["spdx", "2.3"]
    schema = json.loads(resources.schema(registry.FILES[identifier]))
    judge = jsonschema_rs.validator_for(schema, validate_formats=True)
    rng = random.Random("spdx 2.3")
    accepted = 0
    for number in range(10_000):
        value = mutate(spdx2(), rng)
        verdict = engine._accepts(identifier, dialect, value)
        assert verdict is judge.is_valid(value), value
        if number % 4 == 0:
            explained = next(engine.explained_errors(identifier, dialect, value), None) is not None
            assert verdict is not explained, value
        accepted += verdict
    assert 500 < accepted < 9_500


def test_every_refused_mutant_is_explained():
    for value in mutants3(300):
        if not isinstance(value, dict) or value.get("@context") != CONTEXT:
            continue
        problems = validate(json.dumps(value).encode(), path="x.json").problems
        accepted = engine._accepts(*LOWERED, value)
        assert accepted is not any(problem.rule.startswith("K-") for problem in problems), value
        assert all(problem.remedy and problem.message for problem in problems)
