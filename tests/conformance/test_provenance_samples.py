"""The sample statements, against other people's canonical JSON and a Merkle tree written out here."""

import hashlib
import json

import jsonschema
import pytest
import rfc8785

from attest_cases import KINDS, SAMPLES, SCHEMAS
from stella_git.attest import kinds
from stella_git.attest.predicates import resolve
from stella_git.attest.slsa import Provenance
from stella_git.attest.statement import Statement

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((SCHEMAS / "slsa-provenance.v1.schema.json").read_bytes()),
    format_checker=jsonschema.FormatChecker(),
)
SETS = ("resolvedDependencies", "builderDependencies", "byproducts")


def _sorted(value):
    """Return a value with its sets in the order of their canonical bytes."""
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: sorted(_sorted(item), key=rfc8785.dumps) if name in SETS else _sorted(item)
        for name, item in value.items()
    }


def _root(leaves):
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + _root(leaves[:half]) + _root(leaves[half:])).digest()


def test_there_is_a_sample_of_every_kind():
    assert sorted(path.stem for path in SAMPLES.glob("*.json")) == sorted(KINDS) == sorted(kinds.BUILD_TYPES)


@pytest.fixture(params=KINDS)
def data(request):
    return (SAMPLES / f"{request.param}.json").read_bytes()


def test_a_sample_is_a_statement_of_its_kind(data):
    statement = Statement.from_bytes(data)
    statement.require_strong()
    assert resolve(statement.predicate_type) == "slsa-provenance"
    assert kinds.kind_of(Provenance.from_json(statement.predicate).build_definition) in data.decode()
    assert statement.to_bytes() == rfc8785.dumps(json.loads(data))
    SCHEMA.validate(json.loads(data)["predicate"])


def test_digests_of_a_sample(data):
    value = json.loads(data)["predicate"]
    found = Provenance.from_json(value)
    expected = {
        found.canonical_digest().hex: value,
        found.build_definition.canonical_digest().hex: value["buildDefinition"],
        found.metadata.canonical_digest().hex: value["runDetails"]["metadata"],
    }
    for digest, part in expected.items():
        assert digest == hashlib.sha256(rfc8785.dumps(_sorted(part))).hexdigest()


def test_root_over_the_dependencies_of_a_sample(data):
    value = json.loads(data)["predicate"]
    leaves = sorted(rfc8785.dumps(row) for row in value["buildDefinition"]["resolvedDependencies"])
    assert Provenance.from_json(value).dependencies_root().hex == _root(leaves).hex()
