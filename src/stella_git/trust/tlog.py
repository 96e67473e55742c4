"""Transparency log entries: the log of the trusted root holds *this* signature, and promised when.

Each entry is checked alone, and every entry of a bundle has to hold:

1. *log*: its log is in the trusted root, and its key counted at the time.
2. *entry*: what the log holds is what the bundle holds: digest, signature and key (CVE-2022-36056).
3. *promise*: the signed entry timestamp, if there is one; only that makes the integrated time trusted, and
   only in version 1 of the log. Indices and times outside of what is signed are never used.
4. *checkpoint*: the head of the log, signed by the log's key under the log's name.
5. *inclusion*: the entry is in the tree of that checkpoint.

Source: Sigstore client specification, "Transparency Log Entry"; RFC 9162 section 2.1.3 (inclusion); C2SP
signed-note and tlog-checkpoint; Rekor (signed entry timestamp: JCS of body, integratedTime, logID, logIndex).
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest import base64text, checkpoint, rekor
from stella_git.canon import jcs, merkle
from stella_git.canon.clock import Instant
from stella_git.errors import InputError
from stella_git.trust import nativekeys
from stella_git.trust.checkpoints import check_head, refuse_head
from stella_git.trust.report import FAILED, PASSED, Check, failed, passed, skipped
from stella_git.trust.validity import TrustedTime

if TYPE_CHECKING:
    from stella_git.attest.tlog import InclusionProof, TlogEntry
    from stella_git.attest.trustedroot import LogKey, TrustedRoot
    from stella_git.canon.reader import Json

_AGAIN = "get the original bundle, or sign and log it again"
_NEVER_PROMISED = {("hashedrekord", "0.0.2"), ("dsse", "0.0.2")}  # version 2 of the log has no promises


class Signed(NamedTuple):
    """What a bundle holds, as a log entry has to hold it too.

    Args:
        signature: the raw signature bytes.
        spki: DER SPKI of the key that has to have made it.
        certificate: DER of the signing certificate; None for a plain key.
        digests: hashlib name to digest: of the artifact, or of the PAE of an envelope.
        payload: payload of an envelope; None for an artifact.
        payload_type: its type; None for an artifact.
    """

    signature: bytes
    spki: bytes
    certificate: bytes | None
    digests: dict[str, bytes]
    payload: bytes | None = None
    payload_type: str | None = None


def check_entry(
    entry: "TlogEntry", signed: Signed, root: "TrustedRoot", *, times: Sequence[TrustedTime], now: Instant
) -> tuple[tuple[Check, ...], TrustedTime | None]:
    """Return the checks of one entry, and the time that its log promised, if the promise is good.

    Args:
        entry: as it was read.
        signed: what the bundle around it holds.
        root: names the logs.
        times: trusted times from elsewhere; they say when the log's key had to count.
        now: stands for the time of logging where nothing else does.
    """
    logs = [log for log in root.logs if log.log_id == entry.log_id]
    if not logs:
        return (_unknown(entry),), None
    promise, time = _check_promise(entry, logs[0])
    log = _valid(logs, [time] if time is not None else times, now)
    if log is None:
        return (_outside(entry, logs[0]),), None
    inclusion = _check_inclusion(entry, log)
    shown = [check for check in (promise, inclusion[0]) if check.status == PASSED]
    checks = (
        passed("log", log.base_url or entry.log_id.hex()[:16]) if shown else _unproved(promise, *inclusion),
        _check_body(entry, signed),
        promise,
        *inclusion,
    )
    return checks, time if all(check.status != FAILED for check in checks) else None


def _unknown(entry: "TlogEntry") -> Check:
    return failed(
        "log",
        f"the log {entry.log_id.hex()[:16]} is not in the trusted root",
        code="LOG_UNKNOWN",
        remedy="give the trusted root of the instance that logged it: --trusted-root FILE",
    )


def _outside(entry: "TlogEntry", log: "LogKey") -> Check:
    name = log.base_url or entry.log_id.hex()[:16]
    return failed(
        "log",
        f"the key of {name} did not count when the entry was made",
        code="LOG_NOT_VALID",
        remedy="give the trusted root of the instance that logged it: --trusted-root FILE",
    )


def _unproved(*checks: Check) -> Check:
    """Return why nothing is shown: the failure that the other checks name, or that nothing was given."""
    if any(check.status == FAILED for check in checks):
        return skipped("log", "neither its promise nor its head is good")
    return failed(
        "log",
        "neither a promise nor a signed head of the log is given",
        code="LOG_UNPROVED",
        remedy=_AGAIN,
    )


def _valid(logs: Sequence["LogKey"], times: Sequence[TrustedTime], now: Instant) -> "LogKey | None":
    moments = [time.instant for time in times] or [now]
    return next((log for log in logs if any(log.window.contains(at) for at in moments)), None)


# 2. The body: what the log holds is what the bundle holds.


def _check_body(entry: "TlogEntry", signed: Signed) -> Check:
    try:
        body = rekor.parse_body(entry.body, entry.kind, entry.version)
    except InputError as error:
        return _mismatch(f"{error} ({error.code})", "LOG_BODY_UNREADABLE")
    if signed.payload is None and body.kind != "hashedrekord":
        return _mismatch(f"a {body.kind} entry is not about an artifact", "LOG_BODY_KIND")
    if not signed.digests:  # the check of the artifact has failed already
        return skipped("entry", "there is no artifact to compare it with")
    if body.digest is not None and signed.digests.get(body.digest_algorithm) != body.digest:
        return _mismatch("it is about other bytes: another digest", "LOG_BODY_DIGEST")
    if body.payload_digest is not None and not _is_payload(body, signed):
        return _mismatch("it is about another payload", "LOG_BODY_PAYLOAD")
    if [logged.signature for logged in body.signatures] != [signed.signature]:
        return _mismatch("it holds another signature", "LOG_BODY_SIGNATURE")
    key = body.signatures[0].key
    if key.certificate != signed.certificate or (key.spki is not None and key.spki != signed.spki):
        return _mismatch("it holds another certificate or key", "LOG_BODY_KEY")
    return passed("entry", f"{entry.kind} {entry.version} holds this signature")


def _is_payload(body: rekor.LogBody, signed: Signed) -> bool:
    payload = signed.payload or b""
    return (
        body.digest_algorithm == "sha256"
        and hashlib.sha256(payload).digest() == body.payload_digest
        and body.payload in (None, payload)
        and body.payload_type in (None, signed.payload_type)
    )


def _mismatch(detail: str, code: str) -> Check:
    return failed(
        "entry", f"the log entry does not belong to this bundle: {detail}", code=code, remedy=_AGAIN
    )


# 3. The promise: a signed entry timestamp.


def _check_promise(entry: "TlogEntry", log: "LogKey") -> tuple[Check, TrustedTime | None]:
    if entry.inclusion_promise is None or (entry.kind, entry.version) in _NEVER_PROMISED:
        return skipped("promise", "there is none: the integrated time proves nothing, and is not used"), None
    key = nativekeys.load(log.key, log.details)
    at = _time(entry)
    signed = _promised(entry)
    if at is None or signed is None or key is None or not key.verify(signed, entry.inclusion_promise):
        check = failed(
            "promise",
            "the signed entry timestamp is not the log's over this entry",
            code="LOG_PROMISE",
            remedy=_AGAIN,
        )
        return check, None
    return passed("promise", f"logged at {at}"), TrustedTime(at, f"log:{log.base_url or 'unnamed'}")


def _time(entry: "TlogEntry") -> Instant | None:
    try:
        return None if entry.integrated_time is None else Instant(entry.integrated_time)
    except InputError:  # after the year 9999
        return None


def _promised(entry: "TlogEntry") -> bytes | None:
    """Return what a promise signs, or None if it has no canonical form: no log signs that."""
    said: dict[str, Json] = {
        "body": base64text.encode(entry.body),
        "integratedTime": entry.integrated_time,
        "logID": entry.log_id.hex(),
        "logIndex": entry.log_index,
    }
    try:
        return jcs.dumps(said)
    except InputError:  # an integer above 2^53 - 1
        return None


# 4 and 5. The head of the log, and the entry below it.


def _check_inclusion(entry: "TlogEntry", log: "LogKey") -> tuple[Check, ...]:
    proof = entry.inclusion_proof
    if proof is None:
        return (skipped("checkpoint", "the bundle has a promise and no proof, as old bundles do"),)
    inclusion = _check_proof(entry, proof)
    if not proof.checkpoint:
        return (skipped("checkpoint", "the bundle has none, as old bundles do"), inclusion)
    return (_check_checkpoint(proof, log), inclusion)


def _check_proof(entry: "TlogEntry", proof: "InclusionProof") -> Check:
    leaf = merkle.leaf_hash(entry.body)
    index, size = proof.log_index, proof.tree_size
    if not merkle.verify_inclusion(leaf, index, size, proof.hashes, proof.root_hash):
        return failed(
            "inclusion",
            f"the proof does not lead from this entry to the root of {size} entries",
            code="LOG_INCLUSION",
            remedy=_AGAIN,
        )
    return passed("inclusion", f"one of {size} entries")


def _check_checkpoint(proof: "InclusionProof", log: "LogKey") -> Check:
    try:
        head = checkpoint.parse_checkpoint(proof.checkpoint)
    except InputError as error:
        return refuse_head(f"it cannot be read: {error} ({error.code})", code="CHECKPOINT_MALFORMED")
    if (head.size, head.root) != (proof.tree_size, proof.root_hash):
        return refuse_head("it is the head of another tree than the proof's", code="CHECKPOINT_MISMATCH")
    return check_head(head, log)
