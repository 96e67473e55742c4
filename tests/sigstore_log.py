"""Transparency logs, like Rekor v1 and v2, for the tests: entries, promises, proofs and checkpoints.

Source: the entry types of Rekor; C2SP signed-note and tlog-checkpoint; RFC 9162 section 2.1.
"""

import hashlib

from sigstore_ca import pem
from sigstore_keys import b64, ed, key_details, p256, prehash, raw_ed25519, sign, spki, spki_pem
from stella_git.canon import jcs, merkle

TREE_ID = 1193050959916656506


def _body(kind, version, spec):
    return jcs.dumps({"apiVersion": version, "kind": kind, "spec": spec})


def _verifier_pem(leaf):
    return b64(pem(leaf.der) if leaf.der else spki_pem(leaf.key))


def hashedrekord_001(leaf, signature, digest, *, algorithm="sha256"):
    """Return the canonical body; leaf.der is None for a bare public key, digest is of the artifact."""
    return _body(
        "hashedrekord",
        "0.0.1",
        {
            "data": {"hash": {"algorithm": algorithm, "value": digest.hex()}},
            "signature": {"content": b64(signature), "publicKey": {"content": _verifier_pem(leaf)}},
        },
    )


def dsse_001(leaf, signature, payload, envelope):
    return _body(
        "dsse",
        "0.0.1",
        {
            "envelopeHash": {"algorithm": "sha256", "value": hashlib.sha256(envelope).hexdigest()},
            "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()},
            "signatures": [{"signature": b64(signature), "verifier": _verifier_pem(leaf)}],
        },
    )


def intoto_002(leaf, signature, payload, envelope, *, payload_type):
    """Return the canonical body; the signature is in base64 twice, as Rekor writes it."""
    inner = {
        "payloadType": payload_type,
        "signatures": [{"publicKey": _verifier_pem(leaf), "sig": b64(b64(signature).encode())}],
    }
    return _body(
        "intoto",
        "0.0.2",
        {
            "content": {
                "envelope": inner,
                "hash": {"algorithm": "sha256", "value": hashlib.sha256(envelope).hexdigest()},
                "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()},
            }
        },
    )


def _signature_v2(leaf, signature):
    key = (
        {"x509Certificate": {"rawBytes": b64(leaf.der)}}
        if leaf.der
        else {"publicKey": {"rawBytes": b64(spki(leaf.key))}}
    )
    return {"content": b64(signature), "verifier": key | {"keyDetails": key_details(leaf.key)}}


def hashedrekord_002(leaf, signature, digest, *, algorithm=None):
    """Return the canonical body; digest is of the artifact, or of the PAE of an envelope."""
    data = {"algorithm": algorithm or prehash(leaf.key)[0], "digest": b64(digest)}
    return _body(
        "hashedrekord",
        "0.0.2",
        {"hashedRekordV002": {"data": data, "signature": _signature_v2(leaf, signature)}},
    )


def dsse_002(leaf, signature, payload):
    data = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(payload).digest())}
    return _body(
        "dsse", "0.0.2", {"dsseV002": {"payloadHash": data, "signatures": [_signature_v2(leaf, signature)]}}
    )


class Log:
    """What both logs do: a tree with entries before and after ours, and a signed checkpoint over it.

    Args:
        label: names it and makes its key.
        now: seconds since the epoch.
    """

    def __init__(self, label, now):
        self.now, self.host = now, self.HOST.format(label=label)
        self.url = f"https://{self.host}"

    def others(self, count, start=0):
        """Return the leaves of somebody else's entries."""
        return [f"{self.host} entry {number}".encode() for number in range(start, start + count)]

    def checkpoint(
        self,
        size,
        root,
        *,
        origin=None,
        extensions=(),
        key=None,
        note_name=None,
        hint=None,
        signed=True,
        cosign=(),
    ):
        """Return a signed note.

        Args:
            size, root: of the tree, 32 bytes.
            origin, extensions: its first line and those after the root.
            key, note_name, hint: who signs, under which name and 4 bytes; signed: False for a note without
                the log's line.
            cosign: names of witnesses whose lines follow.
        """
        text = "\n".join([origin or self.origin, str(size), b64(root), *extensions]) + "\n"
        lines = []
        if signed:
            line = (hint or self.hint) + sign(key or self.key, text.encode())
            lines.append(f"\u2014 {note_name or self.host} {b64(line)}\n")
        for witness in cosign:
            line = hashlib.sha256(witness.encode()).digest()[:4] + ed(witness).sign(text.encode())
            lines.append(f"\u2014 {witness} {b64(line)}\n")
        return f"{text}\n{''.join(lines)}"

    def proof(
        self,
        body,
        *,
        before=5,
        after=6,
        index=None,
        size=None,
        root=None,
        hashes=None,
        checkpoint=None,
        note=None,
    ):
        """Return an InclusionProof of a leaf as JSON.

        Args:
            body: the leaf.
            before, after: how many entries stand on either side, or a list of leaves.
            index, size, root, hashes: what the proof claims instead of what is true.
            checkpoint: text instead of the true note, or False for none.
            note: keywords for `checkpoint`, where ``size`` and ``root`` replace the true ones as well.
        """
        left = self.others(before) if isinstance(before, int) else list(before)
        right = self.others(after, 1000) if isinstance(after, int) else list(after)
        digests = [merkle.leaf_hash(leaf) for leaf in (*left, body, *right)]
        true_root = merkle.root_of_digests(digests)
        path = merkle.inclusion_proof(digests, len(left)) if hashes is None else hashes
        found = {
            "logIndex": str(len(left) if index is None else index),
            "rootHash": b64(true_root if root is None else root),
            "treeSize": str(len(digests) if size is None else size),
            "hashes": [b64(one) for one in path],
        }
        if checkpoint is not False:
            options = {"size": len(digests), "root": true_root} | (note or {})
            found["checkpoint"] = {"envelope": checkpoint or self.checkpoint(**options)}
        return found

    def instance(self, window=None, **changes):
        """Return the TransparencyLogInstance of a trusted root as JSON; window is two Instants, or None."""
        return {
            "baseUrl": self.url,
            "hashAlgorithm": "SHA2_256",
            "publicKey": {"rawBytes": b64(spki(self.key)), "keyDetails": key_details(self.key)}
            | (window or {}),
            "logId": {"keyId": b64(self.log_id)},
        } | changes


