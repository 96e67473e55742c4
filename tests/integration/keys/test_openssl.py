"""Keys and signatures go both ways between us and the openssl program."""

import shutil
import subprocess

import pytest

from stella_git.errors import ConfigError, InputError
from stella_git.trust.keys import PrivateKey, PublicKey
from trust_cases import private

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl program here")

DATA = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
PSS = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"]
# name of a test key -> digest and options of openssl, arguments of genpkey
SCHEMES = {
    "ada": ("-sha256", [], ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    "p384-ada": ("-sha384", [], ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    "rsa-ada": ("-sha256", [], ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
    "pss-ada": ("-sha256", PSS, ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
}


def openssl(folder, *words, data=b""):
    found = subprocess.run(["openssl", *words], cwd=folder, input=data, capture_output=True, check=False)
    return found.returncode, found.stdout


def write(folder, **files):
    for name, data in files.items():
        (folder / name).write_bytes(data)


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_openssl_verifies_what_we_sign(tmp_path, name):
    digest, options, _ = SCHEMES[name]
    key = private(name)
    write(tmp_path, pub=key.public.to_pem(), sig=key.sign(DATA), data=DATA, other=DATA + b"!")
    command = ["dgst", digest, *options, "-verify", "pub", "-signature", "sig"]
    assert openssl(tmp_path, *command, "data")[0] == 0
    assert openssl(tmp_path, *command, "other")[0] != 0


@pytest.mark.parametrize("name", sorted(SCHEMES))
@pytest.mark.parametrize("password", [None, "geheim"])
def test_we_open_and_verify_what_openssl_makes(tmp_path, name, password):
    digest, options, kind = SCHEMES[name]
    locked = ["-aes256", "-pass", f"pass:{password}"] if password else []
    assert openssl(tmp_path, "genpkey", "-algorithm", *kind, *locked, "-out", "key")[0] == 0
    algorithm = private(name).public.algorithm
    secret = password.encode() if password else None
    key = PrivateKey.from_pem((tmp_path / "key").read_bytes(), password=secret, algorithm=algorithm)
    opening = ["-passin", f"pass:{password}"] if password else []
    public = openssl(tmp_path, "pkey", "-in", "key", *opening, "-pubout")[1]
    assert PublicKey.from_pem(public, algorithm) == key.public
    assert key.public.to_pem() == public
    write(tmp_path, data=DATA)
    signature = openssl(tmp_path, "dgst", digest, *options, "-sign", "key", *opening, "data")[1]
    assert key.public.verify(DATA, signature, low_s=False)
    assert not key.public.verify(DATA + b"!", signature, low_s=False)


def test_ed25519_goes_both_ways(tmp_path):
    key = private("ed-ada")
    write(tmp_path, pub=key.public.to_pem(), key=key.to_pem(), sig=key.sign(DATA), data=DATA)
    verify = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "pub", "-sigfile", "sig", "-in", "data"]
    assert openssl(tmp_path, *verify)[0] == 0
    signed = openssl(tmp_path, "pkeyutl", "-sign", "-rawin", "-inkey", "key", "-in", "data")[1]
    assert signed == key.sign(DATA)


@pytest.mark.parametrize("name", ["ada", "rsa-ada"])
def test_an_older_format_is_refused_with_the_line_that_converts_it(tmp_path, name):
    write(tmp_path, new=private(name).to_pem())
    assert openssl(tmp_path, "pkey", "-in", "new", "-traditional", "-out", "OLD")[0] == 0
    with pytest.raises(ConfigError) as caught:
        PrivateKey.from_pem((tmp_path / "OLD").read_bytes())
    assert caught.value.code == "key-format"
    line = caught.value.remedy.removeprefix("convert it: openssl ").split()
    assert openssl(tmp_path, *line, "-nocrypt")[0] == 0
    assert PrivateKey.from_pem((tmp_path / "NEW").read_bytes()).public == private(name).public


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (["RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "key-weak"),
        (["RSA", "-pkeyopt", "rsa_keygen_pubexp:3"], "key-weak"),
        (["EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "key-curve"),
        (["EC", "-pkeyopt", "ec_paramgen_curve:prime192v1"], "key-weak"),
        (["X25519"], "key-algorithm"),
        (["ED448"], "key-algorithm"),
    ],
)
def test_other_keys_of_openssl_are_refused(tmp_path, kind, code):
    assert openssl(tmp_path, "genpkey", "-algorithm", *kind, "-out", "key")[0] == 0
    public = openssl(tmp_path, "pkey", "-in", "key", "-pubout")[1]
    with pytest.raises(InputError) as caught:
        PublicKey.from_pem(public)
    assert caught.value.code == code
    with pytest.raises(ConfigError) as refused:
        PrivateKey.from_pem((tmp_path / "key").read_bytes())
    assert refused.value.code == code


def test_a_key_that_openssl_restricts_to_pss_has_the_public_key_of_any_rsa_key(tmp_path):
    """One key has one encoding, and what it is used for is for the keyring to say."""
    kind = ["RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]
    assert openssl(tmp_path, "genpkey", "-algorithm", *kind, "-out", "key")[0] == 0
    public = openssl(tmp_path, "pkey", "-in", "key", "-pubout")[1]
    with pytest.raises(InputError) as caught:
        PublicKey.from_pem(public, "rsa-pss-sha256")
    assert caught.value.code == "key-encoding"
    key = PrivateKey.from_pem((tmp_path / "key").read_bytes(), algorithm="rsa-pss-sha256")
    write(tmp_path, pub=key.public.to_pem(), sig=key.sign(DATA), data=DATA)
    assert openssl(tmp_path, "dgst", "-sha256", *PSS, "-verify", "pub", "-signature", "sig", "data")[0] == 0
    assert PublicKey.from_pem(key.public.to_pem(), "rsa-pss-sha256") == key.public
