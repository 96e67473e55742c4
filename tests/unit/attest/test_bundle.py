import json
from dataclasses import replace

import pytest

from attest_cases import change, dumps, envelope, without
from bundle_cases import NAMES, b64, bundle, data
from stella_git.attest.bundle import MEDIA_TYPE, Bundle, MessageSignature
from stella_git.attest.envelope import Envelope, Signature
from stella_git.attest.tlog import InclusionProof, TlogEntry
from stella_git.errors import DefectError, InputError

M = "verificationMaterial"
E = (M, "tlogEntries", 0)
OLD = "invalid-checkpoint-signature_fail"  # version 0.1
STAMPS = (M, "timestampVerificationData", "rfc3161Timestamps")
GOOD = bundle()
ENTRY = GOOD[M]["tlogEntries"][0]
STAMP = GOOD[M]["timestampVerificationData"]["rfc3161Timestamps"][0]["signedTimestamp"]
DSSE = bundle("rekor2-dsse-happy-path")
V1 = bundle(OLD)


def _entry(number):
    return {**ENTRY, "canonicalizedBody": b64(b"%d" % number)}


def _stamp(number):
    return {"signedTimestamp": b64(b"%d" % number)}


# what -> (bundle, code, pointer)
REFUSED = {
    "an array": ([], "bundle-member", ""),
    "no media type": (without(GOOD, ("mediaType",)), "bundle-media-type", "/mediaType"),
    "another version": (
        change(GOOD, ("mediaType",), "application/vnd.dev.sigstore.bundle+json;version=0.4"),
        "bundle-media-type",
        "/mediaType",
    ),
    "a media type in capitals": (
        change(GOOD, ("mediaType",), MEDIA_TYPE.upper()),
        "bundle-media-type",
        "/mediaType",
    ),
    "a media type that is a list": (change(GOOD, ("mediaType",), []), "bundle-media-type", "/mediaType"),
    "no material": (without(GOOD, (M,)), "bundle-member", ""),
    "material null": (change(GOOD, (M,), None), "bundle-member", ""),
    "no signer": (without(GOOD, (M, "certificate")), "bundle-material", f"/{M}"),
    "certificate and key": (change(GOOD, (M, "publicKey"), {"hint": "x"}), "bundle-material", f"/{M}"),
    "a chain in 0.3": (
        change(
            without(GOOD, (M, "certificate")),
            (M, "x509CertificateChain"),
            {"certificates": [{"rawBytes": "AA=="}]},
        ),
        "bundle-material",
        f"/{M}/x509CertificateChain",
    ),
    "a single certificate in 0.1": (
        change(without(V1, (M, "x509CertificateChain")), (M, "certificate"), {"rawBytes": "AA=="}),
        "bundle-material",
        f"/{M}/certificate",
    ),
    "an empty chain": (
        change(V1, (M, "x509CertificateChain", "certificates"), []),
        "bundle-certificates",
        f"/{M}/x509CertificateChain/certificates",
    ),
    "a long chain": (
        change(V1, (M, "x509CertificateChain", "certificates"), [{"rawBytes": "AA=="}] * 17),
        "bundle-certificates",
        f"/{M}/x509CertificateChain/certificates",
    ),
    "a chain without certificates": (
        change(V1, (M, "x509CertificateChain"), {}),
        "bundle-member",
        f"/{M}/x509CertificateChain",
    ),
    "a certificate that is text": (
        change(GOOD, (M, "certificate"), "x"),
        "bundle-certificates",
        f"/{M}/certificate",
    ),
    "a certificate that is empty": (
        change(GOOD, (M, "certificate", "rawBytes"), ""),
        "bundle-base64",
        f"/{M}/certificate/rawBytes",
    ),
    "a certificate that is wrapped": (
        change(GOOD, (M, "certificate", "rawBytes"), "AAAA\nAAAA"),
        "bundle-base64",
        f"/{M}/certificate/rawBytes",
    ),
    "a hint that is a number": (
        change(without(GOOD, (M, "certificate")), (M, "publicKey"), {"hint": 1}),
        "bundle-member",
        f"/{M}/publicKey/hint",
    ),
    "no content": (without(GOOD, ("messageSignature",)), "bundle-content", ""),
    "two contents": (change(GOOD, ("dsseEnvelope",), envelope()), "bundle-content", ""),
    "two signatures": (
        change(DSSE, ("dsseEnvelope", "signatures"), [{"sig": "AA=="}, {"sig": "AQ=="}]),
        "bundle-signatures",
        "/dsseEnvelope/signatures",
    ),
    "no signatures": (
        change(DSSE, ("dsseEnvelope", "signatures"), []),
        "envelope-signatures",
        "/dsseEnvelope/signatures",
    ),
    "an empty signature": (
        change(GOOD, ("messageSignature", "signature"), ""),
        "bundle-base64",
        "/messageSignature/signature",
    ),
    "a digest that is too short": (
        change(GOOD, ("messageSignature", "messageDigest", "digest"), "AAAA"),
        "bundle-digest",
        "/messageSignature/messageDigest/digest",
    ),
    "a digest without algorithm": (
        without(GOOD, ("messageSignature", "messageDigest", "algorithm")),
        "bundle-member",
        "/messageSignature/messageDigest",
    ),
    "no promise in 0.1": (
        without(V1, (*E, "inclusionPromise")),
        "bundle-promise-missing",
        f"/{M}/tlogEntries/0",
    ),
    "no proof": (without(GOOD, (*E, "inclusionProof")), "bundle-proof-missing", f"/{M}/tlogEntries/0"),
    "no checkpoint": (
        change(GOOD, (*E, "inclusionProof", "checkpoint"), None),
        "bundle-proof-missing",
        f"/{M}/tlogEntries/0",
    ),
    "an empty checkpoint": (
        change(GOOD, (*E, "inclusionProof", "checkpoint"), {}),
        "bundle-proof-missing",
        f"/{M}/tlogEntries/0",
    ),
    "33 entries": (
        change(GOOD, (M, "tlogEntries"), [_entry(n) for n in range(33)]),
        "bundle-tlog-entries",
        f"/{M}/tlogEntries",
    ),
    "an entry twice under another index": (
        change(GOOD, (M, "tlogEntries"), [ENTRY, {**ENTRY, "logIndex": "1"}]),
        "bundle-tlog-entries",
        f"/{M}/tlogEntries/1",
    ),
    "33 timestamps": (
        change(GOOD, STAMPS, [_stamp(n) for n in range(33)]),
        "bundle-timestamps",
        "/" + "/".join(STAMPS),
    ),
    "a timestamp twice": (
        change(GOOD, STAMPS, [_stamp(1), _stamp(2), _stamp(1)]),
        "bundle-timestamps",
        "/" + "/".join(STAMPS) + "/2",
    ),
    "a timestamp twice, once wrapped": (
        change(GOOD, STAMPS, [{"signedTimestamp": "AAAAAAAA"}, {"signedTimestamp": "AAAA\nAAAA\n"}]),
        "bundle-timestamps",
        "/" + "/".join(STAMPS) + "/1",
    ),
    "a timestamp that is null": (
        change(GOOD, STAMPS, [None]),
        "bundle-timestamps",
        "/" + "/".join(STAMPS) + "/0",
    ),
    "an empty timestamp": (
        change(GOOD, (*STAMPS, 0, "signedTimestamp"), "\n"),
        "bundle-base64",
        "/" + "/".join(STAMPS) + "/0/signedTimestamp",
    ),
    "a timestamp with a space": (
        change(GOOD, (*STAMPS, 0, "signedTimestamp"), "AAAA AAAA"),
        "bundle-base64",
        "/" + "/".join(STAMPS) + "/0/signedTimestamp",
    ),
    "a timestamp with a bare carriage return": (
        change(GOOD, (*STAMPS, 0, "signedTimestamp"), "AAAA\rAAAA"),
        "bundle-base64",
        "/" + "/".join(STAMPS) + "/0/signedTimestamp",
    ),
    "a timestamp that is a number": (
        change(GOOD, (*STAMPS, 0, "signedTimestamp"), 1),
        "bundle-base64",
        "/" + "/".join(STAMPS) + "/0/signedTimestamp",
    ),
}


