"""The adapter, without any service: what it asks of securesystemslib, and what it makes of the answers."""

import logging
import sys
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from securesystemslib.signer import SSlibKey

from stella_git.errors import ConfigError, DefectError, EnvironmentFault
from stella_git.trust.signers import kms, open_signer
from trust_cases import private

PAE = b"DSSEv1 4 text 3 pae"
GCP = "projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
ARN = "arn:aws:kms:eu-central-1:123456789012:key/0a"
# URI -> key, and what `import_` has to be asked with
CASES = {
    "awskms:alias/ci": ("ada", ("alias/ci",)),
    f"awskms:{ARN}": ("p384-ada", (ARN,)),
    f"gcpkms:{GCP}": ("rsa-ada", (GCP,)),
    "azurekms://ci.vault.azure.net/keys/k/0a": ("ada", ("ci", "k")),
    "hv:ci/3": ("ed-ada", ("ci",)),
    "hsm:2?label=my+token": ("p384-ada", (2, "my token")),
    "hsm:5": ("ada", (5, None)),
}  # fmt: skip
CLASSES = {"awskms": "AWS", "gcpkms": "GCP", "azurekms": "Azure", "hv": "Vault", "hsm": "HSM"}


def library_key(name, scheme=None):
    return SSlibKey.from_crypto(load_der_public_key(private(name).public.spki), "their key id", scheme)


class Library:
    """What we use of securesystemslib.signer, without services."""

    SSlibKey = SSlibKey

    def __init__(self, uri, name):
        self.uri, self.name, self.asked, self.opened = uri, name, [], []
        self.sign = private(name).sign
        self.pin = None
        holder = SimpleNamespace(import_=self.import_)
        for kind in CLASSES.values():
            setattr(self, f"{kind}Signer", holder)
        self.Signer = SimpleNamespace(from_priv_key_uri=self.from_priv_key_uri)

    def import_(self, *arguments):
        if self.uri.startswith("hsm:"):
            *arguments, secret = arguments
            self.pin = secret("pin")
        self.asked.append(tuple(arguments))
        scheme = kms._SCHEMES[private(self.name).public.algorithm] if self.uri.startswith("gcp") else None
        return self.uri, library_key(self.name, scheme)

    def from_priv_key_uri(self, uri, key, secret):
        self.opened.append((uri, key))
        return SimpleNamespace(sign=lambda data: SimpleNamespace(signature=self.sign(data).hex()))


@pytest.fixture
def library(monkeypatch):
    def make(uri, name):
        found = Library(uri, name)
        monkeypatch.setattr(kms, "_library", lambda _service: found)
        return found

    return make


ENVIRONMENT = {"STELLA_KEY_PASSWORD": "1234", "PYKCS11LIB": "lib.so"}


def refusal(kind, uri, environment=ENVIRONMENT, **options):
    with pytest.raises(kind) as caught:
        open_signer(uri, environment=environment, **options).sign(PAE)
    assert caught.value.remedy
    assert str(caught.value).startswith(uri.partition(":")[0] + ": ")
    assert uri not in str(caught.value)
    assert "alias/ci" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("uri", CASES)
def test_a_service_is_asked_for_its_key_and_signs(library, uri):
    name, asked = CASES[uri]
    found = library(uri, name)
    signer = open_signer(uri, environment=ENVIRONMENT)
    assert signer.uri == uri
    assert signer.public_key == private(name).public
    assert found.asked == [asked]
    made = signer.sign(PAE)
    assert (made.sig, made.keyid) == (private(name).sign(PAE), private(name).public.keyid)
    ((opened, key),) = found.opened
    assert opened == uri
    assert key.scheme == kms._SCHEMES[private(name).public.algorithm]
    assert found.pin == ("1234" if uri.startswith("hsm") else None)


@pytest.mark.parametrize("uri", CASES)
def test_a_named_public_key_is_not_asked_for(library, tmp_path, uri):
    name, _ = CASES[uri]
    (tmp_path / "k.pub").write_bytes(private(name).public.to_pem())
    found = library(uri, name)
    signer = open_signer(f"{uri}?public-key=k.pub", environment=ENVIRONMENT, base=tmp_path)
    assert signer.sign(PAE).sig == private(name).sign(PAE)
    assert found.asked == []
    assert [opened for opened, _ in found.opened] == [uri]


def test_an_rsa_key_is_for_what_we_say_not_for_what_the_library_prefers(library):
    found = library("awskms:alias/ci", "rsa-ada")
    assert library_key("rsa-ada").scheme == "rsassa-pss-sha256"
    assert open_signer("awskms:alias/ci", environment={}).public_key.algorithm == "rsa-pkcs1v15-sha256"
    pss = open_signer("awskms:alias/ci?algorithm=rsa-pss-sha256", environment={})
    assert pss.public_key.algorithm == "rsa-pss-sha256"
    assert [key.scheme for _, key in found.opened] == ["rsa-pkcs1v15-sha256", "rsassa-pss-sha256"]


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("awskms:alias/ci", "ed-ada"),
        (f"gcpkms:{GCP}", "ed-ada"),
        ("azurekms://ci.vault.azure.net/keys/k/0a", "rsa-ada"),
        ("hv:ci/3", "ada"),
        ("hsm:2", "rsa-ada"),
    ],
)
def test_an_algorithm_that_a_service_does_not_do_is_refused(library, uri, name):
    found = library(uri, name)
    assert refusal(ConfigError, uri).code == "key-algorithm"
    assert found.opened == []


