"""CVSS: vectors, their scores in tenths, and the severities that the scores mean.

Scores are worked out with fractions, as the specifications write the formulas: a binary fraction would round
the wrong way somewhere, and a score is something that people compare with a limit.

Source: CVSS v2.0, section 3.2; CVSS v3.0 and v3.1, section 7; CVSS v4.0, section 8 (``cvss4``).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from math import floor
from typing import TYPE_CHECKING

from stella_git.documents.cvss_metrics import METRICS, Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LIMIT = 500
_TEN = Fraction(10)
_PREFIXES = {f"CVSS:{version}/": version for version in ("3.0", "3.1", "4.0")}

# Lower bounds in tenths, highest first. CVSS v2.0 has no severities: these are those of the NVD.
_BOUNDS = ((90, "critical"), (70, "high"), (40, "medium"), (1, "low"), (0, "none"))
_BOUNDS_2 = ((70, "high"), (40, "medium"), (0, "low"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """A vector that has every metric of the base group, and each metric once.

    Args:
        version: "2.0", "3.0", "3.1" or "4.0".
        metrics: (abbreviation, value) pairs in the order of the vector, such as ("AV", "N").
    """

    version: str
    metrics: tuple[tuple[str, str], ...]

    @property
    def values(self) -> dict[str, str]:
        """Return the value of every metric of the version; what is not defined has the value for that."""
        undefined = "ND" if self.version == "2.0" else "X"
        return dict.fromkeys(METRICS[self.version], undefined) | dict(self.metrics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Scores of a vector in tenths, 0 to 100.

    Args:
        base: of the base metrics alone; for version 4.0 the one score that it has, of all metrics.
        temporal: with the temporal metrics; None for version 4.0.
        environmental: with the environmental metrics as well; None for version 4.0.
    """

    base: int
    temporal: int | None = None
    environmental: int | None = None


def parse(text: str) -> Vector | None:
    """Return a vector, or None if the text is none of a version that is known here.

    Args:
        text: such as ``CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H``; a vector of version 2.0 has no
            prefix, and may be in parentheses.
    """
    if len(text) > _LIMIT:
        return None
    version, rest = "2.0", text
    for prefix, each in _PREFIXES.items():
        if text.startswith(prefix):
            version, rest = each, text[len(prefix) :]
    if version == "2.0" and rest[:1] == "(" and rest[-1:] == ")":
        rest = rest[1:-1]
    pairs = tuple((name, value) for name, _, value in (part.partition(":") for part in rest.split("/")))
    return Vector(version=version, metrics=pairs) if _complete(version, pairs) else None


def _complete(version: str, pairs: tuple[tuple[str, str], ...]) -> bool:
    known = METRICS[version]
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or any(
        name not in known or value not in known[name].values for name, value in pairs
    ):
        return False
    if version == "4.0" and names != [name for name in known if name in set(names)]:
        return False  # this version alone fixes the order
    return all(name in set(names) for name, metric in known.items() if metric.base)


@lru_cache(maxsize=4096)  # one document has the same few vectors again and again
def scores(vector: Vector) -> Scores:
    """Return the scores of a vector."""
    if vector.version == "4.0":
        from stella_git.documents.cvss4 import score

        return Scores(base=score(vector.values))
    return (_scores_2 if vector.version == "2.0" else _scores_3)(vector)


def severity(deci: int, version: str) -> str:
    """Return "none", "low", "medium", "high" or "critical" for a score in tenths.

    Version 2.0 defines no severities: it gets those of the NVD, without "none" and "critical".
    """
    return next(name for bound, name in (_BOUNDS_2 if version == "2.0" else _BOUNDS) if deci >= bound)


def members(vector: Vector) -> dict[str, str]:
    """Return the members of a JSON object that say the same as a vector.

    Returns:
        Member name (such as ``attackVector``) -> value (such as ``NETWORK``), of every metric in the vector.
    """
    known = METRICS[vector.version]
    return {known[name].member: known[name].values[value] for name, value in vector.metrics}


@cache
def _number(text: str) -> Fraction:
    return Fraction(text)


def _weights(vector: Vector) -> "Callable[[str], Fraction]":
    values, known = vector.values, METRICS[vector.version]
    return lambda name: _number(known[name].weights[values[name]])


