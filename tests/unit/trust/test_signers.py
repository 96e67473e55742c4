import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from stella_git.attest.envelope import Signature
from stella_git.errors import ConfigError
from stella_git.trust import cosign, pem, signers
from stella_git.trust.keys import save_private_key
from stella_git.trust.signers import SIGNERS, Context, open_bundle_signer, open_signer, require, use_prompt
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

    assert {"cosign", "env", "file"} <= set(SIGNERS)
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


@pytest.mark.parametrize("uri", ["", "ada.pem", "file:", ":x", "no:key", "FILE:x", "env:"])
def test_other_uris_are_refused_with_the_known_schemes(uri):
    error = refusal(uri)
    assert error.code == "signer-uri"
    assert "cosign:..., env:..., " in error.remedy
    assert error.remedy.startswith("write file:PATH")
    assert error.remedy.endswith("sigstore:..., ssh:...")


def test_a_key_pasted_as_a_uri_is_not_shown():
    schemes = ("file:", "env:", "cosign:", "ssh:", "hsm:", "awskms:", " ", "x:")
    pasted = [f"{scheme}{PEM}" for scheme in schemes]
    for uri in (PEM, f"{PEM}:", f" {PEM}", "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg:x", *pasted):
        error = refusal(uri)
        assert error.code == "signer-uri"
        assert PEM[40:60] not in str(error)
        assert "MIGHAgEAMBMGByqGSM49AgEGCC" not in str(error)


def test_a_key_pasted_after_the_scheme_of_bundles_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        open_bundle_signer(f"sigstore:{PEM}", environment={})
    assert caught.value.code == "signer-uri"
    assert PEM[40:60] not in str(caught.value)
    assert "replace" in caught.value.remedy


def test_a_signer_shows_nothing_secret():
    assert str(private("ada")._native.private_numbers().private_value) not in repr(
        open_signer("env:K", environment={"K": PEM})
    )


def test_a_signer_module_is_loaded_when_its_scheme_is_asked_for():
    code = "import sys, stella_git.trust.signers; print(sorted(n for n in sys.modules if '.signers.' in n))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# Keys of cosign, and who is asked for a password

PASSWORD = "pässword"
COSIGN = cosign.encrypt(private("ada"), PASSWORD.encode(), salt=b"s" * 32, nonce=b"n" * 24).decode()
OPEN_COSIGN = cosign.encrypt(private("ada"), b"", salt=b"s" * 32, nonce=b"n" * 24).decode()


def key_file(folder, text):
    path = folder / "cosign.key"
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("scheme", ["cosign", "env", "file"])
@pytest.mark.parametrize("variable", ["COSIGN_PASSWORD", "STELLA_KEY_PASSWORD"])
def test_a_key_of_cosign_signs(tmp_path, scheme, variable):
    uri = "env:KEY" if scheme == "env" else f"{scheme}:{key_file(tmp_path, COSIGN)}"
    found = open_signer(uri, environment={"KEY": COSIGN, variable: PASSWORD})
    assert found.public_key == private("ada").public
    assert found.sign(b"pae") == open_signer("env:PEM", environment={"PEM": PEM}).sign(b"pae")
    assert refusal(uri, KEY=COSIGN).code == "key-password-missing"
    assert refusal(uri, **{"KEY": COSIGN, variable: "x"}).code == "key-password-wrong"


def test_the_variable_of_cosign_goes_first_and_may_be_empty():
    both = {"STELLA_KEY_PASSWORD": PASSWORD, "COSIGN_PASSWORD": ""}
    assert open_signer("env:KEY", environment={"KEY": OPEN_COSIGN, **both}).public_key
    assert refusal("env:KEY", KEY=COSIGN, **both).code == "key-password-wrong"
    assert refusal("env:KEY", KEY=OPEN_COSIGN, STELLA_KEY_PASSWORD="").code == "key-password-missing"


def test_the_variable_of_cosign_opens_no_other_key():
    assert refusal("env:KEY", KEY=LOCKED, COSIGN_PASSWORD=PASSWORD).code == "key-password-missing"


def test_a_relative_path_of_cosign_starts_at_the_base(tmp_path):
    path = key_file(tmp_path, COSIGN)
    found = open_signer(f"cosign:{path.name}", environment={"COSIGN_PASSWORD": PASSWORD}, base=tmp_path)
    assert found.public_key == private("ada").public


@pytest.mark.parametrize("text", [PEM, LOCKED])
def test_another_key_is_not_one_of_cosigns(tmp_path, text):
    path = key_file(tmp_path, text)
    with use_prompt(None):  # nobody is asked for the password of a key that is not taken
        error = refusal(f"cosign:{path}")
    assert error.code == "cosign-key-format"
    assert str(path) in str(error)
    assert "file:" in error.remedy


def test_a_file_that_is_no_key_at_all_is_refused_with_its_place(tmp_path):
    path = key_file(tmp_path, "text")
    for scheme in ("cosign", "file"):
        error = refusal(f"{scheme}:{path}")
        assert error.code == "key-format"
        assert str(path) in str(error)


