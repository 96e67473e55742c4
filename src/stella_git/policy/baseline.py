"""Baselines: violations that were there when somebody began to look, so that only new ones fail a build.

A baseline is no waiver: nobody answers for what is in it, nothing in it expires, and a verdict knows none. It
excuses violations alone: an error counts whatever a baseline says, and so does evidence that is missing, as
nothing was looked at then.

Source: ``schemas/stella/policy-baseline.v1.schema.json``.
"""

import re
from typing import TYPE_CHECKING, Final, NoReturn

from stella_git.canon import jcs
from stella_git.canon.reader import parse_json
from stella_git.canon.record import field, record
from stella_git.errors import ConfigError, InputError, Where
from stella_git.policy.results import DECISIONS

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.policy.results import RuleResult, Run, Violation

SCHEMA: Final = "stella.policy-baseline/1"
LIMIT: Final = 16 << 20
MISSING: Final = "evidence-missing"

_ASKED = frozenset({"pass", "fail", "warn", "waived"})
_COUNTED = frozenset({"fail", "warn"})
_FINGERPRINT = re.compile(r"vfp:[0-9a-f]{16}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MEMBERS = {"fp": _FINGERPRINT, "policy": _NAME, "rule": _NAME}


@record(frozen=True, slots=True, kw_only=True)
class Entry:
    """A violation that is known.

    Args:
        fp: fingerprint, ``vfp:`` and 16 hex digits.
        policy: id of the policy.
        rule: id of the rule.
    """

    fp: str
    policy: str
    rule: str

    @property
    def order(self) -> tuple[str, str, str]:
        """Return what entries are sorted by: policy, rule, fingerprint."""
        return self.policy, self.rule, self.fp

    def to_json(self) -> "dict[str, Json]":
        """Return the row of a baseline."""
        return {"fp": self.fp, "policy": self.policy, "rule": self.rule}


@record(frozen=True, slots=True, kw_only=True)
class Compared:
    """A run beside a baseline.

    Args:
        decision: what is left of the decision when violations that are known do not count.
        known: entries that a violation of this run matches.
        gone: entries whose rule was asked and that no violation matches: they can be deleted. Sorted.
        unasked: entries whose rule was not asked, or was an error: nobody knows. Sorted.
    """

    decision: str
    known: frozenset[Entry] = field(default_factory=frozenset)
    gone: tuple[Entry, ...] = ()
    unasked: tuple[Entry, ...] = ()

    def knows(self, result: "RuleResult", violation: "Violation") -> bool:
        """Return whether a violation of a result is one that the baseline excuses."""
        return _entry(result, violation) in self.known


def entries(run: "Run") -> tuple[Entry, ...]:
    """Return what a baseline of a run holds: violations that count now, sorted, each once.

    Waived ones are not among them, or they would be excused when the waiver has expired; nor are those that
    are only recorded, nor missing evidence.
    """
    found = {
        _entry(result, violation)
        for result in run.results
        for violation in result.violations
        if violation.status in _COUNTED and _excusable(violation)
    }
    return _sorted(found)


def compare(run: "Run", baseline: tuple[Entry, ...]) -> Compared:
    """Return which violations of a run are known, and which entries of a baseline no longer match.

    Args:
        run: what policies said.
        baseline: as `read` returns it.
    """
    listed = frozenset(baseline)
    seen = {
        _entry(result, violation)
        for result in run.results
        for violation in result.violations
        if _excusable(violation)
    }
    asked = {(result.policy.id, result.rule.id) for result in run.results if result.status in _ASKED}
    rest = listed - seen
    return Compared(
        decision=_decision(run, listed),
        known=listed & seen,
        gone=_sorted({entry for entry in rest if (entry.policy, entry.rule) in asked}),
        unasked=_sorted({entry for entry in rest if (entry.policy, entry.rule) not in asked}),
    )


def _decision(run: "Run", listed: frozenset[Entry]) -> str:
    if run.decision == "error":
        return "error"
    left = [
        violation.status
        for result in run.results
        for violation in result.violations
        if violation.status in _COUNTED
        and not (_excusable(violation) and _entry(result, violation) in listed)
    ]
    return max([*left, "pass"], key=DECISIONS.index)


def _entry(result: "RuleResult", violation: "Violation") -> Entry:
    return Entry(fp=violation.fp, policy=result.policy.id, rule=result.rule.id)


def _excusable(violation: "Violation") -> bool:
    return violation.code != MISSING


def _sorted(found: "set[Entry]") -> tuple[Entry, ...]:
    return tuple(sorted(found, key=lambda entry: entry.order))


def to_json(baseline: tuple[Entry, ...]) -> "dict[str, Json]":
    """Return a baseline as JSON of the schema ``stella.policy-baseline/1``."""
    return {"schema": SCHEMA, "violations": [entry.to_json() for entry in _sorted(set(baseline))]}


def dumps(baseline: tuple[Entry, ...]) -> bytes:
    """Return the bytes of a baseline file: canonical JSON and a newline."""
    return jcs.dumps(to_json(baseline)) + b"\n"


def read(data: bytes, *, path: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline file, sorted.

    Args:
        data: JSON, at most 16 MiB.
        path: its name, for messages.

    Raises:
        ConfigError: ``baseline-invalid``: not strict JSON, or not a baseline.
    """
    try:
        value = parse_json(data, path=path, limit=LIMIT)
    except InputError as error:
        raise ConfigError(
            error.message,
            code="baseline-invalid",
            where=error.where.within(path),
            remedy="write a new one with --write-baseline",
        ) from error
    if not isinstance(value, dict) or set(value) != {"schema", "violations"}:
        _refuse(path, "", "a baseline has the members schema and violations, and no other")
    if value["schema"] != SCHEMA:
        _refuse(path, "/schema", f"the schema is {ascii(value['schema'])[:60]}, not {SCHEMA!r}")
    rows = value["violations"]
    if not isinstance(rows, list):
        _refuse(path, "/violations", "the violations are no array")
    found: set[Entry] = set()
    for index, row in enumerate(rows):
        entry = _read_row(row, path, index)
        if entry in found:
            _refuse(path, f"/violations/{index}", "this entry is there twice")
        found.add(entry)
    return _sorted(found)


def _read_row(row: "Json", path: str, index: int) -> Entry:
    pointer = f"/violations/{index}"
    if not isinstance(row, dict) or set(row) != set(_MEMBERS):
        _refuse(path, pointer, "an entry has the members fp, policy and rule, and no other")
    found: dict[str, str] = {}
    for name, pattern in _MEMBERS.items():
        value = row[name]
        if not isinstance(value, str) or not pattern.fullmatch(value):
            _refuse(path, f"{pointer}/{name}", f"{ascii(value)[:60]} is no {name}")
        found[name] = value
    return Entry(**found)


def _refuse(path: str, pointer: str, message: str) -> NoReturn:
    raise ConfigError(
        message,
        code="baseline-invalid",
        where=Where(path, pointer=pointer or None),
        remedy="write a new one with --write-baseline",
    )
