"""Problems of documents as JUnit XML, the report of tests that every CI system reads.

There is no specification; this keeps to the schema of the Jenkins plug-in xUnit (``junit-10.xsd``).
"""

from typing import TYPE_CHECKING

from stella_git.report.problems import leading, representable, tally
from stella_git.report.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render(results: "Sequence[Validated]") -> str:
    """Return the report: each file is a test, which fails if the document has an error.

    Other problems are what the test has printed. Nothing in it is of the machine or of the time.

    Args:
        results: one for each file.
    """
    counts = f'tests="{len(results)}" failures="{sum(not result.ok for result in results)}" errors="0"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="stella" {counts}>',
            f'  <testsuite name="stella documents" {counts} skipped="0">',
            *(line for result in results for line in _case(result)),
            "  </testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _case(result: "Validated") -> "Iterator[str]":
    name = f'name="{xml_text(representable(result.path))}"'
    kind = f'classname="{xml_text(result.format.title if result.format else "unrecognised")}"'
    errors = [problem for problem in result.problems if problem.severity == "error"]
    others = [problem for problem in result.problems if problem.severity != "error"]
    if not result.problems:
        yield f"    <testcase {name} {kind}/>"
        return
    yield f"    <testcase {name} {kind}>"
    if errors:
        number, warnings = tally([result])
        summary = f"{count(number, 'error')}, {count(warnings, 'warning')}"
        kinds = ", ".join(sorted({problem.rule for problem in errors}))
        yield f'      <failure message="{summary}" type="{xml_text(kinds)}">{_body(errors)}</failure>'
    if others:
        yield f"      <system-out>{_body(others)}</system-out>"
    yield "    </testcase>"


def _body(problems: "Sequence[Problem]") -> str:
    return "\n".join(
        xml_text(
            f"{leading(representable(problem.path))}:{problem.line}:{problem.column}: {problem.rule} "
            f"{problem.severity}: {problem.message}. {problem.remedy}"
        )
        for problem in problems
    )


def xml_text(text: str) -> str:
    r"""Return text for XML: what XML 1.0 cannot hold, even escaped, is written as ``\x1b`` and the like."""
    return printable(text).translate(_ENTITIES)
