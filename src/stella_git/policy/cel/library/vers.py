"""Ranges of versions as ``vers:`` writes them.

Source: "VERS: version range specifier" of the package-url project, "Checking if a version is contained".
"""

from functools import cmp_to_key, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import unquote

from stella_git.policy.cel.meter import EvalError, Meter

_MOST: Final = 1000
_COMPARATORS: Final = (">=", "<=", "!=", "<", ">", "=")
# Schemes whose versions are compared like those of a type of purl.
_LIKE: Final = {"semver": "npm", "golang": "golang", "debian": "deb"}


class Constraint(NamedTuple):
    """A place among the versions: one of ``= != < <= > >=``, and the version."""

    comparator: str
    version: str


def contains(text: str, version: str, meter: Meter) -> bool:
    """Return whether a version is in a range.

    Args:
        text: such as ``vers:npm/>=1.2.0|<2.0.0``.
        version: as its ecosystem writes it, decoded.
        meter: gives one unit for each character, and 16 for each constraint.

    Raises:
        EvalError: the range is none, or its versions and this one cannot be compared.
        FuelError: the fuel does not last.
    """
    meter.spend(len(text) + len(version))
    scheme, constraints = _parse(text)
    if not constraints:
        return True
    meter.spend(16 * len(constraints) * len(constraints).bit_length())
    order = _Order(scheme)
    constraints, bounds = _sorted(text)
    for each in constraints:
        if order.of(version, each.version) == 0:
            return each.comparator in {"=", "<=", ">="}
    if not bounds:
        return all(each.comparator == "!=" for each in constraints)
    below = next((each for each in reversed(bounds) if order.of(each.version, version) < 0), None)
    return bounds[0].comparator[0] == "<" if below is None else below.comparator[0] == ">"


@lru_cache(maxsize=64)  # a rule asks about the same range again and again
def _sorted(text: str) -> tuple[tuple[Constraint, ...], tuple[Constraint, ...]]:
    """Return the constraints in the order of their versions, and those of them that are ends of intervals."""
    scheme, constraints = _parse(text)
    order = _Order(scheme)
    found = sorted(constraints, key=cmp_to_key(order.between))
    for one, other in pairwise(found):
        if order.between(one, other) == 0:
            raise _refuse(text, f"it has {other.version[:40]!a} twice")
    bounds = [each for each in found if each.comparator not in {"=", "!="}]
    for one, other in pairwise(bounds):
        if one.comparator[0] == other.comparator[0]:
            again = f"{other.comparator}{other.version[:40]}"
            raise _refuse(text, f"{again} says again, or undoes, what is before it")
    return tuple(found), tuple(bounds)


class _Order:
    """Compares versions of one scheme."""

    def __init__(self, scheme: str) -> None:
        self._kind = _LIKE.get(scheme, scheme)

    def of(self, left: str, right: str) -> int:
        from stella_git.documents.versions import compare

        found = compare(self._kind, left, right)
        if found is None:
            raise EvalError(
                f"{left[:40]!a} and {right[:40]!a} cannot be compared as versions of {self._kind[:40]!a}"
            )
        return found

    def between(self, one: Constraint, other: Constraint) -> int:
        return self.of(one.version, other.version)


@lru_cache(maxsize=64)
def _parse(text: str) -> tuple[str, tuple[Constraint, ...]]:
    """Return the scheme, and the constraints; none of them for ``*``."""
    scheme, slash, rest = text.removeprefix("vers:").partition("/")
    if not text.startswith("vers:") or not slash or not scheme.isascii() or not scheme.isalnum():
        raise _refuse(text, "it has to begin like vers:npm/")
    if rest == "*":
        return scheme.lower(), ()
    parts = rest.split("|")
    if len(parts) > _MOST:
        raise _refuse(text, f"it has more than {_MOST} constraints")
    return scheme.lower(), tuple(_constraint(part, text) for part in parts)


def _constraint(part: str, text: str) -> Constraint:
    comparator = next((each for each in _COMPARATORS if part.startswith(each)), "")
    version = unquote(part[len(comparator) :])
    if not version or "*" in version or any(each in version for each in "<>=! |"):
        raise _refuse(text, f"{part[:40]!a} is no constraint")
    return Constraint(comparator or "=", version)


def _refuse(text: str, reason: str) -> EvalError:
    return EvalError(f"{text[:60]!a} is no range of versions: {reason}")
