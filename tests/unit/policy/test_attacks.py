"""What somebody would try who wants a release to pass, a rule to point elsewhere, or a program to hang."""

import json

import pytest

from policy_cases import EACH, SPEC, asked, given, only, policy
from stella_git.errors import ConfigError
from stella_git.policy.asking import _order
from stella_git.policy.results import Violation
from stella_git.policy.ruleset import assemble
from stella_git.trust.approvals import is_same
from stella_git.verdict import rulebook
from waiver_cases import FINDINGS, ran, row, statuses, vfp, waiver_file

FP = "fp:" + "7" * 16
NAMED = FINDINGS.replace("key: row.fp", "key: row.name", 1)


def test_a_name_that_is_a_fingerprint_of_another_violation_is_not_waived():
    lifted = waiver_file(match={"fingerprint": vfp(7)})
    assert statuses(ran(row(1, fp=vfp(7)), waivers=[lifted])) == {("each", vfp(7)): "fail"}


@pytest.mark.parametrize("names", [(FP,), (FP, FP), (FP, "b")])
def test_a_component_that_is_called_like_a_finding_is_not_waived(names):
    lifted = waiver_file(match={"fingerprint": FP}, rule="each")
    rows = [
        row(number, name=name, fp=f"fp:{number:016x}", good=False)
        for number, name in enumerate(names, start=1)
    ]
    found = ran(*rows, waivers=[lifted], spec=NAMED)
    assert {each.status for each in found.results[0].violations} == {"fail"}
    assert found.decision == "fail"


def test_two_of_one_name_do_not_lend_each_other_their_fingerprints():
    lifted = waiver_file(match={"fingerprint": FP}, rule="each")
    rows = [row(1, name="a", fp="fp:" + "1" * 16), row(2, name="a", fp=FP)]
    assert ran(*rows, waivers=[lifted], spec=NAMED).decision == "fail"


@pytest.mark.parametrize("name", ["team:a", "TEAM:appsec", "team:"])
def test_an_author_who_is_called_like_a_team_is_still_the_author(name):
    assert is_same("user:mallory", f"{name} <mallory@example.org>")
    assert is_same("user:mallory@example.org", f"{name} <mallory@example.org>")
    assert is_same("team:appsec", "team:appsec")
    assert not is_same("team:appsec", "user:appsec")


def test_the_order_of_violations_hangs_on_no_table_of_characters():
    # whether repr writes a character as itself changes with the version of Python
    def key(text):
        return _order(
            Violation(fp="vfp:" + "0" * 16, key="k", code="c", params={"a": text}, message="m", status="fail")
        )

    assert key("\U000323af") > key("z")
    assert key("\ue000") > key("z")


def test_the_same_bytes_under_two_names_come_in_one_order():
    spec = SPEC.replace("example.com/facts}", "example.com/facts, max: 2}").replace(
        "assert: facts.good\n      violation: {message: it is not good}",
        'assert: facts[0].good\n      violation: {params: {path: "evidence.facts[0].path"}, message: m}',
    )
    pieces = [given({"good": False}, path=name) for name in ("b.json", "a.json")]
    for order in (pieces, pieces[::-1]):
        assert only(asked(spec, *order)).violations[0].params == {"path": "a.json"}


@pytest.mark.parametrize("count", [257, 5000])
def test_a_chain_of_names_ends_in_an_error(count):
    rows = "".join(f"    a{number}: a{number + 1}\n" for number in range(count))
    spec = SPEC.replace("  rules:\n", f'  let:\n{rows}    a{count}: "true"\n  rules:\n')
    with pytest.raises(ConfigError) as caught:
        asked(spec.replace("facts.good", "a0"), given({}))
    assert caught.value.code == "policy-invalid"


