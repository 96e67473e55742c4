"""Evidence for policies: budgets, bundles, large documents, and what is rarely met."""

import json

import pytest

from attest_cases import budget_check, verdict_predicate
from budget_cases import document
from csaf_cases import csaf
from growth_cases import grows_in_proportion
from policyevidence_cases import (
    PROVENANCE_V1,
    attested,
    bom,
    data,
    findings,
    offered,
    only,
    provenance,
    require_schema,
    ring,
    row,
    statement,
)
from sigstore_ca import IDENTITY, ISSUER
from sigstore_cases import WORLD
from sigstore_world import ARTIFACT, to_bytes
from spdx_cases import spdx3
from stella_git.budget import Budget
from stella_git.canon.reader import parse_json
from stella_git.documents import inventory
from stella_git.errors import InputError
from stella_git.flows.policyevidence import offered as policyevidence
from stella_git.flows.policyevidence.inventory import InventoryView
from stella_git.flows.policyevidence.offered import of_document
from stella_git.flows.policyevidence.places import Places
from stella_git.policy import predicates
from stella_git.trust import roots
from stella_git.trust.keyring import IdentityEntry
from trust_cases import entry, payload
from verify_cases import NOW

TYPE = "https://example.org/predicate/v1"
ROOT = roots.from_file(to_bytes(WORLD.trusted_root()), "ours")


def budget(name, **spec):
    body = document(**spec)
    body["metadata"]["id"] = name
    return Budget.from_bytes(json.dumps(body).encode(), path=f"{name}.json")


def test_budgets_are_checked_over_what_the_files_say():
    budgets = (budget("z", limits={"findings": {"total": 0}}), budget("a", environments=["dev"]))
    found = offered(("f.json", findings(row())), ("c.json", budget_check()), budgets=budgets)
    item = only(found, predicates.BUDGET_CHECK)
    (check,) = item.value
    require_schema("budget-check.v1", check)
    assert (check["check"]["budget"]["id"], check["check"]["result"]) == ("z", "fail")
    assert item.sources == ()


def test_given_budget_checks_count_where_there_is_no_budget():
    signed = attested(f"{predicates.BUDGET_CHECK}/v1", budget_check())
    found = offered(("c.json", budget_check()), ("d.json", signed))
    item = only(found, predicates.BUDGET_CHECK)
    assert item.value == [budget_check()] * 2
    assert {str(source.made) for source in item.sources} == {budget_check()["check"]["asOf"]}
    places = {item.place(f"/{index}/check/result").pointer for index in range(2)}
    assert places == {"/check/result", "/payload"}
    assert item.place("/2") is item.place("") is None
    (alone,) = of_document("c.json", data(budget_check()))
    assert alone.value == [budget_check()]
    assert alone.place("/0/check").pointer == "/check"


def test_a_verdict_is_its_predicate():
    (item,) = of_document("v.json", data(verdict_predicate()))
    assert (item.predicate_type, item.version) == (predicates.VERDICT, "v1")
    require_schema("verdict-predicate.v1", item.value)
    assert str(item.sources[0].made) == item.value["verdict"]["context"]["asOf"]
    with pytest.raises(InputError) as caught:
        of_document("v.json", data({**verdict_predicate(), "verdictId": "verdict:sha256:" + "0" * 64}))
    assert caught.value.code == "VERDICT_ID"
    assert caught.value.where.line is not None


def identity_ring(**changes):
    person = IdentityEntry(name="release", issuer=ISSUER, roles=(TYPE,), subject=IDENTITY)
    return payload(
        entry("ada"), **({"identities": (person,), "trusted_roots": (ROOT.root.digest,)} | changes)
    )


def test_a_bundle_is_signed_by_an_identity_at_a_proved_time():
    content = to_bytes(WORLD.bundle())
    (item,) = offered(("b.json", content), keyring=identity_ring(), roots=(ROOT,), as_of=NOW)[
        "https://example.org/predicate"
    ]
    (source,) = item.sources
    assert [(signer.name, signer.roles) for signer in source.signers] == [("identity:release", (TYPE,))]
    assert source.made is not None
    assert source.made <= NOW
    assert item.place("/x").pointer == "/dsseEnvelope/payload"
    (unknown,) = offered(("b.json", content), keyring=identity_ring(), as_of=NOW)[
        "https://example.org/predicate"
    ]
    assert unknown.sources[0].signers == ()


