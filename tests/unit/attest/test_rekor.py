import base64

import pytest

from attest_cases import change, dumps, without
from bundle_cases import NAMES, b64, body, bundle
from stella_git.attest.bundle import Bundle
from stella_git.attest.rekor import LoggedKey, parse_body
from stella_git.errors import InputError

CERTIFICATE, KEY = "CERTIFICATE", "PUBLIC KEY"


def pem(label=KEY, der=b"der", feed="\n"):
    return b64(f"-----BEGIN {label}-----{feed}{b64(der)}{feed}-----END {label}-----{feed}".encode())


def document(kind, version, spec):
    return {"kind": kind, "apiVersion": version, "spec": spec}


HEX = {"algorithm": "sha256", "value": "ab" * 32}
NAMED = {"algorithm": "SHA2_384", "digest": b64(b"d" * 48)}
SIGNED = {"content": "c2ln", "verifier": {"publicKey": {"rawBytes": b64(b"der")}}}
BODIES = {
    ("hashedrekord", "0.0.1"): {
        "data": {"hash": HEX},
        "signature": {"content": "c2ln", "publicKey": {"content": pem()}},
    },
    ("dsse", "0.0.1"): {
        "envelopeHash": HEX,
        "payloadHash": HEX,
        "signatures": [{"signature": "c2ln", "verifier": pem()}],
    },
    ("intoto", "0.0.2"): {
        "content": {
            "envelope": {
                "payload": b64(b64(b"{}").encode()),
                "payloadType": "t",
                "signatures": [{"sig": b64(b"c2ln"), "publicKey": pem()}],
            },
            "hash": HEX,
            "payloadHash": HEX,
        }
    },
    ("hashedrekord", "0.0.2"): {"hashedRekordV002": {"data": NAMED, "signature": SIGNED}},
    ("dsse", "0.0.2"): {"dsseV002": {"payloadHash": NAMED, "signatures": [SIGNED]}},
}
# kind -> path of a digest, of the signature, and of the key, in spec
PLACES = {
    ("hashedrekord", "0.0.1"): (
        ("data", "hash", "value"),
        ("signature", "content"),
        ("signature", "publicKey", "content"),
    ),
    ("dsse", "0.0.1"): (
        ("payloadHash", "value"),
        ("signatures", 0, "signature"),
        ("signatures", 0, "verifier"),
    ),
    ("intoto", "0.0.2"): (
        ("content", "payloadHash", "value"),
        ("content", "envelope", "signatures", 0, "sig"),
        ("content", "envelope", "signatures", 0, "publicKey"),
    ),
    ("hashedrekord", "0.0.2"): (
        ("hashedRekordV002", "data", "digest"),
        ("hashedRekordV002", "signature", "content"),
        ("hashedRekordV002", "signature", "verifier"),
    ),
    ("dsse", "0.0.2"): (
        ("dsseV002", "payloadHash", "digest"),
        ("dsseV002", "signatures", 0, "content"),
        ("dsseV002", "signatures", 0, "verifier"),
    ),
}
KINDS = sorted(BODIES)


def read(kind, spec):
    return parse_body(dumps(document(*kind, spec)), *kind)


def refusal(kind, spec):
    with pytest.raises(InputError) as caught:
        read(kind, spec)
    assert caught.value.remedy
    return caught.value.code, caught.value.where.pointer or ""


def pointer(path):
    return "/spec/" + "/".join(map(str, path))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_signature_key_and_digest(kind):
    found = read(kind, BODIES[kind])
    assert (found.kind, found.version) == kind
    assert [one.signature for one in found.signatures] == [b"sig"]
    assert found.signatures[0].key == LoggedKey(spki=b"der")
    digest = ("sha384", b"d" * 48) if kind[1] == "0.0.2" and kind[0] != "intoto" else ("sha256", b"\xab" * 32)
    assert (found.digest_algorithm, found.digest or found.payload_digest) == digest
    assert (found.digest is None) == (kind[0] != "hashedrekord")
    assert (found.payload_digest is None) == (kind[0] == "hashedrekord")
    assert (found.payload, found.payload_type) == ((b"{}", "t") if kind[0] == "intoto" else (None, None))


@pytest.mark.parametrize("name", NAMES)
def test_public_entries_hold_the_signature_of_their_bundle(name):
    made = Bundle.from_json(bundle(name))
    for entry in made.tlog_entries:
        found = parse_body(entry.body, entry.kind, entry.version)
        assert ([one.signature for one in found.signatures] == [made.signature]) == (
            name not in {"dsse-mismatch-sig_fail", "wrong-hashedrekord-entry_fail"}
        )
        if made.certificates and name != "wrong-hashedrekord-entry_fail":
            assert found.signatures[0].key.certificate == made.certificates[0]


def test_a_payload_that_is_encoded_twice_is_the_one_of_the_envelope():
    made = Bundle.from_json(bundle("intoto-with-custom-trust-root"))
    found = parse_body(body("intoto-with-custom-trust-root"), "intoto", "0.0.2")
    assert (found.payload, found.payload_type) == (made.content.payload, made.content.payload_type)
    assert parse_body(body("intoto-canonical-log-entry"), "intoto", "0.0.2").payload is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_is_of_the_kind_that_its_entry_says(kind):
    data = dumps(document(*kind, BODIES[kind]))
    for other in (("other", kind[1]), (kind[0], "0.0.9")):
        with pytest.raises(InputError) as caught:
            parse_body(data, *other)
        assert caught.value.code == "tlog-body-kind"


