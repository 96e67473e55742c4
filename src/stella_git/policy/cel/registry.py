"""All functions: those of the language and those of the library."""

from typing import Final

from stella_git.policy.cel import library, standard
from stella_git.policy.cel.functions import Table, joined

FUNCTIONS: Final[Table] = joined(standard.TABLE, getattr(library, "FUNCTIONS", {}))
