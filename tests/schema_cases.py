"""A good document for every schema of ours, and what each is like when it is bad."""

import base64
import copy
import json

import yaml

import policyfile_cases
import policytest_cases
from attest_cases import (
    DIGEST,
    REPOSITORY,
    ROOT,
    SCHEMAS,
    TREE,
    TWIN,
    binding,
    budget_check,
    change,
    sample,
    verdict,
    verdict_predicate,
    without,
)

NAMES = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json"))
GONE = ...
KEYID = "0123456789abcdef" * 4
# The P-256 key of the test vector in the DSSE specification.
SPKI = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMrCrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs"
    "6U4SvKc6pnrIDOoSYI3fdA=="
)


def load(name):
    """Return a schema."""
    return json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())


def _budget(api_version):
    value = yaml.safe_load((ROOT / "tests/vectors/budget/budget.yaml").read_bytes())
    return {**value, "apiVersion": api_version}


_FINDINGS = {
    "apiVersion": "stella.ops/v1",
    "kind": "Findings",
    "metadata": {
        "source": {
            "name": "scanner",
            "version": "1.2",
            "database": "nvd",
            "databaseDate": "2026-11-19T00:00:00Z",
        },
        "generatedAt": "2026-11-20T01:00:00.5+01:00",
    },
    "findings": [
        {
            "id": "CVE-2026-0001",
            "aliases": ["GHSA-xxxx"],
            "purl": "pkg:pypi/p1@1.0",
            "severity": "high",
            "cvssDeci": 98,
            "epssPpm": 1000,
            "epssDate": "2026-11-19",
            "kev": False,
            "fixable": True,
            "fixedVersion": "1.1",
            "firstSeen": "2026-10-01T00:00:00Z",
            "reachability": "reachable",
        },
        {"id": "CVE-2026-0002", "purl": "pkg:pypi/p2@1.0", "severity": "none", "fixable": False},
    ],
    "unknowns": [
        {"id": "u1", "reason": "Identity", "purl": "pkg:pypi/p3"},
        {"id": "u2", "reason": "FeedGap"},
    ],
}
_KEYRING = {
    "version": 3,
    "expires": "2027-01-31T12:00:00Z",
    "keys": {
        "ada": {
            "spki": SPKI,
            "algorithm": "ecdsa-p256",
            "owner": "user:ada",
            "roles": ["trust", "https://stella.ops/attestation/verdict/v1"],
            "notBefore": "2026-01-01T00:00:00Z",
            "notAfter": "2027-01-01T00:00:00Z",
            "status": "active",
        }
    },
    "identities": {
        "ci": {
            "issuer": "https://token.example.org",
            "subjectPattern": "^repo:shop/**$",
            "roles": ["log"],
        },
        "cd": {"issuer": "https://token.example.org", "subject": "repo:shop", "roles": ["log"]},
    },
    "thresholds": {"trust": 1, "log": 2},
    "trustedRoots": [DIGEST],
}
_REVOKED = change(_KEYRING, ["keys", "ada", "status"], "revoked")
_REVOKED = change(_REVOKED, ["keys", "ada", "revokedAt"], "2026-06-01T00:00:00Z")
_REVOKED = change(_REVOKED, ["keys", "ada", "reason"], "lost")
_CLAIMS = {
    "apiVersion": "stella.ops/v1",
    "kind": "RequiredClaims",
    "predicates": {
        "https://slsa.dev/provenance/v1": {
            "required": ["/predicate/runDetails/builder/id", "/a~1b/~0"],
            "schema": "policies/provenance.schema.json",
        },
        "https://stella.ops/attestation/verdict/v1": {"required": [], "schema": {"type": "object"}},
    },
}
_AUDIT = {
    "seq": 1,
    "time": "2026-11-21T12:00:00Z",
    "who": "Ada <ada@example.org>",
    "account": "uid:1000",
    "operation": "attest.create",
    "outcome": "ok",
    "keyId": KEYID,
    "payloadDigest": DIGEST,
    "predicateType": "https://stella.ops/attestation/verdict/v1",
    "detail": "names",
    "prev": DIGEST,
}
_CONFIG = {
    "repository": {"id": REPOSITORY, "name": "shop"},
    "trust": {
        "ref": "origin/main",
        "keyring": "stella.keyring.json",
        "root_keys": [KEYID],
        "file": "policies/trust.yaml",
    },
    "decide": {
        "environment": "prod",
        "inputs": {"sbom": ["sbom/*.json"], "vex": ["vex/**"], "findings": []},
        "budgets": ["policies/budgets/*.yaml"],
        "policies": [],
        "rating_sources": ["NVD"],
    },
    "component": [
        {
            "name": "api",
            "paths": ["api/**"],
            "sbom": ["api/sbom.json"],
            "vex": [],
            "findings": [],
            "policies": [],
            "environment": "prod",
        }
    ],
    "environments": {
        "prod": {"require": True, "refs": ["refs/heads/main"], "stages": ["ci", "release"]},
        "dev": {},
    },
    "sign": {"key": "env:STELLA_SIGNING_KEY"},
    "hooks": {"anything": [1, {"x": True}]},
    "notes": {"visibility": "private", "remote": "evidence"},
}
_LEAF = {
    "kind": "verdict",
    "envelope": DIGEST,
    "subjectCommit": TREE,
    "treeSha256": TWIN,
    "predicateType": "https://stella.ops/attestation/verdict/v1",
    "verdictId": "verdict:" + DIGEST,
    "result": "pass",
    "keyId": KEYID,
    "index": 0,
}
_TRUST = {
    "apiVersion": "stella.ops/v1",
    "kind": "Trust",
    "metadata": {"id": "default", "revision": 1, "title": "Who is believed", "owner": "team:appsec"},
    "spec": {
        "classes": {"partner": {"provenance": 800, "coverage": 700, "replayability": 0}},
        "issuers": {"key:partner": "partner", "repository": "internal"},
        "strength": {"fixed": 1000, "none": 0},
        "freshness": {"points": [{"days": 0, "permille": 1000}, {"days": 90, "permille": 500}], "floor": 100},
    },
}
_PROBLEM = {
    "rule": "K-required",
    "severity": "error",
    "line": 1,
    "column": 7,
    "pointer": "/components/0/a~1b",
    "message": "name is missing",
    "remedy": "Add it.",
    "fixable": False,
}
_PART_ID = "pkg:npm/left-pad@1.3.0"
_LINK = {"source": "pkg:npm/app@1", "kind": "depends-on", "target": _PART_ID}
_INVENTORY = {
    "schema": "stella.inventory/1",
    "digest": DIGEST,
    "inventory": {
        "parts": [
            {"id": "pkg:npm/app@1"},
            {"id": _PART_ID, "version": "1.3.0", "hashes": ["sha1:00"], "licences": ["MIT"]},
        ],
        "links": [_LINK],
        "roots": ["pkg:npm/app@1"],
    },
    "details": {
        "document": {"format": "cyclonedx", "formatVersion": "1.6", "authors": ["Ada"]},
        "parts": [{"id": _PART_ID, "kinds": ["library"], "copyright": ["(c) Ada"]}],
        "links": [{**_LINK, "kind": "has-test"}],
    },
}
_CHANGED_LICENCES = {"licencesAdded": ["MIT"], "licencesRemoved": []}
_INVENTORY_DIFF = {
    "schema": "stella.inventory-diff/1",
    "before": {"name": "HEAD:a.json", "digest": DIGEST, "parts": 1},
    "after": {"name": "a.json", "digest": DIGEST, "parts": 1},
    "equal": False,
    "added": [{"id": _PART_ID, "version": "1.3.0", "licences": ["MIT"]}],
    "removed": [{"id": "name:a", "version": "", "licences": []}],
    "versions": [
        {
            "base": "pkg:npm/a",
            "before": "pkg:npm/a@1",
            "after": "pkg:npm/a@2",
            "versionBefore": "1",
            "versionAfter": "2",
            "direction": "upgrade",
            **_CHANGED_LICENCES,
        }
    ],
    "changed": [{"id": "name:b", "hashesAdded": ["sha1:00"], "hashesRemoved": [], **_CHANGED_LICENCES}],
    "links": {"added": [_LINK], "removed": []},
    "roots": {"added": [], "removed": ["name:a"]},
}
_CONVERSION = {
    "schema": "stella.conversion/1",
    "holds": False,
    "diff": _INVENTORY_DIFF,
    "lost": [{"id": _PART_ID, "member": "copyright", "values": ["(c) Ada"]}],
}
_INVENTORY_STATS = {
    "schema": "stella.inventory-stats/1",
    "elements": 2,
    "parts": 2,
    "roots": 1,
    "depth": 1,
    "unreached": 0,
    "without": {"purl": 0, "version": 0, "licence": 1, "hash": 2},
    "ecosystems": [{"name": "npm", "count": 2}],
    "kinds": [{"name": "", "count": 2}],
    "licences": [{"name": "MIT", "count": 1}],
    "links": [],
}
_INVENTORY_TREE = {
    "schema": "stella.inventory-tree/1",
    "rows": [
        {"id": "pkg:npm/app@1", "depth": 0},
        {"id": _PART_ID, "depth": 1, "kind": "depends-on", "mark": "cut"},
    ],
}
_PROBLEMS = {
    "schema": "stella.problems/1",
    "files": [
        {"path": "a.json", "format": {"kind": "cyclonedx", "version": "1.6"}, "problems": [_PROBLEM]},
        {"path": "b.json", "problems": []},
    ],
    "summary": {"files": 2, "errors": 1, "warnings": 0},
}
_CHECKS = [
    {"name": "signatures", "status": "passed", "detail": "1 of 1"},
    {"name": "subject", "status": "failed", "code": "COPIED", "detail": "another", "remedy": "sync"},
    {"name": "replay", "status": "skipped"},
]
_REPORT = {"schema": "stella.report/1", "ok": False, "checks": _CHECKS, "signers": ["key:ada"]}
_VEX_CLAIM = {
    "vulnerability": "CVE-2026-0001",
    "product": "pkg:npm/left-pad@1.3.0",
    "status": "not_affected",
    "justification": "component_not_present",
    "timestamp": "2026-01-31T09:30:00Z",
}
_VEX_DIFF = {
    "schema": "stella.vex-diff/1",
    "before": {"path": "HEAD:a.json"},
    "after": {"path": "a.json"},
    "equal": False,
    "added": [{"vulnerability": "CVE-2026-0002", "product": "", "status": "affected"}],
    "removed": [_VEX_CLAIM],
    "changed": [
        {
            "before": _VEX_CLAIM,
            "after": {**_VEX_CLAIM, "status": "fixed"},
            "fields": ["status", "justification"],
        }
    ],
    "unchanged": 1,
}
_VERIFICATION = {
    "schema": "stella.verification/1",
    "ok": False,
    "trust": {"mode": "first-use", "revision": TREE, "keyring": DIGEST},
    "recomputed": True,
    "commits": [
        {
            "commit": TREE,
            "ok": False,
            "standings": [
                {"environment": "prod", "result": "pass", "ok": True, "envelope": DIGEST, "detail": "v"},
                {
                    "environment": "prod",
                    "component": "api",
                    "result": "missing",
                    "ok": False,
                    "code": "MISSING",
                    "detail": "no verdict",
                    "remedy": "decide",
                },
            ],
            "attestations": [
                {
                    "envelope": DIGEST,
                    "refs": ["refs/notes/stella/attest"],
                    "signers": ["key:ada"],
                    "superseded": False,
                    "checks": _CHECKS,
                    "verdictId": "verdict:" + DIGEST,
                    "decision": "pass",
                    "environment": "prod",
                },
                {"envelope": "", "refs": ["r"], "signers": [], "superseded": False, "checks": []},
            ],
            "foreignLines": 2,
        }
    ],
}