def test_an_unknown_kind_is_refused():
    for kind in (("rekord", "0.0.1"), ("intoto", "0.0.1")):
        assert refusal(kind, {}) == ("tlog-body-unknown", "")


@pytest.mark.parametrize("kind", KINDS)
def test_bad_digests_signatures_and_keys_have_their_code_and_place(kind):
    digest, signature, key = PLACES[kind]
    spec = BODIES[kind]
    short = "ab" * 31 if digest[-1] == "value" else b64(b"d" * 32)
    assert refusal(kind, change(spec, digest, short)) == ("tlog-body-digest", pointer(digest[:-1]))
    algorithm = (*digest[:-1], "algorithm")
    assert refusal(kind, change(spec, algorithm, "md5"))[0] == "tlog-body-digest"
    for bad in ("", "!", "c2ln\n", 1):
        assert refusal(kind, change(spec, signature, bad)) == ("tlog-body-base64", pointer(signature))
    assert refusal(kind, without(spec, signature)) == ("tlog-body-member", pointer(signature[:-1]))
    bad = [] if key[-1] == "verifier" and kind[1] == "0.0.2" else b64(b"no pem")
    assert refusal(kind, change(spec, key, bad))[1] == pointer(key)


@pytest.mark.parametrize("value", ["AB" * 32, "xy" * 32, "a" * 63, "0x" + "ab" * 31, " " + "ab" * 32])
def test_hex_has_one_spelling(value):
    kind = ("dsse", "0.0.1")
    assert refusal(kind, change(BODIES[kind], ("payloadHash", "value"), value))[0] == "tlog-body-digest"


@pytest.mark.parametrize("kind", [("dsse", "0.0.1"), ("intoto", "0.0.2"), ("dsse", "0.0.2")])
def test_signatures_are_one_to_sixty_four(kind):
    path = PLACES[kind][1][:-2]
    one = BODIES[kind]
    for token in (*path, 0):
        one = one[token]
    assert len(read(kind, change(BODIES[kind], path, [one] * 64)).signatures) == 64
    for bad in ([], [one] * 65, {}, "x"):
        assert refusal(kind, change(BODIES[kind], path, bad)) == ("tlog-body-member", pointer(path))


@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_a_certificate_is_told_from_a_key(feed):
    kind = ("dsse", "0.0.1")
    found = read(kind, change(BODIES[kind], PLACES[kind][2], pem(CERTIFICATE, feed=feed)))
    assert found.signatures[0].key == LoggedKey(certificate=b"der")
    kind = ("dsse", "0.0.2")
    found = read(kind, change(BODIES[kind], PLACES[kind][2], {"x509Certificate": {"rawBytes": "AA=="}}))
    assert found.signatures[0].key == LoggedKey(certificate=b"\0")


TEXT = base64.b64decode(pem()).decode()


@pytest.mark.parametrize(
    "text",
    [
        TEXT + TEXT,
        "x" + TEXT,
        TEXT + "x",
        TEXT.replace("END PUBLIC", "END PRIVATE"),
        TEXT.replace("PUBLIC KEY", "EC PRIVATE KEY"),
        TEXT.replace("ZGVy", "ZGV"),
        TEXT.replace("ZGVy", "===="),
        TEXT.replace("ZGVy\n", ""),
        TEXT.replace("ZGVy", "ZGVy" * 20_000),
        "é",
    ],
)
def test_a_key_is_one_block_of_pem(text):
    kind = ("hashedrekord", "0.0.1")
    value = change(BODIES[kind], PLACES[kind][2], b64(text.encode()))
    assert refusal(kind, value) == ("tlog-body-key", pointer(PLACES[kind][2]))


@pytest.mark.parametrize(
    "verifier", [{}, {"publicKey": {"rawBytes": "AA=="}, "x509Certificate": {"rawBytes": "AA=="}}]
)
def test_a_verifier_is_either_a_certificate_or_a_key(verifier):
    kind = ("hashedrekord", "0.0.2")
    assert refusal(kind, change(BODIES[kind], PLACES[kind][2], verifier))[0] == "tlog-body-key"


def test_a_signature_that_is_encoded_once_is_refused():
    kind = ("intoto", "0.0.2")
    for bad in ("c2ln", b64(b"\xff\xfe")):
        assert refusal(kind, change(BODIES[kind], PLACES[kind][1], bad))[0] == "tlog-body-base64"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[]", "tlog-body-member"),
        (b"{}", "tlog-body-member"),
        (b'{"kind":"a","kind":"a"}', "json-duplicate-member"),
        (b"\xff", "json-encoding"),
    ],
)
def test_a_body_is_one_strict_object(data, code):
    with pytest.raises(InputError) as caught:
        parse_body(data, "dsse", "0.0.1")
    assert caught.value.code == code
