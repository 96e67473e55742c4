"""What a command loads. A hook starts cold on every commit: the budget is a set of modules, not a time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from documents_cases import bom, data
from flows_cases import story
from stella_git.cli import decide as cli_decide
from stella_git.cli.main import COMMANDS
from stella_git.config import model

ROOT = Path(__file__).parents[2]
HEAVY = {
    "pygit2",
    "cryptography",
    "rfc3161_client",
    "jsonschema",
    "referencing",
    "yaml",
    "blake3",
    "hypothesis",
    "pytest",
}
SLOW = {
    "dataclasses",
    "inspect",
    "typing",
    "json",
    "logging",
    "subprocess",
    "tomllib",
    "pathlib",
    "asyncio",
    "urllib",
}

PROBE = """
import sys
before = set(sys.modules)
sys.argv = ["stella", *sys.argv[1:]]
from stella_git.cli.main import main
try:
    main()
except SystemExit:
    pass
print(*sorted(set(sys.modules) - before), file=sys.stderr, sep="\\n")
"""


def loaded(*argv, cwd, stdin=b""):
    """Return the modules that a command loads in a fresh interpreter without ``site``'s additions."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *argv],
        input=stdin,
        capture_output=True,
        check=True,
        env=environment,
        cwd=cwd,
    )
    return set(done.stderr.decode().split())


