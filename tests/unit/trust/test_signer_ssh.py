import base64
import os
import sys
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from ssh_cases import FakeAgent, blob, key_file, mpint, running, string
from stella_git.errors import ConfigError, EnvironmentFault, InputError
from stella_git.trust import sshkeyfile, sshwire
from stella_git.trust.publicfile import to_ssh
from stella_git.trust.signers import open_signer
from trust_cases import private

NAMES = ["ada", "p384-ada", "ed-ada", "rsa-ada"]
PAE = b"DSSEv1 4 text 3 pae"
PASSWORD = "pässword"
FIDO = b"sk-ssh-ed25519@openssh.com"


@pytest.fixture
def saved(tmp_path):
    def save(data, name="id", mode=0o600):
        path = tmp_path / name
        path.write_bytes(data)
        path.chmod(mode)
        return path

    return save


def refusal(kind, uri, **environment):
    with pytest.raises(kind) as caught:
        open_signer(uri, environment=environment)
    assert caught.value.remedy
    return caught.value


# Public keys


@pytest.mark.parametrize("name", NAMES)
def test_a_public_key_becomes_the_same_spki(name):
    assert sshwire.public_key(blob(name)) == private(name).public
    line = to_ssh(private(name).public, "a comment with blanks").encode()
    for text in (line, line + b"\n", line + b"\r\n", b" ".join(line.split()[:2])):
        assert sshwire.public_key_line(text) == blob(name)


def test_what_an_rsa_key_is_for_is_not_in_it():
    assert sshwire.public_key(blob("rsa-ada"), "rsa-pss-sha256").algorithm == "rsa-pss-sha256"
    with pytest.raises(InputError) as caught:
        sshwire.public_key(blob("ada"), "rsa-pss-sha256")
    assert caught.value.code == "key-algorithm"


POINT = blob("ada")[-65:]
MODULUS = int.from_bytes(blob("rsa-ada")[-256:])


def ecdsa(kind=b"ecdsa-sha2-nistp256", curve=b"nistp256", point=POINT):
    return string(kind) + string(curve) + string(point)


def rsa(exponent=65537, modulus=MODULUS):
    return string(b"ssh-rsa") + mpint(exponent) + mpint(modulus)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "key-format"),
        (b"\0\0\0", "key-format"),
        (string(b"ssh-ed25519"), "key-format"),
        (string(b"ssh-ed25519") + string(bytes(31)), "key-format"),
        (string(b"ssh-ed25519") + string(bytes(33)), "key-format"),
        (blob("ed-ada") + b"\0", "key-format"),
        (blob("ed-ada")[:-1], "key-format"),
        (string(b"ssh-ed25519") + string(bytes(32)), "key-weak"),
        (ecdsa(curve=b"nistp384"), "key-format"),
        (ecdsa(b"ecdsa-sha2-nistp384"), "key-format"),
        (ecdsa(b"ecdsa-sha2-nistp384", b"nistp384"), "key-format"),
        (ecdsa(curve=b"\xff"), "key-format"),
        (ecdsa(point=b"\2" + POINT[1:33]), "key-format"),
        (ecdsa(point=b"\6" + POINT[1:]), "key-format"),
        (ecdsa(point=b"\4" + bytes(64)), "key-weak"),
        (ecdsa(point=POINT + b"\0"), "key-format"),
        (ecdsa() + b"x", "key-format"),
        (rsa(exponent=3), "key-weak"),
        (rsa(modulus=MODULUS >> 1024), "key-weak"),
        (string(b"ssh-rsa") + mpint(65537) + string(MODULUS.to_bytes(256)), "key-format"),
        (string(b"ssh-rsa") + mpint(65537) + string(bytes(2) + MODULUS.to_bytes(256)), "key-format"),
        (string(b"ssh-rsa") + string(b"") + mpint(MODULUS), "key-format"),
        (rsa() + b"x", "key-format"),
        (string(b"ssh-dss") + mpint(5), "key-algorithm"),
        (string(b"ssh-rsa-cert-v01@openssh.com"), "key-algorithm"),
        (string(b"sk-ssh-ed25519@openssh.com") + string(bytes(32)), "ssh-key-fido"),
        (string(b"sk-ecdsa-sha2-nistp256@openssh.com"), "ssh-key-fido"),
    ],
)
def test_other_blobs_are_refused(data, code):
    with pytest.raises(InputError) as caught:
        sshwire.public_key(data)
    assert caught.value.code == code
    assert caught.value.remedy


