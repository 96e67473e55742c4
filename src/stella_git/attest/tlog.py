"""Entries of a transparency log as a Sigstore bundle carries them.

Source: protobuf-specs, sigstore_rekor.proto (TransparencyLogEntry, InclusionProof).
"""

from dataclasses import dataclass

from stella_git.attest import protojson
from stella_git.attest.base64text import encode
from stella_git.attest.members import Members, Object, Path, refuse
from stella_git.canon.reader import Json

MAX_HASHES = 64
_AGAIN = "get the original bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """A proof that an entry is in a tree.

    Args:
        log_index: 0-based index of the leaf.
        root_hash: 32 bytes.
        tree_size: number of leaves.
        hashes: 32 bytes each, from the leaf upwards.
        checkpoint: the signed note of the head, "" if there is none.
    """

    log_index: int
    root_hash: bytes
    tree_size: int
    hashes: tuple[bytes, ...]
    checkpoint: str = ""

    def to_json(self) -> Object:
        """Return ``{logIndex, rootHash, treeSize, hashes?, checkpoint?}``."""
        members: Object = {
            "logIndex": str(self.log_index),
            "rootHash": encode(self.root_hash),
            "treeSize": str(self.tree_size),
        }
        if self.hashes:
            members["hashes"] = [encode(one) for one in self.hashes]
        if self.checkpoint:
            members["checkpoint"] = {"envelope": self.checkpoint}
        return members


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogEntry:
    """One entry; nothing of it is verified by reading.

    Args:
        log_index: 0-based index that the log claims; only a promise signs it.
        log_id: 32 bytes that name the log's key.
        kind: such as ``hashedrekord``.
        version: such as ``0.0.2``.
        integrated_time: seconds since the epoch, UTC; only a promise signs it; None if absent.
        inclusion_promise: signed entry timestamp, DER; None if absent.
        inclusion_proof: None if absent.
        body: canonicalized body: the bytes of the leaf.
    """

    log_index: int
    log_id: bytes
    kind: str
    version: str
    integrated_time: int | None
    inclusion_promise: bytes | None
    inclusion_proof: InclusionProof | None
    body: bytes

    def to_json(self) -> Object:
        """Return the entry with 64-bit integers as strings; absent members are absent."""
        members: Object = {
            "logIndex": str(self.log_index),
            "logId": {"keyId": encode(self.log_id)},
            "kindVersion": {"kind": self.kind, "version": self.version},
            "canonicalizedBody": encode(self.body),
        }
        if self.integrated_time is not None:
            members["integratedTime"] = str(self.integrated_time)
        if self.inclusion_promise is not None:
            members["inclusionPromise"] = {"signedEntryTimestamp": encode(self.inclusion_promise)}
        if self.inclusion_proof is not None:
            members["inclusionProof"] = self.inclusion_proof.to_json()
        return members


def read_entry(value: Json, path: Path = ()) -> TlogEntry:
    """Return the entry in parsed JSON, in which no member is null.

    Raises:
        InputError: ``bundle-tlog-entry``, ``bundle-inclusion-proof``, ``bundle-integer``, ``bundle-digest``,
            ``bundle-base64``.
    """
    members = Members(value, path, code="bundle-tlog-entry")
    kind = members.inner("kindVersion")
    promise = proof = None
    if members.has("inclusionPromise"):
        inner = members.inner("inclusionPromise")
        promise = protojson.filled(inner, "signedEntryTimestamp", code="bundle-base64")
    if members.has("inclusionProof"):
        proof = _read_proof(members.raw("inclusionProof"), (*path, "inclusionProof"))
    log_id = members.inner("logId")
    return TlogEntry(
        log_index=_integer(members, "logIndex", missing=0) or 0,
        log_id=protojson.digest32(log_id.raw("keyId"), (*log_id.path, "keyId"), code="bundle-digest"),
        kind=kind.text("kind"),
        version=kind.text("version"),
        integrated_time=_integer(members, "integratedTime", missing=None),
        inclusion_promise=promise,
        inclusion_proof=proof,
        body=protojson.filled(members, "canonicalizedBody", code="bundle-base64"),
    )


def _read_proof(value: Json, path: Path) -> InclusionProof:
    members = Members(value, path, code="bundle-inclusion-proof")
    checkpoint = ""
    if members.has("checkpoint"):
        checkpoint = members.inner("checkpoint").any_text_or_none("envelope") or ""
    hashes = members.peek("hashes")
    if isinstance(hashes, list) and len(hashes) > MAX_HASHES:
        raise refuse(
            f"a proof has at most {MAX_HASHES} hashes, this one {len(hashes)}",
            (*path, "hashes"),
            code="bundle-inclusion-proof",
            remedy=_AGAIN,
        )
    return InclusionProof(
        log_index=_integer(members, "logIndex", missing=0) or 0,
        root_hash=protojson.digest32(members.raw("rootHash"), (*path, "rootHash"), code="bundle-digest"),
        tree_size=protojson.int64(members.raw("treeSize"), (*path, "treeSize"), code="bundle-integer"),
        hashes=members.array_or_none("hashes", _read_hash) or (),
        checkpoint=checkpoint,
    )


def _read_hash(value: Json, path: Path) -> bytes:
    return protojson.digest32(value, path, code="bundle-digest")


def _integer(members: Members, name: str, *, missing: int | None) -> int | None:
    if not members.has(name):  # protobuf leaves a zero out
        return missing
    return protojson.int64(members.raw(name), (*members.path, name), code="bundle-integer")
