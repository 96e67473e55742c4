import json
import time

import pytest

from documents_cases import GOLDEN, bom, data, vex
from stella_git.documents.context import Subject
from stella_git.documents.detect import detect
from stella_git.documents.elements import Asked, builtin, hold, ids, judge, parse
from stella_git.documents.elements.complain import complaints
from stella_git.documents.elements.forms import has_form, known
from stella_git.documents.inventory.model import Inventory, Link, Part
from stella_git.errors import InputError, UsageError

HEAD = """
apiVersion: stella.ops/v1
kind: MinimumElements
metadata: {id: house, title: House, status: draft, source: {document: Handbook}}
spec:
  levels:
    - {id: must, title: Must, severity: error, weight: 3, baseline: true}
    - {id: may, title: May, severity: info, weight: 1, baseline: false}
  components: {kinds-except: [file]}
  elements:
"""


def profile(*elements):
    rows = [
        f"    - {{id: e{number}, title: E{number}, scope: {scope}, level: {level}, requires: {requires},"
        f" why: Why., remedy: Do., applies-to: {applies}}}"
        for number, (scope, level, requires, applies) in enumerate(elements)
    ]
    return parse((HEAD + "\n".join(rows)).encode(), path="house.yaml")


def one(scope, requires, applies="{}"):
    return profile((scope, "must", requires, applies))


def missing(inventory, asked):
    return [outcome.missing for outcome in judge(inventory, asked).outcomes]


def inventory(*parts, **members):
    return Inventory(**{"kind": "cyclonedx", "version": "1.6", "parts": parts, **members})


A = Part(ref="a", pointer="/a", name="a", kind="library")
B = Part(ref="b", pointer="/b", name="b", kind="library", root=True)


@pytest.mark.parametrize(
    ("requires", "part", "satisfied"),
    [
        ("version", {"version": "1"}, True),
        ("version", {"version": " "}, False),
        ("version", {"version": "NOASSERTION"}, False),
        ("{fact: version, unknown: true}", {"version": "NOASSERTION"}, True),
        ("{fact: version, unknown: true}", {"version": ""}, False),
        ("{fact: hashes, among: [sha512]}", {"hashes": (("sha256", "00"),)}, False),
        ("{fact: hashes, among: [sha512]}", {"hashes": (("sha256", "00"), ("sha512", "00"))}, True),
        ("{fact: contacts, form: contact}", {"contacts": ("Acme",)}, False),
        ("{fact: contacts, form: contact}", {"contacts": ("Acme", "a@acme.example")}, True),
        ("{fact: concluded, form: licence}", {"concluded": ("MIT OR Apache-2.0",)}, True),
        ("{fact: concluded, form: licence}", {"concluded": ("The MIT License",)}, False),
        ("{fact: concluded, form: licence}", {"concluded": ("NOASSERTION",)}, False),
        ("{property: x, among: [yes1]}", {"properties": (("x", "no1"),)}, False),
        ("{property: x, among: [yes1]}", {"properties": (("x", "no1"), ("x", "yes1"))}, True),
        ("{all: [version, purl]}", {"version": "1"}, False),
        ("{any: [version, purl]}", {"version": "1"}, True),
    ],
)
def test_what_satisfies_a_predicate(requires, part, satisfied):
    found = inventory(Part(ref="x", pointer="/x", **part))
    assert missing(found, one("component", requires)) == [() if satisfied else ("/x",)]


def test_relationships_count_at_both_ends_and_a_lone_component_needs_none():
    asked = one("component", "relationships")
    link = Link(source="a", kind="depends-on", target="b")
    assert missing(inventory(A), asked) == [()]
    assert missing(inventory(A, B), asked) == [("/a", "/b")]
    assert missing(inventory(A, B, links=(link,)), asked) == [()]
    described = Link(source="a", kind="describes", target="b")
    assert missing(inventory(A, B, links=(described,)), asked) == [("/a", "/b")]


def test_completeness_is_that_of_dependencies():
    asked = one("component", "{fact: completeness, unknown: true}")
    link = Link(source="a", kind="depends-on", target="b", complete=False)
    assert missing(inventory(A, B, links=(link,), completeness=(("b", "unknown"),)), asked) == [()]
    other = Link(source="a", kind="has-distribution-artifact", target="b", complete=True)
    assert missing(inventory(A, B, links=(other,)), asked) == [("/a", "/b")]


def test_a_file_that_a_package_is_distributed_as_speaks_for_it_and_not_for_itself():
    file = Part(ref="f", pointer="/f", name="a.tar", kind="file", hashes=(("sha512", "00"),))
    link = Link(source="a", kind="has-distribution-artifact", target="f")
    found = inventory(A, file, links=(link,))
    assert missing(found, one("component", "{fact: hashes, among: [sha512]}")) == [()]
    assert missing(found, one("component", "filename")) == [()]
    assert missing(found, one("component", "version")) == [("/a",)]


