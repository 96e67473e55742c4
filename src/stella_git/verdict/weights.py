"""How much a VEX claim weighs: ``trust.yaml``, and the table in force without one.

Source: ``docs/explanation/lattice.md`` and ``docs/adr/0002-lattice-strength-and-freshness.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

from stella_git.canon.reader import Json
from stella_git.config import shape
from stella_git.config.shape import Defect
from stella_git.config.source import Source
from stella_git.errors import ConfigError, Where

FULL = 1000
NO_JUSTIFICATION = "none"

# issuer class -> (provenance, coverage, replayability)
CLASSES = {
    "vendor": (900, 850, 700),
    "distro": (850, 900, 750),
    "hub": (750, 700, 600),
    "platform": (800, 750, 650),
    "internal": (700, 950, 850),
}
# An unsigned document in the commit's own tree has this issuer.
ISSUERS = {"repository": "internal"}
# How strongly a statement excludes (or asserts) the vulnerability.
STATUS_STRENGTH = {"affected": 1000, "fixed": 1000}
STRENGTH = {
    **STATUS_STRENGTH,
    # OpenVEX and CSAF justifications
    "component_not_present": 1000,
    "vulnerable_code_not_present": 1000,
    "vulnerable_code_not_in_execute_path": 800,
    "vulnerable_code_cannot_be_controlled_by_adversary": 700,
    "inline_mitigations_already_exist": 600,
    # CycloneDX justifications
    "code_not_present": 1000,
    "code_not_reachable": 800,
    "requires_configuration": 700,
    "requires_dependency": 700,
    "requires_environment": 700,
    "protected_by_compiler": 600,
    "protected_at_runtime": 600,
    "protected_at_perimeter": 600,
    "protected_by_mitigating_control": 600,
    # an impact statement at most
    NO_JUSTIFICATION: 400,
}
FRESHNESS = ((0, 1000), (365, 500), (730, 250))
FLOOR = 250

_PERMILLE = shape.integer(0, FULL)
_CLASS_NAME = (r"[a-z0-9][a-z0-9._-]{0,63}", "a class name of lower-case letters, digits, '.', '_' and '-'")
_SPEC = shape.record(
    {},
    {
        "classes": shape.table(
            *_CLASS_NAME,
            shape.record({"provenance": _PERMILLE, "coverage": _PERMILLE, "replayability": _PERMILLE}),
        ),
        "issuers": shape.table(r"[\s\S]+", "an issuer: it is empty", shape.text(*_CLASS_NAME)),
        "strength": shape.record({}, dict.fromkeys(STRENGTH, _PERMILLE)),
        "freshness": shape.record(
            {},
            {
                "points": shape.array(
                    shape.record({"days": shape.integer(0, 100_000), "permille": _PERMILLE}), minimum=1
                ),
                "floor": _PERMILLE,
            },
        ),
    },
)
DOCUMENT = shape.record(
    {
        "apiVersion": shape.enum("stella.ops/v1"),
        "kind": shape.enum("Trust"),
        "metadata": shape.record(
            {"id": shape.text(*_CLASS_NAME), "revision": shape.integer(1)},
            {"title": shape.text(), "owner": shape.text()},
        ),
        "spec": _SPEC,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The numbers behind the lattice; all integers, all in permille.

    Attributes:
        classes: (provenance, coverage, replayability) by issuer class.
        issuers: class by issuer, for verified issuers and for ``repository``.
        strength: by status (``affected``, ``fixed``) and by justification of a not_affected claim.
        points: (age in days, freshness), ages ascending from 0, freshness never rising.
        floor: freshness below which no age brings a claim, and that of a claim without a timestamp.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    classes: Mapping[str, tuple[int, int, int]] = field(default_factory=lambda: dict(CLASSES))
    issuers: Mapping[str, str] = field(default_factory=lambda: dict(ISSUERS))
    strength: Mapping[str, int] = field(default_factory=lambda: dict(STRENGTH))
    points: tuple[tuple[int, int], ...] = FRESHNESS
    floor: int = FLOOR

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None) -> "Weights":
        """Return the weights of a trust file: JSON if its name ends in ``.json``, else YAML.

        Members that are absent, classes and issuers that are not named keep their defaults.

        Args:
            data: UTF-8 bytes of the file.
            path: file name for messages.

        Raises:
            ConfigError: it is not a valid trust file; the first problem is named with line and column.
        """
        return cls.from_source(Source.read(data, path=path))

    @classmethod
    def from_json(cls, value: Json, *, path: str | None = None) -> "Weights":
        """Return the weights that a parsed trust document holds.

        Raises:
            ConfigError: it is not a valid trust document; the first problem is named.
        """
        return cls.from_source(Source(value=value, path=path))

    @classmethod
    def from_source(cls, source: Source) -> "Weights":
        """Return the weights of a trust file that is parsed already.

        Raises:
            ConfigError: it is not a valid trust file; the first problem is named.
        """
        source.require(shape.inspect(DOCUMENT, source.value))
        spec = cast("dict[str, dict[str, Any]]", source.value)["spec"]
        freshness = spec.get("freshness", {})
        points = freshness.get("points")
        weights = cls(
            classes={**CLASSES, **{name: _triple(row) for name, row in spec.get("classes", {}).items()}},
            issuers={**ISSUERS, **spec.get("issuers", {})},
            strength={**STRENGTH, **spec.get("strength", {})},
            points=tuple((row["days"], row["permille"]) for row in points) if points else FRESHNESS,
            floor=freshness.get("floor", FLOOR),
        )
        source.require(_contradictions(weights))
        return weights

    def class_of(self, issuer: str) -> str | None:
        """Return the class of an issuer, or None for one that nobody vouches for."""
        return self.issuers.get(issuer)

    def base(self, issuer_class: str) -> int:
        """Return what a class is worth, 0..1000: (450 P + 350 C + 200 R) / 1000.

        Raises:
            ConfigError: the class is not in the table.
        """
        row = self.classes.get(issuer_class)
        if row is None:
            raise ConfigError(
                f"the issuer class {issuer_class!r} is not in the trust table",
                code="trust-class-unknown",
                where=Where(pointer="/spec/classes"),
                remedy=f"define it under spec.classes, or use one of: {', '.join(sorted(self.classes))}",
            )
        provenance, coverage, replayability = row
        return (450 * provenance + 350 * coverage + 200 * replayability) // 1000

    def strength_of(self, status: str, justification: str | None) -> int:
        """Return how strong a status is, 0..1000; an unknown justification is as good as none."""
        if status in STATUS_STRENGTH:
            return self.strength[status]
        if status != "not_affected":
            return 0
        known = justification in self.strength and justification not in STATUS_STRENGTH
        return self.strength[justification if known and justification else NO_JUSTIFICATION]

    def freshness(self, age_days: int) -> int:
        """Return the freshness at an age of 0 days or more: linear between points, never below the floor."""
        day, value = self.points[0]
        for next_day, next_value in self.points[1:]:
            if age_days < next_day:
                span = next_day - day
                between = (value * (next_day - age_days) + next_value * (age_days - day)) // span
                return max(between, self.floor)
            day, value = next_day, next_value
        return max(value, self.floor)

    def to_json(self) -> dict[str, Json]:
        """Return the ``spec`` of a trust file that says all of it."""
        names = ("provenance", "coverage", "replayability")
        return {
            "classes": {name: dict(zip(names, row, strict=True)) for name, row in self.classes.items()},
            "issuers": dict(self.issuers),
            "strength": dict(self.strength),
            "freshness": {
                "points": [{"days": days, "permille": permille} for days, permille in self.points],
                "floor": self.floor,
            },
        }


def _triple(row: Mapping[str, int]) -> tuple[int, int, int]:
    return row["provenance"], row["coverage"], row["replayability"]


def _contradictions(weights: Weights) -> list[Defect]:
    found = [
        Defect(
            code="trust-class-unknown",
            message=f"the issuer class {name!r} is not in the trust table",
            pointer=shape.child("/spec/issuers", issuer),
            remedy=f"define it under spec.classes, or use one of: {', '.join(sorted(weights.classes))}",
        )
        for issuer, name in weights.issuers.items()
        if name not in weights.classes
    ]
    points = weights.points
    wrong = any(old[0] >= new[0] or old[1] < new[1] for old, new in pairwise(points))
    if points[0][0] != 0 or wrong:
        found.append(
            Defect(
                code="trust-freshness",
                message="freshness points must begin at day 0, with days ascending and permille never rising",
                pointer="/spec/freshness/points",
                remedy="order the points by days; an older claim is never fresher",
            )
        )
    return found
