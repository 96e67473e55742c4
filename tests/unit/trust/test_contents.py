"""A verified statement against what the verifier holds: predicate, dependencies, inputs."""

import hashlib

import pytest

from stella_git.attest import slsa
from stella_git.attest.predicates import TYPES
from stella_git.attest.statement import ResourceDescriptor, Statement
from stella_git.canon.digest import sha256
from stella_git.trust.contents import check_custody, check_dependencies, check_predicate

ONE, TWO = hashlib.sha256(b"one").hexdigest(), hashlib.sha256(b"two").hexdigest()
SUBJECT = (ResourceDescriptor(name="app", digest={"sha256": "a" * 64}),)


def statement(kind, predicate):
    return Statement(subject=SUBJECT, predicate_type=TYPES.get(kind, kind), predicate=predicate)


def provenance(*digests, **more):
    rows = [{"uri": f"pkg:generic/{digest[:4]}", "digest": {"sha256": digest}} for digest in digests]
    definition = {
        "buildType": "https://example.org/b",
        "externalParameters": {},
        "resolvedDependencies": rows,
    }
    run = {"builder": {"id": "https://example.org/builder"}}
    return statement("slsa-provenance", {"buildDefinition": definition, "runDetails": run} | more)


def summary(*digests):
    return statement("vsa", {"inputAttestations": [{"digest": {"sha256": digest}} for digest in digests]})


def given(*names):
    return [(name, frozenset({hashlib.sha256(name.encode()).hexdigest(), "f" * 64})) for name in names]


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (provenance(ONE), "passed", ""),
        (provenance(ONE, runDetails={}), "failed", "PREDICATE_INVALID"),
        (statement("verdict", {}), "failed", "PREDICATE_INVALID"),
        (statement("budget-check", {"checkId": 1}), "failed", "PREDICATE_INVALID"),
        (statement("https://example.org/p", {}), "skipped", ""),
    ],
)
def test_predicate(said, status, code):
    check = check_predicate(said)
    assert (check.status, check.code) == (status, code)


def test_dependencies():
    said = provenance(ONE, TWO)
    root = slsa.Provenance.from_json(said.predicate).dependencies_root()
    assert check_dependencies(said, root).status == "passed"
    assert check_dependencies(provenance(TWO), root).code == "DEPENDENCIES_ROOT"
    assert check_dependencies(summary(ONE), root).code == "DEPENDENCIES_UNKNOWN"
    assert check_dependencies(provenance(ONE, runDetails=3), sha256(b"")).code == "DEPENDENCIES_UNKNOWN"


@pytest.mark.parametrize(
    ("said", "names", "code"),
    [
        (summary(ONE, TWO), ("one", "two"), ""),
        (provenance(ONE), ("one",), ""),
        (statement("promotion", {"materials": [{"role": "sbom", "digest": f"sha256:{ONE}"}]}), ("one",), ""),
        (summary(ONE, TWO), ("one",), "CUSTODY_INCOMPLETE"),
        (summary(ONE), ("one", "two"), "CUSTODY_FOREIGN"),
        (summary(), ("one",), "CUSTODY_UNKNOWN"),
        (
            statement("vsa", {"inputAttestations": [{"digest": {"sha512": "ab"}}]}),
            ("one",),
            "CUSTODY_UNKNOWN",
        ),
        (statement("vsa", {"inputAttestations": ["x"]}), ("one",), "CUSTODY_UNKNOWN"),
        (statement("vsa", {}), ("one",), "CUSTODY_UNKNOWN"),
        (statement("slsa-provenance", {"buildDefinition": 1}), ("one",), "CUSTODY_UNKNOWN"),
        (statement("promotion", {"materials": [{"digest": "md5:ab"}]}), ("one",), "CUSTODY_UNKNOWN"),
        (statement("https://example.org/p", {}), ("one",), "CUSTODY_UNKNOWN"),
    ],
)
def test_custody(said, names, code):
    assert check_custody(said, given(*names)).code == code
