"""Trusted roots: those that travel with the program are what was released, and files say what is wrong."""

import shutil

import pytest

from house_cases import ROOT
from sigstore_cases import WORLD
from sigstore_world import to_bytes
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, DefectError
from stella_git.trust import roots

NOW = parse_rfc3339("2026-11-01T12:00:00Z")
DATA = to_bytes(WORLD.trusted_root())


@pytest.mark.parametrize("name", [roots.PUBLIC_GOOD, roots.STAGING])
def test_a_packaged_root_says_what_it_is(name):
    known = roots.packaged(name)
    data = (ROOT / "roots" / name / "trusted_root.json").read_bytes()
    assert known.root.digest == sha256(data)
    assert known.root.authorities
    assert known.root.ct_logs
    assert known.source.startswith(f"{name} of ")
    age = (NOW.seconds - known.date.seconds) // 86_400
    assert known.age(NOW) == age > 0
    assert known.describe(NOW) == f"{known.source}, {age} days old, {known.root.digest}"


def test_a_root_is_never_younger_than_today():
    known = roots.packaged()
    assert known.age(known.date.plus(-86_400)) == 0
    assert known.age(known.date.plus(86_399)) == 0
    assert known.age(known.date.plus(86_400)) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / roots.PUBLIC_GOOD / "trusted_root.json").write_bytes(DATA),
        lambda place: (place / "index.json").write_bytes(b"{}"),
        lambda place: (place / "index.json").write_bytes(b"[]"),
        lambda place: (place / "index.json").write_bytes(b'{"sigstore/public-good": 1}'),
    ],
)
def test_a_root_that_was_changed_since_the_release_is_a_damaged_installation(tmp_path, monkeypatch, damage):
    place = tmp_path / "roots"
    shutil.copytree(ROOT / "roots", place)
    monkeypatch.setattr(roots, "data_path", lambda name: tmp_path / name)
    assert roots.packaged().root.digest
    damage(place)
    with pytest.raises(DefectError) as caught:
        roots.packaged()
    assert caught.value.code == "resource-damaged"


def test_a_file_has_no_age():
    known = roots.from_file(DATA, "root.json")
    assert (known.source, known.date, known.age(NOW)) == ("root.json", None, None)
    assert known.describe(NOW) == f"root.json, {sha256(DATA)}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json-syntax"),
        (DATA + DATA, "json-trailing-data"),
        (DATA.replace(b"{", b'{"tlogs":[],', 1), "json-duplicate-member"),
        (b"{}", "trusted-root-media-type"),
        (to_bytes(WORLD.trusted_root(tlogs=3)), "trusted-root-member"),
        (DATA + b" " * roots.LIMIT, "json-too-large"),
    ],
)
def test_a_file_that_is_none_says_why_and_which(data, code):
    with pytest.raises(ConfigError) as caught:
        roots.from_file(data, "root.json")
    assert (caught.value.code, caught.value.where.path) == (code, "root.json")
    assert caught.value.remedy


def test_roots_are_found_by_their_digest():
    one, two = roots.packaged(), roots.packaged(roots.STAGING)
    strange = sha256(b"strange")
    found = roots.by_digest((two.root.digest, strange, one.root.digest), (one, two))
    assert found == (two, one)
    assert roots.by_digest((strange,), (one, two)) == ()
    assert roots.by_digest((), (one, two)) == ()