def test_whom_an_element_is_asked_of():
    file = Part(ref="f", pointer="/f", kind="file")
    contains = Link(source="a", kind="contains", target="b")
    found = inventory(A, B, file, links=(contains,))
    assert missing(found, one("component", "version")) == [("/a", "/b")]
    assert missing(found, one("component", "version", "{logical: false}")) == [("/b",)]
    assert missing(found, one("component", "version", "{kinds: [framework]}")) == [()]
    assert missing(found, one("component", "version", "{kinds-except: [library]}")) == [()]
    assert missing(found, one("root", "version")) == [("/b",)]
    assert missing(found, one("component", "version", "{formats: [spdx]}")) == [()]
    spdx = inventory(A, kind="spdx", version="2.3")
    assert missing(spdx, one("component", "version", "{formats: [spdx2]}")) == [("/a",)]
    assert missing(spdx, one("component", "version", "{formats: [spdx3]}")) == [()]


def test_a_document_that_lists_nothing_lacks_everything_of_components():
    asked = profile(("component", "must", "name", "{}"), ("root", "must", "name", "{}"))
    judgement = judge(inventory(Part(ref="f", pointer="/f", name="f", kind="file")), asked)
    assert [outcome.missing for outcome in judgement.outcomes] == [("",), ("",)]
    assert judgement.score == 0
    assert not judgement.baseline


@pytest.mark.parametrize(
    ("kind", "version", "enough"),
    [
        ("cyclonedx", "1.6", True),
        ("cyclonedx", "1.10", True),
        ("cyclonedx", "1.5", False),
        ("cyclonedx", "", False),
        ("cyclonedx", "1.x", False),
        ("cyclonedx", "9" * 5000, False),
        ("spdx", "3.0.1", True),
        ("spdx", "3.0", False),
        ("spdx", "2.3", False),
    ],
)
def test_versions_of_formats(kind, version, enough):
    asked = one("document", '{format: {cyclonedx: "1.6", spdx: "3.0.1"}}')
    assert missing(inventory(kind=kind, version=version), asked) == [() if enough else ("",)]


def test_scores_are_weighted_and_rounded_down():
    parts = [Part(ref=str(n), pointer=f"/{n}", name="x", version="1" * (n < 2)) for n in range(3)]
    asked = profile(("component", "must", "version", "{}"), ("component", "may", "purl", "{}"))
    judgement = judge(inventory(*parts), asked)
    assert [outcome.permille for outcome in judgement.outcomes] == [666, 0]
    assert judgement.score == 666 * 3 // 4
    assert [judgement.level_score(level) for level in asked.levels] == [666, 0]
    assert not judgement.baseline


def test_what_is_asked_for():
    found = inventory(Part(ref="x", pointer="/x", version="1"))
    asked = profile(("component", "must", "version", "{}"), ("component", "may", "purl", "{}"))
    judgement = judge(found, asked)
    assert judgement.score == 750
    assert judgement.satisfies(Asked())
    assert judgement.satisfies(Asked(level="must", min_score=750))
    assert not judgement.satisfies(Asked(level="must", min_score=751))
    assert not judgement.satisfies(Asked(level="may"))


def test_who_lacks_most_is_shown_first():
    value = bom(
        components=[{"type": "library", "name": "a", "version": "1"}, {"type": "library", "name": "b"}]
    )
    asked = profile(("component", "must", "purl", "{}"), ("component", "must", "version", "{}"))
    held = hold(data(value), [asked], path="bom.json", shown=2)
    assert [each.name for each in held.missing[0][0]] == ["b", "app"]
    assert [each.name for each in held.missing[0][1]] == ["b"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (vex(), "this is OpenVEX 0.2.0, but minimum elements are asked of CycloneDX"),
        ({"a": 1}, "this is no document of a known format"),
        (bom(specVersion="1.3"), "this is CycloneDX 1.3"),
    ],
)
def test_what_is_no_sbom_is_refused(value, message):
    with pytest.raises(InputError) as caught:
        hold(data(value), [builtin("ntia-2021")], path="x.json")
    assert caught.value.code == "elements-format"
    assert message in caught.value.message
    assert caught.value.where.path == "x.json"


def test_only_an_sbom_is_complained_about_and_a_profile_has_to_be_known():
    assert list(complaints(Subject(value=vex(), format=detect(vex())), ["ntia-2021"])) == []
    with pytest.raises(UsageError):
        list(complaints(Subject(value=vex(), format=detect(vex())), ["ntia"]))


