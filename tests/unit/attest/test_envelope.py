import json

import pytest

from attest_cases import dumps, envelope
from stella_git.attest.envelope import MAX_SIGNATURES, PAYLOAD_TYPE, Envelope, Signature, pae
from stella_git.canon.digest import sha256
from stella_git.errors import DefectError, InputError

ONE = {"keyid": "ab", "sig": "c2ln"}


def _text(value):
    return json.dumps(value).encode()


# fixture -> (bytes, code, pointer)
REFUSED = {
    "not JSON": (b"no", "json-syntax", ""),
    "nothing": (b"", "json-syntax", ""),
    "an array": (b"[]", "envelope-member", ""),
    "a string": (b'"x"', "envelope-member", ""),
    "no payload type": (_text({"payload": "", "signatures": [ONE]}), "envelope-member", ""),
    "no payload": (_text({"payloadType": "t", "signatures": [ONE]}), "envelope-member", ""),
    "no signatures": (_text({"payloadType": "t", "payload": ""}), "envelope-member", ""),
    "payload type null": (_text(envelope(payloadType=None)), "envelope-payload-type", "/payloadType"),
    "payload type empty": (_text(envelope(payloadType="")), "envelope-payload-type", "/payloadType"),
    "payload type a number": (_text(envelope(payloadType=1)), "envelope-payload-type", "/payloadType"),
    "payload an object": (_text(envelope(payload={})), "envelope-base64", "/payload"),
    "payload with a line break": (_text(envelope(payload="e30=\n")), "envelope-base64", "/payload"),
    "payload with stray bits": (_text(envelope(payload="e31=")), "envelope-base64", "/payload"),
    "payload without padding": (_text(envelope(payload="e30")), "envelope-base64", "/payload"),
    "payload in two alphabets": (_text(envelope(payload="+_+_")), "envelope-base64", "/payload"),
    "signatures empty": (_text(envelope(signatures=[])), "envelope-signatures", "/signatures"),
    "signatures an object": (_text(envelope(signatures={})), "envelope-signatures", "/signatures"),
    "signatures null": (_text(envelope(signatures=None)), "envelope-signatures", "/signatures"),
    "too many signatures": (
        _text(envelope(signatures=[{"keyid": str(n), "sig": "c2ln"} for n in range(MAX_SIGNATURES + 1)])),
        "envelope-signatures",
        "/signatures",
    ),
    "a signature that is no object": (
        _text(envelope(signatures=["c2ln"])),
        "envelope-signature",
        "/signatures/0",
    ),
    "a signature without sig": (
        _text(envelope(signatures=[ONE, {"keyid": "a"}])),
        "envelope-signature",
        "/signatures/1",
    ),
    "an empty sig": (_text(envelope(signatures=[{"sig": ""}])), "envelope-signature", "/signatures/0/sig"),
    "a sig that is a list": (
        _text(envelope(signatures=[{"sig": []}])),
        "envelope-base64",
        "/signatures/0/sig",
    ),
    "a sig with junk": (
        _text(envelope(signatures=[{"sig": "c2ln!"}])),
        "envelope-base64",
        "/signatures/0/sig",
    ),
    "a keyid that is null": (
        _text(envelope(signatures=[{**ONE, "keyid": None}])),
        "envelope-signature",
        "/signatures/0/keyid",
    ),
    "a keyid that is a number": (
        _text(envelope(signatures=[{**ONE, "keyid": 0}])),
        "envelope-signature",
        "/signatures/0/keyid",
    ),
    "a signature twice": (
        _text(envelope(signatures=[ONE, ONE])),
        "envelope-signature-duplicate",
        "/signatures/1",
    ),
    "a signature twice, in two alphabets": (
        _text(envelope(signatures=[{"sig": "--8="}, {"keyid": "k", "sig": "++8="}, {"sig": "++8="}])),
        "envelope-signature-duplicate",
        "/signatures/2",
    ),
    "a signature twice, one with an unknown member": (
        _text(envelope(signatures=[ONE, {**ONE, "x": 1}])),
        "envelope-signature-duplicate",
        "/signatures/1",
    ),
    "a signature twice, without and with empty keyid": (
        _text(envelope(signatures=[{"sig": "c2ln"}, {"sig": "c2ln", "keyid": ""}])),
        "envelope-signature-duplicate",
        "/signatures/1",
    ),
    "a member twice": (
        b'{"payload":"","payload":"e30=","payloadType":"t","signatures":[{"sig":"c2ln"}]}',
        "json-duplicate-member",
        None,
    ),
    "a member twice in a signature": (
        b'{"payload":"","payloadType":"t","signatures":[{"sig":"c2ln","sig":"c2ln"}]}',
        "json-duplicate-member",
        None,
    ),
    "trailing data": (_text(envelope()) + b"{}", "json-trailing-data", None),
    "a second line": (_text(envelope()) + b"\n" + _text(envelope()), "json-trailing-data", None),
    "byte order mark": (b"\xef\xbb\xbf" + _text(envelope()), "json-encoding", None),
    "UTF-16": (json.dumps(envelope()).encode("utf-16"), "json-encoding", None),
    "bad UTF-8": (_text(envelope()).replace(b"in-toto", b"in-\xfftoto"), "json-encoding", None),
    "lone surrogate": (_text(envelope(payloadType="\ud800")), "json-lone-surrogate", None),
    "not a number": (_text(envelope(x=float("nan"))), "json-not-finite", None),
    "infinite": (b'{"x":1e400}', "json-not-finite", None),
    "too deep": (_text(envelope())[:-1] + b',"x":' + b"[" * 70 + b"]" * 70 + b"}", "json-too-deep", None),
}


