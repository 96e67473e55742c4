"""Regular expressions and globs.

Source: CEL language definition, "Regular expressions": the syntax of RE2.
"""

from collections.abc import Sequence
from typing import Final

from stella_git.canon.globs import glob_matches
from stella_git.policy.cel.functions import Overload, Table
from stella_git.policy.cel.meter import EvalError, Meter
from stella_git.policy.cel.regex import matches
from stella_git.policy.cel.types import BOOL, STRING, list_of
from stella_git.policy.cel.values import kind

_BLOCK: Final = 16


def matches_glob(text: str, glob: str, meter: Meter) -> bool:
    """Return whether a glob matches a whole text; the fuel is for their lengths and the product of them.

    Raises:
        FuelError: the fuel does not last.
    """
    meter.spend(1 + (len(text) + len(glob) + len(text) * len(glob)) // _BLOCK)
    return glob_matches(text, (glob,))


def _any_glob(text: str, globs: Sequence[str], meter: Meter) -> bool:
    found = False
    for glob in globs:
        if type(glob) is not str:
            raise EvalError(f"glob.match takes globs that are strings, not {kind(glob)}")
        found = found or matches_glob(text, glob, meter)
    return found


_MATCHES: Final = (Overload(arguments=(STRING, STRING), result=BOOL, function=matches),)

FUNCTIONS: Final[Table] = {
    "matches": _MATCHES,
    ".matches": _MATCHES,
    "glob.match": (
        Overload(arguments=(STRING, STRING), result=BOOL, function=matches_glob),
        Overload(arguments=(STRING, list_of(STRING)), result=BOOL, function=_any_glob),
    ),
}