class RekorV1(Log):
    """Rekor v1: P-256, promises with a time, an index beyond the tree of one shard."""

    HOST, SHARD = "rekor.{label}.test", 1_000_000

    def __init__(self, label, now):
        super().__init__(label, now)
        self.key = p256(f"{label} rekor v1")
        self.log_id = hashlib.sha256(spki(self.key)).digest()
        self.hint, self.origin = self.log_id[:4], f"{self.host} - {TREE_ID}"

    def set(self, body, index, integrated_time, *, key=None, log_id=None):
        """Return the signed entry timestamp."""
        said = {"body": b64(body), "integratedTime": integrated_time, "logID": (log_id or self.log_id).hex()}
        return sign(key or self.key, jcs.dumps(said | {"logIndex": index}))

    def entry(
        self,
        body,
        kind,
        version="0.0.1",
        *,
        integrated_time=None,
        log_index=None,
        log_id=None,
        promise=True,
        promised=None,
        proof=True,
        **knobs,
    ):
        """Return a TransparencyLogEntry as JSON.

        Args:
            integrated_time: seconds since the epoch.
            log_index: of the whole log; the index in the tree is the proof's.
            promise: True, False, or the bytes of a SET; promised: keywords that replace what the SET says.
            proof: False for none; further keywords go to `Log.proof`.
        """
        at = self.now + 2 if integrated_time is None else integrated_time
        made = self.proof(body, **knobs)
        index = self.SHARD + int(made["logIndex"]) if log_index is None else log_index
        found = _entry(body, kind, version, index, log_id or self.log_id) | {"integratedTime": str(at)}
        if promise:
            said = {"body": body, "index": index, "integrated_time": at} | (promised or {})
            signature = promise if isinstance(promise, bytes) else self.set(**said)
            found["inclusionPromise"] = {"signedEntryTimestamp": b64(signature)}
        return found | ({"inclusionProof": made} if proof else {})


class RekorV2(Log):
    """Rekor v2: Ed25519, no time and no promise; its id is the key id of its checkpoints."""

    HOST = "log2026-1.rekor.{label}.test"

    def __init__(self, label, now):
        super().__init__(label, now)
        self.key = ed(f"{label} rekor v2")
        self.origin = self.host
        self.log_id = note_key_id(self.host, self.key)
        self.hint = self.log_id[:4]

    def entry(
        self,
        body,
        kind,
        version="0.0.2",
        *,
        log_index=None,
        log_id=None,
        integrated_time=None,
        proof=True,
        **knobs,
    ):
        """Return a TransparencyLogEntry as JSON; integrated_time is injected, as nothing signs it."""
        made = self.proof(body, **knobs)
        index = int(made["logIndex"]) if log_index is None else log_index
        found = _entry(body, kind, version, index, log_id or self.log_id)
        if integrated_time is not None:
            found["integratedTime"] = str(integrated_time)
        return found | ({"inclusionProof": made} if proof else {})


def note_key_id(origin, key):
    """Return the 32 bytes whose first four are the hint. Source: C2SP signed-note, "Signatures"."""
    return hashlib.sha256(origin.encode() + b"\n\x01" + raw_ed25519(key)).digest()


def _entry(body, kind, version, index, log_id):
    return {
        "logIndex": str(index),
        "logId": {"keyId": b64(log_id)},
        "kindVersion": {"kind": kind, "version": version},
        "canonicalizedBody": b64(body),
    }
