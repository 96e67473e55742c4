import json

import jsonschema
import pytest

from documents_cases import bom, check, data
from stella_git import resources
from stella_git.canon import jcs
from stella_git.documents.validate import validate
from stella_git.report import junit, problems
from stella_git.report.sarif import sarif


def results():
    broken = bom(
        components=[{"type": "libary", "name": "a"}, {"type": "library", "name": "b", "purl": "pkg:NPM/b@1"}]
    )
    return [
        validate(data(bom()), path="good.json"),
        validate(data(broken), path="bad.json"),
        validate(b"\xff", path="bytes.json"),
    ]


def test_text_is_grouped_by_file_and_ends_with_a_summary():
    lines = problems.text(results(), colour=False).splitlines()
    assert lines[0] == "bad.json (CycloneDX 1.6)"
    assert lines[1] == '  17:12  error K-enum: "libary" is not an allowed value; did you mean `library`?'
    assert lines[2].strip() == "remedy: Write `library`. [/components/0/type]"
    assert "warning C010" in lines[3]
    assert lines[-5:-1] == [
        "bytes.json",
        "  1:1  error J003: byte 0 (0xff) is not UTF-8",
        "       remedy: Save as UTF-8 without BOM.",
        "",
    ]
    assert lines[-1] == "3 files: 2 errors, 1 warning"
    assert "good.json" not in lines


def test_text_without_problems_is_one_line():
    assert problems.text([check(bom())], colour=False) == "1 file: no problems\n"


def test_text_is_coloured_only_if_asked():
    assert "\x1b[" not in problems.text(results(), colour=False)
    assert "\x1b[1;31merror\x1b[0m" in problems.text(results(), colour=True)
    assert "\x1b[32m" in problems.text([check(bom())], colour=True)


def test_documents_cannot_write_to_the_terminal():
    evil = "\x1b]0;owned\x07\u202e"
    result = validate(data(bom(**{evil: 1}, serialNumber=evil, specVersion="1.6")), path=f"x{evil}.json")
    for rendered in (problems.text([result], colour=False), problems.concise([result])):
        assert "\\x1b]0;owned\\x07\\u202e" in rendered
        assert all(char.isprintable() or char == "\n" for char in rendered)


@pytest.mark.parametrize("name", ["::error::x.json", " ::add-mask::x.json", "##[error]x.json"])
def test_file_names_are_no_commands_of_a_runner(name):
    result = validate(data(bom(zzz=1)), path=name)
    for rendered in (
        problems.text([result], colour=False),
        problems.concise([result]),
        junit.render([result, result]),
    ):
        assert f"./{name}" in rendered
        assert not any(line.lstrip().startswith(("::", "##")) for line in rendered.splitlines())


def test_concise_is_one_line_for_each_problem():
    lines = problems.concise(results()).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["bad.json:17:12", "bad.json:23:12", "bytes.json:1:1"]
    assert lines[0].split(": ")[1].startswith("K-enum ")


def test_json_says_everything_and_is_canonical():
    report = problems.as_json(results())
    assert jcs.dumps(report).startswith(
        b'{"files":[{"format":{"kind":"cyclonedx","version":"1.6"},"path":"good.json"'
    )
    assert report["summary"] == {"files": 3, "errors": 2, "warnings": 1}
    assert "format" not in report["files"][2]
    assert report["files"][1]["problems"][1] == {
        "rule": "C010",
        "severity": "warning",
        "line": 23,
        "column": 12,
        "pointer": "/components/1/purl",
        "message": '"pkg:NPM/b@1" is not the canonical form of this purl',
        "remedy": 'Write "pkg:npm/b@1".',
        "fixable": True,
    }


def test_json_conforms_to_its_schema():
    schema = json.loads(resources.schema("stella/problems.v1.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(problems.as_json(results()))


def test_json_can_name_any_file():
    report = problems.as_json([validate(data(bom()), path="caf\udce9.json")])
    assert jcs.dumps(report)
    assert report["files"][0]["path"] == "caf\\xe9.json"


@pytest.mark.parametrize("render", [problems.as_json, lambda found: sarif(found, version="0.1.0")])
def test_half_a_character_in_a_pointer_does_not_keep_a_report_from_being_written(render):
    report = jcs.dumps(render([validate(b'{"\\ud800": {"a": 1, "a": 2}}', path="a.json")]))
    assert b"/\\\\ud800/a" in report
