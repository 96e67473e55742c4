"""Problems of documents as Markdown, for a step summary or a comment on a pull request.

Names and values come from documents of others: nothing in them may become markup.
"""

from typing import TYPE_CHECKING

from stella_git.report.markdown import code, escaped
from stella_git.report.problems import representable, tally
from stella_git.report.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated

_HEAD = ("| place | | rule | problem | remedy |", "| --- | --- | --- | --- | --- |")


def render(results: "Sequence[Validated]") -> str:
    """Return the report: a table for each file that has problems.

    Args:
        results: one for each file.
    """
    errors, warnings = tally(results)
    told = f"{count(len(results), 'file')}: {count(errors, 'error')}, {count(warnings, 'warning')}"
    lines = [f"### {told}"]
    for result in results:
        if result.problems:
            lines += ["", f"#### {code(representable(result.path))}", "", *_HEAD]
            lines += [_row(problem) for problem in result.problems]
    return "\n".join([*lines, ""])


def _row(problem: "Problem") -> str:
    place = f"{problem.line}:{problem.column}"
    severity = f"**{problem.severity}**" if problem.severity == "error" else problem.severity
    said = (escaped(text) for text in (problem.message, problem.remedy))
    return f"| {place} | {severity} | {problem.rule} | {' | '.join(said)} |"
