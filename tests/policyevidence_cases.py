"""Documents and attestations that the tests of evidence for policies share."""

import json

import jsonschema
from referencing import Registry, Resource

from documents_cases import bom, data, vex
from schema_cases import NAMES, load
from stella_git.attest.statement import ResourceDescriptor, Statement, commit_subjects
from stella_git.canon.clock import parse_rfc3339
from stella_git.flows.policyevidence.offered import of_files
from stella_git.flows.policyevidence.signers import About
from stella_git.policy import predicates
from trust_cases import COMMIT, REPOSITORY, TREE, TWIN, entry, envelope, payload

AS_OF = parse_rfc3339("2026-06-01T00:00:00Z")
ABOUT = About(trees=frozenset({TREE, TWIN}), commits=frozenset({COMMIT}))
LEFT = "pkg:npm/left-pad@1.3.0"
FINDINGS_V1 = f"{predicates.FINDINGS}/v1"
PROVENANCE_V1 = f"{predicates.PROVENANCE}/v1"
VULNS_V02 = f"{predicates.VULNS}/v0.2"
OPENVEX_V020 = f"{predicates.OPENVEX}/v0.2.0"
ROLES = (
    predicates.CYCLONEDX,
    FINDINGS_V1,
    PROVENANCE_V1,
    VULNS_V02,
    OPENVEX_V020,
    "https://example.org/x/v3",
)
REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in map(load, NAMES)
)


def findings(*rows, **members):
    """Return a findings document as bytes."""
    value = {
        "apiVersion": "stella.ops/v1",
        "kind": "Findings",
        "metadata": {"source": {"name": "scanner"}, "generatedAt": "2026-05-01T00:00:00Z"},
        "findings": list(rows),
    }
    return data({**value, **members})


def row(identifier="CVE-2026-0001", **members):
    """Return a row of a findings document."""
    value = {"id": identifier, "purl": LEFT, "severity": "high", "fixable": True}
    return {**value, **members}


def statement(predicate_type, predicate, *, subjects=None):
    """Return a statement, about the commit of the tests unless told otherwise."""
    if subjects is None:
        subjects = commit_subjects(REPOSITORY, git_commit=COMMIT, git_tree=TREE, tree_sha256=TWIN)
    return Statement(subject=subjects, predicate_type=predicate_type, predicate=predicate)


def artifact(**digest):
    """Return the subjects of a statement about an artifact."""
    return (ResourceDescriptor(name="app.tgz", digest=digest or {"sha256": "ab" * 32}),)


def attested(predicate_type, predicate, *names, subjects=None):
    """Return an envelope around a statement as bytes, signed by the keys of these names."""
    return envelope(
        *(names or ("ada",)), said=statement(predicate_type, predicate, subjects=subjects)
    ).to_bytes()


def ring(*names, roles=ROLES):
    """Return the bytes of a keyring whose keys may sign everything here."""
    return payload(*(entry(name, "trust", *roles) for name in names or ("ada",)))


def provenance(commit=COMMIT):
    """Return SLSA provenance of a build that used a commit."""
    return {
        "buildDefinition": {
            "buildType": "https://example.org/build/v1",
            "externalParameters": {},
            "resolvedDependencies": [
                {"uri": "git+https://example.org/app", "digest": {"gitCommit": commit}},
                {"uri": "pkg:npm/left-pad@1.3.0", "digest": {"sha256": "cd" * 32}},
            ],
        },
        "runDetails": {
            "builder": {"id": "https://example.org/builder"},
            "metadata": {"startedOn": "2026-05-30T00:00:00Z", "finishedOn": "2026-05-31T00:00:00Z"},
        },
    }


def scan(*ids):
    """Return an in-toto vulns predicate."""
    results = [
        {"id": name, "severity": [{"method": "CVSS_V3", "score": "9.8"}], "annotations": [{"purl": LEFT}]}
        for name in ids
    ]
    return {
        "scanner": {"uri": "https://example.org/scanner", "version": "1", "db": {}, "result": results},
        "metadata": {"scanStartedOn": "2026-05-01T00:00:00Z", "scanFinishedOn": "2026-05-02T00:00:00Z"},
    }


def offered(*files, **options):
    """Return the evidence of (name, bytes or JSON) pairs, by predicate type without version, then version."""
    given = [(name, value if isinstance(value, bytes) else data(value)) for name, value in files]
    made = of_files(given, **({"as_of": AS_OF, "environment": "prod"} | options))
    found = {}
    for item in made:
        found.setdefault(item.predicate_type, []).append(item)
    return found


def only(found, base):
    """Return the one piece of evidence of a type."""
    (item,) = found[base]
    return item


def require_schema(name, value):
    """Refuse a value that does not fit a schema of ours, or that JSON cannot say."""
    schema = load(name)
    jsonschema.Draft202012Validator(
        schema, registry=REGISTRY, format_checker=jsonschema.FormatChecker()
    ).validate(json.loads(json.dumps(value)))


__all__ = ["bom", "data", "vex"]
