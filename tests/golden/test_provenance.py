"""Golden digests of the sample statements: they change only when a format changes, and never by accident."""

import json
from pathlib import Path

import pytest

from attest_cases import KINDS, SAMPLES, sample
from stella_git.attest.slsa import Provenance
from stella_git.attest.statement import Statement
from stella_git.canon.digest import sha256

EXPECTED = json.loads((Path(__file__).parent / "provenance" / "digests.json").read_bytes())


def digests(value, data):
    """Return every digest that a sample has."""
    found = Provenance.from_json(value["predicate"])
    return {
        "statement": str(sha256(Statement.from_bytes(data).to_bytes())),
        "provenance": str(found.canonical_digest()),
        "buildDefinition": str(found.build_definition.canonical_digest()),
        "metadata": str(found.metadata.canonical_digest()),
        "dependenciesRoot": str(found.dependencies_root()),
    }


def test_every_sample_has_golden_digests():
    assert sorted(EXPECTED) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_digests_are_the_golden_ones(kind):
    assert digests(sample(kind), (SAMPLES / f"{kind}.json").read_bytes()) == EXPECTED[kind]


def _backwards(value):
    """Return a value with its members, and the items of its sets, in reverse."""
    if isinstance(value, list):
        return [_backwards(item) for item in reversed(value)]
    if isinstance(value, dict):
        return {name: _backwards(item) for name, item in reversed(value.items())}
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_order_changes_no_digest_but_that_of_the_statement(kind):
    value = _backwards(sample(kind))
    found = digests(value, json.dumps(value).encode())
    del found["statement"]
    assert found == {name: digest for name, digest in EXPECTED[kind].items() if name != "statement"}
