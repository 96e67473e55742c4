"""Policies in a decision: what they see of it, and how what they say counts."""

import pytest

from policy_cases import given
from stella_git.canon.clock import Instant
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError
from stella_git.policy.evidence import Source
from stella_git.verdict import rulebook
from stella_git.verdict.decide import decide
from verdict_cases import AS_OF, budget_file, claim, decision_inputs, finding

HEAD = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {{id: {id}, revision: 1, title: A policy, owner: "team:a", severity: high}}
spec:
  mode: {mode}
  requires: [{{as: it, predicateType: "{type}"}}]
"""
RULE = """\
  rules:
    - id: r
      forEach: {{item: x, in: {each}, key: {key}, onEmpty: {empty}}}
      assert: "{condition}"
      violation: {{params: {{key: {key}}}, message: "{{key}} is wrong", fix: mend it}}
"""
VIEW = "https://stella.ops/attestation/"
SOURCE = Source(digest="sha256:" + "1" * 64, predicate_type="x")


def policy(view="findings", each="it", key="x.fp", condition="false", *, mode="deny", empty="pass"):
    text = HEAD.format(id="p", mode=mode, type=VIEW + view) + RULE.format(
        each=each, key=key, condition=condition, empty=empty
    )
    return "p.yaml", text.encode()


def waiver(match, *, policy="p", effect="waive"):
    text = f"""\
apiVersion: stella.ops/v1
kind: Waiver
metadata: {{id: w, owner: "user:a", created: 2026-01-01T00:00:00Z}}
spec:
  policy: {policy}
  match: {match}
  type: risk_accepted
  effect: {effect}
  reason: It is not reachable from anywhere.
  approvals: []
  effectiveFrom: {Instant(AS_OF.seconds - 86_400)}
  expires: {Instant(AS_OF.seconds + 86_400)}
