import socket

import pytest

from documents_cases import bom
from stella_git.documents.schema import engine, equality, registry
from stella_git.documents.schema.accept import Compiler, NotCompilableError
from stella_git.errors import DefectError


def test_nothing_goes_online(monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    value = bom(signature={"algorithm": "none", "value": ""}, components=[{"type": "library"}])
    assert list(engine.schema_errors("cyclonedx", "1.6", value))


def test_a_reference_to_what_is_not_shipped_is_our_defect():
    for reference in ("http://json-schema.org/draft-07/schema#", "https://example.com/x.json#/a"):
        with pytest.raises(DefectError) as caught:
            registry.resolve(reference)
        assert caught.value.code == "schema-unknown"


@pytest.mark.parametrize("fragment", ["/definitions/nothing", "/definitions/component/required/0", "/title"])
def test_a_reference_to_nothing_is_our_defect(fragment):
    with pytest.raises(DefectError) as caught:
        registry.resolve("http://cyclonedx.org/schema/bom-1.6.schema.json#" + fragment)
    assert caught.value.code == "schema-unknown"


def test_a_version_without_schema_is_our_defect():
    with pytest.raises(DefectError) as caught:
        engine.schema_errors("cyclonedx", "1.3", {})
    assert caught.value.code == "schema-unknown"


def _references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


@pytest.mark.parametrize("identifier", [name for name in sorted(registry.FILES) if "stella" not in name])
def test_every_reference_of_a_shipped_schema_leads_somewhere(identifier):
    for reference in set(_references(registry.load(identifier))):
        if reference.startswith("https://json-schema.org/"):
            continue  # of a schema for schemas: one definition in it is referred to, never the whole
        assert isinstance(registry.resolve(reference), dict)


@pytest.mark.parametrize("kind", sorted(registry.ROOTS))
def test_every_shipped_schema_is_compiled(kind):
    """A keyword that the compiler does not know makes every document of the format slow."""
    identifier, dialect = registry.ROOTS[kind]
    compiled = engine._compiled(identifier, dialect)
    names = (
        [name for name in registry.FILES if "cyclonedx" in name] if dialect == "draft-07" else [identifier]
    )
    for reference in {each for name in names for each in _references(registry.load(name))}:
        Compiler(registry.resolve, equality.identity, equality.distinct, dialect).compile(
            registry.resolve(reference)
        )
    assert not compiled("no document")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, 0, False),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": [1.0]}, {"b": [1], "a": 1.0}, True),
        ({"a": 1}, {"a": True}, False),
        ("1", 1, False),
        ([], {}, False),
        ("b", ["b"], False),
    ],
)
def test_identity_is_equality_of_json(left, right, same):
    assert (equality.identity(left) == equality.identity(right)) is same
    assert equality.distinct([left, right]) is not same


def test_distinct_looks_deeper_when_a_glance_is_not_enough():
    assert equality.distinct([{"a": "x", "n": [1]}, {"a": "x", "n": [2]}])
    assert not equality.distinct([{"a": "x", "n": [1]}, {"a": "x", "n": [1.0]}])
    assert equality.distinct([])


def test_a_schema_that_is_not_compiled_goes_to_the_other_engine(monkeypatch):
    def refuse(*_arguments):
        raise NotCompilableError

    monkeypatch.setattr(engine, "_compiled", refuse)
    assert list(engine.schema_errors("cyclonedx", "1.6", bom())) == []
    assert len(list(engine.schema_errors("cyclonedx", "1.6", bom(zzz=1)))) == 1


def test_a_schema_is_an_object(monkeypatch):
    monkeypatch.setitem(registry.FILES, "urn:x", "x")
    monkeypatch.setattr("stella_git.resources.schema", lambda _name: b"[]")
    with pytest.raises(DefectError) as caught:
        registry.load("urn:x")
    assert caught.value.code == "schema-unknown"


def test_errors_do_not_carry_the_document():
    """A message made from the instance would repeat a large document at every level of nesting."""
    value = bom(
        components=[{"type": "library", "name": 7, "licenses": [{"license": {}}, {}], "x": ["y" * 99_999]}]
    )
    errors = list(engine.schema_errors("cyclonedx", "1.6", value))
    assert errors
    assert all(len(error.message) < 1000 for error in errors)


def test_the_deepest_document_we_read_can_be_explained():
    item = {"type": "nonsense", "name": "deepest"}
    for depth in range(30):
        item = {"type": "library", "name": f"c{depth}", "components": [item]}
    errors = list(engine.schema_errors("cyclonedx", "1.7", bom(specVersion="1.7", components=[item])))
    assert [error.validator for error in errors] == ["enum"]