@given(st.sampled_from([blob(name) for name in NAMES]), st.data())
def test_a_changed_blob_is_refused_or_another_key(data, draw):
    at = draw.draw(st.integers(0, len(data) - 1))
    changed = bytearray(data)
    changed[at] ^= draw.draw(st.integers(1, 255))
    try:
        found = sshwire.public_key(bytes(changed))
    except InputError:
        return
    assert found != sshwire.public_key(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_key_or_an_input_error(data):
    for prefix in (b"", string(b"ssh-rsa"), string(b"ssh-ed25519"), string(b"ecdsa-sha2-nistp256")):
        with pytest.raises(InputError):
            sshwire.public_key(prefix + data)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"ssh-ed25519",
        b"ssh-ed25519 !!!!",
        b"ssh-ed25519 AAAA",
        b"ssh-ed25519 " + base64.b64encode(blob("ada")),
        to_ssh(private("ed-ada").public, "one\nssh-ed25519 AAAA two").encode(),
        b"-----BEGIN PUBLIC KEY-----\n",
        to_ssh(private("ada").public, "x" * (64 << 10)).encode(),
    ],
)
def test_other_lines_are_refused(line):
    with pytest.raises(InputError) as caught:
        sshwire.public_key_line(line)
    assert caught.value.code == "key-format"


# Private key files


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize("name", NAMES)
def test_a_key_file_signs(saved, name, password):
    path = saved(key_file(name, password and password.encode()))
    found = open_signer(f"ssh:{path}", environment={"STELLA_KEY_PASSWORD": PASSWORD})
    assert found.uri == f"ssh:{path}"
    assert found.public_key == private(name).public
    made = found.sign(PAE)
    assert made.sig == private(name).sign(PAE)
    assert made.keyid == private(name).public.keyid


def test_a_relative_path_starts_at_the_base(saved):
    path = saved(key_file("ada"), "agent")
    assert open_signer("ssh:./agent", environment={}, base=path.parent).public_key == private("ada").public


def test_an_rsa_key_may_be_for_pss(saved):
    path = saved(key_file("rsa-ada"))
    found = open_signer(f"ssh:{path}?algorithm=rsa-pss-sha256", environment={})
    assert found.public_key == private("pss-ada").public
    assert found.public_key.verify(PAE, found.sign(PAE).sig, low_s=True)
    other = saved(key_file("ada"), "other")
    assert refusal(ConfigError, f"ssh:{other}?algorithm=rsa-pss-sha256").code == "key-algorithm"


def test_nobody_is_asked_about_a_key_that_is_not_encrypted(saved):
    def prompt(_uri):
        raise AssertionError

    assert open_signer(f"ssh:{saved(key_file('ada'))}", environment={}, prompt=prompt)


def test_the_passphrase_may_be_asked_for(saved):
    path, asked = saved(key_file("ada", b"geheim")), []
    found = open_signer(f"ssh:{path}", environment={}, prompt=lambda uri: asked.append(uri) or b"geheim")
    assert found.public_key == private("ada").public
    assert asked == [f"ssh:{path}"]


def test_a_wrong_or_missing_passphrase_is_told_and_not_shown(saved):
    path = saved(key_file("ada", b"geheim"))
    for code, environment in (
        ("key-password-wrong", {"STELLA_KEY_PASSWORD": "this-is-not-it"}),
        ("key-password-missing", {}),
        ("key-password-missing", {"STELLA_KEY_PASSWORD": ""}),
    ):
        error = refusal(ConfigError, f"ssh:{path}", **environment)
        assert error.code == code
        assert str(error).startswith(str(path))
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        ours = shown.partition("stella_git/trust/")[2]
        assert "this-is-not-it" not in ours.replace(repr(environment), "")


def test_without_bcrypt_the_extra_is_named(saved, monkeypatch):
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    path = saved(key_file("ada", b"geheim"))
    error = refusal(ConfigError, f"ssh:{path}", STELLA_KEY_PASSWORD="geheim")
    assert error.code == "extra-missing"
    assert error.remedy == "pip install 'stella-git[ssh]'"
    assert open_signer(f"ssh:{saved(key_file('ada'))}", environment={})


@pytest.mark.skipif(os.name != "posix", reason="mode bits")
def test_a_key_file_that_others_can_read_is_refused(saved):
    assert refusal(ConfigError, f"ssh:{saved(key_file('ada'), mode=0o640)}").code == "key-file-permissions"