def test_a_key_of_cosign_that_others_can_reach_is_refused(tmp_path):
    path = key_file(tmp_path, COSIGN)
    path.chmod(0o644)
    assert refusal(f"cosign:{path}", COSIGN_PASSWORD=PASSWORD).code == "key-file-permissions"


class Person:
    """Somebody at a terminal, who knows one answer."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def __call__(self, what):
        self.asked.append(what)
        return self.answer


@pytest.mark.parametrize("text", [LOCKED, COSIGN])
def test_a_person_is_asked_for_what_no_variable_holds(text):
    person = Person(PASSWORD.encode())
    found = open_signer("env:KEY", environment={"KEY": text}, prompt=person)
    assert found.public_key == private("ada").public
    assert person.asked == ["env:KEY"]
    with use_prompt(person):
        assert open_signer("env:KEY", environment={"KEY": text}).public_key == found.public_key
    assert person.asked == ["env:KEY"] * 2
    assert refusal("env:KEY", KEY=text).code == "key-password-missing"


def test_a_person_with_another_answer_is_told():
    for answer, code in ((None, "key-password-missing"), (b"no", "key-password-wrong")):
        with use_prompt(Person(answer)):
            assert refusal("env:KEY", KEY=COSIGN).code == code


def test_nobody_is_asked_about_an_open_key_or_with_a_variable():
    person = Person(b"")
    with use_prompt(person):
        open_signer("env:KEY", environment={"KEY": PEM})
        open_signer("env:KEY", environment={"KEY": COSIGN, "COSIGN_PASSWORD": PASSWORD})
        assert refusal("env:KEY", KEY=COSIGN, COSIGN_PASSWORD="x").code == "key-password-wrong"
    assert person.asked == []


def test_nobody_is_asked_in_vain(monkeypatch):
    person = Person(PASSWORD.encode())
    damaged = pem.encode(cosign.LABEL, b"{}").decode()
    with use_prompt(person):
        assert refusal("env:KEY", KEY=damaged).code == "cosign-key-format"
        monkeypatch.setitem(sys.modules, "nacl.secret", None)
        assert refusal("env:KEY", KEY=COSIGN).code == "extra-missing"
    assert person.asked == []


def test_a_context_does_not_show_the_environment():
    context = Context(uri="env:KEY", environment={"COSIGN_PASSWORD": PASSWORD}, base=None)
    assert PASSWORD not in repr(context)
    assert context.password(cosign=True) == PASSWORD.encode()


@pytest.mark.parametrize("scheme", ["cosign", "env", "file"])
def test_no_frame_below_the_caller_shows_a_password(tmp_path, scheme):
    uri = "env:KEY" if scheme == "env" else f"{scheme}:{key_file(tmp_path, COSIGN)}"
    error = refusal(uri, KEY=COSIGN, COSIGN_PASSWORD="a secret")
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    folder = str(Path(signers.__file__).parents[1])
    frames = [frame for frame in found.stack if frame.filename.startswith(folder)]
    assert [frame.name for frame in frames][-1] == "open_key"
    # Whoever calls `open_signer` holds the environment, and so does it.
    shown = "".join(str(frame.locals) for frame in frames if "environment" not in frame.locals)
    assert "Context(" in shown
    assert "secret" not in shown
    assert COSIGN.splitlines()[1] not in shown


# What an RSA key is used for


def test_the_uri_says_what_an_rsa_key_is_used_for(tmp_path):
    save_private_key(tmp_path / "rsa.pem", private("rsa-ada"))
    uri = f"file:{tmp_path / 'rsa.pem'}"
    assert open_signer(uri, environment={}).public_key == private("rsa-ada").public
    found = open_signer(f"{uri}?algorithm=rsa-pss-sha256", environment={})
    assert found.public_key == private("pss-ada").public
    assert found.public_key.verify(b"pae", found.sign(b"pae").sig, low_s=True)
    assert found.sign(b"pae").keyid == private("rsa-ada").public.keyid
    text = private("rsa-ada").to_pem().decode()
    in_variable = open_signer("env:KEY?algorithm=rsa-pss-sha256", environment={"KEY": text})
    assert in_variable.public_key == private("pss-ada").public


def test_a_key_is_not_used_for_the_algorithm_of_another():
    assert refusal("env:KEY?algorithm=rsa-pss-sha256", KEY=PEM).code == "key-algorithm"


def test_a_question_mark_in_a_name_stays(tmp_path):
    for name in ("a?b.pem", "a?algorithm=none", "a?algorithm="):
        save_private_key(tmp_path / name, private("ada"))
        assert open_signer(f"file:{tmp_path / name}", environment={}).public_key == private("ada").public
    assert refusal("file:?algorithm=ed25519").code == "signer-uri"


# Extras


def test_a_module_of_an_extra_is_returned_or_the_extra_is_named():
    assert require("pathlib", "cosign").Path is Path
    for module in ("no_such_module", "no_such_module.part"):
        with pytest.raises(ConfigError) as caught:
            require(module, "kms")
        assert caught.value.code == "extra-missing"
        assert caught.value.remedy == "pip install 'stella-git[kms]'"
        assert "no_such_module," in caught.value.message
        assert caught.value.__suppress_context__
