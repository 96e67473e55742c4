"""The client of the public suite signs, against services on loopback, what it then verifies itself."""

import subprocess
import sys
import time

import pytest

from house_cases import ROOT
from sigstore_ca import IDENTITY, ISSUER
from sigstore_http import FULCIO, serve
from sigstore_world import ARTIFACT, STATEMENT, World
from stella_git.canon import jcs

pytestmark = pytest.mark.enable_socket
CLIENT = ROOT / "tests" / "conformance" / "client"


@pytest.fixture
def service():
    with serve(World(now=int(time.time()) - 10)) as running:
        yield running


@pytest.fixture
def place(service, tmp_path):
    (tmp_path / "artifact.txt").write_bytes(ARTIFACT)
    (tmp_path / "statement.json").write_bytes(STATEMENT)
    (tmp_path / "root.json").write_bytes(jcs.dumps(service.world.trusted_root()))
    (tmp_path / "config.json").write_bytes(jcs.dumps(service.signing_config()))
    return tmp_path


def client(place, *words):
    done = subprocess.run(
        [sys.executable, str(CLIENT), *words], cwd=place, capture_output=True, check=False, text=True
    )
    return done.returncode, done.stderr


def sign(place, token, *words):
    *options, file = words
    said = ["--identity-token", token, "--bundle", "b.json"]
    said += ["--trusted-root", "root.json", "--signing-config", "config.json"]
    return client(place, "sign-bundle", *options, *said, file)


def verify(place, name, issuer=ISSUER):
    said = ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", issuer]
    said += ["--trusted-root", "root.json"]
    return client(place, "verify-bundle", "--bundle", "b.json", *said, name)


def test_an_artifact(place, service):
    assert sign(place, service.token(), "artifact.txt") == (0, "")
    assert verify(place, "artifact.txt") == (0, "")
    code, said = verify(place, "artifact.txt", issuer="https://elsewhere.test")
    assert (code, said.partition(":")[0]) == (1, "WRONG_ISSUER")


def test_a_statement(place, service):
    assert sign(place, service.token(), "--in-toto", "statement.json") == (0, "")
    assert verify(place, "artifact.txt") == (0, "")
    (place / "other.txt").write_bytes(b"other")
    assert verify(place, "other.txt")[0] == 1


def test_a_refusal_has_a_code_and_leaves_no_bundle(place, service):
    service.failing[FULCIO] = 400
    code, said = sign(place, service.token(), "artifact.txt")
    assert (code, said.partition(":")[0]) == (4, "keyless-service")
    assert not (place / "b.json").exists()
