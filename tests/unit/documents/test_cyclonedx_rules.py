"""Rules for CycloneDX beyond identities; every id has fixtures in tests/golden/documents/rules besides."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents_cases import bom, check, data, facts
from growth_cases import grows_in_proportion
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents.context import Context, Subject
from stella_git.documents.detect import detect
from stella_git.documents.lint import lint
from stella_git.documents.lint.cyclonedx_references import _FIELDS
from stella_git.documents.settings import Settings
from stella_git.documents.validate import admit, validate

SERIAL = "3e671687-395b-41f5-a30f-a58921a69b79"
HERE = f"urn:cdx:{SERIAL}/1#"
STRICT = Context(strict=True)


def library(ref, **members):
    return {"type": "library", "bom-ref": ref, "name": f"lib-{ref}", "version": "1", **members}


def graph(edges, **members):
    """Return a document with a component for each node and an entry for each pair (node, needs)."""
    return bom(
        components=[library(each) for each in dict.fromkeys(ref for ref, _ in edges) if each != "app"],
        dependencies=[{"ref": ref, "dependsOn": list(needs)} for ref, needs in edges],
        **members,
    )


def found(value, rule=None, context=None):
    """Return (rule, pointer, severity) of what rules beyond the schema find."""
    subject = Subject(value=value, format=detect(value), path="doc.json")
    from stella_git.documents.rules import rule as known

    complaints = lint(subject, context or Context())
    said = [(each.rule, each.pointer, each.severity or known(each.rule).severity) for each in complaints]
    return [each for each in said if rule in {None, each[0]}]


# The graph


def test_c005_says_where_the_first_entry_is():
    value = graph([("app", "a"), ("a", ""), ("app", "")])
    (problem,) = check(value).problems
    assert (problem.rule, problem.pointer) == ("C005", "/dependencies/2/ref")
    assert problem.message.endswith("at /dependencies/0")


def test_c006_looks_at_provides_too():
    value = bom(dependencies=[{"ref": "left", "dependsOn": ["left"], "provides": ["left", "app"]}])
    assert found(value) == [
        ("C006", "/dependencies/0/dependsOn/0", "warning"),
        ("C006", "/dependencies/0/provides/0", "warning"),
    ]


def test_c007_names_each_knot_once_from_the_entry_that_comes_first():
    value = graph([("app", "x"), ("x", "by"), ("y", "x"), ("b", "c"), ("c", "db"), ("d", "b")])
    assert sorted(found(value)) == [("C007", "/dependencies/1", "info"), ("C007", "/dependencies/3", "info")]
    messages = [problem.message for problem in check(value).problems]
    assert messages[0].endswith(": x → y → x")
    assert messages[1].endswith(": b → c → b")


def test_c007_says_how_much_of_a_long_cycle_it_leaves_out():
    names = [f"n{number:02}" for number in range(20)]
    edges = [(name, [names[(at + 1) % 20]]) for at, name in enumerate(names)]
    (problem,) = check(graph(edges)).problems
    assert problem.message.endswith(": n00 → n01 → n02 → n03 → n04 → n05 → … 14 more → n00")


def test_tasks_have_a_graph_of_their_own():
    flow = {
        "bom-ref": "w",
        "uid": "w",
        "taskTypes": ["build"],
        "tasks": [{"bom-ref": ref, "uid": ref, "taskTypes": ["build"]} for ref in ("t1", "t2")],
        "taskDependencies": [
            {"ref": "t1", "dependsOn": ["t2", "gone"]},
            {"ref": "t2", "dependsOn": ["t1"]},
            {"ref": "t2"},
        ],
    }
    value = bom(formulation=[{"bom-ref": "f", "workflows": [flow]}])
    base = "/formulation/0/workflows/0/taskDependencies"
    assert sorted(found(value)) == [
        ("C004", f"{base}/0/dependsOn/1", "warning"),
        ("C005", f"{base}/2/ref", "error"),
        ("C007", f"{base}/0", "info"),
    ]
    assert not [each for each in facts(check(value)) if each[0].startswith("K")]


def test_c008_speaks_only_when_asked_and_only_of_what_the_document_is_about():
    nested = library("b", components=[library("c")], pedigree={"ancestors": [library("old")]})
    value = bom(
        components=[library("a"), nested, {"type": "file", "bom-ref": "f", "name": "f"}, {"type": "library"}],
        services=[{"bom-ref": "s", "name": "s", "services": [{"bom-ref": "s2", "name": "s2"}]}],
        dependencies=[{"ref": "app"}, {"ref": "a"}],
        compositions=[{"aggregate": "incomplete", "dependencies": ["s2"]}],
    )
    assert found(value, "C008") == []
    assert found(value, "C008", STRICT) == [
        ("C008", "/components/1/bom-ref", "warning"),
        ("C008", "/components/1/components/0/bom-ref", "warning"),
        ("C008", "/services/0/bom-ref", "warning"),
    ]


def test_c008_a_document_without_a_graph_is_told_once():
    assert found(bom(), "C008", STRICT) == [("C008", "", "warning")]
    assert found(bom(dependencies=[]), "C008", STRICT) == [("C008", "", "warning")]
    assert found(bom(metadata={}, components=[]), "C008", STRICT) == []


def test_c008_a_composition_that_is_complete_excuses_nothing():
    value = bom(
        dependencies=[{"ref": "app"}], compositions=[{"aggregate": "complete", "dependencies": ["left"]}]
    )
    assert [each[1] for each in found(value, "C008", STRICT)] == ["/components/0/bom-ref"]


# References


def test_c009_finds_every_kind_of_reference():
    """One object for each row of the table, each with one reference that leads nowhere."""
    for role, names in _FIELDS.items():
        for name in names:
            if role == "taskDependencies":
                continue
            for value, place in (("lost", ""), (["left", "lost"], "/1")):
                document = bom(x={role: [{name: value}], "y": {role: {name: value}}})
                said = {pointer for _, pointer, _ in found(document, "C009")}
                assert said == {f"/x/{role}/0/{name}{place}", f"/x/y/{role}/{name}{place}"}, (role, name)


@pytest.mark.parametrize("ref", ["lost", HERE + "lost", HERE])
def test_c009_is_an_error_where_something_is_decided(ref):
    value = bom(
        compositions=[{"aggregate": "complete", "vulnerabilities": [ref]}],
        annotations=[{"subjects": [ref]}],
        citations=[{"attributedTo": ref}],
    )
    assert sorted(each for each in found(value) if each[0] == "C009") == [
        ("C009", "/annotations/0/subjects/0", "error"),
        ("C009", "/citations/0/attributedTo", "warning"),
        ("C009", "/compositions/0/vulnerabilities/0", "error"),
    ]


def test_a_vulnerability_can_be_what_a_composition_is_about():
    value = bom(
        vulnerabilities=[{"bom-ref": "v", "id": "CVE-2026-0001"}],
        compositions=[{"aggregate": "complete", "vulnerabilities": ["v"]}],
    )
    assert facts(check(value)) == []


@pytest.mark.parametrize(
    ("ref", "lost"),
    [
        (HERE + "left", False),
        (HERE + "a%2Fb", False),
        (HERE + "a/b", False),
        (HERE + "lost", True),
        (f"urn:cdx:{SERIAL}/2#lost", False),
        (f"urn:cdx:{SERIAL}/11#lost", False),
        ("urn:cdx:00000000-0000-4000-8000-000000000000/1#lost", False),
    ],
)
def test_a_bom_link_to_this_very_document_is_followed(ref, lost):
    value = bom(
        dependencies=[{"ref": ref, "dependsOn": [ref]}],
        vulnerabilities=[{"id": "CVE-2026-0001", "affects": [{"ref": ref}]}],
    )
    value["components"].append(library("a/b"))
    wanted = [
        ("C003", "/dependencies/0/ref", "error"),
        ("C004", "/dependencies/0/dependsOn/0", "error"),
        ("C009", "/vulnerabilities/0/affects/0/ref", "error"),
    ]
    assert sorted(each for each in found(value) if each[0] != "C006") == (wanted if lost else [])


def test_a_document_without_a_serial_number_has_no_bom_link():
    value = bom(vulnerabilities=[{"id": "CVE-2026-0001", "affects": [{"ref": HERE + "lost"}]}])
    del value["serialNumber"]
    assert found(value) == []
    del value["vulnerabilities"]
    value["serialNumber"] = f"urn:uuid:{SERIAL}"
    del value["version"]
    value["annotations"] = [{"subjects": [HERE + "lost"]}]  # a version that is not said is the first
    assert [each[0] for each in found(value)] == ["C009"]


def test_refs_are_compared_with_others_only_so_many_times(monkeypatch):
    from stella_git.documents.lint import cyclonedx, cyclonedx_references

    calls = {cyclonedx: 0, cyclonedx_references: 0}
    for module in calls:

        def nearest(text, known, module=module):
            calls[module] += 1

        monkeypatch.setattr(module, "nearest", nearest)
    lost = [f"lost{number}" for number in range(1500)]
    value = bom(
        compositions=[{"aggregate": "complete", "assemblies": lost}],
        dependencies=[{"ref": "app", "dependsOn": lost}],
    )
    assert len(found(value)) == 3000
    assert list(calls.values()) == [1001, 100]
    value["components"] += [library(f"n{number}") for number in range(500)]
    assert len(found(value)) == 3000
    assert list(calls.values()) == [1001, 100]


# Values


def test_values_are_judged_wherever_components_are():
    bad = {
        "cpe": "cpe:x",
        "swhid": ["x"],
        "omniborId": ["x"],
        "hashes": [{"alg": "MD5", "content": "0" * 40}],
    }
    part = library("p", licenses=[{"expression": "x y"}], data=[], **bad)
    places = {
        "/metadata/component": bom(metadata={"component": part}),
        "/metadata/tools/components/0": bom(metadata={"tools": {"components": [part]}}),
        "/components/0/components/0": bom(components=[library("a", components=[part])]),
        "/components/0/pedigree/variants/0": bom(components=[library("a", pedigree={"variants": [part]})]),
        "/formulation/0/components/0": bom(formulation=[{"components": [part]}]),
        "/declarations/targets/components/0": bom(declarations={"targets": {"components": [part]}}),
        "/annotations/0/annotator/component": bom(annotations=[{"annotator": {"component": part}}]),
        "/vulnerabilities/0/tools/components/0": bom(vulnerabilities=[{"tools": {"components": [part]}}]),
    }
    for base, value in places.items():
        assert sorted(each[:2] for each in found(value)) == [
            ("C011", f"{base}/cpe"),
            ("C012", f"{base}/omniborId/0"),
            ("C012", f"{base}/swhid/0"),
            ("C013", f"{base}/hashes/0/content"),
            ("C014", f"{base}/licenses/0/expression"),
            ("C015", f"{base}/data"),
        ], base


def test_members_of_the_same_names_elsewhere_are_left_alone():
    value = bom(
        services=[{"bom-ref": "s", "name": "s", "data": [{"flow": "inbound", "classification": "x"}]}],
        declarations={"evidence": [{"bom-ref": "e", "data": [{"name": "x"}]}]},
        properties=[{"name": "cpe", "value": "x"}],
    )
    value["components"][0]["evidence"] = {"identity": {"field": "cpe", "expression": "a b"}}
    assert found(value) == []


@pytest.mark.parametrize(
    ("algorithm", "digits"),
    [
        ("MD5", 32),
        ("SHA-1", 40),
        ("SHA3-256", 64),
        ("BLAKE2b-384", 96),
        ("SHA-512", 128),
        ("Streebog-512", 128),
    ],
)
def test_c013_knows_how_long_a_digest_is(algorithm, digits):
    for length in (32, 40, 64, 96, 128):
        value = bom(components=[library("a", hashes=[{"alg": algorithm, "content": "0" * length}])])
        wanted = [] if length == digits else [("C013", "/components/0/hashes/0/content", "error")]
        assert found(value) == wanted


def test_c013_blake3_may_be_longer_and_a_new_algorithm_of_any_length():
    hashes = [{"alg": "BLAKE3", "content": "0" * 128}, {"alg": "SHA-999", "content": "0" * 32}]
    hashes += [
        {"alg": "SHA-256", "content": "0" * 63},
        {"alg": "SHA-256", "content": "x" * 64},
    ]  # the schema's
    value = bom(components=[library("a", hashes=hashes)])
    assert found(value) == [("C013", "/components/0/hashes/0/content", "warning")]


def test_c014_of_one_expression_only_the_first_faults_are_told():
    value = bom(components=[library("a", licenses=[{"expression": " OR ".join(["mit"] * 100)}])])
    assert len(found(value)) == 20


def test_c014_looks_at_the_parts_of_an_expression():
    details = [
        {"licenseIdentifier": "GPL-3.0-only WITH Classpath-exception-2.0"},
        {"licenseIdentifier": "GPL3"},
    ]
    value = bom(
        specVersion="1.7", metadata={"licenses": [{"expression": "MIT", "expressionDetails": details}]}
    )
    where = "/metadata/licenses/0/expressionDetails/1/licenseIdentifier"
    assert found(value) == [("C014", where, "error")]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("GPL-2.0", "Write `GPL-2.0-only`."),
        ("GPL-2.0+", "Write `GPL-2.0-or-later`."),
        ("LLVM-exception", "Write licence and exception as an `expression`, joined by WITH."),
    ],
)
def test_c014_looks_at_ids_that_the_schema_takes(name, remedy):
    value = bom(components=[library("a", licenses=[{"license": {"id": name}}])])
    (problem,) = check(value).problems
    assert (problem.rule, problem.severity, problem.remedy) == ("C014", "warning", remedy)


def test_c015_cryptography_elsewhere_is_a_warning():
    value = bom(components=[library("a", modelCard={}, cryptoProperties={"assetType": "protocol"}, data=[])])
    assert [each[2] for each in found(value)] == ["error", "warning", "error"]


# History


class Past:
    """The revision before; implements History."""

    def __init__(self, value, committed=None):
        self.value = value
        self.time = committed and parse_rfc3339(committed)

    def earlier(self, path):
        assert path == "doc.json"
        return self.value if isinstance(self.value, bytes) else self.value and data(self.value)

    def committed(self):
        return self.time


def since(before, value, committed=None):
    return found(value, context=Context(history=Past(before, committed)))


def changed(**members):
    value = bom(**members)
    value["components"][0]["version"] = "1.3.1"
    value["components"][0]["purl"] = "pkg:npm/left-pad@1.3.1"
    return value


@pytest.mark.parametrize(
    ("before", "version", "fires"),
    [
        (1, 1, True),
        (1, 2, False),
        (2, 1, True),
        (2, 3, False),
        (None, 1, True),
        (1, None, True),
        (None, 2, False),
    ],
)
def test_c016_the_version_grows_with_the_content(before, version, fires):
    old, new = bom(), changed()
    for value, number in ((old, before), (new, version)):
        if number is None:
            del value["version"]
        else:
            value["version"] = number
    where = "/version" if version is not None else ""
    assert since(old, new) == ([("C016", where, "warning")] if fires else [])


def test_c016_is_mended_by_the_next_version():
    old, new = bom(version=3), changed(version=1)
    subject = Subject(value=new, format=detect(new), path="doc.json")
    (complaint,) = lint(subject, Context(history=Past(old)))
    assert complaint.mend is not None
    assert complaint.mend.value == 4
    new["version"] = 4
    assert since(old, new) == []


def test_c016_identity_and_time_are_no_content():
    later = bom(version=1)
    later["metadata"]["timestamp"] = "2026-02-01T00:00:00Z"
    assert since(bom(), later) == []
    assert since(bom(), bom(version=7)) == []
    assert since(bom(), bom(signature={"algorithm": "ES256", "value": "x"})) == []
    assert since(bom(), changed(serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b70")) == []
    assert since(b"{", changed()) == []
    assert since({"spdxVersion": "SPDX-2.3"}, changed()) == []
    assert since(None, changed()) == []
    odd = changed(version="1")
    assert since(bom(), odd) == []


def test_c017_content_is_not_older_than_the_commit_before_it():
    assert since(bom(), changed(version=2), "2026-01-31T09:30:01Z") == [
        ("C017", "/metadata/timestamp", "warning")
    ]
    assert since(bom(), changed(version=2), "2026-01-31T09:30:00Z") == []
    assert since(bom(), bom(), "2026-02-01T00:00:00Z") == []
    assert since(None, bom(), "2026-02-01T00:00:00Z") == [("C017", "/metadata/timestamp", "info")]
    assert since(None, bom(metadata={"timestamp": "yesterday"}), "2026-02-01T00:00:00Z") == []
    assert since(None, bom(metadata={}), "2026-02-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("now", "fires"),
    [("2026-01-31T09:25:00Z", False), ("2026-01-31T09:24:59Z", True), ("2026-01-31T10:30:00+01:00", False)],
)
def test_c017_nothing_was_made_in_the_future(now, fires):
    context = Context(now=parse_rfc3339(now))
    assert found(bom(), context=context) == ([("C017", "/metadata/timestamp", "error")] if fires else [])


# Analysis


@pytest.mark.parametrize(
    ("analysis", "severity"),
    [
        ({"state": "not_affected", "justification": "code_not_present"}, None),
        ({"state": "not_affected", "detail": "Not built in."}, None),
        ({"state": "not_affected", "detail": "  "}, "warning"),
        ({"state": "not_affected"}, "warning"),
        ({"state": "exploitable", "justification": "code_not_present"}, "error"),
        ({"state": "in_triage", "justification": "code_not_present"}, "warning"),
        ({"state": "false_positive", "justification": "code_not_present"}, "warning"),
        ({"justification": "code_not_present"}, "warning"),
        ({"state": "exploitable"}, None),
        ({"state": "false_positive"}, None),
        ({}, None),
        ({"state": "new_state", "justification": "code_not_present"}, None),
        ({"firstIssued": "2026-01-02T00:00:00Z", "lastUpdated": "2026-01-01T00:00:00Z"}, "warning"),
        ({"firstIssued": "x", "lastUpdated": "2026-01-01T00:00:00Z"}, None),
    ],
)
def test_c018_state_and_reason_go_together(analysis, severity):
    value = bom(vulnerabilities=[{"id": "CVE-2026-0001", "analysis": analysis, "affects": [{"ref": "a"}]}])
    value["components"] = [{"type": "library", "name": "a", "bom-ref": "a"}]
    assert [each[2] for each in found(value)] == ([severity] if severity else [])


@pytest.mark.parametrize("affects", [{}, {"affects": []}])
def test_c019_an_analysis_is_about_something(affects):
    told = {"id": "CVE-2026-0001", **affects}
    assert found(bom(vulnerabilities=[told])) == []
    analysed = {**told, "analysis": {"state": "in_triage"}}
    assert found(bom(vulnerabilities=[analysed])) == [("C019", "/vulnerabilities/0", "warning")]


# L001, and what decides about evidence


def test_l001_can_be_lowered_and_nothing_else_of_the_schema_with_it():
    value = bom(components=[library("a", licenses=[{"license": {"id": "Ours-1.0"}}])])
    lowered = Settings(severities={"L001": "warning"})
    assert not check(value).ok
    result = check(value, settings=lowered)
    assert [(each.rule, each.severity) for each in result.problems] == [("L001", "warning")]
    assert result.ok
    for worse in ({"id": "Ours-1.0", "name": "x"}, {"id": 5}, {"id": "Ours-1.0", "foo": 1}):
        value["components"][0]["licenses"] = [{"license": worse}]
        assert not check(value, settings=lowered).ok
    value["components"][0]["licenses"] = [{"license": {"id": "Ours-1.0"}, "expression": "MIT"}]
    assert not check(value, settings=lowered).ok


def test_an_unknown_licence_id_is_no_evidence_whatever_the_settings():
    value = bom(components=[library("a", licenses=[{"license": {"id": "Ours-1.0"}}])])
    result = admit(data(value), path="doc.json", expect=frozenset({"sbom"}))
    assert not result.ok
    assert [each.rule for each in result.problems] == ["L001"]


def test_the_later_rules_do_not_decide_about_evidence():
    value = graph([("app", "a"), ("a", "a"), ("app", ""), ("b", "c"), ("c", "b")])
    value["components"][0].update(cpe="x", licenses=[{"expression": "x y"}], data=[])
    value["components"][0]["hashes"] = [{"alg": "SHA-256", "content": "0" * 32}]
    value["vulnerabilities"] = [
        {"id": "CVE-2026-0001", "affects": [{"ref": HERE + "lost"}], "analysis": {"state": "not_affected"}}
    ]
    value["compositions"] = [{"aggregate": "complete", "assemblies": ["lost"]}]
    rules = {rule for rule, _ in facts(check(value))}
    assert rules >= {"C005", "C006", "C007", "C009", "C011", "C013", "C014", "C015", "C018"}
    assert admit(data(value), path="doc.json", expect=frozenset({"sbom"})).problems == ()


# Any shape

_NAMES = sorted(
    {*bom(), *bom()["components"][0], "affects", "alg", "analysis", "content", "data", "dependencies", "ref"}
    | {"dependsOn", "expression", "formulation", "hashes", "justification", "license", "compositions", "cpe"}
    | {"provides", "services", "state", "swhid", "taskDependencies", "vulnerabilities", "omniborId", *_FIELDS}
    | {"assemblies", "detail", "firstIssued", "id", "lastUpdated", "subjects", "pedigree", "annotations"}
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "left", HERE, HERE + "x", "MIT"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, min_size=1, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=5), _VALUES)
def test_rules_take_any_shape(members, other):
    value = bom(**{**members, "bomFormat": "CycloneDX", "specVersion": "1.6"})
    context = Context(now=parse_rfc3339("2026-01-01T00:00:00Z"), strict=True, history=Past(bom(x=other)))
    for rule, pointer, _ in found(value, context=context):
        assert rule[0] == "C"
        at = value
        for token in pointer.split("/")[1:]:
            at = at[int(token)] if isinstance(at, list) else at[token.replace("~1", "/").replace("~0", "~")]


def test_work_grows_with_the_document_and_not_faster():

    def document(count):
        names, md5 = [f"n{number}" for number in range(count)], "0" * 40
        parts = [
            library(
                name, cpe="x", licenses=[{"expression": f"x{name}"}], hashes=[{"alg": "MD5", "content": md5}]
            )
            for name in names
        ]
        edges = [{"ref": name, "dependsOn": [names[at - 1], "lost"]} for at, name in enumerate(names)]
        return bom(
            components=parts,
            dependencies=edges + edges,
            compositions=[{"aggregate": "complete", "assemblies": [f"lost{name}" for name in names]}],
        )

    def work(value):
        return sum(1 for _ in found(value, context=STRICT))

    assert work(document(50)) > 6 * 50
    grows_in_proportion(work, document, 300)


def test_a_long_chain_needs_no_recursion():
    from stella_git.documents.graph import cycles

    chain = {str(number): [str(number + 1)] for number in range(50_000)}
    assert list(cycles(chain)) == []
    chain["49999"] = ["0"]
    (cycle,) = cycles(chain)
    assert len(cycle) == 50_000


@given(st.dictionaries(st.integers(0, 6).map(str), st.lists(st.integers(0, 7).map(str), max_size=4)))
def test_cycles_are_those_that_a_slow_search_finds(edges):
    from stella_git.documents.graph import cycles

    reach = {(a, b) for a, needs in edges.items() for b in needs}
    for _ in range(3):
        reach |= {(a, d) for (a, b), (c, d) in itertools.product(reach, reach) if b == c}
    knots = {frozenset(b for b in edges if {(a, b), (b, a)} <= reach) | {a} for a in edges}
    knots = {knot for knot in knots if len(knot) > 1}
    told = list(cycles(edges))
    assert len(told) == len(knots)
    for cycle in told:
        assert any(set(cycle) <= knot for knot in knots)
        assert len(set(cycle)) == len(cycle) > 1
        for here, there in itertools.pairwise([*cycle, cycle[0]]):
            assert there in edges[here]


def test_validate_and_lint_agree():
    value = graph([("app", "a"), ("a", "a")])
    assert facts(validate(data(value), path="doc.json")) == [("C006", "/dependencies/1/dependsOn/0")]