def test_a_bundle_over_an_artifact_states_nothing():
    with pytest.raises(InputError) as caught:
        of_document("b.json", to_bytes(WORLD.bundle(message=ARTIFACT)))
    assert caught.value.code == "policy-evidence-payload"
    assert caught.value.where.path == "b.json"


def test_csaf_of_another_profile_claims_nothing():
    found = offered(("c.json", csaf("csaf_security_advisory")), ("f.json", findings(row())))
    assert only(found, predicates.CSAF).value["document"]["category"] == "csaf_security_advisory"
    assert only(found, predicates.FINDINGS).value[0]["vex"]["claims"] == []


def test_links_say_whether_they_are_all():
    content = bom(
        dependencies=[{"ref": "app", "dependsOn": ["left"]}],
        compositions=[{"aggregate": "complete", "dependencies": ["app"]}],
    )
    (link,) = only(offered(("s.json", content)), predicates.INVENTORY).value["links"]
    assert link == {"source": "app", "kind": "depends-on", "target": "left", "complete": True}
    _, item = of_document("s.json", data(spdx3()))
    for value in item.value["links"]:
        assert (
            {"source", "kind", "target"} <= value.keys() <= {"source", "kind", "target", "complete", "scope"}
        )


def test_places_of_bytes_that_are_more_than_one_value():
    places = Places("x", b'{"a": [1, 2]} more', {"a": [1, 2]})
    assert str(places.where("/a/1")) == "x:1:11 /a/1"
    assert str(Places("x", b"1", 1).where("/a")) == "x:1:1"


def large(count):
    """Return the bytes of an SBOM with so many components."""
    parts = [
        {
            "type": "library",
            "bom-ref": f"p{number}",
            "name": f"p{number}",
            "version": "1",
            "purl": f"pkg:npm/p{number}@1",
            "hashes": [{"alg": "SHA-256", "content": f"{number:064x}"}],
            "properties": [{"name": "x", "value": "y" * 400}],
        }
        for number in range(count)
    ]
    links = [{"ref": f"p{number}", "dependsOn": [f"p{number // 2}"]} for number in range(1, count)]
    return data(bom(components=parts, dependencies=links))


def test_an_sbom_is_looked_into_once_and_only_if_a_policy_asks(monkeypatch):
    reads = []

    def reading(value, form):
        reads.append(form.kind)
        return inventory.Inventory(kind=form.kind, version=form.version)

    monkeypatch.setattr(policyevidence.inventory, "read", reading)
    _, item = of_document("s.json", data(bom()))
    assert reads == []
    assert item.value is item.value
    assert reads == ["cyclonedx"]


def test_the_inventory_of_a_large_sbom_takes_work_in_proportion():
    def make(count):
        _, item = of_document("s.json", large(count))
        return item

    def look(item):
        return InventoryView(item._make.__self__._read, item.place).value()

    grows_in_proportion(look, make, 200)


def ask_everywhere(content):
    value = parse_json(content)
    places = Places("s.json", content, value)
    for number in range(len(value["components"])):
        assert places.where(f"/components/{number}/hashes/0/content").line


def test_places_of_many_components_cost_one_look():
    grows_in_proportion(ask_everywhere, large, 100)


def test_places_deep_inside_of_a_nested_component_cost_one_look():
    def nested(count):
        inside = [{"type": "file", "name": f"f{number}"} for number in range(count)]
        return data(bom(components=[{"type": "library", "name": "l", "components": inside}]))

    def ask(content):
        value = parse_json(content)
        places = Places("s.json", content, value)
        for number in range(len(value["components"][0]["components"])):
            assert places.where(f"/components/0/components/{number}/name").column

    grows_in_proportion(ask, nested, 200)


def test_provenance_of_an_older_version_is_taken_as_it_is():
    (item,) = of_document("p.json", statement("https://slsa.dev/provenance/v0.2", {"any": [1]}).to_bytes())
    assert (item.version, item.value) == ("v0.2", {"any": [1]})


def test_subjects_are_there_with_their_digests():
    item = only(
        offered(("p.json", attested(PROVENANCE_V1, provenance())), keyring=ring()), predicates.PROVENANCE
    )
    shown = item.sources[0].to_json()
    assert [subject["digest"].keys() for subject in shown["subjects"]] == [
        {"gitCommit"},
        {"gitTree"},
        {"gitTree"},
    ]
    json.dumps(shown)
