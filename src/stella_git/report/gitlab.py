"""Problems of documents as a Code Quality report of GitLab.

Source: GitLab Docs, "Code Quality", "Code Quality report format".
"""

from typing import TYPE_CHECKING

from stella_git.report.fingerprints import file_name, fingerprints
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated

# GitLab has five: info, minor, major, critical, blocker. How much an error matters is not ours to say.
_SEVERITIES = {"error": "major", "info": "info", "warning": "minor"}


def render(results: "Sequence[Validated]") -> "Json":
    """Return the report: an array with one object for each problem, no two with the same fingerprint.

    Args:
        results: one for each file.
    """
    problems = [problem for result in results for problem in result.problems]
    return [_issue(problem, mark) for problem, mark in zip(problems, fingerprints(problems), strict=True)]


def _issue(problem: "Problem", fingerprint: str) -> "Json":
    return {
        "check_name": problem.rule,
        "description": printable(f"{problem.message} ({problem.rule}). {problem.remedy}"),
        "fingerprint": fingerprint,
        "location": {"path": file_name(problem.path), "lines": {"begin": problem.line}},
        "severity": _SEVERITIES[problem.severity],
    }
