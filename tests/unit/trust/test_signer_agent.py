import socket
import threading
from types import SimpleNamespace

import pytest

from ssh_cases import FAILURE, FakeAgent, blob, listed, mpint, running, signature, string
from stella_git.errors import ConfigError, EnvironmentFault
from stella_git.trust import sshagent, sshwire
from stella_git.trust.publicfile import to_ssh
from stella_git.trust.signers import open_signer
from trust_cases import private

NAMES = ["ada", "p384-ada", "ed-ada", "rsa-ada"]
PAE = b"DSSEv1 4 text 3 pae"


def opened(uri, agent, base=None):
    with running(agent) as environment:
        return open_signer(uri, environment=environment, base=base)


def signed(agent, uri="ssh:agent"):
    with running(agent) as environment:
        return open_signer(uri, environment=environment).sign(PAE)


def refusal(kind, agent, uri="ssh:agent"):
    with pytest.raises(kind) as caught:
        signed(agent, uri)
    assert caught.value.remedy
    assert str(caught.value).startswith("ssh: ")
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_the_agent_is_asked_to_sign_the_bytes_themselves(name):
    agent = FakeAgent(name)
    made = signed(agent)
    key = private(name).public
    assert made.keyid == key.keyid
    assert key.verify(PAE, made.sig, low_s=True)
    # Only RSA has a flag: without it, an agent would sign with SHA-1.
    assert agent.signed == [(blob(name), PAE, 2 if name == "rsa-ada" else 0)]


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_chosen_by_its_fingerprint_or_its_public_half(tmp_path, name):
    agent = FakeAgent(*NAMES)
    (tmp_path / "id.pub").write_text(to_ssh(private(name).public, "ada@example.org") + "\n")
    for uri in (f"ssh:agent:{sshwire.fingerprint(blob(name))}", "ssh:id.pub"):
        found = opened(uri, agent, tmp_path)
        assert found.public_key == private(name).public
        assert found.uri == uri


@pytest.mark.parametrize("name", ["ada", "p384-ada"])
def test_a_high_s_comes_out_low(name):
    agent = FakeAgent(name)
    agent.signature = lambda _key, data, _flags: b"\x0e" + string(signature(name, data, high_s=True))
    assert signed(agent).sig == private(name).sign(PAE)


def test_an_rsa_signature_without_its_zeros_is_made_as_long_as_the_modulus():
    agent, key = FakeAgent("rsa-ada"), private("rsa-ada")
    data = next(b"%d" % n for n in range(10_000) if key.sign(b"%d" % n)[:1] == b"\0")
    raw = string(b"rsa-sha2-256") + string(key.sign(data).lstrip(b"\0"))
    agent.signature = lambda *_: b"\x0e" + string(raw)
    with running(agent) as environment:
        made = open_signer("ssh:agent", environment=environment).sign(data)
    assert made.sig == key.sign(data)
    assert len(made.sig) == 256


@pytest.mark.parametrize(
    "lie",
    [
        lambda data: signature("bob", data),
        lambda data: signature("ada", data + b"!"),
        lambda _: string(b"ecdsa-sha2-nistp256") + string(mpint(1) + mpint(2**255)),
        lambda _: string(b"ecdsa-sha2-nistp256") + string(mpint(2**300) + mpint(2**300)),
    ],
    ids=["another key", "other bytes", "made up", "too large"],
)
def test_an_agent_that_lies_is_found_out(lie):
    agent = FakeAgent("ada")
    agent.signature = lambda _key, data, _flags: b"\x0e" + string(lie(data))
    assert refusal(EnvironmentFault, agent).code == "signer-signature"


