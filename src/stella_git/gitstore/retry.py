"""Compare-and-swap on a ref, with bounded and jittered retries."""

import os
import time
from collections.abc import Callable
from itertools import count

from stella_git.errors import EnvironmentFault
from stella_git.gitstore.backend import Backend, RefUpdate

TRIES = 50
LOCKED_TRIES = 12  # git itself waits for a lock as well; one that stays is not somebody at work
_FIRST_SECONDS = 0.005
_LONGEST_SECONDS = 0.5


def swap(backend: Backend, ref: str, attempt: Callable[[str | None], str]) -> str:
    """Move a ref to what ``attempt`` makes of its tip, and return the new tip.

    Args:
        attempt: given the present tip (None when the ref does not exist), writes objects and returns the id
            the ref shall have. It runs again when somebody else was faster.

    Raises:
        EnvironmentFault: ``git-ref-conflict`` or ``git-locked`` after many tries; anything else at once.
    """
    left = {"git-ref-conflict": TRIES, "git-locked": LOCKED_TRIES}
    for number in count():
        tip = backend.ref(ref)
        new = attempt(tip)
        try:
            if new != tip:
                backend.update_refs([RefUpdate(name=ref, new=new, old=tip)])
        except EnvironmentFault as error:
            left[error.code] = left.get(error.code, 1) - 1
            if left[error.code] == 0:
                raise
            time.sleep(pause(number, os.getpid()))
        else:
            return new
    raise AssertionError  # pragma: no cover - counting does not end


def pause(number: int, salt: int) -> float:
    """Return how long to wait after the ``number``-th failure, in seconds.

    Doubles up to a bound; ``salt`` (the process id) spreads competitors without a source of randomness.
    """
    base: float = min(_FIRST_SECONDS * 2.0**number, _LONGEST_SECONDS)
    return base * (0.5 + (salt * 2654435761 + number * 40503) % 1000 / 1000)
