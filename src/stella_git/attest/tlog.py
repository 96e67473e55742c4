"""Entries of a transparency log as a Sigstore bundle carries them.

Source: protobuf-specs, sigstore_rekor.proto (TransparencyLogEntry, InclusionProof), JSON mapping of protobuf.
"""

from dataclasses import dataclass

from stella_git.attest import base64text
from stella_git.attest.members import Members, Path, refuse
from stella_git.canon.reader import Json

DIGEST_SIZE = 32
MAX_HASHES = 64
_INT64 = 2**63 - 1
_DIGITS = frozenset("0123456789")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogEntry:
    """One entry; nothing of it is verified by reading.

    Args:
        log_index: index that the log claims; only a promise signs it.
        log_id: 32 bytes that name the log's key.
        kind: such as ``hashedrekord``.
        version: such as ``0.0.2``.
        integrated_time: seconds since the epoch; only a promise signs it.
        inclusion_promise: signed entry timestamp.
        inclusion_proof: the proof.
        body: canonicalized body, the bytes of the leaf.
    """

    log_index: int
    log_id: bytes
    kind: str
    version: str
    integrated_time: int | None
    inclusion_promise: bytes | None
    inclusion_proof: InclusionProof | None
    body: bytes


def int64(value: Json, path: Path, *, code: str) -> int:
    """Return a protobuf int64 that is not negative, written as a string or as a number."""
    if isinstance(value, str) and value and _DIGITS.issuperset(value) and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _INT64:
        raise refuse("must be an integer of 0 or more", path, code=code, remedy="get the original bundle")
    return value


def digest32(value: Json, path: Path, *, code: str) -> bytes:
    data = base64text.decode(value, path, code=code)
    if len(data) != DIGEST_SIZE:
        raise refuse("must be 32 bytes", path, code=code, remedy="get the original bundle")
    return data


def read_entry(value: Json, path: Path) -> TlogEntry:
    members = Members(value, path, code="bundle-tlog-entry")
    kind = members.inner("kindVersion")
    promise = members.inner("inclusionPromise") if members.peek("inclusionPromise") is not None else None
    stamp = None
    if promise is not None:
        stamp = base64text.decode(promise.raw("signedEntryTimestamp"), (*path, "inclusionPromise"), code="bundle-base64")
    proof = None
    if members.peek("inclusionProof") is not None:
        proof = _read_proof(members.raw("inclusionProof"), (*path, "inclusionProof"))
    time = members.peek("integratedTime")
    return TlogEntry(
        log_index=int64(members.peek("logIndex") or 0, (*path, "logIndex"), code="bundle-integer"),
        log_id=digest32(members.inner("logId").raw("keyId"), (*path, "logId", "keyId"), code="bundle-digest"),
        kind=kind.text("kind"),
        version=kind.text("version"),
        integrated_time=None if time is None else int64(time, (*path, "integratedTime"), code="bundle-integer"),
        inclusion_promise=stamp,
        inclusion_proof=proof,
        body=base64text.decode(members.raw("canonicalizedBody"), (*path, "canonicalizedBody"), code="bundle-base64"),
    )


def _read_proof(value: Json, path: Path) -> InclusionProof:
    members = Members(value, path, code="bundle-inclusion-proof")
    checkpoint = ""
    if members.peek("checkpoint") is not None:
        checkpoint = members.inner("checkpoint").text("envelope")
    hashes = members.peek("hashes") or []
    if not isinstance(hashes, list) or len(hashes) > MAX_HASHES:
        raise refuse("hashes must be an array", path, code="bundle-inclusion-proof", remedy="get the original bundle")
    return InclusionProof(
        log_index=int64(members.peek("logIndex") or 0, (*path, "logIndex"), code="bundle-integer"),
        root_hash=digest32(members.raw("rootHash"), (*path, "rootHash"), code="bundle-digest"),
        tree_size=int64(members.raw("treeSize"), (*path, "treeSize"), code="bundle-integer"),
        hashes=tuple(digest32(one, (*path, "hashes", i), code="bundle-digest") for i, one in enumerate(hashes)),
        checkpoint=checkpoint,
    )
