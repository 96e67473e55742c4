"""The pages about signers: their commands, typed into a shell."""

import base64
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flows_cases import CLEAN
from house_cases import ROOT
from kms_cases import CREDENTIALS, Service, served
from stella_git.canon import jcs
from stella_git.canon.reader import parse_json
from trust_cases import private

SET_UP = """\
git init -q .
stella init --keyring-days 30
git add stella.toml stella.keyring.json stella.keyring.sigs.json policies sbom findings
git commit -q -m "Set up"
"""
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


def blocks(name):
    text = (ROOT / "docs" / "how-to" / "signers" / f"{name}.md").read_text(encoding="utf-8")
    found = re.findall(r"(?s)```sh\n(.*?)```", text)
    return [re.sub(r"(?m)^pip install .*\n", "", block) for block in found]


def write_program(path, text):
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def shell(tmp_path):
    """Run a script in bash with a ``stella`` on PATH; return what it printed."""
    programs, place, home = (tmp_path / name for name in ("bin", "place", "home"))
    for folder in (programs, place, home, home / ".ssh"):
        folder.mkdir()
    write_program(programs / "stella", f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m stella_git "$@"\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        del environment[name]
    environment |= {"HOME": str(home), "PATH": f"{programs}{os.pathsep}{environment['PATH']}"}
    for path, document in CLEAN.items():
        (place / path).parent.mkdir(exist_ok=True)
        (place / path).write_bytes(jcs.dumps(document))

    def run(script, **more):
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail"],
            input=script.encode(),
            cwd=place,
            env=environment | more,
            capture_output=True,
            check=False,
        )
        said = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == 0, said
        return said

    run.programs = programs
    return run


def verified(shell, signer, **more):
    answer = parse_json(shell("stella verify --format json", **more).encode())
    assert answer["ok"] is True
    assert f'"key:{signer}"' in str(answer).replace("'", '"')


@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="OpenSSH is not installed")
def test_the_page_about_ssh(shell):
    write_program(shell.programs / "askpass", "#!/bin/sh\necho geheim\n")
    with tempfile.TemporaryDirectory(prefix="agent") as place:
        more = {
            "SSH_AUTH_SOCK": f"{place}/s",
            "SSH_ASKPASS": str(shell.programs / "askpass"),
            "SSH_ASKPASS_REQUIRE": "force",
            "DISPLAY": ":0",
        }
        command = ["ssh-agent", "-D", "-a", f"{place}/s"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as agent:
            try:
                assert agent.stdout.readline()
                # ssh-keygen and ssh-add find the home directory without the variable.
                script = blocks("ssh")[0].replace("~/", '"$HOME"/')
                shell(SET_UP + script, **more)
                verified(shell, "ada", **more)
            finally:
                agent.kill()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")
def test_the_page_about_programs(shell):
    shell(SET_UP + blocks("exec")[0])
    verified(shell, "ci")


@pytest.mark.enable_socket
@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")
def test_the_page_about_services(shell):
    key = base64.b64encode(private("ada").public.spki).decode()
    write_program(
        shell.programs / "aws",
        f'#!/bin/sh\ncase "$2" in create-key) echo id;; create-alias) ;; get-public-key) echo {key};; esac\n',
    )
    with served(Service({"alias/stella": "ada"})) as address:
        more = CREDENTIALS | {"AWS_ENDPOINT_URL_KMS": address}
        shell(SET_UP + blocks("kms")[0], **more)
        verified(shell, "ci")


@pytest.mark.skipif(
    not SOFTHSM.is_file() or shutil.which("pkcs11-tool") is None,
    reason="SoftHSM 2 or OpenSC is not installed (apt-get install softhsm2 opensc): hsm.md is not tried",
)
def test_the_page_about_tokens(shell, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
    more = {"SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf"), "STELLA_KEY_PASSWORD": "123456"}
    _pip, make, use = blocks("hsm")
    shell(SET_UP + make + use, **more)
    verified(shell, "release")
