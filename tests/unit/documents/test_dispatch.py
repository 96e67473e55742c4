"""The keyword of our own that chooses a schema by ``type``."""

import pytest

from stella_git.documents.schema.accept import Compiler
from stella_git.documents.schema.engine import _engine
from stella_git.documents.schema.equality import distinct, identity
from stella_git.documents.schema.inline import violation

CLASSES = {
    "A": {"properties": {"type": True, "a": {"type": "integer"}}, "additionalProperties": False},
    "B": {"required": ["b"]},
}


def verdicts(schema, value):
    """Return what both engines say: the compiled one, and the (keyword, path) of the explaining one."""
    accepts = Compiler(lambda ref: {}[ref], identity, distinct, "2020-12").compile(schema)(value)
    errors = [
        (each.validator, tuple(each.absolute_path))
        for each in _engine("2020-12", skip=False)(schema).iter_errors(value)
    ]
    assert accepts is not bool(errors)
    return errors


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        ({"type": "A", "a": 1}, []),
        ({"type": "A", "a": "x"}, [("type", ("a",))]),
        ({"type": "A", "b": 1}, [("additionalProperties", ())]),
        ({"type": "B", "b": 1, "anything": 2}, []),
        ({"type": "B"}, [("required", ())]),
        ({"type": "C"}, [("enum", ("type",))]),
        ({"type": ["A"]}, [("type", ("type",)), ("enum", ("type",))]),
        ({"type": None}, [("type", ("type",)), ("enum", ("type",))]),
        ({}, [("required", ())]),
        ("A", []),  # of another type: that is for `type` to refuse
        ([], []),
    ],
)
def test_the_class_decides(value, errors):
    assert verdicts({"x-dispatch": {"classes": CLASSES}}, value) == errors


def test_what_stands_beside_belongs_to_nobody():
    schema = {"x-dispatch": {"beside": ["@context"], "classes": CLASSES}}
    value = {"type": "A", "@context": "x"}
    assert verdicts(schema, value) == []
    assert verdicts({"x-dispatch": {"classes": CLASSES}}, value) == [("additionalProperties", ())]
    assert value == {"type": "A", "@context": "x"}


def test_a_schema_that_somebody_brings_cannot_use_it():
    # By the standard a keyword that is not known asserts nothing.
    assert violation({"x-dispatch": {"classes": {}}}, {"type": "A"}) is None
