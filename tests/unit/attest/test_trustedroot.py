import json

import pytest

from attest_cases import change, dumps, without
from bundle_cases import ROOTS, b64, trusted_root
from stella_git.attest.trustedroot import MEDIA_TYPES, TrustedRoot, Window
from stella_git.canon.clock import parse_rfc3339
from stella_git.canon.digest import sha256
from stella_git.errors import InputError

GOOD = trusted_root()
LOG = GOOD["tlogs"][0]
KEY = ("tlogs", 0, "publicKey")
CA = ("certificateAuthorities", 0)


def log(**members):
    return [LOG, {**LOG, **members}]


OTHER_ID = {"keyId": b64(b"i" * 32)}
LATER = {**LOG["publicKey"], "validFor": {"start": "2030-01-01T00:00:00Z"}}

REFUSED = {
    "an array": ([], "trusted-root-member", ""),
    "no media type": (without(GOOD, ("mediaType",)), "trusted-root-media-type", "/mediaType"),
    "a media type that is a list": (
        change(GOOD, ("mediaType",), []),
        "trusted-root-media-type",
        "/mediaType",
    ),
    "another version": (
        change(GOOD, ("mediaType",), "application/vnd.dev.sigstore.trustedroot+json;version=0.3"),
        "trusted-root-media-type",
        "/mediaType",
    ),
    "logs an object": (change(GOOD, ("tlogs",), {}), "trusted-root-member", "/tlogs"),
    "a log that is null": (change(GOOD, ("tlogs",), [None]), "trusted-root-member", "/tlogs/0"),
    "no key": (without(GOOD, KEY), "trusted-root-member", "/tlogs/0"),
    "a key that is empty": (
        change(GOOD, (*KEY, "rawBytes"), ""),
        "trusted-root-base64",
        "/tlogs/0/publicKey/rawBytes",
    ),
    "no id": (without(GOOD, ("tlogs", 0, "logId")), "trusted-root-member", "/tlogs/0"),
    "an id that is short": (
        change(GOOD, ("tlogs", 0, "logId", "keyId"), "AAAA"),
        "trusted-root-log",
        "/tlogs/0/logId/keyId",
    ),
    "no window of a key": (
        without(GOOD, (*KEY, "validFor")),
        "trusted-root-window",
        "/tlogs/0/publicKey/validFor",
    ),
    "a window that is null": (
        change(GOOD, (*KEY, "validFor"), None),
        "trusted-root-window",
        "/tlogs/0/publicKey/validFor",
    ),
    "no start": (
        without(GOOD, (*KEY, "validFor", "start")),
        "trusted-root-window",
        "/tlogs/0/publicKey/validFor",
    ),
    "a start that is no time": (
        change(GOOD, (*KEY, "validFor", "start"), "x"),
        "trusted-root-window",
        "/tlogs/0/publicKey/validFor/start",
    ),
    "an end that is no time": (
        change(GOOD, (*KEY, "validFor", "end"), "x"),
        "trusted-root-window",
        "/tlogs/0/publicKey/validFor/end",
    ),
    "an end before the start": (
        change(GOOD, (*KEY, "validFor", "end"), "2000-01-01T00:00:00Z"),
        "trusted-root-window",
        "/tlogs/0/publicKey/validFor",
    ),
    "no window of an authority": (
        without(GOOD, (*CA, "validFor")),
        "trusted-root-window",
        "/certificateAuthorities/0/validFor",
    ),
    "no window of a timestamp authority": (
        without(GOOD, ("timestampAuthorities", 0, "validFor")),
        "trusted-root-window",
        "/timestampAuthorities/0/validFor",
    ),
    "a certificate that is text": (
        change(GOOD, (*CA, "certChain", "certificates", 0), "x"),
        "trusted-root-member",
        "/certificateAuthorities/0/certChain/certificates/0",
    ),
    "a certificate with junk": (
        change(GOOD, (*CA, "certChain", "certificates", 0, "rawBytes"), "!"),
        "trusted-root-base64",
        "/certificateAuthorities/0/certChain/certificates/0/rawBytes",
    ),
    "a log twice": (change(GOOD, ("tlogs",), log()), "trusted-root-log", "/tlogs/1"),
    "a log twice, under two names": (
        change(GOOD, ("ctlogs",), log(baseUrl="https://other")),
        "trusted-root-log",
        "/ctlogs/1",
    ),
    "an id with two keys": (
        change(GOOD, ("tlogs",), log(publicKey={**LATER, "rawBytes": "AA=="})),
        "trusted-root-log",
        "/tlogs/1",
    ),
    "a key with two ids": (change(GOOD, ("tlogs",), log(logId=OTHER_ID)), "trusted-root-log", "/tlogs/1"),
}


