"""The score of CVSS 4.0: the value of the group of vectors, less the distance inside it.

Vectors are sorted into groups by six equivalence classes; experts gave each group the score of its worst
vectors. A vector that is some steps below the worst of its group loses, of what the group has on the next one
below it, the share that the steps have of all steps. Worked out in fractions of tenths.

Source: CVSS v4.0, sections 8.1 to 8.3; the tables of FIRST's reference calculator (``schemas/cvss``).
"""

from fractions import Fraction
from functools import cache
from math import floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    Values = Mapping[str, str]

# Values of a metric, the worst one first: the distance of two values is that of their places.
_ORDER = {
    "AV": "NALP",
    "PR": "NLH",
    "UI": "NPA",
    "AC": "LH",
    "AT": "NP",
    "VC": "HLN",
    "VI": "HLN",
    "VA": "HLN",
    "SC": "HLN",
    "SI": "SHLN",
    "SA": "SHLN",
    "CR": "HML",
    "IR": "HML",
    "AR": "HML",
}
_IMPACTS = ("VC", "VI", "VA", "SC", "SI", "SA")
# What stands for a metric that is not defined.
_WORST = {"E": "A", "CR": "H", "IR": "H", "AR": "H"}


def score(values: "Values") -> int:
    """Return the score in tenths.

    Args:
        values: of every metric by its abbreviation, with ``X`` for what is not defined.
    """
    own = _effective(values)
    if all(own[name] == "N" for name in _IMPACTS):
        return 0
    group = _group(own)
    value = _lookup(group)
    assert value is not None  # every group that a vector can be in is in the table
    lost, below = Fraction(0), 0
    for step in (_first, _second, _third_and_sixth, _fourth, _fifth):
        lower, steps, depth = step(group, own)
        if lower is not None:
            below += 1
            lost += (value - lower) * Fraction(steps, depth)
    found = value - lost / below if below else Fraction(value)
    return max(0, min(100, floor(found + Fraction(1, 2))))


def _effective(values: "Values") -> dict[str, str]:
    """Return the value that counts for each metric: the modified one, or what stands for an undefined one."""
    found = {}
    for name in (*_ORDER, "E"):
        changed = values.get(f"M{name}", "X")
        own = values[name] if changed == "X" else changed
        found[name] = _WORST.get(name, own) if own == "X" else own
    return found


def _group(own: "Values") -> tuple[int, ...]:
    reach = [own["AV"] == "N", own["PR"] == "N", own["UI"] == "N"]
    first = 0 if all(reach) else 1 if any(reach) and own["AV"] != "P" else 2
    second = int(not (own["AC"] == "L" and own["AT"] == "N"))
    high = [own[name] == "H" for name in ("VC", "VI", "VA")]
    third = 0 if high[0] and high[1] else 1 if any(high) else 2
    safety = "S" in {own["SI"], own["SA"]}
    fourth = 0 if safety else 1 if "H" in {own["SC"], own["SI"], own["SA"]} else 2
    needed = [own[name] == "H" for name in ("CR", "IR", "AR")]
    sixth = int(not any(left and right for left, right in zip(needed, high, strict=True)))
    return first, second, third, fourth, "APU".index(own["E"]), sixth


@cache
def _tables() -> Any:
    from stella_git import resources
    from stella_git.canon.reader import parse_json

    return parse_json(resources.schema("cvss/cvss4.json"), path="cvss/cvss4.json")


def _lookup(group: tuple[int, ...]) -> int | None:
    """Return the value of a group in tenths, or None if there is no such group."""
    found = _tables()["lookup"].get("".join(map(str, group)))
    return None if found is None else int(Fraction(repr(found)) * 10)


def _next(group: tuple[int, ...], place: int) -> int | None:
    """Return the value of the group one below in one class."""
    return _lookup((*group[:place], group[place] + 1, *group[place + 1 :]))


def _steps(own: "Values", worst: list[str]) -> int:
    """Return how many steps a vector is below the first of the worst ones that is nowhere below it."""
    for vector in worst:
        pairs = [part.split(":") for part in vector.strip("/").split("/")]
        away = [_ORDER[name].index(own[name]) - _ORDER[name].index(value) for name, value in pairs]
        if min(away) >= 0:
            return sum(away)
    raise AssertionError(worst)  # the worst ones of a group cover all of it


_Step = tuple[int | None, int, int]


def _simple(group: tuple[int, ...], own: "Values", place: int) -> _Step:
    name, level = f"eq{place + 1}", str(group[place])
    tables = _tables()
    return (
        _next(group, place),
        _steps(own, tables["max_composed"][name][level]),
        tables["max_severity"][name][level],
    )


def _first(group: tuple[int, ...], own: "Values") -> _Step:
    return _simple(group, own, 0)


def _second(group: tuple[int, ...], own: "Values") -> _Step:
    return _simple(group, own, 1)


def _fourth(group: tuple[int, ...], own: "Values") -> _Step:
    return _simple(group, own, 3)


def _fifth(group: tuple[int, ...], _own: "Values") -> _Step:
    """A class of one metric: a vector is always the worst of it."""
    return _next(group, 4), 0, 1


def _third_and_sixth(group: tuple[int, ...], own: "Values") -> _Step:
    """Two classes that depend on each other, so that only some of their pairs exist."""
    third, sixth = group[2], group[5]
    lower = _next(group, 5) if (third, sixth) == (1, 0) else _next(group, 2)
    if (third, sixth) == (0, 0):
        both = [each for each in (_next(group, 2), _next(group, 5)) if each is not None]
        lower = max(both, default=None)
    tables = _tables()
    worst = tables["max_composed"]["eq3"][str(third)][str(sixth)]
    return lower, _steps(own, worst), tables["max_severity"]["eq3eq6"][str(third)][str(sixth)]
