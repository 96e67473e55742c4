import copy
import hashlib
import pickle

import pytest

from stella_git.canon.digest import Digest, DigestSet, blake3, of_json, sha256
from stella_git.errors import InputError, Where

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EMPTY_BLAKE3 = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"


def test_known_answers():
    assert str(sha256(b"")) == f"sha256:{EMPTY}"
    assert str(blake3(b"")) == f"blake3:{EMPTY_BLAKE3}"
    assert of_json({"b": 1, "a": "é"}) == sha256('{"a":"é","b":1}'.encode())
    assert sha256(b"x").raw == hashlib.sha256(b"x").digest()


def test_parse_is_the_inverse_of_str():
    for digest in (sha256(b"x"), blake3(b"x")):
        assert Digest.parse(str(digest)) == digest
        assert Digest(digest.algorithm, digest.hex) == digest
        assert eval(repr(digest)) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        EMPTY,
        ":" + EMPTY,
        "sha256:",
        "sha256:" + EMPTY[:-1],
        "sha256:" + EMPTY + "0",
        "sha256:" + EMPTY.upper(),
        "sha256:" + EMPTY[:-1] + "g",
        "sha256:" + EMPTY[:-1] + "٠",
        "sha256: " + EMPTY[:-1],
        "SHA256:" + EMPTY,
        "sha512:" + EMPTY,
        "sha256:sha256:" + EMPTY,
        "sha256:" + EMPTY + "\n",
    ],
)
def test_one_spelling_only(text):
    with pytest.raises(InputError) as caught:
        Digest.parse(text)
    assert caught.value.code == "digest-malformed"


def test_equality_order_and_hash():
    one, same, other = sha256(b"1"), sha256(b"1"), sha256(b"2")
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != Digest("blake3", one.hex)
    assert one != str(one)
    assert sorted([other, one], key=str) == sorted([one, other])
    assert one.matches(same)
    assert not one.matches(other)
    assert not one.matches(Digest("blake3", one.hex))


def test_a_digest_cannot_change():
    digest = sha256(b"")
    with pytest.raises(AttributeError):
        digest.hex = "0" * 64
    with pytest.raises(AttributeError):
        del digest.hex
    with pytest.raises(AttributeError):
        digest.other = 1
    assert copy.deepcopy(digest) == digest
    assert pickle.loads(pickle.dumps(digest)) == digest


def test_digest_set_is_a_sorted_mapping():
    found = DigestSet({"sha512": "ab" * 64, "sha256": EMPTY, "x_new1": "00ff"})
    assert list(found) == ["sha256", "sha512", "x_new1"]
    assert dict(found) == found.to_json()
    assert len(found) == 3
    assert found == {"sha256": EMPTY, "sha512": "ab" * 64, "x_new1": "00ff"}
    assert hash(found) == hash(DigestSet(dict(reversed(list(found.items())))))
    assert eval(repr(found)) == found
    assert not hasattr(found, "__dict__")


@pytest.mark.parametrize("length", [40, 64])
@pytest.mark.parametrize("name", ["gitCommit", "gitTree", "gitBlob", "gitTag"])
def test_git_ids_of_both_object_formats(name, length):
    assert DigestSet({name: "a" * length})[name] == "a" * length
    with pytest.raises(InputError):
        DigestSet({name: "a" * (length + 1)})


@pytest.mark.parametrize(
    "digests",
    [
        {"sha256": EMPTY.upper()},
        {"sha256": EMPTY[:-2]},
        {"sha256": ""},
        {"sha256": 1},
        {"sha256": None},
        {"sha1": EMPTY},
        {"sha384": EMPTY},
        {"md5": "xyz"},
        {"unknown": "abc"},
        {"unknown": "AB"},
        {"unknown": ""},
        {"": EMPTY},
        {"sha-256": EMPTY},
        {"sha256": EMPTY, "sha1": "0"},
        {1: EMPTY},
    ],
)
def test_digest_set_refuses(digests):
    where = Where("a.json", pointer="/subject/0/digest")
    with pytest.raises(InputError) as caught:
        DigestSet(digests, where=where)
    assert caught.value.code == "digest-malformed"
    assert caught.value.where is where


@pytest.mark.parametrize("digests", [{}, None, [], "sha256", 1])
def test_an_empty_digest_set_is_none(digests):
    with pytest.raises(InputError) as caught:
        DigestSet(digests)
    assert caught.value.code == "digest-set-empty"


def test_weakness_and_agreement():
    strong = DigestSet({"sha256": EMPTY, "sha1": "0" * 40})
    assert not strong.is_weak
    assert DigestSet({"sha1": "0" * 40, "md5": "0" * 32}).is_weak
    assert DigestSet({"blake3": EMPTY}).is_weak
    assert DigestSet({"unknown": "00"}).is_weak
    assert not DigestSet({"shake128": "00"}).is_weak
    assert strong.agrees(DigestSet({"sha256": EMPTY}))
    assert strong.agrees(DigestSet({"sha256": EMPTY, "sha512": "0" * 128}))
    assert not strong.agrees(DigestSet({"sha256": EMPTY, "sha1": "1" * 40}))
    assert not strong.agrees(DigestSet({"sha1": "0" * 40}))
    assert not strong.agrees(DigestSet({"sha512": "0" * 128}))
    assert not strong.agrees(DigestSet({"sha256": "0" * 64}))
