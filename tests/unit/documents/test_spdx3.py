"""Rules for SPDX 3.0.1: what they say at the edges, which the fixtures of each rule do not reach."""

from collections import Counter

import pytest

from documents_cases import check, facts
from spdx_cases import BASE, CONTEXT, SHA256, creation, element, graph3, link3, package3, spdx3
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import ALONE, Context, Subject
from stella_git.documents.detect import Format
from stella_git.documents.lint import lint
from stella_git.documents.spdx3graph import Graph, model

TERMS = "https://spdx.org/rdf/3.0.1/terms/"
VEX = "security_VexNotAffectedVulnAssessmentRelationship"


def expression(text, **members):
    return element(
        "simplelicensing_LicenseExpression", "x", simplelicensing_licenseExpression=text, **members
    )


def said(value, rule):
    """Return (severity, pointer, message) of each complaint of one rule."""
    problems = check(value).problems
    return [(each.severity, each.pointer, each.message) for each in problems if each.rule == rule]


def test_a_valid_document_has_no_problems():
    assert facts(check(spdx3())) == []


def test_the_table_of_the_model_is_whole():
    known = model()
    assert known.targets["createdBy"] == "Agent"
    assert known.targets["software_snippetFromFile"] == "software_File"
    assert "relationshipType" not in known.targets  # the schema lists what it may be
    assert known.is_a("ai_AIPackage", "Artifact")
    assert not known.is_a("Agent", "Artifact")
    assert not known.is_a("nothing that is known", "Element")
    assert "builtTime" in known.times


# S001


def test_an_identifier_inside_another_object_counts():
    inline = package3("other", suppliedBy={**graph3()[1], "name": "another"})
    ((severity, pointer, message),) = said(spdx3(inline), "S001")
    assert (severity, pointer) == ("error", "/@graph/9/suppliedBy/spdxId")
    assert "/@graph/1" in message


def test_blank_nodes_are_not_defined_twice():
    ((_, pointer, _),) = said(spdx3(creation()), "S001")
    assert pointer == "/@graph/9/@id"


# S002


def test_what_is_imported_or_known_to_everybody_is_not_missing():
    individuals = ("NoneElement", f"{TERMS}Core/NoAssertionElement", "spdx:Core/NoneElement")
    for name in (*individuals, "https://spdx.org/licenses/MIT", "http://spdx.org/licenses/MIT"):
        assert said(spdx3({**link3("r3", "app", "other"), "to": [name]}), "S002") == [], name


def test_a_blank_node_cannot_be_elsewhere():
    value = spdx3(package3("other", creationInfo="_:nobody"), without=("document",))
    ((severity, pointer, _),) = said(value, "S002")
    assert (severity, pointer) == ("error", "/@graph/8/creationInfo")


def test_without_a_document_nothing_can_be_imported():
    value = spdx3(link3("r3", "app", "other", "gone"), without=("document",))
    ((severity, _, _),) = said(value, "S002")
    assert severity == "warning"


def test_a_name_that_is_nearly_right_is_offered():
    ((_, _, message),) = said(spdx3(link3("r3", "app", "other", "left-pat")), "S002")
    assert f'did you mean "{BASE}left-pad"?' in message
    ((_, _, message),) = said(spdx3(link3("r3", "app", "other", "zzz")), "S002")
    assert "did you mean" not in message


def test_what_the_schema_refuses_is_not_missing_too():
    problems = check(spdx3(package3("other", suppliedBy="somebody"))).problems
    assert {each.rule for each in problems} == {"K-pattern"}


def test_an_extension_is_nobodys_business():
    extension = {"type": "https://example.com/x", "from": "urn:nobody", "spdxId": BASE + "app"}
    assert facts(check(spdx3(package3("other", extension=[extension])))) == []


# S003


@pytest.mark.parametrize(
    ("member", "named", "fires"),
    [
        ("originatedBy", "author", False),
        ("originatedBy", "left-pad", True),
        ("verifiedUsing", "app", True),
    ],
)
def test_a_property_names_objects_of_its_class(member, named, fires):
    assert bool(said(spdx3(package3("other", **{member: [BASE + named]})), "S003")) is fires


def test_individuals_have_classes_too():
    value = spdx3(package3("other", suppliedBy=f"{TERMS}Core/NoneElement"))
    ((_, pointer, message),) = said(value, "S003")
    assert pointer == "/@graph/9/suppliedBy"
    assert "IndividualElement" in message
    assert said(spdx3(package3("other", suppliedBy="SpdxOrganization")), "S003") == []


def test_a_class_that_nobody_knows_is_left_to_the_schema():
    value = spdx3(element("Organisation", "x"), package3("other", suppliedBy=BASE + "x"))
    assert {each.rule for each in check(value).problems} == {"K-enum"}


