"""Rules for SPDX 2.3: what they say at the edges, which the fixtures of each rule do not reach."""

from collections import Counter

import pytest

from documents_cases import check, facts
from spdx_cases import CODE, SHA1, SHA256, file2, link2, package2, spdx2
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import ALONE, Context, Subject
from stella_git.documents.detect import Format
from stella_git.documents.lint import lint

NOW = Context(now=parse_rfc3339("2026-02-01T00:00:00Z"))
ELSEWHERE = {
    "externalDocumentId": "DocumentRef-other",
    "spdxDocument": "https://example.com/other",
    "checksum": {"algorithm": "SHA1", "checksumValue": SHA1},
}


def said(value, rule, **options):
    """Return (severity, pointer, message) of each complaint of one rule."""
    problems = check(value, **options).problems
    return [(each.severity, each.pointer, each.message) for each in problems if each.rule == rule]


def with_package(**members):
    """Return a document whose first package has other members put over it."""
    return spdx2(packages=[package2("app", **members), spdx2()["packages"][1]])


def with_links(*links):
    return spdx2(relationships=[*spdx2()["relationships"], *links])


def test_a_valid_document_has_no_problems():
    assert facts(check(spdx2(), context=NOW)) == []


# 2S01


def test_kinds_of_elements_share_their_names():
    value = spdx2(files=[file2(), file2(SPDXID="SPDXRef-app"), file2(SPDXID="SPDXRef-DOCUMENT")])
    assert [each[:2] for each in said(value, "2S01")] == [
        ("error", "/files/1/SPDXID"),
        ("error", "/files/2/SPDXID"),
    ]


@pytest.mark.parametrize("name", ["SPDXRef-", "SPDXRef-a b", "app", "SPDXRef-\u00e9", "SPDXRef-a\n"])
def test_an_spdxid_has_its_spelling(name):
    value = spdx2(packages=[*spdx2()["packages"], package2("other", SPDXID=name)])
    assert [each[:2] for each in said(value, "2S01")] == [("warning", "/packages/2/SPDXID")]


def test_the_document_has_a_name_that_everybody_knows():
    value = spdx2(SPDXID="SPDXRef-doc", documentDescribes=["SPDXRef-app"])
    assert [each[:2] for each in said(value, "2S01")] == [("warning", "/SPDXID")]


# 2S10


@pytest.mark.parametrize(
    ("namespace", "fires"),
    [("https://example.com/a", False), ("urn:x:a", False), ("a", True), ("", True), ("https://a/#", True)],
)
def test_a_namespace_is_an_absolute_uri(namespace, fires):
    expected = [("error", "/documentNamespace")] * fires
    assert [each[:2] for each in said(spdx2(documentNamespace=namespace), "2S10")] == expected


# 2S02


def test_every_place_that_names_an_element_is_looked_at():
    snippet = {
        "SPDXID": "SPDXRef-snippet",
        "name": "s",
        "snippetFromFile": "SPDXRef-a",
        "ranges": [
            {
                "startPointer": {"offset": 1, "reference": "SPDXRef-b"},
                "endPointer": {"offset": 2, "reference": "SPDXRef-File-index.js"},
            }
        ],
    }
    value = spdx2(documentDescribes=["SPDXRef-c"], snippets=[snippet])
    value["packages"][0] |= {
        "hasFiles": ["SPDXRef-d"],
        "filesAnalyzed": True,
        "packageVerificationCode": CODE,
    }
    value["relationships"].append(link2("SPDXRef-e", "OTHER", "SPDXRef-f"))
    assert {pointer for _, pointer, _ in said(value, "2S02")} == {
        "/documentDescribes/0",
        "/packages/0/hasFiles/0",
        "/relationships/3/relatedSpdxElement",
        "/relationships/3/spdxElementId",
        "/snippets/0/ranges/0/startPointer/reference",
        "/snippets/0/snippetFromFile",
    }


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("NONE", 0),
        ("NOASSERTION", 0),
        ("DocumentRef-other:SPDXRef-x", 0),
        ("DocumentRef-other", 0),
        ("DocumentRef-others:SPDXRef-x", 1),
        ("none", 1),
    ],
)
def test_what_is_elsewhere_is_declared(target, count):
    value = with_links(link2("SPDXRef-app", "OTHER", target))
    assert len(said({**value, "externalDocumentRefs": [ELSEWHERE]}, "2S02")) == count


def test_a_name_that_is_nearly_right_is_offered():
    ((_, _, message),) = said(with_links(link2("SPDXRef-app", "OTHER", "SPDXRef-left-pat")), "2S02")
    assert 'did you mean "SPDXRef-left-pad"?' in message
    ((_, _, message),) = said(with_links(link2("SPDXRef-app", "OTHER", "SPDXRef-zzz")), "2S02")
    assert "did you mean" not in message


# 2S03


