import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents_cases import bom, check, data, facts, vex
from stella_git.documents import validate as module
from stella_git.documents.validate import admit, validate

SBOM = frozenset({"sbom"})
VEX = frozenset({"vex"})


@pytest.mark.parametrize("value", [bom(), vex()])
def test_a_valid_document_has_no_problems(value):
    result = check(value)
    assert (result.ok, result.problems, result.value) == (True, (), value)


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        (b"", "J000", 1, 1),
        (b'{"bomFormat": "CycloneDX",}', "J000", 1, 27),
        (b"{} {}", "J000", 1, 4),
        (b'{\n "a": 1,\n "a": 2}', "J001", 3, 2),
        (b'{"a": NaN}', "J002", 1, 7),
        (b'{"a": 1e400}', "J002", 1, 7),
        (b'\xef\xbb\xbf{"a": 1}', "J003", 1, 1),
        (b'{"a": "\xff"}', "J003", 1, 8),
        (b'{"a": "\\ud800"}', "J004", 1, 7),
        (b"[" * 65 + b"]" * 65, "J005", 1, 65),
        (b'{"a": 9007199254740993}', "J006", 1, 7),
    ],
)
def test_bytes_that_readers_understand_differently_are_refused(text, rule, line, column):
    result = validate(text, path="x.json")
    assert [(each.rule, each.line) for each in result.problems] == [(rule, line)], result.problems
    assert (result.ok, result.format, result.value) == (False, None, None)
    assert result.problems[0].remedy


def test_every_defect_of_the_bytes_is_reported():
    result = validate(b'{"a": NaN, "a": 1, "b": "\\ud800",\n"c": 9007199254740993}', path="x.json")
    assert [each.rule for each in result.problems] == ["J002", "J001", "J004", "J006"]


def test_the_number_of_defects_is_bounded():
    result = validate(b"[" + b"NaN," * 1200 + b"0]", path="x.json")
    assert [each.rule for each in result.problems] == ["J002"] * 100 + ["D004"]


def test_a_document_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(module, "DOCUMENT_LIMIT", 10)
    assert [each.rule for each in check(bom()).problems] == ["J007"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b'<?xml version="1.0"?>\n<bom/>', "XML"),
        (b'\xef\xbb\xbf\n <bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>', "XML"),
        (b"SPDXVersion: SPDX-2.3\n", "SPDX tag-value text"),
    ],
)
def test_another_syntax_is_named_instead_of_its_first_character(text, what):
    (problem,) = validate(text, path="bom.xml").problems
    assert problem.rule == "D002"
    assert problem.message == f"this is {what}; only documents in JSON are validated"


def test_unknown_content_is_named():
    (problem,) = validate(b'{"name": "left-pad"}', path="package.json").problems
    assert problem.rule == "D001"
    assert "`name`" in problem.message
    assert "CycloneDX (1.4, 1.5, 1.6, 1.7)" in problem.remedy
    (problem,) = validate(b"[1, 2]", path="x.json").problems
    assert "an array of 2 items" in problem.message


@pytest.mark.parametrize(
    ("value", "message", "remedy"),
    [
        (bom(specVersion="1.3"), "CycloneDX of version 1.3", "CycloneDX 1.7"),
        (bom(specVersion=1.6), "does not say, as a string, of which version", "CycloneDX 1.7"),
        ({"@context": "https://openvex.dev/ns"}, "OpenVEX of version 0.0.1", "OpenVEX 0.2.0"),
        ({"spdxVersion": "SPDX-2.2"}, "SPDX of version 2.2; the versions that are", "as SPDX 2.3"),
        ({"spdxVersion": "SPDX-" + "9" * 999}, "SPDX of version 9999", "as SPDX 3.0.1"),
        ({"document": {"csaf_version": "2.2"}}, "CSAF of version 2.2", "as CSAF 2.1"),
    ],
)
def test_an_unsupported_version_is_a_clear_refusal(value, message, remedy):
    (problem,) = check(value).problems
    assert (problem.rule, problem.severity) == ("D002", "error")
    assert message in problem.message
    assert len(problem.message) <= 300
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("value", "expect", "message", "remedy"),
    [
        (vex(), SBOM, "this is OpenVEX 0.2.0, but CycloneDX", "Run `stella vex validate` on it."),
        (bom(), frozenset({"openvex"}), "this is CycloneDX 1.6, but OpenVEX", "Run `stella sbom validate`"),
        (bom(), VEX, "without vulnerabilities", "stella sbom validate"),
        (bom(), frozenset({"findings"}), "CycloneDX 1.6 without `vulnerabilities`", "report of a scanner"),
        ({"version": "2.1.0", "runs": []}, SBOM, "this is SARIF 2.1.0", "Take it out"),
    ],
)
def test_another_kind_of_document_is_sent_to_its_command(value, expect, message, remedy):
    (problem,) = check(value, expect=expect).problems
    assert problem.rule == "D003"
    assert message in problem.message
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("value", "expect"),
    [
        (bom(), SBOM),
        (vex(), VEX),
        (bom(vulnerabilities=[]), VEX),
        (vex(), frozenset({"openvex", "cyclonedx"})),
    ],
)
def test_what_is_expected_is_validated(value, expect):
    assert check(value, expect=expect).problems == ()


