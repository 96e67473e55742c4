"""Does a waiver hold? One function of its record, the time, its approvers and two numbers of the policy set.

::

    expired      expires <= asOf, or it would have been over before it began
    too-long     it lasts longer than maxWaiverDays
    pending      asOf < effectiveFrom
    unapproved   fewer than waiverApprovals distinct names approved it, its owner not counted
    live         none of these

The first row that fits decides.
"""

from typing import TYPE_CHECKING

from stella_git.canon.clock import DAY, Instant
from stella_git.canon.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Waiver

EXPIRED, TOO_LONG, PENDING, UNAPPROVED, LIVE = "expired", "too-long", "pending", "unapproved", "live"
STATES = (EXPIRED, TOO_LONG, PENDING, UNAPPROVED, LIVE)


@record(frozen=True, slots=True, kw_only=True)
class Terms:
    """What waivers are judged by.

    Args:
        as_of: the time of the decision.
        approved: id of a waiver to the verified names of those who approved it.
        max_days: how long a waiver may last.
        needed: how many distinct approvers it takes.
    """

    as_of: Instant
    approved: "Mapping[str, tuple[str, ...]]"
    max_days: int = 90
    needed: int = 1

    def approvers(self, waiver: "Waiver") -> tuple[str, ...]:
        """Return who approved a waiver, its owner left out: distinct, sorted."""
        return tuple(sorted({*self.approved.get(waiver.id, ())} - {waiver.owner}))

    def state(self, waiver: "Waiver") -> str:
        """Return one of `STATES`."""
        return state(waiver, self.as_of, self.approvers(waiver), max_days=self.max_days, needed=self.needed)

    def why_not(self, waiver: "Waiver") -> str:
        """Return in one clause why a waiver does not hold; "" if it does."""
        found = self.state(waiver)
        if found == EXPIRED:
            return f"expired at {waiver.expires}"
        if found == TOO_LONG:
            return f"lasts from {waiver.effective_from} to {waiver.expires}, longer than {self.max_days} days"
        if found == PENDING:
            return f"begins at {waiver.effective_from}"
        if found == UNAPPROVED:
            return f"has {len(self.approvers(waiver))} of {self.needed} approvals that count"
        return ""


def state(waiver: "Waiver", as_of: Instant, approvers: "Iterable[str]", *, max_days: int, needed: int) -> str:
    """Return one of `STATES`.

    Args:
        waiver: what is asked about.
        as_of: the time of the decision.
        approvers: verified names; a name that is there twice counts once, that of the owner not at all.
        max_days: how long a waiver may last.
        needed: how many distinct approvers it takes.
    """
    if not as_of < waiver.expires or not waiver.effective_from < waiver.expires:
        return EXPIRED
    if waiver.expires.seconds - waiver.effective_from.seconds > max_days * DAY:
        return TOO_LONG
    if as_of < waiver.effective_from:
        return PENDING
    return LIVE if len({*approvers} - {waiver.owner}) >= needed else UNAPPROVED


def days_left(waiver: "Waiver", as_of: Instant) -> int:
    """Return whole days until a waiver ends, rounded down; negative once it has ended."""
    return (waiver.expires.seconds - as_of.seconds) // DAY


def rows(waivers: "Iterable[Waiver]", terms: Terms) -> "tuple[dict[str, Json], ...]":
    """Return waivers as rules see them, sorted by id.

    Each is ``{id, policy, owner, type, effect, state, created, effectiveFrom, expires, daysLeft,
    approvers[]}``; days are whole days, rounded down.
    """
    return tuple(
        {
            "id": waiver.id,
            "policy": waiver.policy,
            "owner": waiver.owner,
            "type": waiver.kind,
            "effect": waiver.effect,
            "state": terms.state(waiver),
            "created": str(waiver.created),
            "effectiveFrom": str(waiver.effective_from),
            "expires": str(waiver.expires),
            "daysLeft": days_left(waiver, terms.as_of),
            "approvers": list(terms.approvers(waiver)),
        }
        for waiver in sorted(waivers, key=lambda waiver: waiver.id)
    )
