"""The time of signing against what the verifier asks of it.

The time of signing is the earliest trusted time; where there is none, it is what the verifier says himself
(``--signed-at``), and the report says that nobody proved it. The statement's own word is never asked.

Source: RFC 3161 section 1 (a timestamp proves "not later than").
"""

from collections.abc import Sequence

from stella_git.canon.clock import Instant
from stella_git.trust.report import Check, failed, passed, skipped
from stella_git.trust.validity import TrustedTime

_NAME = "signed"
_AGAIN = "have it signed and stamped again, or ask for another time"


def check_signing_time(
    times: Sequence[TrustedTime],
    *,
    signed_at: Instant | None,
    not_after: Instant | None,
    skew: int = 0,
) -> Check:
    """Return the check ``signed``: the time of signing is known and not too late, where that is asked.

    Args:
        times: verified trusted times.
        signed_at: when the verifier says that it was signed. A trusted time may not be later than it.
        not_after: the latest time of signing that is taken, itself included.
        skew: seconds that clocks may differ, 0 or more.
    """
    proved = min((time.instant for time in times), default=None)
    if proved is not None and signed_at is not None and proved > signed_at.plus(skew):
        return failed(
            _NAME,
            f"it is proved to exist at {proved}, not at {signed_at}",
            code="SIGNED_LATER",
            remedy=_AGAIN,
        )
    at = proved or signed_at
    if not_after is None:
        return passed(_NAME, _said(proved, at)) if at is not None else skipped(_NAME, "nobody asks when")
    if at is None:
        return failed(
            _NAME,
            f"nothing proves that it was signed by {not_after}",
            code="NO_TRUSTED_TIME",
            remedy=_AGAIN,
        )
    if at > not_after.plus(skew):
        return failed(_NAME, f"signed at {at}, after {not_after}", code="SIGNED_TOO_LATE", remedy=_AGAIN)
    return passed(_NAME, _said(proved, at))


def _said(proved: Instant | None, at: Instant | None) -> str:
    return f"{at} at the latest" if proved is not None else f"{at}, as you say: nobody proves it"
