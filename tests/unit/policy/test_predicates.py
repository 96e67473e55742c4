"""Predicate types: names, versions, and what expressions know of each."""

import pytest

from house_cases import ROOT
from stella_git.errors import ConfigError
from stella_git.policy import cel, predicates
from stella_git.policy.cel.types import DYN
from stella_git.policy.predicatevalue import Deferred


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [
        ("https://in-toto.io/attestation/vulns/v0.2", ("https://in-toto.io/attestation/vulns", "v0.2")),
        ("https://in-toto.io/attestation/vulns", ("https://in-toto.io/attestation/vulns", "")),
        ("https://cyclonedx.org/bom/v1.6", ("https://cyclonedx.org/bom", "v1.6")),
        ("https://openvex.dev/ns/v0.2.0", ("https://openvex.dev/ns", "v0.2.0")),
        ("stella.ops/verdict@v1", (predicates.VERDICT, "v1")),
        ("stella.ops/verdict", (predicates.VERDICT, "")),
        ("stella.ops/verdict@1", ("stella.ops/verdict@1", "")),
        ("https://example.org/v1/x", ("https://example.org/v1/x", "")),
        ("https://example.org/1.6", ("https://example.org/1.6", "")),
        ("https://example.org/v1beta", ("https://example.org/v1beta", "")),
        ("v1", ("v1", "")),
        ("/v1", ("/v1", "")),
        ("", ("", "")),
    ],
)
def test_a_version_stands_at_the_end(uri, wanted):
    assert predicates.split(uri) == wanted


def test_splitting_ends_on_hostile_names():
    assert predicates.split("/v1" * 100_000)[1] == "v1"
    assert predicates.split("x/v" + "1." * 100_000)[1] == ""


@pytest.mark.parametrize(
    ("asked", "versions", "base", "version", "wanted"),
    [
        (predicates.VULNS, None, predicates.VULNS, "v0.2", True),
        (predicates.VULNS, ["v0.1"], predicates.VULNS, "v0.2", False),
        (predicates.VULNS, ["0.2"], predicates.VULNS, "v0.2", True),
        (f"{predicates.VULNS}/v0.2", None, predicates.VULNS, "v0.2", True),
        (f"{predicates.VULNS}/v0.1", None, predicates.VULNS, "v0.2", False),
        (f"{predicates.CYCLONEDX}/v1.6", None, predicates.CYCLONEDX, "1.6", True),
        (predicates.CYCLONEDX, ["v1.6"], predicates.CYCLONEDX, "1.6", True),
        (predicates.CYCLONEDX, ["1.6"], predicates.CYCLONEDX, "", False),
        (predicates.SPDX, None, predicates.CYCLONEDX, "1.6", False),
        (f"{predicates.VULNS}/v0.1", ["v0.1"], predicates.VULNS, "v0.1", True),
        (f"{predicates.VULNS}/v0.1", ["v0.2"], predicates.VULNS, "v0.1", False),
        ("stella.ops/verdict@v1", None, predicates.VERDICT, "v1", True),
        ("https://example.org/x/v1", None, "https://example.org/x/v1", "", True),
    ],
)
def test_evidence_answers_a_requirement(asked, versions, base, version, wanted):
    assert predicates.answers(asked, versions, base, version) is wanted


@pytest.mark.parametrize("uri", predicates.PREDICATES)
def test_every_schema_of_a_type_travels_with_the_program_and_is_useful(uri):
    known = predicates.find(uri)
    assert known.uri == uri == predicates.split(uri)[0]
    assert known.what
    assert known.versions
    for version, name in known.schemas:
        found = predicates.type_of(uri, [version])
        if name is None:
            assert found == DYN
            continue
        assert (ROOT / "schemas" / name).is_file()
        element = found.parameters[0] if known.view else found
        assert (found.name == "list") == known.view
        assert len(element.members) >= 1


def compiled(source, uri, versions=None, schema=None):
    return cel.compile(source, names={"e": predicates.type_of(uri, versions, schema)})


