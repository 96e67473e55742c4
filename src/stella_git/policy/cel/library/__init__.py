"""The functions that expressions may call beyond the operators: a module for each family, one table of all."""

from typing import Final

from stella_git.policy.cel.functions import Table, joined
from stella_git.policy.cel.library import encoders, maths, patterns, strings, times

FUNCTIONS: Final[Table] = joined(
    times.FUNCTIONS, patterns.FUNCTIONS, strings.FUNCTIONS, maths.FUNCTIONS, encoders.FUNCTIONS
)
