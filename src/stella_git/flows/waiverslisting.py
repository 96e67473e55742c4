"""Say of all waivers how they stand: their state, who approved them, and what is wrong with approvals."""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.flows import waivers as flow
from stella_git.flows.waiversapproving import Ground, authors, ground
from stella_git.policy.waivers import state
from stella_git.policy.waivers.state import days_left

if TYPE_CHECKING:
    from collections.abc import Collection

    from stella_git.canon.clock import Instant
    from stella_git.flows.workspace import Workspace
    from stella_git.policy.ruleset import Rules

BAD_STATES = ("expired", "too-long", "unapproved")


@record(frozen=True, slots=True, kw_only=True)
class Listed:
    """A waiver with everything that is known of it at a time.

    Args:
        state: live, pending, expired, unapproved or too-long.
        orphan: whether a report says that it covers nothing.
    """

    standing: "flow.Standing"
    state: str
    days_left: int
    orphan: bool = False

    @property
    def ok(self) -> bool:
        """Return whether nobody has to do anything about it."""
        return self.state not in BAD_STATES and not self.orphan


def listing(
    rules: "Rules",
    *,
    at: "Instant",
    workspace: "Workspace | None" = None,
    policy_ref: str | None = None,
    orphans: "Collection[str]" = (),
) -> tuple[Listed, ...]:
    """Return how the waivers of policies stand, sorted by when they expire.

    Args:
        rules: the policies, with their waivers.
        at: the time that is asked about.
        workspace: the clone; without one, approvals cannot be checked, and none counts.
        policy_ref: trusted revision to take the keyring from.
        orphans: ids of waivers that a report says cover nothing.

    Raises:
        ConfigError: the keyring cannot be read.
        EnvironmentFault: git does not answer.
    """
    known = Ground(None, None) if workspace is None else ground(workspace, policy_ref)
    standings = flow.standings(
        rules.waivers,
        keyring=known.keyring,
        repository_id=known.repository_id,
        at=at,
        authors=None if workspace is None else authors(workspace, rules.waivers),
    )
    rows = [
        Listed(
            standing=one,
            state=state(
                one.waiver, at, one.names, max_days=rules.max_waiver_days, needed=rules.waiver_approvals
            ),
            days_left=days_left(one.waiver, at),
            orphan=one.waiver.id in orphans,
        )
        for one in standings
    ]
    return tuple(sorted(rows, key=lambda row: (row.standing.waiver.expires, row.standing.waiver.id)))
