"""Policies, evidence and runs for reports and explanations: one violation of every kind."""

from stella_git.canon.clock import parse_rfc3339
from stella_git.errors import Where
from stella_git.policy.context import Context
from stella_git.policy.evidence import Given, Signer, Source
from stella_git.policy.results import violation_fingerprint
from stella_git.policy.ruleset import assemble
from stella_git.policy.run import run

AS_OF = parse_rfc3339("2026-11-20T00:00:00Z")
EVIL = "\x1b]0;owned\x07\r\n::error::x, y: 100%<&>\"'\u2028|`a`[b](https://evil.example) @ada #1 ]]>"
TYPE = "https://example.org/findings"

NO_KEV = """\
apiVersion: stella.ops/v1
kind: Policy
metadata:
  id: vuln.no-kev
  revision: 3
  title: No known-exploited vulnerability ships
  description: They are used in attacks now.
  owner: team:appsec
  severity: critical
  controls: ["NIST-SSDF/RV.2.2"]
spec:
  mode: deny
  requires:
    - {as: findings, predicateType: "https://example.org/findings", versions: [v1]}
  params: {most: {type: int, default: 10, min: 0, max: 100}}
  let: {open: 'findings.filter(f, f.state != "fixed")', unused: '1 + 1'}
  rules:
    - id: kev
      title: No finding is on the KEV list
      forEach: {item: f, in: open, key: f.id, onEmpty: pass}
      assert: '!f.kev'
      violation:
        params: {id: f.id, purl: f.purl}
        message: "{id} in {purl} is on the KEV list"
        fix: "Upgrade, or: stella policy waive {fp}"
    - id: few
      assert: findings.size() <= params.most
      violation: {params: {count: findings.size()}, message: "{count} findings are too many"}
"""
LATER = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: vuln.later, revision: 1, title: Later, owner: team:appsec, severity: low}
spec:
  mode: deny
  effectiveOn: 2027-01-01T00:00:00Z
  requires: [{as: findings, predicateType: "https://example.org/findings/v1"}]
  rules:
    - id: fixed
      forEach: {item: f, in: findings, key: f.id, onEmpty: pass}
      assert: f.state == "fixed"
      violation: {message: "{key} is not fixed"}
"""
BROKEN = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: vuln.broken, revision: 1, title: Broken, owner: team:appsec, severity: medium}
spec:
  mode: warn
  requires: [{as: findings, predicateType: "https://example.org/findings", min: 1, max: 1}]
  rules:
    - id: member
      forEach: {item: f, in: findings, key: f.id, onEmpty: pass}
      assert: f.nothing == 1
      violation: {message: "no"}
"""
AUDIT = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: vuln.audit, revision: 1, title: Recorded, owner: "user:ada", severity: info}
spec:
  mode: audit
  requires: [{as: findings, predicateType: "https://example.org/findings"}]
  rules:
    - {id: none, assert: findings.size() == 0, violation: {message: "there are findings"}}
"""
ELSEWHERE = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: vuln.elsewhere, revision: 1, title: Elsewhere, owner: "user:ada", severity: high}
spec:
  mode: deny
  match: {environments: [staging]}
  rules:
    - {id: never, assert: "false", violation: {message: "never"}}
"""
MISSING = """\
apiVersion: stella.ops/v1
kind: Policy
metadata: {id: sbom.present, revision: 1, title: There is an SBOM, owner: "user:ada", severity: high}
spec:
  mode: deny
  requires:
    - {as: sbom, predicateType: "https://example.org/sbom", versions: [v1], maxAgeDays: 1}
  rules:
    - {id: there, assert: "true", violation: {message: "no"}}
"""
WAIVER = """\
apiVersion: stella.ops/v1
kind: Waiver
metadata: {{id: w-1, owner: "team:shop", created: 2026-11-01T00:00:00Z}}
spec:
  policy: vuln.no-kev
  match: {{fingerprint: "{fp}"}}
  type: risk_accepted
  effect: waive
  reason: It is not reachable, we looked at it.
  ticket: SHOP-1
  approvals: []
  effectiveFrom: 2026-11-01T00:00:00Z
  expires: 2026-12-01T00:00:00Z
"""


def fp(rule, key, subject="shop"):
    """Return the fingerprint of a violation of ``POLICY/RULE``."""
    policy, _, name = rule.partition("/")
    return violation_fingerprint(policy, name, subject, key)


POLICIES = {
    "policies/no-kev.yaml": NO_KEV,
    "policies/later.yaml": LATER,
    "policies/audit.yaml": AUDIT,
    "policies/elsewhere.yaml": ELSEWHERE,
    "policies/waivers/w-1.yaml": WAIVER.format(fp=fp("vuln.no-kev/kev", "CVE-2026-0002")),
}
FINDINGS = [
    {"id": "CVE-2026-0001", "purl": "pkg:pypi/x@1", "kev": True, "state": "open"},
    {"id": "CVE-2026-0002", "purl": "pkg:pypi/y@1", "kev": True, "state": "open"},
    {"id": "CVE-2026-0003", "purl": "pkg:pypi/z@1", "kev": False, "state": "open"},
    {"id": "CVE-2026-0004", "purl": "pkg:pypi/z@1", "kev": True, "state": "fixed"},
]


def rules(**changed):
    """Return the rules of `POLICIES`; a file that is given as None is left out."""
    files = {**POLICIES, **{name.replace("__", "/") + ".yaml": text for name, text in changed.items()}}
    return assemble((path, text.encode()) for path, text in files.items() if text is not None)


def only(*texts):
    """Return the rules of these policies alone."""
    return assemble((f"policies/{index}.yaml", text.encode()) for index, text in enumerate(texts))


def context(**changed):
    """Return a context."""
    return Context(
        **{
            "environment": "prod",
            "stage": "release",
            "as_of": AS_OF,
            "subject": "shop",
            "ref": "refs/heads/main",
            **changed,
        }
    )


def findings(rows=FINDINGS, *, path="findings.json", type_=TYPE, version="v1"):
    """Return evidence whose row N stands in line N + 2."""

    def locate(pointer):
        parts = pointer.split("/")
        line = int(parts[1]) + 2 if len(parts) > 1 and parts[1].isdecimal() else 1
        return Where(path, line=line, column=3, pointer=pointer)

    source = Source(
        digest="sha256:" + "ab" * 32,
        predicate_type=f"{type_}/{version}",
        signers=(Signer(name="key:ci", roles=("ci",)),),
        made=parse_rfc3339("2026-11-19T00:00:00Z"),
        path=path,
    )
    return Given(predicate_type=type_, version=version, value=rows, sources=(source,), locate=locate)


def ran(made=None, evidence=None, **changed):
    """Return the run of rules."""
    made = rules() if made is None else made
    evidence = (findings(),) if evidence is None else evidence
    return run(made, context(**changed), evidence, approved={"w-1": ("key:lead",)})