"""
    return "w.yaml", text.encode()


def decided(*findings, files=(), **members):
    options = {"sources": {"findings": (SOURCE,), "vex": (SOURCE,)}} | members
    return decide(decision_inputs(findings=findings, policy_files=tuple(files), **options))


def statuses(decision):
    return {row["policy"]: row["status"] for row in decision.verdict.to_json()["results"]}


def test_a_policy_sees_the_findings():
    decision = decided(finding(), files=[policy()])
    assert (decision.verdict.decision, statuses(decision)) == ("fail", {"p": "fail"})
    (row,) = decision.verdict.to_json()["results"]
    assert row["violations"][0]["params"] == {"key": decision.findings[0].fp}
    (said,) = decision.messages
    assert said["code"] == "policy-violation"
    assert said["text"].startswith("DENY p/r  p.yaml:8:7  fp:")
    assert said["fix"] == "mend it"


def test_policies_without_findings_documents_are_denied_the_view():
    decision = decided(files=[policy()], sources={})
    assert decision.verdict.to_json()["results"][0]["violations"][0]["code"] == "evidence-missing"


@pytest.mark.parametrize(
    ("view", "key"),
    [("vex", "x.issuer"), ("unknowns", "x.id"), ("budget-check", "x.check.budget.id"), ("waivers", "x.id")],
)
def test_policies_see_what_the_decision_came_to(view, key):
    decision = decided(
        finding(purl="not a purl"),
        files=[
            budget_file(),
            policy(view, key=key, empty="violate"),
            waiver("{fingerprint: 'fp:0123456789abcdef'}"),
        ],
        claims=(claim(),),
    )
    (violation,) = decision.verdict.to_json()["results"][0]["violations"]
    assert violation["params"] != {"item": "x"}


def test_policies_see_documents_that_are_offered():
    name = "https://example.org/x"
    text = (
        HEAD.format(id="p", mode="deny", type=name)
        + "  rules: [{id: r, assert: it.good, violation: {message: m}}]\n"
    )
    for good in (True, False):
        decision = decided(files=[("p.yaml", text.encode())], offered=(given({"good": good}, type_=name),))
        assert decision.verdict.decision == ("pass" if good else "fail")


def test_an_error_of_a_policy_is_an_error_of_the_decision_and_said():
    text = HEAD.format(id="p", mode="warn", type="https://example.org/x")
    text += "  rules: [{id: r, assert: it.good, violation: {message: m}}]\n"
    decision = decided(files=[("p.yaml", text.encode())], offered=(given({}, type_="https://example.org/x"),))
    assert decision.verdict.decision == "error"
    (said,) = decision.messages
    assert (said["code"], said["error"]) == ("policy-error", "cel-evaluation")


def test_the_worst_of_budgets_and_policies_decides():
    harsh = budget_file(limits={"findings": {"total": 0}})
    assert decided(finding(), files=[harsh, policy(mode="warn")]).verdict.decision == "fail"
    assert decided(finding(), files=[budget_file(), policy(mode="warn")]).verdict.decision == "warn"
    assert decided(finding(), files=[budget_file(), policy(condition="true")]).verdict.decision == "pass"


def test_where_no_policy_applies_budgets_decide_alone():
    name, data = policy(condition="true")
    elsewhere = name, data.replace(b"  requires:", b"  match: {environments: [elsewhere]}\n  requires:")
    assert decided(files=[budget_file(), elsewhere]).verdict.decision == "pass"
    alone = decided(files=[elsewhere])
    assert alone.verdict.decision == "error"
    assert "no-rules" in [message["code"] for message in alone.messages]


def test_a_policy_that_is_off_is_listed():
    decision = decided(files=[budget_file(), policy(mode='"off"')])
    (row,) = decision.verdict.to_json()["policySet"]["policies"]
    assert (row["mode"], row["effectiveMode"]) == ("off", "off")


def approved(*files, found=None, **members):
    return decided(found or finding(), files=files, approved={"w": ("key:b",)}, **members)


def test_a_waiver_lifts_a_violation_and_counts_in_budgets():
    fp = decided(finding(), files=[policy()]).findings[0].fp
    free = budget_file(limits={"findings": {"total": 0}, "waivers": {"total": 1}})
    decision = approved(free, policy(), waiver(f"{{fingerprint: '{fp}'}}"))
    assert (decision.verdict.decision, statuses(decision)) == ("pass", {"p": "waived"})
    (row,) = decision.verdict.to_json()["waivers"]
    assert fp in row["applied"]
    assert len(row["applied"]) == 2
    (said,) = [message for message in decision.messages if message["code"] == "policy-violation"]
    assert said["waiver"] == "w"
    dear = budget_file(limits={"waivers": {"total": 0}})
    assert approved(dear, policy(), waiver(f"{{fingerprint: '{fp}'}}")).verdict.decision == "fail"


def test_a_waiver_of_a_budget_alone():
    fp = decided(finding(), files=[policy()]).findings[0].fp
    harsh = budget_file("b", limits={"findings": {"total": 0}})
    decision = approved(harsh, waiver(f"{{fingerprint: '{fp}'}}", policy="b"))
    assert decision.verdict.decision == "pass"
    assert decision.verdict.to_json()["waivers"][0]["applied"] == [fp]


def test_a_waiver_that_nobody_approved_is_told_and_lifts_nothing():
    fp = decided(finding(), files=[policy()]).findings[0].fp
    decision = decided(finding(), files=[policy(), waiver(f"{{fingerprint: '{fp}'}}")])
    assert decision.verdict.decision == "fail"
    assert decision.verdict.to_json()["waivers"] == []
    (said,) = [message for message in decision.messages if message["code"] == "policy-violation"]
    assert "approvals" in said["notes"][0]


def test_places_make_no_difference_to_a_verdict():
    one = decided(finding(), files=[policy()], places=True)
    other = decided(finding(), files=[policy()])
    assert one.verdict.verdict_id == other.verdict.verdict_id


def test_the_ref_reaches_policies():
    name, data = policy(condition="true")
    text = data.replace(b"  requires:", b"  match: {refs: [refs/heads/main]}\n  requires:")
    assert statuses(decided(files=[(name, text)], ref="refs/heads/main")) == {"p": "pass"}
    assert statuses(decided(files=[(name, text)])) == {"p": "error"}


def lock(*files, packs="[]"):
    rows = ", ".join(f'{{path: {path}, digest: "{digest}"}}' for path, digest in files)
    return (
        "policy.lock",
        f"apiVersion: stella.ops/v1\nkind: PolicyLock\nfiles: [{rows}]\npacks: {packs}\n".encode(),
    )


def test_files_that_are_locked_are_held_to_their_lock():
    files = [budget_file(), policy()]
    listed = [(path, str(sha256(data))) for path, data in files]
    assert rulebook.read([*files, lock(*listed)]).rules is not None
    for wrong in (
        listed[:1],
        [*listed, ("gone.yaml", listed[0][1])],
        [(listed[0][0], listed[1][1]), listed[1]],
    ):
        with pytest.raises(ConfigError) as caught:
            rulebook.read([*files, lock(*wrong)])
        assert caught.value.code == "policy-locked"


def test_schemas_and_json_are_sorted_out_too():
    own = b'{"type": "object", "properties": {"good": {"type": "boolean"}}, "additionalProperties": false}'
    text = HEAD.format(id="p", mode="deny", type="https://example.org/x").replace(
        '"https://example.org/x"', "https://example.org/x, schema: x.schema.json"
    )
    text += "  rules: [{id: r, assert: it.good, violation: {message: m}}]\n"
    book = rulebook.read([("p.yaml", text.encode()), ("x.schema.json", own), budget_file()])
    assert set(book.rules.schemas) == {"x.schema.json"}
    assert len(book.budgets) == 1
    as_json = b'{"apiVersion": "stella.ops/v1", "kind": "Policy"}'
    with pytest.raises(ConfigError) as caught:
        rulebook.read([("p.json", as_json)])
    assert caught.value.code == "policy-invalid"


def test_without_policies_there_are_no_rules():
    assert rulebook.read([budget_file()]).rules is None
    assert rulebook.read([]).budgets == ()


def test_the_same_files_are_read_once_and_others_anew():
    files = [budget_file(), policy()]
    first = rulebook.read(files)
    assert rulebook.read(reversed(files)) is first
    changed = [files[0], policy(mode="warn")]
    assert rulebook.read(changed) is not first
    assert rulebook.read(changed).rules.policies["p"].mode == "warn"
    assert rulebook.read(files) is first
