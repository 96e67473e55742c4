"""Required claims: the file, and the check of a statement."""

import json

import pytest

from stella_git.attest.predicates import TYPES
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError
from stella_git.trust.claims import ClaimsPolicy, check_claims
from trust_cases import BUDGET, VERDICT, statement

SAID = {"a": {"b": [0, "x", None, "", [], {}, False]}, "k/e~y": 1, "01": 2, "deep": [[["x"]]]}


def policy(*required, predicates=None, **more):
    rows = predicates or {VERDICT: {"required": list(required), **more}}
    data = json.dumps({"apiVersion": "stella.ops/v1", "kind": "RequiredClaims", "predicates": rows}).encode()
    return ClaimsPolicy.from_bytes(data)


def check(*required, said=SAID, schema_check=None, **more):
    return check_claims(statement(predicate=said), policy(*required, **more), schema_check=schema_check)


MADE = ["/predicate", "/predicate/a/b", "/predicate/a/b/0", "/predicate/a/b/1", "/predicate/a/b/6"]
MADE += ["/predicate/k~1e~0y", "/predicate/01", "/predicate/deep/0/0/0", "/subject/0/digest/gitCommit"]
NOT_MADE = ["/predicate/c", "/predicate/a/b/2", "/predicate/a/b/3", "/predicate/a/b/4", "/predicate/a/b/5"]
NOT_MADE += ["/predicate/a/b/7", "/predicate/a/b/00", "/predicate/a/b/-", "/predicate/a/b/-1", "/"]
NOT_MADE += ["/predicate/k/e~0y", "/predicate/a/b/1/0", "/predicate/a/b/٠", "/predicate/a/b/99999999"]


@pytest.mark.parametrize("pointer", MADE)
def test_a_claim_that_is_made_passes(pointer):
    found = check(pointer)

    assert (found.name, found.status) == ("claims", "passed")


@pytest.mark.parametrize("pointer", NOT_MADE)
def test_a_claim_that_is_absent_or_empty_is_missing(pointer):
    found = check("/predicate/a", pointer)

    assert (found.status, found.code) == ("failed", "CLAIM_MISSING")
    assert ascii(pointer)[1:-1] in found.detail
    assert "/predicate/a," not in found.detail
    assert found.remedy


def test_many_missing_claims_are_counted():
    found = check(*(f"/no/{index}" for index in range(7)))

    assert found.detail.endswith("/no/4 and 2 more")


def test_a_type_that_is_not_listed_owes_nothing():
    assert check_claims(statement(BUDGET), policy("/no")).status == "skipped"


def test_every_spelling_of_a_type_is_the_same():
    spelled = policy(predicates={"stella.ops/verdict@v1": {"required": ["/no"]}})

    assert [one.predicate_type for one in spelled.requirements] == [VERDICT]
    assert spelled.of(VERDICT) == spelled.of("stella.ops/verdict@v1")
    assert check_claims(statement(VERDICT), spelled).code == "CLAIM_MISSING"


def test_a_schema_decides_after_the_claims():
    asked = []

    def refuse(schema, value):
        asked.append((schema, value))
        return "/a: does not satisfy type"

    found = check("/predicate/a", schema={"type": "object"}, schema_check=refuse)
    assert (found.status, found.code, found.detail) == (
        "failed",
        "CLAIM_INVALID",
        "/a: does not satisfy type",
    )
    assert asked == [({"type": "object"}, SAID)]
    assert check("/no", schema="x.json", schema_check=refuse).code == "CLAIM_MISSING"
    assert len(asked) == 1


def test_a_schema_that_holds_passes_and_one_that_nobody_can_check_does_not():
    assert check(schema="a/b.json", schema_check=lambda schema, value: None).status == "passed"
    assert check(schema="a/b.json").code == "CLAIM_INVALID"


def test_the_policy_knows_its_digest():
    data = b'{"apiVersion":"stella.ops/v1","kind":"RequiredClaims","predicates":{}}'

    assert ClaimsPolicy.from_bytes(data).digest == sha256(data)
    assert ClaimsPolicy.from_bytes(data).of(TYPES["verdict"]) is None


@pytest.mark.parametrize(
    ("predicates", "code", "pointer"),
    [
        ([], "claims-value", "/predicates"),
        ({"": {"required": []}}, "claims-value", "/predicates/"),
        ({"a/b~": []}, "claims-value", "/predicates/a~1b~0"),
        ({"a": {}}, "claims-value", "/predicates/a/required"),
        ({"a": {"required": ["x"]}}, "claims-value", "/predicates/a/required/0"),
        ({"a": {"required": ["/~2"]}}, "claims-value", "/predicates/a/required/0"),
        ({"a": {"required": [1]}}, "claims-value", "/predicates/a/required/0"),
        ({"a": {"required": ["/x"] * 257}}, "claims-value", "/predicates/a/required"),
        ({"a": {"required": [], "schema": 1}}, "claims-value", "/predicates/a/schema"),
        ({"a": {"required": [], "schema": "/x"}}, "claims-value", "/predicates/a/schema"),
        ({"a": {"required": [], "schema": "a/../b"}}, "claims-value", "/predicates/a/schema"),
        ({"a": {"required": [], "optional": []}}, "claims-unknown-member", "/predicates/a/optional"),
    ],
)
def test_a_claims_file_with_a_mistake_is_refused_with_its_place(predicates, code, pointer):
    data = json.dumps(
        {"apiVersion": "stella.ops/v1", "kind": "RequiredClaims", "predicates": predicates}
    ).encode()
    with pytest.raises(ConfigError) as caught:
        ClaimsPolicy.from_bytes(data, path="claims.json")

    assert (caught.value.code, caught.value.where.pointer) == (code, pointer)
    assert caught.value.where.path == "claims.json"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"apiVersion":"stella.ops/v2","kind":"RequiredClaims","predicates":{}}']
)
def test_what_is_no_claims_file_is_refused(data):
    with pytest.raises(ConfigError) as caught:
        ClaimsPolicy.from_bytes(data)
    assert caught.value.where.path == "stella.claims.json"


def test_one_type_under_two_spellings_is_refused():
    other = "stella.ops/verdict@v1"
    with pytest.raises(ConfigError) as caught:
        policy(predicates={VERDICT: {"required": []}, other: {"required": []}})
    assert caught.value.code == "claims-value"
