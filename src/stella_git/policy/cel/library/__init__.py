"""The functions that expressions may call beyond the operators: one module for each family, one table of all."""

from typing import Final

from stella_git.policy.cel.functions import EMPTY, Table

FUNCTIONS: Final[Table] = EMPTY