def good():
    return signature("ada", PAE)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x0e",
        b"\x0c" + string(good()),
        b"\x0e" + string(good()) + b"x",
        b"\x0e" + string(good())[:-1],
        b"\x0e" + string(good() + b"x"),
        b"\x0e" + string(string(b"ssh-ed25519") + string(bytes(64))),
        b"\x0e" + string(string(b"\xff\xfe") + string(bytes(64))),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp384") + good()[4 + len(b"ecdsa-sha2-nistp256") :]),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(mpint(5))),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(mpint(5) + mpint(5) + b"x")),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(mpint(5) + string(b""))),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(mpint(5) + string(b"\0"))),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(mpint(5) + string(b"\x80"))),
        b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(mpint(5) + string(b"\0\5"))),
        None,
    ],
)
def test_a_malformed_answer_to_a_request_to_sign_is_refused(answer):
    agent = FakeAgent("ada")
    agent.signature = lambda *_: answer
    assert refusal(EnvironmentFault, agent).code == "ssh-agent-answer"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x0c",
        b"\x0e" + bytes(4),
        b"\x0c" + (2).to_bytes(4) + string(blob("ada")) + string(b""),
        b"\x0c" + (2**32 - 1).to_bytes(4),
        listed("ada") + b"x",
        b"\x0c" + (1).to_bytes(4) + (2**31).to_bytes(4),
        None,
    ],
)
def test_a_malformed_list_of_keys_is_refused(answer):
    agent = FakeAgent("ada")
    agent.identities = lambda: answer
    assert refusal(EnvironmentFault, agent).code == "ssh-agent-answer"


@pytest.mark.parametrize(
    "frame",
    [
        lambda data: (2**32 - 1).to_bytes(4) + data,
        lambda data: (sshagent.LIMIT + 1).to_bytes(4) + data,
        lambda data: (len(data) - 1).to_bytes(4) + data,
        lambda data: bytes(4) + data,
    ],
)
def test_a_length_that_lies_is_refused(frame):
    agent = FakeAgent("ada")
    agent.frame = frame
    assert refusal(EnvironmentFault, agent).code == "ssh-agent-answer"


def test_an_answer_in_drips_is_refused():
    agent = FakeAgent("ada")
    agent.pieces = 1
    assert refusal(EnvironmentFault, agent).code == "ssh-agent-answer"
    agent.pieces = 40
    assert signed(agent)


def test_a_message_of_the_greatest_length_is_read():
    agent = FakeAgent("ada")
    rest = sshagent.LIMIT - len(listed("ada")) - 8
    agent.identities = lambda: (
        b"\x0c" + (2).to_bytes(4) + listed("ada")[5:] + string(bytes(rest)) + string(b"")
    )
    assert signed(agent)


@pytest.mark.parametrize("what", ["identities", "signature"])
def test_an_agent_may_refuse(what):
    agent = FakeAgent("ada")
    setattr(agent, what, lambda *_: FAILURE)
    assert refusal(EnvironmentFault, agent).code == "ssh-agent-refused"


def test_an_agent_that_says_nothing_is_left(monkeypatch):
    monkeypatch.setattr(sshagent, "PATIENCE", 0.05)
    agent = FakeAgent("ada")
    agent.frame = lambda _data: b""
    error = refusal(EnvironmentFault, agent)
    assert error.code == "ssh-agent-silent"
    assert "within 0.05 s" in str(error)


def test_nothing_listens_there(tmp_path):
    (tmp_path / "file").write_text("")
    for name in ("none", "file", "x" * 200):
        with pytest.raises(EnvironmentFault) as caught:
            open_signer("ssh:agent", environment={"SSH_AUTH_SOCK": str(tmp_path / name)})
        assert caught.value.code == "ssh-agent-silent"


def test_no_agent_is_named(monkeypatch):
    monkeypatch.setenv("SSH_AUTH_SOCK", "/the/process/environment/is/not/read")
    with pytest.raises(ConfigError) as caught:
        open_signer("ssh:agent", environment={"SSH_AUTH_SOCK": ""})
    assert caught.value.code == "ssh-agent-missing"


def test_a_key_that_is_not_there_is_told():
    assert refusal(ConfigError, FakeAgent()).code == "ssh-agent-key"
    error = refusal(ConfigError, FakeAgent("ada"), f"ssh:agent:{sshwire.fingerprint(blob('bob'))}")
    assert error.code == "ssh-agent-key"
    for fingerprint in ("", "SHA256:", sshwire.fingerprint(blob("ada"))[:-1], "MD5:00"):
        assert refusal(ConfigError, FakeAgent("ada"), f"ssh:agent:{fingerprint}").code == "ssh-agent-key"


