"""The public Sigstore client suite's cases: the right answer, and for the right reason.

The client is a program that anybody can point the suite at; here it runs as one for a few cases, and inside
this process for all. ``SIGSTORE_CONFORMANCE`` may name a directory with the whole suite's ``bundle-verify``
folder: then every case of it is run.
"""

import hashlib
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from house_cases import ROOT

CLIENT = ROOT / "tests/conformance/client"
VECTORS = ROOT / "tests/vectors/sigstore"
IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"
# case -> every code that the client gives; no code for a case that has to verify
REASONS = {
    "bundle-malformed-json_fail": {"json-syntax"},
    "dsse-statement-unknown-type_fail": {"UNREADABLE"},
    "intoto-canonical-log-entry": set(),
    "dsse-mismatch-sig_fail": {"LOG_BODY_SIGNATURE"},
    "happy-path-intoto-in-dsse-v3": set(),
    "happy-path-v0.3": set(),
    "intoto-with-custom-trust-root": set(),
    "invalid-checkpoint-signature_fail": {"CHECKPOINT_SIGNATURE"},
    "managed-key-happy-path": set(),
    "message-digest-mismatch_fail": {"DIGEST_MISMATCH"},
    "rekor2-checkpoint-cosigned": set(),
    "rekor2-dsse-happy-path": set(),
    "rekor2-happy-path": set(),
    "rekor2-no-timestamp_fail": {"NO_TRUSTED_TIME"},
    "rekor2-timestamp-outside-tsa-cert-validity_fail": {"TIMESTAMP_CERTIFICATE_NOT_VALID"},
    "wrong-hashedrekord-entry_fail": {"LOG_BODY_DIGEST"},
}


def arguments(case, *, digest=False, artifact=VECTORS / "a.txt"):
    """Return the client's command line for a case, as the suite builds it."""
    line = ["verify-bundle", "--bundle", str(case / "bundle.sigstore.json")]
    if (case / "key.pub").exists():
        line += ["--key", str(case / "key.pub")]
    else:
        identity = (case / "identity").read_text().strip() if (case / "identity").exists() else IDENTITY
        issuer = (case / "issuer").read_text().strip() if (case / "issuer").exists() else ISSUER
        line += ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer]
    if (case / "trusted_root.json").exists():
        line += ["--trusted-root", str(case / "trusted_root.json")]
    own = case / "artifact"
    path = own if own.exists() else artifact
    return [*line, f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" if digest else str(path)]


@pytest.fixture(scope="module")
def client():
    loader = importlib.machinery.SourceFileLoader("conformance_client", str(CLIENT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    path = list(sys.path)
    loader.exec_module(module)
    sys.path[:] = path
    return module


def run(client, line, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["client", *line])
    code = client.main()
    return code, {text.partition(":")[0] for text in capsys.readouterr().err.splitlines()}


def test_every_case_has_its_reasons():
    assert {path.name for path in VECTORS.iterdir() if path.is_dir()} == set(REASONS)


@pytest.mark.parametrize("digest", [False, True])
@pytest.mark.parametrize("name", sorted(REASONS))
def test_case(client, name, digest, monkeypatch, capsys):
    code, reasons = run(client, arguments(VECTORS / name, digest=digest), monkeypatch, capsys)
    assert reasons == REASONS[name]
    assert (code == 0) == (not name.endswith("_fail"))


def test_a_wrong_identity_or_issuer_is_refused(client, monkeypatch, capsys):
    line = arguments(VECTORS / "happy-path-v0.3")
    for option, wrong, reason in (
        ("--certificate-identity", IDENTITY[:-1], "WRONG_IDENTITY"),
        ("--certificate-identity", "https://github.com/", "WRONG_IDENTITY"),
        ("--certificate-oidc-issuer", "https://token.actions", "WRONG_ISSUER"),
    ):
        bent = list(line)
        bent[bent.index(option) + 1] = wrong
        assert run(client, bent, monkeypatch, capsys) == (1, {reason})


def test_key_and_identity_together_are_refused(client, monkeypatch, capsys):
    line = arguments(VECTORS / "managed-key-happy-path")
    both = [*line[:-1], "--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER, line[-1]]
    code, _ = run(client, both, monkeypatch, capsys)
    assert code == 2


def test_a_key_bundle_does_not_answer_for_an_identity(client, monkeypatch, capsys):
    case = VECTORS / "managed-key-happy-path"
    line = [
        "verify-bundle",
        "--bundle",
        str(case / "bundle.sigstore.json"),
        "--certificate-identity",
        IDENTITY,
    ]
    line += ["--certificate-oidc-issuer", ISSUER, str(VECTORS / "a.txt")]
    assert run(client, line, monkeypatch, capsys) == (1, {"WRONG_MATERIAL"})


def test_another_instance_is_refused(client, monkeypatch, capsys):
    line = arguments(VECTORS / "happy-path-v0.3")
    code, reasons = run(client, ["verify-bundle", "--staging", *line[1:]], monkeypatch, capsys)
    assert code == 1
    assert "LOG_UNKNOWN" in reasons


def test_a_path_that_looks_like_a_digest_is_a_path(client, monkeypatch, capsys, tmp_path):
    artifact = (VECTORS / "a.txt").read_bytes()
    name = f"sha256:{hashlib.sha256(b'another').hexdigest()}"
    (tmp_path / name).write_bytes(artifact)
    monkeypatch.chdir(tmp_path)
    line = arguments(VECTORS / "happy-path-v0.3")
    assert run(client, [*line[:-1], name], monkeypatch, capsys) == (0, set())


@pytest.mark.parametrize("name", ["happy-path-v0.3", "invalid-checkpoint-signature_fail"])
def test_as_a_program(name):
    done = subprocess.run(
        [sys.executable, str(CLIENT), *arguments(VECTORS / name)], capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == (not name.endswith("_fail"))
    assert {line.partition(":")[0] for line in done.stderr.splitlines()} == REASONS[name]


WHOLE = Path(os.environ.get("SIGSTORE_CONFORMANCE", "."))


@pytest.mark.skipif("SIGSTORE_CONFORMANCE" not in os.environ, reason="names no whole suite")
def test_whole_suite(client, monkeypatch, capsys):
    wrong = {}
    for case in sorted(path for path in WHOLE.iterdir() if path.is_dir()):
        code, reasons = run(client, arguments(case, artifact=WHOLE / "a.txt"), monkeypatch, capsys)
        if (code == 0) == case.name.endswith("_fail"):
            wrong[case.name] = reasons
    assert wrong == {}