def _half_up(value: Fraction) -> int:
    """Return tenths, rounded to the nearest, halves up."""
    return floor(value * 10 + Fraction(1, 2))


def _scores_2(vector: Vector) -> Scores:
    weight = _weights(vector)
    exploitability = 20 * weight("AV") * weight("AC") * weight("Au")

    def base(impact: Fraction) -> int:
        factor = Fraction("1.176") if impact else Fraction(0)
        return _half_up(
            (Fraction("0.6") * impact + Fraction("0.4") * exploitability - Fraction("1.5")) * factor
        )

    def temporal(deci: int) -> int:
        return _half_up(Fraction(deci, 10) * weight("E") * weight("RL") * weight("RC"))

    lost = [1 - weight(name) for name in ("C", "I", "A")]
    own = base(Fraction("10.41") * (1 - lost[0] * lost[1] * lost[2]))
    lost = [1 - weight(name) * weight(f"{name}R") for name in ("C", "I", "A")]
    adjusted = temporal(base(min(_TEN, Fraction("10.41") * (1 - lost[0] * lost[1] * lost[2]))))
    left = Fraction(adjusted, 10)
    return Scores(
        base=own,
        temporal=temporal(own),
        environmental=_half_up((left + (10 - left) * weight("CDP")) * weight("TD")),
    )


def _round_up(value: Fraction, version: str) -> int:
    """Return the smallest number of tenths that is not less; version 3.1 looks at five decimals only."""
    if version == "3.1":
        value = Fraction(floor(value * 100_000 + Fraction(1, 2)), 100_000)
    return -floor(-value * 10)


def _scores_3(vector: Vector) -> Scores:
    version, values, weight = vector.version, vector.values, _weights(vector)

    def temporal(deci: int) -> int:
        return _round_up(Fraction(deci, 10) * weight("E") * weight("RL") * weight("RC"), version)

    impact = 1 - (1 - weight("C")) * (1 - weight("I")) * (1 - weight("A"))
    base = _together(
        _impact(impact, values["S"], Fraction(1), 15), _exploitability(values), values["S"], version
    )
    # What is not modified is as in the base group.
    modified = {
        name: values[name] if values[f"M{name}"] == "X" else values[f"M{name}"]
        for name in ("AV", "AC", "PR", "UI", "S", "C", "I", "A")
    }
    known = METRICS[version]
    lost = Fraction(1)
    for name in ("C", "I", "A"):
        lost *= 1 - weight(f"{name}R") * _number(known[name].weights[modified[name]])
    impact = min(1 - lost, Fraction("0.915"))
    shrink, power = (Fraction("0.9731"), 13) if version == "3.1" else (Fraction(1), 15)
    own = _together(
        _impact(impact, modified["S"], shrink, power), _exploitability(modified), modified["S"], version
    )
    return Scores(base=base, temporal=temporal(base), environmental=temporal(own))


def _impact(impact: Fraction, scope: str, shrink: Fraction, power: int) -> Fraction:
    if scope == "U":
        return Fraction("6.42") * impact
    return (
        Fraction("7.52") * (impact - Fraction("0.029"))
        - Fraction("3.25") * (impact * shrink - Fraction("0.02")) ** power
    )


def _exploitability(values: "Mapping[str, str]") -> Fraction:
    known = METRICS["3.1"]
    privileges = {"L": "0.68", "H": "0.5"} if values["S"] == "C" else {"L": "0.62", "H": "0.27"}
    return (
        Fraction("8.22")
        * _number(known["AV"].weights[values["AV"]])
        * _number(known["AC"].weights[values["AC"]])
        * _number({"N": "0.85", **privileges}[values["PR"]])
        * _number(known["UI"].weights[values["UI"]])
    )


def _together(impact: Fraction, exploitability: Fraction, scope: str, version: str) -> int:
    if impact <= 0:
        return 0
    factor = Fraction("1.08") if scope == "C" else Fraction(1)
    return _round_up(min(factor * (impact + exploitability), _TEN), version)


__all__ = ["Metric", "Scores", "Vector", "members", "parse", "scores", "severity"]
