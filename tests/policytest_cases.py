"""Policies with cases for them, and reports about such."""

import json

from stella_git.policy import load
from stella_git.policy.compiled import compile_policy
from stella_git.policy.testing.cases import suite
from stella_git.policy.testing.runner import Tested

FINDINGS = "https://stella.ops/attestation/findings/v1"
LIST = "https://example.org/list"

_PLACE = {"path": "policies/a.yaml", "line": 3, "column": 7, "pointer": "/spec/rules/0"}
TESTS_REPORT = {
    "schema": "stella.policy-tests-report/1",
    "cases": [
        {
            "policy": "a",
            "name": "Nothing is there.",
            "place": _PLACE,
            "ok": False,
            "decision": "fail",
            "rules": {"few": "fail"},
            "mismatches": [
                {
                    "rule": "few",
                    "expected": "status pass",
                    "came": "status fail",
                    "place": _PLACE,
                    "values": ["a  ->  1"],
                }
            ],
            "dependences": [{"kind": "order", "on": "list/*", "rules": ["few"]}],
            "timed": [],
        }
    ],
    "missing": [{"policy": "a", "rule": "few", "what": "pass", "place": _PLACE}],
    "summary": {"cases": 1, "failed": 1, "missing": 1, "ok": False, "partial": False, "policies": 1},
}
COVERAGE_REPORT = {
    "schema": "stella.policy-coverage-report/1",
    "policies": [
        {
            "policy": "a",
            "permille": 500,
            "seen": 1,
            "outcomes": 2,
            "gaps": [
                {
                    "rule": "few",
                    "expression": "assert",
                    "text": "a < 1",
                    "never": "true",
                    "failed": False,
                    "place": _PLACE,
                }
            ],
        }
    ],
    "summary": {"permille": 500, "min": 0, "ok": True},
}
MUTATION_REPORT = {
    "schema": "stella.policy-mutation-report/1",
    "policies": [
        {
            "policy": "a",
            "failing": ["Nothing is there."],
            "killed": 1,
            "invalid": 0,
            "leftOut": 0,
            "survivors": [
                {
                    "rule": "few",
                    "kind": "boundary",
                    "old": "a < 1",
                    "new": "a <= 1",
                    "missing": "a case in which `a` is exactly `1`",
                    "place": _PLACE,
                }
            ],
        }
    ],
    "summary": {"killed": 1, "survived": 1, "invalid": 0, "leftOut": 0, "ok": False},
}
GOOD = {
    "policy-tests-report.v1": [TESTS_REPORT, {**TESTS_REPORT, "cases": [], "missing": []}],
    "policy-coverage-report.v1": [COVERAGE_REPORT, {**COVERAGE_REPORT, "policies": []}],
    "policy-mutation-report.v1": [MUTATION_REPORT, {**MUTATION_REPORT, "policies": []}],
}
BAD = {
    "policy-tests-report.v1": [
        (["schema"], "stella.policy-tests-report/2"),
        (["cases", 0, "decision"], "waived"),
        (["cases", 0, "rules", "few"], "audit"),
        (["cases", 0, "place", "line"], 0),
        (["cases", 0, "mismatches", 0, "came"], ""),
        (["cases", 0, "dependences", 0, "kind"], "place"),
        (["missing", 0, "what"], "fail"),
        (["summary", "partial"], ...),
        (["summary", "failed"], -1),
    ],
    "policy-coverage-report.v1": [
        (["schema"], "stella.policy-coverage-report/2"),
        (["policies", 0, "permille"], 1001),
        (["policies", 0, "gaps", 0, "never"], "error"),
        (["policies", 0, "gaps", 0, "failed"], ...),
        (["summary", "min"], -1),
    ],
    "policy-mutation-report.v1": [
        (["schema"], "stella.policy-mutation-report/2"),
        (["policies", 0, "survivors", 0, "old"], ""),
        (["policies", 0, "survivors", 0, "place"], ...),
        (["policies", 0, "killed"], 1.5),
        (["summary", "ok"], ...),
    ],
}


class NoDocuments:
    """Has no documents: cases here bring their evidence with them."""

    def evidence(self, files, context):
        """Fail."""
        raise AssertionError(files)


def policy(rules, *, requires=(), id_="p", path="policies/p.yaml", **spec):
    """Return a policy of some rules, each a dict that lacks what does not matter."""
    rows = [{"id": f"r{number}", "violation": {"message": "no"}, **rule} for number, rule in enumerate(rules)]
    document = {
        "apiVersion": "stella.ops/v1",
        "kind": "Policy",
        "metadata": {"id": id_, "revision": 1, "title": "P", "owner": "team:a", "severity": "high"},
        "spec": {"mode": "deny", "requires": list(requires), "rules": rows, **spec},
    }
    return load.policy(load.read(json.dumps(document).encode(), path=path))


def suite_of(*cases, path="policies/tests/p.test.yaml", context=None):
    """Return a file of cases for ``policies/p.yaml``, each a dict that lacks what does not matter."""
    rows = [{"name": f"case {number}", "expect": {}} | case for number, case in enumerate(cases)]
    for row in rows:
        row["expect"] = row["expect"] or {"decision": "pass"}
    document = {
        "apiVersion": "stella.ops/v1",
        "kind": "Test",
        "metadata": {"id": "p"},
        "spec": {"policy": "../p.yaml", "cases": rows} | ({"context": context} if context else {}),
    }
    return suite(load.read(json.dumps(document).encode(), path=path), NoDocuments())


def with_cases(found, *cases, waivers=(), context=None):
    """Return a policy with cases."""
    return Tested(
        policy=found,
        compiled=compile_policy(found),
        suites=(suite_of(*cases, context=context),) if cases else (),
        waivers=dict(waivers),
    )


def given(value, type_=LIST, **more):
    """Return evidence of a case."""
    return {"predicateType": type_, "value": value, **more}


LISTED = [{"as": "items", "predicateType": LIST}]