@pytest.mark.parametrize(
    ("links", "fires"),
    [
        ([link2("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app")], False),
        ([link2("SPDXRef-app", "DESCRIBED_BY", "SPDXRef-DOCUMENT")], False),
        ([link2("SPDXRef-app", "DESCRIBES", "SPDXRef-left-pad")], True),
        ([link2("SPDXRef-DOCUMENT", "DESCRIBED_BY", "SPDXRef-app")], True),
        ([], True),
    ],
)
def test_a_document_is_about_something(links, fires):
    assert bool(said(spdx2(relationships=links), "2S03")) is fires


# 2S04


@pytest.mark.parametrize(
    ("creator", "fires"),
    [
        ("Tool: example", False),
        ("Person: Ada ()", False),
        ("Organization: Example (a@example.com)", False),
        ("Person:", True),
        ("Person: ", True),
        ("person: Ada", True),
        ("Ada", True),
        ("NOASSERTION", True),
        ("Company: Example", True),
    ],
)
def test_a_creator(creator, fires):
    value = spdx2(creationInfo={**spdx2()["creationInfo"], "creators": ["Tool: a", creator]})
    expected = [("error", "/creationInfo/creators/1")] * fires
    assert [each[:2] for each in said(value, "2S04")] == expected


@pytest.mark.parametrize(("supplier", "fires"), [("NOASSERTION", False), ("Tool: npm", True)])
def test_a_tool_supplies_nothing(supplier, fires):
    assert bool(said(with_package(supplier=supplier), "2S04")) is fires


def test_annotators_and_reviewers_are_named_too():
    note = {"annotator": "Ada", "annotationDate": "x", "annotationType": "OTHER", "comment": "c"}
    value = with_package(annotations=[note])
    value["revieweds"] = [{"reviewer": "Ada", "reviewDate": "2026-01-31T09:30:00Z"}]
    assert [each[1] for each in said(value, "2S04")] == [
        "/packages/0/annotations/0/annotator",
        "/revieweds/0/reviewer",
    ]
    assert [each[1] for each in said(value, "2S05")] == ["/packages/0/annotations/0/annotationDate"]


# 2S05


@pytest.mark.parametrize(
    ("created", "severity", "fixable"),
    [
        ("2026-01-31T09:30:00+00:00", "warning", True),
        ("2026-01-31T09:30:00.5Z", "warning", False),
        ("2026-01-31", "error", False),
        ("2026-02-30T09:30:00Z", "error", False),
        ("2026-01-31T09:30:00z", "warning", True),
        ("2026-02-01T00:00:01Z", "warning", False),
        ("", "error", False),
    ],
)
def test_a_time(created, severity, fixable):
    value = spdx2(creationInfo={**spdx2()["creationInfo"], "created": created})
    (problem,) = check(value, context=NOW).problems
    assert (problem.rule, problem.severity, problem.pointer) == ("2S05", severity, "/creationInfo/created")
    assert problem.fixable is fixable


# 2S06


def test_the_code_is_made_of_sorted_digests_without_the_excluded_files():
    other = file2("other", checksums=[{"algorithm": "SHA1", "checksumValue": "0" * 40}])
    value = with_links(link2("SPDXRef-left-pad", "CONTAINS", "SPDXRef-File-other"))
    value["files"].append(other)
    ((severity, pointer, message),) = said(value, "2S06")
    assert severity == "warning"
    assert pointer == "/packages/1/packageVerificationCode/packageVerificationCodeValue"
    computed = message.rpartition(" ")[2]
    value["packages"][1]["packageVerificationCode"] = {"packageVerificationCodeValue": computed.upper()}
    assert said(value, "2S06") == []
    value["packages"][1]["packageVerificationCode"] = {
        **CODE, "packageVerificationCodeExcludedFiles": ["./other"]
    }  # fmt: skip
    assert said(value, "2S06") == []


def test_the_code_is_not_judged_by_files_that_say_too_little():
    value = spdx2(files=[file2(checksums=[{"algorithm": "SHA256", "checksumValue": SHA256}])])
    value["packages"][1]["packageVerificationCode"] = {"packageVerificationCodeValue": "0" * 40}
    assert said(value, "2S06") == []


def test_files_are_found_in_every_place():
    value = spdx2()
    value["packages"][1]["packageVerificationCode"] = {"packageVerificationCodeValue": "0" * 40}
    for links, has in (
        ([link2("SPDXRef-File-index.js", "CONTAINED_BY", "SPDXRef-left-pad")], []),
        ([], ["SPDXRef-File-index.js"]),
    ):
        value["relationships"] = [*spdx2()["relationships"][:1], *links]
        value["packages"][1]["hasFiles"] = has
        assert len(said(value, "2S06")) == 1


# 2S07 and 2S09


@pytest.mark.parametrize(
    ("licence", "rules"),
    [
        ("NONE", []),
        ("NOASSERTION", []),
        ("LicenseRef-Own+", ["2S09"]),
        ("LicenseRef-own", ["2S07"]),
        ("MIT AND (LicenseRef-a OR LicenseRef-b)", ["2S07", "2S07"]),
        ("DocumentRef-other:LicenseRef-a", []),
        ("DocumentRef-gone:LicenseRef-a", ["2S07"]),
        ("mit", ["2S09"]),
        ("MIT or Apache-2.0", ["2S09"]),
        ("Public Domain", ["2S09"]),
        ("", ["2S09"]),
    ],
)
def test_a_licence(licence, rules):
    value = {**with_package(licenseDeclared=licence), "externalDocumentRefs": [ELSEWHERE]}
    assert facts(check(value)) == [(rule, "/packages/0/licenseDeclared") for rule in rules]


