"""Files of the kind Test become cases."""

import json

import pytest

from policytest_cases import LIST, NoDocuments, given, suite_of
from stella_git.canon.clock import parse_rfc3339
from stella_git.errors import ConfigError
from stella_git.policy import load
from stella_git.policy.evidence import Given, Signer
from stella_git.policy.testing.cases import suite


def case(**row):
    return suite_of(row).cases[0]


def test_what_a_case_does_not_say_has_a_default():
    found = case()
    assert (found.context.environment, found.context.stage) == ("test", "ci")
    assert str(found.context.as_of) == "2026-01-01T00:00:00Z"
    assert (found.context.ref, found.context.subject, found.mode, found.dated) == (None, None, None, False)
    assert found.evidence == ()


def test_the_context_of_a_case_goes_before_that_of_its_file():
    found = suite_of(
        {"context": {"stage": "release", "ref": "refs/heads/main"}},
        {"context": {"asOf": "2026-03-01T00:00:00Z"}},
        context={"stage": "ci", "environment": "prod"},
    )
    first, second = found.cases
    assert (first.context.stage, first.context.environment, first.context.ref) == (
        "release",
        "prod",
        "refs/heads/main",
    )
    assert (first.dated, second.dated) == (False, True)
    assert second.context.as_of == parse_rfc3339("2026-03-01T00:00:00Z")


def test_a_time_of_the_file_dates_its_cases():
    assert suite_of({}, context={"asOf": "2026-03-01T00:00:00Z"}).cases[0].dated


def test_paths_are_relative_to_the_file():
    found = suite_of({"waivers": ["w.yaml", "../waivers/w.yaml"]})
    assert found.policy == "policies/p.yaml"
    assert found.cases[0].waivers == ("policies/tests/w.yaml", "policies/waivers/w.yaml")


def test_evidence_has_its_version_apart_and_knows_where_it_stands():
    found = case(evidence=[given([{"a": 1}], f"{LIST}/v1.2", made="2026-01-01T00:00:00Z")])
    (piece,) = found.evidence
    assert (piece.predicate_type, piece.version, piece.value) == (LIST, "v1.2", [{"a": 1}])
    assert piece.sources[0].predicate_type == f"{LIST}/v1.2"
    assert str(piece.sources[0].made) == "2026-01-01T00:00:00Z"
    assert piece.place("/0/a").pointer == "/spec/cases/0/evidence/0/value/0/a"


def test_signers_are_named_like_those_of_the_keyring_and_sorted():
    signers = ["z", {"name": "identity:b", "roles": ["y", "x"]}, "key:a"]
    (piece,) = case(evidence=[given([], signers=signers)]).evidence
    assert piece.sources[0].signers == (
        Signer(name="identity:b", roles=("x", "y")),
        Signer(name="key:a"),
        Signer(name="key:z"),
    )


def test_evidence_that_says_the_same_has_the_same_digest_in_any_order_of_members():
    one, other, third = suite_of(
        {"evidence": [given({"a": 1, "b": [1.5, None]})]},
        {"evidence": [given({"b": [1.5, None], "a": 1})]},
        {"evidence": [given({"b": [None, 1.5], "a": 1})]},
    ).cases
    assert one.evidence[0].sources[0].digest == other.evidence[0].sources[0].digest
    assert one.evidence[0].sources[0].digest != third.evidence[0].sources[0].digest


def test_a_document_is_evidence_of_whatever_it_is():
    class Documents:
        def evidence(self, files, context):
            (file,) = files
            assert (file.path, file.where.pointer) == (
                "policies/docs/bom.json",
                "/spec/cases/0/evidence/1/file",
            )
            assert (file.signers, str(file.made)) == ((Signer(name="key:ci"),), "2026-01-01T00:00:00Z")
            assert context.stage == "ci"
            return Given(predicate_type="a", value=1), Given(predicate_type="b", value=2)

    row = {"file": "../docs/bom.json", "signers": ["ci"], "made": "2026-01-01T00:00:00Z"}
    document = {
        "apiVersion": "stella.ops/v1",
        "kind": "Test",
        "metadata": {"id": "p"},
        "spec": {
            "policy": "../p.yaml",
            "cases": [{"name": "a", "evidence": [given(0), row], "expect": {"decision": "pass"}}],
        },
    }
    file = load.read(json.dumps(document).encode(), path="policies/tests/p.test.yaml")
    (found,) = suite(file, Documents()).cases
    assert [piece.predicate_type for piece in found.evidence] == [LIST, "a", "b"]


def test_expectations_are_read_short_and_long():
    violations = [{"key": 1, "params": {"a": 2}}, {"message": "m", "fp": "vfp:0"}]
    found = case(
        expect={
            "rules": {
                "b": "fail",
                "a": {"status": "error", "error": "cel-fuel"},
                "c": {"status": "fail", "violations": violations},
            }
        }
    )
    assert list(found.rules) == ["a", "b", "c"]
    assert (found.rules["b"].status, found.rules["b"].violations) == ("fail", None)
    assert found.rules["a"].error == "cel-fuel"
    first, second = found.rules["c"].violations
    assert (first.key, first.params, first.pointer) == (
        1,
        {"a": 2},
        "/spec/cases/0/expect/rules/c/violations/0",
    )
    assert (second.message, second.fp, second.key) == ("m", "vfp:0", None)


@pytest.mark.parametrize(
    ("rows", "code", "pointer"),
    [
        ([{"name": "a"}, {"name": "a"}], "policy-test-twice", "/spec/cases/1/name"),
        ([{"context": {"asOf": "2026-02-30T00:00:00Z"}}], "policy-instant", "/spec/cases/0"),
        (
            [{"evidence": [given([], made="2026-02-30T00:00:00Z")]}],
            "policy-instant",
            "/spec/cases/0/evidence/0/made",
        ),
        ([{"waivers": ["../../../w.yaml"]}], "policy-path", "/spec/cases/0/waivers/0"),
        ([{"waivers": ["/w.yaml"]}], "policy-path", "/spec/cases/0/waivers/0"),
    ],
)
def test_what_no_schema_can_say_is_refused_with_its_place(rows, code, pointer):
    with pytest.raises(ConfigError) as caught:
        suite_of(*rows)
    assert (caught.value.code, caught.value.where.pointer) == (code, pointer)
    assert caught.value.where.path == "policies/tests/p.test.yaml"
    assert caught.value.remedy


def test_a_file_of_another_kind_is_refused():
    document = {
        "apiVersion": "stella.ops/v1",
        "kind": "Policy",
        "metadata": {"id": "p", "revision": 1, "title": "P", "owner": "team:a", "severity": "high"},
        "spec": {"mode": "deny", "rules": [{"id": "r", "assert": "true", "violation": {"message": "m"}}]},
    }
    with pytest.raises(ConfigError, match="kind 'Policy'") as caught:
        suite(load.read(json.dumps(document).encode(), path="p.yaml"), NoDocuments())
    assert caught.value.code == "policy-kind"
