"""``exec:`` with the command line of OpenSSL 3, which knows nothing of us."""

import os
import shutil
import subprocess

import pytest

from flows_cases import story
from signers_cases import trust
from stella_git.errors import EnvironmentFault
from stella_git.trust.keys import PublicKey
from stella_git.trust.signers import open_signer

KINDS = {
    "p256": (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "openssl dgst -sha256 -sign {key}", ""),
    "p384": (["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "openssl dgst -sha384 -sign {key}", ""),
    "ed25519": (["ED25519"], "openssl pkeyutl -sign -rawin -inkey {key} -in /dev/stdin", ""),
    "rsa": (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "openssl dgst -sha256 -sign {key}", ""),
    "pss": (
        ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sign {key}",
        "?algorithm=rsa-pss-sha256",
    ),
}
PAE = b"DSSEv1 4 text 3 pae" * 1000


def version():
    program = shutil.which("openssl")
    if program is None:
        return ""
    return subprocess.run([program, "version"], capture_output=True, text=True, check=False).stdout


pytestmark = pytest.mark.skipif(not version().startswith("OpenSSL 3"), reason="OpenSSL 3 is not installed")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    place = tmp_path_factory.mktemp("openssl")
    for name, (options, _, _) in KINDS.items():
        key = str(place / f"{name}.pem")
        for command in (
            ["genpkey", "-algorithm", *options, "-out", key],
            ["pkey", "-in", key, "-pubout", "-out", str(place / f"{name}.pub")],
        ):
            subprocess.run(["openssl", *command], check=True, capture_output=True)
    return place


def uri(keys, name):
    _, command, algorithm = KINDS[name]
    line = command.format(key=keys / f"{name}.pem")
    return f"exec:{line}?public-key={keys / f'{name}.pub'}{algorithm}"


@pytest.mark.parametrize("name", KINDS)
def test_openssl_signs(keys, name):
    signer = open_signer(uri(keys, name), environment=os.environ)
    expected = PublicKey.from_pem((keys / f"{name}.pub").read_bytes()).spki
    assert signer.public_key.spki == expected
    # OpenSSL draws the nonces of ECDSA: of eight signatures, about four have the high s.
    for _ in range(8):
        made = signer.sign(PAE)
        assert made.keyid == signer.public_key.keyid
        assert signer.public_key.verify(PAE, made.sig, low_s=True)


def test_openssl_says_why_it_does_not(keys):
    signer = open_signer(uri(keys, "p256").replace("p256.pem", "none.pem"), environment=os.environ)
    with pytest.raises(EnvironmentFault) as caught:
        signer.sign(PAE)
    assert caught.value.code == "exec-failed"
    assert "none.pem" in str(caught.value)


def test_from_a_command_to_a_verified_attestation(keys, tmp_path):
    place = story(tmp_path / "r")
    trust(place, PublicKey.from_pem((keys / "p256.pub").read_bytes()))
    assert place.attest("--key", uri(keys, "p256"))["created"] is True
    assert place.verify()["ok"] is True


def name_in_repository(place, uri):
    """Write a signer into stella.toml, as a commit may."""
    path = place.path / "stella.toml"
    path.write_text(f'{path.read_text()}\n[sign]\nkey = "{uri}"\n')


def test_a_commit_cannot_bring_the_command_along(keys, tmp_path):
    place = story(tmp_path / "r")
    trust(place, PublicKey.from_pem((keys / "p256.pub").read_bytes()))
    name_in_repository(place, f"exec:touch {tmp_path}/ran?public-key={keys}/p256.pub")
    for command in (["attest", "create"], ["keys", "renew"]):
        assert "signer-from-repository" in place.run(*command, expect=2)
    assert not (tmp_path / "ran").exists()
    # Whoever is at the keyboard still has the choice.
    assert place.attest("--key", uri(keys, "p256"))["created"] is True
    assert place.verify()["ok"] is True


def test_the_person_at_the_keyboard_may_name_it_in_the_environment(keys, tmp_path):
    place = story(tmp_path / "r")
    trust(place, PublicKey.from_pem((keys / "p256.pub").read_bytes()))
    name_in_repository(place, f"exec:touch {tmp_path}/ran?public-key={keys}/p256.pub")
    place.extra["STELLA_KEY"] = uri(keys, "p256")
    assert place.attest()["created"] is True
    assert place.verify()["ok"] is True
    assert not (tmp_path / "ran").exists()