@pytest.mark.parametrize(("value", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_trusted_root_is_refused_with_a_code_and_a_place(value, code, pointer):
    with pytest.raises(InputError) as caught:
        TrustedRoot.from_bytes(dumps(value), path="root.json")
    assert (caught.value.code, caught.value.where.pointer or "") == (code, pointer)
    assert caught.value.where.path == "root.json"
    assert caught.value.remedy


def test_a_place_needs_no_file():
    with pytest.raises(InputError) as caught:
        TrustedRoot.from_bytes(b"{}")
    assert str(caught.value.where) == "/mediaType"


@pytest.mark.parametrize("name", ["public-good", "staging"])
def test_the_roots_of_sigstore_are_read(name):
    data = (ROOTS / name / "trusted_root.json").read_bytes()
    value, found = json.loads(data), TrustedRoot.from_bytes(data)
    assert [b64(one.log_id) for one in found.logs] == [one["logId"]["keyId"] for one in value["tlogs"]]
    assert [one.base_url for one in found.ct_logs] == [one["baseUrl"] for one in value["ctlogs"]]
    assert [one.uri for one in found.authorities] == [one["uri"] for one in value["certificateAuthorities"]]
    assert len(found.timestamp_authorities) == len(value["timestampAuthorities"])
    assert found.digest == sha256(data)


@pytest.mark.parametrize("media_type", sorted(MEDIA_TYPES))
def test_a_root_may_be_empty(media_type):
    found = TrustedRoot.from_bytes(dumps({"mediaType": media_type, "tlogs": None}))
    assert (found.logs, found.ct_logs, found.authorities, found.timestamp_authorities) == ((), (), (), ())


def test_a_log_may_come_back_with_its_key():
    found = TrustedRoot.from_bytes(dumps(change(GOOD, ("tlogs",), log(publicKey=LATER))))
    assert found.logs[0].key == found.logs[1].key


def test_what_is_unsaid_is_empty():
    value = {
        "mediaType": GOOD["mediaType"],
        "tlogs": [without(without(LOG, ("baseUrl",)), ("publicKey", "keyDetails"))],
        "timestampAuthorities": [
            {"validFor": {"start": "2020-01-01T00:00:00Z", "end": None}},
            {"certChain": {}, "validFor": {"start": "2020-01-01T00:00:00Z"}},
        ],
    }
    found = TrustedRoot.from_bytes(dumps(value))
    assert (found.logs[0].base_url, found.logs[0].details) == ("", "")
    assert [(one.uri, one.certificates, one.window.end) for one in found.timestamp_authorities] == [
        ("", (), None)
    ] * 2


def test_an_algorithm_that_nobody_knows_is_kept():
    value = change(GOOD, (*KEY, "keyDetails"), "FUTURE")
    assert TrustedRoot.from_bytes(dumps(value)).logs[0].details == "FUTURE"


def test_size_is_limited():
    with pytest.raises(InputError) as caught:
        TrustedRoot.from_bytes(b" " * (4 << 20) + dumps(GOOD))
    assert caught.value.code == "json-too-large"


def test_both_ends_of_a_window_belong_to_it():
    start, end = parse_rfc3339("2026-01-01T00:00:00Z"), parse_rfc3339("2026-01-02T00:00:00Z")
    window = Window(start=start, end=end)
    assert [window.contains(at) for at in (start.plus(-1), start, end, end.plus(1))] == [
        False,
        True,
        True,
        False,
    ]
    assert Window(start=start).contains(end.plus(10**9))
    assert not Window(start=start).contains(start.plus(-1))
    assert Window(start=start, end=start).contains(start)
