"""Required claims: checked before anything is signed, and again when it is verified."""

import json

import pytest

from flows_cases import story
from stella_git import config
from stella_git.canon.clock import SystemClock
from stella_git.flows.standing import Demand
from stella_git.flows.verifier import Verifier
from stella_git.flows.workspace import open_workspace

VERDICT = "https://stella.ops/attestation/verdict/v1"


def claims(**row):
    document = {"apiVersion": "stella.ops/v1", "kind": "RequiredClaims", "predicates": {VERDICT: row}}
    return {"stella.claims.json": document}


def test_a_missing_claim_is_an_error_and_nothing_is_signed(tmp_path):
    place = story(tmp_path / "a")
    place.commit(claims(required=["/predicate/run/ticket"]))

    said = place.run("attest", "create", expect=1)
    assert "CLAIM_MISSING" in said
    assert "/predicate/run/ticket" in said
    assert place.note_refs() == []
    last = json.loads((place.path / ".git/stella/audit.jsonl").read_text().splitlines()[-1])
    assert (last["operation"], last["outcome"], last["code"]) == ("attest.create", "failed", "CLAIM_MISSING")


def test_what_is_claimed_is_signed_and_verified(tmp_path):
    place = story(tmp_path / "a")
    schema = {"type": "object", "required": ["run"], "properties": {"run": {"$ref": "#/$defs/run"}}}
    schema["$defs"] = {"run": {"type": "object", "required": ["tool"]}}
    row = claims(required=["/predicate/run/startedOn"], schema="policies/x.json")
    place.commit(row | {"policies/x.json": schema})

    place.attest()
    place.verify("--recompute")
    demand = Demand(recompute=False, now=SystemClock().now())
    with config.use_environment(place.environment()), open_workspace(place.path) as workspace:
        (candidate,) = Verifier(workspace, demand).verify(workspace.commit("HEAD")).candidates
    assert [check.status for check in candidate.checks if check.name == "claims"] == ["passed"]


def test_a_claim_that_is_required_since_refuses_what_does_not_make_it(tmp_path):
    place = story(tmp_path / "a")
    place.attest()
    old = place.git("rev-parse", "HEAD")
    place.commit(claims(required=["/predicate/run/ticket"]))

    assert place.standing(old) == "CLAIM_MISSING"
    (place.path / "stella.claims.json").unlink()
    place.commit(claims(required=[], schema={"type": "object", "maxProperties": 1}))
    assert place.standing(old) == "CLAIM_INVALID"
    assert "CLAIM_INVALID" in place.run("attest", "create", old, expect=1)


def test_claims_come_from_the_trusted_revision(tmp_path):
    place = story(tmp_path / "a")
    place.git("checkout", "--quiet", "-b", "feature")
    place.commit(claims(required=["/predicate/run/ticket"]))

    place.attest()


@pytest.mark.parametrize(
    "row",
    [
        {"required": [], "schema": "gone.json"},
        {"required": [], "schema": "stella.toml"},
        {"required": [], "schema": {"$ref": "https://example.org/x"}},
        {"required": ["x"]},
    ],
)
def test_a_claims_file_that_cannot_be_used_stops_signing(tmp_path, row):
    place = story(tmp_path / "a")
    place.commit(claims(**row))

    place.run("attest", "create", expect=2)
    assert place.note_refs() == []


def test_config_check_reads_the_claims_file(tmp_path):
    place = story(tmp_path / "a")
    place.write(claims(required=["/predicate"]))
    assert "stella.claims.json" in place.run("config", "check")
    place.write(claims(required=["predicate"]))
    assert "claims-value" in place.run("config", "check", expect=2)
