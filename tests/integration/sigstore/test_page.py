"""The page about signing without a key: its commands, typed into a shell, against services on loopback."""

import os
import re
import shlex
import subprocess
import sys
import time

import pytest

from flows_cases import CLEAN
from house_cases import ROOT
from sigstore_ca import IDENTITY, ISSUER
from sigstore_http import serve, write_config
from sigstore_world import World, to_bytes
from stella_git.canon import jcs
from stella_git.canon.reader import parse_json

pytestmark = pytest.mark.enable_socket
PAGE = ROOT / "docs" / "how-to" / "signers" / "keyless.md"
BLOCKS = re.findall(r"(?s)```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"))
SET_UP = """\
git init -q .
stella init --keyring-days 30
git add stella.toml stella.keyring.json stella.keyring.sigs.json policies sbom findings
git commit -q -m "Set up"
"""


@pytest.fixture
def service():
    with serve(World(now=int(time.time()) - 10)) as running:
        yield running


@pytest.fixture
def shell(tmp_path, service):
    shim = tmp_path / "bin" / "stella"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m stella_git "$@"\n')
    shim.chmod(0o755)
    instance = tmp_path / "home" / "instance"
    instance.mkdir(parents=True)
    (instance / "trusted_root.json").write_bytes(to_bytes(service.world.trusted_root()))
    write_config(service, instance / "client_trust_config.json")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        del environment[name]
    environment |= {"HOME": str(tmp_path / "home"), "ISSUER": ISSUER, "SUBJECT": IDENTITY}
    environment["PATH"] = f"{shim.parent}{os.pathsep}{environment['PATH']}"
    environment["SIGSTORE_ID_TOKEN"] = service.token()
    place = tmp_path / "place"
    place.mkdir()
    for path, document in CLEAN.items():
        (place / path).parent.mkdir(exist_ok=True)
        (place / path).write_bytes(jcs.dumps(document))

    def run(script, **more):
        done = subprocess.run(
            ["bash", "-eu"],
            input=script.encode(),
            cwd=place,
            env=environment | more,
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    return run


def test_an_instance_of_ones_own(shell):
    code, said = shell(SET_UP + BLOCKS[1])
    assert code == 0, said
    code, said = shell("stella verify --format json")
    assert (code, parse_json(said.encode())["ok"]) == (0, True), said


def test_another_workflow_is_not_believed(shell, service):
    code, said = shell(SET_UP + BLOCKS[1], SIGSTORE_ID_TOKEN=service.token(identity=f"{IDENTITY}2"))
    assert code == 2
    assert "identity-not-trusted" in said


def test_the_public_good_instance_is_trusted_by_its_digest(shell):
    code, said = shell("stella trust show --format json")
    good, _staging = parse_json(said.encode())
    script = BLOCKS[0].replace("sha256:DIGEST_OF_THE_PUBLIC_GOOD_INSTANCE", good["digest"])
    assert script != BLOCKS[0]
    code, said = shell(SET_UP + script)
    assert code == 0, said
    code, said = shell("cat stella.keyring.json")
    assert good["digest"] in said