@pytest.mark.parametrize(("value", "code", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_bundle_is_refused_with_a_code_and_a_place(value, code, pointer):
    with pytest.raises(InputError) as caught:
        Bundle.from_bytes(json.dumps(value).encode(), path="a.json")
    assert (caught.value.code, caught.value.where.pointer or "") == (code, pointer)
    assert caught.value.where.path == "a.json"
    assert caught.value.remedy


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_is_written_as_it_was_read(name):
    found = Bundle.from_bytes(data(name))
    assert found.to_json() == bundle(name)
    assert Bundle.from_bytes(found.to_bytes(), canonical=True) == found
    assert found.digest() == Bundle.from_bytes(dumps(bundle(name))).digest()
    assert found.tlog_entries
    assert found.signature
    assert bool(found.certificates) == (found.public_key_hint is None)


def test_malformed_json_is_the_readers():
    with pytest.raises(InputError) as caught:
        Bundle.from_bytes(data("bundle-malformed-json_fail"))
    assert caught.value.code == "json-syntax"


def test_a_place_needs_no_file():
    with pytest.raises(InputError) as caught:
        Bundle.from_bytes(b"{}")
    assert str(caught.value.where) == "/mediaType"


def test_a_bundle_in_another_spelling_is_not_canonical():
    with pytest.raises(InputError) as caught:
        Bundle.from_bytes(json.dumps(GOOD, indent=1).encode(), path="note", canonical=True)
    assert (caught.value.code, caught.value.where.path) == ("bundle-not-canonical", "note")


def test_size_is_limited():
    with pytest.raises(InputError) as caught:
        Bundle.from_bytes(dumps(GOOD), len(dumps(GOOD)) - 1)
    assert caught.value.code == "json-too-large"


def test_null_is_absent_and_unknown_members_are_kept():
    value = change(GOOD, ("dsseEnvelope",), None)
    value = change(value, (M, "publicKey"), None)
    value = change(value, (M, "future"), {"a": [None, {"b": None}]})
    value = change(value, (*E, "inclusionPromise"), None)
    found = Bundle.from_bytes(json.dumps(value).encode())
    assert found == Bundle.from_json(GOOD)
    assert found.to_json() == value


def test_writing_gives_the_caller_a_copy():
    found = Bundle.from_json(GOOD)
    found.to_json()[M].clear()
    assert found.to_json() == GOOD


def test_integers_may_be_numbers_and_base64_may_be_url_safe():
    value = change(GOOD, (*E, "logIndex"), int(ENTRY["logIndex"]))
    value = change(
        value,
        (M, "certificate", "rawBytes"),
        GOOD[M]["certificate"]["rawBytes"].translate({43: "-", 47: "_"}),
    )
    found = Bundle.from_json(value)
    assert found == Bundle.from_json(GOOD)
    assert found.to_json() == value


@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_a_timestamp_may_be_wrapped(feed):
    wrapped = "".join(STAMP[at : at + 76] + feed for at in range(0, len(STAMP), 76))
    value = change(GOOD, (*STAMPS, 0, "signedTimestamp"), wrapped)
    found = Bundle.from_json(value)
    assert found.timestamps == Bundle.from_json(GOOD).timestamps
    assert found.to_json() == value


def test_the_greatest_numbers_of_entries_and_timestamps_are_taken():
    value = change(
        change(GOOD, STAMPS, [_stamp(n) for n in range(32)]),
        (M, "tlogEntries"),
        [_entry(n) for n in range(32)],
    )
    found = Bundle.from_json(value)
    assert (len(found.timestamps), len(found.tlog_entries)) == (32, 32)


def test_a_bundle_may_have_neither_entries_nor_timestamps():
    value = without(change(GOOD, (M, "timestampVerificationData"), {}), (M, "tlogEntries"))
    found = Bundle.from_json(value)
    assert (found.tlog_entries, found.timestamps) == ((), ())
    found = Bundle.from_json(without(value, (M, "timestampVerificationData")))
    assert found.timestamps == ()


def test_an_old_proof_without_checkpoint_is_kept():
    found = Bundle.from_json(without(V1, (*E, "inclusionProof", "checkpoint")))
    assert found.version == "0.1"
    assert found.tlog_entries[0].inclusion_proof.checkpoint == ""
    assert Bundle.from_json(without(V1, (*E, "inclusionProof"))).tlog_entries[0].inclusion_proof is None


def test_a_public_key_needs_no_hint():
    value = change(without(GOOD, (M, "certificate")), (M, "publicKey"), {})
    assert Bundle.from_json(value).public_key_hint == ""
    assert Bundle.from_json(value).certificates == ()


def test_the_keyid_of_an_envelope_is_kept():
    value = change(DSSE, ("dsseEnvelope", "signatures", 0, "keyid"), "k")
    found = Bundle.from_json(value)
    assert found.content.signatures[0].keyid == "k"
    assert found.signature == Bundle.from_json(DSSE).signature


def test_an_unknown_digest_algorithm_is_kept():
    value = change(GOOD, ("messageSignature", "messageDigest"), {"algorithm": "FUTURE", "digest": "AA=="})
    found = Bundle.from_json(value).content
    assert (found.digest_algorithm, found.digest) == ("FUTURE", b"\0")
    found = Bundle.from_json(without(GOOD, ("messageSignature", "messageDigest"))).content
    assert (found.digest_algorithm, found.digest) == (None, None)


PROOF = InclusionProof(
    log_index=1, root_hash=b"r" * 32, tree_size=3, hashes=(b"h" * 32,), checkpoint="note\n"
)
MADE = Bundle(
    certificates=(b"\x30\xff\xfe",),
    tlog_entries=(
        TlogEntry(
            log_index=2**63 - 1,
            log_id=b"i" * 32,
            kind="dsse",
            version="0.0.2",
            integrated_time=None,
            inclusion_promise=None,
            inclusion_proof=PROOF,
            body=b"{}",
        ),
    ),
    timestamps=(b"t",),
    content=MessageSignature(signature=b"\xfb\xff", digest_algorithm="SHA2_256", digest=b"d" * 32),
)


def test_a_bundle_that_was_made_is_written_as_version_0_3():
    assert MADE.to_json() == {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        M: {
            "certificate": {"rawBytes": "MP/+"},
            "tlogEntries": [
                {
                    "logIndex": "9223372036854775807",
                    "logId": {"keyId": b64(b"i" * 32)},
                    "kindVersion": {"kind": "dsse", "version": "0.0.2"},
                    "inclusionProof": {
                        "logIndex": "1",
                        "rootHash": b64(b"r" * 32),
                        "treeSize": "3",
                        "hashes": [b64(b"h" * 32)],
                        "checkpoint": {"envelope": "note\n"},
                    },
                    "canonicalizedBody": "e30=",
                }
            ],
            "timestampVerificationData": {"rfc3161Timestamps": [{"signedTimestamp": "dA=="}]},
        },
        "messageSignature": {
            "signature": "+/8=",
            "messageDigest": {"algorithm": "SHA2_256", "digest": b64(b"d" * 32)},
        },
    }
    assert Bundle.from_bytes(MADE.to_bytes(), canonical=True) == MADE


def test_what_is_absent_is_not_written():
    made = Bundle(
        public_key_hint="",
        content=Envelope(payload_type="t", payload=b"", signatures=(Signature(sig=b"s"),)),
    )
    assert made.to_json() == {
        "mediaType": MEDIA_TYPE,
        M: {"publicKey": {}},
        "dsseEnvelope": {"payload": "", "payloadType": "t", "signatures": [{"sig": "cw=="}]},
    }
    assert replace(made, public_key_hint="h").to_json()[M] == {"publicKey": {"hint": "h"}}


def test_what_was_changed_is_not_written_as_it_was_read():
    changed = replace(Bundle.from_json(GOOD), timestamps=(b"t",))
    assert Bundle.from_json(changed.to_json()).timestamps == (b"t",)


@pytest.mark.parametrize(
    "changes",
    [
        {"certificates": ()},
        {"certificates": (b"a", b"b")},
        {"public_key_hint": "h"},
        {"version": "0.1"},
        {"version": "0.2", "certificates": (), "public_key_hint": "h"},
    ],
)
def test_what_version_0_3_cannot_hold_is_not_written(changes):
    with pytest.raises(DefectError) as caught:
        replace(MADE, **changes).to_json()
    assert caught.value.code == "bundle-unwritable"
