"""The functions that expressions may call beyond the operators: a module for each family, and one table."""

from typing import Final

from stella_git.policy.cel.functions import Table, joined
from stella_git.policy.cel.library import (
    encoders,
    licences,
    lists,
    maths,
    packages,
    patterns,
    scores,
    sets,
    strings,
    times,
)

FUNCTIONS: Final[Table] = joined(
    *(
        module.FUNCTIONS
        for module in (
            times,
            patterns,
            strings,
            maths,
            encoders,
            sets,
            lists,
            packages,
            scores,
            licences,
        )
    )
)
