"""Sigstore bundles and trusted roots to refuse."""

import base64
import copy
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509 import RFC822Name, UniformResourceIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from negative_cases import Case
from negative_keys import rsa_spki
from sigstore_ca import CODE_SIGNING, IDENTITY, ISSUER, TIME_STAMPING
from sigstore_cases import OTHER, WORLD
from sigstore_keys import b64, p256, sign, spki, spki_pem
from sigstore_world import ARTIFACT, MINE, STATEMENT, Content, World, to_bytes
from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon import jcs, merkle
from stella_git.canon.clock import Instant
from stella_git.trust.algorithms import P256_ORDER

ROOT = to_bytes(WORLD.trusted_root())
NOW = WORLD.now + 3600
ME = {"identity": IDENTITY, "issuer": ISSUER}
SIGNED = pae(PAYLOAD_TYPE, STATEMENT)
LEAF = p256("leaf")
SIG = sign(LEAF, SIGNED)
R, S = decode_dss_signature(SIG)


def asked(**more):
    return {"now": str(Instant(NOW))} | ME | more


def case(item, codes, bundle, *, root=ROOT, artifact=ARTIFACT, key=None, inside="", **more):
    """Return a case of a bundle: of a certificate, or of a key that is given."""
    files = {"evidence.json": bundle if isinstance(bundle, bytes) else to_bytes(bundle)}
    files["trusted_root.json"] = root if isinstance(root, bytes) else to_bytes(root)
    told = asked(**more)
    if artifact is not None:
        files["artifact"] = artifact
    if key is not None:
        files["key.pub"] = spki_pem(key)
        told = {name: value for name, value in told.items() if name not in ME}
    codes = (codes,) if isinstance(codes, str) else codes
    return Case(item, codes, "evidence", files, told, inside)


def bent(item, codes, *, root=ROOT, inside="", expect=None, world=WORLD, **options):
    """Return a case of a bundle that the world bends."""
    return case(item, codes, world.bundle(**options), root=root, inside=inside, **(expect or {}))


def changed(item, codes, path, value, *, root=ROOT, **options):
    """Return a case of a bundle with one member of its JSON replaced."""
    found = copy.deepcopy(WORLD.bundle(**options))
    *parents, last = path
    place = found
    for name in parents:
        place = place[name]
    place[last] = value
    return case(item, codes, found, root=root)


def bad_root(item, code, data):
    return Case(item, (code,), "trusted-root", {"trusted_root.json": data}, {})


def signature(made):
    """Return a bundle whose signature, and that of its log entry, are these bytes."""
    return WORLD.bundle(signature=made)


def spliced():
    """Return a bundle with the log entry of another one by the same signer."""
    entries = WORLD.bundle(STATEMENT + b" ")["verificationMaterial"]["tlogEntries"]
    return WORLD.bundle(entries=entries)


def hashed_as_node():
    """Return an entry in a tree where its leaf was hashed as an inner node is."""
    body = leaf_body()
    digests = [merkle.leaf_hash(leaf) for leaf in WORLD.rekor2.others(3)]
    digests.append(hashlib.sha256(b"\1" + body).digest())
    root = merkle.root_of_digests(digests)
    return {
        "index": 3,
        "size": 4,
        "root": root,
        "hashes": merkle.inclusion_proof(digests, 3),
        "note": {"size": 4, "root": root},
    }


def node_as_leaf():
    """Return entry options that pass an inner node off as an entry: its two children are the body."""
    digests = [merkle.leaf_hash(leaf) for leaf in WORLD.rekor1.others(4)]
    root = merkle.root_of_digests(digests)
    options = {"index": 0, "size": 2, "root": root, "hashes": [merkle.node_hash(*digests[2:])]}
    return b"".join(digests[:2]), options | {"note": {"size": 2, "root": root}}


def leaf_body():
    made = WORLD.bundle(rekor=2)["verificationMaterial"]["tlogEntries"][0]["canonicalizedBody"]
    return base64.b64decode(made)


def both():
    found = WORLD.bundle()
    found["verificationMaterial"]["publicKey"] = {"hint": "x"}
    return found


def stamped(**stamp):
    return {"rekor": 2, "stamp": stamp}


def tsa_world(**tsa):
    return World("world", tsa=tsa)


def by_tsa(codes, **tsa):
    world = tsa_world(**tsa)
    return case("timestamp usage", codes, world.bundle(rekor=2), root=world.trusted_root())


