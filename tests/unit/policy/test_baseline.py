"""Baselines: what they excuse, what never, and what they refuse to be read from."""

import json

import pytest

from policyreport_cases import (
    BROKEN,
    ELSEWHERE,
    FINDINGS,
    MISSING,
    NO_KEV,
    findings,
    fp,
    only,
    ran,
    rules,
)
from stella_git.errors import ConfigError
from stella_git.policy import baseline
from stella_git.policy.baseline import Entry

ONE = Entry(fp=fp("vuln.no-kev/kev", "CVE-2026-0001"), policy="vuln.no-kev", rule="kev")
TWO = Entry(fp=fp("vuln.no-kev/kev", "CVE-2026-0002"), policy="vuln.no-kev", rule="kev")


def test_a_baseline_holds_what_counts_now():
    found = baseline.entries(ran())
    assert ONE in found
    assert TWO not in found  # waived
    assert {entry.policy for entry in found} == {"vuln.no-kev", "vuln.later"}  # not what is recorded alone
    assert list(found) == sorted(found, key=lambda entry: entry.order)


def test_what_is_in_a_baseline_does_not_count():
    run = ran()
    assert run.decision == "fail"
    assert baseline.compare(run, (ONE,)).decision == "warn"
    assert baseline.compare(run, baseline.entries(run)).decision == "pass"


def test_a_new_violation_counts():
    before = baseline.entries(ran(only(NO_KEV), [findings(FINDINGS[:1])]))
    assert baseline.compare(ran(only(NO_KEV), [findings(FINDINGS[:1])]), before).decision == "pass"
    assert baseline.compare(ran(only(NO_KEV)), before).decision == "fail"


def test_an_error_always_counts():
    run = ran(rules(policies__broken=BROKEN))
    assert baseline.compare(run, baseline.entries(run)).decision == "error"
    nothing = ran(only(ELSEWHERE))
    assert baseline.compare(nothing, ()).decision == "error"


def test_missing_evidence_always_counts():
    run = ran(only(MISSING))
    (violation,) = run.results[0].violations
    assert baseline.entries(run) == ()
    entry = Entry(fp=violation.fp, policy="sbom.present", rule="there")
    found = baseline.compare(run, (entry,))
    assert found.decision == "fail"
    assert found.known == frozenset()


def test_the_name_of_the_rule_is_part_of_an_entry():
    other = Entry(fp=ONE.fp, policy="vuln.no-kev", rule="few")
    assert baseline.compare(ran(), (other,)).decision == "fail"


def test_entries_are_gone_only_if_their_rule_was_asked():
    asked = Entry(fp="vfp:" + "0" * 16, policy="vuln.no-kev", rule="kev")
    elsewhere = Entry(fp="vfp:" + "1" * 16, policy="vuln.elsewhere", rule="never")
    deleted = Entry(fp="vfp:" + "2" * 16, policy="vuln.deleted", rule="x")
    broken = Entry(fp="vfp:" + "3" * 16, policy="vuln.broken", rule="member")
    found = baseline.compare(ran(rules(policies__broken=BROKEN)), (asked, elsewhere, deleted, broken, ONE))
    assert found.gone == (asked,)
    assert found.unasked == (broken, deleted, elsewhere)
    assert found.known == {ONE}


def test_a_waived_violation_is_still_there():
    found = baseline.compare(ran(), (TWO,))
    assert (found.known, found.gone) == ({TWO}, ())


def test_what_is_written_is_read_again():
    found = baseline.entries(ran())
    data = baseline.dumps((*reversed(found), *found))
    assert data.endswith(b"}\n")
    assert baseline.read(data, path="known.json") == found
    assert baseline.dumps(found) == data


GOOD = {"schema": baseline.SCHEMA, "violations": [ONE.to_json()]}
BAD = [
    ({**GOOD, "schema": "stella.policy-baseline/2"}, "/schema"),
    ({**GOOD, "extra": 1}, None),
    ({"schema": baseline.SCHEMA}, None),
    ([], None),
    ({**GOOD, "violations": {}}, "/violations"),
    ({**GOOD, "violations": [ONE.fp]}, "/violations/0"),
    ({**GOOD, "violations": [{**ONE.to_json(), "status": "fail"}]}, "/violations/0"),
    ({**GOOD, "violations": [{**ONE.to_json(), "fp": "fp:0123456789abcdef"}]}, "/violations/0/fp"),
    ({**GOOD, "violations": [{**ONE.to_json(), "rule": 1}]}, "/violations/0/rule"),
    ({**GOOD, "violations": [{**ONE.to_json(), "policy": "A"}]}, "/violations/0/policy"),
    ({**GOOD, "violations": [ONE.to_json(), ONE.to_json()]}, "/violations/1"),
]


@pytest.mark.parametrize(("value", "pointer"), BAD)
def test_what_is_no_baseline_is_refused_with_its_place(value, pointer):
    with pytest.raises(ConfigError) as caught:
        baseline.read(json.dumps(value).encode(), path="known.json")
    assert caught.value.code == "baseline-invalid"
    assert (caught.value.where.path, caught.value.where.pointer) == ("known.json", pointer)
    assert caught.value.remedy


@pytest.mark.parametrize("data", [b"", b"{", b'{"a":1,"a":2}', b"\xff", b'{"violations":[1e400]}'])
def test_what_is_no_strict_json_is_refused(data):
    with pytest.raises(ConfigError, match=r"known\.json") as caught:
        baseline.read(data, path="known.json")
    assert caught.value.code == "baseline-invalid"