def test_of_several_keys_one_has_to_be_chosen():
    error = refusal(ConfigError, FakeAgent("ada", "ed-ada"))
    assert error.code == "ssh-agent-key"
    assert sshwire.fingerprint(blob("ada")) in error.message
    assert sshwire.fingerprint(blob("ed-ada")) in error.message
    many = refusal(ConfigError, FakeAgent(*(f"ed-{n}" for n in range(11))))
    assert many.message.endswith("and 3 more")


def test_a_key_that_is_listed_twice_is_one_key():
    assert signed(FakeAgent("ada", "ada"))


FIDO = string(b"sk-ssh-ed25519@openssh.com") + string(bytes(32)) + string(b"ssh:")
OTHERS = [
    FIDO,
    string(b"ssh-dss") + bytes(20),
    string(b"ssh-ed25519-cert-v01@openssh.com") + bytes(40),
    string(b"ecdsa-sha2-nistp521") + string(b"nistp521") + string(bytes(133)),
    b"",
    b"\0\0\0\5abc",
]


def test_keys_that_we_do_not_sign_with_are_passed_over():
    assert signed(FakeAgent(*OTHERS, "ada")).keyid == private("ada").public.keyid


@pytest.mark.parametrize(("other", "code"), [(FIDO, "ssh-key-fido"), (OTHERS[1], "key-algorithm")])
def test_a_key_that_is_asked_for_and_cannot_be_used_is_explained(other, code):
    for uri in ("ssh:agent", f"ssh:agent:{sshwire.fingerprint(other)}"):
        assert refusal(ConfigError, FakeAgent(other), uri).code == code


def test_an_agent_does_not_do_rsa_pss():
    assert (
        refusal(ConfigError, FakeAgent("rsa-ada"), "ssh:agent?algorithm=rsa-pss-sha256").code
        == "key-algorithm"
    )


def test_a_signer_shows_its_key_and_nothing_of_its_surroundings():
    with running(FakeAgent("ada")) as environment:
        found = open_signer("ssh:agent", environment=environment | {"STELLA_KEY_PASSWORD": "geheim"})
    assert "geheim" not in repr(found)
    assert private("ada").public.keyid in repr(found)


def test_a_signer_asks_the_agent_again_each_time():
    agent = FakeAgent("ada")
    with running(agent) as environment:
        signer = open_signer("ssh:agent", environment=environment)
        assert signer.sign(PAE) == signer.sign(PAE)
    assert len(agent.signed) == 2


def test_on_windows_the_agent_is_behind_a_pipe(monkeypatch):
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    agent, asked = FakeAgent("ada"), []

    def opening(path, mode, buffering):
        asked.append((path, mode, buffering))
        raw = ours.makefile("rwb", buffering=0)
        # A pipe may take less than it is given, at a time.
        return SimpleNamespace(read=raw.read, write=lambda data: raw.write(data[:7]), close=raw.close)

    monkeypatch.setattr(sshagent, "_WINDOWS", True)
    monkeypatch.setattr(sshagent, "open", opening, raising=False)
    thread = threading.Thread(target=agent.serve, args=(theirs,), daemon=True)
    thread.start()
    with sshagent.connect({}) as found:
        assert [identity.blob for identity in found.identities()] == [blob("ada")]
        assert found.sign(blob("ada"), PAE, 0) == signature("ada", PAE)
    ours.close()
    thread.join()
    assert asked == [(r"\\.\pipe\openssh-ssh-agent", "r+b", 0)]


def test_on_windows_a_pipe_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(sshagent, "_WINDOWS", True)
    with (
        pytest.raises(EnvironmentFault) as caught,
        sshagent.connect({"SSH_AUTH_SOCK": str(tmp_path / "none")}),
    ):
        pass
    assert caught.value.code == "ssh-agent-silent"


def test_a_pipe_that_is_closed_ends_the_answer(monkeypatch):
    closed = SimpleNamespace(read=lambda _count: None, write=len, close=lambda: None)
    monkeypatch.setattr(sshagent, "_WINDOWS", True)
    monkeypatch.setattr(sshagent, "open", lambda *_args, **_named: closed, raising=False)
    with pytest.raises(EnvironmentFault) as caught, sshagent.connect({}) as found:
        found.identities()
    assert caught.value.code == "ssh-agent-answer"
