"""Keys of cosign: published ones open, ours are written alike, and nothing else is taken for one."""

import json
import sys
import traceback
from pathlib import Path

import pytest

from stella_git.errors import ConfigError
from stella_git.trust import cosign, pem
from stella_git.trust.keys import PrivateKey, load_private_key
from stella_git.trust.privatepem import Protection, protection
from stella_git.trust.signers import open_signer
from trust_cases import needs_mldsa, private

VECTORS = Path(__file__).parents[2] / "vectors" / "cosign"
DATA = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
PASSWORD = b"p\xc3\xa4ssword"
SALT, NONCE = bytes(range(32)), bytes(range(100, 124))


def vector(name):
    return (VECTORS / name).read_bytes()


def locked(key="ada", password=PASSWORD):
    return cosign.encrypt(private(key), password, salt=SALT, nonce=NONCE)


LOCKED = locked()
BODY = pem.decode(LOCKED)[1]


def refusal(action, *arguments, **options):
    with pytest.raises(ConfigError) as caught:
        action(*arguments, **options)
    assert caught.value.remedy
    return caught.value


# Keys that cosign made


@pytest.mark.parametrize(
    ("name", "password"),
    [("pemcosignkey.key", b"hello"), ("pemsigstorekey.key", b"hello"), ("empty-password.key", b"")],
)
def test_a_key_that_cosign_made_opens_with_its_password_alone(name, password):
    key = PrivateKey.from_pem(vector(name), password=password)
    assert key.public.algorithm == "ecdsa-p256"
    assert key.public.verify(DATA, key.sign(DATA), low_s=True)
    assert refusal(PrivateKey.from_pem, vector(name), password=password + b"!").code == "key-password-wrong"
    assert refusal(PrivateKey.from_pem, vector(name)).code == "key-password-missing"


def test_a_key_that_is_not_pkcs8_inside_is_refused_as_cosign_refuses_it():
    error = refusal(PrivateKey.from_pem, vector("pemcosigneckey.key"), password=b"hello")
    assert error.code == "key-format"


@pytest.mark.parametrize(
    ("name", "cost"), [("kdf-legacy", 32_768), ("kdf-standard", 65_536), ("kdf-owasp", 131_072)]
)
def test_the_three_costs_are_those_of_the_library(name, cost):
    body = vector(f"{name}.json")
    assert cosign.parse(body).cost == cost
    # The library marshals what it encrypts: here bytes, as a JSON string in base64.
    assert cosign.decrypt(body, b"supersecret") == b'"cmVhbGx5aW1wb3J0YW50"'


def test_foreign_parameters_are_refused_before_anything_is_derived(monkeypatch):
    monkeypatch.setattr(cosign, "_derive", None)
    error = refusal(cosign.decrypt, vector("kdf-foreign.json"), b"supersecret")
    assert error.code == "cosign-kdf-parameters"


# Keys that we write


@pytest.mark.parametrize(
    "name", ["ada", "ed-ada", "p384-ada", "rsa-ada", pytest.param("mldsa87-ada", marks=needs_mldsa)]
)
def test_what_is_written_can_be_read(name):
    data = locked(name)
    assert data.startswith(b"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n")
    assert data.endswith(b"-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n")
    assert PrivateKey.from_pem(data, password=PASSWORD).public == private(name).public


def test_pss_is_said_when_the_key_is_read():
    found = PrivateKey.from_pem(locked("pss-ada"), password=PASSWORD, algorithm="rsa-pss-sha256")
    assert found.public == private("pss-ada").public


def test_what_is_written_is_what_the_library_writes():
    value = json.loads(BODY)
    published = json.loads(vector("kdf-standard.json"))
    assert shape(value) == shape(published)
    assert value["kdf"]["params"] == published["kdf"]["params"]
    assert cosign.parse(BODY)[:3] == (65_536, SALT, NONCE)
    assert len(cosign.parse(BODY).ciphertext) == len(private("ada").to_der()) + 16


def shape(value):
    return {name: shape(member) for name, member in value.items()} if isinstance(value, dict) else type(value)


def test_salt_and_nonce_are_new_each_time_and_as_long_as_they_must_be():
    first, second = (cosign.parse(pem.decode(cosign.encrypt(private("ada"), PASSWORD))[1]) for _ in range(2))
    assert first.salt != second.salt
    assert first.nonce != second.nonce
    assert (len(first.salt), len(first.nonce)) == (32, 24)


