"""What a budget is checked against: findings, unknowns and waivers.

The document ``{findings, unknowns, waivers}`` is read strictly: nothing unknown, nothing null, instants in
whole seconds of UTC. What ``to_json`` gives is therefore what was read, and its digest is the input's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from stella_git.budget.model import REACHABILITY, REASONS, SEVERITIES, VEX_STATES
from stella_git.canon import jcs
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json, parse_json, positions
from stella_git.config import shape
from stella_git.config.shape import Defect
from stella_git.errors import InputError, Where

_ID = shape.text(r"[\s\S]+", "an identifier: it is empty")
_SECONDS = shape.text(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "an instant such as 2026-11-20T00:00:00Z"
)


def instant(value: Json, pointer: str, found: list[Defect]) -> None:
    """Rule for an instant in whole seconds of UTC that exists in the calendar."""
    before = len(found)
    _SECONDS(value, pointer, found)
    if len(found) == before:
        try:
            parse_rfc3339(cast("str", value))
        except InputError as error:
            found.append(Defect(code="value-instant", message=error.message, pointer=pointer))


_FINDING = shape.record(
    {
        "fp": _ID,
        "id": _ID,
        "purl": _ID,
        "severity": shape.enum(*SEVERITIES),
        "vex": shape.enum(*VEX_STATES),
        "fixable": shape.boolean,
        "firstSeen": instant,
        "reachability": shape.enum(*REACHABILITY),
    },
    {"epssPpm": shape.integer(0, 1_000_000), "kev": shape.boolean},
)
_UNKNOWN = shape.record({"id": _ID, "reason": shape.enum(*REASONS)})
_WAIVER = shape.record({"id": _ID, "fp": _ID, "effectiveFrom": instant, "expires": instant})
DOCUMENT = shape.record(
    {"findings": shape.array(_FINDING), "unknowns": shape.array(_UNKNOWN), "waivers": shape.array(_WAIVER)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFinding:
    """A vulnerability in a component, as far as a budget looks at it.

    Attributes:
        vex: effective VEX state.
        kev: on the list of known-exploited vulnerabilities; None when that was not checked.
        epss_ppm: EPSS probability in parts per million; None when that was not checked.
    """

    fp: str
    id: str
    purl: str
    severity: str
    vex: str
    fixable: bool
    first_seen: Instant
    reachability: str
    kev: bool | None = None
    epss_ppm: int | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "BudgetFinding":
        """Return the finding of a row that has the right shape."""
        return cls(
            fp=value["fp"],
            id=value["id"],
            purl=value["purl"],
            severity=value["severity"],
            vex=value["vex"],
            fixable=value["fixable"],
            first_seen=parse_rfc3339(value["firstSeen"]),
            reachability=value["reachability"],
            kev=value.get("kev"),
            epss_ppm=value.get("epssPpm"),
        )

    def to_json(self) -> dict[str, Json]:
        """Return the row as plain JSON; what was not checked is absent."""
        row: dict[str, Json] = {
            "fp": self.fp,
            "id": self.id,
            "purl": self.purl,
            "severity": self.severity,
            "vex": self.vex,
            "fixable": self.fixable,
            "firstSeen": str(self.first_seen),
            "reachability": self.reachability,
        }
        if self.kev is not None:
            row["kev"] = self.kev
        if self.epss_ppm is not None:
            row["epssPpm"] = self.epss_ppm
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something that could not be established, and why."""

    id: str
    reason: str

    def to_json(self) -> dict[str, Json]:
        """Return the row as plain JSON."""
        return {"id": self.id, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetWaiver:
    """A waiver of one fingerprint, live from ``effective_from`` until just before ``expires``."""

    id: str
    fp: str
    effective_from: Instant
    expires: Instant

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "BudgetWaiver":
        """Return the waiver of a row that has the right shape."""
        return cls(
            id=value["id"],
            fp=value["fp"],
            effective_from=parse_rfc3339(value["effectiveFrom"]),
            expires=parse_rfc3339(value["expires"]),
        )

    def to_json(self) -> dict[str, Json]:
        """Return the row as plain JSON."""
        return {
            "id": self.id,
            "fp": self.fp,
            "effectiveFrom": str(self.effective_from),
            "expires": str(self.expires),
        }

    def live(self, as_of: Instant) -> bool:
        """Return whether the waiver holds at an instant."""
        return self.effective_from <= as_of < self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetInputs:
    """Three sets: order does not matter, and an item that stands twice counts once."""

    findings: tuple[BudgetFinding, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    waivers: tuple[BudgetWaiver, ...] = ()

    @classmethod
    def from_json(cls, value: Json, *, path: str | None = None) -> "BudgetInputs":
        """Return the inputs that a parsed document holds.

        Raises:
            InputError: it has another shape; the first defect is named.
        """
        return cls._checked(value, path, None)

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None) -> "BudgetInputs":
        """Return the inputs in a JSON file.

        Args:
            data: UTF-8 bytes of the file, at most 64 MiB.
            path: file name for messages.

        Raises:
            InputError: it is not strict JSON, or has another shape; the first defect is named with its place.
        """
        return cls._checked(parse_json(data, path=path), path, data)

    @classmethod
    def _checked(cls, value: Json, path: str | None, data: bytes | None) -> "BudgetInputs":
        for first in shape.inspect(DOCUMENT, value):
            places = positions(data, [first.pointer]) if data is not None else {}
            line, column = places.get(first.pointer, (None, None))
            where = Where(path, line=line, column=column, pointer=first.pointer)
            raise InputError(first.message, code=first.code, where=where, remedy=first.remedy)
        document = cast("dict[str, list[dict[str, Any]]]", value)
        return cls(
            findings=tuple(BudgetFinding.from_json(row) for row in document["findings"]),
            unknowns=tuple(Unknown(**row) for row in document["unknowns"]),
            waivers=tuple(BudgetWaiver.from_json(row) for row in document["waivers"]),
        )

    def digests(self) -> dict[str, str]:
        """Return ``sha256:...`` of each set by role; see `set_digest`."""
        sets: dict[str, tuple[BudgetFinding | Unknown | BudgetWaiver, ...]] = {
            "findings": self.findings,
            "unknowns": self.unknowns,
            "waivers": self.waivers,
        }
        return {role: set_digest(item.to_json() for item in items) for role, items in sets.items()}


def set_digest(items: Iterable[Json]) -> str:
    """Return ``sha256:...`` over the JCS of the distinct items, sorted by their JCS bytes."""
    distinct = {jcs.dumps(item): item for item in items}
    return str(of_json([distinct[key] for key in sorted(distinct)]))