def test_the_longest_chain_of_names_has_a_value():
    rows = "".join(f"    a{number}: a{number + 1}\n" for number in range(255))
    spec = SPEC.replace("  rules:\n", f'  let:\n{rows}    a255: "true"\n  rules:\n')
    assert asked(spec.replace("facts.good", "a0"), given({})).decision == "pass"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        # as it stands in the file: the character itself
        ("assert: facts.good && nosuch", (15, 29)),
        ("assert: 'facts.good && nosuch'", (15, 30)),
        ('assert: "facts.good && nosuch"', (15, 30)),
        ("assert: \"'\U0001f600' == '' && nosuch\"", (15, 29)),
        ("assert: |\n        facts.good &&\n          nosuch", (17, 11)),
        ("assert: |-  # why\n\n        facts.good &&\n          nosuch", (18, 11)),
        ("assert:\n        facts.good && nosuch", (16, 23)),
        # folded, escaped, or deeper than it looks: where the string begins, never a place that is not there
        ("assert: facts.good &&\n        nosuch", (15, 15)),
        ("assert: facts.good &&        \n        nosuch", (15, 15)),
        ("assert: 'facts.good &&\n        nosuch'", (15, 15)),
        ('assert: "facts.good &&\n        nosuch"', (15, 15)),
        ('assert: "facts.good \\\n        && nosuch"', (15, 15)),
        ('assert: "facts.good \\u0026& nosuch"', (15, 15)),
        ("assert: '''a'' == '''' && nosuch'", (15, 15)),
        ("assert: >\n        facts.good &&\n        nosuch", (15, 15)),
        ("assert: |2\n            facts.good &&\n          nosuch", (15, 15)),
        ("assert:\n\n        facts.good &&\n\n        nosuch", (17, 9)),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_problem_is_told_at_a_place_that_is_there(written, place, end):
    spec = SPEC.replace("assert: facts.good", written).replace("\n", end)
    with pytest.raises(ConfigError) as caught:
        asked(spec, given({}))
    where = caught.value.where
    assert (caught.value.code, where.line, where.column) == ("cel-unknown", *place)
    line = policy(spec).decode().splitlines()[where.line - 1]
    assert where.column <= len(line)


def test_keys_that_look_alike_are_not_alike():
    rows = [{"name": name, "good": False} for name in ("1", 1, True, "true", "", "requires/facts", "empty")]
    violations = only(asked(EACH, given({"rows": rows}))).violations
    assert len({each.fp for each in violations}) == len(rows)


def test_braces_and_names_in_facts_are_not_looked_at_again():
    rows = [{"name": "{fp}{key}{{}}{name}", "good": False}]
    (violation,) = only(asked(EACH, given({"rows": rows}))).violations
    assert violation.message == "{fp}{key}{{}}{name} is not good"


def test_what_is_said_of_violations_takes_fuel():
    rows = [{"name": str(number), "good": False} for number in range(400)]
    spec = EACH.replace("{name: row.name}", "{name: row.name, big: facts.big}")
    spec = spec.replace('"{name} is not good"', '"' + "{big}" * 100 + '"')
    fault = only(asked(spec, given({"big": "x" * 10_000, "rows": rows}))).fault
    assert (fault.code, fault.where.line) == ("cel-fuel", 18)
    assert only(asked(spec, given({"big": "x" * 10, "rows": rows}))).status == "fail"
    silent = EACH.replace("{name: row.name}", "{name: row.name, big: facts.big}")
    fault = only(asked(silent, given({"big": "x" * 1_000_000, "rows": rows}))).fault
    assert fault.code == "cel-fuel"


def test_a_policy_that_is_called_like_a_schema_is_not_passed_over():
    data = json.dumps({"apiVersion": "stella.ops/v1", "kind": "Policy"}).encode()
    with pytest.raises(ConfigError) as caught:
        assemble([("policies/a.yaml", policy()), ("policies/b.schema.json", data)])
    assert (caught.value.code, caught.value.where.path) == ("policy-kind", "policies/b.schema.json")
    with pytest.raises(ConfigError):
        rulebook.read([("policies/b.schema.json", data)])
    assert rulebook.read([("policies/b.schema.json", b"{}")]).rules is None
