import os

import pytest

from documents_cases import bom, check, vex
from stella_git.documents.settings import parse
from stella_git.errors import ConfigError, InputError

HEAD = "apiVersion: stella.ops/v1\nkind: DocumentRules\n"
PURL = bom(components=[{"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}])
DANGLING = bom(dependencies=[{"ref": "lost"}])


def settings(spec):
    return parse((HEAD + spec).encode(), path="rules.yaml")


def severities(value, spec, path="doc.json"):
    from documents_cases import data
    from stella_git.documents.validate import validate

    result = validate(data(value), path=path, settings=settings(spec))
    return [(each.rule, each.severity) for each in result.problems]


def test_a_severity_is_what_the_file_says():
    assert severities(PURL, "spec: {severities: {C010: error}}") == [("C010", "error")]
    assert severities(DANGLING, "spec: {severities: {C003: info}}") == [("C003", "info")]
    assert severities(DANGLING, 'spec: {severities: {C003: "off"}}') == []


def test_what_is_not_named_stays():
    assert severities(DANGLING, "spec: {severities: {C010: error}}") == [("C003", "error")]
    assert severities(DANGLING, "spec: {}") == [("C003", "error")]


@pytest.mark.parametrize(
    ("path", "silent"),
    [
        ("vendor/a.json", True),
        ("./vendor/a.json", True),
        ("vendor/x/y/a.json", True),
        ("a.json", False),
        ("other/vendor/a.json", False),
        ("vendor", False),
    ],
)
def test_an_exemption_is_for_some_files(path, silent):
    spec = 'spec: {except: [{rule: C003, paths: ["vendor/**"], reason: "asked"}]}'
    assert (severities(DANGLING, spec, path) == []) is silent


@pytest.mark.skipif(os.sep != "/", reason="a backslash is a separator here")
@pytest.mark.parametrize("path", ["vendor/../doc.json", "./vendor/x/../../doc.json", "vendor\\doc.json"])
def test_an_exemption_is_for_no_other_files(path):
    spec = 'spec: {except: [{rule: C010, paths: ["vendor/**"], reason: The vendor was asked.}]}'
    assert severities(PURL, spec, path)
    assert not severities(PURL, spec, "./src/..//vendor/doc.json")


def test_a_lowered_document_passes():
    from documents_cases import data
    from stella_git.documents.validate import validate

    assert not check(DANGLING).ok
    assert validate(data(DANGLING), path="x", settings=settings("spec: {severities: {C003: warning}}")).ok


@pytest.mark.parametrize("rule", ["J001", "D002", "A001", "Y001"])
def test_what_ends_the_matter_cannot_be_set(rule):
    with pytest.raises(ConfigError) as caught:
        settings(f"spec: {{severities: {{{rule}: warning}}}}")
    assert caught.value.code == "document-rules-invalid"


def test_what_is_ours_or_signed_keeps_its_severities():
    from stella_git.documents.validate import validate

    value = b'{"apiVersion": "stella.ops/v1", "kind": "Findings"}'
    spec = settings('spec: {severities: {K-required: "off"}}')
    assert [each.rule for each in validate(value, path="x", settings=spec).problems] == ["K-required"] * 2
    assert severities(vex(statements=[]), 'spec: {severities: {K-minItems: "off"}}') == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[]", 1, "no object"),
        ("apiVersion: stella.ops/v2\nkind: DocumentRules\n", 1, "not apiVersion"),
        ("apiVersion: stella.ops/v1\nkind: Rules\n", 1, "not apiVersion"),
        (HEAD + "specs: {}\n", 1, "did you mean spec"),
        (HEAD, 1, "no `spec`"),
        (HEAD + "metadata: x\nspec: {}\n", 3, "is an object"),
        (HEAD + "spec: []\n", 3, "no object"),
        (HEAD + "spec:\n  severity: {}\n", 4, "did you mean severities"),
        (HEAD + "spec:\n  severities: []\n", 4, "is an object"),
        (HEAD + "spec:\n  severities: {C01O: info}\n", 4, "is no rule"),
        (HEAD + "spec:\n  severities:\n    C003: off\n", 5, None),  # off is a boolean to some readers
        (HEAD + "spec:\n  severities:\n    C003: true\n", 5, "in quotes"),
        (HEAD + "spec:\n  severities:\n    C003: fatal\n", 5, "none of error"),
        (HEAD + "spec:\n  except: {}\n", 4, "is an array"),
        (HEAD + "spec:\n  except:\n    - {rule: C003, paths: [], reason: x}\n", 5, "names the files"),
        (HEAD + "spec:\n  except:\n    - {rule: C003, paths: [1], reason: x}\n", 5, "names the files"),
        (HEAD + 'spec:\n  except:\n    - {rule: C003, paths: ["a"]}\n', 5, "says why"),
        (HEAD + 'spec:\n  except:\n    - {rule: C003, paths: ["a"], reason: " "}\n', 5, "says why"),
        (HEAD + 'spec:\n  except:\n    - {paths: ["a"], reason: x}\n', 5, "names its rule"),
        (HEAD + "spec:\n  except: [1]\n", 4, "no object"),
    ],
)
def test_a_mistake_is_refused_at_its_place(text, line, words):
    with pytest.raises((ConfigError, InputError)) as caught:
        parse(text.encode(), path="rules.yaml")
    assert caught.value.where.path == "rules.yaml"
    assert caught.value.where.line == line
    if words is not None:
        assert caught.value.code == "document-rules-invalid"
        assert words in caught.value.message


def test_the_schema_takes_what_the_reader_takes():
    from stella_git.documents.validate import validate

    good = HEAD + 'spec:\n  severities: {C003: info}\n  except: [{rule: C001, paths: ["a"], reason: x}]\n'
    assert validate(good.encode(), path="rules.yaml").problems == ()
    bad = validate((HEAD + "spec:\n  severities: {C003: fatal}\n").encode(), path="rules.yaml")
    assert [(each.rule, each.line, each.pointer) for each in bad.problems] == [
        ("K-enum", 4, "/spec/severities/C003")
    ]
