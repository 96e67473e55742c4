import copy
import json

import pytest

from stella_git.documents.elements import find, ids, parse
from stella_git.documents.elements.model import AtLeast, Every, Has, Some
from stella_git.errors import ConfigError, InputError, UsageError

GOOD = {
    "apiVersion": "stella.ops/v1",
    "kind": "MinimumElements",
    "metadata": {"id": "house-1.0", "title": "House", "status": "final", "source": {"document": "Handbook"}},
    "spec": {
        "levels": [
            {"id": "must", "title": "Must", "severity": "error", "weight": 2, "baseline": True},
            {"id": "may", "title": "May", "severity": "info", "weight": 1, "baseline": False},
        ],
        "elements": [
            {
                "id": "supplier",
                "title": "Supplier",
                "scope": "component",
                "level": "must",
                "requires": {"any": ["supplier", {"fact": "producers", "unknown": True}]},
                "why": "Somebody has to know.",
                "remedy": "Write it.",
            },
            {
                "id": "format",
                "title": "Format",
                "scope": "document",
                "level": "may",
                "requires": {"all": [{"format": {"spdx": "3.0.1", "cyclonedx": "1.6"}}, "authors"]},
                "why": "Old ones are old.",
                "remedy": "Make it anew.",
            },
        ],
    },
}
GONE = object()
ELEMENT = ("spec", "elements", 0)


def changed(path, value):
    found = copy.deepcopy(GOOD)
    place = found
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return found


def read(value):
    return parse(json.dumps(value, indent=1).encode(), path="house.yaml")


def test_a_profile_is_read():
    profile = read(GOOD)
    assert (profile.id, profile.title, profile.status) == ("house-1.0", "House", "final")
    assert (profile.source.document, profile.source.section, profile.note) == ("Handbook", "", "")
    assert [level.id for level in profile.levels] == ["must", "may"]
    supplier, form = profile.elements
    assert supplier.level is profile.levels[0]
    assert supplier.requires == Some(parts=(Has(fact="supplier"), Has(fact="producers", unknown=True)))
    versions = (("cyclonedx", "1.6"), ("spdx", "3.0.1"))
    assert form.requires == Every(parts=(AtLeast(versions=versions), Has(fact="authors")))
    assert profile.rule(supplier) == "E-house-1.0-supplier"


