import os
import shlex
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ssh_cases import ORDERS
from stella_git.errors import ConfigError, EnvironmentFault
from stella_git.trust.publicfile import to_ssh
from stella_git.trust.signers import exec as programs
from stella_git.trust.signers import may_come_from_repository, open_signer
from trust_cases import private

PAE = b"DSSEv1 4 text 3 pae"
ME = shlex.quote(sys.executable)


@pytest.fixture
def place(tmp_path):
    for name in ("ada", "ed-ada", "rsa-ada"):
        (tmp_path / f"{name}.pub").write_bytes(private(name).public.to_pem())
        (tmp_path / f"{name}.sig").write_bytes(private(name).sign(PAE))
    return tmp_path


@pytest.fixture
def script(place):
    """Write a program in Python, and return the URI of the signer that runs it."""

    def write(text, name="ada", option=""):
        (place / "sign.py").write_text("import os, sys\nfrom pathlib import Path\n" + text)
        return f"exec:{ME} sign.py{option}?public-key={name}.pub"

    return write


def signed(uri, place, data=PAE, **environment):
    return open_signer(uri, environment=dict(os.environ) | environment, base=place).sign(data)


def refusal(kind, uri, place, **environment):
    with pytest.raises(kind) as caught:
        signed(uri, place, **environment)
    assert caught.value.remedy
    assert str(caught.value).startswith("exec: ")
    assert "sign.py" not in str(caught.value)
    return caught.value


ANSWER = "sys.stdout.buffer.write(Path('{}.sig').read_bytes())\n"


@pytest.mark.parametrize("name", ["ada", "ed-ada", "rsa-ada"])
def test_a_command_gets_the_bytes_and_returns_the_signature(place, script, name):
    take = "Path('got').write_bytes(sys.stdin.buffer.read())\n"
    uri = script(take + ANSWER.format(name), name)
    made = signed(uri, place)
    assert made.sig == private(name).sign(PAE)
    assert made.keyid == private(name).public.keyid
    assert (place / "got").read_bytes() == PAE


def test_nothing_runs_before_something_is_signed(place, script):
    signer = open_signer(script("Path('ran').touch()"), environment=os.environ, base=place)
    assert signer.public_key == private("ada").public
    assert not (place / "ran").exists()


def test_a_command_need_not_read_what_it_gets(place, script):
    with pytest.raises(EnvironmentFault) as caught:
        signed(script(ANSWER.format("ada")), place, b"x" * (1 << 20))
    assert caught.value.code == "signer-signature"


@pytest.mark.parametrize("name", ["ada", "p384-ada"])
def test_a_high_s_comes_out_low(place, script, name):
    key = private(name)
    r, s = decode_dss_signature(key.sign(PAE))
    (place / "high.sig").write_bytes(encode_dss_signature(r, ORDERS[key.public.algorithm] - s))
    (place / f"{name}.pub").write_bytes(key.public.to_pem())
    assert signed(script(ANSWER.format("high"), name), place).sig == key.sign(PAE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "print('not a signature')",
        "print(Path('ada.sig').read_bytes().hex())",
        ANSWER.format("ed-ada"),
        ANSWER.format("ada") + "sys.stdout.buffer.write(b'\\n')",
        "sys.stdout.buffer.write(b'\\x30\\x06\\x02\\x01\\x00\\x02\\x01\\x00')",
        "sys.stdout.buffer.write(b'\\x30\\x06\\x02\\x01\\x01\\x02\\x01\\xff')",
        "sys.stdout.buffer.write(b'\\x30\\x06\\x02\\x01\\xff\\x02\\x01\\x01')",
    ],
)
def test_what_is_no_signature_by_the_key_is_refused(place, script, text):
    assert refusal(EnvironmentFault, script(text), place).code == "signer-signature"


def test_an_rsa_key_may_be_for_pss(place, script):
    (place / "pss.sig").write_bytes(private("pss-ada").sign(PAE))
    uri = script(ANSWER.format("pss"), "rsa-ada")
    assert refusal(EnvironmentFault, uri, place).code == "signer-signature"
    assert signed(f"{uri}?algorithm=rsa-pss-sha256", place).sig == (place / "pss.sig").read_bytes()


def test_the_public_key_may_be_a_line_of_openssh(place, script):
    (place / "line.pub").write_text(to_ssh(private("ada").public, "ada") + "\n")
    assert signed(script(ANSWER.format("ada"), "line"), place).sig == private("ada").sign(PAE)


@pytest.mark.parametrize("name", ["a b'c\"d.pub", "C:\\keys\\ada.pub", "what?.pub", "$HOME.pub"])
@pytest.mark.skipif(os.name != "posix", reason="names that Windows does not have")
def test_the_path_of_the_public_key_is_taken_as_it_stands(place, script, name):
    (place / name).write_bytes(private("ada").public.to_pem())
    uri = script(ANSWER.format("ada")).replace("ada.pub", name)
    assert signed(uri, place).sig == private("ada").sign(PAE)


def test_words_are_split_as_a_shell_does_and_no_shell_sees_them(place, script):
    uri = script(
        "Path('words').write_text(repr(sys.argv[1:]))",
        option=" 'a  b' \"c d\" e\\ f $HOME ; touch ran * '?public-key=x'",
    )
    refusal(EnvironmentFault, uri, place)
    words = ["a  b", "c d", "e f", "$HOME", ";", "touch", "ran", "*", "?public-key=x"]
    assert (place / "words").read_text() == repr(words)
    assert not (place / "ran").exists()


