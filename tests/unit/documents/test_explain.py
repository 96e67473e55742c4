import pytest

from documents_cases import bom, check, vex
from stella_git.documents.rules import all_rules
from stella_git.documents.wording import listing, nearest, show


def component(**members):
    return {"type": "library", "name": "left-pad", **members}


CASES = [
    (bom(componets=[]), "K-additionalProperties", "/componets", "`componets` is not a member", None),
    (
        {"metdata" if key == "metadata" else key: each for key, each in bom().items()},
        "K-additionalProperties",
        "/metdata",
        "did you mean `metadata`?",
        "Rename it to `metadata`.",
    ),
    (bom(zzz=1), "K-additionalProperties", "/zzz", "CycloneDX 1.6", "Remove it"),
    (bom(version="1"), "K-type", "/version", 'must be an integer, not "1"', "Write an integer here."),
    (bom(components={}), "K-type", "/components", "must be an array, not an object with 0 members", None),
    (bom(components=[component(name=None)]), "K-type", "/components/0/name", "a string, not null", None),
    (
        bom(components=[{"type": "library"}]),
        "K-required",
        "/components/0",
        "`name` is missing",
        "Add `name`.",
    ),
    (
        bom(components=[{"type": "library", "nam": "x"}]),
        "K-required",
        "/components/0",
        "`nam` looks like it",
        "Rename `nam` to `name`.",
    ),
    (
        bom(components=[component(type="libary")]),
        "K-enum",
        "/components/0/type",
        "did you mean `library`?",
        None,
    ),
    (bom(components=[component(type="zzz")]), "K-enum", "/components/0/type", "and 5 more", "Write one of"),
    (bom(components=[component(type=7)]), "K-enum", "/components/0/type", "7 is not an allowed value", None),
    (
        bom(components=[component(licenses=[{"license": {"id": "apache 2.0"}}])]),
        "L001",
        "/components/0/licenses/0/license/id",
        "licence list 3.28.0; did you mean `Apache-2.0`?",
        "Write `Apache-2.0`.",
    ),
    (
        bom(components=[component(licenses=[{"license": {"id": "Ours"}}])]),
        "L001",
        "/components/0/licenses/0/license/id",
        "SPDX licence list 3.28.0",
        "`name` or `expression`",
    ),
    (
        bom(components=[component(licenses=[{"license": {}}])]),
        "K-oneOf",
        "/components/0/licenses/0/license",
        "one of `id`, `name` is required",
        "Add one of `id`, `name`.",
    ),
    (
        bom(components=[component(licenses=[{"license": {"id": "MIT", "name": "MIT"}}])]),
        "K-oneOf",
        "/components/0/licenses/0/license",
        "`id`, `name` exclude each other",
        "Keep exactly one of them.",
    ),
    (
        bom(components=[component(licenses=[{"expression": "MIT"}, {"expression": "ISC"}])]),
        "K-oneOf",
        "/components/0/licenses",
        "stands alone",
        "Combine them",
    ),
    (
        bom(components=[component(licenses=[{"license": {"name": 7}}])]),
        "K-type",
        "/components/0/licenses/0/license/name",
        "must be a string, not 7",
        None,
    ),
    (bom(serialNumber="x"), "K-pattern", "/serialNumber", "is not `urn:uuid:` and a UUID", None),
    (
        bom(components=[component(hashes=[{"alg": "MD5", "content": "x"}])]),
        "K-pattern",
        "/components/0/hashes/0/content",
        "hexadecimal digits",
        None,
    ),
    (bom(metadata={"timestamp": "now"}), "K-format", "/metadata/timestamp", "RFC 3339", None),
    (bom(version=0), "K-minimum", "/version", "0 is less than the minimum 1", "Write at least 1."),
    (
        bom(components=[component(**{"bom-ref": ""})]),
        "K-minLength",
        "/components/0/bom-ref",
        "too short: at least 1",
        None,
    ),
    (
        bom(components=[component(), component(version="1"), component()]),
        "K-uniqueItems",
        "/components/2",
        "item 2 repeats item 0",
        "Remove the repeated item.",
    ),
    (
        bom(specVersion="1.7", components=[component(version="1", versionRange="vers:npm/1")]),
        "K-not",
        "/components/0",
        "`versionRange` must not be written here",
        "Remove",
    ),
    (vex(statements=[]), "K-minItems", "/statements", "an array of 0 items is too short", None),
    (
        vex(statements=[{"vulnerability": {"name": "CVE-2026-1"}, "status": "not_affected"}]),
        "K-anyOf",
        "/statements/0",
        "one of `justification`, `impact_statement` is required",
        None,
    ),
    (
        vex(statements=[{"vulnerability": {"name": "CVE-2026-1"}, "status": "affected"}]),
        "K-required",
        "/statements/0",
        "`action_statement` is missing",
        None,
    ),
    (
        vex(statements=[{"vulnerability": "CVE-2026-1", "status": "fixed"}]),
        "K-type",
        "/statements/0/vulnerability",
        "must be an object",
        None,
    ),
]