# S004 and S005


def test_an_element_alone_needs_no_document():
    alone = {"@context": CONTEXT, **graph3()[1], "creationInfo": creation(createdBy=[BASE + "author"])}
    assert facts(check(alone)) == []


def test_an_empty_graph_has_nothing_to_say():
    assert facts(check({"@context": CONTEXT, "@graph": []})) == []


def test_a_document_is_about_something():
    value = spdx3()
    value["@graph"][2].pop("rootElement")
    assert [each[:2] for each in said(value, "S005")] == [("error", "/@graph/2")]
    value["@graph"][2].pop("element")
    assert [each[:2] for each in said(value, "S005")] == [("warning", "/@graph/2")]


# S006


@pytest.mark.parametrize(
    ("found", "severity"), [("3.0.0", "warning"), ("3.1.0", "error"), ("2.3.0", "error"), ("3.0.1", None)]
)
def test_the_version_is_that_of_the_context(found, severity):
    value = spdx3()
    value["@graph"][0]["specVersion"] = found
    assert [each[0] for each in said(value, "S006")] == [severity] * (severity is not None)


@pytest.mark.parametrize(("created", "count"), [("2026-02-01T00:00:00Z", 0), ("2026-02-01T00:00:01Z", 1)])
def test_the_future_begins_after_now(created, count):
    value = spdx3()
    value["@graph"][0]["created"] = created
    result = check(value, context=Context(now=parse_rfc3339("2026-02-01T00:00:00Z")))
    assert facts(result) == [("S006", "/@graph/0/created")] * count


def test_a_leap_second_is_a_time():
    value = spdx3()
    value["@graph"][0]["created"] = "2016-12-31T23:59:60Z"
    assert facts(check(value, context=Context(now=parse_rfc3339("2026-02-01T00:00:00Z")))) == []


# S007


def test_a_type_has_its_class_and_a_class_its_type():
    cve = element("security_Vulnerability", "cve")
    wrong = {**link3("r3", "cve", "affects", "app"), "type": VEX, "security_impactStatement": "None."}
    ((severity, pointer, message),) = said(spdx3(cve, wrong), "S007")
    assert (severity, pointer) == ("error", "/@graph/10/relationshipType")
    assert "`doesNotAffect`" in message
    score = {**link3("r3", "cve", "affects", "app"), "type": "security_SsvcVulnAssessmentRelationship"}
    ((_, _, message),) = said(spdx3(cve, {**score, "security_decisionType": "act"}), "S007")
    assert "`hasAssessmentFor`" in message
    ((_, _, message),) = said(spdx3(cve, link3("r3", "cve", "hasAssessmentFor", "app")), "S007")
    assert "CvssV3" in message


def test_ends_that_are_elsewhere_or_nothing_are_not_judged():
    nothing = {**link3("r3", "left-pad", "hasDeclaredLicense"), "to": ["NoneElement"]}
    unknown = {**nothing, "spdxId": BASE + "r4", "to": ["https://spdx.org/licenses/MIT"]}
    assert said(spdx3(nothing, unknown), "S007") == []


def test_both_ends_are_judged():
    found = said(spdx3(link3("r3", "mit", "hasConcludedLicense", "mit", "app")), "S007")
    assert [(severity, pointer) for severity, pointer, _ in found] == [
        ("warning", "/@graph/9/from"),
        ("warning", "/@graph/9/to/1"),
    ]


@pytest.mark.parametrize("nothing", ["NoneElement", "spdx:Core/NoneElement", f"{TERMS}Core/NoneElement"])
def test_nothing_stands_alone(nothing):
    value = {**link3("r3", "app", "other"), "to": [BASE + "left-pad", nothing]}
    assert [each[:2] for each in said(spdx3(value), "S007")] == [("error", "/@graph/9/to/1")]
    assert said(spdx3({**value, "to": [nothing]}), "S007") == []


# S008


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("MIT or Apache-2.0", []),
        ("(mit)", ["warning"]),
        ("GPL-2.0", ["warning"]),
        ("MIT Or Apache-2.0", ["error"]),
        ("", ["error"]),
        ("MIT AND LicenseRef-a AND LicenseRef-b AND LicenseRef-a", ["warning", "warning"]),
        ("MIT WITH AdditionRef-a", ["warning"]),
        ("NONE", ["error"]),
    ],
)
def test_a_licence_expression(text, severities):
    assert [each[0] for each in said(spdx3(expression(text)), "S008")] == severities


def test_a_reference_is_defined_inline_or_elsewhere_in_the_graph():
    entry = {"type": "DictionaryEntry", "key": "LicenseRef-a", "value": "https://example.com/a"}
    for defined, more in ((entry, ()), ("_:entry", ({**entry, "@id": "_:entry"},))):
        value = spdx3(expression("LicenseRef-a", simplelicensing_customIdToUri=[defined]), *more)
        assert facts(check(value)) == []
    value = spdx3(expression("LicenseRef-a", simplelicensing_customIdToUri=["_:entry"]))
    assert [each.rule for each in check(value).problems] == ["S008", "S002"]