@pytest.mark.parametrize(
    ("uri", "answer"),
    [
        ("hv:ci/3", "hv:ci/4"),
        ("azurekms://ci.vault.azure.net/keys/k/0a", "azurekms://ci.vault.azure.net/keys/k/0b"),
    ],
)
def test_another_version_of_the_key_is_refused(library, uri, answer):
    library(answer, "ed-ada")
    assert refusal(ConfigError, uri).code == "kms-uri"


def test_a_key_of_google_is_for_one_algorithm(library):
    uri = f"gcpkms:{GCP}"
    library(uri, "pss-ada")
    error = refusal(ConfigError, uri)
    assert error.code == "key-algorithm"
    assert "?algorithm=rsa-pss-sha256" in error.remedy
    assert (
        open_signer(f"{uri}?algorithm=rsa-pss-sha256", environment={}).public_key == private("pss-ada").public
    )


def test_a_key_that_we_do_not_take_is_refused(library, monkeypatch):
    found = library("awskms:alias/ci", "ada")
    weak = SimpleNamespace(
        keytype="rsa", keyval={"public": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}
    )
    monkeypatch.setattr(found.AWSSigner, "import_", lambda _name: ("awskms:alias/ci", weak))
    assert refusal(ConfigError, "awskms:alias/ci").code == "key-encoding"


def answered(response):
    """Return an error as the client of AWS raises it."""
    return type("ClientError", (Exception,), {"response": response})("arn:aws:iam::123456789012:user/ada")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("token for ada@example.org"), "ValueError"),
        (ValueError("No PKCS#11 token found for label mine"), "ValueError: No PKCS#11 token found"),
        (OSError("https://user:secret@host/"), "OSError"),
        (answered({"Error": {"Code": "AccessDenied"}}), "ClientError: AccessDenied"),
        (answered({"Error": {"Code": "a b\x1b"}}), "ClientError"),
        (answered({}), "ClientError"),
        (answered(b"body"), "ClientError"),
    ],
)  # fmt: skip
def test_of_what_others_say_only_the_kind_is_told(library, error, told):
    def fail(*_):
        raise error

    found = library("hsm:2", "ada")
    found.sign = fail
    assert refusal(EnvironmentFault, "hsm:2").message.endswith(f"part: {told}")
    found.import_ = fail
    found.HSMSigner = SimpleNamespace(import_=fail)
    assert refusal(EnvironmentFault, "hsm:2").code == "kms-service"


def test_our_own_errors_pass(library):
    def fail(_data):
        raise DefectError("ours", code="x")

    library("hv:ci/3", "ed-ada").sign = fail
    with pytest.raises(DefectError):
        open_signer("hv:ci/3", environment={}).sign(PAE)


def test_nothing_is_logged_meanwhile_and_everything_after(library, caplog):
    caplog.set_level(logging.DEBUG)
    found = library("hv:ci/3", "ed-ada")

    def sign(data):
        logging.getLogger("botocore").critical("X-Amz-Security-Token: secret")
        return private("ed-ada").sign(data)

    found.sign = sign
    open_signer("hv:ci/3", environment={}).sign(PAE)
    assert "secret" not in caplog.text
    logging.getLogger("botocore").debug("after")
    assert "after" in caplog.text


@pytest.mark.parametrize("lie", [b"", b"x" * 64, private("bob").sign(PAE), private("ada").sign(b"other")])
def test_a_service_that_lies_is_found_out(library, lie):
    library("awskms:alias/ci", "ada").sign = lambda _data: lie
    assert refusal(EnvironmentFault, "awskms:alias/ci").code == "signer-signature"


def test_a_token_needs_its_library_and_a_pin(library):
    library("hsm:2", "ada")
    assert refusal(ConfigError, "hsm:2", {"STELLA_KEY_PASSWORD": "1"}).code == "hsm-module-missing"
    for pin in ({}, {"STELLA_KEY_PASSWORD": ""}):
        assert refusal(ConfigError, "hsm:2", {"PYKCS11LIB": "lib.so"} | pin).code == "key-password-missing"
    assert open_signer("hsm:2", environment={"PYKCS11LIB": "lib.so"}, prompt=lambda _uri: b"1")


EXTRAS = {
    "awskms:alias/ci": ("awskms", "boto3"),
    f"gcpkms:{GCP}": ("gcpkms", "google"),
    "azurekms://v/keys/k/1": ("azurekms", "azure"),
    "hv:ci/3": ("vault", "hvac"),
    "hsm:2": ("hsm", "pkcs11"),
}


@pytest.mark.parametrize("uri", EXTRAS)
def test_a_missing_extra_is_told_with_what_to_type(monkeypatch, uri):
    extra, package = EXTRAS[uri]
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError) as caught:
        open_signer(uri, environment=ENVIRONMENT)
    assert caught.value.code == "extra-missing"
    assert caught.value.remedy == f"pip install 'stella-git[{extra}]'"
    assert package in caught.value.message


def test_a_signer_shows_nothing_of_the_client(library):
    library("hsm:2", "ada")
    shown = repr(open_signer("hsm:2", environment=ENVIRONMENT))
    assert "1234" not in shown
    assert "native" not in shown
