"""Results of policies as a Code Quality report of GitLab.

Source: GitLab Docs, "Code Quality", "Code Quality report format".
"""

from typing import TYPE_CHECKING

from stella_git.canon.digest import of_json
from stella_git.report.fingerprints import file_name
from stella_git.report.policies.outcome import place
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.report.policies.outcome import Outcome

_SEVERITIES = {"critical": "critical", "high": "major", "info": "info", "low": "minor", "medium": "minor"}


def render(outcome: "Outcome") -> "list[Json]":
    """Return the report: an array with one object for each violation that counts and for each error.

    What is waived, recorded or known is left out: GitLab has no word for it. No two have one fingerprint.
    """
    return [*_faults(outcome), *_violations(outcome)]


def _faults(outcome: "Outcome") -> "Iterator[Json]":
    for result in outcome.run.results:
        if result.fault is not None:
            fault = result.fault
            yield _issue(
                result.name,
                f"could not be asked, and that denies: {fault.message}. {fault.remedy}".strip(),
                mark=["fault", result.policy.id, result.rule.id, fault.code],
                severity="blocker",
                where=fault.where,
            )


def _violations(outcome: "Outcome") -> "Iterator[Json]":
    seen: dict[str, int] = {}
    for result, violation, state in outcome.rows():
        if state not in {"fail", "warn"}:
            continue
        seen[violation.fp] = seen.get(violation.fp, 0) + 1
        fix = f". {violation.fix}" if violation.fix else ""
        yield _issue(
            result.name,
            f"{violation.message} ({result.name}){fix}",
            mark=[violation.fp, seen[violation.fp]],
            severity=_SEVERITIES[result.policy.severity] if state == "fail" else "info",
            where=place(result, violation),
        )


def _issue(name: str, text: str, *, mark: "list[Json]", severity: str, where: "Where") -> "Json":
    return {
        "check_name": name,
        "description": printable(text),
        "fingerprint": of_json(mark).hex,
        "location": {"path": file_name(where.path or "policies"), "lines": {"begin": where.line or 1}},
        "severity": severity,
    }
