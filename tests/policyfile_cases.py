"""Good and bad files of the kinds that policies are written in, and the report that compares them."""

GONE = ...
DIGEST = "sha256:" + "1" * 64
AT = "2026-01-01T00:00:00Z"

POLICY = {
    "apiVersion": "stella.ops/v1",
    "kind": "Policy",
    "metadata": {
        "id": "vuln.no-kev",
        "revision": 3,
        "title": "No known-exploited vulnerability ships",
        "description": "They are attacked today.",
        "owner": "team:appsec",
        "severity": "critical",
        "controls": ["NIST-SSDF/RV.2.2"],
    },
    "spec": {
        "mode": "deny",
        "effectiveOn": "2026-12-01T00:00:00Z",
        "expires": "2027-12-01T00:00:00Z",
        "cache": "bypass",
        "match": {
            "stages": ["ci", "release"],
            "environments": ["prod"],
            "refs": ["refs/heads/main"],
            "subjects": ["pkg:oci/**"],
        },
        "requires": [
            {
                "as": "findings",
                "predicateType": "https://in-toto.io/attestation/vulns",
                "versions": ["v0.1", "v0.2"],
                "signedBy": {"anyOf": ["ci-builder"], "role": "vulns", "threshold": 1},
                "min": 1,
                "max": 1,
                "maxAgeDays": 2,
                "onMissing": "deny",
                "schema": "own.schema.json",
            }
        ],
        "params": {"most": {"type": "int", "default": 1, "min": 0, "max": 5, "description": "How many."}},
        "let": {"open": "findings"},
        "rules": [
            {
                "id": "kev",
                "title": "Not on the list",
                "forEach": {"item": "f", "in": "open", "key": "f.fp", "onEmpty": "pass"},
                "assert": "!f.kev",
                "violation": {
                    "code": "listed",
                    "params": {"id": "f.id"},
                    "message": "{id} is on the list",
                    "fix": "Upgrade.",
                    "at": "'/0'",
                },
            }
        ],
    },
}
PLAIN_POLICY = {
    **POLICY,
    "metadata": {"id": "a", "revision": 1, "title": "A", "owner": "user:a", "severity": "low"},
    "spec": {"mode": "off", "rules": [{"id": "r", "assert": "true", "violation": {"message": "m"}}]},
}
POLICY_SET = {
    "apiVersion": "stella.ops/v1",
    "kind": "PolicySet",
    "metadata": {"id": "all", "revision": 1, "title": "All", "description": "Why.", "owner": "team:a"},
    "spec": {
        "packs": [
            {"name": "own", "path": "packs/own"},
            {
                "name": "theirs",
                "path": "vendor/theirs",
                "from": {"git": "https://example.org/p.git", "commit": "a" * 40, "path": "packs"},
                "digest": DIGEST,
            },
            {
                "name": "one",
                "path": "vendor/one.yaml",
                "from": {"https": "https://example.org/one.yaml"},
                "digest": DIGEST,
            },
            {"name": "near", "path": "vendor/near", "from": {"file": "../near"}, "digest": DIGEST},
        ],
        "allow": ["https://example.org/"],
        "modes": {"vuln.no-kev": "warn"},
        "params": {"vuln.no-kev": {"most": 2, "names": ["a"], "on": True, "name": "b"}},
        "environments": {"prod": {"modes": {"vuln.no-kev": "deny"}, "params": {"vuln.no-kev": {"most": 0}}}},
        "maxWaiverDays": 30,
        "waiverApprovals": 2,
    },
}
WAIVER = {
    "apiVersion": "stella.ops/v1",
    "kind": "Waiver",
    "metadata": {"id": "left-pad", "owner": "user:ada", "created": AT},
    "spec": {
        "policy": "vuln.no-kev",
        "rule": "kev",
        "match": {
            "vuln": "CVE-2026-0001",
            "purl": "pkg:npm/left-pad@1.*",
            "environments": ["prod"],
            "subjects": ["pkg:oci/**"],
        },
        "type": "risk_accepted",
        "effect": "waive",
        "reason": "It is not reachable from our entry points.",
        "ticket": "SEC-1",
        "approvals": [{"identity": "key:bea", "digest": DIGEST, "signature": "AAAA"}],
        "effectiveFrom": AT,
        "expires": "2026-02-01T00:00:00Z",
    },
}
TEST = {
    "apiVersion": "stella.ops/v1",
    "kind": "Test",
    "metadata": {"id": "no-kev", "title": "Known-exploited vulnerabilities"},
    "spec": {
        "policy": "../packs/no-kev.yaml",
        "context": {
            "environment": "prod",
            "stage": "ci",
            "ref": "refs/heads/main",
            "subject": "r",
            "asOf": AT,
        },
        "cases": [
            {
                "name": "one that is listed",
                "context": {"stage": "release"},
                "mode": "warn",
                "params": {"most": 1},
                "evidence": [
                    {
                        "predicateType": "https://example.org/x/v1",
                        "value": [1],
                        "signers": ["key:ci", {"name": "key:b", "roles": ["vulns"]}],
                        "made": AT,
                    },
                    {"file": "bom.json", "signers": ["key:ci"], "made": AT},
                ],
                "waivers": ["waiver.yaml"],
                "expect": {
                    "decision": "fail",
                    "rules": {
                        "kev": {
                            "status": "fail",
                            "violations": [
                                {"key": "k", "params": {"id": "a"}, "message": "m", "fp": "vfp:0"}
                            ],
                        },
                        "other": "pass",
                    },
                },
            }
        ],
    },
}
LOCK = {
    "apiVersion": "stella.ops/v1",
    "kind": "PolicyLock",
    "files": [{"path": "packs/a.yaml", "digest": DIGEST}],
    "packs": [{"name": "a", "path": "packs", "digest": DIGEST, "from": {"file": "../a"}}],
}
DIFF = {
    "schema": "stella.policy-diff/1",
    "before": "main",
    "after": "policies",
    "verdicts": [
        {
            "commit": "a" * 40,
            "subject": "r",
            "environment": "prod",
            "stage": "ci",
            "before": "fail",
            "after": "warn",
            "changes": [
                {
                    "rule": "a/b",
                    "fp": "vfp:0123456789abcdef",
                    "before": "fail",
                    "after": "warn",
                    "message": "m",
                }
            ],
        }
    ],
    "without": ["b" * 40],
    "failed": [{"commit": "c" * 40, "reason": "evidence is missing"}],
}

