"""Envelopes, payloads, signatures and keyrings to refuse."""

import base64
import hmac
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from negative_cases import Case
from sigstore_der import integer, seq
from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon import jcs
from stella_git.trust.algorithms import P256_ORDER
from trust_cases import (
    BUDGET,
    END,
    NOW,
    START,
    VERDICT,
    entry,
    needs_mldsa,
    payload,
    private,
    rsa_native,
    statement,
)

SAID = statement().to_bytes()
SIGNED = pae(PAYLOAD_TYPE, SAID)
OWNERS = ("ada", "ben", "ed-cyd")


def owners(*entries, **options):
    return payload(*(entries or map(entry, OWNERS)), **options)


RING, PAIR = owners(), owners(thresholds={VERDICT: 2})


def b64(data):
    return base64.b64encode(data).decode()


def keyid(name):
    return private(name).public.keyid


def sig(data=SIGNED, name="ada", said=None):
    return {"keyid": keyid(name) if said is None else said, "sig": b64(private(name).sign(data))}


def env(said=SAID, *signatures, payload_type=PAYLOAD_TYPE, **members):
    """Return an envelope as bytes; without signatures ada signs."""
    found = {
        "payload": b64(said),
        "payloadType": payload_type,
        "signatures": list(signatures) or [sig(pae(payload_type, said))],
    }
    return jcs.dumps({name: value for name, value in (found | members).items() if value is not None})


def with_sig(signature, name="ada"):
    return env(SAID, {"keyid": keyid(name), "sig": b64(signature)})


GOOD = env()
SIG = private("ada").sign(SIGNED)
R, S = decode_dss_signature(SIG)
B64 = json.loads(GOOD)["payload"]


def case(item, code, data, ring=RING, *, now=NOW, inside="", **asked):
    """Return a case of an envelope against a keyring."""
    codes = (code,) if isinstance(code, str) else code
    files = {"evidence.json": data, "keyring.json": ring}
    return Case(item, codes, "evidence", files, {"now": str(now)} | asked, inside)


def by_key(item, code, signature, key, algorithm=None):
    """Return a case of a signature that is to be verified by one key, given as a file."""
    data = env(SAID, {"sig": b64(signature)})
    asked = {"now": str(NOW)} | ({"algorithm": algorithm} if algorithm else {})
    return Case(item, (code,), "evidence", {"evidence.json": data, "key.pub": key.to_pem()}, asked)


def unreadable(item, said, inside):
    return case(item, "UNREADABLE", env(said), inside=inside)


def characters():
    """Sign as a library does that counts characters where the specification says bytes."""
    kind = PAYLOAD_TYPE + "\u00e9"
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(SAID), SAID)
    return env(SAID, sig(signed), payload_type=kind)


def bare_characters():
    kind = "application/\u00e9"
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(SAID), SAID)
    data = env(SAID, {"sig": b64(private("ada").sign(signed))}, payload_type=kind)
    files = {"evidence.json": data, "key.pub": private("ada").public.to_pem()}
    return Case("PAE in characters", ("WRONG_TYPE",), "evidence", files, {"now": str(NOW)})


def other_low():
    """Return another signature of the same key over the same bytes, with the lower s."""
    r, s = decode_dss_signature(private("ada")._native.sign(SIGNED, ec.ECDSA(hashes.SHA256())))
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def subject(value):
    return jcs.dumps(json.loads(SAID) | {"subject": value})


def in_statement(text):
    return SAID.replace(b'"n":1', b'"n":' + text)