@pytest.mark.parametrize(
    ("source", "uri", "near"),
    [
        ("e.all(f, f.keev)", predicates.FINDINGS, "kev"),
        ("e.all(f, f.vex.claims.all(c, c.isuer == ''))", predicates.VULNS, "issuer"),
        ("e.all(f, f.cvss > 1)", predicates.FINDINGS, None),
        ("e.componentz", predicates.INVENTORY, "components"),
        ("e.components.all(c, c.licenses.size() > 0)", predicates.INVENTORY, "licences"),
        ("e.components.all(c, has(c.purll))", predicates.CYCLONEDX, "purl"),
        ("e.statments", predicates.OPENVEX, "statements"),
        ("e.all(b, b.check.reslt == 'pass')", predicates.BUDGET_CHECK, "result"),
        ("e.verdict.decison", predicates.VERDICT, "decision"),
        ("e.all(w, w.daysleft > 1)", predicates.WAIVERS, "daysLeft"),
        ("e.all(u, u.reson == '')", predicates.UNKNOWNS, "reason"),
        ("e.all(c, c.wheight > 1)", predicates.VEX, "weight"),
    ],
)
def test_a_misspelt_member_is_seen(source, uri, near):
    with pytest.raises(ConfigError) as caught:
        compiled(source, uri)
    assert caught.value.code == "cel-unknown"
    if near:
        assert near in caught.value.remedy


@pytest.mark.parametrize(
    ("source", "uri", "versions"),
    [
        ("e.buildDefinition.externalParameters.workflow.ref == 'x'", predicates.PROVENANCE, ["v1"]),
        ("e.vendor_extension && e.runDetails.builder.id == 'x'", f"{predicates.PROVENANCE}/v1", None),
        ("e.anything.at.all == 1", predicates.PROVENANCE, None),
        ("e.anything.at.all == 1", predicates.PROVENANCE, ["v0.2"]),
        ("e.anything", "https://example.org/of-somebody", None),
        ("e['@graph'].size() > 0", predicates.SPDX, ["3.0.1"]),
        ("e.packages.size() > 0", predicates.SPDX, ["2.3"]),
        ("e.definitions.standards.size() > 0", predicates.CYCLONEDX, None),
        ("e.document.tracking.id != ''", predicates.CSAF, None),
        ("e.all(f, f.cvssDeci > 70 && f.vex.effective in ['affected'])", predicates.FINDINGS, ["v1"]),
    ],
)
def test_what_may_be_there_may_be_asked_for(source, uri, versions):
    assert compiled(source, uri, versions)


def test_only_the_versions_that_are_asked_for_count():
    assert compiled("has(e.definitions)", predicates.CYCLONEDX, ["1.6"])
    with pytest.raises(ConfigError):
        compiled("has(e.definitions)", predicates.CYCLONEDX, ["1.4", "v1.5"])
    assert compiled("e.x", predicates.CYCLONEDX, ["0.9"])  # nothing is known of it
    assert compiled("e.x", f"{predicates.CYCLONEDX}/v1.6", ["1.5"])  # nothing is of both


def test_a_schema_of_its_own_decides():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False}
    assert compiled("e.a > 1", predicates.FINDINGS, None, schema)
    with pytest.raises(ConfigError):
        compiled("e.b", predicates.FINDINGS, None, schema)


def test_scores_of_csaf_are_typed_from_the_files_that_its_schema_refers_to():
    score = predicates.type_of(predicates.CSAF).members["vulnerabilities"].parameters[0].members["scores"]
    cvss = score.parameters[0].members["cvss_v3"]
    assert "baseScore" in cvss.members
    licence = predicates.type_of(predicates.CYCLONEDX, ["1.6"]).members["components"].parameters[0].members
    assert str(licence["licenses"].parameters[0].members["license"].members["id"]) == "string"


def test_a_deferred_value_is_made_once_and_only_if_asked_for():
    made = []

    def make():
        made.append(1)
        return []

    item = Deferred(predicates.VEX, "v1", (), make)
    assert (made, item.predicate_type, item.version, item.sources) == ([], predicates.VEX, "v1", ())
    assert item.value is item.value
    assert made == [1]
    assert item.place("/0") is None
    assert Deferred("x", "", (), make, lambda pointer: pointer).place("/a") == "/a"