# name -> good documents; the first one is what the bad ones are made from
_ELEMENTS_REPORT = {
    "schema": "stella.elements-report/1",
    "files": [
        {
            "path": "bom.json",
            "format": {"kind": "cyclonedx", "version": "1.6"},
            "profiles": [
                {
                    "id": "ntia-2021",
                    "title": "NTIA",
                    "status": "final",
                    "score": 500,
                    "baseline": False,
                    "met": False,
                    "levels": [{"id": "required", "score": 500, "met": False}],
                    "elements": [
                        {
                            "id": "supplier",
                            "title": "Supplier Name",
                            "scope": "component",
                            "level": "required",
                            "satisfied": 1,
                            "total": 2,
                            "missing": [{"pointer": "/components/0", "name": "a", "line": 3, "column": 5}],
                        }
                    ],
                }
            ],
        }
    ],
    "summary": {"files": 1, "unmet": 1},
}
_PROFILE_LIST = {
    "schema": "stella.profiles/1",
    "profiles": [
        {
            "id": "ntia-2021",
            "title": "NTIA",
            "status": "final",
            "elements": [
                {
                    "id": "supplier",
                    "title": "Supplier Name",
                    "scope": "component",
                    "level": "required",
                    "rule": "E-ntia-2021-supplier",
                }
            ],
        }
    ],
}
_PROFILES = [
    yaml.safe_load(path.read_bytes()) for path in sorted((ROOT / "policies/minimum-elements").glob("*.yaml"))
]

