import subprocess
import sys

import pytest

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError
from stella_git.trust.keys import save_private_key
from stella_git.trust.signers import SIGNERS, open_signer
from trust_cases import private

PEM = private("ada").to_pem().decode()
LOCKED = private("ada").to_pem(password="pässword".encode()).decode()


def refusal(uri, **environment):
    with pytest.raises(ConfigError) as caught:
        open_signer(uri, environment=environment)
    assert caught.value.remedy
    return caught.value


def test_every_scheme_of_the_table_has_a_module_that_opens():
    import importlib

    assert sorted(SIGNERS) == ["env", "file"]
    for module in SIGNERS.values():
        assert callable(importlib.import_module(module).open_signer)


def test_a_signature_carries_the_key_id(tmp_path):
    save_private_key(tmp_path / "ada.pem", private("ada"))
    found = open_signer(f"file:{tmp_path / 'ada.pem'}", environment={})
    assert found.uri == f"file:{tmp_path / 'ada.pem'}"
    assert found.public_key == private("ada").public
    expected = Signature(sig=private("ada").sign(b"pae"), keyid=private("ada").public.keyid)
    assert found.sign(b"pae") == expected
    assert found.public_key.verify(b"pae", found.sign(b"pae").sig, low_s=True)


def test_a_relative_path_starts_at_the_base(tmp_path):
    save_private_key(tmp_path / "keys" / "ada.pem", private("ada"))
    found = open_signer("file:keys/ada.pem", environment={}, base=tmp_path)
    assert found.public_key == private("ada").public
    absolute = open_signer(f"file:{tmp_path}/keys/ada.pem", environment={}, base=tmp_path / "elsewhere")
    assert absolute.public_key == private("ada").public


def test_a_key_comes_from_a_variable():
    found = open_signer("env:SIGNING_KEY", environment={"SIGNING_KEY": PEM})
    assert found.public_key == private("ada").public
    assert found.uri == "env:SIGNING_KEY"


@pytest.mark.parametrize("scheme", ["env", "file"])
def test_the_password_comes_from_the_environment_given(tmp_path, scheme):
    save_private_key(tmp_path / "ada.pem", private("ada"), password="pässword".encode())
    environment = {"KEY": LOCKED, "STELLA_KEY_PASSWORD": "pässword"}
    uri = "env:KEY" if scheme == "env" else f"file:{tmp_path / 'ada.pem'}"
    assert open_signer(uri, environment=environment).public_key == private("ada").public
    assert refusal(uri, KEY=LOCKED).code == "key-password-missing"
    assert refusal(uri, KEY=LOCKED, STELLA_KEY_PASSWORD="x").code == "key-password-wrong"


def test_the_process_environment_is_not_read(monkeypatch):
    monkeypatch.setenv("SIGNING_KEY", PEM)
    assert refusal("env:SIGNING_KEY").code == "signer-variable-missing"


def test_a_missing_or_damaged_variable_is_named():
    for error in (refusal("env:SIGNING_KEY"), refusal("env:SIGNING_KEY", SIGNING_KEY="")):
        assert error.code == "signer-variable-missing"
        assert "$SIGNING_KEY" in str(error)
    damaged = refusal("env:SIGNING_KEY", SIGNING_KEY="not a key")
    assert damaged.code == "key-format"
    assert "$SIGNING_KEY" in str(damaged)


@pytest.mark.parametrize("uri", ["", "ada.pem", "file:", ":x", "kms:key", "FILE:x", "env:"])
def test_other_uris_are_refused_with_the_known_schemes(uri):
    error = refusal(uri)
    assert error.code == "signer-uri"
    assert "env:..., file:..." in error.remedy


def test_a_key_pasted_as_a_uri_is_not_shown():
    for uri in (PEM, f"{PEM}:", "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg:x"):
        error = refusal(uri)
        assert PEM[40:60] not in str(error)
        assert "MIGHAgEAMBMGByqGSM49AgEGCC" not in str(error)


def test_a_signer_shows_nothing_secret():
    assert str(private("ada")._native.private_numbers().private_value) not in repr(
        open_signer("env:K", environment={"K": PEM})
    )


def test_a_signer_module_is_loaded_when_its_scheme_is_asked_for():
    code = "import sys, stella_git.trust.signers; print(sorted(n for n in sys.modules if '.signers.' in n))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
