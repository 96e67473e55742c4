"""One hostile input, one stable code: from the bytes of a note line to the refusal that a user sees."""

import base64
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope, Signature
from stella_git.attest.statement import ResourceDescriptor, Statement
from stella_git.canon import jcs
from stella_git.errors import StellaError
from stella_git.trust.algorithms import P256_ORDER
from stella_git.trust.binding import check_binding
from stella_git.trust.keyring import Keyring
from stella_git.trust.verify import verify_envelope
from trust_cases import (
    BUDGET,
    END,
    NOW,
    START,
    VERDICT,
    binding,
    entry,
    envelope,
    facts,
    keyring,
    payload,
    private,
    signer,
    statement,
    with_signatures,
)

RING = keyring(entry("ada"), entry("ben"), entry("ed-cyd"))
PAIR = keyring(entry("ada"), entry("ben"), entry("ed-cyd"), thresholds={VERDICT: 2})
GOOD = envelope("ada")
LINE = GOOD.to_bytes()
SAID = statement().to_bytes()


def judge(line, ring=RING, **options):
    """Return the code of the refusal, or "" if the line is believed."""
    try:
        outcome = verify_envelope(Envelope.from_bytes(line), keyring=ring, **({"now": NOW} | options))
    except StellaError as error:
        return error.code
    assert (outcome.statement is None) == bool(outcome.report.code)
    return outcome.report.code


def line(**members):
    """Return the good line with members replaced, or with `None` removed."""
    found = json.loads(LINE) | members
    return jcs.dumps({name: value for name, value in found.items() if value is not None})


def signed_line(data, name="ada", payload_type=PAYLOAD_TYPE):
    return envelope(name, data=data, payload_type=payload_type).to_bytes()


def characters_pae(payload_type):
    """Sign what a library signs that counts characters where the specification says bytes."""
    data = b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type.encode(), len(SAID), SAID)
    key = private("ada")
    signature = Signature(sig=key.sign(data), keyid=key.public.keyid)
    return Envelope(payload_type=payload_type, payload=SAID, signatures=(signature,)).to_bytes()


def sigs(*signatures):
    return with_signatures(GOOD, *signatures).to_bytes()


def der(change):
    """Return the good line with another encoding or other numbers in its signature."""
    return sigs(replace(GOOD.signatures[0], sig=change(GOOD.signatures[0].sig)))


def numbers(change):
    return der(lambda sig: encode_dss_signature(*change(*decode_dss_signature(sig))))


def ring(*entries, **options):
    return keyring(*entries, **options)


ADA_KEYID = private("ada").public.keyid
BEN_KEYID = private("ben").public.keyid
SIG = GOOD.signatures[0].sig
SHA384 = private("ada")._native.sign(GOOD.pae(), ec.ECDSA(hashes.SHA384()))
BY_ED = signer("ed-cyd").sign(GOOD.pae()).sig
B64 = json.loads(LINE)["payload"]
AGAIN = private("ada")._native.sign(GOOD.pae(), ec.ECDSA(hashes.SHA256()))  # a second nonce, s high or low


def low(sig):
    r, s = decode_dss_signature(sig)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