ONE = json.loads(SAID)["subject"][0]
BASE64 = {
    "line-feed": B64[:8] + "\n" + B64[8:],
    "trailing-line-feed": B64 + "\n",
    "space": B64[:8] + " " + B64[8:],
    "junk": "!" + B64,
    "no-padding": "QQ",
    "half-padding": "QQ=",
    "padding-too-much": "QQ===",
    "padding-inside": "QQ==QQ==",
    "stray-bits": "QR==",
    "two-alphabets": "+-__",
    "one-character": "Q",
    "other-digits": "\u0661QQQ",
    "zero-byte": B64[:8] + "\0" + B64[8:],
}
CASES = {
    "payload-type-other": case("payload type", "WRONG_TYPE", env(payload_type="application/json")),
    "payload-type-case": case("payload type", "WRONG_TYPE", env(payload_type=PAYLOAD_TYPE.title())),
    "payload-type-space": case("payload type", "WRONG_TYPE", env(payload_type=PAYLOAD_TYPE + " ")),
    "payload-type-parameter": case("payload type", "WRONG_TYPE", env(payload_type=PAYLOAD_TYPE + ";v=1")),
    "payload-type-empty": case("payload type", "envelope-payload-type", env(payload_type="")),
    "payload-type-missing": case("payload type", "envelope-member", env(payloadType=None)),
    "payload-type-swapped": case(
        "payload type", "BAD_SIGNATURE", env(SAID, sig(pae("text/x", SAID)), payload_type=PAYLOAD_TYPE)
    ),
    "pae-characters-keyring": case("PAE in characters", "WRONG_TYPE", characters()),
    "pae-characters-key": bare_characters(),
    "pae-of-payload-alone": case("PAE in characters", "BAD_SIGNATURE", env(SAID, sig(SAID))),
    "signatures-missing": case("signatures missing", "envelope-member", env(signatures=None)),
    "signatures-null": case("signatures missing", "envelope-signatures", GOOD[: GOOD.index(b"[")] + b"null}"),
    "signatures-empty": case("signatures empty", "envelope-signatures", env(signatures=[])),
    "signature-empty": case("signatures empty", "envelope-signature", env(SAID, {"keyid": "", "sig": ""})),
    "signature-twice": case(
        "signatures duplicated", "envelope-signature-duplicate", env(SAID, sig(), sig()), PAIR
    ),
    "one-key-twice": case(
        "one key twice",
        "THRESHOLD",
        lambda: env(SAID, sig(), {"keyid": keyid("ada"), "sig": b64(other_low())}),
        PAIR,
    ),
    "one-key-two-keyids": case(
        "one key under two key ids", "THRESHOLD", env(SAID, sig(), sig(said="0" * 64)), PAIR
    ),
    "one-key-anothers-keyid": case(
        "one key under two key ids", ("BAD_SIGNATURE",), env(SAID, sig(), sig(said=keyid("ben"))), PAIR
    ),
    "one-key-without-keyid": case(
        "one key under two key ids", "THRESHOLD", env(SAID, sig(), sig(said="")), PAIR
    ),
    "one-key-high-s": case(
        "one key in two encodings",
        "BAD_SIGNATURE",
        env(SAID, sig(), {"keyid": keyid("ada"), "sig": b64(encode_dss_signature(R, P256_ORDER - S))}),
        PAIR,
    ),
    "one-key-ber": case(
        "one key in two encodings",
        "BAD_SIGNATURE",
        env(SAID, sig(), {"keyid": keyid("ada"), "sig": b64(SIG[:1] + b"\x81" + SIG[1:])}),
        PAIR,
    ),
    "one-key-url-safe": case(
        "one key in two encodings",
        "envelope-signature-duplicate",
        env(SAID, sig(), {"keyid": keyid("ada"), "sig": base64.urlsafe_b64encode(SIG).decode()}),
        PAIR,
    ),
    "threshold-not-reached": case("threshold", "THRESHOLD", GOOD, PAIR),
    **{
        f"base64-{name}": case("base64", "envelope-base64", env(payload=text))
        for name, text in BASE64.items()
    },
    "base64-in-signature": case("base64", "envelope-base64", env(SAID, sig() | {"sig": f"{b64(SIG)}\n"})),
    "duplicate-in-envelope": case(
        "duplicate members", "json-duplicate-member", GOOD.replace(b"{", b'{"payload":"",', 1)
    ),
    "duplicate-in-signature": case(
        "duplicate members", "json-duplicate-member", GOOD.replace(b'[{"', b'[{"keyid":"x","', 1)
    ),
    "duplicate-escaped": case(
        "duplicate members", "json-duplicate-member", GOOD.replace(b"{", b'{"p\\u0061yload":"",', 1)
    ),
    "duplicate-in-payload": unreadable(
        "duplicate members", SAID.replace(b"{", b'{"_type":"x",', 1), "json-duplicate-member"
    ),
    "trailing-bytes": case("trailing bytes", "json-trailing-data", GOOD + b"x"),
    "trailing-zero": case("trailing bytes", "json-trailing-data", GOOD + b"\0"),
    "trailing-in-payload": unreadable("trailing bytes", SAID + b"]", "json-trailing-data"),
    "second-document": case("second document", "json-trailing-data", GOOD + b"\n" + GOOD),
    "second-document-in-payload": unreadable("second document", SAID + SAID, "json-trailing-data"),
    "byte-order-mark": case("encoding", "json-encoding", b"\xef\xbb\xbf" + GOOD),
    "utf-16": case("encoding", "json-encoding", GOOD.decode().encode("utf-16")),
    "utf-16-without-mark": case("encoding", ("json-syntax",), GOOD.decode().encode("utf-16-le")),
    "bad-utf-8": case("encoding", "json-encoding", env(more="\u00e9").replace(b"\xc3\xa9", b"\xc3")),
    "overlong-utf-8": case("encoding", "json-encoding", env(more="x").replace(b'"x"', b'"\xc1\xbf"')),
    "byte-order-mark-in-payload": unreadable("encoding", b"\xef\xbb\xbf" + SAID, "json-encoding"),
    "bad-utf-8-in-payload": unreadable("encoding", in_statement(b'"\xff"'), "json-encoding"),
    "lone-surrogate": case(
        "lone surrogate", "json-lone-surrogate", env(more="x").replace(b'"x"', b'"\\ud800"')
    ),
    "lone-surrogate-in-payload": unreadable(
        "lone surrogate", in_statement(b'"\\udc00"'), "json-lone-surrogate"
    ),
    "not-a-number": case("not finite", "json-not-finite", env(more=1).replace(b":1,", b":NaN,")),
    "not-a-number-in-payload": unreadable("not finite", in_statement(b"NaN"), "json-not-finite"),
    "1e400-in-payload": unreadable("not finite", in_statement(b"1e400"), "json-not-finite"),
    "minus-infinity-in-payload": unreadable("not finite", in_statement(b"-Infinity"), "json-not-finite"),
    "integer-too-large-in-payload": unreadable(
        "not finite", in_statement(b"9007199254740993"), "json-integer-range"
    ),
    "oversize": case("oversize", "json-too-large", lambda: GOOD + b" " * (16 << 20)),
    "too-deep": case("too deep", "json-too-deep", b'{"a":' * 80 + b"1" + b"}" * 80),
    "too-deep-in-payload": unreadable("too deep", in_statement(b"[" * 80 + b"]" * 80), "json-too-deep"),
    "too-many-signatures": case(
        "oversize",
        "envelope-signatures",
        env(signatures=[{"keyid": str(number), "sig": "AAAA"} for number in range(65)]),
    ),
    "too-many-subjects": unreadable("too many subjects", subject([ONE] * 1025), "statement-subject"),
    "bit-flip-in-signature": case("bit flip", "BAD_SIGNATURE", with_sig(SIG[:-1] + bytes([SIG[-1] ^ 1]))),
    "bit-flip-in-payload": case(
        "bit flip", "BAD_SIGNATURE", env(SAID[:-3] + bytes([SAID[-3] ^ 1]) + SAID[-2:], sig())
    ),
    "der-trailing-byte": case("DER", "BAD_SIGNATURE", with_sig(SIG + b"\0")),
    "der-trailing-inside": case(
        "DER", "BAD_SIGNATURE", with_sig(bytes([0x30, len(SIG) - 1]) + SIG[2:] + b"\0")
    ),
    "ber-length": case("DER", "BAD_SIGNATURE", with_sig(SIG[:1] + b"\x81" + SIG[1:])),
    "ber-indefinite": case("DER", "BAD_SIGNATURE", with_sig(b"\x30\x80" + SIG[2:] + b"\0\0")),
    "ber-padded-integer": case(
        "DER",
        "BAD_SIGNATURE",
        with_sig(bytes([0x30, len(SIG) - 1, 2, SIG[3] + 1, 0]) + SIG[4:]),
    ),
    **{
        f"der-{name}": case("DER", "BAD_SIGNATURE", with_sig(encode_dss_signature(r, s)))
        for name, r, s in (
            ("r-zero", 0, S),
            ("s-zero", R, 0),
            ("both-zero", 0, 0),
            ("r-order", P256_ORDER, S),
            ("s-order", R, P256_ORDER),
            ("r-beyond", R + P256_ORDER, S),
            ("s-beyond", R, S + P256_ORDER),
        )
    },
    "der-r-negative": case("DER", "BAD_SIGNATURE", with_sig(seq(integer(R - 2**256), integer(S)))),
    "raw-r-s": case("raw r and s", "BAD_SIGNATURE", with_sig(R.to_bytes(32) + S.to_bytes(32))),
    "sha-384-with-p256": case(
        "algorithm confusion",
        "BAD_SIGNATURE",
        lambda: with_sig(private("ada")._native.sign(SIGNED, ec.ECDSA(hashes.SHA384()))),
    ),
    "ecdsa-for-ed25519": case("algorithm confusion", "BAD_SIGNATURE", with_sig(SIG, "ed-cyd")),
    "ed25519-for-ecdsa": case(
        "algorithm confusion", "BAD_SIGNATURE", with_sig(private("ed-cyd").sign(SIGNED), "ada")
    ),
    "hmac-with-public-key": case(
        "algorithm confusion",
        "BAD_SIGNATURE",
        with_sig(hmac.digest(private("ada").public.spki, SIGNED, "sha256")),
    ),
    "hmac-with-public-pem": case(
        "algorithm confusion",
        "BAD_SIGNATURE",
        with_sig(hmac.digest(private("ada").public.to_pem(), SIGNED, "sha256")),
    ),
    "algorithm-none": case(
        "algorithm confusion",
        "BAD_SIGNATURE",
        env(SAID, {"alg": "none", "keyid": keyid("ada"), "sig": b64(b"none")}),
    ),
    "pkcs1-for-pss": by_key(
        "algorithm confusion",
        "BAD_SIGNATURE",
        private("rsa-ada").sign(SIGNED),
        private("pss-ada").public,
        "rsa-pss-sha256",
    ),
    "pss-for-pkcs1": by_key(
        "algorithm confusion", "BAD_SIGNATURE", private("pss-ada").sign(SIGNED), private("rsa-ada").public
    ),
    "pkcs1-sha-512": by_key(
        "algorithm confusion",
        "BAD_SIGNATURE",
        rsa_native("rsa-ada").sign(SIGNED, padding.PKCS1v15(), hashes.SHA512()),
        private("rsa-ada").public,
    ),
    "pss-other-salt": by_key(
        "algorithm confusion",
        "BAD_SIGNATURE",
        rsa_native("pss-ada").sign(SIGNED, padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256()),
        private("pss-ada").public,
        "rsa-pss-sha256",
    ),
    "p384-with-sha-256": by_key(
        "algorithm confusion",
        "BAD_SIGNATURE",
        private("p384-ada")._native.sign(SIGNED, ec.ECDSA(hashes.SHA256())),
        private("p384-ada").public,
    ),
    "unknown-key": case("unknown key", "UNKNOWN_KEY", env(SAID, sig(name="eve"))),
    "keyid-upper-case": case("unknown key", "UNKNOWN_KEY", env(SAID, sig(said=keyid("ada").upper()))),
    "keyid-cut": case("unknown key", "UNKNOWN_KEY", env(SAID, sig(said=keyid("ada")[:32]))),
    "disabled-key": case(
        "disabled key",
        ("KEY_DISABLED", "THRESHOLD"),
        GOOD,
        owners(entry("ada", status="disabled"), entry("ben")),
    ),
    "revoked-key": case(
        "revoked key",
        ("KEY_REVOKED", "THRESHOLD"),
        GOOD,
        owners(entry("ada", status="revoked", revoked_at=END), entry("ben")),
    ),
    "wrong-role": case(
        "wrong role", ("WRONG_ROLE", "THRESHOLD"), GOOD, owners(entry("ada", "trust", BUDGET), entry("ben"))
    ),
    "key-not-yet-valid": case("key validity", ("KEY_NOT_VALID", "THRESHOLD"), GOOD, now=START.plus(-1)),
    "key-no-longer-valid": case("key validity", ("KEY_NOT_VALID", "THRESHOLD"), GOOD, now=END.plus(1)),
    "statement-type-unknown": unreadable(
        "statement type", SAID.replace(b"Statement/v1", b"Statement/v9"), "statement-type"
    ),
    "statement-type-case": unreadable(
        "statement type", SAID.replace(b"Statement/v1", b"statement/v1"), "statement-type"
    ),
    "statement-type-missing": unreadable(
        "statement type", SAID.replace(b'"_type"', b'"_typo"'), "statement-member"
    ),
    "subject-empty": unreadable("subject", subject([]), "statement-subject"),
    "subject-without-digest": unreadable(
        "subject", subject([{"name": "x", "uri": "x:y"}]), "statement-subject"
    ),
    "subject-nothing": unreadable("subject", subject([{"name": "x"}]), "descriptor-empty"),
    "subject-weak-only": unreadable(
        "subject", subject([{"name": "x", "digest": {"md5": "ab" * 16, "sha1": "ab" * 20}}]), "digest-weak"
    ),
    "subject-upper-case": unreadable(
        "subject", subject([{"name": "x", "digest": {"sha256": "AB" * 32}}]), "digest-malformed"
    ),
    "subject-short-digest": unreadable(
        "subject", subject([{"name": "x", "digest": {"sha256": "ab" * 31}}]), "digest-malformed"
    ),
    "predicate-type-asked": case("predicate type swapped", ("WRONG_TYPE",), GOOD, predicate_type=BUDGET),
    "predicate-type-role": case(
        "predicate type swapped",
        ("WRONG_ROLE", "THRESHOLD"),
        env(statement(BUDGET).to_bytes()),
    ),
    "replay-other-subject": Case(
        "replay onto another subject",
        ("SUBJECT_MISMATCH",),
        "evidence",
        {"evidence.json": GOOD, "keyring.json": RING, "artifact": b"another artifact"},
        {"now": str(NOW)},
    ),
    "signed-too-late": case(
        "signing time", "SIGNED_TOO_LATE", GOOD, signed_at=str(NOW), not_after=str(NOW.plus(-1))
    ),
    "signed-by-no-proof": case("signing time", "NO_TRUSTED_TIME", GOOD, not_after=str(END)),
}


