"""What a file of evidence says, before anybody has verified it.

Only what may be shown: the outer index and the integrated time of an entry without a promise are nobody's
word, and stay out.
"""

from typing import TYPE_CHECKING

from stella_git.attest.envelope import PAYLOAD_TYPE, Envelope
from stella_git.attest.statement import Statement
from stella_git.canon.digest import sha256
from stella_git.errors import InputError

if TYPE_CHECKING:
    from stella_git.attest.bundle import Bundle
    from stella_git.attest.tlog import TlogEntry
    from stella_git.canon.reader import Json

SCHEMA = "stella.evidence/1"


def describe(evidence: "Envelope | Bundle") -> "dict[str, Json]":
    """Return what evidence says, as plain JSON."""
    if isinstance(evidence, Envelope):
        return {"schema": SCHEMA, "form": "envelope", "verified": False, **_envelope(evidence)}
    described: dict[str, Json] = {"schema": SCHEMA, "form": "bundle", "verified": False}
    described["mediaType"] = evidence.media_type
    described |= _material(evidence)
    described["timestamps"] = len(evidence.timestamps)
    described["logEntries"] = [_entry(entry) for entry in evidence.tlog_entries]
    content = evidence.content
    if isinstance(content, Envelope):
        return described | _envelope(content)
    if content.digest is not None:
        described["messageDigest"] = f"{content.digest_algorithm}:{content.digest.hex()}"
    return described


def _envelope(envelope: Envelope) -> "dict[str, Json]":
    described: dict[str, Json] = {
        "envelope": str(envelope.digest()),
        "payloadType": envelope.payload_type,
        "payloadDigest": str(sha256(envelope.payload)),
        "payloadBytes": len(envelope.payload),
        "signatures": [{"keyid": one.keyid, "bytes": len(one.sig)} for one in envelope.signatures],
    }
    if envelope.payload_type == PAYLOAD_TYPE:
        described |= _statement(envelope.payload)
    return described


def _statement(payload: bytes) -> "dict[str, Json]":
    try:
        statement = Statement.from_bytes(payload)
    except InputError as error:
        return {"unreadable": f"{error} ({error.code})"}
    subjects: list[Json] = [
        {"name": subject.name or "", "digest": dict(subject.digest or {})} for subject in statement.subject
    ]
    return {"predicateType": statement.predicate_type, "subject": subjects}


def _material(bundle: "Bundle") -> "dict[str, Json]":
    if not bundle.certificates:
        return {"publicKeyHint": bundle.public_key_hint or ""}
    from stella_git.trust import x509

    leaf = x509.read_leaf(bundle.certificates[0])
    if isinstance(leaf, x509.Refusal):
        return {"certificate": {"refused": leaf.detail}}
    claims: dict[str, Json] = dict(leaf.claims)
    return {
        "certificate": {
            "subject": leaf.subject,
            "issuer": leaf.issuer,
            "notBefore": str(leaf.not_before),
            "notAfter": str(leaf.not_after),
            "claims": claims,
        }
    }


def _entry(entry: "TlogEntry") -> "dict[str, Json]":
    proof = entry.inclusion_proof
    described: dict[str, Json] = {
        "logId": entry.log_id.hex(),
        "kind": f"{entry.kind} {entry.version}",
        "promise": entry.inclusion_promise is not None,
        "proof": proof is not None,
    }
    if proof is not None:
        # as text, like everywhere in bundles: an int64 may be more than a JSON number can hold
        described |= {"index": str(proof.log_index), "treeSize": str(proof.tree_size)}
    return described