REFUSED = {
    # payload type and PAE
    "payload type of something else": (signed_line(SAID, payload_type="application/json"), "WRONG_TYPE"),
    "payload type in other case": (signed_line(SAID, payload_type=PAYLOAD_TYPE.upper()), "WRONG_TYPE"),
    "payload type with a space": (signed_line(SAID, payload_type=PAYLOAD_TYPE + " "), "WRONG_TYPE"),
    "payload type swapped after signing": (
        line(**json.loads(signed_line(SAID, payload_type="text/x")) | {"payloadType": PAYLOAD_TYPE}),
        "BAD_SIGNATURE",
    ),
    "payload type missing": (line(payloadType=None), "envelope-member"),
    "payload type empty": (line(payloadType=""), "envelope-payload-type"),
    "payload instead of its PAE signed": (
        sigs(Signature(sig=private("ada").sign(SAID), keyid=ADA_KEYID)),
        "BAD_SIGNATURE",
    ),
    "PAE length in characters": (characters_pae(PAYLOAD_TYPE + "é"), "WRONG_TYPE"),
    # signatures and thresholds
    "signatures missing": (line(signatures=None), "envelope-member"),
    "signatures empty": (line(signatures=[]), "envelope-signatures"),
    "signature twice": (line(signatures=json.loads(LINE)["signatures"] * 2), "envelope-signature-duplicate"),
    "signature empty": (line(signatures=[{"keyid": ADA_KEYID, "sig": ""}]), "envelope-signature"),
    "too many signatures": (
        line(signatures=[{"keyid": str(number), "sig": "AAAA"} for number in range(65)]),
        "envelope-signatures",
    ),
    "one key twice toward a threshold": (
        sigs(*GOOD.signatures, Signature(sig=low(AGAIN), keyid=ADA_KEYID)),
        "THRESHOLD",
        PAIR,
    ),
    "one key under two key ids": (
        sigs(*GOOD.signatures, Signature(sig=SIG, keyid="0" * 64)),
        "THRESHOLD",
        PAIR,
    ),
    "one key under another's key id": (
        sigs(*GOOD.signatures, Signature(sig=SIG, keyid=BEN_KEYID)),
        "BAD_SIGNATURE",
        PAIR,
    ),
    "too few keys": (LINE, "THRESHOLD", PAIR),
    "key id missing": (line(signatures=[{"sig": base64.b64encode(SIG).decode()}]), "UNKNOWN_KEY"),
    "key id in upper case": (sigs(Signature(sig=SIG, keyid=ADA_KEYID.upper())), "UNKNOWN_KEY"),
    "key id cut short": (sigs(Signature(sig=SIG, keyid=ADA_KEYID[:32])), "UNKNOWN_KEY"),
    # base64
    "base64 with a newline": (line(payload=B64[:8] + "\n" + B64[8:]), "envelope-base64"),
    "base64 with junk": (line(payload="!" + B64), "envelope-base64"),
    "base64 without padding": (line(payload="QQ"), "envelope-base64"),
    "base64 with too much padding": (line(payload=B64 + "===="), "envelope-base64"),
    "base64 with stray bits": (line(payload="QR=="), "envelope-base64"),
    # the JSON around
    "duplicate member in the envelope": (
        LINE.replace(b'{"payload"', b'{"payload":"","payload"', 1),
        "json-duplicate-member",
    ),
    "second document": (LINE + LINE, "json-trailing-data"),
    "byte order mark": (b"\xef\xbb\xbf" + LINE, "json-encoding"),
    "UTF-16": (LINE.decode().encode("utf-16"), "json-encoding"),
    "bad UTF-8": (LINE.replace(b'"payload"', b'"\xff"'), "json-encoding"),
    "too deep": (b"[" * 80 + b"]" * 80, "json-too-deep"),
    "not an object": (b"[]", "envelope-member"),
    # the payload, properly signed
    "payload not JSON": (signed_line(b"verdict"), "UNREADABLE"),
    "duplicate member in the payload": (
        signed_line(SAID.replace(b'{"_type"', b'{"_type":"x","_type"')),
        "UNREADABLE",
    ),
    "payload with trailing bytes": (signed_line(SAID + b"{}"), "UNREADABLE"),
    "payload with NaN": (signed_line(SAID.replace(b'"n":1', b'"n":NaN')), "UNREADABLE"),
    "payload with 1e400": (signed_line(SAID.replace(b'"n":1', b'"n":1e400')), "UNREADABLE"),
    "payload with a lone surrogate": (signed_line(SAID.replace(b'"n":1', b'"n":"\\ud800"')), "UNREADABLE"),
    "unknown statement type": (signed_line(SAID.replace(b"Statement/v1", b"Statement/v9")), "UNREADABLE"),
    "subject empty": (signed_line(jcs.dumps(json.loads(SAID) | {"subject": []})), "UNREADABLE"),
    "subject without digest": (
        signed_line(jcs.dumps(json.loads(SAID) | {"subject": [{"name": "x"}]})),
        "UNREADABLE",
    ),
    "subject with a weak digest alone": (
        signed_line(jcs.dumps(json.loads(SAID) | {"subject": [{"name": "x", "digest": {"md5": "ab" * 16}}]})),
        "UNREADABLE",
    ),
    "subject with an upper-case digest": (signed_line(SAID.replace(b"a1a1", b"A1A1")), "UNREADABLE"),
    "too many subjects": (
        signed_line(jcs.dumps(json.loads(SAID) | {"subject": [json.loads(SAID)["subject"][0]] * 1025})),
        "UNREADABLE",
    ),
    # signature encodings
    "bit flip in the signature": (der(lambda sig: sig[:-1] + bytes([sig[-1] ^ 1])), "BAD_SIGNATURE"),
    "trailing byte after the signature": (der(lambda sig: sig + b"\0"), "BAD_SIGNATURE"),
    "BER length": (der(lambda sig: sig[:1] + b"\x81" + sig[1:]), "BAD_SIGNATURE"),
    "r = 0": (numbers(lambda r, s: (0, s)), "BAD_SIGNATURE"),
    "s = 0": (numbers(lambda r, s: (r, 0)), "BAD_SIGNATURE"),
    "r >= n": (numbers(lambda r, s: (r + P256_ORDER, s)), "BAD_SIGNATURE"),
    "s >= n": (numbers(lambda r, s: (r, s + P256_ORDER)), "BAD_SIGNATURE"),
    "high s": (numbers(lambda r, s: (r, P256_ORDER - s)), "BAD_SIGNATURE"),
    "r and s side by side": (
        der(lambda sig: b"".join(number.to_bytes(32) for number in decode_dss_signature(sig))),
        "BAD_SIGNATURE",
    ),
    # algorithm confusion
    "P-256 key with SHA-384": (der(lambda sig: SHA384), "BAD_SIGNATURE"),
    "Ed25519 signature for a P-256 key": (der(lambda sig: BY_ED), "BAD_SIGNATURE"),
    "ECDSA signature for an Ed25519 key": (
        sigs(Signature(sig=SIG, keyid=private("ed-cyd").public.keyid)),
        "BAD_SIGNATURE",
    ),
    "algorithm named in the message": (
        line(signatures=[{"alg": "none", "keyid": ADA_KEYID, "sig": base64.b64encode(b"none").decode()}]),
        "BAD_SIGNATURE",
    ),
    # keys
    "unknown key": (envelope("eve").to_bytes(), "UNKNOWN_KEY"),
    "disabled key": (LINE, "KEY_DISABLED", ring(entry("ada", status="disabled"))),
    "revoked key": (LINE, "KEY_REVOKED", ring(entry("ada", status="revoked", revoked_at=END))),
    "key of another role": (LINE, "WRONG_ROLE", ring(entry("ada", "trust", BUDGET))),
    "key not yet valid": (LINE, "KEY_NOT_VALID", ring(entry("ada", not_before=NOW.plus(1)))),
    "key no longer valid": (LINE, "KEY_NOT_VALID", ring(entry("ada", not_after=NOW.plus(-1)))),
    "predicate type swapped": (
        envelope("ada", said=statement(BUDGET)).to_bytes(),
        "WRONG_ROLE",
    ),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_hostile_line_gets_its_code(name):
    data, code, *rest = REFUSED[name]
    assert judge(data, *rest) == code


def test_the_line_they_are_all_made_from_is_believed():
    assert judge(LINE) == ""
    assert judge(LINE, predicate_type=VERDICT) == ""
    assert judge(LINE.replace(b'"payload"', b'"more":1,"payload"', 1)) == ""


def test_a_url_safe_envelope_is_believed_as_well():
    urlsafe = base64.urlsafe_b64encode(SIG).decode()
    assert judge(line(signatures=[{"keyid": ADA_KEYID, "sig": urlsafe}])) == ""


def test_an_oversized_line_is_refused_before_it_is_read():
    with pytest.raises(StellaError) as caught:
        Envelope.from_bytes(LINE, limit=len(LINE) - 1)
    assert caught.value.code == "json-too-large"


KEYRINGS = {
    "threshold 0": ({"thresholds": {VERDICT: 0}}, "keyring-threshold"),
    "threshold negative": ({"thresholds": {VERDICT: -1}}, "keyring-threshold"),
    "threshold above the number of keys": ({"thresholds": {VERDICT: 2}}, "keyring-threshold"),
    "version 0": ({"version": 0}, "keyring-value"),
}


@pytest.mark.parametrize("name", sorted(KEYRINGS))
def test_a_hostile_keyring_gets_its_code(name):
    options, code = KEYRINGS[name]
    with pytest.raises(StellaError) as caught:
        payload(**options)
    assert caught.value.code == code


def test_a_duplicate_member_in_a_keyring_is_refused():
    data = payload().replace(b'"version":1', b'"version":1,"version":1')
    with pytest.raises(StellaError) as caught:
        Keyring.from_bytes(data)
    assert caught.value.code == "json-duplicate-member"


OTHER = "0f" * 20
SHIFTED = Statement(
    subject=(ResourceDescriptor(name="image", digest={"sha256": "0f" * 32}),),
    predicate_type=VERDICT,
    predicate={},
)
REPLAYS = {
    "onto another commit": ({"asked": facts(commit=OTHER, tree=OTHER, tree_sha256="0f" * 32)}, "COPIED"),
    "onto another commit with the same tree": ({"asked": facts(commit=OTHER)}, "COPIED"),
    "onto another tree": ({"asked": facts(tree=OTHER)}, "STALE_TREE"),
    "onto a tree with the same SHA-1": ({"asked": facts(tree_sha256="0f" * 32)}, "STALE_TREE"),
    "onto another repository": (
        {"asked": facts(repository_id="00000000-0000-4000-8000-000000000000")},
        "WRONG_REPOSITORY",
    ),
    "onto a copy of the repository": ({"asked": facts(root_commits=(OTHER,))}, "WRONG_REPOSITORY"),
    "onto another ref": ({"asked": facts(ref_patterns=("refs/heads/release",))}, "WRONG_REF"),
    "onto a subject of another kind": ({"said": SHIFTED}, "WRONG_REPOSITORY"),
    "onto a clone of the other object format": (
        {"asked": facts(object_format="sha256")},
        "WRONG_OBJECT_FORMAT",
    ),
    "after it expired": ({"bound": binding(expires=str(START))}, "EXPIRED"),
}


@pytest.mark.parametrize("name", sorted(REPLAYS))
def test_a_replay_gets_its_code(name):
    case, code = REPLAYS[name]
    checks = check_binding(
        case.get("said", statement()), case.get("bound", binding()), case.get("asked", facts()), now=NOW
    )
    assert next(check.code for check in checks if check.status == "failed") == code
