"""What waivers need of reports: which rule saw something, and which waivers cover nothing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json


def rules_that_saw(report: "Json", fingerprint: str) -> "tuple[tuple[str, str], ...]":
    """Return (policy, rule) of every violation with a fingerprint in a report or a verdict, sorted.

    Args:
        report: JSON of policies that ran, or of a decision.
        fingerprint: of a violation, or the key of one that is of a finding.
    """
    found: set[tuple[str, str]] = set()
    for row, policy, rule in _rows(report):
        if policy and rule and fingerprint in {_text(row.get("fp")), _text(row.get("key"))}:
            found.add((policy, rule))
    return tuple(sorted(found))


def orphans_in(report: "Json") -> frozenset[str]:
    """Return the ids of waivers that a report says cover nothing.

    Args:
        report: JSON of policies that ran, or of a decision.
    """
    rows = (row for row, _, _ in _rows(report) if row.get("code") == "waiver-orphan")
    return frozenset(name for row in rows if (name := _text(row.get("waiver"))))


def _rows(report: "Json") -> "Iterator[tuple[Mapping[str, Json], str, str]]":
    """Yield every map of a document with the policy and the rule that it is under, or names; no recursion."""
    waiting: list[tuple[Json, str, str]] = [(report, "", "")]
    while waiting:
        value, policy, rule = waiting.pop()
        if isinstance(value, list):
            waiting += [(item, policy, rule) for item in value]
        elif isinstance(value, dict):
            policy, rule = _named(value, "policy", policy), _named(value, "rule", rule)
            yield value, policy, rule
            waiting += [(item, policy, rule) for item in value.values()]


def _named(row: "Mapping[str, Json]", member: str, otherwise: str) -> str:
    value = row.get(member)
    if isinstance(value, dict):
        value = value.get("id")
    return _text(value) or otherwise


def _text(value: "Json") -> str:
    return value if isinstance(value, str) else ""
