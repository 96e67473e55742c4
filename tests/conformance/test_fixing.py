"""Mending held to the fixtures of the rules, and to the public corpora."""

import re

import pytest

from documents_cases import GOLDEN, bom, data, expected
from fix_cases import ANY, hold, rules
from stella_git.documents.context import Context
from stella_git.documents.fix.bump import BUMPS
from stella_git.documents.fix.mend import fix
from stella_git.documents.rules import all_rules
from stella_git.documents.validate import validate

FIXABLE = sorted(name for name, rule in all_rules().items() if rule.fixable)
STAMP = {"creationInfo": {"type": "CreationInfo", "@id": "_:c", "created": "2026-01-31 09:30:00Z"}}
# The rules of the schemas have no fixtures of their own.
SCHEMA = {
    "K-enum": bom(components=[{"type": "Library", "name": "a"}]),
    "K-format": bom(metadata={"timestamp": "2026-01-31 09:30:00Z"}),
    "K-uniqueItems": bom(dependencies=[{"ref": "app", "dependsOn": ["left", "left"]}]),
    "K-pattern": {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": "_:c",
                "specVersion": "3.0.1",
                "created": "2026-01-31 09:30:00Z",
                "createdBy": ["https://example.com/me"],
            },
            {"type": "Person", "spdxId": "https://example.com/me", "creationInfo": "_:c"},
        ],
    },
}


class Fixture:
    """A document of a fixture, and the revision before it."""

    def __init__(self, path):
        self.path = path
        context = path.parent / "context.json"
        facts = facts_of(context) if context.exists() else {}
        self.before = (path.parent / facts["earlier"]).read_bytes() if "earlier" in facts else None

    def earlier(self, _path):
        return self.before

    def committed(self):
        return None


def facts_of(path):
    import json

    return json.loads(path.read_bytes())


def fixtures(rule):
    return sorted((GOLDEN / "rules" / rule).glob("fires*.json"))


def problems(content, rule, context):
    return [each for each in validate(content, path="x.json", context=context).problems if each.rule == rule]


@pytest.mark.parametrize("rule", [name for name in FIXABLE if not name.startswith("K-")])
def test_a_fixture_of_every_fixable_rule_is_mended(rule):
    mended = 0
    for path in fixtures(rule):
        context = Context(history=Fixture(path)) if rule in BUMPS else Context()
        content = path.read_bytes()
        before = problems(content, rule, context)
        fixed = fix(content, path="x.json", expect=ANY, bump=context if rule in BUMPS else None)
        after = problems(fixed.data, rule, context)
        assert not any(each.fixable for each in after), path.name
        assert len(before) - len(after) >= sum(each.fixable for each in before), path.name
        mended += bool(before) and not after and any(change.rule == rule for change in fixed.changes)
    assert mended, f"{rule} says that it is fixable, and no fixture shows it"


@pytest.mark.parametrize("rule", [name for name in FIXABLE if name.startswith("K-")])
def test_every_fixable_rule_of_the_schemas_is_mended(rule):
    content = data(SCHEMA[rule])
    assert rules(content)[rule]
    fixed = hold(content)
    assert {change.rule for change in fixed.changes} == {rule}
    assert not rules(fixed.data)[rule]


def test_what_says_that_it_can_be_mended_is_of_a_rule_that_says_so():
    wrong = set()
    for folder in sorted((GOLDEN / "rules").iterdir()):
        for path in folder.glob("*.json"):
            if path.name != "context.json":
                found = validate(path.read_bytes(), path=path.name).problems
                wrong |= {each.rule for each in found if each.fixable} - set(FIXABLE)
    assert wrong == set()


def spoilt(content):
    """Return a document with what can be mended made wrong, by its text."""
    for pattern, replacement in (
        (rb'("purl"\s*:\s*"pkg:)(npm|maven|pypi)/', rb"\1\2//"),
        (rb'("type"\s*:\s*")library"', rb'\1Library"'),
        (rb'("timestamp"\s*:\s*"[0-9-]{10})T', rb"\1 "),
        (rb'("alg"\s*:\s*")SHA-', rb"\1sha"),
        (rb'("id"\s*:\s*")Apache-2.0"', rb'\1apache-2.0"'),
    ):
        content = re.sub(pattern, replacement, content)
    return content


SMALL = 60_000
NAMES = [
    name
    for name, kind, verdict in expected()
    if verdict == "valid"
    and kind.startswith(("cyclonedx", "openvex"))
    and (GOLDEN / name).stat().st_size < SMALL
]


def test_the_corpora_are_mended_by_the_laws():
    mended = 0
    for name in NAMES:
        content = (GOLDEN / name).read_bytes()
        hold(content)
        wrong = spoilt(content)
        fixed = hold(wrong)
        assert [each for each in validate(fixed.data, path=name).problems if each.fixable] == []
        mended += fixed.data != wrong
    assert mended > len(NAMES) // 4