def _mldsa():
    """Yield what needs ML-DSA: another context, and the variant that signs digests."""
    key = private("mldsa44-ada")
    yield "mldsa-context", key._native.sign(SIGNED, b"context"), key.public
    yield "mldsa-other-level", private("mldsa65-ada").sign(SIGNED), key.public


if not needs_mldsa.args[0]:
    CASES |= {
        name: by_key("algorithm confusion", "BAD_SIGNATURE", signature, key)
        for name, signature, key in _mldsa()
    }
# Each is what the cases of its kind bend; a refusal of it would make the refusals worthless.
GOODS = {
    "envelope": case("", (), GOOD),
    "two keys": case("", (), env(SAID, sig(), sig(name="ben")), PAIR),
    "first second of the key": case("", (), GOOD, now=START),
    "last second of the key": case("", (), GOOD, now=END),
    "signed in time": case("", (), GOOD, signed_at=str(NOW), not_after=str(NOW)),
    "PKCS #1 v1.5": by_key("", "", private("rsa-ada").sign(SIGNED), private("rsa-ada").public)._replace(
        codes=()
    ),
    "PSS": by_key(
        "", "", private("pss-ada").sign(SIGNED), private("pss-ada").public, "rsa-pss-sha256"
    )._replace(codes=()),
    "P-384": by_key("", "", private("p384-ada").sign(SIGNED), private("p384-ada").public)._replace(codes=()),
}
