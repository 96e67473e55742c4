"""Compare-and-swap on a ref, with bounded and jittered retries."""

import os
import time
from collections.abc import Callable

from stella_git.errors import EnvironmentFault
from stella_git.gitstore.backend import Backend, RefUpdate

TRIES = 60
_FIRST_SECONDS = 0.005
_LONGEST_SECONDS = 0.5


def swap(backend: Backend, ref: str, attempt: Callable[[str | None], str]) -> str:
    """Move a ref to what ``attempt`` makes of its tip, and return the new tip.

    Args:
        attempt: given the present tip (None when the ref does not exist), writes objects and returns the id
            the ref shall have. It runs again when somebody else was faster.

    Raises:
        EnvironmentFault: ``git-ref-conflict`` after many tries; anything else at once.
    """
    for number in range(TRIES):
        tip = backend.resolve(ref)
        new = attempt(tip)
        if new == tip:
            return new
        try:
            backend.update_refs([RefUpdate(name=ref, new=new, old=tip)])
        except EnvironmentFault as error:
            if error.code != "git-ref-conflict" or number == TRIES - 1:
                raise
            time.sleep(pause(number, os.getpid()))
        else:
            return new
    raise AssertionError  # pragma: no cover - the loop returns or raises


def pause(number: int, salt: int) -> float:
    """Return how long to wait after the ``number``-th failure, in seconds.

    Doubles up to a bound; ``salt`` (the process id) spreads competitors without a source of randomness.
    """
    base: float = min(_FIRST_SECONDS * 2.0**number, _LONGEST_SECONDS)
    return base * (0.5 + (salt * 2654435761 + number * 40503) % 1000 / 1000)
