"""What a run is about and for: the only facts, beside evidence and parameters, that rules see."""

from typing import TYPE_CHECKING

from stella_git.canon.record import record

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant


@record(frozen=True, slots=True, kw_only=True)
class Context:
    """Where policies are asked.

    Args:
        environment: name of the environment.
        stage: one of `stella_git.config.model.STAGES`.
        as_of: the time of the decision; there is no other clock.
        ref: full name of the ref; None if nobody says: a policy that asks for refs is an error then.
        subject: name of the subject; None for files that belong to nothing, "*" in fingerprints.
    """

    environment: str
    stage: str
    as_of: "Instant"
    ref: str | None = None
    subject: str | None = None