_ENVELOPE = {"payload": "e30=", "payloadType": "text/plain", "signatures": [{"keyid": "", "sig": "c2ln"}]}
_STATEMENT = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "shop", "digest": {"sha256": "ab" * 32}}],
    "predicateType": "https://example.org/x/v1",
    "predicate": {},
}
_DOCUMENT_RULES = {
    "apiVersion": "stella.ops/v1",
    "kind": "DocumentRules",
    "metadata": {"owner": "team:appsec"},
    "spec": {
        "severities": {"C007": "off", "C010": "error"},
        "except": [{"rule": "C001", "paths": ["vendor/**"], "reason": "Asked to mend it."}],
    },
}
_RULE = {
    "id": "C001",
    "severity": "error",
    "what": "x",
    "why": "x",
    "remedy": "x",
    "source": "x",
    "fixable": False,
}
_FIXES = {
    "schema": "stella.fixes/1",
    "files": [
        {
            "path": "bom.json",
            "format": {"kind": "cyclonedx", "version": "1.6"},
            "changes": [
                {"rule": "C010", "pointer": "/a", "line": 2, "column": 3, "before": "x", "after": "y"},
                {"rule": "K-uniqueItems", "pointer": "/b/1", "line": 4, "column": 5, "before": "x"},
            ],
            "reordered": False,
        }
    ],
    "summary": {"files": 1, "changed": 1, "written": True},
}
_RULES = {"schema": "stella.rules/1", "rules": [_RULE]}
_EVIDENCE_CLAIM = {
    "issuer": "repository",
    "issuerClass": "internal",
    "status": "not_affected",
    "justification": "component_not_present",
    "weight": 746,
    "outcome": "decides",
}
_EVIDENCE_FINDING = {
    "fp": "fp:0123456789abcdef",
    "id": "CVE-2026-0001",
    "aliases": ["GHSA-xxxx"],
    "purl": "pkg:pypi/p1@1.0",
    "severity": "high",
    "cvssDeci": 98,
    "epssPpm": 1000,
    "epssDate": "2026-11-19",
    "kev": False,
    "fixable": True,
    "fixedVersion": "1.1",
    "firstSeen": "2026-10-01T00:00:00Z",
    "reachability": "reachable",
    "vex": {"state": "not_affected", "effective": "not_affected", "claims": [_EVIDENCE_CLAIM]},
    "source": "findings/grype.json",
}
_UNCHECKED = ("cvssDeci", "epssPpm", "epssDate", "kev", "fixedVersion")
_EVIDENCE_COMPONENT = {
    "ref": "c1",
    "kind": "library",
    "name": "left-pad",
    "group": "g",
    "version": "1.3.0",
    "purl": _PART_ID,
    "cpes": ["cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"],
    "identifiers": [{"type": "swid", "value": "x"}],
    "hashes": [{"algorithm": "sha256", "value": "ab"}],
    "licences": ["MIT"],
    "declared": ["MIT"],
    "concluded": [],
    "supplier": "Ada",
    "producers": ["Ada"],
    "contacts": ["ada@example.org"],
    "copyright": "(c) Ada",
    "filename": "left-pad.tgz",
    "download": "https://example.org/left-pad.tgz",
    "sourceUrl": "https://example.org/left-pad",
    "properties": [{"name": "a", "value": "b"}],
    "scope": "required",
}
_BARE_COMPONENT = {
    "name": "app",
    **{
        name: []
        for name in (
            "cpes",
            "identifiers",
            "hashes",
            "licences",
            "declared",
            "concluded",
            "producers",
            "contacts",
            "properties",
        )
    },
}
_EVIDENCE_INVENTORY = {
    "format": {"kind": "cyclonedx", "version": "1.6"},
    "root": _BARE_COMPONENT,
    "roots": [_BARE_COMPONENT],
    "components": [_EVIDENCE_COMPONENT],
    "links": [
        {"source": "app", "kind": "depends-on", "target": "c1", "complete": True, "scope": "runtime"},
        {"source": "app", "kind": "contains", "target": "c1"},
    ],
    "identifier": "urn:uuid:0",
    "timestamp": "2026-01-31T09:30:00+01:00",
    "authors": ["Ada"],
    "authorContacts": ["ada@example.org"],
    "tools": ["syft 1.0"],
    "lifecycles": ["build"],
    "dataLicence": "CC0-1.0",
    "completeness": [{"ref": "app", "aggregate": "complete"}],
    "external": [],
}
_OPTIONAL_OF_INVENTORY = ("root", "identifier", "timestamp", "dataLicence")
_EVIDENCE_WAIVER = {
    "id": "w1",
    "policy": "vuln.no-kev",
    "owner": "team:shop",
    "type": "risk_accepted",
    "effect": "waive",
    "state": "live",
    "created": "2026-10-01T00:00:00Z",
    "effectiveFrom": "2026-10-01T00:00:00Z",
    "expires": "2026-12-01T00:00:00Z",
    "daysLeft": -3,
    "approvers": ["key:ada"],
}
_EVIDENCE_VEX = {
    "vulnerabilities": ["CVE-2026-0001"],
    "product": "pkg:pypi/p1@1.0",
    "finding": "fp:0123456789abcdef",
    **_EVIDENCE_CLAIM,
    "timestamp": "2026-10-01T00:00:00.5Z",
    "version": 1,
    "document": DIGEST,
    "source": "vex/a.json",
}
_RESOURCE = {"uri": "git+https://example.org/x", "digest": {"gitCommit": TREE}, "ours": 1}
_EVIDENCE_PROVENANCE = {
    "buildDefinition": {
        "buildType": "https://example.org/job/v1",
        "externalParameters": {"anything": [1]},
        "resolvedDependencies": [_RESOURCE],
    },
    "runDetails": {"builder": {"id": "https://example.org/builder"}, "metadata": {"invocationId": "1"}},
}


