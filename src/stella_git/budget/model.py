"""The Budget document: limits of an environment, read strictly.

Source: ``schemas/stella/budget.v1.schema.json`` and ``docs/explanation/budgets.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from stella_git.budget.patterns import matches
from stella_git.canon import jcs
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json
from stella_git.config import shape
from stella_git.config.shape import Defect
from stella_git.config.source import Source
from stella_git.errors import Where

SEVERITIES = ("critical", "high", "medium", "low", "none", "unknown")
REASONS = (
    "AnalyzerLimit",
    "Reachability",
    "Identity",
    "Provenance",
    "VexConflict",
    "FeedGap",
    "ConfigUnknown",
)
VEX_STATES = ("affected", "not_affected", "fixed", "under_investigation", "unknown", "conflict")
REACHABILITY = ("reachable", "unknown", "unreachable")
ACTIONS = ("block", "warn", "audit")
API_VERSIONS = ("stella.ops/v1", "policy.stella.ops/v1")

NAME = shape.text(r"[a-z0-9][a-z0-9._-]{0,63}", "a name of lower-case letters, digits, '.', '_' and '-'")
_COUNT = shape.integer()
_PER_SEVERITY = dict.fromkeys(SEVERITIES, _COUNT)
_LIMITS = shape.record(
    {},
    {
        "findings": shape.record({}, {**_PER_SEVERITY, "total": _COUNT}),
        "fixable": shape.record({}, _PER_SEVERITY),
        "kev": _COUNT,
        "riskPoints": _COUNT,
        "unknowns": shape.record(
            {}, {"total": _COUNT, "byReason": shape.record({}, dict.fromkeys(REASONS, _COUNT))}
        ),
        "waivers": shape.record({}, {"total": _COUNT}),
    },
    minimum=1,
)
_COUNTED = shape.record(
    {
        "vexStates": shape.array(shape.enum(*VEX_STATES), unique=True),
        "includeWaived": shape.boolean,
        "kevIgnoresGrace": shape.boolean,
    },
    {"graceDays": shape.record({}, _PER_SEVERITY)},
)
_STEP = shape.record({"atLeastPpm": shape.integer(0, 1_000_000), "add": _COUNT})
_POINTS = shape.record(
    {
        "kev": _COUNT,
        "epss": shape.array(_STEP),
        "reachability": shape.record(dict.fromkeys(REACHABILITY, shape.integer(0, 10_000))),
    },
    _PER_SEVERITY,
)
_SPEC = shape.record(
    {
        "environments": shape.array(NAME, minimum=1, unique=True),
        "count": _COUNTED,
        "limits": _LIMITS,
        "thresholds": shape.record(
            {"yellowPermille": shape.integer(1, 1000), "redPermille": shape.integer(1, 1000)}
        ),
        "action": shape.enum(*ACTIONS),
    },
    {"subjects": shape.array(shape.text()), "points": _POINTS},
)
_METADATA = shape.record(
    {
        "id": NAME,
        "owner": shape.text(
            r"(team|user):[^\n\r\u2028\u2029][\s\S]*", "an owner such as team:appsec or user:alice"
        ),
        "revision": shape.integer(1),
    },
    {"title": shape.text()},
)
DOCUMENT = shape.record(
    {
        "apiVersion": shape.enum(*API_VERSIONS),
        "kind": shape.enum("Budget"),
        "metadata": _METADATA,
        "spec": _SPEC,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """How a finding earns risk points.

    Attributes:
        severity: points by severity; a severity that is not named earns none.
        kev: points for a known-exploited vulnerability.
        epss: (threshold in parts per million, points); every step that is reached adds.
        reachability: factor in permille by reachability.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    severity: Mapping[str, int]
    kev: int
    epss: tuple[tuple[int, int], ...]
    reachability: Mapping[str, int]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Points":
        """Return the points of a document that has the right shape."""
        return cls(
            severity={name: value[name] for name in SEVERITIES if name in value},
            kev=value["kev"],
            epss=tuple((step["atLeastPpm"], step["add"]) for step in value["epss"]),
            reachability=dict(value["reachability"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One budget in force.

    Attributes:
        spec: the ``spec`` member as written; what ``config_digest`` covers.
        limits: limit by metric; a metric is the dotted path of the leaf, such as ``findings.critical``.
        subjects: patterns of subject names, or None for every subject.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    id: str
    revision: int
    owner: str
    title: str | None = None
    path: str | None = None
    environments: tuple[str, ...]
    subjects: tuple[str, ...] | None = None
    vex_states: frozenset[str]
    include_waived: bool
    grace_days: Mapping[str, int]
    kev_ignores_grace: bool
    limits: Mapping[str, int]
    points: Points | None = None
    yellow_permille: int
    red_permille: int
    action: str
    spec: Mapping[str, Json] = field(repr=False)

    @classmethod
    def from_json(cls, value: Json, *, path: str | None = None) -> "Budget":
        """Return the budget that a parsed document holds.

        Args:
            value: the document as plain JSON.
            path: file name for messages.

        Raises:
            ConfigError: it is not a valid budget; the first problem is named.
        """
        return cls.from_source(Source(value=value, path=path))

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None) -> "Budget":
        """Return the budget in a file: JSON if its name ends in ``.json``, else YAML.

        Args:
            data: UTF-8 bytes of the file.
            path: file name.

        Raises:
            ConfigError: it is not a valid budget; the first problem is named with line and column.
        """
        return cls.from_source(Source.read(data, path=path))

    from_yaml = from_bytes

    @classmethod
    def from_source(cls, source: Source) -> "Budget":
        """Return the budget in a file that is parsed already.

        Raises:
            ConfigError: it is not a valid budget; the first problem is named.
        """
        source.require(_defects(source.value))
        document = cast("dict[str, dict[str, Any]]", source.value)
        metadata, spec = document["metadata"], document["spec"]
        count, limits = spec["count"], dict(_leaves(spec["limits"]))
        return cls(
            id=metadata["id"],
            revision=metadata["revision"],
            owner=metadata["owner"],
            title=metadata.get("title"),
            path=source.path,
            environments=tuple(spec["environments"]),
            subjects=tuple(spec["subjects"]) if "subjects" in spec else None,
            vex_states=frozenset(count["vexStates"]),
            include_waived=count["includeWaived"],
            grace_days=dict(count.get("graceDays", {})),
            kev_ignores_grace=count["kevIgnoresGrace"],
            limits={metric: limits[metric] for metric in sorted(limits, key=jcs.sort_key)},
            points=Points.from_json(spec["points"]) if "points" in spec else None,
            yellow_permille=spec["thresholds"]["yellowPermille"],
            red_permille=spec["thresholds"]["redPermille"],
            action=spec["action"],
            spec=spec,
        )

    @property
    def config_digest(self) -> str:
        """Return ``sha256:`` of the canonical ``spec``; metadata and apiVersion are not covered."""
        return str(of_json(cast("Json", self.spec)))

    def covers(self, environment: str, subjects: tuple[str, ...] = ()) -> bool:
        """Return whether the budget binds an environment and at least one of the subject names."""
        if environment not in self.environments:
            return False
        patterns = self.subjects
        return patterns is None or any(matches(pattern, name) for pattern in patterns for name in subjects)


def problems(data: bytes, *, path: str | None = None) -> tuple[tuple[Where, Defect], ...]:
    """Return every problem of a budget file with its place, in the order of the file.

    Raises:
        ConfigError: ``config-unreadable``: the file is not one YAML or JSON document.
    """
    source = Source.read(data, path=path)
    return source.located(_defects(source.value))


def _defects(value: Json) -> tuple[Defect, ...]:
    """The shape first; what the schema cannot say only about a document of the right shape."""
    found = shape.inspect(DOCUMENT, value)
    return found or tuple(_contradictions(cast("dict[str, dict[str, dict[str, Json]]]", value)["spec"]))


def _contradictions(spec: Mapping[str, Mapping[str, Json]]) -> list[Defect]:
    found = []
    limits = dict(_leaves(spec["limits"]))
    if not limits:
        found.append(Defect(code="budget-no-limit", message="no metric is limited", pointer="/spec/limits"))
    if "riskPoints" in limits and "points" not in spec:
        found.append(
            Defect(
                code="budget-points-missing",
                message="riskPoints is limited, but nothing says how points are earned",
                pointer="/spec/limits/riskPoints",
                remedy="add spec.points, or remove the limit",
            )
        )
    thresholds = cast("Mapping[str, int]", spec["thresholds"])
    if thresholds["yellowPermille"] > thresholds["redPermille"]:
        found.append(
            Defect(
                code="budget-thresholds",
                message="yellow begins above red, so nothing would ever be yellow",
                pointer="/spec/thresholds/yellowPermille",
                remedy="set yellowPermille to at most redPermille",
            )
        )
    return found


def _leaves(tree: Mapping[str, Json], prefix: str = "") -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            found += _leaves(value, f"{prefix}{name}.")
        else:
            found.append((prefix + name, cast("int", value)))
    return found
