"""From a key of each kind to a verified attestation, with the commands themselves."""

import pytest

from flows_cases import story
from signers_cases import trust
from stella_git.cli import password
from stella_git.trust import cosign
from stella_git.trust.keys import PrivateKey, load_private_key, save_private_key
from trust_cases import needs_mldsa, private

KEYS = ["p384-ada", "ed-ada", "rsa-ada", "pss-ada", pytest.param("mldsa65-ada", marks=needs_mldsa)]


def maintainer(place):
    return place.path / ".git/stella/keys/maintainer.pem"


@pytest.mark.parametrize("name", KEYS)
def test_a_key_of_each_algorithm_signs_a_verdict_that_is_verified(tmp_path, name):
    place, key = story(tmp_path / "r"), private(name)
    trust(place, key.public)
    save_private_key(tmp_path / "ci.pem", key, password=b"geheim")
    place.extra["STELLA_KEY_PASSWORD"] = "geheim"
    uri = f"file:{tmp_path / 'ci.pem'}?algorithm={key.public.algorithm}"
    assert place.attest("--key", uri)["created"] is True
    assert [row["algorithm"] for row in place.json("keys", "list") if row["name"] == "ci"] == [
        key.public.algorithm
    ]
    assert place.verify()["ok"] is True


@pytest.fixture
def locked(tmp_path):
    """A repository whose maintainer keeps the key as cosign does."""
    place = story(tmp_path / "r")
    data = cosign.encrypt(load_private_key(maintainer(place)), b"geheim")
    maintainer(place).unlink()
    path = tmp_path / "cosign.key"
    path.write_bytes(data)
    path.chmod(0o600)
    place.key = path
    assert PrivateKey.from_pem(data, password=b"geheim")
    return place


def test_a_key_of_cosign_signs_a_verdict_that_is_verified(locked):
    locked.extra["COSIGN_PASSWORD"] = "geheim"
    assert locked.attest("--key", f"cosign:{locked.key}")["created"] is True
    assert locked.verify()["ok"] is True


def test_whoever_signs_is_asked_for_the_password(locked, monkeypatch):
    asked = []
    monkeypatch.setattr(password, "ask", lambda what: asked.append(what) or b"geheim")
    assert locked.attest("--key", f"cosign:{locked.key}")["created"] is True
    assert asked == [f"cosign:{locked.key}"]
    assert locked.verify()["ok"] is True


def test_a_password_is_not_printed(locked, monkeypatch):
    locked.extra["COSIGN_PASSWORD"] = "falsch-und-geheim"
    shown = locked.run("--debug", "attest", "create", "--key", f"cosign:{locked.key}", expect=2)
    assert "key-password-wrong" in shown
    assert "Traceback" in shown
    assert "falsch" not in shown
    monkeypatch.setattr(password, "ask", lambda what: None)
    del locked.extra["COSIGN_PASSWORD"]
    shown = locked.run("attest", "create", "--key", f"cosign:{locked.key}", expect=2)
    assert "key-password-missing" in shown
    assert locked.note_refs() == []
