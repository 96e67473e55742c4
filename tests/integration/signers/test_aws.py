"""AWS KMS, by way of its real client, against a service of our own on loopback."""

import base64
import hashlib
import logging
import traceback

import boto3
import pytest

from flows_cases import story
from kms_cases import CREDENTIALS, Service, served
from signers_cases import trust
from stella_git.errors import ConfigError, EnvironmentFault
from stella_git.trust.signers import open_signer
from trust_cases import private

pytestmark = pytest.mark.enable_socket
KEYS = {"alias/p256": "ada", "alias/p384": "p384-ada", "alias/rsa": "rsa-ada", "alias/pss": "pss-ada"}
PAE = b"DSSEv1 4 text 3 pae"


@pytest.fixture
def service(monkeypatch):
    found = Service(KEYS)
    with served(found) as address:
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers credentials
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", address)
        yield found


def opened(uri, base=None):
    return open_signer(uri, environment={}, base=base)


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("awskms:alias/p256", "ada"),
        ("awskms:alias/p384", "p384-ada"),
        ("awskms:alias/rsa", "rsa-ada"),
        ("awskms:alias/pss?algorithm=rsa-pss-sha256", "pss-ada"),
    ],
)
def test_a_key_of_the_service_signs(service, uri, name):
    signer = opened(uri)
    assert signer.uri == uri
    assert signer.public_key == private(name).public
    made = signer.sign(PAE)
    assert made.keyid == private(name).public.keyid
    assert private(name).public.verify(PAE, made.sig, low_s=True)
    assert [action for action, _ in service.calls] == ["GetPublicKey", "Sign"]


def test_the_service_gets_the_digest_of_what_is_signed_and_nothing_else(service):
    opened("awskms:alias/p256").sign(PAE)
    action, request = service.calls[-1]
    assert action == "Sign"
    assert base64.b64decode(request["Message"]) == hashlib.sha256(PAE).digest()
    assert request["MessageType"] == "DIGEST"


def test_signatures_with_a_high_s_come_out_with_a_low_one(service):
    signer = opened("awskms:alias/p256")
    # The service draws its nonces: of twelve signatures, about six have the high one.
    assert all(signer.public_key.verify(PAE, signer.sign(PAE).sig, low_s=True) for _ in range(12))


def test_a_service_that_hashes_once_more_is_found_out(service):
    service.hashes_again = True
    for name in KEYS:
        with pytest.raises(EnvironmentFault) as caught:
            opened(f"awskms:{name}").sign(PAE)
        assert caught.value.code == "signer-signature"


def test_a_named_public_key_is_not_asked_for(service, tmp_path):
    (tmp_path / "ada.pub").write_bytes(private("ada").public.to_pem())
    signer = opened("awskms:alias/p256?public-key=ada.pub", tmp_path)
    assert signer.public_key == private("ada").public
    assert signer.sign(PAE)
    assert [action for action, _ in service.calls] == ["Sign"]


def test_the_key_of_somebody_else_is_found_out(service, tmp_path):
    (tmp_path / "bob.pub").write_bytes(private("bob").public.to_pem())
    with pytest.raises(EnvironmentFault) as caught:
        opened("awskms:alias/p256?public-key=bob.pub", tmp_path).sign(PAE)
    assert caught.value.code == "signer-signature"


def test_what_the_service_refuses_is_told_by_its_code_alone(service, caplog):
    caplog.set_level(logging.DEBUG)
    signer = opened("awskms:alias/p256")
    with pytest.raises(EnvironmentFault) as missing:
        opened("awskms:alias/none")
    service.denied = True
    with pytest.raises(EnvironmentFault) as denied:
        signer.sign(PAE)
    for error, code in ((missing, "NotFoundException"), (denied, "AccessDeniedException")):
        assert error.value.code == "kms-service"
        assert str(error.value).endswith(code)
        assert str(error.value).startswith("awskms: ")
        assert "alias/" not in str(error.value)
        assert "123456789012" not in str(error.value)
        assert "123456789012" not in "".join(traceback.format_exception(error.value))
    shown = caplog.text
    assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in shown
    assert CREDENTIALS["AWS_SESSION_TOKEN"] not in shown


def test_without_credentials_the_client_says_so(service, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(EnvironmentFault) as caught:
        opened("awskms:alias/p256")
    assert "NoCredentialsError" in str(caught.value)
    assert service.calls == []


def test_ed25519_is_not_for_this_service(service, tmp_path):
    (tmp_path / "ed.pub").write_bytes(private("ed-ada").public.to_pem())
    with pytest.raises(ConfigError) as caught:
        opened("awskms:alias/p256?public-key=ed.pub", tmp_path)
    assert caught.value.code == "key-algorithm"
    assert service.calls == []


def test_from_a_key_of_the_service_to_a_verified_attestation(service, tmp_path):
    place = story(tmp_path / "r")
    trust(place, opened("awskms:alias/p256").public_key)
    assert place.attest("--key", "awskms:alias/p256")["created"] is True
    assert place.verify()["ok"] is True
