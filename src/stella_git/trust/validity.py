"""Does a signature of this key count? The one rule of validity at signing time.

A trusted time (an RFC 3161 timestamp, the time of a transparency log) proves that a signature existed *no
later than* it. Of several, the earliest is the tightest bound, and stands for the time of signing; a later
one proves nothing more. Without any, the time of signing is unknown, and the present takes its place: a
key that is past its dates, or revoked, then vouches for nothing, however old the signature may be.

::

    status     trusted times   counts exactly if
    disabled   any             never
    active     none            notBefore <= now      <= notAfter
    active     earliest = t    notBefore <= t        <= notAfter
    revoked    none            never
    revoked    earliest = t    notBefore <= t <= notAfter, and t < revokedAt

The time that a statement names itself is nobody's proof and never one of these.

Source: RFC 3161 section 1 (what a timestamp proves); RFC 5280 section 4.1.2.5 (validity, ends included).
"""

from typing import TYPE_CHECKING, NamedTuple

from stella_git.canon.clock import Instant
from stella_git.trust.keyring import DISABLED, REVOKED

if TYPE_CHECKING:
    from stella_git.trust.keyring import KeyEntry

KEY_REVOKED = "KEY_REVOKED"
KEY_DISABLED = "KEY_DISABLED"
KEY_NOT_VALID = "KEY_NOT_VALID"


class TrustedTime(NamedTuple):
    """A time that somebody trusted vouches for.

    Args:
        instant: the signature existed then at the latest.
        source: who says so, for reports: ``timestamp:URI``, ``log:URI``.
    """

    instant: Instant
    source: str


def standing(
    entry: "KeyEntry", *, now: Instant, times: tuple[TrustedTime, ...] = ()
) -> tuple[str, str] | None:
    """Return refusal code and reason why a key's good signature does not count, or None if it counts.

    Args:
        entry: the key; its roles are not looked at.
        now: the present; decides only where no trusted time is known.
        times: verified trusted times of the signature, in any order.
    """
    if entry.status == DISABLED:
        return KEY_DISABLED, "disabled"
    earliest = min(times, default=None)
    if entry.status == REVOKED:
        revoked = entry.revoked_at
        if earliest is None:
            return KEY_REVOKED, f"revoked at {revoked}, and no trusted time is from before"
        if revoked is None or not earliest.instant < revoked:
            return KEY_REVOKED, f"revoked at {revoked}, signed by {earliest.instant} ({earliest.source})"
    at = now if earliest is None else earliest.instant
    if not entry.valid_at(at):
        shown = "now" if earliest is None else earliest.source
        return KEY_NOT_VALID, f"valid from {entry.not_before} to {entry.not_after}, not at {at} ({shown})"
    return None
