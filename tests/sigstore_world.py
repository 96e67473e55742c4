"""A whole Sigstore for the tests: authority, certificate log, transparency logs v1 and v2, timestamps, root.

Nothing is drawn at random, no clock is read: the same arguments give the same bytes. What comes out is JSON
data (dicts) or bytes, so that a test may bend it once more; everything that goes in can be bent by keyword:

    world = World()
    world.bundle()                                        a statement, certificate, Rekor v1, v0.3
    world.bundle(rekor=2)                                 Rekor v2 and a timestamp
    world.bundle(message=b"artifact", key=p256("mine"))   a message signature with a public key
    world.bundle(leaf={"eku": ()})                        keywords of Fulcio.leaf
    world.bundle(entry={"integrated_time": 0})            keywords of RekorV1.entry, Log.proof ...
    world.bundle(entry={"note": {"origin": "other"}})     ... and Log.checkpoint
    world.bundle(stamp={"imprint": b"."}, rekor=2)        keywords of Tsa.stamp
    World("other").bundle()                               signed by a world that nobody trusts
"""

import hashlib
from typing import NamedTuple

import sigstore_log as logs
from sigstore_ca import Fulcio, Leaf
from sigstore_keys import b64, p256, prehash, sign, spki
from sigstore_tsa import Tsa
from stella_git.attest.envelope import PAYLOAD_TYPE, pae
from stella_git.canon import jcs
from stella_git.canon.clock import Instant, parse_rfc3339

NOW = parse_rfc3339("2026-06-01T00:00:00Z")
ARTIFACT = b"an artifact\n"
STATEMENT = jcs.dumps(
    {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "artifact.txt", "digest": {"sha256": hashlib.sha256(ARTIFACT).hexdigest()}}],
        "predicateType": "https://example.org/predicate/v1",
        "predicate": {"n": 1},
    }
)
MEDIA_TYPES = {
    "0.1": "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "0.2": "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "0.3": "application/vnd.dev.sigstore.bundle.v0.3+json",
    "0.3-alt": "application/vnd.dev.sigstore.bundle+json;version=0.3",
}
DEFAULT_ENTRY = {
    (1, "dsse"): "dsse",
    (1, "message"): "hashedrekord",
    (2, "dsse"): "hashedrekord",
    (2, "message"): "hashedrekord",
}


class Content(NamedTuple):
    """What is signed: its JSON in the bundle, the signature, and what a log writes down."""

    member: dict
    signature: bytes
    payload: bytes | None
    signed: bytes


