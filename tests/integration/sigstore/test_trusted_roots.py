"""``stella trust``: trusted roots over a real TUF repository on loopback."""

from datetime import UTC, datetime

import pytest

from sigstore_tuf import serve_tuf
from sigstore_world import World, to_bytes
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.reader import parse_json

pytestmark = pytest.mark.enable_socket
ROOT = to_bytes(World().trusted_root())
NEWER = to_bytes(World("newer").trusted_root())


@pytest.fixture(autouse=True)
def _own_data_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)


@pytest.fixture
def repository(tmp_path):
    with serve_tuf(tmp_path / "tuf") as running:
        running.publish(ROOT)
        yield running


def update(stella, repository, *more, cwd):
    return stella("trust", "update", "--url", repository.url, "--root", repository.root, *more, cwd=cwd)


def test_the_newest_root_is_written_as_it_is_published(stella, repository, tmp_path):
    ran = update(stella, repository, cwd=tmp_path)
    file = tmp_path / "stella.trusted-root.json"
    assert ran.code == 0, ran.err
    assert file.read_bytes() == ROOT
    assert ran.out == f"written  {file.name}\ndigest   {TrustedRoot.from_bytes(ROOT).digest}\n"
    assert update(stella, repository, cwd=tmp_path).out.startswith("unchanged  ")
    repository.publish(NEWER)
    assert update(stella, repository, cwd=tmp_path).out.startswith("written  ")
    assert file.read_bytes() == NEWER
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [file.name]


def test_a_file_of_another_name(stella, repository, tmp_path):
    assert update(stella, repository, "-o", "own.json", cwd=tmp_path).code == 0
    assert (tmp_path / "own.json").read_bytes() == ROOT


def test_an_instance_that_has_a_name(stella, repository, tmp_path, monkeypatch):
    monkeypatch.setattr("sigstore._internal.tuf.STAGING_TUF_URL", repository.url)
    ran = stella("trust", "update", "--staging", "--root", repository.root, cwd=tmp_path)
    assert (ran.code, (tmp_path / "stella.trusted-root.json").read_bytes()) == (0, ROOT)


REFUSED = {
    "other bytes than were signed": {"data": NEWER, "served": ROOT},
    "expired": {"data": NEWER, "expires": datetime(2026, 1, 1, tzinfo=UTC)},
    "an older version": {"data": NEWER, "version": 0},
}


@pytest.mark.parametrize("knobs", REFUSED.values(), ids=REFUSED)
def test_what_tuf_refuses_changes_nothing(stella, repository, tmp_path, knobs):
    repository.publish(ROOT)
    assert update(stella, repository, cwd=tmp_path).code == 0
    if knobs.get("version") == 0:
        knobs = knobs | {"version": 1}
    repository.publish(**knobs)
    ran = update(stella, repository, cwd=tmp_path)
    assert (ran.code, "trusted-root-fetch" in ran.err) == (4, True), ran.err
    assert (tmp_path / "stella.trusted-root.json").read_bytes() == ROOT


def test_a_repository_of_somebody_else_is_not_believed(stella, repository, tmp_path):
    with serve_tuf(tmp_path / "mine", "mine") as mine:
        ran = stella("trust", "update", "--url", repository.url, "--root", mine.root, cwd=tmp_path)
    assert (ran.code, "trusted-root-fetch" in ran.err) == (4, True)
    assert not (tmp_path / "stella.trusted-root.json").exists()


def test_without_a_first_root_nothing_is_believed(stella, repository, tmp_path):
    ran = stella("trust", "update", "--url", repository.url, cwd=tmp_path)
    assert (ran.code, "trusted-root-fetch" in ran.err) == (4, True)
    assert "--root names the first root.json" in ran.err
    assert not (tmp_path / "stella.trusted-root.json").exists()


def test_without_a_network_the_error_is_clear(stella, tmp_path):
    root = tmp_path / "root.json"
    root.write_bytes(b"{}")
    ran = stella("trust", "update", "--url", "http://127.0.0.1:1", "--root", root, cwd=tmp_path)
    assert ran.code == 4
    assert "http://127.0.0.1:1" in ran.err
    assert "check the network" in ran.err


def test_what_is_no_trusted_root_is_not_written(stella, repository, tmp_path):
    repository.publish(b"[]")
    ran = update(stella, repository, cwd=tmp_path)
    assert ran.code == 2
    assert not (tmp_path / "stella.trusted-root.json").exists()


def test_a_file_that_cannot_be_written(stella, repository, tmp_path):
    (tmp_path / "stella.trusted-root.json").mkdir()
    ran = update(stella, repository, cwd=tmp_path)
    assert (ran.code, "trusted-root-write" in ran.err) == (4, True)
    assert [one.name for one in tmp_path.glob("*trusted-root*")] == ["stella.trusted-root.json"]
    ran = update(stella, repository, "-o", "no/where.json", cwd=tmp_path)
    assert (ran.code, "trusted-root-write" in ran.err) == (4, True)


def test_the_extra_is_missing(stella, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sigstore._internal.tuf", None)
    ran = stella("trust", "update", cwd=tmp_path)
    assert (ran.code, "pip install 'stella-git[keyless]'" in ran.err) == (2, True)


def test_the_installed_roots_are_shown(stella, tmp_path):
    ran = stella("trust", "show", cwd=tmp_path)
    assert ran.code == 0
    assert "https://rekor.sigstore.dev" in ran.out
    assert "https://rekor.sigstage.dev" in ran.out
    assert " days old\n  sha256:" in ran.out
    assert "to 20" in ran.out
    good, staging = parse_json(stella("trust", "show", "--format", "json", cwd=tmp_path).raw)
    assert good["digest"] in ran.out
    assert staging["logs"][0]["url"] == "https://rekor.sigstage.dev"
    assert isinstance(good["ageDays"], int)


def test_a_file_is_shown(stella, tmp_path):
    (tmp_path / "root.json").write_bytes(ROOT)
    ran = stella("trust", "show", "root.json", cwd=tmp_path)
    assert ran.out.startswith("root.json\n  sha256:")
    assert "https://fulcio.world.test, from 2025-06-01T00:00:00Z\n" in ran.out
    (shown,) = parse_json(stella("trust", "show", "--format", "json", "root.json", cwd=tmp_path).raw)
    assert (shown["source"], "ageDays" in shown) == ("root.json", False)
    ran = stella("trust", "show", "-", cwd=tmp_path, stdin=b"[]")
    assert ran.code == 2
