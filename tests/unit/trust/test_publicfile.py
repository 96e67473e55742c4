"""Public and private key files of others."""

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from stella_git.errors import ConfigError, InputError
from stella_git.trust import publicfile
from stella_git.trust.keys import PrivateKey
from stella_git.trust.privatefile import read_private
from trust_cases import entry, private

ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-pkcs1v15-sha256"]


@pytest.fixture(scope="module")
def keys():
    return {name: PrivateKey.generate(name) for name in ALGORITHMS}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_survives_every_form(keys, algorithm):
    public = keys[algorithm].public

    assert publicfile.read_public(public.to_pem()) == public
    line = publicfile.to_ssh(public, "ada at home")
    assert line.endswith(" ada at home")
    assert publicfile.read_public(f"\n{line}\n".encode()) == public


def test_an_rsa_key_is_for_what_is_said(keys):
    data = publicfile.to_ssh(keys["rsa-pkcs1v15-sha256"].public, "x").encode()

    assert publicfile.read_public(data, "rsa-pss-sha256").algorithm == "rsa-pss-sha256"


@pytest.mark.parametrize(
    "data",
    [
        b"ssh-ed25519 AAAA x",
        b"ssh-rsa",
        b"ssh-ed25519 " + b"A" * (70 << 10),
        b"ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjE= x",
        b"",
        b"-----BEGIN PUBLIC KEY-----\n",
    ],
)
def test_what_is_no_public_key_is_refused(data):
    with pytest.raises(InputError) as caught:
        publicfile.read_public(data)
    assert caught.value.remedy


def test_two_lines_are_not_one_key():
    line = publicfile.to_ssh(private("ed-ada").public, "x").encode()

    with pytest.raises(InputError) as caught:
        publicfile.read_public(line + b"\n" + line)
    assert caught.value.code == "key-format"


def ml_dsa():
    from stella_git.trust.keys import PublicKey

    return PublicKey(spki=b"\x30\x00", algorithm="ml-dsa-44", keyid="0" * 64)


def test_openssh_has_not_every_key():
    with pytest.raises(ConfigError) as caught:
        publicfile.to_ssh(ml_dsa(), "x")
    assert caught.value.code == "key-algorithm"


def test_allowed_signers_are_active_keys_that_openssh_knows():
    rows = [entry("ada"), entry("ben", status="disabled"), entry("cyd", key="ed-cyd")]
    rows.append(entry("dan"))
    object.__setattr__(rows[-1], "key", ml_dsa())

    lines = publicfile.allowed_signers(rows).splitlines()

    assert [line.split()[0] for line in lines] == ["ada", "cyd"]
    assert 'namespaces="git",valid-after="20260101000000Z",valid-before="20270101000000Z"' in lines[0]


def test_a_key_of_a_fido_token_is_refused_with_the_reason():
    with pytest.raises(InputError) as caught:
        publicfile.read_public(b"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t")
    assert caught.value.code == "ssh-key-fido"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_ssh_keygen_reads_what_is_written(tmp_path):
    public = tmp_path / "key.pub"
    public.write_text(publicfile.to_ssh(private("ada").public, "ada") + "\n")
    done = subprocess.run(["ssh-keygen", "-lf", str(public)], capture_output=True, check=True)

    assert b"(ECDSA)" in done.stdout


def openssh(name):
    return private(name)._native.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


@pytest.mark.parametrize("name", ["ada", "ed-ada"])
def test_a_private_key_of_openssh_is_taken_over(name):
    assert read_private(openssh(name), password=None).public == private(name).public
    assert read_private(private(name).to_pem(), password=None).public == private(name).public


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_an_encrypted_one_needs_its_password(tmp_path):
    path = tmp_path / "key"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(path)]
    subprocess.run(words, capture_output=True, check=True)
    for password, code in ((None, "key-password-missing"), (b"wrong", "key-password-wrong")):
        with pytest.raises(ConfigError) as caught:
            read_private(path.read_bytes(), password=password)
        assert caught.value.code == code
        assert "secret" not in str(caught.value)


def test_rubbish_is_no_private_key():
    label = b"OPENSSH PRIVATE KEY-----\n"
    with pytest.raises(ConfigError) as caught:
        read_private(b"-----BEGIN " + label + b"AAAA\n-----END " + label, password=None)
    assert caught.value.code == "key-format"