class World:
    """One Sigstore instance.

    Args:
        label: names it; its keys follow from the name.
        now: the moment of signing, seconds since the epoch or an Instant.
        options: keywords for `Fulcio` (``fulcio``) and `Tsa` (``tsa``).
    """

    def __init__(self, label="world", *, now=NOW, fulcio=None, tsa=None):
        self.label = label
        self.now = now.seconds if isinstance(now, Instant) else now
        self.fulcio = Fulcio(label, self.now, **(fulcio or {}))
        self.ct_log = self.fulcio.ct_log
        self.rekor1, self.rekor2 = logs.RekorV1(label, self.now), logs.RekorV2(label, self.now)
        self.tsa = Tsa(label, self.now, **(tsa or {}))

    def leaf(self, key=None, **knobs):
        return self.fulcio.leaf(key, **knobs)

    # ---- trusted root and signing config ----------------------------------------------------------

    def trusted_root(self, *, fulcio=None, tsa=None, windows=None, **members):
        """Return a trusted root as JSON.

        Args:
            fulcio, tsa: DER chains instead of the true ones.
            windows: name (fulcio, tsa, ct, rekor1, rekor2) to (first, last) second; last may be None.
            members: whole members of the document, as they are.
        """
        window = {"fulcio": None, "tsa": None, "ct": None, "rekor1": None, "rekor2": None} | (windows or {})
        inside = {name: self._window(value) for name, value in window.items()}
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [self.rekor1.instance(inside["rekor1"]), self.rekor2.instance(inside["rekor2"])],
            "certificateAuthorities": [
                _authority("sigstore", self.fulcio.uri, fulcio or self.fulcio.chain, inside["fulcio"])
            ],
            "ctlogs": [_ct_instance(self.ct_log, inside["ct"])],
            "timestampAuthorities": [_authority("tsa", self.tsa.uri, tsa or self.tsa.chain, inside["tsa"])],
        } | members

    def _window(self, value):
        start, end = value or (self.now - 365 * 86_400, None)
        return {"validFor": {"start": str(Instant(start))} | ({"end": str(Instant(end))} if end else {})}

    # ---- bundles ----------------------------------------------------------------------------------

    def bundle(
        self,
        payload=STATEMENT,
        *,
        message=None,
        key=None,
        rekor=1,
        stamps=None,
        version="0.3",
        kind=None,
        leaf=None,
        entry=None,
        stamp=None,
        chain=None,
        hint=None,
        payload_type=PAYLOAD_TYPE,
        signature=None,
        signer=None,
        keyid=None,
        body=None,
        entries=None,
        digest=True,
        **members,
    ):
        """Return a bundle as JSON.

        Args:
            payload: a statement for an envelope; message: bytes for a message signature instead.
            key: sign with this private key and name no certificate; hint replaces its hint.
            rekor: 1, 2, or None for no log; kind: of the entry (dsse, intoto, hashedrekord); entry: keywords
                for the log's `entry`, with ``log`` for another log; body: bytes of the entry as they are;
                entries: these entries instead.
            stamps: how many timestamps; one with Rekor v2 or without a log, else none; stamp: keywords of
                `Tsa.stamp`, with ``tsa`` for another authority and ``over`` for other bytes.
            version: 0.1, 0.2, 0.3 or 0.3-alt.
            leaf: keywords of `Fulcio.leaf`, or a `Leaf`; chain: DER certificates that follow it.
            signature: these bytes; signer: another private key than the certified one; keyid of the envelope.
            digest: whether a message signature carries its digest.
            members: whole members of the bundle, as they are.
        """
        who = Leaf(None, key, ()) if key else leaf if isinstance(leaf, Leaf) else self.leaf(**(leaf or {}))
        private = signer or who.key
        if message is None:
            content = _envelope(payload, payload_type, private, signature, keyid)
        else:
            content = _message(message, private, signature, digest=digest)
        if entries is None:
            entries = (
                [] if rekor is None else [self.entry(content, who, rekor, kind, payload_type, body, entry)]
            )
        count = (0 if rekor == 1 else 1) if stamps is None else stamps
        material = _key_material(who, version, chain, hint) | ({"tlogEntries": entries} if entries else {})
        if count:
            made = self.stamp(content, stamp)
            material["timestampVerificationData"] = {
                "rfc3161Timestamps": [{"signedTimestamp": b64(made)}] * count
            }
        return (
            {"mediaType": MEDIA_TYPES[version], "verificationMaterial": material} | content.member | members
        )

    def stamp(self, content, knobs=None):
        """Return the DER of a timestamp over the signature of a content."""
        knobs = dict(knobs or {})
        tsa, over = knobs.pop("tsa", self.tsa), knobs.pop("over", content.signature)
        return tsa.stamp(over, **knobs)

    def entry(self, content, who, rekor=1, kind=None, payload_type=PAYLOAD_TYPE, body=None, knobs=None):
        """Return the entry that a log makes of a content."""
        knobs = dict(knobs or {})
        kind = kind or DEFAULT_ENTRY[rekor, "message" if content.payload is None else "dsse"]
        version = "0.0.2" if rekor == 2 or kind == "intoto" else "0.0.1"
        log = knobs.pop("log", self.rekor1 if rekor == 1 else self.rekor2)
        made = body if body is not None else self.body(content, who, kind, version, payload_type)
        return log.entry(made, knobs.pop("kind", kind), knobs.pop("version", version), **knobs)

    def body(self, content, who, kind, version, payload_type=PAYLOAD_TYPE):
        """Return the canonical body of an entry about a content."""
        signature, payload = content.signature, content.payload
        if kind == "hashedrekord":
            name, function = prehash(who.key) if version == "0.0.2" else ("sha256", hashlib.sha256)
            made = logs.hashedrekord_002 if version == "0.0.2" else logs.hashedrekord_001
            return made(who, signature, function(content.signed).digest(), algorithm=name)
        if version == "0.0.2" and kind == "dsse":
            return logs.dsse_002(who, signature, payload)
        envelope = jcs.dumps(content.member["dsseEnvelope"])
        if kind == "intoto":
            return logs.intoto_002(who, signature, payload, envelope, payload_type=payload_type)
        return logs.dsse_001(who, signature, payload, envelope)


def hint_of(key):
    """Return the hint of a public key: base64 of the SHA-256 of its DER SPKI."""
    return b64(hashlib.sha256(spki(key)).digest())


def to_bytes(bundle):
    """Return the JSON of a bundle or trusted root."""
    return jcs.dumps(bundle)


def _envelope(payload, payload_type, key, signature, keyid):
    signed = pae(payload_type, payload)
    made = signature if signature is not None else sign(key, signed)
    one = {"sig": b64(made)} | ({"keyid": keyid} if keyid is not None else {})
    member = {"dsseEnvelope": {"payload": b64(payload), "payloadType": payload_type, "signatures": [one]}}
    return Content(member, made, payload, signed)


def _message(message, key, signature, *, digest):
    made = signature if signature is not None else sign(key, message)
    name, function = prehash(key)
    said = {"messageDigest": {"algorithm": name, "digest": b64(function(message).digest())}} if digest else {}
    return Content({"messageSignature": said | {"signature": b64(made)}}, made, None, message)


def _key_material(who, version, chain, hint):
    if who.der is None:
        return {"publicKey": {"hint": hint_of(who.key) if hint is None else hint}}
    if version in {"0.3", "0.3-alt"} and chain is None:
        return {"certificate": {"rawBytes": b64(who.der)}}
    carried = (who.der, *(who.chain[:-1] if chain is None else chain))
    return {"x509CertificateChain": {"certificates": [{"rawBytes": b64(one)} for one in carried]}}


def _authority(common, uri, chain, window):
    return {
        "subject": {"organization": "sigstore.test", "commonName": common},
        "uri": uri,
        "certChain": {"certificates": [{"rawBytes": b64(one)} for one in chain]},
    } | window


def _ct_instance(log, window):
    return {
        "baseUrl": log.url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {"rawBytes": b64(spki(log.key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256"} | window,
        "logId": {"keyId": b64(log.log_id)},
    }


MINE = p256("mine")