# S009


@pytest.mark.parametrize(
    ("algorithm", "value", "fires"),
    [
        ("sha256", SHA256, False),
        ("sha256", SHA256.upper(), False),
        ("sha256", SHA256[:-1], True),
        ("sha256", SHA256[:-1] + "g", True),
        ("sha256", SHA256[:-1] + "\uff10", True),  # a digit, but not of hexadecimal
        ("sha3_512", SHA256, True),
        ("blake3", SHA256 * 2, False),  # of any length
        ("other", "whatever", False),
    ],
)
def test_the_value_of_a_hash(algorithm, value, fires):
    found = {"type": "Hash", "algorithm": algorithm, "hashValue": value}
    assert bool(said(spdx3(package3("other", verifiedUsing=[found])), "S009")) is fires


# S010


@pytest.mark.parametrize(("declared", "severity"), [(["core"], "warning"), ([], "info"), (None, "info")])
def test_what_is_used_is_declared(declared, severity):
    value = spdx3()
    value["@graph"][2]["profileConformance"] = declared
    if declared is None:
        value["@graph"][2].pop("profileConformance")
    ((found, pointer, message),) = said(value, "S010")
    assert (found, pointer) == (severity, "/@graph/2/profileConformance")
    assert "`simpleLicensing`, `software`" in message


def test_lite_asks_for_what_it_lists():
    value = spdx3()
    value["@graph"][2]["profileConformance"] += ["lite"]
    value["@graph"].append(element("Person", "nameless"))
    found = {pointer: message for _, pointer, message in said(value, "S010")}
    assert set(found) == {"/@graph/4", "/@graph/5", "/@graph/9"}
    assert "`software_copyrightText`, `suppliedBy`" in found["/@graph/4"]
    assert "`one relationship hasConcludedLicense`" in found["/@graph/4"]
    assert "hasConcludedLicense" not in found["/@graph/5"]
    assert "`name`" in found["/@graph/9"]


def test_a_second_licence_is_one_too_many_for_lite():
    value = spdx3(link3("r3", "left-pad", "hasConcludedLicense", "mit"))
    value["@graph"][2]["profileConformance"] += ["lite"]
    assert any("hasConcludedLicense, not 2" in message for _, _, message in said(value, "S010"))


# Hostile documents


@pytest.mark.parametrize(
    "graph",
    [
        None,
        7,
        {},
        [None, 1, "x", [], [[]], {}],
        [{"type": 7, "spdxId": [], "@id": {}}],
        [{"type": "SpdxDocument", "rootElement": "x", "element": [None, {"spdxId": 1}], "import": 7}],
        [{"type": "Relationship", "relationshipType": [], "from": [], "to": {}}],
        [{"type": "Relationship", "relationshipType": "affects", "from": {}, "to": [{}, 1, None]}],
        [{"type": "Hash", "algorithm": 1, "hashValue": None}, {"type": "CreationInfo", "created": []}],
        [{"type": "simplelicensing_LicenseExpression", "simplelicensing_licenseExpression": "LicenseRef-x",
          "simplelicensing_customIdToUri": [None, "x", {"key": 1}]}],
        [{"type": "SpdxDocument", "profileConformance": ["lite", 1, {}]}, {"type": "software_Package"}],
    ],
)  # fmt: skip
def test_any_shape_is_looked_at_without_a_crash(graph):
    result = check({"@context": CONTEXT, "@graph": graph})
    assert not any(each.rule.startswith("D") for each in result.problems)


def test_a_value_that_is_no_object_is_left_alone():
    graph = Graph({"@context": CONTEXT, "type": "Tool", "x": [[{"spdxId": "urn:x"}]]})
    assert [node.pointer for node in graph.nodes] == [""]


def test_a_crowd_is_looked_at_once():
    # Where anybody is compared with everybody this takes minutes.
    count = 20_000
    value = spdx3()
    value["@graph"][2]["element"] = [f"{BASE}p{number}" for number in range(count)]
    for number in range(count):
        value["@graph"] += [
            package3(f"p{number}", suppliedBy=f"{BASE}p{number}"),
            link3(f"d{number}", "app", "dependsOn", f"p{number}"),
        ]
    graph = Graph(value)
    assert len(graph.nodes) == 2 * count + len(graph3()) + count + 2  # each package has a hash
    subject = Subject(value=value, format=Format(kind="spdx", version="3.0.1"))
    assert Counter(each.rule for each in lint(subject, ALONE)) == {"S003": count}