def test_problems_are_sorted_by_place():
    value = bom(zzz=1, version="1", components=[{"type": "x", "name": 1}, {"name": "b", "type": "y"}])
    problems = check(value).problems
    places = [(each.line, each.column) for each in problems]
    assert len(places) == 5
    assert places == sorted(places)


def test_the_place_is_that_of_the_value():
    text = b'{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.6",\n  "version": "1"\n}'
    (problem,) = validate(text, path="x.json").problems
    assert (problem.path, problem.line, problem.column, problem.pointer) == ("x.json", 4, 14, "/version")


def test_columns_count_characters_not_bytes():
    text = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "ééé", "version": 0}'.encode()
    problems = validate(text, path="x.json").problems
    assert [each.column for each in problems] == [66, 84]


def test_schema_and_rules_report_together():
    value = bom(dependencies=[{"ref": "lost"}], zzz=1)
    assert {rule for rule, _ in facts(check(value))} == {"C003", "K-additionalProperties"}


def test_the_number_of_problems_is_bounded():
    result = check(bom(components=[{"type": "x", "name": str(number)} for number in range(1500)]))
    assert len(result.problems) == 1001
    assert result.problems[-1].rule == "D004"


def spelt_otherwise(count):
    return [{"type": "library", "name": f"P{n}", "purl": f"pkg:npm/P{n}@1"} for n in range(count)]


def test_a_thousand_warnings_neither_fail_a_document_nor_hide_an_error():
    value = bom(components=spelt_otherwise(1500))
    result = check(value)
    assert result.ok
    assert [each.rule for each in result.problems] == ["C010"] * 1000 + ["D004"]
    assert {each.severity for each in result.problems} == {"warning"}
    assert admit(data(value), path="x", expect=frozenset({"sbom"})).ok
    value = bom(components=[*spelt_otherwise(1500), {"type": "library", "name": "x", "purl": "pkg:npm/"}])
    assert not check(value).ok
    assert not admit(data(value), path="x", expect=frozenset({"sbom"})).ok


def test_what_was_not_looked_at_may_be_an_error(monkeypatch):
    monkeypatch.setattr(module, "_LOOKED_AT", 1200)
    assert not check(bom(components=spelt_otherwise(1201))).ok
    assert check(bom(components=spelt_otherwise(1200))).ok


def test_the_errors_of_one_alternative_are_bounded_and_not_lost():
    def licensed(count):
        licences = [{"license": {"id": f"Ours-{number}"}} for number in range(count)]
        return check(bom(components=[{"type": "library", "name": "a", "licenses": licences}])).problems

    assert {each.rule for each in licensed(200)} == {"L001"}
    assert len(licensed(200)) == 200
    assert licensed(1200)[-1].rule == "D004"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*bom(), *bom()["components"][0], *vex(), *vex()["statements"][0], "x"]), inner
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.sampled_from([bom(), vex(), bom(specVersion="1.7"), {}]),
    st.dictionaries(st.sampled_from([*bom(), *vex()]), JSON),
)
def test_no_document_is_too_strange_to_be_described(base, members):
    result = check({**base, **members})
    lines = data({**base, **members}).count(b"\n") + 1
    assert all(1 <= each.line <= lines and each.column >= 1 and each.remedy for each in result.problems)
    assert result.ok or result.problems


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b'{"bomFormat":"CycloneDX","specVersion":"1.6","zzz":']))
def test_no_bytes_are_too_strange_to_be_described(tail, head):
    assert validate(head + tail, path="x").problems


def test_messages_stay_short_whatever_the_document_says():
    value = bom(**{"x" * 5000: 1}, version="y" * 5000, serialNumber="z" * 5000)
    assert all(len(each.message) <= 300 and len(each.remedy) <= 300 for each in check(value).problems)


def test_validating_twice_gives_the_same():
    text = data(bom(a=1, b=2, c=3, components=[{"q": 1, "r": 2}]))
    assert validate(text, path="x") == validate(text, path="x")


def test_member_order_does_not_change_what_is_found():
    value = bom(zzz=1, version="1")
    backwards = dict(reversed(value.items()))
    assert sorted(facts(check(value))) == sorted(facts(check(json.dumps(backwards).encode())))


@pytest.mark.parametrize(
    "text",
    [
        "bomFormat: CycloneDX\nspecVersion: '1.6'\nversion: 1\n",
        '{"bomFormat": "CycloneDX", "specVersion": "1.6", version: 1}\n',
        "apiVersion: stella.ops/v1\nkind: Findings\nmetadata: {}\nfindings: []\n",
    ],
)
def test_only_policy_files_are_read_as_yaml(text):
    done = validate(f"# stella.ops/v1\n{text}".encode(), path="a.yaml")
    assert not done.ok
    assert {problem.rule for problem in done.problems} == {"J000"}