def body(data):
    return base64.b64decode(b"".join(data.split(b"\n")[1:-2]))


def armour(data):
    return b"-----BEGIN OPENSSH PRIVATE KEY-----\n%b\n-----END OPENSSH PRIVATE KEY-----\n" % base64.b64encode(
        data
    )


def compressed(data):
    """Return a key file that has the public point in another form, in the part that may be encrypted."""
    at = data.rindex(POINT)
    return data[:at] + b"\2" + data[at + 1 :]


def native(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def rounds(count):
    return string(b"salt") + count.to_bytes(4)


def head(*, cipher=b"none", kdf=b"none", options=b"", count=1, public=None):
    public = blob("ada") if public is None else public
    parts = string(cipher) + string(kdf) + string(options) + count.to_bytes(4) + string(public)
    return b"openssh-key-v1\0" + parts


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "key-format"),
        (private("ada").to_pem(), "key-format"),
        (armour(b""), "key-format"),
        (armour(b"openssh-key-v2\0" + body(key_file("ada"))[15:]), "key-format"),
        (armour(body(key_file("ada"))[:60]), "key-format"),
        (armour(compressed(body(key_file("ada")))), "key-format"),
        (armour(head(count=2)), "key-format"),
        (armour(head(count=0)), "key-format"),
        (armour(head(public=b"")), "key-format"),
        (armour(head()), "key-format"),
        (armour(head() + string(bytes(8))), "key-format"),
        (armour(head(cipher=b"aes256-ctr", kdf=b"bcrypt", options=rounds(4097))), "key-format"),
        (armour(head(cipher=b"aes256-ctr", kdf=b"bcrypt")), "key-format"),
        (armour(head(cipher=b"rot13", kdf=b"bcrypt", options=rounds(16))), "key-password-wrong"),
        (armour(head(public=string(b"sk-ssh-ed25519@openssh.com") + string(bytes(32)))), "ssh-key-fido"),
        (native(ec.derive_private_key(5, ec.SECP521R1())), "key-algorithm"),
        (armour(body(key_file("ada")).replace(blob("ada"), blob("bob"), 1)), "key-format"),
    ],
)  # fmt: skip
def test_other_files_are_refused_and_their_contents_not_shown(saved, data, code):
    path = saved(data)
    error = refusal(ConfigError, f"ssh:{path}", STELLA_KEY_PASSWORD="geheim")
    assert error.code == code
    assert str(path) in str(error)
    assert "geheim" not in str(error)


def test_a_file_whose_halves_do_not_belong_together_is_refused(monkeypatch):
    # The library looks as well; should it stop, we still do.
    monkeypatch.setattr(sshkeyfile, "_load", lambda *_: (private("bob")._native, None))
    with pytest.raises(ConfigError) as caught:
        sshkeyfile.read(key_file("ada"), lambda: None)
    assert caught.value.code == "key-format"


# Public halves, which name a key of the agent


def test_a_public_half_may_be_open_to_others(saved):
    path = saved(to_ssh(private("ada").public, "x").encode(), "id.pub", 0o644)
    with running(FakeAgent("bob", "ada")) as environment:
        assert open_signer(f"ssh:{path}", environment=environment).public_key == private("ada").public
    with running(FakeAgent("bob")) as environment:
        error = refusal(ConfigError, f"ssh:{path}", **environment)
    assert error.code == "ssh-agent-key"
    assert sshwire.fingerprint(blob("ada")) in str(error)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"nothing", "key-format"),
        (
            b"sk-ssh-ed25519@openssh.com " + base64.b64encode(string(b"sk-ssh-ed25519@openssh.com")),
            "ssh-key-fido",
        ),
    ],
)
def test_a_public_half_that_is_none_is_refused_before_the_agent_is_asked(saved, data, code):
    path = saved(data, "id.pub")
    error = refusal(ConfigError, f"ssh:{path}")
    assert error.code == code
    assert str(error).startswith(str(path))


def test_what_is_not_there_is_told(tmp_path):
    for name in ("none", "none.pub"):
        assert refusal(ConfigError, f"ssh:{tmp_path / name}").code == "key-file-missing"
    assert refusal(EnvironmentFault, f"ssh:{tmp_path / ('x' * 300)}").code == "key-file-unreadable"