_ENTRY = {"fp": "vfp:0123456789abcdef", "policy": "vuln.no-kev", "rule": "kev"}
_POLICY_REPORT = {
    "schema": "stella.policy-report/1",
    "decision": "error",
    "context": {
        "asOf": "2026-11-20T00:00:00Z",
        "environment": "prod",
        "stage": "release",
        "ref": "refs/heads/main",
        "subject": "shop",
    },
    "ran": 2,
    "policies": [
        {"id": "vuln.no-kev", "revision": 3, "digest": DIGEST, "mode": "deny", "effectiveMode": "warn"}
    ],
    "results": [
        {
            "policy": "vuln.no-kev",
            "rule": "kev",
            "title": "No finding is on the KEV list",
            "status": "warn",
            "mode": "deny",
            "effectiveMode": "warn",
            "severity": "critical",
            "owner": "team:appsec",
            "controls": ["NIST-SSDF/RV.2.2"],
            "place": {
                "path": "policies/no-kev.yaml",
                "line": 24,
                "column": 7,
                "pointer": "/spec/rules/0",
            },
            "violations": [
                {
                    "fp": "vfp:0123456789abcdef",
                    "key": "fp:0123456789abcdef",
                    "code": "kev",
                    "params": {"id": "CVE-2026-0001", "points": 3, "fixed": False, "aliases": ["GHSA-xxxx"]},
                    "message": "CVE-2026-0001 is on the KEV list",
                    "fix": "Upgrade.",
                    "status": "warn",
                    "baseline": "known",
                    "waiver": "w-1",
                    "notes": ["waiver w-0 has expired"],
                    "evidence": {"path": "findings.json", "line": 3},
                    "digests": [DIGEST],
                }
            ],
        },
        {
            "policy": "vuln.no-kev",
            "rule": "other",
            "title": "Other",
            "status": "error",
            "mode": "deny",
            "effectiveMode": "deny",
            "severity": "critical",
            "owner": "team:appsec",
            "controls": [],
            "place": {},
            "fault": {"code": "cel-evaluation", "message": "no", "remedy": "do", "place": {"path": "p.yaml"}},
            "violations": [],
        },
    ],
    "waivers": [{"id": "w-1", "digest": DIGEST, "applied": ["vfp:0123456789abcdef"]}],
    "notices": [{"code": "waiver-orphan", "text": "it covers nothing", "level": "warning"}],
    "baseline": {"newOnly": True, "decision": "error", "known": 1, "gone": [_ENTRY], "unasked": []},
}
_STEP = {"depth": 0, "text": "!f.kev", "line": 1, "column": 1, "times": 1, "value": "false"}
_POLICY_EXPLANATION = {
    "schema": "stella.policy-explanation/1",
    "context": {"asOf": "2026-11-20T00:00:00Z", "environment": "prod", "stage": "release"},
    "rules": [
        {
            "policy": "vuln.no-kev",
            "rule": "kev",
            "revision": 3,
            "digest": DIGEST,
            "title": "No finding is on the KEV list",
            "status": "fail",
            "mode": "deny",
            "effectiveMode": "deny",
            "severity": "critical",
            "owner": "team:appsec",
            "controls": ["NIST-SSDF/RV.2.2"],
            "place": {"path": "policies/no-kev.yaml", "line": 24},
            "evidence": [
                {
                    "as": "findings",
                    "predicateType": "https://in-toto.io/attestation/vulns",
                    "versions": ["v0.2"],
                    "min": 1,
                    "max": 1,
                    "enough": True,
                    "selected": [
                        {
                            "version": "v0.2",
                            "sources": [
                                {
                                    "digest": DIGEST,
                                    "predicateType": "https://in-toto.io/attestation/vulns/v0.2",
                                    "signers": [{"name": "key:ci", "roles": ["ci"]}],
                                    "subjects": [{"name": "shop"}],
                                    "made": "2026-11-19T00:00:00Z",
                                    "path": "findings.json",
                                }
                            ],
                        }
                    ],
                    "refused": [{"version": "v0.2", "sources": [], "reason": "nobody signed it"}],
                    "others": [{"version": "v0.1", "sources": []}],
                }
            ],
            "lets": [{"name": "open", "tree": [_STEP]}],
            "source": [_STEP],
            "elements": [
                {
                    "key": "CVE-2026-0001",
                    "fp": "vfp:0123456789abcdef",
                    "tree": [_STEP, {**_STEP, "depth": 1}],
                    "status": "fail",
                    "message": "CVE-2026-0001 is on the KEV list",
                    "params": [{"name": "id", "tree": [_STEP]}],
                    "fix": "Upgrade.",
                    "notes": [],
                    "evidence": {"path": "findings.json", "line": 2},
                    "digests": [DIGEST],
                    "waive": "stella policy waive vfp:0123456789abcdef",
                }
            ],
            "more": 2,
        }
    ],
}
_WAIVER_ROW = {
    "id": "w-1",
    "path": "policies/waivers/w-1.yaml",
    "digest": "sha256:" + "a" * 64,
    "policy": "vuln.no-kev",
    "match": {"fingerprint": "vfp:0123456789abcdef"},
    "type": "risk_accepted",
    "effect": "waive",
    "reason": "It cannot be reached.",
    "owner": "user:ada@example.org",
    "created": "2026-11-01T00:00:00Z",
    "effectiveFrom": "2026-11-01T00:00:00Z",
    "expires": "2026-12-01T00:00:00Z",
    "state": "live",
    "daysLeft": 10,
    "orphan": False,
    "approvers": ["key:ben"],
    "problems": [],
}
_WAIVERS = {"schema": "stella.waivers-report/1", "asOf": "2026-11-20T00:00:00Z", "waivers": [_WAIVER_ROW]}
GOOD = {
    "document-rules.v1": [_DOCUMENT_RULES, {**_DOCUMENT_RULES, "spec": {}}],
    "dsse-envelope.v1": [_ENVELOPE, {**_ENVELOPE, "extra": 1}],
    "fixes.v1": [_FIXES, {**_FIXES, "files": []}],
    "in-toto-statement.v1": [_STATEMENT, {**_STATEMENT, "_type": "https://in-toto.io/Statement/v0.1"}],
    "profiles.v1": [_PROFILE_LIST, {**_PROFILE_LIST, "profiles": []}],
    "waivers-report.v1": [_WAIVERS, {**_WAIVERS, "waivers": []}],
    "rules.v1": [_RULES, {**_RULES, "rules": []}],
    "audit-record.v1": [
        _AUDIT,
        {name: _AUDIT[name] for name in ("seq", "time", "who", "operation", "outcome")},
        {**_AUDIT, "outcome": "failed", "code": "key-name", "torn": DIGEST},
    ],
    "budget-check.v1": [budget_check()],
    "budget.v1": [_budget("policy.stella.ops/v1"), _budget("stella.ops/v1")],
    "claims.v1": [_CLAIMS, {**_CLAIMS, "predicates": {}}],
    "config.v1": [_CONFIG, {}, {"component": [{"name": "x"}]}],
    "conversion.v1": [_CONVERSION, {**_CONVERSION, "lost": []}],
    "elements-report.v1": [_ELEMENTS_REPORT, {**_ELEMENTS_REPORT, "files": []}],
    "evidence-findings.v1": [
        _EVIDENCE_FINDING,
        {name: value for name, value in _EVIDENCE_FINDING.items() if name not in _UNCHECKED},
    ],
    "evidence-inventory.v1": [
        _EVIDENCE_INVENTORY,
        {name: value for name, value in _EVIDENCE_INVENTORY.items() if name not in _OPTIONAL_OF_INVENTORY},
    ],
    "evidence-provenance.v1": [
        _EVIDENCE_PROVENANCE,
        {**_EVIDENCE_PROVENANCE, "vendor_extension": True},
        *(sample(kind)["predicate"] for kind in ("orchestrator", "job", "export")),
    ],
    "evidence-unknowns.v1": [{"id": "component:a#b", "reason": "Identity"}],
    "evidence-vex.v1": [
        _EVIDENCE_VEX,
        {
            **without(without(_EVIDENCE_VEX, ["finding"]), ["timestamp"]),
            "outcome": "unmatched",
        },
    ],
    "evidence-waivers.v1": [_EVIDENCE_WAIVER, {**_EVIDENCE_WAIVER, "state": "too-long", "approvers": []}],
    "findings.v1": [_FINDINGS, {**without(_FINDINGS, ["unknowns"]), "findings": []}],
    "inventory-diff.v1": [_INVENTORY_DIFF, {**_INVENTORY_DIFF, "added": [], "versions": []}],
    "inventory-stats.v1": [_INVENTORY_STATS, {**_INVENTORY_STATS, "ecosystems": []}],
    "inventory-tree.v1": [_INVENTORY_TREE, {**_INVENTORY_TREE, "rows": []}],
    "inventory.v1": [
        _INVENTORY,
        {**_INVENTORY, "inventory": {"parts": [], "links": [], "roots": []}},
        {name: value for name, value in _INVENTORY.items() if name != "details"},
    ],
    "keyring-sigs.v1": [
        {
            "payloadType": "application/vnd.stella.keyring+json",
            "signatures": [{"keyid": KEYID, "sig": base64.b64encode(b"\xff" * 70).decode()}],
        },
        {"payloadType": "application/vnd.stella.keyring+json", "signatures": []},
    ],
    "keyring.v1": [
        _KEYRING,
        _REVOKED,
        {name: _KEYRING[name] for name in ("version", "expires", "keys")},
    ],
    "leaf.v1": [
        _LEAF,
        {
            name: "revoke" if name == "kind" else value
            for name, value in _LEAF.items()
            if name not in {"verdictId", "result", "subjectCommit"}
        },
    ],
    "minimum-elements.v1": _PROFILES,
    "policy-baseline.v1": [
        {"schema": "stella.policy-baseline/1", "violations": [_ENTRY]},
        {"schema": "stella.policy-baseline/1", "violations": []},
    ],
    "policy-explanation.v1": [_POLICY_EXPLANATION, {**_POLICY_EXPLANATION, "rules": []}],
    "policy-report.v1": [
        _POLICY_REPORT,
        {key: value for key, value in _POLICY_REPORT.items() if key != "baseline"},
    ],
    "problems.v1": [
        _PROBLEMS,
        {**_PROBLEMS, "files": []},
    ],
    "report.v1": [
        _REPORT,
        {"schema": "stella.report/1", "ok": True, "checks": _CHECKS[:1]},
        {"schema": "stella.report/1", "ok": False, "checks": []},
    ],
    "slsa-provenance.v1": [sample(kind)["predicate"] for kind in ("orchestrator", "job", "export")],
    "trust.v1": [_TRUST, {**_TRUST, "spec": {}}],
    "verdict-predicate.v1": [
        verdict_predicate(),
        verdict_predicate(binding=binding(rootCommits=[], shallow=True, gitCommit=None, expires=None)),
        verdict_predicate(binding=binding(ref="HEAD", supersedes=[])),
    ],
    "verdict.v1": [
        verdict(),
        change(verdict(), ["context", "params"], {"ratingSources": ["NVD"]}),
        {**verdict(), "inputs": [], "results": [], "waivers": [], "budgets": []},
    ],
    "verification.v1": [_VERIFICATION, {**_VERIFICATION, "commits": []}],
    "vex-diff.v1": [_VEX_DIFF, {**_VEX_DIFF, "equal": True, "added": [], "removed": [], "changed": []}],
}

