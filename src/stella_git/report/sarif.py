"""Problems of documents as SARIF 2.1.0, for code scanning services and editors."""

from typing import TYPE_CHECKING, Final

from stella_git.documents.rules import find
from stella_git.report.fingerprints import fingerprints
from stella_git.report.problems import representable, unicode_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.fix.propose import Proposal
    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# Named after what it is of, with a version, as section 3.27.17 asks; a service may add its own beside it.
_FINGERPRINT = "stellaProblem/v1"
_LEVELS = {"error": "error", "info": "note", "warning": "warning"}


def sarif(
    results: "Sequence[Validated]", *, version: str, fixes: "Mapping[str, Sequence[Proposal]] | None" = None
) -> "Json":
    """Return a SARIF log of one run.

    Args:
        results: one for each file.
        version: version of this tool.
        fixes: by path, what would mend problems of the file.

    Source: SARIF 2.1.0 sections 3.13, 3.14, 3.19, 3.27, 3.49 and 3.55.
    """
    problems = [problem for result in results for problem in result.problems]
    known = {(path, one.rule, one.pointer): one for path, found in (fixes or {}).items() for one in found}
    rules = sorted({problem.rule for problem in problems})
    index = {rule: position for position, rule in enumerate(rules)}
    driver: Json = {"name": "stella", "version": version, "rules": [_rule(rule) for rule in rules]}
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(problem, index[problem.rule], mark)
            | _fixes(problem, known.get((problem.path, problem.rule, problem.pointer)))
            for problem, mark in zip(problems, fingerprints(problems), strict=True)
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> "Json":
    rule = find(name)
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(problem: "Problem", index: int, fingerprint: str) -> "dict[str, Json]":
    location: Json = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(problem.path)},
            "region": {"startLine": problem.line, "startColumn": problem.column},
        },
        "logicalLocations": [{"fullyQualifiedName": unicode_text(problem.pointer)}],
    }
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": _LEVELS[problem.severity],
        "message": {"text": plain(f"{problem.message}. {problem.remedy}")},
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }


def _fixes(problem: "Problem", found: "Proposal | None") -> "dict[str, Json]":
    if found is None:
        return {}
    (line, column), (end_line, end_column) = found.start, found.end
    region: Json = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    replacement: dict[str, Json] = {"deletedRegion": region}
    if found.text:
        replacement["insertedContent"] = {"text": found.text}
    change: Json = {"artifactLocation": {"uri": uri(problem.path)}, "replacements": [replacement]}
    return {"fixes": [{"description": {"text": plain(problem.remedy)}, "artifactChanges": [change]}]}


def plain(text: str) -> str:
    """Return text without links: ``[text](target)`` of a document would be one in the service that shows it.

    Source: SARIF 2.1.0 section 3.11.6.
    """
    return text.replace("](", "] (")


def uri(path: str) -> str:
    """Return a file name as a URI reference: percent-encoded, a drive letter only behind ``file:``."""
    from pathlib import Path
    from urllib.parse import quote

    if Path(path).is_absolute():
        return Path(path).as_uri()
    return quote(representable(Path(path).as_posix()), safe="/")