@pytest.mark.parametrize(("data", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_envelope_is_refused_with_a_code_and_a_place(data, code, pointer):
    with pytest.raises(InputError) as caught:
        Envelope.from_bytes(data, path="note.json")
    assert caught.value.code == code
    assert caught.value.where.path == "note.json"
    if pointer is not None:
        assert (caught.value.where.pointer or "") == pointer
    assert caught.value.remedy


def test_a_place_needs_no_file():
    with pytest.raises(InputError) as caught:
        Envelope.from_bytes(_text(envelope(payload="e3")))
    assert str(caught.value.where) == "/payload"


def test_size_counts_bytes():
    data = dumps(envelope(note="ü" * 50))
    assert len(data) > len(data.decode())
    assert Envelope.from_bytes(data, len(data)).extra == {"note": "ü" * 50}
    with pytest.raises(InputError) as caught:
        Envelope.from_bytes(data, len(data) - 1)
    assert caught.value.code == "json-too-large"


def test_the_default_limit_is_sixteen_mebibytes():
    head, tail = b'{"payload":"', b'","payloadType":"t","signatures":[{"sig":"c2ln"}]}'
    room = (1 << 24) - len(head) - len(tail)
    room -= room % 4
    assert len(Envelope.from_bytes(head + b"A" * room + tail).payload) == room // 4 * 3
    with pytest.raises(InputError) as caught:
        Envelope.from_bytes(head + b"A" * (room + 4) + tail)
    assert caught.value.code == "json-too-large"


def test_unknown_members_are_kept_everywhere():
    value = envelope(future=[1, None], signatures=[{"sig": "c2ln", "cert": "x", "keyid": ""}])
    found = Envelope.from_bytes(_text(value))
    assert found.extra == {"future": [1, None]}
    assert found.signatures[0].keyid == ""
    assert found.to_json() == value
    assert Envelope.from_bytes(found.to_bytes()) == found


@pytest.mark.parametrize(
    "row", [{"sig": "c2ln"}, {"sig": "c2ln", "keyid": ""}, {"sig": "c2ln", "keyid": "é"}]
)
def test_a_signature_is_written_with_the_members_it_was_read_with(row):
    found = Signature.from_json(row)
    assert found.to_json() == row
    assert found.sig == b"sig"


def test_known_members_win_over_unknown_ones_of_the_same_name():
    assert Signature(sig=b"sig", keyid="k", extra={"keyid": "other", "sig": "AA=="}).to_json() == {
        "keyid": "k",
        "sig": "c2ln",
    }
    made = Envelope(
        payload_type="t", payload=b"", signatures=(Signature(sig=b"s"),), extra={"payload": "AA=="}
    )
    assert made.to_json()["payload"] == ""


def test_both_alphabets_are_read_and_one_is_written():
    standard, url_safe = envelope(payload="+/+/"), envelope(payload="-_-_")
    first, second = Envelope.from_bytes(_text(standard)), Envelope.from_bytes(_text(url_safe))
    assert first == second
    assert first.payload == b"\xfb\xff\xbf"
    assert second.to_bytes() == dumps(standard)
    assert first.digest() == second.digest() == sha256(dumps(standard))


def test_the_payload_is_the_exact_bytes():
    payload = b' {"b": 1,\n "a": 1.0} '
    made = Envelope(payload_type=PAYLOAD_TYPE, payload=payload, signatures=(Signature(sig=b"s"),))
    assert Envelope.from_bytes(made.to_bytes()).payload == payload


def test_canonical_bytes_are_asked_for():
    data = dumps(envelope())
    assert Envelope.from_bytes(data, canonical=True).to_bytes() == data
    for other in (data + b"\n", b" " + data, _text(envelope()), dumps(envelope(payload="-_-_"))):
        Envelope.from_bytes(other)
        with pytest.raises(InputError) as caught:
            Envelope.from_bytes(other, canonical=True, path="note")
        assert caught.value.code == "envelope-not-canonical"
        assert caught.value.where.path == "note"


def test_an_unsigned_envelope_has_an_encoding_but_no_bytes():
    unsigned = Envelope(payload_type="t", payload=b"x", signatures=())
    assert unsigned.pae() == b"DSSEv1 1 t 1 x"
    for write in (unsigned.to_json, unsigned.to_bytes, unsigned.digest):
        with pytest.raises(DefectError) as caught:
            write()
        assert caught.value.code == "envelope-unsigned"


def test_signatures_are_added_at_the_end_and_never_twice():
    first, second = Signature(sig=b"1", keyid="a"), Signature(sig=b"2", keyid="b")
    one = Envelope(payload_type="t", payload=b"", signatures=()).with_signature(first)
    two = one.with_signature(second)
    assert one.signatures == (first,)
    assert two.signatures == (first, second)
    assert two.with_signature(Signature(sig=b"1", keyid="a", extra={"x": 1})) is two
    assert two.with_signature(Signature(sig=b"1", keyid="c")).signatures[2].keyid == "c"
    assert two.pae() == one.pae()


def test_there_is_an_end_to_signatures():
    full = Envelope(
        payload_type="t",
        payload=b"",
        signatures=tuple(Signature(sig=b"s", keyid=str(n)) for n in range(MAX_SIGNATURES)),
    )
    assert Envelope.from_bytes(full.to_bytes()) == full
    with pytest.raises(InputError) as caught:
        full.with_signature(Signature(sig=b"s", keyid="one more"))
    assert caught.value.code == "envelope-signatures"
    assert "65" in caught.value.message


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.in-toto+JSON",
        "Application/vnd.in-toto+json",
        " application/vnd.in-toto+json",
        "application/vnd.in-toto+json ",
        "application/vnd.in-toto+json;v=1",
        "application/vnd.in-toto",
        "application/json",
    ],
)
def test_payload_types_are_compared_byte_for_byte(kind):
    found = Envelope.from_json(envelope(payloadType=kind))
    found.require_type(kind)
    with pytest.raises(InputError) as caught:
        found.require_type()
    assert caught.value.code == "envelope-payload-type"
    assert caught.value.where.pointer == "/payloadType"


def test_the_encoding_counts_bytes():
    assert pae("é", "ß".encode()) == b"DSSEv1 2 \xc3\xa9 2 \xc3\x9f"
    assert pae("", b"") == b"DSSEv1 0  0 "


def test_an_embedded_envelope_is_named_by_its_place():
    with pytest.raises(InputError) as caught:
        Envelope.from_json(envelope(signatures=[]), ("dsseEnvelope",))
    assert caught.value.where.pointer == "/dsseEnvelope/signatures"
