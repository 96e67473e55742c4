"""Heads of a log: signed by the log under its own name, and each grown out of the one before.

A log that shows one head to one and another to the next, or that forgets what it held, is found by whoever
keeps a head and compares: `check_growth` is that comparison, for a head that was kept and a newer one.

Source: C2SP signed-note and tlog-checkpoint; RFC 9162 section 2.1.4 (consistency).
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stella_git.canon import merkle
from stella_git.trust import nativekeys
from stella_git.trust.report import FAILED, Check, failed, passed

if TYPE_CHECKING:
    from stella_git.attest.checkpoint import Checkpoint
    from stella_git.attest.trustedroot import LogKey

_HEAD, _GROWTH = "checkpoint", "growth"
_ED25519_NOTE = b"\n\x01"  # C2SP signed-note: key id = SHA-256(name, line feed, algorithm 1, raw key)
_AGAIN = "get the original bundle, or sign and log it again"
_TELL = "keep both heads, rely on nothing that is newer, and tell whoever runs or watches the log"


def check_head(head: "Checkpoint", log: "LogKey") -> Check:
    """Return the check ``checkpoint``: the log signed this head under its own name.

    Args:
        head: as it was read.
        log: of the trusted root.
    """
    name = head.origin.partition(" - ")[0]
    if not _is_origin(name, head.origin, log):
        return refuse_head(f"its origin {ascii(head.origin)[:80]} is not this log", code="CHECKPOINT_ORIGIN")
    key = nativekeys.load(log.key, log.details)
    # Lines of other keys are of witnesses, whom nobody has told us to trust: they neither help nor harm.
    lines = [line for line in head.signatures if line.name == name and line.hint == log.log_id[:4]]
    if not lines:
        return refuse_head("no line of it is signed in the name of this log", code="CHECKPOINT_UNSIGNED")
    if key is None or not any(key.verify(head.signed, line.signature) for line in lines):
        return refuse_head("the log's signature on it does not verify", code="CHECKPOINT_SIGNATURE")
    others = len(head.signatures) - len(lines)
    return passed(_HEAD, f"{name}, {head.size} entries" + (f"; {others} cosigned" if others else ""))


def check_growth(
    older: "Checkpoint", newer: "Checkpoint", proof: Sequence[bytes], log: "LogKey"
) -> tuple[Check, ...]:
    """Return the checks ``checkpoint`` of both heads, and ``growth``: the newer one holds all of the older.

    Args:
        older: a head that was seen before.
        newer: a head that is shown now.
        proof: 32-byte digests of a consistency proof; empty between equal sizes, and from an empty log.
        log: whose heads both are.
    """
    heads = (check_head(older, log), check_head(newer, log))
    if any(check.status == FAILED for check in heads):
        return heads
    return (*heads, _growth(older, newer, proof))


def refuse_head(detail: str, *, code: str) -> Check:
    """Return the failed check ``checkpoint``."""
    return failed(_HEAD, f"the head of the log is not shown: {detail}", code=code, remedy=_AGAIN)


def _growth(older: "Checkpoint", newer: "Checkpoint", proof: Sequence[bytes]) -> Check:
    sizes = f"from {older.size} to {newer.size} entries"
    if older.origin != newer.origin:
        return failed(_GROWTH, "the two heads are of different trees", code="CHECKPOINT_ORIGIN", remedy=_TELL)
    if newer.size < older.size:
        return failed(_GROWTH, f"the log went back {sizes}", code="LOG_ROLLBACK", remedy=_TELL)
    if older.size == 0:
        grown = older.root == merkle.EMPTY_ROOT and not proof and (newer.size > 0 or older.root == newer.root)
    else:
        grown = merkle.verify_consistency(older.size, newer.size, proof, older.root, newer.root)
    if not grown:
        detail = f"nothing shows that the log has kept what it held, {sizes}"
        return failed(_GROWTH, detail, code="LOG_FORK", remedy=_TELL)
    return passed(_GROWTH, sizes)


def _is_origin(name: str, origin: str, log: "LogKey") -> bool:
    """Return whether a checkpoint's origin is the one of this log.

    A log of version 1 is named by its key alone (log id = SHA-256 of the SPKI), and says a tree id after its
    name. The id of a version 2 log covers its name: it is recomputed.
    """
    if hashlib.sha256(log.key).digest() == log.log_id:
        return bool(name)
    raw = log.key[-32:]
    return origin == name and hashlib.sha256(name.encode() + _ED25519_NOTE + raw).digest() == log.log_id
