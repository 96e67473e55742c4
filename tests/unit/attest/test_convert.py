import pytest

from bundle_cases import b64, bundle
from stella_git.attest.bundle import Bundle
from stella_git.attest.convert import to_bundle, to_envelope
from stella_git.attest.envelope import Envelope, Signature
from stella_git.errors import InputError

DIGEST = bytes(range(32))
HINT = b64(DIGEST)


def envelope(*signatures, **members):
    return Envelope(payload_type="t", payload=b" {}", signatures=signatures, **members)


ONE = Signature(sig=b"sig", keyid="k", extra={"x": 1})


def test_an_envelope_becomes_a_bundle_without_keyid():
    made = to_bundle(envelope(ONE, extra={"y": 2}), hint=HINT, timestamps=(b"t",))
    assert made.to_json() == {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "publicKey": {"hint": HINT},
            "timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": "dA=="}]},
        },
        "dsseEnvelope": {
            "payload": "IHt9",
            "payloadType": "t",
            "signatures": [{"sig": "c2ln", "x": 1}],
            "y": 2,
        },
    }
    assert Bundle.from_bytes(made.to_bytes(), canonical=True) == made
    assert made.tlog_entries == ()


def test_log_entries_are_carried():
    entries = Bundle.from_json(bundle()).tlog_entries
    assert to_bundle(envelope(ONE), hint=HINT, tlog_entries=entries).tlog_entries == entries


def test_a_written_empty_keyid_is_left_out_too():
    made = to_bundle(envelope(Signature(sig=b"s", extra={"keyid": ""})), hint=HINT)
    assert made.content.signatures == (Signature(sig=b"s"),)
    back = to_envelope(
        Bundle(public_key_hint="", content=envelope(Signature(sig=b"s", extra={"keyid": ""}))), "k"
    )
    assert back.signatures == (Signature(sig=b"s", keyid="k"),)


@pytest.mark.parametrize("signatures", [(), (ONE, Signature(sig=b"2"))])
def test_a_bundle_holds_one_signature(signatures):
    with pytest.raises(InputError) as caught:
        to_bundle(envelope(*signatures), hint=HINT)
    assert (caught.value.code, caught.value.where.pointer) == ("convert-signatures", "/signatures")


@pytest.mark.parametrize(
    ("hint", "kept", "given", "keyid"),
    [
        (HINT, "", "", DIGEST.hex()),
        (HINT, "", "given", "given"),
        (HINT, "kept", "", "kept"),
        (HINT, "kept", "given", "given"),
        (b64(DIGEST[:-1]), "", "", ""),
        ("a name", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_bundle_becomes_an_envelope_with_a_keyid(hint, kept, given, keyid):
    made = Bundle(public_key_hint=hint, content=envelope(Signature(sig=b"s", keyid=kept, extra={"x": 1})))
    assert to_envelope(made, given) == envelope(Signature(sig=b"s", keyid=keyid, extra={"x": 1}))


def test_a_certificate_names_no_key():
    made = Bundle.from_json(bundle("rekor2-dsse-happy-path"))
    assert to_envelope(made) == made.content


def test_the_signature_of_an_artifact_is_no_envelope():
    with pytest.raises(InputError) as caught:
        to_envelope(Bundle.from_json(bundle()))
    assert (caught.value.code, caught.value.where.pointer) == ("convert-content", "/messageSignature")
