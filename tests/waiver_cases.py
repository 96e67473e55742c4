"""Waivers, and runs of a policy that they lift something of."""

from policy_cases import context, given, policy
from stella_git.canon import jcs
from stella_git.canon.clock import DAY, parse_rfc3339
from stella_git.policy import load
from stella_git.policy.results import violation_fingerprint
from stella_git.policy.ruleset import assemble
from stella_git.policy.run import run

START, END = "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z"
POLICY = "a.one"
FINDINGS = """\
spec:
  mode: deny
  requires:
    - {as: facts, predicateType: https://example.com/facts}
  rules:
    - id: each
      forEach: {item: row, in: facts.rows, key: row.fp, onEmpty: pass}
      assert: row.good
      violation: {params: {id: row.id, purl: row.purl}, message: "it is bad"}
    - id: other
      forEach: {item: row, in: facts.rows, key: row.fp, onEmpty: pass}
      assert: row.good || row.fine
      violation: {params: {}, message: "it is worse"}
"""


def document(name="w", match=None, approvals=(), metadata=None, **spec):
    """Return a waiver as plain JSON; a member that is None is left out."""
    members = {
        "policy": POLICY,
        "match": match or {"fingerprint": "fp:" + "1" * 16},
        "type": "risk_accepted",
        "effect": "waive",
        "reason": "because it cannot be reached",
        "approvals": list(approvals),
        "effectiveFrom": START,
        "expires": END,
        **spec,
    }
    return {
        "apiVersion": "stella.ops/v1",
        "kind": "Waiver",
        "metadata": {"id": name, "owner": "user:ada", "created": START} | (metadata or {}),
        "spec": {key: value for key, value in members.items() if value is not None},
    }


def waiver_file(name="w", **members):
    """Return (path, bytes) of a waiver."""
    return f"policies/waivers/{name}.yaml", jcs.dumps(document(name, **members))


def waiver(name="w", **members):
    path, data = waiver_file(name, **members)
    return load.waiver(load.read(data, path=path))


def row(number, *, good=False, fine=True, **members):
    """Return an element: a finding that is good, or fine for the other rule, or neither."""
    return {
        "fp": f"fp:{number:016x}",
        "id": f"CVE-2026-{number:04d}",
        "aliases": [],
        "purl": f"pkg:npm/lib{number}@1.{number}.0",
        "good": good,
        "fine": fine,
    } | members


def vfp(number, rule="each", subject=None):
    return violation_fingerprint(POLICY, rule, subject, f"fp:{number:016x}")


def ran(*rows, waivers=(), at="2026-06-01T00:00:00Z", approvers=("key:ben",), spec=FINDINGS, **members):
    """Return the run of one policy over rows, with waivers that everybody in ``approvers`` approved.

    Args:
        rows: elements.
        waivers: (path, bytes).
        at: the time of the decision.
        approvers: of every waiver.
        spec: of the policy.
        members: environment and subject of the context; ``orphans`` of the run.
    """
    rules = assemble([("policies/a.yaml", policy(spec, POLICY)), *waivers])
    orphans = members.pop("orphans", None)
    return run(
        rules,
        context(at, **members),
        [given({"rows": list(rows)})],
        approved={each.id: tuple(approvers) for each in rules.waivers},
        orphans=orphans,
    )


def statuses(outcome):
    """Return status by rule and key of every violation."""
    return {
        (result.rule.id, violation.key): violation.status
        for result in outcome.results
        for violation in result.violations
    }


def days_after(text, days, seconds=0):
    return str(parse_rfc3339(text).plus(days * DAY + seconds))
