"""Passwords of key files that are written or taken over."""

import base64

import pytest

from stella_git import config
from stella_git.cli import keypassword, password
from stella_git.errors import UsageError

SET = {"STELLA_KEY_PASSWORD": "from the environment"}


def answers(monkeypatch, *texts):
    left = list(texts)
    monkeypatch.setattr(password, "ask", lambda what: left.pop(0))
    return left


def test_no_encryption_asks_for_nothing():
    assert keypassword.new_password("none") is None


def test_a_password_that_is_asked_for_is_asked_for_twice(monkeypatch):
    left = answers(monkeypatch, b"secret", b"secret")

    assert keypassword.new_password("prompt") == b"secret"
    assert left == []


@pytest.mark.parametrize("texts", [(None,), (b"",), (b"secret", b"secert"), (b"secret", None)])
def test_an_empty_or_doubtful_answer_is_no_password(monkeypatch, texts):
    answers(monkeypatch, *texts)
    with pytest.raises(UsageError) as caught:
        keypassword.new_password("prompt")
    assert caught.value.code == "key-password-missing"
    assert "secret" not in str(caught.value)


def test_the_environment_is_used_where_it_is_named():
    with config.use_environment(SET):
        assert keypassword.new_password("env") == b"from the environment"
        assert keypassword.opening_password(b"ENCRYPTED") == b"from the environment"
    with config.use_environment({}), pytest.raises(UsageError):
        keypassword.new_password("env")


def test_only_an_encrypted_key_is_asked_about(monkeypatch):
    answers(monkeypatch, b"typed")
    with config.use_environment({}):
        assert keypassword.opening_password(b"-----BEGIN PRIVATE KEY-----") is None
        assert keypassword.opening_password(b"-----BEGIN ENCRYPTED PRIVATE KEY-----") == b"typed"


@pytest.mark.parametrize(("cipher", "asked"), [(b"none", None), (b"aes256-ctr", b"typed")])
def test_a_key_of_openssh_says_inside_whether_it_is_locked(monkeypatch, cipher, asked):
    answers(monkeypatch, b"typed")
    body = base64.encodebytes(b"openssh-key-v1\0" + len(cipher).to_bytes(4, "big") + cipher + bytes(100))
    data = b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + b"-----END OPENSSH PRIVATE KEY-----\n"
    with config.use_environment({}):
        assert keypassword.opening_password(data) == asked