LOCKED = {
    "schema": "stella.policy-lock-report/1",
    "lock": "policies/policy.lock",
    "digest": DIGEST,
    "files": 2,
    "packs": [{"name": "a", "path": "policies/vendor/a", "digest": DIGEST, "state": "fetched"}],
    "written": ["policies/policy.lock"],
    "signed": ["key:ada"],
}
CHECKED = {
    "schema": "stella.policy-lock-report/1",
    "lock": "policies/policy.lock",
    "ok": False,
    "problems": [{"path": "a.yaml", "code": "policy-locked", "text": "it changed", "remedy": "lock again"}],
    "notices": ["there is no keyring"],
    "signatures": {
        "counted": ["key:ada"],
        "needed": 1,
        "refused": [{"name": "key:bea", "reason": "it has not the role policy"}],
        "bad": ["key:eve"],
        "unknown": ["0" * 64],
    },
}


def _spec(base, **members):
    return {**base, "spec": {**base["spec"], **members}}


GOOD = {
    "policy.v1": [POLICY, PLAIN_POLICY],
    "policy-set.v1": [POLICY_SET, _spec(POLICY_SET, packs=POLICY_SET["spec"]["packs"][:1])],
    "policy-test.v1": [TEST],
    "policy-lock.v1": [LOCK, {**LOCK, "files": [], "packs": []}],
    "policy-lock-report.v1": [LOCKED, CHECKED, {**CHECKED, "ok": True, "problems": []}],
    "policy-diff.v1": [DIFF, {**DIFF, "verdicts": [], "without": [], "failed": []}],
    "waiver.v1": [
        WAIVER,
        _spec(WAIVER, match={"fingerprint": "vfp:0123456789abcdef"}, approvals=[]),
        _spec(WAIVER, match={"fingerprint": "fp:0123456789abcdef"}),
    ],
}
_RULE = ["spec", "rules", 0]
_NEED = ["spec", "requires", 0]
_CASE = ["spec", "cases", 0]
BAD = {
    "policy.v1": [
        (["apiVersion"], "stella.ops/v2"),
        (["kind"], "policy"),
        (["metadata", "id"], "No-KEV"),
        (["metadata", "revision"], 0),
        (["metadata", "owner"], "appsec"),
        (["metadata", "severity"], "urgent"),
        (["metadata", "title"], GONE),
        (["metadata", "controls"], ["a", "a"]),
        (["spec", "mode"], "block"),
        (["spec", "mode"], GONE),
        (["spec", "effectiveOn"], "2026-12-01"),
        (["spec", "expires"], "2026-12-01T00:00:00+00:00"),
        (["spec", "cache"], "never"),
        (["spec", "match"], {}),
        (["spec", "match", "stages"], ["build"]),
        (["spec", "match", "environment"], ["prod"]),
        ([*_NEED, "as"], "the findings"),
        ([*_NEED, "predicateType"], GONE),
        ([*_NEED, "versions"], []),
        ([*_NEED, "signedBy"], {}),
        ([*_NEED, "signedBy", "threshold"], 0),
        ([*_NEED, "min"], 0),
        ([*_NEED, "max"], 0),
        ([*_NEED, "maxAgeDays"], -1),
        ([*_NEED, "onMissing"], "ignore"),
        (["spec", "params", "most", "type"], "double"),
        (["spec", "params", "most", "default"], 1.5),
        (["spec", "params", "most", "minimum"], 1),
        (["spec", "params", "mo st"], {"type": "int"}),
        (["spec", "let", "open"], True),
        (["spec", "rules"], []),
        ([*_RULE, "assert"], GONE),
        ([*_RULE, "assert"], ""),
        ([*_RULE, "violation", "message"], GONE),
        ([*_RULE, "violation", "params", "i d"], "f.id"),
        ([*_RULE, "forEach", "onEmpty"], GONE),
        ([*_RULE, "forEach", "onEmpty"], "fail"),
        ([*_RULE, "forEach", "key"], GONE),
        ([*_RULE, "asert"], "true"),
    ],
    "policy-set.v1": [
        (["kind"], "Policy"),
        (["metadata", "owner"], GONE),
        (["spec", "packs"], []),
        (["spec", "packs", 0, "name"], "Own"),
        (["spec", "packs", 1, "digest"], GONE),
        (["spec", "packs", 1, "digest"], "sha256:0"),
        (["spec", "packs", 1, "from", "commit"], "main"),
        (["spec", "packs", 2, "from", "https"], "http://example.org/one.yaml"),
        (["spec", "packs", 3, "from"], {"file": "a", "git": "b"}),
        (["spec", "allow"], ["https://example.org"]),
        (["spec", "modes", "vuln.no-kev"], "block"),
        (["spec", "params", "vuln.no-kev", "most"], None),
        (["spec", "environments", "prod"], {}),
        (["spec", "environments", "Prod"], {"modes": {}}),
        (["spec", "maxWaiverDays"], 0),
        (["spec", "waiverApprovals"], -1),
        (["spec", "mode"], "warn"),
    ],
    "policy-test.v1": [
        (["kind"], "Tests"),
        (["spec", "policy"], GONE),
        (["spec", "cases"], []),
        (["spec", "context", "stage"], "build"),
        ([*_CASE, "expect"], {}),
        ([*_CASE, "expect", "decision"], "waived"),
        ([*_CASE, "expect", "rules", "kev", "status"], "denied"),
        ([*_CASE, "expect", "rules", "other"], "ok"),
        ([*_CASE, "evidence", 0, "value"], GONE),
        ([*_CASE, "evidence", 1, "value"], 1),
        ([*_CASE, "evidence", 0, "made"], "yesterday"),
        ([*_CASE, "params", "most"], None),
    ],
    "policy-lock.v1": [
        (["kind"], "Lock"),
        (["files", 0, "digest"], "sha256:0"),
        (["files", 0, "path"], ""),
        (["files"], GONE),
        (["packs", 0, "name"], "A"),
        (["packs", 0, "digest"], GONE),
    ],
    "policy-lock-report.v1": [
        (["schema"], "stella.policy-lock-report/2"),
        (["digest"], GONE),
        (["digest"], "sha256:0"),
        (["files"], -1),
        (["packs", 0, "state"], ""),
        (["signed"], [1]),
    ],
    "policy-diff.v1": [
        (["schema"], "stella.policy-diff/2"),
        (["verdicts", 0, "before"], "waived"),
        (["verdicts", 0, "commit"], "main"),
        (["verdicts", 0, "changes", 0, "fp"], "vfp:0"),
        (["verdicts", 0, "changes", 0, "rule"], ""),
        (["without"], ["main"]),
        (["failed", 0, "reason"], GONE),
    ],
    "waiver.v1": [
        (["kind"], "Exception"),
        (["metadata", "created"], GONE),
        (["metadata", "owner"], "ada"),
        (["spec", "policy"], GONE),
        (["spec", "match"], {}),
        (["spec", "match", "purl"], GONE),
        (["spec", "match", "purl"], "npm/left-pad"),
        (["spec", "match", "fingerprint"], "vfp:0123456789abcdef"),
        (["spec", "type"], "accepted"),
        (["spec", "effect"], "ignore"),
        (["spec", "reason"], "because"),
        (["spec", "approvals"], GONE),
        (["spec", "approvals", 0, "identity"], "bea"),
        (["spec", "approvals", 0, "digest"], "sha256:0"),
        (["spec", "expires"], GONE),
        (["spec", "expires"], "30d"),
    ],
}
