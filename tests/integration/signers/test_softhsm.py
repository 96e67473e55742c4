"""PKCS #11 by way of SoftHSM 2: a token in a directory, with keys that never leave it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from flows_cases import story
from signers_cases import trust
from stella_git.errors import ConfigError, EnvironmentFault
from stella_git.trust.signers import open_signer

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
LIBRARY = next((path for path in LIBRARIES if Path(path).is_file()), None)
PIN, LABEL, PAE = "123456", "stella tests", b"DSSEv1 4 text 3 pae"
KEYS = {2: "secp256r1", 3: "secp384r1"}
pytestmark = [
    pytest.mark.skipif(
        LIBRARY is None or shutil.which("softhsm2-util") is None,
        reason="SoftHSM 2 is not installed (apt-get install softhsm2): hsm: is not tried on a token",
    ),
    pytest.mark.xdist_group("softhsm"),  # its library reads its configuration once in a process
]


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """Make a token with a key on each curve."""
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    place = tmp_path_factory.mktemp("softhsm")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(
        f"directories.tokendir = {place}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(place / "softhsm2.conf"))
        patch.setenv("PYKCS11LIB", str(LIBRARY))
        command = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
        with pkcs11.lib(LIBRARY).get_token(token_label=LABEL).open(rw=True, user_pin=PIN) as session:
            for number, curve in KEYS.items():
                parameters = session.create_domain_parameters(
                    pkcs11.KeyType.EC,
                    {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                    local=True,
                )
                parameters.generate_keypair(store=True, label=curve, id=bytes([number]))
        yield {**os.environ, "STELLA_KEY_PASSWORD": PIN}


def uri(number):
    return f"hsm:{number}?label=stella+tests"


@pytest.mark.parametrize(("number", "algorithm"), [(2, "ecdsa-p256"), (3, "ecdsa-p384")])
def test_a_key_of_the_token_signs(token, number, algorithm):
    signer = open_signer(uri(number), environment=token)
    assert signer.public_key.algorithm == algorithm
    # The token draws its nonces: of twelve signatures, about six have the high s.
    for _ in range(12):
        made = signer.sign(PAE)
        assert made.keyid == signer.public_key.keyid
        assert signer.public_key.verify(PAE, made.sig, low_s=True)


def test_the_private_key_cannot_be_taken_out(token):
    import pkcs11

    with pkcs11.lib(LIBRARY).get_token(token_label=LABEL).open(user_pin=PIN) as session:
        key = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, id=b"\2")
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]


def test_the_pin_may_be_asked_for(token):
    asked = []
    environment = {name: value for name, value in token.items() if name != "STELLA_KEY_PASSWORD"}
    signer = open_signer(
        uri(2), environment=environment, prompt=lambda what: asked.append(what) or PIN.encode()
    )
    assert signer.sign(PAE)
    assert asked == [uri(2)]


def test_a_named_public_key_is_not_asked_for(token, tmp_path):
    (tmp_path / "token.pub").write_bytes(open_signer(uri(2), environment=token).public_key.to_pem())
    signer = open_signer(f"{uri(2)}?public-key=token.pub", environment=token, base=tmp_path)
    assert signer.sign(PAE)
    other = open_signer(f"{uri(3)}?public-key=token.pub", environment=token, base=tmp_path)
    with pytest.raises(EnvironmentFault) as caught:
        other.sign(PAE)
    assert caught.value.code == "signer-signature"


@pytest.mark.parametrize(
    ("where", "changes", "error", "code", "told"),
    [
        (uri(4), {}, EnvironmentFault, "kms-service", "could not find ECDSA key on the PKCS#11 token"),
        ("hsm:2?label=other", {}, EnvironmentFault, "kms-service", "No PKCS#11 token found"),
        ("hsm:two", {}, EnvironmentFault, "kms-service", "ValueError"),
        (uri(2), {"PYKCS11LIB": ""}, ConfigError, "hsm-module-missing", "PYKCS11LIB"),
    ],
)
def test_what_cannot_be_found_is_told(token, where, changes, error, code, told):
    with pytest.raises(error) as caught:
        open_signer(where, environment={**token, **changes}).sign(PAE)
    assert caught.value.code == code
    assert told in str(caught.value)
    assert str(caught.value).startswith("hsm: ")
    assert "other" not in str(caught.value)


def test_a_wrong_pin_is_told_and_not_shown(token):
    with pytest.raises(ConfigError) as caught:
        open_signer(uri(2), environment={**token, "STELLA_KEY_PASSWORD": "999999"}).sign(PAE)
    assert caught.value.code == "hsm-pin"
    assert "PinIncorrect" in str(caught.value)
    assert "999999" not in str(caught.value)
    # One failure is forgiven by a success, before the token locks itself.
    assert open_signer(uri(2), environment=token).sign(PAE)


def test_without_a_pin_nobody_signs(token):
    environment = {name: value for name, value in token.items() if name != "STELLA_KEY_PASSWORD"}
    with pytest.raises(ConfigError) as caught:
        open_signer(uri(2), environment=environment).sign(PAE)
    assert caught.value.code == "key-password-missing"


def test_from_a_token_to_a_verified_attestation(token, tmp_path):
    place = story(tmp_path / "r")
    trust(place, open_signer(uri(2), environment=token).public_key)
    place.extra |= {"STELLA_KEY_PASSWORD": PIN, "PYKCS11LIB": LIBRARY}
    assert place.attest("--key", uri(2))["created"] is True
    assert place.verify()["ok"] is True
