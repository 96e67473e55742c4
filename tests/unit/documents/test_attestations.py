import base64
import json
import time

import pytest

from documents_cases import bom, data, vex
from stella_git.documents.settings import Settings
from stella_git.documents.validate import admit, validate

SUBJECT = [{"name": "shop.tar.gz", "digest": {"sha256": "ab" * 32}}]


def statement(**members):
    value = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": SUBJECT,
        "predicateType": "https://in-toto.io/attestation/release/v0.1",
        "predicate": {},
    }
    return {**value, **members}


def envelope(payload, **members):
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    value = {
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64.b64encode(raw).decode(),
        "signatures": [{"sig": "c2ln"}],
    }
    return {**value, **members}


def problems(value, **options):
    content = value if isinstance(value, bytes) else data(value)
    return [(each.rule, each.pointer) for each in validate(content, path="x", **options).problems]


def test_a_statement_an_envelope_and_lines_of_both():
    assert problems(statement()) == problems(envelope(statement())) == []
    both = json.dumps(statement()) + "\n\n" + json.dumps(envelope(statement())) + "\n"
    assert problems(both.encode()) == []


def test_every_defect_of_an_envelope_is_told_at_once():
    found = problems({"payload": 1, "payloadType": "", "signatures": [{"sig": ""}, {}]})
    assert {("K-type", "/payload"), ("K-minLength", "/payloadType"), ("K-required", "/signatures/1")} <= set(
        found
    )


@pytest.mark.parametrize(
    ("uri", "predicate", "wanted"),
    [
        ("https://cyclonedx.org/bom", bom(), []),
        ("https://openvex.dev/ns/v0.2.0", vex(), []),
        ("https://cyclonedx.org/bom", bom(zzz=1), [("K-additionalProperties", "/predicate/zzz")]),
        (
            "https://cyclonedx.org/bom",
            bom(dependencies=[{"ref": "x"}]),
            [("C003", "/predicate/dependencies/0/ref")],
        ),
        ("https://cyclonedx.org/bom", vex(), [("A006", "/predicate")]),
        ("https://cyclonedx.org/bom", {}, [("A006", "/predicate")]),
        ("https://cyclonedx.org/bom", bom(specVersion="1.2"), [("D002", "/predicate")]),
        ("https://slsa.dev/provenance/v1", {}, [("A006", "/predicate")]),
        ("https://slsa.dev/provenance/v2", {}, [("A005", "/predicateType")]),
    ],
)
def test_the_predicate_is_what_its_type_says(uri, predicate, wanted):
    value = statement(predicateType=uri, predicate=predicate)
    assert problems(value) == wanted
    inner = validate(data(envelope(value)), path="x").problems
    assert [each.rule for each in inner] == [rule for rule, _ in wanted]
    assert {each.pointer for each in inner} <= {"/payload"}
    for each, (_, pointer) in zip(inner, wanted, strict=True):
        assert f"in the payload, at {pointer}: " in each.message


def test_pointers_of_a_reader_lead_into_the_predicate():
    value = {"buildDefinition": {"buildType": "x"}, "runDetails": {"builder": {"id": "x"}}}
    found = problems(statement(predicateType="https://slsa.dev/provenance/v1", predicate=value))
    assert found == [("A006", "/predicate/buildDefinition")]


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b'{"a": 1, "a": 2}', b"\xff", b"[]", b'"x"', data(bom()), b"[" * 100],
)
def test_a_payload_that_is_no_statement(payload):
    assert problems(envelope(payload)) == [("A002", "/payload")]


def test_a_payload_of_another_type_is_not_looked_into():
    assert problems(envelope(b"{", payloadType="text/plain")) == [("A005", "/payload")]


def test_no_file_of_settings_makes_an_attestation_better():
    value = statement(predicateType="https://cyclonedx.org/bom", predicate=bom(dependencies=[{"ref": "x"}]))
    settings = Settings(severities={"C003": "off"})
    assert problems(value, settings=settings) == [("C003", "/predicate/dependencies/0/ref")]


def test_an_attestation_is_no_evidence_by_itself():
    for role in ("sbom", "vex", "findings"):
        assert not admit(data(statement()), path="x", expect=frozenset({role})).ok


def test_lines_are_reported_at_their_lines():
    bad = json.dumps(statement(subject=[]))
    content = "\n".join([json.dumps(statement()), bad, '{"broken": ', json.dumps(bom())])
    found = validate(content.encode(), path="x.jsonl", expect=frozenset({"attestation"}))
    assert [(each.line, each.rule) for each in found.problems] == [
        (2, "A003"),
        (2, "K-minItems"),
        (3, "J000"),
        (4, "D003"),
    ]


@pytest.mark.parametrize("content", [b"{} {}", b"\n1\n2\n", data(bom()) + data(bom()), b'{"a":1}\n{"a":1}\n'])
def test_other_values_in_a_row_are_broken_json(content):
    assert {rule for rule, _ in problems(content)} == {"J000"}


def test_a_verdict_and_a_budget_check_stand_alone(tmp_path):
    from attest_cases import verdict_predicate

    value = verdict_predicate()
    assert problems(value) == []
    assert problems({**value, "verdictId": "verdict:sha256:" + "0" * 64}) == [("A007", "/verdictId")]
    check = json.loads(
        (__import__("pathlib").Path(__file__).parents[2] / "vectors/budget/budget_check.json").read_bytes()
    )
    assert problems(check) == []
    check["checkId"] = "budget:sha256:" + "0" * 64
    assert problems(check) == [("A007", "/checkId")]


POLICY = b"apiVersion: stella.ops/v1\nkind: Trust\nmetadata: {}\nspec:\n  classses: {}\n"


def test_a_policy_file_in_yaml_has_places():
    found = validate(POLICY, path="trust.yaml")
    assert found.format.title == "stella document stella.ops/v1 Trust"
    assert [(each.rule, each.line, each.column) for each in found.problems if "classses" in each.message] == [
        ("K-additionalProperties", 5, 13)
    ]


def test_yaml_that_is_not_strict_and_yaml_of_an_unknown_kind():
    assert problems(POLICY + b"x: &a 1\n") == [("Y001", "")]
    assert problems(b"apiVersion: stella.ops/v1\nkind: Nothing\n") == [("D002", "/kind")]
    assert problems(b"hello: world\n") == [("J000", "")]
    assert problems(POLICY, expect=frozenset({"sbom"})) == [("D003", "")]


def test_millions_of_lines_are_given_up_in_time():
    content = json.dumps(statement()).encode() + b"\n{}" * 2_000_000
    before = time.process_time()
    found = validate(content, path="x.jsonl", expect=frozenset({"attestation"}))
    assert found.problems[-1].rule == "D004"
    assert not found.ok
    assert time.process_time() - before < 20  # to look at all of them takes minutes