def test_the_key_that_is_not_encrypted_is_the_same_as_in_pem():
    assert pem.encode("PRIVATE KEY", private("ada").to_der()) == private("ada").to_pem()


def test_both_labels_are_read():
    old = LOCKED.replace(b"SIGSTORE", b"COSIGN")
    assert PrivateKey.from_pem(old, password=PASSWORD).public == private("ada").public
    assert {protection(old), protection(LOCKED)} == {Protection.COSIGN}
    assert protection(private("ada").to_pem()) is Protection.NONE
    assert protection(private("ada").to_pem(password=b"x")) is Protection.PKCS8


# What is not one of its keys


def changed(pointer, value):
    found = json.loads(BODY)
    place = found
    for name in pointer[:-1]:
        place = place[name]
    place[pointer[-1]] = value
    return json.dumps(found).encode()


def without(*pointer):
    found = json.loads(BODY)
    place = found
    for name in pointer[:-1]:
        place = place[name]
    del place[pointer[-1]]
    return json.dumps(found).encode()


N = ("kdf", "params", "N")
BAD = {
    "empty": (b"", "cosign-key-format"),
    "not JSON": (b"{", "cosign-key-format"),
    "an array": (b"[]", "cosign-key-format"),
    "a duplicate member": (BODY.replace(b'{"cipher"', b'{"cipher":{},"cipher"', 1), "cosign-key-format"),
    "trailing bytes": (BODY + b"x", "cosign-key-format"),
    "a member more": (changed(["more"], 1), "cosign-key-format"),
    "no kdf": (without("kdf"), "cosign-key-format"),
    "no params": (without("kdf", "params"), "cosign-key-format"),
    "no N": (without(*N), "cosign-key-format"),
    "no nonce": (without("cipher", "nonce"), "cosign-key-format"),
    "kdf a string": (changed(["kdf"], "scrypt"), "cosign-key-format"),
    "params an array": (changed(["kdf", "params"], [65536, 8, 1]), "cosign-key-format"),
    "salt of 31 bytes": (changed(["kdf", "salt"], "A" * 40 + "AA=="), "cosign-key-format"),
    "salt of 33 bytes": (changed(["kdf", "salt"], "A" * 44), "cosign-key-format"),
    "salt a number": (changed(["kdf", "salt"], 1), "cosign-key-format"),
    "salt not ASCII": (changed(["kdf", "salt"], "ä" * 43 + "="), "cosign-key-format"),
    "salt with stray bits": (changed(["kdf", "salt"], "A" * 42 + "B="), "cosign-key-format"),
    "salt with a newline": (changed(["kdf", "salt"], "\n" + "A" * 43 + "="), "cosign-key-format"),
    "nonce of 21 bytes": (changed(["cipher", "nonce"], "A" * 28), "cosign-key-format"),
    "nonce in the URL alphabet": (changed(["cipher", "nonce"], "_" * 32), "cosign-key-format"),
    "ciphertext of an authenticator": (changed(["ciphertext"], "A" * 22 + "=="), "cosign-key-format"),
    "no ciphertext": (changed(["ciphertext"], ""), "cosign-key-format"),
    "another kdf": (changed(["kdf", "name"], "argon2"), "cosign-kdf-parameters"),
    "another cipher": (changed(["cipher", "name"], "aes"), "cosign-kdf-parameters"),
    "N of 16384": (changed(N, 16384), "cosign-kdf-parameters"),
    "N of 262144": (changed(N, 262_144), "cosign-kdf-parameters"),
    "N of 2**40": (changed(N, 2**40), "cosign-kdf-parameters"),
    "N a string": (changed(N, "65536"), "cosign-kdf-parameters"),
    "N an array": (changed(N, [65536]), "cosign-kdf-parameters"),
    "N true": (changed(N, True), "cosign-kdf-parameters"),
    "r of 16": (changed(["kdf", "params", "r"], 16), "cosign-kdf-parameters"),
    "p of 2": (changed(["kdf", "params", "p"], 2), "cosign-kdf-parameters"),
    "N a fraction": (changed(N, 65536.0), "cosign-kdf-parameters"),
    "r a fraction": (changed(["kdf", "params", "r"], 8.0), "cosign-kdf-parameters"),
    "p true": (changed(["kdf", "params", "p"], True), "cosign-kdf-parameters"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_is_not_cosigns_is_refused_before_anything_is_derived(monkeypatch, name):
    data, code = BAD[name]
    monkeypatch.setattr(cosign, "_derive", None)
    error = refusal(cosign.decrypt, data, PASSWORD)
    assert error.code == code
    assert (
        refusal(PrivateKey.from_pem, pem.encode(cosign.LABEL, data or b"\0"), password=PASSWORD).code == code
    )


@pytest.mark.parametrize("name", ["salt of 31 bytes", "N of 16384"])
def test_a_refusal_names_the_file_and_the_place_in_it(tmp_path, name):
    path = tmp_path / "cosign.key"
    path.write_bytes(pem.encode(cosign.LABEL, BAD[name][0]))
    path.chmod(0o600)
    pointer = "/kdf/salt" if "salt" in name else "/kdf"
    assert str(refusal(load_private_key, path, password=PASSWORD).where) == f"{path} {pointer}"
    with pytest.raises(ConfigError) as caught:
        open_signer(f"cosign:{path}", environment={"COSIGN_PASSWORD": ""})
    assert str(caught.value.where) == f"{path} {pointer}"


def test_the_smallest_ciphertext_has_one_byte_beside_its_authenticator():
    assert len(cosign.parse(changed(["ciphertext"], "A" * 23 + "=")).ciphertext) == 17


@pytest.mark.parametrize("place", ["ciphertext", "salt", "nonce"])
def test_a_changed_file_is_not_a_key(place):
    found = json.loads(BODY)
    holder = {"salt": found["kdf"], "nonce": found["cipher"]}.get(place, found)
    holder[place] = ("B" if holder[place][0] == "A" else "A") + holder[place][1:]
    error = refusal(cosign.decrypt, json.dumps(found).encode(), PASSWORD)
    assert error.code == "key-password-wrong"
    assert "changed" in error.message


# Without the package, and what an error shows


@pytest.mark.parametrize("module", ["nacl.secret", "nacl.exceptions"])
def test_without_pynacl_the_extra_is_named(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    error = refusal(PrivateKey.from_pem, LOCKED, password=PASSWORD)
    assert error.code == "extra-missing"
    assert error.remedy == "pip install 'stella-git[cosign]'"
    assert "nacl" in error.message
    if module == "nacl.secret":
        assert refusal(locked).code == "extra-missing"


def test_other_keys_do_not_need_pynacl(monkeypatch):
    monkeypatch.setitem(sys.modules, "nacl", None)
    assert PrivateKey.from_pem(private("ada").to_pem()).public == private("ada").public


SECRET = "a secret that nobody may see"


def lines(error):
    """Return all that a traceback with the local variables of every frame of ours shows."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    while found.stack and "stella_git" not in found.stack[0].filename:
        del found.stack[0]
    return "".join(found.format()) + repr(error) + repr(error.args) + str(error.remedy)


@pytest.mark.parametrize("kind", ["cosign", "pkcs8"])
@pytest.mark.parametrize("loaded", [False, True])
def test_a_password_is_in_no_frame_of_a_traceback(tmp_path, kind, loaded):
    data = LOCKED if kind == "cosign" else private("ada").to_pem(password=PASSWORD)
    path = tmp_path / "key.pem"
    path.write_bytes(data)
    path.chmod(0o600)
    action, what = (load_private_key, path) if loaded else (PrivateKey.from_pem, data)
    error = refusal(action, what, password=SECRET.encode())
    assert error.code == "key-password-wrong"
    assert error.__cause__ is None
    shown = lines(error)
    assert "from_pem" in shown or "load_private_key" in shown
    assert "secret" not in shown.replace("nacl.secret", "")
    assert data.splitlines()[1].decode() not in shown


def test_an_opened_key_that_is_no_key_shows_nothing_of_itself(monkeypatch):
    monkeypatch.setattr(cosign, "decrypt", lambda body, password: b"0" + SECRET.encode())
    error = refusal(PrivateKey.from_pem, LOCKED, password=PASSWORD)
    assert error.code == "key-format"
    assert "secret" not in lines(error)


@pytest.mark.parametrize(
    ("label", "remedy"),
    [
        (b"OPENSSH PRIVATE KEY", "write ssh:PATH instead of file:PATH"),
        (b"EC PRIVATE KEY", "openssl pkcs8"),
        (b"PUBLIC KEY", "stella keys generate"),
    ],
)
def test_another_block_leads_to_what_is_done_with_it(label, remedy):
    data = b"-----BEGIN %b-----\nAAAA\n-----END %b-----\n" % (label, label)
    with pytest.raises(ConfigError) as caught:
        protection(data)
    assert caught.value.code == "key-format"
    assert remedy in (caught.value.remedy or "")
