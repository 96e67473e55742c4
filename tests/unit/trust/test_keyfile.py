import os
import stat

import pytest

from stella_git.errors import ConfigError, EnvironmentFault
from stella_git.trust import keyfile
from stella_git.trust.keys import load_private_key, save_private_key
from trust_cases import private

posix = pytest.mark.skipif(os.name != "posix", reason="mode bits mean nothing here")


def refusal(path, **options):
    with pytest.raises((ConfigError, EnvironmentFault)) as caught:
        load_private_key(path, **options)
    assert str(path) in str(caught.value)
    assert caught.value.remedy
    return caught.value.code


def test_a_saved_key_is_loaded_again(tmp_path):
    path = tmp_path / "stella" / "keys" / "ada.pem"
    save_private_key(path, private("ada"))
    assert load_private_key(path).public == private("ada").public


def test_a_key_saved_with_a_password_needs_it(tmp_path):
    path = tmp_path / "ada.pem"
    save_private_key(path, private("ada"), password=b"secret")
    assert load_private_key(path, password=b"secret").public == private("ada").public
    assert refusal(path) == "key-password-missing"
    assert refusal(path, password=b"other") == "key-password-wrong"


@posix
@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_only_the_owner_can_read_what_was_saved(tmp_path, mask):
    path = tmp_path / "stella" / "keys" / "ada.pem"
    before = os.umask(mask)
    try:
        save_private_key(path, private("ada"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("kind", ["file", "directory", "dangling link"])
def test_nothing_is_written_over(tmp_path, kind):
    path = tmp_path / "ada.pem"
    if kind == "file":
        path.write_bytes(b"other")
    elif kind == "directory":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError) as caught:
        save_private_key(path, private("ada"))
    assert caught.value.code == "key-file-exists"
    assert not (tmp_path / "elsewhere").exists()
    assert kind != "file" or path.read_bytes() == b"other"


def test_a_place_that_cannot_be_written_is_an_environment_fault(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EnvironmentFault) as caught:
        save_private_key(tmp_path / "file" / "keys" / "ada.pem", private("ada"))
    assert caught.value.code == "key-file-unwritable"
    with pytest.raises(EnvironmentFault) as caught:
        save_private_key(tmp_path / ("a" * 300), private("ada"))
    assert caught.value.code == "key-file-unwritable"


@pytest.mark.parametrize("unlink_fails", [False, True])
def test_a_full_disk_leaves_no_half_a_key(tmp_path, monkeypatch, unlink_fails):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfile.os, "fsync", full)
    path = tmp_path / "ada.pem"
    if unlink_fails:
        monkeypatch.setattr(type(path), "unlink", lambda self: full(0))
    with pytest.raises(EnvironmentFault, match="No space left") as caught:
        save_private_key(path, private("ada"))
    assert caught.value.code == "key-file-unwritable"
    assert path.exists() == unlink_fails


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o777])
def test_a_key_that_others_can_reach_is_refused(tmp_path, mode):
    path = tmp_path / "ada.pem"
    save_private_key(path, private("ada"))
    path.chmod(mode)
    assert refusal(path) == "key-file-permissions"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_can_reach_is_loaded(tmp_path, mode):
    path = tmp_path / "ada.pem"
    save_private_key(path, private("ada"))
    path.chmod(mode)
    assert load_private_key(path).public == private("ada").public


@posix
def test_a_link_is_as_private_as_what_it_points_to(tmp_path):
    save_private_key(tmp_path / "real.pem", private("ada"))
    (tmp_path / "link.pem").symlink_to(tmp_path / "real.pem")
    assert load_private_key(tmp_path / "link.pem").public == private("ada").public
    (tmp_path / "real.pem").chmod(0o644)
    assert refusal(tmp_path / "link.pem") == "key-file-permissions"


def test_mode_bits_are_not_asked_where_they_mean_nothing(tmp_path, monkeypatch):
    path = tmp_path / "ada.pem"
    save_private_key(path, private("ada"))
    path.chmod(0o644)
    monkeypatch.setattr(keyfile, "_POSIX", False)
    assert load_private_key(path).public == private("ada").public


def test_a_missing_file_is_looked_for_where_its_path_was_said(tmp_path):
    for private_half, said in ((True, "--key, STELLA_KEY"), (False, "of the public key")):
        with pytest.raises(ConfigError) as caught:
            keyfile.read(tmp_path / "none", private=private_half)
        assert said in caught.value.remedy
        assert ("generate" in caught.value.remedy) is private_half


def test_what_is_not_a_key_file_is_refused(tmp_path):
    assert refusal(tmp_path / "none.pem") == "key-file-missing"
    assert refusal(tmp_path) == "key-file-kind"
    big = tmp_path / "big.pem"
    big.write_bytes(b"x" * (64 * 1024 + 1))
    big.chmod(0o600)
    assert refusal(big) == "key-file-too-large"
    big.write_bytes(b"x" * (64 * 1024))
    assert refusal(big) == "key-format"
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    empty.chmod(0o600)
    assert refusal(empty) == "key-format"


@posix
def test_a_fifo_in_the_place_of_a_key_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert refusal(tmp_path / "pipe") == "key-file-kind"


def test_a_file_that_cannot_be_opened_is_an_environment_fault(tmp_path, monkeypatch):
    def denied(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(keyfile.os, "open", denied)
    assert refusal(tmp_path / "ada.pem") == "key-file-unreadable"
