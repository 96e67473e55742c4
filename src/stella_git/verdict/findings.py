"""Findings: what scanners said, merged to one finding per vulnerability and component."""

from collections.abc import Iterable
from dataclasses import dataclass

from stella_git.budget import BudgetFinding
from stella_git.budget.model import REACHABILITY, SEVERITIES
from stella_git.canon import jcs
from stella_git.canon.clock import Instant
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json
from stella_git.errors import InputError, Where
from stella_git.verdict.lattice import Resolution
from stella_git.verdict.matching import AliasSets, Products

# What wins when two sources disagree: the worse; a known severity over an unknown one, but not over "none".
_SEVERITY_RANK = {
    name: rank for rank, name in enumerate(("none", "unknown", "low", "medium", "high", "critical"))
}
_REACHABILITY_RANK = {name: rank for rank, name in enumerate(reversed(REACHABILITY))}
_CVSS_MAX = 100
_PPM_MAX = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFinding:
    """One row of one source.

    Attributes:
        id: id of the vulnerability as the source spells it.
        aliases: other ids of the same vulnerability.
        purl: package URL of the component; another reference where there is none (it counts as an unknown).
        severity: ``critical``, ``high``, ``medium``, ``low``, ``none`` or ``unknown``.
        cvss_deci: CVSS base score times ten, 0..100.
        epss_ppm: EPSS probability in parts per million; None when not checked.
        epss_date: date of the EPSS model, ``YYYY-MM-DD``.
        kev: on the list of known-exploited vulnerabilities; None when not checked.
        first_seen: when a scan first found it, or None for now.
        reachability: ``reachable``, ``unknown`` or ``unreachable``.
        source: what reported it.

    Raises:
        InputError: a member is outside its range.
    """

    id: str
    aliases: tuple[str, ...] = ()
    purl: str
    severity: str = "unknown"
    cvss_deci: int | None = None
    epss_ppm: int | None = None
    epss_date: str | None = None
    kev: bool | None = None
    fixable: bool = False
    fixed_version: str | None = None
    first_seen: Instant | None = None
    reachability: str = "unknown"
    source: str = ""

    def __post_init__(self) -> None:
        wrong = [
            name
            for name, good in (
                ("id", bool(self.id)),
                ("purl", bool(self.purl)),
                ("severity", self.severity in SEVERITIES),
                ("reachability", self.reachability in REACHABILITY),
                ("cvssDeci", 0 <= (self.cvss_deci or 0) <= _CVSS_MAX),
                ("epssPpm", 0 <= (self.epss_ppm or 0) <= _PPM_MAX),
            )
            if not good
        ]
        if wrong:
            raise InputError(
                f"a finding ({self.id or 'without id'}) has a wrong {', '.join(wrong)}",
                code="finding-malformed",
                where=Where(self.source or None),
                remedy="see docs/reference/documents.md for the range of each member",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A vulnerability in a component, as the verdict counts it.

    Attributes:
        fp: ``fp:`` and 16 hex digits; stable as long as vulnerability and component are the same.
        id: canonical id of the vulnerability; ``aliases`` are its other ids.
        purl: canonical purl.
        resolution: what the VEX claims come to.
    """

    fp: str
    id: str
    aliases: tuple[str, ...]
    purl: str
    severity: str
    cvss_deci: int | None
    epss_ppm: int | None
    epss_date: str | None
    kev: bool | None
    fixable: bool
    fixed_version: str | None
    first_seen: Instant
    reachability: str
    source: str
    resolution: Resolution

    def to_json(self) -> dict[str, Json]:
        """Return the finding as plain JSON; what was not checked is absent."""
        optional: dict[str, Json] = {
            "cvssDeci": self.cvss_deci,
            "epssPpm": self.epss_ppm,
            "epssDate": self.epss_date,
            "kev": self.kev,
            "fixedVersion": self.fixed_version,
        }
        return {
            "fp": self.fp,
            "id": self.id,
            "aliases": list(self.aliases),
            "purl": self.purl,
            "severity": self.severity,
            **{name: value for name, value in optional.items() if value is not None},
            "fixable": self.fixable,
            "firstSeen": str(self.first_seen),
            "reachability": self.reachability,
            "vex": {"state": self.resolution.declared, "effective": self.resolution.effective},
            "source": self.source,
        }

    def for_budget(self) -> BudgetFinding:
        """Return the part of it that budgets look at."""
        return BudgetFinding(
            fp=self.fp,
            id=self.id,
            purl=self.purl,
            severity=self.severity,
            vex=self.resolution.effective,
            fixable=self.fixable,
            first_seen=self.first_seen,
            reachability=self.reachability,
            kev=self.kev,
            epss_ppm=self.epss_ppm,
        )


def fingerprint(vulnerability: str, purl: str) -> str:
    """Return ``fp:`` and 16 hex digits of SHA-256 over JCS([vulnerability, purl]), both canonical."""
    return "fp:" + of_json([vulnerability, purl]).hex[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows about one vulnerability in one component."""

    ids: tuple[str, ...]
    purl: str
    rows: tuple[RawFinding, ...]

    def merge(self, as_of: Instant, resolution: Resolution) -> Finding:
        """Return the one finding that the rows come to: in every respect the worst that any of them says.

        Args:
            as_of: stands for a missing ``first_seen``; no finding was first seen after it.
            resolution: what the claims come to.
        """
        rows = self.rows
        seen = min((row.first_seen for row in rows if row.first_seen is not None), default=as_of)
        ppm, date = max(
            ((row.epss_ppm, row.epss_date or "") for row in rows if row.epss_ppm is not None),
            default=(None, ""),
        )
        checked = [row.kev for row in rows if row.kev is not None]
        return Finding(
            fp=fingerprint(self.ids[0], self.purl),
            id=self.ids[0],
            aliases=self.ids[1:],
            purl=self.purl,
            severity=max((row.severity for row in rows), key=_SEVERITY_RANK.__getitem__),
            cvss_deci=max((row.cvss_deci for row in rows if row.cvss_deci is not None), default=None),
            epss_ppm=ppm,
            epss_date=date or None,
            kev=any(checked) if checked else None,
            fixable=any(row.fixable for row in rows),
            fixed_version=_first(row.fixed_version for row in rows),
            first_seen=Instant(seconds=min(seen, as_of).seconds),
            reachability=max((row.reachability for row in rows), key=_REACHABILITY_RANK.__getitem__),
            source=_first(row.source for row in rows) or "",
            resolution=resolution,
        )


def _first(texts: Iterable[str | None]) -> str | None:
    return min((text for text in texts if text), key=jcs.sort_key, default=None)


def grouped(rows: Iterable[RawFinding], products: Products) -> tuple[Group, ...]:
    """Return the rows by vulnerability and component, sorted by canonical id and purl."""
    rows = tuple(rows)
    aliases = AliasSets((row.id, *row.aliases) for row in rows)
    groups: dict[tuple[tuple[str, ...], str], list[RawFinding]] = {}
    for row in rows:
        groups.setdefault((aliases.members(row.id), products.name(row.purl)), []).append(row)
    found = (Group(ids=ids, purl=purl, rows=tuple(members)) for (ids, purl), members in groups.items())
    return tuple(sorted(found, key=lambda group: (jcs.sort_key(group.ids[0]), jcs.sort_key(group.purl))))
