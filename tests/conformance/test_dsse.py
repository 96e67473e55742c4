"""The vector that the DSSE specification publishes, and encodings written out by hand.

Source: secure-systems-lab/dsse protocol.md, "Test Vectors".
"""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from stella_git.attest.envelope import Envelope, Signature, pae

SIGNATURE = b"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
PUBLISHED = (
    b"""{"payload": "aGVsbG8gd29ybGQ=",
 "payloadType": "http://example.com/HelloWorld",
 "signatures": [{"sig": "%s"}]}
"""
    % SIGNATURE
)
KEY = ec.EllipticCurvePublicNumbers(
    46950820868899156662930047687818585632848591499744589407958293238635476079160,
    5640078356564379163099075877009565129882514886557779369047442380624545832820,
    ec.SECP256R1(),
).public_key()


def _verify(raw, data):
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    KEY.verify(der, data, ec.ECDSA(SHA256()))


def test_the_published_envelope():
    envelope = Envelope.from_bytes(PUBLISHED)
    assert envelope.payload == b"hello world"
    assert envelope.pae() == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert envelope.signatures[0].keyid == ""
    _verify(envelope.signatures[0].sig, envelope.pae())


def test_the_published_envelope_survives_being_written():
    again = Envelope.from_bytes(Envelope.from_bytes(PUBLISHED).to_bytes(), canonical=True)
    _verify(again.signatures[0].sig, again.pae())
    more = again.with_signature(Signature(sig=b"x", keyid="k"))
    _verify(more.signatures[0].sig, Envelope.from_bytes(more.to_bytes()).pae())


@pytest.mark.parametrize("kind", ["http://example.com/helloworld", "http://example.com/HelloWorld "])
def test_the_published_signature_covers_the_type(kind):
    envelope = Envelope.from_bytes(PUBLISHED)
    with pytest.raises(InvalidSignature):
        _verify(envelope.signatures[0].sig, pae(kind, envelope.payload))


@pytest.mark.parametrize(
    ("kind", "payload", "expected"),
    [
        ("", b"", b"DSSEv1 0  0 "),
        ("t", b"", b"DSSEv1 1 t 0 "),
        ("t", b" ", b"DSSEv1 1 t 1  "),
        ("a b", b"1 c", b"DSSEv1 3 a b 3 1 c"),
        # Lengths are of bytes: the words have 10 and 8 characters, 14 and 8 bytes.
        ("größe/äöü", b"\x00\xff", b"DSSEv1 14 gr\xc3\xb6\xc3\x9fe/\xc3\xa4\xc3\xb6\xc3\xbc 2 \x00\xff"),
        ("\U0001f511", "\U0001f511".encode(), b"DSSEv1 4 \xf0\x9f\x94\x91 4 \xf0\x9f\x94\x91"),
        (
            "application/vnd.in-toto+json",
            b"x" * 12,
            b"DSSEv1 28 application/vnd.in-toto+json 12 " + b"x" * 12,
        ),
    ],
)
def test_encodings_written_out_by_hand(kind, payload, expected):
    assert pae(kind, payload) == expected
    assert Envelope(payload_type=kind, payload=payload, signatures=()).pae() == expected


def test_no_two_pairs_have_one_encoding():
    pairs = [
        (kind, payload)
        for kind in ("", " ", "t", "t 1", "1 t", "t 0 ")
        for payload in (b"", b" ", b"0 ", b"t", b"1 t")
    ]
    assert len({pae(*pair) for pair in pairs}) == len(pairs)
