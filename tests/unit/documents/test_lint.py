import pytest

from documents_cases import bom, check, facts
from stella_git.documents.context import ALONE, Subject
from stella_git.documents.detect import Format
from stella_git.documents.lint import lint


def library(ref, **members):
    return {"type": "library", "bom-ref": ref, "name": f"lib-{ref}", **members}


def errors(value):
    return [(each.rule, each.pointer, each.severity) for each in check(value).problems]


def test_c001_a_bom_ref_is_used_once():
    value = bom(components=[library("a", components=[library("b")]), library("c", components=[library("b")])])
    assert errors(value) == [("C001", "/components/1/components/0/bom-ref", "error")]
    assert "/components/0/components/0/bom-ref" in check(value).problems[0].message


def test_c001_sees_services_and_the_root():
    value = bom(services=[{"bom-ref": "app", "name": "s"}])
    assert facts(check(value)) == [("C001", "/services/0/bom-ref")]


def test_c003_and_c004_dependencies_lead_somewhere():
    value = bom(
        dependencies=[
            {"ref": "app", "dependsOn": ["left", "lost"], "provides": ["gone"]},
            {"ref": "nowhere"},
            {"ref": "left", "dependsOn": ["urn:cdx:3e671687-395b-41f5-a30f-a58921a69b70/1#x"]},
        ]
    )
    assert facts(check(value)) == [
        ("C004", "/dependencies/0/dependsOn/1"),
        ("C004", "/dependencies/0/provides/0"),
        ("C003", "/dependencies/1/ref"),
    ]


def test_c004_names_the_nearest_bom_ref():
    value = bom(dependencies=[{"ref": "app", "dependsOn": ["lefty"]}])
    (problem,) = check(value).problems
    assert 'did you mean "left"?' in problem.message
    assert problem.remedy == 'Write "left", or add the element.'


def test_c009_a_vulnerability_affects_what_is_there():
    affects = [{"ref": "left"}, {"ref": "lost"}, {"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b70/1#x"}]
    value = bom(vulnerabilities=[{"id": "CVE-2026-0001", "affects": affects}])
    assert facts(check(value)) == [("C009", "/vulnerabilities/0/affects/1/ref")]


def test_c010_an_invalid_purl_is_an_error():
    assert errors(bom(components=[library("a", purl="npm:left-pad")])) == [
        ("C010", "/components/0/purl", "error")
    ]


def test_c010_a_purl_that_is_not_canonical_is_a_fixable_warning():
    result = check(bom(components=[library("a", purl="pkg:NPM/left-pad@1.3.0")]))
    (problem,) = result.problems
    assert (problem.rule, problem.severity, problem.fixable) == ("C010", "warning", True)
    assert problem.remedy == 'Write "pkg:npm/left-pad@1.3.0".'
    assert result.ok


@pytest.mark.parametrize(
    "value",
    [
        bom(),
        bom(dependencies=[{"ref": "app", "dependsOn": ["left"]}, {"ref": "left"}]),
        bom(vulnerabilities=[{"id": "CVE-2026-0001", "affects": [{"ref": "left"}]}]),
    ],
)
def test_a_sound_document_has_no_problems(value):
    assert facts(check(value)) == []


def test_rules_are_for_objects():
    for kind in ("cyclonedx", "openvex"):
        subject = Subject(value=[], format=Format(kind=kind, version=""))
        assert list(lint(subject, ALONE)) == []


@pytest.mark.parametrize(
    "members",
    [
        {"dependencies": 1},
        {"dependencies": [1, {"ref": 1, "dependsOn": 1}, {"ref": "app", "dependsOn": [1]}]},
        {"vulnerabilities": [1, {"affects": 1}, {"affects": [1, {"ref": 1}]}]},
        {"components": [{"bom-ref": 1, "purl": 1}]},
        {"dependencies": [{"ref": "", "dependsOn": [""]}]},
    ],
)
def test_rules_leave_wrong_shapes_to_the_schema(members):
    rules = {rule for rule, _ in facts(check(bom(**members)))}
    assert rules
    assert all(rule.startswith("K-") for rule in rules)