def test_an_unknown_that_is_said_counts_where_the_source_lets_it():
    package = {
        "SPDXID": "SPDXRef-a",
        "name": "a",
        "licenseDeclared": "NOASSERTION",
        "supplier": "NOASSERTION",
    }
    value = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": [package]}

    def rules(name):
        return {each.rule for each in complaints(Subject(value=value, format=detect(value)), [name])}

    assert not {"E-cisa-2026-licence", "E-cisa-2026-producer"} & rules("cisa-2026")
    assert "E-cisa-2026-version" in rules("cisa-2026")
    assert "E-ntia-2021-supplier" in rules("ntia-2021")
    del package["licenseDeclared"]
    assert "E-cisa-2026-licence" in rules("cisa-2026")


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (
            "contact",
            ["a@b.example", "mailto:a@b.example", "https://b.example", "HTTP://b"],
            [
                "",
                "Acme",
                "a@b",
                "@b.example",
                "a@@b.example",
                "a@b..example",
                "ftp://b.example",
                "https://",
                "a b@c.d e",
            ],
        ),
        ("uri", ["urn:uuid:1", "https://x", "git+ssh://x"], ["", "x", ":x", "x:", "a b:c", "urn:a b", "é:x"]),
        ("timestamp", ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00.5+01:00"], ["", "2026-01-31", "today"]),
        (
            "licence",
            ["MIT", "MIT AND (Apache-2.0 OR LicenseRef-x)"],
            ["", "Foo", "MIT Apache-2.0", "NOASSERTION"],
        ),
        ("versioned", ["syft 1.2", "syft-0.9", "syft@v1"], ["", "syft", "syft2", "the syft"]),
    ],
)
def test_forms(form, good, bad):
    assert [value for value in good if not has_form(form, value)] == []
    assert [value for value in bad if has_form(form, value)] == []
    assert not has_form(form, good[0] + "9" * 2000)


def test_what_is_known():
    assert known("x")
    assert not any(map(known, (None, "", " ", "NONE", "noassertion", "Unknown ")))


@pytest.mark.parametrize(
    "text", ["", " ", "-", "--", "?", "*", "...", "N/A", "not available", "\u00a0", "\u200b", "\ufeff"]
)
def test_what_only_fills_a_place_is_not_known(text):
    assert not known(text)


@pytest.mark.parametrize("text", ["0", "C", "北京", "é", "1", "-x-"])
def test_the_shortest_name_is_known(text):
    assert known(text)


def test_a_document_of_a_hundred_thousand_components_takes_seconds():
    parts = tuple(
        Part(ref=f"r{n}", pointer=f"/components/{n}", name="x", hashes=(("sha1", "0"),))
        for n in range(100_000)
    )
    links = tuple(Link(source="r0", kind="depends-on", target=f"r{n}") for n in range(1, 100_000))
    begun = time.process_time()
    judgement = judge(inventory(*parts, links=links), builtin("bsi-tr-03183-2-2.1.0"))
    assert time.process_time() - begun < 20
    assert judgement.outcomes[8].total == 100_000


def test_a_licence_of_a_hostile_document_is_cheap():
    begun = time.process_time()
    for number in range(3000):
        assert not has_form("licence", f"Apache-{number}.0 OR MIT AND GPL-{number}")
    assert not has_form("licence", "(" * 2000)
    assert time.process_time() - begun < 5


def test_exceptions_and_references_of_licences():
    for text in (
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "GPL-2.0+",
        "apache-2.0",
        "DocumentRef-a:LicenseRef-b",
    ):
        assert has_form("licence", text), text
    assert not has_form("licence", "GPL-2.0-only WITH MIT")
    assert not has_form("licence", "MIT WITH Nothing-exception")


def spdx3(change):
    value = json.loads((GOLDEN / "elements/full.spdx3.json").read_bytes())
    graph = {each.get("spdxId", "").rpartition("/")[2]: each for each in value["@graph"]}
    change(graph)
    return {
        each.rule for name in ids() for each in complaints(Subject(value=value, format=detect(value)), [name])
    }


def test_spdx_3_says_that_nothing_is_known():
    def unknown_licence(graph):
        iri = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"
        for name in ("left-declared", "left-concluded"):
            graph[name]["to"] = [iri]

    found = spdx3(unknown_licence)
    assert "E-fsct3-2024-licence-all" in found
    assert "E-bsi-tr-03183-2-2.1.0-distribution-licences" in found
    assert not {"E-cisa-2026-licence", "E-cisa-2025-draft-licence"} & found

    def unknown_completeness(graph):
        graph["app-needs"]["completeness"] = "noAssertion"

    assert spdx3(unknown_completeness) == set()

    def no_completeness(graph):
        del graph["app-needs"]["completeness"]

    expected = {"E-bsi-tr-03183-2-2.1.0-dependency-completeness", "E-fsct3-2024-relationship-completeness"}
    assert spdx3(no_completeness) == expected


def test_spdx_3_hashes_are_those_of_the_file_that_is_distributed():
    def weak(graph):
        graph["left-file"]["verifiedUsing"][0]["algorithm"] = "sha1"

    assert spdx3(weak) == {"E-bsi-tr-03183-2-2.1.0-hash", "E-fsct3-2024-strong-hash"}

    def elsewhere(graph):
        graph["left-distributed"]["to"] = ["https://acme.example/spdx/other"]

    assert "E-cisa-2026-hash" in spdx3(elsewhere)


def test_a_name_without_end_is_cut():
    judgement = judge(inventory(Part(ref="x", pointer="/x", name="n" * 10**6)), builtin("ntia-2021"))
    assert set(map(len, judgement.names.values())) == {120}