# name -> (path, value) put into the first good document; GONE takes the member away
BAD = {
    "document-rules.v1": [
        (["kind"], "Rules"),
        (["apiVersion"], GONE),
        (["extra"], 1),
        (["spec", "severity"], {}),
        (["spec", "severities", "C007"], False),
        (["spec", "severities", "C007"], "fatal"),
        (["spec", "except", 0, "paths"], []),
        (["spec", "except", 0, "reason"], " "),
        (["spec", "except", 0, "rule"], GONE),
    ],
    "dsse-envelope.v1": [
        (["payload"], 1),
        (["payloadType"], ""),
        (["signatures"], []),
        (["signatures", 0, "sig"], GONE),
        (["signatures", 0, "keyid"], 1),
    ],
    "fixes.v1": [
        (["schema"], "stella.fixes/2"),
        (["files", 0, "path"], ""),
        (["files", 0, "format"], GONE),
        (["files", 0, "changes", 0, "line"], 0),
        (["files", 0, "changes", 0, "pointer"], "a"),
        (["files", 0, "changes", 0, "after"], ""),
        (["files", 0, "extra"], 1),
        (["summary", "written"], "yes"),
        (["summary", "changed"], -1),
    ],
    "in-toto-statement.v1": [
        (["_type"], "https://in-toto.io/Statement/v2"),
        (["subject"], []),
        (["subject", 0, "digest"], {}),
        (["subject", 0, "digest", "sha256"], 1),
        (["subject", 0, "digest"], GONE),
        (["predicateType"], GONE),
        (["predicate"], []),
    ],
    "waivers-report.v1": [
        (["schema"], "stella.waivers-report/2"),
        (["asOf"], GONE),
        (["waivers", 0, "state"], "approved"),
        (["waivers", 0, "match"], {"vuln": "CVE-2026-0001"}),
        (["waivers", 0, "rule"], None),
        (["waivers", 0, "approvers"], GONE),
    ],
    "profiles.v1": [
        (["schema"], "stella.profiles/2"),
        (["profiles", 0, "status"], "drafted"),
        (["profiles", 0, "elements"], []),
        (["profiles", 0, "elements", 0, "scope"], "part"),
        (["profiles", 0, "elements", 0, "rule"], GONE),
    ],
    "rules.v1": [
        (["schema"], "stella.rules/2"),
        (["rules", 0, "severity"], "off"),
        (["rules", 0, "why"], GONE),
        (["rules", 0, "source"], ""),
        (["rules", 0, "extra"], 1),
    ],
    "audit-record.v1": [
        (["seq"], -1),
        (["seq"], GONE),
        (["time"], "today"),
        (["who"], GONE),
        (["outcome"], None),
        (["extra"], "x"),
        (["prev"], 1),
    ],
    "budget-check.v1": [
        (["checkId"], "verdict:" + DIGEST),
        (["checkId"], GONE),
        (["extra"], 1),
        (["check", "extra"], 1),
        (["check", "asOf"], "2026-11-20T00:00:00+00:00"),
        (["check", "semantics"], "budget/2"),
        (["check", "budget", "configDigest"], "e" * 64),
        (["check", "checks", 0, "used"], -1),
        (["check", "checks", 0, "limit"], None),
        (["check", "violations", 0, "over"], 0),
        (["check", "inputs", 0, "role"], "sbom"),
        (["check", "counts", "findings", "severe"], 1),
        (["check", "counts", "riskPoints"], 1.5),
        (["check", "result"], "error"),
        (["check", "state"], GONE),
    ],
    "budget.v1": [
        (["apiVersion"], "stella.ops/v2"),
        (["kind"], "Policy"),
        (["metadata", "owner"], "appsec"),
        (["metadata", "revision"], 0),
        (["metadata", "revison"], 1),
        (["spec", "environments"], []),
        (["spec", "environments"], ["prod", "prod"]),
        (["spec", "environments", 0], "Prod"),
        (["spec", "count", "vexStates", 0], "exploitable"),
        (["spec", "count", "includeWaived"], "no"),
        (["spec", "limits"], {}),
        (["spec", "limits", "findings", "critical"], None),
        (["spec", "limits", "findings", "critical"], -1),
        (["spec", "limits", "findings", "critcal"], 0),
        (["spec", "limits", "unknowns", "byReason", "Other"], 0),
        (["spec", "points", "epss", 0, "atLeastPpm"], 1000001),
        (["spec", "points", "reachability", "unknown"], GONE),
        (["spec", "thresholds", "redPermille"], 1001),
        (["spec", "thresholds"], GONE),
        (["spec", "action"], "deny"),
    ],
    "claims.v1": [
        (["apiVersion"], "stella.ops/v2"),
        (["kind"], GONE),
        (["predicates"], []),
        (["extra"], 1),
        (["predicates", ""], {"required": []}),
        (["predicates", "https://slsa.dev/provenance/v1", "required"], GONE),
        (["predicates", "https://slsa.dev/provenance/v1", "required"], ["x"]),
        (["predicates", "https://slsa.dev/provenance/v1", "required"], ["/~2"]),
        (["predicates", "https://slsa.dev/provenance/v1", "required"], ["/a"] * 257),
        (["predicates", "https://slsa.dev/provenance/v1", "schema"], "/etc/x"),
        (["predicates", "https://slsa.dev/provenance/v1", "schema"], "a/../../x"),
        (["predicates", "https://slsa.dev/provenance/v1", "schema"], ".."),
        (["predicates", "https://slsa.dev/provenance/v1", "schema"], True),
        (["predicates", "https://slsa.dev/provenance/v1", "note"], "x"),
    ],
    "config.v1": [
        (["repositry"], {}),
        (["repository", "id"], "shop"),
        (["repository", "nam"], "x"),
        (["trust", "keyring"], "/etc/keyring.json"),
        (["trust", "keyring"], "../keyring.json"),
        (["trust", "file"], "policies/../../x"),
        (["trust", "root_keys"], "abc"),
        (["decide", "environment"], "Prod"),
        (["decide", "inputs", "sboms"], []),
        (["decide", "inputs", "sbom"], "sbom.json"),
        (["decide", "inputs", "sbom"], [""]),
        (["component", 0, "name"], GONE),
        (["component", 0, "name"], "API"),
        (["component"], {"name": "x"}),
        (["environments", "prod", "require"], 1),
        (["environments", "PROD"], {}),
        (["environments", "prod", "ref"], []),
        (["sign", "key"], ""),
        (["hooks"], []),
        (["notes", "visibility"], "secret"),
    ],
    "conversion.v1": [
        (["schema"], "stella.conversion/2"),
        (["holds"], "no"),
        (["diff", "equal"], GONE),
        (["lost", 0, "values"], []),
        (["lost", 0, "extra"], 1),
    ],
    "elements-report.v1": [
        (["schema"], "stella.elements-report/2"),
        (["summary"], GONE),
        (["files", 0, "format"], GONE),
        (["files", 0, "profiles", 0, "score"], 1001),
        (["files", 0, "profiles", 0, "score"], GONE),
        (["files", 0, "profiles", 0, "met"], None),
        (["files", 0, "profiles", 0, "status"], "drafted"),
        (["files", 0, "profiles", 0, "elements", 0, "scope"], "part"),
        (["files", 0, "profiles", 0, "elements", 0, "satisfied"], -1),
        (["files", 0, "profiles", 0, "elements", 0, "missing", 0, "pointer"], "x"),
        (["files", 0, "profiles", 0, "elements", 0, "missing", 0, "line"], 0),
        (["files", 0, "profiles", 0, "elements", 0, "missing", 0, "extra"], 0),
    ],
    "evidence-findings.v1": [
        (["fp"], "vfp:0123456789abcdef"),
        (["id"], ""),
        (["aliases"], "GHSA-xxxx"),
        (["severity"], "HIGH"),
        (["cvssDeci"], 9.8),
        (["epssPpm"], 1000001),
        (["kev"], "no"),
        (["firstSeen"], "2026-10-01"),
        (["firstSeen"], GONE),
        (["vex", "effective"], "under_investigation"),
        (["vex", "claims"], GONE),
        (["vex", "claims", 0, "issuer"], ""),
        (["vex", "claims", 0, "weight"], 1001),
        (["vex", "claims", 0, "outcome"], "wins"),
        (["vex", "claims", 0, "why"], "x"),
        (["extra"], 1),
    ],
    "evidence-inventory.v1": [
        (["format", "kind"], "inventory"),
        (["root"], []),
        (["roots"], GONE),
        (["components", 0, "name"], GONE),
        (["components", 0, "purl"], ""),
        (["components", 0, "hashes"], {"sha256": "ab"}),
        (["components", 0, "licenses"], ["MIT"]),
        (["links", 0, "complete"], "yes"),
        (["links", 0, "kind"], ""),
        (["completeness", 0, "aggregate"], GONE),
        (["tools"], [""]),
        (["extra"], 1),
    ],
    "evidence-provenance.v1": [
        (["buildDefinition"], GONE),
        (["buildDefinition", "buildType"], ""),
        (["buildDefinition", "externalParameters"], []),
        (["buildDefinition", "resolvedDependencies", 0, "digest", "gitCommit"], 1),
        (["runDetails", "builder"], GONE),
        (["runDetails", "builder", "id"], 1),
        (["runDetails", "metadata", "invocationId"], 1),
    ],
    "evidence-unknowns.v1": [
        (["id"], ""),
        (["reason"], "Other"),
        (["reason"], GONE),
        (["purl"], "pkg:npm/a"),
    ],
    "evidence-vex.v1": [
        (["vulnerabilities"], []),
        (["product"], GONE),
        (["finding"], "CVE-2026-0001"),
        (["status"], "resolved"),
        (["weight"], -1),
        (["outcome"], "ignored"),
        (["document"], "e" * 64),
        (["timestamp"], "2026-10-01T00:00:00+01:00"),
        (["extra"], 1),
    ],
    "evidence-waivers.v1": [
        (["id"], ""),
        (["type"], "other"),
        (["effect"], "ignore"),
        (["state"], "dead"),
        (["expires"], "never"),
        (["daysLeft"], 1.5),
        (["approvers"], GONE),
        (["rule"], "kev"),
    ],
    "findings.v1": [
        (["apiVersion"], "stella.ops/v2"),
        (["kind"], "Finding"),
        (["metadata"], GONE),
        (["metadata", "source"], GONE),
        (["metadata", "source", "name"], ""),
        (["metadata", "generatedAt"], "2026-11-20"),
        (["metadata", "generatedAt"], "2026-13-20T00:00:00Z"),
        (["findings"], GONE),
        (["findings", 0, "id"], ""),
        (["findings", 0, "purl"], "left-pad@1"),
        (["findings", 0, "purl"], GONE),
        (["findings", 0, "severity"], "CRITICAL"),
        (["findings", 0, "severity"], GONE),
        (["findings", 0, "fixable"], GONE),
        (["findings", 0, "cvssDeci"], 101),
        (["findings", 0, "cvssDeci"], 9.8),
        (["findings", 0, "epssPpm"], 1000001),
        (["findings", 0, "epssDate"], "2026-11-19T00:00:00Z"),
        (["findings", 0, "kev"], None),
        (["findings", 0, "kev"], "no"),
        (["findings", 0, "reachability"], "maybe"),
        (["findings", 0, "cvss"], 9.8),
        (["unknowns", 0, "reason"], "Other"),
        (["unknowns", 0, "why"], "x"),
        (["unknowns"], None),
    ],
    "inventory-diff.v1": [
        (["schema"], GONE),
        (["before", "digest"], GONE),
        (["after", "parts"], -1),
        (["equal"], 1),
        (["versions", 0, "direction"], "sideways"),
        (["versions", 0, "before"], ""),
        (["changed", 0, "hashesAdded"], GONE),
        (["links", "added", 0, "kind"], "provides"),
        (["roots", "removed"], GONE),
    ],
    "inventory-stats.v1": [
        (["schema"], GONE),
        (["without", "hash"], GONE),
        (["depth"], -1),
        (["kinds", 0, "name"], GONE),
        (["kinds", 0, "count"], "2"),
    ],
    "inventory-tree.v1": [
        (["schema"], GONE),
        (["rows", 1, "mark"], "deep"),
        (["rows", 1, "depth"], -1),
        (["rows", 0, "id"], GONE),
        (["rows", 0, "children"], []),
    ],
    "inventory.v1": [
        (["schema"], "stella.inventory/2"),
        (["digest"], "sha256:00"),
        (["inventory", "parts", 1, "version"], ""),
        (["inventory", "parts", 1, "hashes"], ["sha1"]),
        (["inventory", "parts", 1, "id"], GONE),
        (["inventory", "parts", 1, "kind"], "library"),
        (["inventory", "links", 0, "kind"], "has-test"),
        (["inventory", "roots"], GONE),
        (["details", "parts", 0, "kinds"], "library"),
    ],
    "keyring-sigs.v1": [
        (["payloadType"], "application/json"),
        (["signatures"], GONE),
        (["signatures", 0, "sig"], ""),
        (["signatures", 0, "sig"], "_w=="),
        (["signatures", 0, "sig"], "AAA"),
        (["signatures", 0, "keyid"], "ab"),
        (["signatures", 0, "keyid"], GONE),
        (["signatures", 0, "extra"], 1),
        (["extra"], 1),
        (["signatures"], [{"keyid": KEYID, "sig": "AAAA"}] * 65),
    ],
    "keyring.v1": [
        (["version"], 0),
        (["version"], "1"),
        (["version"], GONE),
        (["expires"], "2027-01-31"),
        (["expires"], "2027-01-31T12:00:00+00:00"),
        (["expires"], "2027-01-31T12:00:00.50Z"),
        (["keys"], []),
        (["keys", "Ada"], _KEYRING["keys"]["ada"]),
        (["keys", "ada", "spki"], ""),
        (["keys", "ada", "spki"], "AA-_"),
        (["keys", "ada", "algorithm"], "rsa"),
        (["keys", "ada", "roles"], []),
        (["keys", "ada", "roles"], ["trust", "trust"]),
        (["keys", "ada", "roles", 0], "admin"),
        (["keys", "ada", "status"], "revoked"),
        (["keys", "ada", "revokedAt"], "2026-06-01T00:00:00Z"),
        (["keys", "ada", "owner"], ""),
        (["keys", "ada", "note"], "x"),
        (["identities", "ci", "subject"], "both"),
        (["identities", "ci", "subjectPattern"], GONE),
        (["identities", "ci", "subjectPattern"], "repo:shop"),
        (["identities", "ci", "subjectPattern"], "^repo:shop/.*$"),
        (["identities", "ci", "subjectPattern"], "^repo:(shop|pay)$"),
        (["identities", "ci", "subjectPattern"], "^repo:***$"),
        (["identities", "ci", "subjectPattern"], "^$"),
        (["identities", "ci", "roles"], ["log", "trust"]),
        (["identities", "ci", "issuer"], "http://token.example.org"),
        (["thresholds", "trust"], 0),
        (["thresholds", "admin"], 1),
        (["trustedRoots", 0], "e" * 64),
        (["extra"], 1),
    ],
    "leaf.v1": [
        (["kind"], "note"),
        (["envelope"], "e" * 64),
        (["envelope"], GONE),
        (["subjectCommit"], "HEAD"),
        (["treeSha256"], "b" * 40),
        (["verdictId"], GONE),
        (["result"], GONE),
        (["result"], "PASS"),
        (["keyId"], "K"),
        (["index"], -1),
        (["index"], GONE),
        (["prev"], 1),
    ],
    "minimum-elements.v1": [
        (["apiVersion"], "v1"),
        (["kind"], "Elements"),
        (["metadata", "id"], "BSI"),
        (["metadata", "source"], GONE),
        (["metadata", "status"], "old"),
        (["spec", "levels"], []),
        (["spec", "levels", 0, "weight"], 0),
        (["spec", "levels", 0, "baseline"], GONE),
        (["spec", "elements", 0, "id"], "a.b"),
        (["spec", "elements", 0, "scope"], "part"),
        (["spec", "elements", 0, "requires"], "suplier"),
        (["spec", "elements", 0, "requires"], {"any": []}),
        (["spec", "elements", 0, "requires"], {"not": "name"}),
        (["spec", "elements", 0, "requires"], {"fact": "name", "among": ["x"], "form": "uri"}),
        (["spec", "elements", 0, "requires"], {"format": {"spdx": "3.x"}}),
        (["spec", "elements", 0, "why"], ""),
        (["spec", "components", "formats"], ["csaf"]),
        (["spec", "unjudged", 0, "why"], GONE),
    ],
    "policy-baseline.v1": [
        (["schema"], "stella.policy-baseline/2"),
        (["violations"], GONE),
        (["violations", 0, "fp"], "fp:0123456789abcdef"),
        (["violations", 0, "rule"], GONE),
        (["violations", 0, "policy"], "A"),
        (["violations", 0, "status"], "fail"),
        (["violations"], [_ENTRY, _ENTRY]),
        (["extra"], 1),
    ],
    "policy-explanation.v1": [
        (["schema"], "stella.policy-explanation/2"),
        (["context", "asOf"], GONE),
        (["rules", 0, "status"], "known"),
        (["rules", 0, "more"], -1),
        (["rules", 0, "evidence", 0, "selected", 0, "reason"], "x"),
        (["rules", 0, "evidence", 0, "refused", 0, "reason"], GONE),
        (["rules", 0, "evidence", 0, "selected", 0, "sources", 0, "digest"], "sha256:0"),
        (["rules", 0, "lets", 0, "tree"], []),
        (["rules", 0, "source", 0, "line"], 0),
        (["rules", 0, "elements", 0, "fp"], "fp:0123456789abcdef"),
        (["rules", 0, "elements", 0, "key"], None),
        (["rules", 0, "elements", 0, "tree", 0, "value"], 1),
        (["rules", 0, "elements", 0, "tree", 0, "times"], GONE),
        (["extra"], 1),
    ],
    "policy-report.v1": [
        (["schema"], "stella.policy-report/2"),
        (["decision"], "waived"),
        (["context", "asOf"], "today"),
        (["context", "stage"], "build"),
        (["context", "ref"], None),
        (["ran"], -1),
        (["results", 0, "status"], "known"),
        (["results", 0, "mode"], "off"),
        (["results", 0, "reason"], ""),
        (["results", 0, "violations", 0, "fp"], "vfp:0"),
        (["results", 0, "violations", 0, "key"], None),
        (["results", 0, "violations", 0, "params", "id"], {}),
        (["results", 0, "violations", 0, "params", "id"], 1.5),
        (["results", 0, "violations", 0, "status"], "known"),
        (["results", 0, "violations", 0, "evidence", "line"], 0),
        (["results", 0, "violations", 0, "message"], GONE),
        (["results", 1, "fault", "place"], GONE),
        (["results", 1, "extra"], 1),
        (["waivers", 0, "applied", 0], "fp:0123456789abcdef"),
        (["notices", 0, "text"], GONE),
        (["baseline", "gone", 0, "fp"], GONE),
        (["baseline", "newOnly"], GONE),
    ],
    "problems.v1": [
        (["schema"], "stella.problems/2"),
        (["summary"], GONE),
        (["summary", "errors"], -1),
        (["files", 0, "path"], GONE),
        (["files", 0, "format"], "cyclonedx"),
        (["files", 0, "format"], None),
        (["files", 0, "format", "version"], GONE),
        (["files", 0, "problems", 0, "severity"], "fatal"),
        (["files", 0, "problems", 0, "line"], 0),
        (["files", 0, "problems", 0, "pointer"], "components"),
        (["files", 0, "problems", 0, "pointer"], "/a~2"),
        (["files", 0, "problems", 0, "message"], "x" * 301),
        (["files", 0, "problems", 0, "rule"], GONE),
        (["files", 0, "problems", 0, "path"], "a.json"),
    ],
    "report.v1": [
        (["schema"], GONE),
        (["ok"], True),
        (["ok"], "no"),
        (["checks", 0, "status"], "ok"),
        (["checks", 0, "code"], "COPIED"),
        (["checks", 1, "code"], GONE),
        (["checks", 2, "code"], "COPIED"),
        (["checks", 0, "note"], "x"),
        (["checks", 0, "detail"], ""),
        (["signers"], ["key:ada", "key:ada"]),
        (["time"], "2026-11-20T00:00:00Z"),
    ],
    "slsa-provenance.v1": [
        (["buildDefinition"], GONE),
        (["buildDefinition", "buildType"], "https://example.org/job/v1"),
        (["buildDefinition", "buildType"], "https://stella.ops/buildtypes/job/v1"),
        (["buildDefinition", "externalParameters"], GONE),
        (["buildDefinition", "externalParameters", "debug"], True),
        (["buildDefinition", "externalParameters", "ref"], "main"),
        (["buildDefinition", "externalParameters", "workflow"], GONE),
        (["buildDefinition", "externalParameters", "inputs", "x"], 0.5),
        (["buildDefinition", "internalParameters"], []),
        (["buildDefinition", "internalParameters", "x"], None),
        (["buildDefinition", "resolvedDependencies", 0, "digest"], GONE),
        (["buildDefinition", "resolvedDependencies", 0, "digest"], {}),
        (["buildDefinition", "resolvedDependencies", 0, "digest", "gitCommit"], "E" * 40),
        (["buildDefinition", "resolvedDependencies", 1, "digest", "sha256"], "e" * 63),
        (["buildDefinition", "resolvedDependencies", 1, "content"], "e30"),
        (["buildDefinition", "resolvedDependencies", 1, "mediaType"], None),
        (["runDetails", "builder"], GONE),
        (["runDetails", "builder", "id"], ""),
        (["runDetails", "builder", "version"], "1"),
        (["runDetails", "metadata", "startedOn"], "today"),
        (["runDetails", "metadata", "finishedOn"], "2026-11-20T25:00:00Z"),
        (["runDetails", "byproducts", 0], {"name": "x"}),
        (["runDetails", "byproducts", 0], {"uri": ""}),
        (["runDetails", "byproducts"], [{"uri": "x"}, {"uri": "x"}]),
    ],
    "trust.v1": [
        (["apiVersion"], "policy.stella.ops/v1"),
        (["kind"], "trust"),
        (["metadata", "id"], GONE),
        (["metadata", "revision"], 0),
        (["spec"], GONE),
        (["spec", "classes", "partner", "provenance"], 1001),
        (["spec", "classes", "partner", "provenance"], GONE),
        (["spec", "classes", "partner", "p"], 1),
        (["spec", "classes", "Partner"], {"provenance": 1, "coverage": 1, "replayability": 1}),
        (["spec", "issuers", "key:x"], 1),
        (["spec", "issuers", ""], "internal"),
        (["spec", "strength", "proof"], 1),
        (["spec", "strength", "fixed"], 0.5),
        (["spec", "freshness", "points"], []),
        (["spec", "freshness", "points", 0, "days"], -1),
        (["spec", "freshness", "points", 0], [0, 1000]),
        (["spec", "freshness", "floor"], None),
        (["spec", "weights"], {}),
    ],
    "verdict-predicate.v1": [
        (["verdictId"], "verdict:sha256:ABC"),
        (["verdictId"], GONE),
        (["verdict"], GONE),
        (["verdict", "decision"], "denied"),
        (["verdict", "verdictId"], "x"),
        (["binding"], GONE),
        (["binding", "repositoryId"], "shop"),
        (["binding", "rootCommits"], []),
        (["binding", "rootCommits"], GONE),
        (["binding", "rootCommits"], ["c" * 40, "c" * 40]),
        (["binding", "shallow"], True),
        (["binding", "shallow"], False),
        (["binding", "ref"], "main"),
        (["binding", "gitCommit"], "a" * 41),
        (["binding", "treeSha256"], TREE),
        (["binding", "policyRevision"], GONE),
        (["binding", "expires"], "never"),
        (["binding", "supersedes"], GONE),
        (["binding", "note"], "x"),
        (["run", "startedOn"], GONE),
        (["run", "inputs", 0, "uri"], "file:x"),
        (["run", "inputs", 0, "uri"], "tree:"),
        (["run", "inputs", 0, "size"], 1),
        (["run", "messages", 0, "code"], GONE),
        (["run", "messages"], GONE),
        (["run", "host"], "x"),
    ],
    "verdict.v1": [
        (["canon"], "json"),
        (["semantics"], "verdict/2"),
        (["subject"], []),
        (["subject", 0, "digest"], {}),
        (["subject", 0, "digest", "sha256"], "A" * 64),
        (["subject", 0, "uri"], "x"),
        (["context", "environment"], "Prod"),
        (["context", "stage"], "post-commit"),
        (["context", "asOf"], "2026-11-20T00:00:00.5Z"),
        (["context", "params"], {}),
        (["context", "now"], "x"),
        (["policySet", "digest"], "b" * 64),
        (["policySet", "policies", 0, "mode"], "block"),
        (["policySet", "policies", 0, "revision"], -1),
        (["trust"], {}),
        (["inputs", 0, "digest"], GONE),
        (["inputs", 0, "signers"], "key:x"),
        (["results", 0, "status"], "ok"),
        (["results", 0, "violations", 0, "params"], GONE),
        (["results", 0, "violations", 0, "message"], "x"),
        (["waivers", 0, "applied"], GONE),
        (["waivers", 0, "applied"], ["x", "x"]),
        (["budgets", 0, "result"], "error"),
        (["budgets", 0, "state"], "blue"),
        (["decision"], "PASS"),
        (["decision"], None),
        (["issuedAt"], "2026-11-20T00:00:00Z"),
    ],
    "verification.v1": [
        (["schema"], GONE),
        (["ok"], 1),
        (["trust", "mode"], "blind"),
        (["trust", "keyring"], GONE),
        (["recomputed"], None),
        (["commits", 0, "commit"], "HEAD"),
        (["commits", 0, "standings", 0, "result"], "PASS"),
        (["commits", 0, "standings", 0, "envelope"], "x"),
        (["commits", 0, "standings", 1, "code"], None),
        (["commits", 0, "attestations", 0, "checks", 1, "code"], GONE),
        (["commits", 0, "attestations", 0, "verdictId"], DIGEST),
        (["commits", 0, "attestations", 1, "envelope"], GONE),
        (["commits", 0, "foreignLines"], -1),
        (["commits", 0, "time"], "x"),
    ],
    "vex-diff.v1": [
        (["schema"], "stella.vex-diff/2"),
        (["equal"], GONE),
        (["before"], GONE),
        (["after", "path"], ""),
        (["after", "extra"], 1),
        (["added", 0, "status"], "resolved"),
        (["added", 0, "justification"], None),
        (["removed", 0, "timestamp"], "2026-01-31T09:30:00+01:00"),
        (["removed", 0, "vulnerability"], GONE),
        (["changed", 0, "fields"], []),
        (["changed", 0, "fields", 0], "author"),
        (["changed", 0, "before"], GONE),
        (["unchanged"], -1),
        (["extra"], 1),
    ],
}
GOOD |= policytest_cases.GOOD | policyfile_cases.GOOD
BAD |= policytest_cases.BAD | policyfile_cases.BAD


def bad(name, path, value):
    """Return the first good document of a schema with one thing made bad."""
    good = GOOD[name][0]
    return without(good, path) if value is GONE else change(good, path, copy.deepcopy(value))