def note(**knobs):
    return {"entry": {"note": knobs}}


def junk_note(change):
    text = WORLD.bundle()["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]["checkpoint"][
        "envelope"
    ]
    return {"entry": {"checkpoint": change(text)}}


def many_stamps(count):
    found = WORLD.bundle(rekor=2)
    content = base64.b64decode(found["dsseEnvelope"]["signatures"][0]["sig"])
    rows = [{"signedTimestamp": b64(WORLD.tsa.stamp(content, number=n + 1))} for n in range(count)]
    found["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": rows}
    return found


WITHOUT = ("NO_TRUSTED_TIME",)
SIGS = ("dsseEnvelope", "signatures")
GOOD = to_bytes(WORLD.bundle())
PAYLOAD = json.loads(GOOD)["dsseEnvelope"]["payload"]
SMUGGLED = (*OTHER.fulcio.chain,)
NODE, NODE_OPTIONS = node_as_leaf()
RSA_1024 = load_der_public_key(rsa_spki(1024))
CONTENT = Content({"dsseEnvelope": WORLD.bundle()["dsseEnvelope"]}, b"other", STATEMENT, SIGNED)
EARLY = tsa_world(window=(WORLD.now - 9, WORLD.now))
ENDED = tsa_world(root_window=(WORLD.now - 9, WORLD.now))
CASES = {
    # the JSON
    "bundle-payload-type": case("payload type", "WRONG_TYPE", WORLD.bundle(payload_type="application/json")),
    "bundle-payload-type-case": case(
        "payload type", "WRONG_TYPE", WORLD.bundle(payload_type=PAYLOAD_TYPE.upper())
    ),
    "bundle-no-signature": changed("signatures empty", "envelope-signatures", SIGS, []),
    "bundle-two-signatures": changed(
        "signatures duplicated",
        "bundle-signatures",
        SIGS,
        [{"sig": b64(SIG)}, {"sig": b64(SIG), "keyid": "x"}],
    ),
    "bundle-no-content": case(
        "signatures missing",
        "bundle-content",
        {name: value for name, value in WORLD.bundle().items() if name != "dsseEnvelope"},
    ),
    "bundle-two-contents": case(
        "signatures duplicated", "bundle-content", WORLD.bundle() | WORLD.bundle(message=ARTIFACT)
    ),
    "bundle-base64-certificate": changed(
        "base64", "bundle-base64", ("verificationMaterial", "certificate", "rawBytes"), "QR=="
    ),
    "bundle-duplicate-member": case(
        "duplicate members", "json-duplicate-member", GOOD.replace(b'{"', b'{"mediaType":"x","', 1)
    ),
    "bundle-duplicate-inside": case(
        "duplicate members",
        "json-duplicate-member",
        GOOD.replace(b'"logIndex"', b'"logIndex":"0","logIndex"', 1),
    ),
    "bundle-second-document": case("second document", "json-trailing-data", GOOD + GOOD),
    "bundle-trailing-bytes": case("trailing bytes", "json-trailing-data", GOOD + b"\0"),
    "bundle-byte-order-mark": case("encoding", "json-encoding", b"\xef\xbb\xbf" + GOOD),
    "bundle-not-finite": case("not finite", "json-not-finite", GOOD.replace(b'{"', b'{"more":1e400,"', 1)),
    "bundle-too-many-entries": case(
        "oversize",
        "bundle-tlog-entries",
        WORLD.bundle(entries=WORLD.bundle()["verificationMaterial"]["tlogEntries"] * 33),
    ),
    "bundle-entry-twice": case(
        "oversize",
        "bundle-tlog-entries",
        WORLD.bundle(entries=WORLD.bundle()["verificationMaterial"]["tlogEntries"] * 2),
    ),
    "bundle-media-type": case("encoding", "bundle-media-type", WORLD.bundle(mediaType="application/json")),
    "bundle-duplicate-in-payload": bent(
        "duplicate members",
        "UNREADABLE",
        payload=STATEMENT.replace(b"{", b'{"_type":"x",', 1),
        inside="json-duplicate-member",
    ),
    "root-duplicate-member": bad_root(
        "duplicate members", "json-duplicate-member", ROOT.replace(b"{", b'{"tlogs":[],', 1)
    ),
    "root-second-document": bad_root("second document", "json-trailing-data", ROOT + ROOT),
    "root-media-type": bad_root(
        "encoding", "trusted-root-media-type", to_bytes(WORLD.trusted_root(mediaType="x"))
    ),
    "root-window-missing": bad_root(
        "timestamp outside windows", "trusted-root-window", ROOT.replace(b'"validFor"', b'"validfor"')
    ),
    "root-window-backwards": bad_root(
        "timestamp outside windows",
        "trusted-root-window",
        to_bytes(WORLD.trusted_root(windows={"tsa": (WORLD.now, WORLD.now - 1)})),
    ),
    "root-two-logs-one-id": bad_root(
        "unknown log",
        "trusted-root-log",
        to_bytes(WORLD.trusted_root(tlogs=[WORLD.rekor1.instance(WORLD._window(None))] * 2)),
    ),
    # the signature
    "bundle-other-payload": changed(
        "bit flip",
        ("LOG_BODY_PAYLOAD", "BAD_SIGNATURE"),
        ("dsseEnvelope", "payload"),
        b64(STATEMENT.replace(b'"n":1', b'"n":2')),
    ),
    "bundle-other-signer": bent("unknown key", "BAD_SIGNATURE", signer=p256("thief")),
    "bundle-other-artifact": case(
        "replay onto another subject",
        ("LOG_BODY_DIGEST", "BAD_SIGNATURE"),
        WORLD.bundle(message=ARTIFACT, digest=False),
        artifact=b"another artifact",
    ),
    "bundle-other-digest": case(
        "replay onto another subject",
        ("DIGEST_MISMATCH", "LOG_BODY_DIGEST", "BAD_SIGNATURE"),
        WORLD.bundle(message=ARTIFACT),
        artifact=b"another artifact",
    ),
    "bundle-other-subject": case(
        "replay onto another subject", "SUBJECT_MISMATCH", WORLD.bundle(), artifact=b"another artifact"
    ),
    "bundle-artifact-missing": case(
        "replay onto another subject",
        ("ARTIFACT_MISSING",),
        WORLD.bundle(message=ARTIFACT),
        artifact=None,
    ),
    "bundle-subject-by-name": bent(
        "subject",
        "SUBJECT_MISMATCH",
        payload=STATEMENT.replace(hashlib.sha256(ARTIFACT).hexdigest().encode(), b"0f" * 32),
    ),
    "bundle-subject-weak-only": bent(
        "subject",
        "UNREADABLE",
        payload=jcs.dumps(
            json.loads(STATEMENT) | {"subject": [{"digest": {"sha1": hashlib.sha1(ARTIFACT).hexdigest()}}]}
        ),
        inside="digest-weak",
    ),
    "bundle-subject-two-digests": bent(
        "subject",
        "SUBJECT_MISMATCH",
        payload=STATEMENT.replace(b'{"sha256"', b'{"sha512":"' + b"0f" * 64 + b'","sha256"'),
    ),
    "bundle-der-trailing-byte": case("DER", "BAD_SIGNATURE", signature(SIG + b"\0")),
    "bundle-ber-length": case("DER", "BAD_SIGNATURE", signature(SIG[:1] + b"\x81" + SIG[1:])),
    "bundle-r-zero": case("DER", "BAD_SIGNATURE", signature(encode_dss_signature(0, S))),
    "bundle-s-beyond": case("DER", "BAD_SIGNATURE", signature(encode_dss_signature(R, S + P256_ORDER))),
    "bundle-raw-r-s": case("raw r and s", "BAD_SIGNATURE", signature(R.to_bytes(32) + S.to_bytes(32))),
    "bundle-bit-flip": case("bit flip", "BAD_SIGNATURE", signature(SIG[:-1] + bytes([SIG[-1] ^ 1]))),
    "bundle-sha-384": case(
        "algorithm confusion", "BAD_SIGNATURE", signature(sign(LEAF, SIGNED, hashes.SHA384()))
    ),
    "bundle-hmac": case(
        "algorithm confusion", "BAD_SIGNATURE", signature(hmac.digest(spki(LEAF), SIGNED, "sha256"))
    ),
    "bundle-over-payload-alone": case("PAE in characters", "BAD_SIGNATURE", signature(sign(LEAF, STATEMENT))),
    "bundle-predicate-type": bent(
        "predicate type swapped", "WRONG_TYPE", expect={"predicate_type": "https://example.org/other/v1"}
    ),
    "bundle-signed-too-late": bent(
        "signing time", "SIGNED_TOO_LATE", expect={"not_after": str(Instant(WORLD.now + 1))}
    ),
    "bundle-signed-later": bent(
        "signing time", "SIGNED_LATER", expect={"signed_at": str(Instant(WORLD.now + 1))}
    ),
    "bundle-time-to-come": bent(
        "signing time", "TIME_IN_FUTURE", expect={"now": str(Instant(WORLD.now + 1))}
    ),
    # the certificate
    "certificate-not-yet-valid": bent(
        "certificate validity", "CERTIFICATE_NOT_VALID", leaf={"at": WORLD.now + 3}
    ),
    "certificate-expired": bent(
        "certificate validity", "CERTIFICATE_NOT_VALID", leaf={"at": WORLD.now + 1, "lifetime": 1}
    ),
    "certificate-untrusted-ca": bent("untrusted CA", "UNTRUSTED_CA", leaf=OTHER.leaf()),
    "certificate-same-name-ca": bent("untrusted CA", "UNTRUSTED_CA", leaf={"issuer_key": OTHER.fulcio.key}),
    "certificate-authority-window": bent(
        "untrusted CA",
        "UNTRUSTED_CA",
        root=WORLD.trusted_root(windows={"fulcio": (WORLD.now - 9, WORLD.now + 1)}),
    ),
    "smuggled-anchor": bent(
        "smuggled anchor", "ROOT_IN_BUNDLE", version="0.2", leaf=OTHER.leaf(), chain=SMUGGLED
    ),
    "smuggled-anchor-true": bent(
        "smuggled anchor", "ROOT_IN_BUNDLE", version="0.2", chain=WORLD.fulcio.chain
    ),
    "smuggled-intermediate": bent(
        "smuggled anchor", "UNTRUSTED_CA", version="0.2", leaf=OTHER.leaf(), chain=SMUGGLED[:1]
    ),
    "smuggled-junk": bent("smuggled anchor", "ROOT_IN_BUNDLE", version="0.2", chain=[b"junk"]),
    "no-code-signing": bent("code-signing usage", "CERTIFICATE_PROFILE", leaf={"eku": ()}),
    "other-usage": bent(
        "code-signing usage", "CERTIFICATE_PROFILE", leaf={"eku": (ExtendedKeyUsageOID.CLIENT_AUTH,)}
    ),
    "no-key-usage": bent("code-signing usage", "CERTIFICATE_PROFILE", leaf={"usage": None}),
    "not-digital-signature": bent(
        "code-signing usage", "CERTIFICATE_PROFILE", leaf={"usage": ("key_encipherment",)}
    ),
    "ca-leaf": bent("CA leaf", "CERTIFICATE_PROFILE", leaf={"ca": True}),
    "ca-key-usage": bent(
        "CA leaf", "CERTIFICATE_PROFILE", leaf={"usage": ("digital_signature", "key_cert_sign")}
    ),
    "identity-prefix": bent("identity by substring", "WRONG_IDENTITY", expect={"identity": IDENTITY[:-1]}),
    "identity-suffix": bent("identity by substring", "WRONG_IDENTITY", expect={"identity": IDENTITY[8:]}),
    "identity-longer": bent("identity by substring", "WRONG_IDENTITY", leaf={"identity": IDENTITY + "2"}),
    "identity-case": bent(
        "identity by substring", "WRONG_IDENTITY", expect={"identity": IDENTITY.replace("acme", "Acme")}
    ),
    "identity-empty": bent("identity by substring", "WRONG_IDENTITY", expect={"identity": ""}),
    "identity-of-two": bent(
        "identity by substring",
        "CERTIFICATE_PROFILE",
        leaf={"san": [UniformResourceIdentifier(IDENTITY), RFC822Name("eve@example.org")]},
    ),
    "identity-in-subject-name": bent(
        "identity by substring", "CERTIFICATE_PROFILE", leaf={"san": [], "subject": (IDENTITY[:60],)}
    ),
    "issuer-prefix": bent("issuer by substring", "WRONG_ISSUER", expect={"issuer": ISSUER[:-1]}),
    "issuer-longer": bent("issuer by substring", "WRONG_ISSUER", leaf={"issuer": ISSUER + ".evil.test"}),
    "issuer-slash": bent("issuer by substring", "WRONG_ISSUER", expect={"issuer": ISSUER + "/"}),
    "issuer-missing": bent("issuer by substring", "WRONG_ISSUER", leaf={"issuer": None}),
    "issuer-missing-and-empty": bent(
        "issuer by substring", "WRONG_ISSUER", leaf={"issuer": None}, expect={"issuer": ""}
    ),
    "issuers-differ": bent(
        "issuer by substring", "CERTIFICATE_PROFILE", leaf={"issuer_v2": b"\x0c\x13https://evil.issuer"}
    ),
    "certificate-weak-key": bent("weak key", "WEAK_KEY", leaf={"key": RSA_1024}, signature=SIG),
    "certificate-and-key": case("certificate and key", "bundle-material", both()),
    "certificate-for-key": case("certificate and key", "WRONG_MATERIAL", WORLD.bundle(), key=MINE),
    "key-for-certificate": case("certificate and key", "WRONG_MATERIAL", WORLD.bundle(key=MINE)),
    "chain-in-v03": case(
        "certificate and key", "bundle-material", WORLD.bundle(chain=WORLD.fulcio.chain[:1])
    ),
    "sct-missing": bent("SCT", "SCT_MISSING", leaf={"scts": 0}),
    "sct-of-another-log": bent("SCT", "SCT_UNKNOWN_LOG", leaf={"ct_log": OTHER.ct_log}),
    "sct-by-another-key": bent("SCT", "SCT_INVALID", leaf={"sct": {"key": p256("thief")}}),
    "sct-from-the-future": bent("SCT", "SCT_IN_FUTURE", leaf={"sct": {"at": NOW + 1}}),
    "sct-of-another-time": bent("SCT", "SCT_INVALID", leaf={"sct": {"signed_at": 1}}),
    "sct-log-window": bent(
        "SCT",
        "SCT_LOG_NOT_VALID",
        root=WORLD.trusted_root(windows={"ct": (WORLD.now - 9, WORLD.now)}),
    ),
    # timestamps
    "stamp-over-other-bytes": bent("timestamp over other bytes", "TIMESTAMP_MISMATCH", **stamped(over=b"x")),
    "stamp-over-payload": bent("timestamp over other bytes", "TIMESTAMP_MISMATCH", **stamped(over=STATEMENT)),
    "stamp-other-digest-inside": bent(
        "timestamp over other bytes", "TIMESTAMP_SIGNATURE", **stamped(message_digest=bytes(32))
    ),
    "stamp-untrusted": bent("untrusted TSA", "TIMESTAMP_UNTRUSTED", **stamped(tsa=OTHER.tsa)),
    "stamp-by-thief": bent("untrusted TSA", "TIMESTAMP_SIGNATURE", **stamped(key=p256("thief"))),
    "stamp-not-granted": bent("untrusted TSA", "TIMESTAMP_NOT_GRANTED", **stamped(status=1)),
    "stamp-outside-window": bent(
        "timestamp outside windows",
        "TIMESTAMP_OUTSIDE_WINDOW",
        root=WORLD.trusted_root(windows={"tsa": (WORLD.now - 9, WORLD.now)}),
        rekor=2,
    ),
    "stamp-before-window": bent(
        "timestamp outside windows",
        "TIMESTAMP_OUTSIDE_WINDOW",
        root=WORLD.trusted_root(windows={"tsa": (WORLD.now + 2, None)}),
        rekor=2,
    ),
    "stamp-outside-certificate": case(
        "timestamp outside windows",
        "TIMESTAMP_CERTIFICATE_NOT_VALID",
        EARLY.bundle(rekor=2),
        root=EARLY.trusted_root(),
    ),
    "stamp-outside-anchor": case(
        "timestamp outside windows",
        "TIMESTAMP_CERTIFICATE_NOT_VALID",
        ENDED.bundle(rekor=2),
        root=ENDED.trusted_root(),
    ),
    "stamp-usage-missing": by_tsa(("TIMESTAMP_USAGE",), eku=()),
    "stamp-usage-other": by_tsa(("TIMESTAMP_USAGE",), eku=(CODE_SIGNING,)),
    "stamp-usage-more": by_tsa(("TIMESTAMP_USAGE",), eku=(TIME_STAMPING, CODE_SIGNING)),
    "stamp-usage-not-critical": by_tsa(("TIMESTAMP_USAGE",), eku_critical=False),
    "stamp-trailing-bytes": bent("timestamp encoding", "TIMESTAMP_MALFORMED", **stamped(trailing=b"\0")),
    "stamp-junk": changed(
        "timestamp encoding",
        "TIMESTAMP_MALFORMED",
        ("verificationMaterial", "timestampVerificationData", "rfc3161Timestamps", 0, "signedTimestamp"),
        b64(b"junk"),
        rekor=2,
    ),
    "stamp-twice": bent("timestamps duplicated", "bundle-timestamps", rekor=2, stamps=2),
    "stamps-33": case("too many timestamps", "bundle-timestamps", many_stamps(33)),
    "stamp-missing": bent("timestamp outside windows", WITHOUT, rekor=2, stamps=0),
    "stamp-injected-time": bent(
        "timestamp outside windows", WITHOUT, rekor=2, stamps=0, entry={"integrated_time": WORLD.now}
    ),
    # the log
    "log-missing": bent("unknown log", "LOG_MISSING", rekor=None),
    "log-unknown": bent("unknown log", "LOG_UNKNOWN", entry={"log": OTHER.rekor1}),
    "log-unknown-v2": bent("unknown log", "LOG_UNKNOWN", rekor=2, entry={"log": OTHER.rekor2}),
    "log-window": bent(
        "unknown log",
        "LOG_NOT_VALID",
        root=WORLD.trusted_root(windows={"rekor1": (WORLD.now - 9, WORLD.now + 1)}),
    ),
    "log-unproved": changed(
        "promise",
        "LOG_UNPROVED",
        ("verificationMaterial", "tlogEntries", 0, "inclusionPromise"),
        {"signedEntryTimestamp": b64(b"version 2 of the log makes no promises")},
        version="0.1",
        rekor=2,
        entry={"proof": False},
    ),
    "promise-by-thief": bent("promise", "LOG_PROMISE", entry={"promised": {"key": p256("thief")}}),
    "promise-other-index": bent("promise", "LOG_PROMISE", entry={"promised": {"index": 1}}),
    "promise-other-time": bent("promise", "LOG_PROMISE", entry={"promised": {"integrated_time": 1}}),
    "promise-other-body": bent("promise", "LOG_PROMISE", entry={"promised": {"body": b"{}"}}),
    "promise-junk": bent("promise", "LOG_PROMISE", entry={"promise": b"junk"}),
    "proof-empty": bent("inclusion proof", "LOG_INCLUSION", entry={"hashes": []}),
    "proof-short": bent("inclusion proof", "LOG_INCLUSION", entry={"hashes": [bytes(32)] * 3}),
    "proof-long": bent("inclusion proof", "LOG_INCLUSION", entry={"hashes": [bytes(32)] * 5}),
    "proof-of-64": bent("inclusion proof", "LOG_INCLUSION", entry={"hashes": [bytes(32)] * 64}),
    "proof-of-65": bent("inclusion proof", "bundle-inclusion-proof", entry={"hashes": [bytes(32)] * 65}),
    "proof-short-hash": bent("inclusion proof", "bundle-digest", entry={"hashes": [bytes(31)] * 4}),
    "proof-wrong-root": bent(
        "inclusion proof", "LOG_INCLUSION", entry={"root": bytes(32), "note": {"root": bytes(32)}}
    ),
    "proof-index-size": bent("inclusion proof", "LOG_INCLUSION", entry={"index": 12}),
    "proof-index-beyond": bent("inclusion proof", "LOG_INCLUSION", entry={"index": 2**62, "log_index": 5}),
    "proof-index-negative": bent("inclusion proof", "bundle-integer", entry={"index": -1}),
    "proof-index-other": bent("inclusion proof", "LOG_INCLUSION", entry={"index": 4}),
    "proof-missing": bent("inclusion proof", "bundle-proof-missing", entry={"proof": False}),
    "checkpoint-missing": bent("checkpoint", "bundle-proof-missing", entry={"checkpoint": False}),
    "checkpoint-unsigned": bent(
        "checkpoint", "CHECKPOINT_UNSIGNED", **note(signed=False, cosign=["witness.test"])
    ),
    "checkpoint-no-lines": bent("checkpoint", "CHECKPOINT_MALFORMED", **note(signed=False)),
    "checkpoint-by-thief": bent("checkpoint", "CHECKPOINT_SIGNATURE", **note(key=p256("thief"))),
    "checkpoint-other-name": bent("checkpoint", "CHECKPOINT_UNSIGNED", **note(note_name="rekor.other.test")),
    "checkpoint-other-hint": bent("checkpoint", "CHECKPOINT_UNSIGNED", **note(hint=b"\0\0\0\0")),
    "checkpoint-wrong-origin": bent(
        "checkpoint", "CHECKPOINT_UNSIGNED", **note(origin="rekor.other.test - 7")
    ),
    "checkpoint-no-origin": bent("checkpoint", "CHECKPOINT_ORIGIN", **note(origin=" - 7")),
    "checkpoint-wrong-origin-v2": bent(
        "checkpoint", "CHECKPOINT_ORIGIN", rekor=2, **note(origin="rekor.other.test")
    ),
    "checkpoint-wrong-size": bent("checkpoint", "CHECKPOINT_MISMATCH", **note(size=13)),
    "checkpoint-wrong-root": bent("checkpoint", "CHECKPOINT_MISMATCH", **note(root=bytes(32))),
    "checkpoint-junk-line": bent(
        "checkpoint", "CHECKPOINT_MALFORMED", **junk_note(lambda text: text + "junk\n")
    ),
    "checkpoint-junk-first": bent(
        "checkpoint", "CHECKPOINT_MALFORMED", **junk_note(lambda text: text.replace("\n\n", "\n\njunk\n", 1))
    ),
    "checkpoint-more-signed-text": bent(
        "checkpoint",
        "CHECKPOINT_SIGNATURE",
        **junk_note(lambda text: text.replace("\n\n", "\nmore\n\n", 1)),
    ),
    "checkpoint-not-a-note": bent("checkpoint", "CHECKPOINT_MALFORMED", **junk_note(lambda _: "junk")),
    "checkpoint-carriage-returns": bent(
        "checkpoint", "CHECKPOINT_MALFORMED", **junk_note(lambda text: text.replace("\n", "\r\n"))
    ),
    "entry-of-another-bundle": case("entry of another bundle", ("LOG_BODY_PAYLOAD",), spliced()),
    "entry-of-another-signature": bent(
        "entry of another bundle",
        "LOG_BODY_SIGNATURE",
        body=WORLD.body(
            CONTENT,
            WORLD.leaf(),
            "dsse",
            "0.0.1",
        ),
    ),
    "entry-of-another-key": bent(
        "entry of another bundle",
        "LOG_BODY_KEY",
        body=WORLD.body(CONTENT._replace(signature=SIG), WORLD.leaf(at=WORLD.now - 31), "dsse", "0.0.1"),
    ),
    "entry-of-another-digest": bent(
        "entry of another bundle",
        "LOG_BODY_DIGEST",
        rekor=2,
        body=WORLD.body(CONTENT._replace(signature=SIG, signed=b"x"), WORLD.leaf(), "hashedrekord", "0.0.2"),
    ),
    "entry-of-another-kind": case(
        "entry of another bundle",
        "LOG_BODY_KIND",
        WORLD.bundle(message=ARTIFACT, kind="dsse", body=WORLD.body(CONTENT, WORLD.leaf(), "dsse", "0.0.1")),
    ),
    "entry-says-another-kind": bent(
        "entry of another bundle",
        "LOG_BODY_UNREADABLE",
        entry={"kind": "hashedrekord"},
        inside="tlog-body-kind",
    ),
    "entry-of-an-unknown-kind": bent(
        "entry of another bundle",
        "LOG_BODY_UNREADABLE",
        body=jcs.dumps({"apiVersion": "0.0.1", "kind": "rfc3161", "spec": {}}),
        kind="rfc3161",
        inside="tlog-body-unknown",
    ),
    "leaf-hashed-as-node": bent("leaf and node confusion", "LOG_INCLUSION", rekor=2, entry=hashed_as_node()),
    "node-passed-off-as-leaf": bent(
        "leaf and node confusion",
        ("LOG_BODY_UNREADABLE", "LOG_INCLUSION"),
        body=NODE,
        entry=NODE_OPTIONS,
    ),
}
GOODS = {
    "certificate and Rekor 1": case("", (), WORLD.bundle()),
    "certificate, Rekor 2 and stamp": case("", (), WORLD.bundle(rekor=2)),
    "artifact": case("", (), WORLD.bundle(message=ARTIFACT)),
    "key": case("", (), WORLD.bundle(key=MINE), key=MINE),
    "32 timestamps": case("", (), many_stamps(32)),
    "signed at the last second": bent("", (), expect={"not_after": str(Instant(WORLD.now + 2))}),
    "of the right type": bent("", (), expect={"predicate_type": "https://example.org/predicate/v1"}),
}
