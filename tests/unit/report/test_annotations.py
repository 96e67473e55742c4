"""Reports for services: GitHub annotations, GitLab Code Quality, JUnit; and the fingerprints behind them."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from documents_cases import bom, data, vex
from stella_git.canon import jcs
from stella_git.documents.problems import Problem
from stella_git.documents.validate import Validated, validate
from stella_git.report import github, gitlab, junit
from stella_git.report.fingerprints import fingerprints

EVIL = "\x1b]0;owned\x07\r\n::error::x, y: 100%<&>\"'\u2028\ufffe\udce9]]>"
OLD = {"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}
WRONG = {"type": "libary", "name": "a"}


def problem(**members):
    return Problem(
        **{
            "rule": "C010",
            "severity": "warning",
            "path": "bom.json",
            "line": 3,
            "column": 7,
            "pointer": "/components/0/purl",
            "message": "it is not canonical",
            "remedy": "Write it.",
            **members,
        }
    )


def result(*problems, path="bom.json"):
    return Validated(path=path, format=None, value=None, problems=tuple(problems))


def results():
    return [
        validate(data(bom()), path="good.json"),
        validate(data(bom(components=[WRONG, OLD])), path="./sub/bad.json"),
        validate(b"\xff", path="bytes.json"),
    ]


def unescape(text):
    """Undo the escapes as the runner does."""
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def parse(line):
    """Return (command, properties, message) as the runner reads a line."""
    found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    pairs = (pair.split("=", 1) for pair in found[2].split(","))
    return found[1], {name: unescape(value) for name, value in pairs}, unescape(found[3])


def test_github_has_one_command_for_each_problem():
    assert [parse(line)[:2] for line in github.render(results()).splitlines()] == [
        ("error", {"file": "./sub/bad.json", "line": "17", "col": "12", "title": "K-enum"}),
        ("warning", {"file": "./sub/bad.json", "line": "23", "col": "12", "title": "C010"}),
        ("error", {"file": "bytes.json", "line": "1", "col": "1", "title": "J003"}),
    ]


def test_github_calls_an_info_a_notice_and_names_no_file_for_standard_input():
    line = github.render([result(problem(severity="info", path="-"))])
    assert line == "::notice line=3,col=7,title=C010::it is not canonical%0AWrite it.\n"


def test_github_keeps_every_name_and_lets_nothing_out_of_its_line():
    text = github.render([result(problem(path="a\nb,c:d%20.json", message=EVIL, remedy=EVIL))])
    assert text.count("\n") == 1
    assert text.isascii() or all(char.isprintable() for char in text[:-1])
    name, properties, message = parse(text[:-1])
    assert (name, properties["file"]) == ("warning", "a\nb,c:d%20.json")
    assert "\\x1b]0;owned\\x07\\r\\n::error::x, y: 100%<&>" in message


def test_github_obeys_nothing_of_the_report_for_people():
    text = "::error::a file name\n"
    lines = github.beside(text, [result(problem())]).splitlines()
    word = lines[0].removeprefix("::stop-commands::")
    assert lines[:3] == [f"::stop-commands::{word}", "::error::a file name", f"::{word}::"]
    assert lines[3].startswith("::warning ")
    assert word not in text
    assert github.beside("another\n", [result(problem())]).splitlines()[0] != lines[0]


def test_github_adds_nothing_where_there_is_no_problem():
    assert github.beside("1 file: no problems\n", [result()]) == "1 file: no problems\n"


# What the documentation asks for; https://docs.gitlab.com/ci/testing/code_quality/.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("given", [[], results(), [result(problem(path=EVIL, message=EVIL), problem())]])
def test_gitlab_gets_what_its_documentation_asks_for(given):
    report = json.loads(jcs.dumps(gitlab.render(given)))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(report)
    marks = [issue["fingerprint"] for issue in report]
    assert len(set(marks)) == len(marks)


def test_gitlab_says_what_and_where():
    first = gitlab.render(results())[0]
    assert first["location"] == {"path": "sub/bad.json", "lines": {"begin": 17}}
    assert (first["check_name"], first["severity"]) == ("K-enum", "major")
    assert (
        first["description"]
        == '"libary" is not an allowed value; did you mean `library`? (K-enum). Write `library`.'
    )


def marks(value, path="bom.json"):
    found = validate(value, path=path).problems
    return {each.rule: mark for each, mark in zip(found, fingerprints(found), strict=True)}


def test_a_fingerprint_survives_moved_lines_and_new_neighbours():
    before = marks(data(bom(components=[OLD])))
    other = {"type": "library", "name": "new"}
    assert marks(data(bom(components=[other, OLD]))) == before
    assert marks(b"\n\n" + data(bom(components=[OLD])), "./bom.json") == before


def test_a_fingerprint_is_of_its_file_rule_place_and_message():
    variants = [
        problem(),
        problem(path="other.json"),
        problem(rule="C011"),
        problem(pointer="/components/0/cpe"),
        problem(message="it is something else"),
        problem(),  # the second of its kind
    ]
    assert len(set(fingerprints(variants))) == len(variants)
    assert list(fingerprints([problem(pointer="/components/1/purl")])) == list(fingerprints([problem()]))
    assert list(fingerprints([problem(severity="info", line=9, column=9)])) == list(fingerprints([problem()]))


def test_junit_has_a_test_for_each_file():
    root = ET.fromstring(junit.render(results()))
    (suite,) = root
    for element in (root, suite):
        assert {name: element.get(name) for name in ("tests", "failures", "errors")} == {
            "tests": "3",
            "failures": "2",
            "errors": "0",
        }
    good, bad, unread = suite
    assert [case.tag for case in suite] == ["testcase"] * 3
    assert (good.attrib, list(good)) == ({"name": "good.json", "classname": "CycloneDX 1.6"}, [])
    failure, printed = bad
    assert (failure.tag, failure.get("message"), failure.get("type")) == (
        "failure",
        "1 error, 1 warning",
        "K-enum",
    )
    assert failure.text.startswith("./sub/bad.json:17:12: K-enum error: ")
    assert printed.tag == "system-out"
    assert printed.text.startswith("./sub/bad.json:23:12: C010 warning: ")
    assert unread.get("classname") == "unrecognised"


def test_junit_does_not_fail_a_file_with_warnings():
    case = ET.fromstring(junit.render([validate(data(bom(components=[OLD])), path="a.json")]))[0][0]
    assert [child.tag for child in case] == ["system-out"]


def test_junit_holds_whatever_a_document_says():
    found = [replace(result(problem(message=EVIL, remedy=EVIL, severity="error")), path=EVIL)]
    text = junit.render(found)
    text.encode("utf-8")
    case = ET.fromstring(text)[0][0]
    assert case.get("name").startswith("\\x1b]0;owned\\x07\\r\\n::error::x, y: 100%<&>\"'\\u2028\\ufffe\\")
    assert "<&>\"'" in case[0].text


# Element -> (attributes that junit-10.xsd demands, those that it takes, elements that it takes inside).
JUNIT = {
    "testsuites": (set(), {"name", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped"}, {"testcase"}),
    "testcase": ({"name"}, {"classname"}, {"failure", "system-out"}),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


@pytest.mark.parametrize(
    "given", [[], results(), [replace(result(problem(message=EVIL, severity="error"), problem()), path=EVIL)]]
)
def test_junit_keeps_to_the_schema(given):
    root = ET.fromstring(junit.render(given))
    assert root.tag == "testsuites"
    for element in root.iter():
        demanded, taken, inside = JUNIT[element.tag]
        assert demanded <= set(element.attrib) <= demanded | taken
        assert {child.tag for child in element} <= inside


def test_junit_of_nothing_is_still_a_report():
    assert ET.fromstring(junit.render([]))[0].get("tests") == "0"


def test_junit_of_another_format():
    case = ET.fromstring(junit.render([validate(data(vex()), path="a.json")]))[0][0]
    assert case.get("classname") == "OpenVEX 0.2.0"