@pytest.mark.parametrize(("value", "rule", "pointer", "message", "remedy"), CASES)
def test_a_violation_is_explained(value, rule, pointer, message, remedy):
    problems = check(value).problems
    found = [each for each in problems if (each.rule, each.pointer) == (rule, pointer)]
    assert found, problems
    assert message in found[0].message
    assert (remedy or "") in found[0].remedy


def test_every_rule_that_is_explained_is_documented():
    assert {case[1] for case in CASES} <= set(all_rules())


def test_only_the_meant_alternative_is_explained():
    value = bom(components=[component(licenses=[{"license": {"id": "MIT", "url": 7}}])])
    assert [each.pointer for each in check(value).problems] == ["/components/0/licenses/0/license/url"]


def test_each_missing_member_is_a_problem():
    value = vex()
    del value["author"], value["version"]
    assert [each.remedy for each in check(value).problems] == ["Add `author`.", "Add `version`."]


def test_an_item_too_many_is_pointed_at():
    from jsonschema import Draft7Validator

    from stella_git.documents.schema.explain import explain

    schema = {"items": [{}], "additionalItems": False}
    complaints = list(explain(Draft7Validator(schema).iter_errors([1, 2, 3]), "X 1"))
    assert [(each.rule, each.pointer) for each in complaints] == [
        ("K-additionalItems", "/1"),
        ("K-additionalItems", "/2"),
    ]


@pytest.mark.parametrize(
    ("schema", "value", "rule"),
    [
        (False, 1, "K-false"),
        ({"contains": {"const": 1}}, [], "K-contains"),
        ({"const": 1}, 2, "K-const"),
        ({"not": True}, 2, "K-not"),
        ({"exclusiveMinimum": 2}, 2, "K-exclusiveMinimum"),
        ({"oneOf": [True, True]}, 2, "K-oneOf"),
        ({"type": ["string", "null"]}, 2, "K-type"),
        ({"pattern": "^a$"}, "b", "K-pattern"),
    ],
)
def test_whatever_fails_gets_words(schema, value, rule):
    from jsonschema import Draft7Validator

    from stella_git.documents.schema.explain import explain

    (complaint,) = explain(Draft7Validator(schema).iter_errors(value), "X 1")
    assert complaint.rule == rule
    assert complaint.message
    assert complaint.remedy


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({}, "an object with 0 members"),
        ({"a": 1}, "an object with 1 member"),
        ([1], "an array of 1 item"),
        ("x" * 99, '"' + "x" * 59 + '…"'),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
    ],
)
def test_values_are_shown_short(value, shown):
    assert show(value) == shown


@pytest.mark.parametrize(
    ("text", "candidates", "meant"),
    [
        ("MIT_0", ["MIT", "MIT-0"], "MIT-0"),
        ("libary", ["library", "file"], "library"),
        ("zzz", ["library"], None),
        ("", ["a"], None),
        ("x" * 81, ["x" * 80], None),
    ],
)
def test_the_nearest_match(text, candidates, meant):
    assert nearest(text, candidates) == meant


def test_long_lists_are_cut():
    assert listing(range(10)) == "`0`, `1`, `2`, `3`, `4`, `5`, `6`, `7` and 2 more"
