import json
from pathlib import Path

import jsonschema
import pytest

from documents_cases import bom, data
from stella_git import resources
from stella_git.canon import jcs
from stella_git.documents.fix.propose import propose
from stella_git.documents.formats import FORMATS
from stella_git.documents.validate import validate
from stella_git.report.sarif import sarif

BROKEN = bom(zzz=1, components=[{"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}])


def log(*paths, value=BROKEN):
    return json.loads(jcs.dumps(sarif([validate(data(value), path=path) for path in paths], version="0.1.0")))


@pytest.fixture(scope="module")
def judge():
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    schema = json.loads(resources.schema("sarif/sarif-schema-2.1.0.json"))
    return jsonschema.Draft4Validator(schema, format_checker=checker)


@pytest.mark.parametrize(
    "path", ["bom.json", "a b/%7e#?.json", "caf\udce9/ü.json", "-", "./x:y.json", "/tmp/bom.json", "a:b.json"]
)
def test_the_log_is_valid_sarif(judge, path):
    assert [error.message for error in judge.iter_errors(log(path))] == []


def test_documents_cannot_write_links():
    value = bom(components=[{"type": "library", "name": "b", "purl": "[here](https://evil.example)"}])
    (found,) = log("bom.json", value=value)["runs"][0]["results"]
    assert "[here] (https://evil.example)" in found["message"]["text"]
    assert "](" not in found["message"]["text"]


def test_an_empty_log_is_valid_sarif(judge):
    assert list(judge.iter_errors(log())) == []
    assert log("x.json", value=bom())["runs"][0]["results"] == []


def test_results_point_at_rules_and_places():
    run = log("sub/bom.json")["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["C010", "K-additionalProperties"]
    warning, error = sorted(run["results"], key=lambda result: result["ruleId"])
    assert (warning["level"], warning["ruleIndex"], error["level"], error["ruleIndex"]) == (
        "warning",
        0,
        "error",
        1,
    )
    assert error["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "sub/bom.json"},
                "region": {"startLine": 22, "startColumn": 9},
            },
            "logicalLocations": [{"fullyQualifiedName": "/zzz"}],
        }
    ]
    assert "Remove it" in error["message"]["text"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.json", "a%20b.json"),
        ("./a.json", "a.json"),
        ("ü.json", "%C3%BC.json"),
        ("a:b.json", "a%3Ab.json"),
        ("/tmp/a b.json", Path("/tmp/a b.json").as_uri()),
    ],
)
def test_file_names_become_uris(path, uri):
    result = log(path)["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_rule_without_a_row_is_still_named():
    from dataclasses import replace

    result = validate(data(BROKEN), path="x.json")
    result = replace(result, problems=(replace(result.problems[0], rule="K-contains"),))
    assert sarif([result], version="0")["runs"][0]["tool"]["driver"]["rules"] == [{"id": "K-contains"}]


def test_every_result_has_a_fingerprint_of_its_own():
    broken = {"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}
    results = log("a.json", "b.json", value=bom(components=[broken, broken]))["runs"][0]["results"]
    marks = [result["partialFingerprints"]["stellaProblem/v1"] for result in results]
    assert len(set(marks)) == len(results)


def test_what_can_be_mended_says_how(judge):
    value = bom(
        components=[{"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}],
        dependencies=[{"ref": "app", "dependsOn": ["app", "app"]}],
    )
    content = data(value)
    fixes = {"a b.json": propose(content, path="a b.json")}
    made = json.loads(jcs.dumps(sarif([validate(content, path="a b.json")], version="0.1.0", fixes=fixes)))
    assert [error.message for error in judge.iter_errors(made)] == []
    changes = {
        result["ruleId"]: result["fixes"][0]["artifactChanges"]
        for result in made["runs"][0]["results"]
        if "fixes" in result
    }
    assert set(changes) == {"C010", "K-uniqueItems"}
    ((change,), (removal,)) = changes["C010"], changes["K-uniqueItems"]
    assert change["artifactLocation"] == {"uri": "a%20b.json"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 19, "startColumn": 12, "endLine": 19, "endColumn": 25},
            "insertedContent": {"text": '"pkg:npm/b@1"'},
        }
    ]
    assert removal["replacements"] == [
        {"deletedRegion": {"startLine": 26, "startColumn": 10, "endLine": 27, "endColumn": 10}}
    ]


def test_nothing_is_proposed_for_what_is_no_document():
    assert propose(b"{", path="x") == propose(b"{}", path="x") == propose(data(bom()), path="x") == ()
