"""Keys of OpenSSH, made by ssh-keygen and held by a real ssh-agent."""

import os
import re
import shutil
import subprocess
import tempfile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_public_key

from flows_cases import story
from signers_cases import trust
from stella_git.errors import ConfigError, EnvironmentFault
from stella_git.trust import sshwire
from stella_git.trust.keys import PublicKey
from stella_git.trust.signers import open_signer

KINDS = {
    "ed25519": ["-t", "ed25519"],
    "p256": ["-t", "ecdsa", "-b", "256"],
    "p384": ["-t", "ecdsa", "-b", "384"],
    "rsa": ["-t", "rsa", "-b", "2048"],
}
ALGORITHMS = {"ed25519": "ed25519", "p256": "ecdsa-p256", "p384": "ecdsa-p384", "rsa": "rsa-pkcs1v15-sha256"}
PAE = b"DSSEv1 4 text 3 pae"
pytestmark = pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="OpenSSH is not installed")


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Make a key of each kind, open and with a passphrase."""
    place = tmp_path_factory.mktemp("ssh")
    for name, options in KINDS.items():
        run("ssh-keygen", "-q", *options, "-N", "", "-C", "ada@example.org", "-f", str(place / name))
        run("ssh-keygen", "-q", *options, "-N", "geheim", "-f", str(place / f"locked-{name}"))
    return place


@pytest.fixture
def agent():
    """Start an agent, and yield the environment in which it is found."""
    with tempfile.TemporaryDirectory(prefix="agent") as place:  # short: a socket's path has 108 bytes
        process = subprocess.Popen(
            ["ssh-agent", "-D", "-a", f"{place}/s"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout.readline()
        try:
            yield {"SSH_AUTH_SOCK": f"{place}/s", "PATH": os.environ["PATH"]}
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def add(agent, *arguments):
    run("ssh-add", "-q", *map(str, arguments), env=agent)


def public(path):
    """Return the public key of a file, by way of ssh-keygen; it writes no Ed25519 key this way."""
    if "ed25519" in path.name:
        native = load_ssh_public_key(path.read_bytes())
        return PublicKey.from_spki(native.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return PublicKey.from_pem(run("ssh-keygen", "-e", "-m", "PKCS8", "-f", str(path)).encode())


@pytest.mark.parametrize("name", KINDS)
def test_a_public_key_is_what_ssh_keygen_makes_of_it(keys, name):
    path = keys / f"{name}.pub"
    blob = sshwire.public_key_line(path.read_bytes())
    assert sshwire.public_key(blob) == public(path)
    assert sshwire.fingerprint(blob) == run("ssh-keygen", "-l", "-f", str(path)).split()[1]


@pytest.mark.parametrize("name", KINDS)
def test_a_key_file_signs(keys, name):
    signer = open_signer(f"ssh:{keys / name}", environment={})
    assert signer.public_key == public(keys / f"{name}.pub")
    assert signer.public_key.algorithm == ALGORITHMS[name]
    assert signer.public_key.verify(PAE, signer.sign(PAE).sig, low_s=True)


@pytest.mark.parametrize("name", KINDS)
def test_a_key_file_with_a_passphrase_signs(keys, name):
    uri = f"ssh:{keys / f'locked-{name}'}"
    signer = open_signer(uri, environment={"STELLA_KEY_PASSWORD": "geheim"})
    assert signer.public_key == public(keys / f"locked-{name}.pub")
    assert signer.public_key.verify(PAE, signer.sign(PAE).sig, low_s=True)
    for code, password in (("key-password-wrong", "falsch"), ("key-password-missing", "")):
        with pytest.raises(ConfigError) as caught:
            open_signer(uri, environment={"STELLA_KEY_PASSWORD": password})
        assert caught.value.code == code
        assert f"locked-{name}" in str(caught.value)


@pytest.mark.parametrize("name", KINDS)
def test_a_key_of_the_agent_signs(agent, keys, name):
    for other in KINDS:
        add(agent, keys / other)
    known = sshwire.fingerprint(sshwire.public_key_line((keys / f"{name}.pub").read_bytes()))
    for uri in (f"ssh:{keys / name}.pub", f"ssh:agent:{known}"):
        signer = open_signer(uri, environment=agent)
        assert signer.public_key == public(keys / f"{name}.pub")
        # The agent draws its nonces: of twelve ECDSA signatures, about six have the high s.
        for _ in range(12):
            made = signer.sign(PAE)
            assert made.keyid == signer.public_key.keyid
            assert signer.public_key.verify(PAE, made.sig, low_s=True)


def test_the_only_key_need_not_be_named(agent, keys):
    with pytest.raises(ConfigError) as caught:
        open_signer("ssh:agent", environment=agent)
    assert caught.value.code == "ssh-agent-key"
    add(agent, keys / "ed25519")
    assert open_signer("ssh:agent", environment=agent).public_key == public(keys / "ed25519.pub")
    add(agent, keys / "p256")
    with pytest.raises(ConfigError) as caught:
        open_signer("ssh:agent", environment=agent)
    assert caught.value.code == "ssh-agent-key"
    assert len(re.findall("SHA256:", caught.value.message)) == 2


def test_an_agent_that_is_locked_or_has_lost_the_key_refuses(agent, keys):
    add(agent, keys / "ed25519")
    signer = open_signer("ssh:agent", environment=agent)
    add(agent, "-d", keys / "ed25519")
    with pytest.raises(EnvironmentFault) as caught:
        signer.sign(PAE)
    assert caught.value.code == "ssh-agent-refused"


def test_an_agent_that_has_ended_is_silent(agent, keys):
    environment = {"SSH_AUTH_SOCK": agent["SSH_AUTH_SOCK"] + "x"}
    with pytest.raises(EnvironmentFault) as caught:
        open_signer("ssh:agent", environment=environment)
    assert caught.value.code == "ssh-agent-silent"


@pytest.mark.parametrize("name", ["ed25519", "p256"])
def test_from_a_key_of_the_agent_to_a_verified_attestation(agent, keys, tmp_path, name):
    add(agent, keys / name)
    place = story(tmp_path / "r")
    trust(place, public(keys / f"{name}.pub"))
    place.extra |= agent
    assert place.attest("--key", "ssh:agent")["created"] is True
    assert place.verify()["ok"] is True


def test_from_a_key_file_to_a_verified_attestation(keys, tmp_path):
    place = story(tmp_path / "r")
    trust(place, public(keys / "p384.pub"))
    assert place.attest("--key", f"ssh:{keys / 'p384'}")["created"] is True
    assert place.verify()["ok"] is True
