import json
import sys

import pytest

from documents_cases import GOLDEN, bom, data
from stella_git import resources
from stella_git.documents.schema import engine, native, registry
from stella_git.documents.validate import admit, validate

BOM = "http://cyclonedx.org/schema/bom-1.6.schema.json"


@pytest.fixture
def fresh():
    native._judge.cache_clear()
    yield
    native._judge.cache_clear()


def test_it_says_what_the_others_say():
    assert native.accepts(BOM, bom())
    assert not native.accepts(BOM, bom(zzz=1))


def test_it_asserts_formats():
    assert not native.accepts(BOM, bom(metadata={"timestamp": "yesterday"}))


@pytest.mark.parametrize("identifier", sorted({identifier for identifier, _ in registry.ROOTS.values()}))
def test_every_schema_can_be_asked_without_a_network(identifier):
    derived = native._DERIVED in registry.FILES[identifier]
    assert (native._judge(identifier) is None) is derived
    assert not native.accepts(identifier, "no document")


def test_without_the_extra_it_says_nothing(monkeypatch, fresh):
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    assert not native.accepts(BOM, bom())
    assert validate(data(bom()), path="x").ok


def test_a_schema_that_is_not_shipped_does_not_exist():
    with pytest.raises(KeyError):
        native._read("http://example.com/schema.json")


def test_only_large_documents_are_worth_it(monkeypatch):
    asked = []
    monkeypatch.setattr(engine, "accepts", lambda identifier, _value: asked.append(identifier))
    validate(data(bom()), path="x")
    assert asked == []
    monkeypatch.setattr(engine, "WORTH", 1)
    assert validate(data(bom()), path="x").ok
    assert asked == [BOM]


def test_evidence_does_not_depend_on_what_is_installed(monkeypatch):
    monkeypatch.setattr(engine, "WORTH", 1)
    monkeypatch.setattr(engine, "accepts", lambda *_: True)
    value = data(bom(zzz=1))
    assert validate(value, path="x").ok
    assert not admit(value, path="x", expect=frozenset({"sbom"})).ok


def test_the_largest_documents_of_the_corpus_get_the_same_verdict():
    rows = [row.split("\t") for row in (GOLDEN / "EXPECTED.tsv").read_text("utf-8").splitlines()[1:]]
    for name, _, wanted in rows:
        content = (GOLDEN / name).read_bytes()
        if wanted == "unsupported version" or len(content) < 100_000:
            continue
        value = json.loads(content)
        identifier = f"http://cyclonedx.org/schema/bom-{value['specVersion']}.schema.json"
        assert native.accepts(identifier, value) is (wanted == "valid")
        assert resources.schema(registry.FILES[identifier])