def test_licences_are_looked_at_in_every_place():
    wrong = "LicenseRef-Gone"
    value = spdx2(files=[file2(licenseConcluded=wrong, licenseInfoInFiles=["MIT", wrong])])
    value["packages"][1] |= {"licenseConcluded": wrong, "licenseInfoFromFiles": [wrong]}
    value["snippets"] = [
        {
            "SPDXID": "SPDXRef-s",
            "name": "s",
            "snippetFromFile": "SPDXRef-File-index.js",
            "ranges": [{"startPointer": {"reference": "SPDXRef-File-index.js"}, "endPointer": {}}],
            "licenseConcluded": wrong,
            "licenseInfoInSnippets": [wrong],
        }
    ]
    assert {pointer for _, pointer, _ in said(value, "2S07")} == {
        "/files/0/licenseConcluded",
        "/files/0/licenseInfoInFiles/1",
        "/packages/1/licenseConcluded",
        "/packages/1/licenseInfoFromFiles/0",
        "/snippets/0/licenseConcluded",
        "/snippets/0/licenseInfoInSnippets/0",
    }


# 2S08


@pytest.mark.parametrize(
    ("algorithm", "value", "fires"),
    [
        ("SHA256", SHA256.upper(), False),
        ("SHA3-256", SHA256, False),
        ("BLAKE2b-256", SHA1, True),
        ("MD5", "", True),
        ("BLAKE3", "ab", False),  # of any length
        ("ADLER32", "00000001", False),
    ],
)
def test_a_checksum(algorithm, value, fires):
    one = {"algorithm": algorithm, "checksumValue": value}
    assert bool(said(with_package(checksums=[one]), "2S08")) is fires


def test_the_checksum_of_another_document_counts():
    wrong = {**ELSEWHERE, "checksum": {"algorithm": "SHA1", "checksumValue": SHA256}}
    ((_, pointer, _),) = said(spdx2(externalDocumentRefs=[wrong]), "2S08")
    assert pointer == "/externalDocumentRefs/0/checksum/checksumValue"


# Spelling


@pytest.mark.parametrize(
    ("written", "meant"),
    [("PACKAGE_MANAGER", "PACKAGE-MANAGER"), ("PERSISTENT_ID", "PERSISTENT-ID"), ("security", "SECURITY")],
)
def test_the_other_spelling_of_a_category_is_fixable(written, meant):
    value = spdx2()
    value["packages"][0]["externalRefs"][0]["referenceCategory"] = written
    (problem,) = check(value).problems
    assert (problem.rule, problem.fixable) == ("K-enum", True)
    assert problem.remedy == f"Write `{meant}`."


# Hostile documents


@pytest.mark.parametrize(
    "members",
    [
        {"packages": 7, "files": {}, "snippets": [None, 1], "relationships": "x"},
        {"packages": [{}], "files": [{}], "snippets": [{}], "relationships": [{}]},
        {"packages": [{"SPDXID": [], "hasFiles": [1, None], "checksums": [1, {}], "licenseDeclared": {}}]},
        {"relationships": [{"spdxElementId": 1, "relationshipType": [], "relatedSpdxElement": {}}]},
        {"creationInfo": {"created": 1, "creators": [1, None, {}]}, "documentDescribes": [{}, 1]},
        {"snippets": [{"ranges": [1, {"startPointer": 1, "endPointer": {"reference": 2}}]}]},
        {"hasExtractedLicensingInfos": [1, {}, {"licenseId": []}], "externalDocumentRefs": [1, {}]},
        {"packages": [{"SPDXID": "SPDXRef-a", "packageVerificationCode": 7, "filesAnalyzed": "no"}]},
        {"annotations": [1, {"annotator": {}}], "revieweds": {}},
    ],
)
def test_any_shape_is_looked_at_without_a_crash(members):
    result = check(spdx2(**members), context=NOW)
    assert not any(each.rule.startswith("D") for each in result.problems)


def test_a_crowd_is_looked_at_once():
    # Where anybody is compared with everybody this takes minutes.
    count = 20_000
    names = [f"p{number}" for number in range(count)]
    value = spdx2(
        packages=[package2(name) for name in ("app", "left-pad", *names)],
        files=[],
        relationships=[
            link2("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-app"),
            *(link2("SPDXRef-app", "DEPENDS_ON", f"SPDXRef-{name}") for name in names),
        ],
        documentDescribes=[f"SPDXRef-q{name}" for name in names],
    )
    subject = Subject(value=value, format=Format(kind="spdx", version="2.3"))
    assert Counter(each.rule for each in lint(subject, ALONE)) == {"2S02": count}