def packages(names):
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["no-such-command"]])
def test_help_loads_next_to_nothing(tmp_path, argv):
    names = loaded(*argv, cwd=tmp_path)
    assert packages(names) & (HEAVY | SLOW) == set()
    assert {name for name in names if name.startswith("stella_git.")} == {
        "stella_git.cli",
        "stella_git.cli.main",
        "stella_git.errors",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_loads_no_floor(tmp_path, command):
    names = loaded(command, "--help", cwd=tmp_path)
    assert packages(names) & (HEAVY | SLOW - {"typing"}) == set()
    floors = {name for name in names if name.startswith("stella_git.") and name.count(".") == 1}
    assert floors == {"stella_git.cli", "stella_git.errors"}


def test_one_command_loads_only_its_own_module(tmp_path):
    names = loaded("verify", "--help", cwd=tmp_path)
    assert {name for name in names if name.startswith("stella_git.cli.")} == {
        "stella_git.cli.main",
        "stella_git.cli.verify",
    }


def test_canon_loads_the_standard_library_only(tmp_path):
    assert packages(loaded("canon", "-", cwd=tmp_path, stdin=b"{}")) & HEAVY == set()


def test_validating_loads_neither_git_nor_keys(tmp_path):
    (tmp_path / "bom.json").write_bytes(b'{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}')
    assert (
        packages(loaded("sbom", "validate", "bom.json", cwd=tmp_path)) & {"pygit2", "cryptography", "yaml"}
        == set()
    )


def test_trying_policies_loads_neither_git_nor_keys(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "apiVersion: stella.ops/v1\nkind: Policy\n"
        "metadata: {id: a, revision: 1, title: A, owner: 'team:a', severity: low}\n"
        "spec:\n  mode: deny\n  rules: [{id: a, assert: 'true', violation: {message: bad}}]\n",
        encoding="utf-8",
    )
    names = loaded("policy", "eval", "--policies", "p.yaml", "--as-of", "2026-01-01T00:00:00Z", cwd=tmp_path)
    assert packages(names) & {"pygit2", "cryptography"} == set()
    assert "stella_git.policy.run" in names


# Neither keys nor repositories, nor the engine that explains what a schema refuses.
UNASKED = {
    "blake3",
    "cryptography",
    "jsonschema",
    "pygit2",
    "referencing",
    "subprocess",
    "tempfile",
    "tomllib",
}
POLICY_VERBS = {
    "lint": ({"dataclasses", "decimal", "difflib", "inspect", "shutil"}, ["policy", "lint", "policies"]),
    "test": ({"decimal", "difflib", "shutil"}, ["policy", "test", "policies"]),
    "fmt": ({"decimal", "shutil"}, ["policy", "fmt", "--check", "policies"]),
    "eval": (
        {"decimal", "difflib", "shutil"},
        ["policy", "eval", "--policies", "policies", "--as-of", "2026-01-01T00:00:00Z"],
    ),
    "explain": ({"decimal", "shutil"}, ["policy", "explain", "vuln.no-kev/kev"]),
    "schema": (
        {"dataclasses", "difflib", "inspect", "json", "pathlib", "yaml"},
        ["policy", "schema", "Policy"],
    ),
}


@pytest.mark.parametrize("verb", POLICY_VERBS)
def test_a_verb_of_policies_loads_what_it_needs(tmp_path, verb):
    more, argv = POLICY_VERBS[verb]
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    names = loaded(*argv, cwd=tmp_path)
    assert packages(names) & (UNASKED | more) == set()
    assert f"stella_git.cli.policy{verb}" in names


def test_linting_policies_asks_nobody_but_the_linter(tmp_path):
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    names = loaded("policy", "lint", "policies", cwd=tmp_path)
    assert [name for name in names if name.startswith(("stella_git.verdict", "stella_git.policy.run"))] == []
    assert {name for name in names if name.startswith("stella_git.gitstore.")} == {
        "stella_git.gitstore.backend"
    }
    assert "stella_git.policy.lint" in names


# What a valid document needs nothing of: words for problems, licence lists, inventories, exact arithmetic.
UNUSED = {
    "dataclasses",
    "decimal",
    "difflib",
    "fractions",
    "inspect",
    "ipaddress",
    "logging",
    "multiprocessing",
    "pathlib",
    "shutil",
    "subprocess",
    "tomllib",
    "urllib",
}
OWN_UNUSED = (
    "stella_git.cli.elements",
    "stella_git.cli.fixing",
    "stella_git.cli.inventory",
    "stella_git.documents.claims",
    "stella_git.documents.counterparts",
    "stella_git.documents.elements",
    "stella_git.documents.schema.explain",
    "stella_git.documents.inventory",
    "stella_git.documents.licences",
    "stella_git.documents.lint.pairs",
    "stella_git.documents.mends",
    "stella_git.documents.rules",
    "stella_git.documents.settings",
    "stella_git.flows.surroundings",
    "stella_git.gitstore",
)


def test_a_valid_document_loads_what_it_needs(tmp_path):
    components = [
        {
            "type": "library",
            "bom-ref": "left",
            "name": "left-pad",
            "purl": "pkg:npm/left-pad@1.3.0",
            "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
            "licenses": [{"license": {"id": "MIT"}}],
            "externalReferences": [{"type": "website", "url": "https://example.org/left"}],
        },
        {"type": "library", "name": "right-pad", "licenses": [{"expression": "MIT OR Apache-2.0"}]},
    ]
    (tmp_path / "bom.json").write_bytes(data(bom(components=components)))
    names = loaded("sbom", "validate", "--no-git", "bom.json", cwd=tmp_path)
    assert packages(names) & (HEAVY | UNUSED) == set()
    assert [name for name in names if name.startswith(OWN_UNUSED)] == []
    assert "stella_git.documents.lint.cyclonedx" in names


def test_every_module_imports_without_extras(tmp_path):
    """Each module alone, with nothing but its base dependencies loaded when it asks for them."""
    code = (
        "import importlib, pkgutil, stella_git\n"
        "for module in pkgutil.walk_packages(stella_git.__path__, 'stella_git.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "import sys; print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert (
        packages(done.stdout.decode().split()) & {"pygit2", "cryptography", "jsonschema", "yaml", "blake3"}
        == set()
    )


# What certificates, timestamps and other signers than files need; nothing that a plain key needs.
LATER = {"rfc3161_client", "securesystemslib", "sigstore", "nacl", "boto3", "requests"}


def test_trust_loads_nothing_for_certificates_until_there_is_one():
    code = (
        "import sys, stella_git.trust, stella_git.trust.evidence, stella_git.trust.signers\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    names = set(done.stdout.decode().split())
    assert packages(names) & (LATER | {"cryptography"}) == set()
    assert names & {"stella_git.trust.x509", "stella_git.trust.bundles", "stella_git.attest.bundle"} == set()


def test_verifying_a_verdict_of_a_key_loads_no_certificates(tmp_path):
    place = story(tmp_path / "shop")
    place.attest()
    names = loaded("verify", cwd=place.path)
    assert packages(names) & (LATER | {"pygit2"}) == set()
    assert "cryptography" in packages(names)
    own = {"stella_git.trust.x509", "stella_git.trust.bundles", "stella_git.attest.bundle"}
    assert names & (own | {"cryptography.x509"}) == set()


def test_the_stages_that_help_names_are_those_of_decisions():
    assert cli_decide.STAGES == model.STAGES