def test_secrets_of_other_signers_and_what_git_left_behind_are_not_passed_on(place, script):
    dropped = {
        "STELLA_KEY_PASSWORD": "x",
        "STELLA_KEY": "x",
        "COSIGN_PASSWORD": "x",
        "SIGSTORE_ID_TOKEN": "x",
        "GIT_DIR": "x",
        "GIT_INDEX_FILE": "x",
    }
    text = f"Path('names').write_text(' '.join(os.environ))\n{ANSWER.format('ada')}"
    signed(script(text), place, KEPT="x", VAULT_TOKEN="x", **dropped)
    names = set((place / "names").read_text().split())
    assert {"KEPT", "VAULT_TOKEN", "PATH"} <= names
    assert not names & set(dropped)


def test_only_the_environment_that_is_given_counts(place, script, monkeypatch):
    monkeypatch.setenv("OURS", "x")
    uri = script(f"Path('names').write_text(' '.join(os.environ))\n{ANSWER.format('ada')}")
    open_signer(uri, environment={"THEIRS": "x"}, base=place).sign(PAE)
    names = (place / "names").read_text().split()
    assert "THEIRS" in names
    assert "OURS" not in names


def test_a_command_that_fails_is_told_with_its_message(place, script):
    text = "print('out'); print('no card\\x1b[31m\\n\\nin the reader', file=sys.stderr); sys.exit(7)"
    error = refusal(EnvironmentFault, script(text), place)
    assert error.code == "exec-failed"
    assert error.message == "the command failed with 7: no card\\x1b[31m in the reader"
    silent = refusal(EnvironmentFault, script("sys.exit(1)"), place)
    assert silent.message == "the command failed with 1: it gave no message"
    long = refusal(EnvironmentFault, script("sys.stderr.write('x' * 1000 + 'end'); sys.exit(1)"), place)
    assert long.message.endswith("xend")
    assert len(long.message) < 400


def test_a_signature_of_a_command_that_fails_is_not_taken(place, script):
    assert (
        refusal(EnvironmentFault, script(ANSWER.format("ada") + "sys.exit(1)"), place).code == "exec-failed"
    )


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_command_that_writes_without_end_is_ended(place, script, stream):
    error = refusal(EnvironmentFault, script(f"while True: sys.{stream}.write('x' * 65536)"), place)
    assert error.code == "exec-output"


def test_messages_beside_a_signature_do_not_matter(place, script):
    uri = script(f"sys.stderr.write('x' * {programs.LIMIT})\n{ANSWER.format('ada')}")
    assert signed(uri, place).sig == private("ada").sign(PAE)


def test_a_command_that_does_not_end_is_ended(place, script, monkeypatch):
    monkeypatch.setattr(programs, "PATIENCE", 0.5)
    uri = script("import time\nPath('pid').write_text(str(os.getpid()))\ntime.sleep(60)")
    assert refusal(EnvironmentFault, uri, place).code == "exec-timeout"
    if (place / "pid").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((place / "pid").read_text()), 0)


def test_a_grandchild_that_keeps_the_output_open_is_not_waited_for(place, script):
    text = (
        "import subprocess\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])\n"
    )
    assert refusal(EnvironmentFault, script(text), place).code == "exec-timeout"


def test_an_interrupt_ends_the_command(place, script, monkeypatch):
    import subprocess

    started = []

    class Interrupted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

        def wait(self, timeout=None):
            if timeout == programs.PATIENCE:
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        signed(script("import time; time.sleep(60)"), place)
    (process,) = started
    assert process.wait(10) != 0


@pytest.mark.parametrize("program", ["no-such-program-anywhere", "./ada.pub", "'nul\0byte'"])
def test_a_program_that_cannot_be_started_is_told(place, program):
    error = refusal(ConfigError, f"exec:{program} --pin 1234?public-key=ada.pub", place)
    assert error.code == "exec-missing"
    assert "1234" not in str(error)


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("exec:openssl", "signer-public-key"),
        ("exec:openssl?public-key=", "signer-public-key"),
        ("exec:?public-key=ada.pub", "exec-command"),
        ("exec:openssl 'dgst?public-key=ada.pub", "exec-command"),
        ("exec:  ?public-key=ada.pub", "exec-command"),
    ],
)
def test_a_uri_that_says_too_little_is_refused(place, uri, code):
    assert refusal(ConfigError, uri, place).code == code


def test_a_public_key_that_is_none_is_refused(place):
    (place / "bad.pub").write_text("nothing")
    for name, code in (
        ("none.pub", "key-file-missing"),
        ("bad.pub", "key-format"),
        ("ada.sig", "key-format"),
    ):
        with pytest.raises(ConfigError) as caught:
            open_signer(f"exec:openssl?public-key={name}", environment={}, base=place)
        assert caught.value.code == code
        assert name in str(caught.value)


def test_a_signer_shows_neither_command_nor_environment(place):
    uri = "exec:openssl --pin 1234?public-key=ada.pub"
    found = open_signer(uri, environment={"SECRET": "geheim"}, base=place)
    shown = repr(found)
    assert found.uri == "exec:?public-key=ada.pub"
    assert "1234" not in shown
    assert "geheim" not in shown


@pytest.mark.parametrize(
    ("uri", "may"),
    [
        ("file:x", True),
        ("env:X", True),
        ("ssh:agent", True),
        ("awskms:alias/x", True),
        ("sigstore:", True),
        ("sigstore:staging", True),
        ("sigstore:instance.json", False),
        ("exec:x?public-key=y", False),
        ("azurekms://vault.example/keys/k/1", False),
    ],
)
def test_what_runs_and_who_sees_credentials_is_not_for_a_commit_to_say(uri, may):
    assert may_come_from_repository(uri) is may
