import copy
import json
from collections.abc import Hashable
from pathlib import Path

import pytest

from stella_git.canon.clock import Instant
from stella_git.errors import InputError
from stella_git.verdict.model import Evidence, Subject, Verdict, verdict_id
from verdict_cases import AS_OF, DIGEST, TWIN

VECTOR = json.loads((Path(__file__).parents[2] / "vectors" / "verdict" / "verdict.json").read_bytes())


def edited(pointer, value=None, *, drop=False):
    document = copy.deepcopy(VECTOR)
    *parents, leaf = pointer.split("/")[1:]
    node = document
    for token in parents:
        node = node[int(token) if isinstance(node, list) else token]
    if drop:
        del node[leaf]
    elif isinstance(node, list):
        node.insert(int(leaf), value)
    else:
        node[leaf] = value
    return document


INPUT = VECTOR["inputs"][0]


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        (edited("/extra", 1), "member-unknown", "/extra"),
        (edited("/inputs/0/extra", 1), "member-unknown", "/inputs/0/extra"),
        (edited("/trust", drop=True), "member-missing", ""),
        (edited("/semantics", "verdict/2"), "value-enum", "/semantics"),
        (edited("/canon", "json"), "value-enum", "/canon"),
        (edited("/decision", "maybe"), "value-enum", "/decision"),
        (edited("/subject", []), "array-too-short", "/subject"),
        (edited("/subject/0/digest", {}), "object-empty", "/subject/0/digest"),
        (edited("/subject/0/digest/sha256", "ABC"), "value-pattern", "/subject/0/digest/sha256"),
        (edited("/trust/digest", "sha256:" + "D" * 64), "value-pattern", "/trust/digest"),
        (edited("/context/asOf", "2026-11-20T00:00:00.5Z"), "value-pattern", "/context/asOf"),
        (edited("/context/asOf", "2026-11-31T00:00:00Z"), "value-instant", "/context/asOf"),
        (edited("/context/params", {}), "object-empty", "/context/params"),
        (edited("/context/params", {"x": 0.5}), "value-type", "/context/params/x"),
        (edited("/context/params", []), "value-type", "/context/params"),
        (edited("/policySet/policies/0/revision", 3.0), "value-type", "/policySet/policies/0/revision"),
        (edited("/policySet/policies/0/mode", "of"), "value-enum", "/policySet/policies/0/mode"),
        (
            edited("/results/0/violations/0/params/id", None),
            "value-type",
            "/results/0/violations/0/params/id",
        ),
        (edited("/inputs/0/signers", ["b", "a"]), "array-unsorted", "/inputs/0/signers/1"),
        (edited("/inputs/0", INPUT), "array-duplicate", "/inputs/1"),
        (edited("/inputs/1", {**INPUT, "digest": DIGEST}), "array-unsorted", "/inputs/1"),
        (edited("/waivers/0/applied", ["fp:2", "fp:1"]), "array-unsorted", "/waivers/0/applied/1"),
        ([], "value-type", ""),
    ],
)
def test_refusals_say_what_and_where(document, code, pointer):
    with pytest.raises(InputError) as caught:
        Verdict.from_json(document, path="v.json")
    error = caught.value
    assert (error.code, error.where.pointer, error.where.path) == (code, pointer, "v.json")


def test_strings_are_sorted_by_utf16_code_units():
    # U+1F600 is D83D DE00 in UTF-16, below U+FF61; by code points it is above
    good = edited("/inputs/0/signers", ["\U0001f600", "\uff61"])
    assert Verdict.from_json(good).to_json() == good
    with pytest.raises(InputError):
        Verdict.from_json(edited("/inputs/0/signers", ["\uff61", "\U0001f600"]))


def test_empty_signers_are_not_absent_signers():
    for document in (edited("/inputs/0/signers", []), edited("/inputs/0/signers", drop=True)):
        assert Verdict.from_json(document).to_json() == document
    assert verdict_id(edited("/inputs/0/signers", [])) != verdict_id(edited("/inputs/0/signers", drop=True))


def test_bytes_may_have_any_white_space():
    data = json.dumps(VECTOR, indent=3).encode()
    assert Verdict.from_bytes(data).verdict_id == verdict_id(VECTOR)
    with pytest.raises(InputError):
        Verdict.from_bytes(b"{", path="v.json")


def make(**members):
    row = {
        "subject": (Subject(name="r", digest={"gitTree": TWIN}),),
        "environment": "prod",
        "stage": "ci",
        "as_of": AS_OF,
        "policy_set_digest": DIGEST,
        "trust_digest": DIGEST,
        "decision": "pass",
    }
    return Verdict(**{**row, **members})


def test_writing_puts_every_array_in_order_and_drops_duplicates():
    one = {
        "policy": "p",
        "rule": "a",
        "status": "fail",
        "violations": [{"fp": "b", "code": "c", "params": {}}, {"fp": "a", "code": "c", "params": {}}],
    }
    two = {"policy": "p", "rule": "a", "status": "error", "violations": []}
    inputs = tuple(
        Evidence(role="r", digest=DIGEST, signers=signers) for signers in (("b", "a"), ("a", "b", "a"), ())
    )
    waiver = {"id": "W", "digest": DIGEST, "applied": ["fp:2", "fp:1", "fp:2"]}
    got = make(results=(one, two, one), inputs=inputs, waivers=(waiver,)).to_json()
    assert [row["status"] for row in got["results"]] == ["error", "fail"]
    assert [row["fp"] for row in got["results"][1]["violations"]] == ["a", "b"]
    assert [row["signers"] for row in got["inputs"]] == [["a", "b"], []]
    assert got["waivers"][0]["applied"] == ["fp:1", "fp:2"]
    assert Verdict.from_json(got).to_json() == got
    assert one["violations"][0]["fp"] == "b"  # the caller's row is as it was


def test_writing_refuses_what_the_schema_does():
    with pytest.raises(InputError) as caught:
        make(results=({"policy": "p"},)).to_json()
    assert (caught.value.code, caught.value.where.pointer) == ("member-missing", "/results/0")


def test_a_fraction_of_a_second_is_dropped():
    assert make(as_of=Instant(AS_OF.seconds, 1)).verdict_id == make().verdict_id


def test_what_holds_mappings_does_not_claim_to_be_hashable():
    assert not isinstance(make(), Hashable)
    assert not isinstance(make().subject[0], Hashable)


def test_an_id_covers_every_member():
    changed = [
        make(environment="dev"),
        make(stage="audit"),
        make(as_of=Instant(0)),
        make(params={"a": 1}),
        make(policy_set_digest="sha256:" + "0" * 64),
        make(trust_digest="sha256:" + "0" * 64),
        make(decision="fail"),
        make(subject=(Subject(name="s", digest={"gitTree": TWIN}),)),
    ]
    assert len({make().verdict_id, *(one.verdict_id for one in changed)}) == len(changed) + 1