@pytest.mark.parametrize(
    ("path", "value", "message", "pointer"),
    [
        (("apiVersion",), "v1", "this is not apiVersion stella.ops/v1, kind MinimumElements", ""),
        (("kind",), "Budget", "this is not apiVersion stella.ops/v1, kind MinimumElements", ""),
        (("metadata",), GONE, "this has to be an object", "/metadata"),
        (("metadata", "titel"), "x", "'titel' is unknown here; did you mean title?", "/metadata"),
        (("metadata", "title"), GONE, "`title` is missing", "/metadata"),
        (("metadata", "title"), " ", "`title` has to be a text", "/metadata/title"),
        (("metadata", "title"), "x" * 301, "`title` has more than 300 characters", "/metadata/title"),
        (("metadata", "id"), "House", "`id` is an id: lower case letters", "/metadata/id"),
        (("metadata", "id"), "house ", "`id` is an id: lower case letters", "/metadata/id"),
        (
            ("metadata", "status"),
            "fina",
            "'fina' is none of draft, final; did you mean final?",
            "/metadata/status",
        ),
        (("metadata", "source"), {}, "`document` is missing", "/metadata/source"),
        (("spec", "levels"), [], "this has to be an array with items", "/spec/levels"),
        (("spec", "levels", 1, "id"), "must", "the id must is there twice", "/spec/levels/1/id"),
        (("spec", "levels", 0, "weight"), 0, "`weight` is a whole number", "/spec/levels/0/weight"),
        (("spec", "levels", 0, "weight"), True, "`weight` is a whole number", "/spec/levels/0/weight"),
        (("spec", "levels", 0, "weight"), 1.5, "`weight` is a whole number", "/spec/levels/0/weight"),
        (("spec", "levels", 0, "baseline"), 1, "`baseline` is true or false", "/spec/levels/0/baseline"),
        (
            ("spec", "components"),
            {"kinds": []},
            "this has to be an array with items",
            "/spec/components/kinds",
        ),
        (("spec", "elements"), {}, "this has to be an array with items", "/spec/elements"),
        (("spec", "elements", 1, "id"), "supplier", "the id supplier is there twice", "/spec/elements/1/id"),
        (("spec", "elements", 1, "id"), "a.b", "`id` is an id", "/spec/elements/1/id"),
        (
            (*ELEMENT, "scope"),
            "part",
            "'part' is none of document, component, root",
            "/spec/elements/0/scope",
        ),
        (
            (*ELEMENT, "level"),
            "most",
            "'most' is none of must, may; did you mean must?",
            "/spec/elements/0/level",
        ),
        ((*ELEMENT, "requires"), GONE, "`requires` is missing", "/spec/elements/0"),
        ((*ELEMENT, "requires"), 1, "this has to be a fact, or an object", "/spec/elements/0/requires"),
        ((*ELEMENT, "requires"), "suplier", "did you mean supplier?", "/spec/elements/0/requires"),
        ((*ELEMENT, "requires"), "authors", "'authors' is none of", "/spec/elements/0/requires"),
        ((*ELEMENT, "requires"), {}, "`fact` is missing", "/spec/elements/0/requires"),
        ((*ELEMENT, "requires"), {"any": []}, "an array with items", "/spec/elements/0/requires/any"),
        (
            (*ELEMENT, "requires"),
            {"any": ["name"], "all": ["name"]},
            "stand alone",
            "/spec/elements/0/requires",
        ),
        ((*ELEMENT, "requires"), {"any": ["name", "x"]}, "'x' is none of", "/spec/elements/0/requires/any/1"),
        ((*ELEMENT, "requires"), {"not": "name"}, "'not' is unknown here", "/spec/elements/0/requires"),
        (
            (*ELEMENT, "requires"),
            {"fact": "hashes", "form": "hex"},
            "'hex' is none of",
            "/spec/elements/0/requires/form",
        ),
        (
            (*ELEMENT, "requires"),
            {"fact": "name", "among": ["x"], "form": "uri"},
            "exclude each other",
            "/spec/elements/0/requires",
        ),
        (
            (*ELEMENT, "requires"),
            {"fact": "name", "property": "x"},
            "exclude each other",
            "/spec/elements/0/requires",
        ),
        (
            (*ELEMENT, "requires"),
            {"fact": "name", "among": [1]},
            "has to be a text",
            "/spec/elements/0/requires/among/0",
        ),
        (
            (*ELEMENT, "requires"),
            {"format": {"spdx": 3}},
            "numbers and dots",
            "/spec/elements/0/requires/format/spdx",
        ),
        (
            (*ELEMENT, "requires"),
            {"format": {"csaf": "2.0"}},
            "'csaf' is unknown here",
            "/spec/elements/0/requires/format",
        ),
        (
            (*ELEMENT, "requires"),
            {"format": {"spdx": "3"}, "fact": "name"},
            "'fact' is unknown",
            "/spec/elements/0/requires",
        ),
        (
            ("spec", "elements", 1, "requires"),
            {"property": "x"},
            "'property' is unknown here",
            "/spec/elements/1/requires",
        ),
        (
            (*ELEMENT, "applies-to"),
            {"formats": ["csaf"]},
            "'csaf' is none of",
            "/spec/elements/0/applies-to/formats/0",
        ),
        (
            (*ELEMENT, "applies-to"),
            {"logical": "no"},
            "`logical` is true or false",
            "/spec/elements/0/applies-to/logical",
        ),
        (("spec", "unjudged"), [{"title": "x"}], "`why` is missing", "/spec/unjudged/0"),
    ],
)
def test_what_is_no_profile_is_refused_with_its_place(path, value, message, pointer):
    with pytest.raises(ConfigError) as caught:
        read(changed(path, value))
    assert caught.value.code == "minimum-elements-invalid"
    assert message in caught.value.message
    assert caught.value.where.pointer == pointer
    assert caught.value.where.path == "house.yaml"
    assert caught.value.where.line
    assert caught.value.where.column
    assert caught.value.remedy


def test_what_is_no_yaml_is_refused():
    with pytest.raises(InputError):
        parse(b"a: &x 1", path="house.yaml")


def test_a_profile_that_does_not_come_with_the_program():
    with pytest.raises(UsageError) as caught:
        find("nita-2021")
    assert caught.value.code == "elements-profile-unknown"
    assert "did you mean ntia-2021?" in caught.value.message
    for name in ("../trust/default", "", "x" * 100_000):
        with pytest.raises(UsageError):
            find(name)
    assert [find(name).id for name in ids()] == list(ids())
